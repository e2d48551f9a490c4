/**
 * Parts that may not know one another, wired: rows of the HTTP API over a real store. It stands here because use cases
 * know a store by its port only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '@/lib/config';
import { findRoute } from '@/lib/usecases/http-api';
import { createWiring, type Wiring } from './wiring';

const root = path.resolve(__dirname, '..');
let dir: string;
let deps: Wiring;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'wiring-'));
  deps = await createWiring(readConfig({ ACTION_ENGINE_ROOT: root, ACTION_ENGINE_DATA: dir }));
});
afterAll(async () => {
  await deps.store.close();
  rmSync(dir, { recursive: true, force: true });
});

async function call(method: string, url: string, body?: unknown) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const found = findRoute(method, pathname);
  if (!found || found === 'method') throw new Error(`no row for ${method} ${url}`);
  return found.route.call(deps, { id: found.id, query: searchParams, body });
}

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Shrink',
  States: {
    Shrink: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'resizeimage', Payload: { width: 256 } },
      Next: 'Rest',
    },
    Rest: { Type: 'Wait', Seconds: 3, End: true },
  },
};
const save = async (name: string, given: object) =>
  ((await call('POST', '/workflows', { name, definition: given })).body as { id: string }).id;

test('a workflow is saved as a definition, and exported as one and for Argo', async () => {
  const id = await save('Shrink it', definition);
  const asl = await call('GET', `/workflows/${id}/export`);
  expect(asl).toEqual({ status: 200, body: definition });
  expect(await call('GET', `/workflows/${id}/export?format=asl`)).toEqual(asl);

  const argo = await call('GET', `/workflows/${id}/export?format=argo`);
  expect(argo).toMatchObject({ status: 200, type: 'text/yaml' });
  expect(parse(argo.body as string)).toMatchObject({
    kind: 'Workflow',
    metadata: { generateName: 'shrink-it-' },
    spec: {
      templates: [
        { name: 'main', dag: { tasks: [{ name: 'shrink' }, { name: 'rest', depends: 'shrink.Succeeded' }] } },
        { name: 'resizeimage' },
        { name: 'wait' },
      ],
    },
  });
});

test('what cannot be exported is told', async () => {
  const id = await save('Shrink it', definition);
  await expect(call('GET', `/workflows/${id}/export?format=xml`)).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    message: expect.stringContaining('format'),
  });
  await expect(call('GET', '/workflows/nope/export?format=argo')).rejects.toMatchObject({ code: 'WORKFLOW_UNKNOWN' });
  const empty = (
    (await call('POST', '/workflows', { name: 'Empty', document: { graph: { startAt: null, nodes: [], edges: [] } } }))
      .body as { id: string }
  ).id;
  await expect(call('GET', `/workflows/${empty}/export?format=argo`)).rejects.toMatchObject({ code: 'SCOPE_EMPTY' });
});
