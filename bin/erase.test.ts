/** Erasing, through the real store and the real local cloud: what is gone, what stays, and that it is gone from the disk too. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { erase, getErasable } from '@/lib/usecases/erase';
import { startRun } from '@/lib/usecases/start-run';
import { stopRun } from '@/lib/usecases/stop-run';

import { importDefinition } from '@/lib/usecases/workflows';
import { wired } from './wired';

const deps = wired();
/** Told to nobody but this product: found on the disk before, and not after. */
const MARK = 'ocelot-4711-periwinkle';

const definition = (seconds: number) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Say',
    States: {
      Say: { Type: 'Pass', Output: { said: MARK }, Next: 'Rest' },
      Rest: { Type: 'Wait', Seconds: seconds, End: true },
    },
  });
const own = {
  name: 'ownfunction',
  title: 'Own',
  description: 'Says it.',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: { type: 'object', properties: {} },
  output: { type: 'object', properties: {} },
};
const status = async (id: string) => (await deps().store.runs.get(id))?.status;

/** Files below the data directory that hold the mark; sockets and caches of the machine's own aside. */
function marked(): string[] {
  const root = path.dirname(deps().config.dataDir); // the cloud’s folder is beside it
  return (readdirSync(root, { recursive: true }) as string[]).filter((name) => {
    const file = path.join(root, name);
    return statSync(file, { throwIfNoEntry: false })?.isFile() && readFileSync(file).includes(MARK);
  });
}

test('runs alone, then everything; never while a run goes on', { timeout: 60_000 }, async () => {
  const { id: workflowId } = await importDefinition(deps(), { name: 'Long', text: definition(600) });
  const { id: shortId } = await importDefinition(deps(), { name: 'Short', text: definition(0) });
  const { document } = (await deps().store.workflows.get(shortId))!;
  await deps().store.versions.add({ id: 'v', workflowId: shortId, name: MARK, revision: 1, document, at: 1 });
  await deps().store.queries.add({ id: 'q', prompt: MARK, files: [], at: 1, workflowId: shortId });
  await deps().cloud.ready();
  const { uri } = await deps().cloud.files.put({
    key: 'uploads/x/a.txt',
    mediaType: 'text/plain',
    body: Buffer.from(MARK),
  });
  await deps().userFunctions.write('ownfunction', [
    { file: 'function.json', content: JSON.stringify(own) },
    { file: 'index.mjs', content: `export const handler = async () => console.log('${MARK}');` },
  ]);
  await deps().userFunctions.put(
    'ownfunction',
    'index.mjs',
    `export const handler = async () => console.log('${MARK}', 2);`,
  );
  const manifest = (await deps().manifests()).find(({ name }) => name === 'ownfunction')!;
  await deps().cloud.deployFunction(manifest);
  expect((await deps().cloud.invokeFunction('ownfunction', {})).log).toContain(MARK);
  deps().secrets.set('TOKEN_OF_MINE', MARK);
  deps().modelChoice.set({ provider: 'openai', model: null, baseUrl: null, apiKey: MARK });

  const ended = await startRun(deps(), { workflowId: shortId, input: { n: MARK } });
  await expect.poll(() => status(ended.id), { timeout: 20_000 }).toBe('SUCCEEDED');
  const long = await startRun(deps(), { workflowId, input: {} });
  expect(await getErasable(deps())).toMatchObject({
    ...{ workflows: 2, versions: 1, runs: 2, prompts: 1, files: 1, functions: 1, secrets: 1, modelKey: true },
    running: [{ id: long.id, workflowName: 'Long' }],
  });

  await expect(erase(deps(), { what: 'runs', typed: 'yes' })).rejects.toMatchObject({ code: 'ERASE_NOT_CONFIRMED' });
  await expect(erase(deps(), { what: 'everything', typed: 'erase everything' })).rejects.toMatchObject({
    code: 'ERASE_RUNS_GO_ON',
    message: 'Nothing was erased: "Long" still runs.',
  });
  // Also where this product does not know of it: another program began it.
  await deps().store.runs.end(long.id, { status: 'ABORTED', output: null, error: null, cause: null, stoppedAt: 1 });
  await expect(erase(deps(), { what: 'runs', typed: 'erase runs' })).rejects.toMatchObject({
    code: 'ERASE_RUNS_GO_ON',
  });
  expect((await getErasable(deps())).runs).toBe(2);
  await stopRun(deps(), long.id);
  await expect.poll(async () => (await deps().cloud.execution(long.executionArn)).status).toBe('ABORTED');

  await erase(deps(), { what: 'runs', typed: ' Erase runs ' });
  expect(await getErasable(deps())).toMatchObject({
    ...{ workflows: 2, versions: 1, runs: 0, prompts: 1, files: 1, functions: 1, secrets: 1, modelKey: true },
    running: [],
  });
  await expect(deps().cloud.execution(ended.executionArn)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  expect(marked().filter((name) => /runs\.db|logs/.test(name))).toEqual([]);
  // What stays can be run: its state machine is made again.
  const again = await startRun(deps(), { workflowId: shortId, input: {} });
  await expect.poll(() => status(again.id), { timeout: 20_000 }).toBe('SUCCEEDED');

  expect(marked()).not.toEqual([]);
  await erase(deps(), { what: 'everything', typed: 'erase everything' });
  expect(await getErasable(deps())).toEqual({
    ...{ workflows: 0, versions: 0, runs: 0, prompts: 0, files: 0, functions: 0, secrets: 0, modelKey: false },
    running: [],
  });
  await expect(deps().cloud.files.head(uri)).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
  const names = (await deps().manifests()).map(({ name }) => name);
  expect(names).toContain('resizeimage');
  expect(names).not.toContain('ownfunction');
  expect(marked()).toEqual([]);

  const { id: fresh } = await importDefinition(deps(), { name: 'Fresh', text: definition(0) });
  const first = await startRun(deps(), { workflowId: fresh, input: {} });
  await expect.poll(() => status(first.id), { timeout: 20_000 }).toBe('SUCCEEDED');
});
