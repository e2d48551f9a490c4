import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import {
  addNode,
  chooseFunction,
  missingTask,
  type NodeOf,
  nodeOf,
  refer,
  setArgument,
  taskForFunction,
} from '@/lib/graph';
import { emptyDocument } from '@/lib/graph/schema';
import { makeStub, wishOf } from './stubs';

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'stubs-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const resize = FunctionManifest.parse({
  name: 'resize',
  title: 'Resize',
  description: 'Resizes.',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: {
    type: 'object',
    required: ['image', 'width'],
    properties: {
      image: { type: 'string', format: 's3-uri', contentMediaType: 'image/*', title: 'Image' },
      width: { type: 'integer', minimum: 1 },
    },
  },
  output: { type: 'object', properties: {} },
});

/** "Paint a cat" is missing; the next step reads two fields of what it gives. */
function painted() {
  const payload = { kind: 'literal' as const, value: { subject: 'a cat', copies: 2 } };
  const one = addNode(emptyDocument(), missingTask('Paint a cat', 'paint a cat in oil', { payload }), { into: null });
  const two = addNode(one.document, taskForFunction(resize), { into: null });
  const image = refer(two.document, two.id, { step: one.id, path: ['picture'] });
  const width = refer(setArgument(image.document, two.id, ['image'], image.mapping).document, two.id, {
    step: one.id,
    path: ['size', 'width'],
  });
  return { id: one.id, document: setArgument(width.document, two.id, ['width'], width.mapping).document };
}

test('takes what the step is given, gives what later steps read, as they need it', () => {
  const { document, id } = painted();
  expect(wishOf(document, id, [resize])).toMatchObject({
    title: 'Paint a cat',
    description: 'paint a cat in oil',
    input: {
      required: ['subject', 'copies'],
      properties: { subject: { type: 'string' }, copies: { type: 'integer' } },
    },
    output: {
      required: ['picture', 'size'],
      properties: {
        picture: { type: 'string', format: 's3-uri', contentMediaType: 'image/*' },
        size: { type: 'object', properties: { width: { type: 'integer' } } },
      },
    },
  });
});

test('the files are a function that can be called, marked as a stub', async () => {
  const { document, id } = painted();
  const folder = (name: string) => path.join(dataDir, name);
  const userFunctions = {
    has: (name: string) => existsSync(folder(name)),
    write: async (name: string, files: { file: string; content: string | Uint8Array }[]) => {
      mkdirSync(folder(name));
      for (const { file, content } of files) writeFileSync(path.join(folder(name), file), content);
    },
    remove: async (name: string) => rmSync(folder(name), { recursive: true }),
  };
  const deps = { manifests: async () => [resize], userFunctions };
  const manifest = await makeStub(deps, { document, node: id });
  expect(FunctionManifest.parse(manifest)).toMatchObject({ name: 'paint-a-cat', stub: true });
  const { handler } = (await import(pathToFileURL(path.join(folder('paint-a-cat'), 'index.mjs')).href)) as {
    handler(event: unknown): Promise<unknown>;
  };
  expect(await handler({ subject: 'a cat' })).toMatchObject({
    picture: expect.stringMatching(/^s3:/),
    size: { width: 1 },
  });
  expect((await makeStub(deps, { document, node: id })).name).toBe('paint-a-cat-2');

  const node = nodeOf(document.graph, id) as NodeOf<'task'>;
  expect(chooseFunction(document, node, manifest).document.graph.nodes[0]).toMatchObject({
    resource: expect.stringContaining('lambda:invoke'),
  });
});

test('a step that nothing reads gives a text', () => {
  const one = addNode(emptyDocument(), missingTask('Whistle', ''), { into: null });
  expect(wishOf(one.document, one.id, [])).toMatchObject({
    description: 'Whistle',
    output: { properties: { result: { type: 'string' } } },
  });
  expect(() => wishOf(one.document, 'nobody', [])).toThrow('There is no step "nobody"');
});
