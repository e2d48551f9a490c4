/** A function written by a model behind a real server, up to where it is kept: nothing of it is run. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '@/lib/config';
import { addNode, missingTask } from '@/lib/graph';
import { emptyDocument } from '@/lib/graph/schema';
import type { WrittenView } from '@/lib/usecases/types';
import { keepWritten, startWriting, tryWritten } from '@/lib/usecases/written';
import { createWiring, type Wiring } from '@/lib/wiring';

const answers: string[] = [];
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (more: string) => {
    body += more;
  });
  request.on('end', () => {
    asked.push(body);
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const send = (delta: object, finish_reason: string | null) =>
      response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send({ content: answers.length > 1 ? answers.shift() : answers[0] }, null);
    send({}, 'stop');
    response.end('data: [DONE]\n\n');
  });
});

let dir: string;
let deps: Wiring;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  dir = mkdtempSync(path.join(tmpdir(), 'written-'));
  deps = await createWiring(
    readConfig({
      ACTION_ENGINE_ROOT: path.resolve(__dirname, '..'),
      ACTION_ENGINE_DATA: dir,
      OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      OPENAI_API_KEY: 'a-key',
      OPENAI_MODEL: 'writes-well',
    }),
  );
});
afterAll(async () => {
  await deps.store.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const marker = () => path.join(dir, 'it-was-run');
const written = (handler: string, example = '{"text":"ab"}') =>
  JSON.stringify({
    description: 'Counts vowels.',
    input: '{"type":"object","properties":{"text":{"type":"string"}}}',
    output: '{"type":"object","properties":{"result":{"type":"string"}}}',
    example: { input: example, output: '{"result":"1"}' },
    handler,
    test: '',
    network: false,
    effects: 'none',
    secrets: [],
  });
const GOOD = 'export const handler = async ({ text }) => ({ result: String(text.match(/[aeiou]/g)?.length ?? 0) });\n';
const step = addNode(
  emptyDocument(),
  missingTask('Count vowels', 'count the vowels', { payload: { kind: 'literal', value: { text: 'ab' } } }),
  { into: null },
);

async function writtenFor(...scripted: string[]): Promise<WrittenView> {
  answers.splice(0, answers.length, ...scripted);
  asked.length = 0;
  const job = await deps.jobs.within(startWriting(deps, { document: step.document, node: step.id }).id, 30_000);
  expect(job).toMatchObject({ kind: 'function', status: 'done' });
  return job.written!;
}
const inTrials = () => readdirSync(path.join(dir, 'trials', 'functions'));

test('what cannot be packed, and an example that does not fit, is said to the model; what is good is to be reviewed', async () => {
  const broken = 'export const handler = async () => ({ result: \n';
  const one = await writtenFor(written(broken), written(GOOD, '{"text":5}'), written(GOOD));
  expect(one).toMatchObject({ name: 'count-vowels', by: 'writes-well', reason: null, alerts: [] });
  expect(asked).toHaveLength(3);
  expect(asked[1]).toContain('cannot be packed');
  expect(asked[2]).toContain('The example input');
  expect(inTrials()).toEqual([]);
  expect((await deps.manifests()).some(({ name }) => name === 'count-vowels')).toBe(false);
});

test('code that would do harm by being read is not even packed, and none is run', async () => {
  const runs = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(marker())}, '');\n${GOOD}`;
  const reads = `import secrets from '../../secrets.json';\n${GOOD}`;
  const one = await writtenFor(written(runs), written(reads), written(`require('child_process');\n${GOOD}`));
  expect(one).toMatchObject({ by: null, reason: expect.stringContaining('child_process') });
  expect(one.files.find(({ file }) => file === 'index.mjs')?.content).toContain('A stub');
  expect(existsSync(marker())).toBe(false);
});

test('it is kept with who wrote it, once, and under no name that is taken', async () => {
  const one = await writtenFor(written(GOOD));
  const { name, files, by } = one;
  const manifest = await keepWritten(deps, { name, files: files as never, by });
  expect(manifest).toMatchObject({ name: 'count-vowels', writtenBy: 'writes-well' });
  expect(readFileSync(path.join(dir, 'functions', name, 'index.mjs'), 'utf8')).toBe(GOOD);
  expect((await deps.manifests()).find((known) => known.name === name)).toMatchObject({ writtenBy: 'writes-well' });
  await expect(keepWritten(deps, { name, files: files as never, by })).rejects.toMatchObject({
    code: 'FUNCTION_TAKEN',
  });
  await expect(tryWritten(deps, { name, files: files as never, input: {} })).rejects.toMatchObject({
    code: 'FUNCTION_TAKEN',
  });
  expect((await writtenFor(written(GOOD))).name).toBe('count-vowels-2');
});

test('a manifest under another name, and an input that does not fit, reach nothing', async () => {
  const { name, files } = await writtenFor(written(GOOD));
  const request = { name, files: files as never, input: { text: 5 } };
  await expect(tryWritten(deps, request)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(tryWritten(deps, { ...request, name: 'resizeimage' })).rejects.toMatchObject({
    code: 'FUNCTION_PACKAGE_INVALID',
  });
});
