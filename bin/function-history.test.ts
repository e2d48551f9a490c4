/** What is known of a function beyond the present: how it failed last, and what its source was; store and cloud are real. */
import { expect, test } from 'vitest';
import { functionVersions, restoreVersion, saveSource } from '@/lib/usecases/import-functions';
import { functionsWithUse, getFunction } from '@/lib/usecases/read';
import { startRun } from '@/lib/usecases/start-run';
import { importDefinition } from '@/lib/usecases/workflows';
import { wired } from './wired';

const deps = wired();
const manifest = {
  name: 'picky',
  title: 'Picky',
  description: 'Takes nothing but small numbers.',
  runtime: 'nodejs22.x',
  handler: 'index.handler',
  input: { type: 'object', properties: { n: { type: 'number' } } },
  output: { type: 'object', properties: {} },
};
const source = (most: number) =>
  `export const handler = async ({ n }) => { if (n > ${most}) { const e = new Error(n + ' is too much'); e.name = 'TooMuch'; throw e; } return {}; };\n`;
const write = () =>
  deps().userFunctions.write('picky', [
    { file: 'function.json', content: JSON.stringify(manifest) },
    { file: 'index.mjs', content: source(5) },
    { file: 'data.bin', content: new Uint8Array([255, 254, 0, 1]) },
  ]);

test('a failure in a run is the function’s last error, also where the run caught it', { timeout: 60_000 }, async () => {
  await write();
  const { id: workflowId } = await importDefinition(deps(), {
    name: 'Ask picky',
    text: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'picky', Payload: { n: '{% $states.input.n %}' } },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
          Next: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    }),
  });
  const run = async (n: number) => {
    const { id } = await startRun(deps(), { workflowId, input: { n } });
    await expect
      .poll(async () => (await deps().store.runs.get(id))?.status, { timeout: 30_000, interval: 50 })
      .toBe('SUCCEEDED');
    return id;
  };
  await run(1);
  expect((await getFunction(deps(), 'picky')).lastError).toBeNull();
  const failed = await run(9);
  const last = { error: 'TooMuch', runId: failed, runName: 'Ask picky' };
  expect((await getFunction(deps(), 'picky')).lastError).toMatchObject(last);
  expect((await getFunction(deps(), 'picky')).lastError?.cause).toContain('9 is too much');
  const all = await functionsWithUse(deps());
  expect(all.find(({ name }) => name === 'picky')).toMatchObject({ usedBy: 1, lastError: last });
  expect(all.filter(({ lastError }) => lastError).map(({ name }) => name)).toEqual(['picky']);
  // Later ones take its place, and a success does not.
  const later = await run(10);
  await run(1);
  expect((await getFunction(deps(), 'picky')).lastError).toMatchObject({ runId: later });
});

test('each change keeps what was there, which can be brought back byte for byte; a removed function has none', async () => {
  await write();
  expect(await functionVersions(deps(), 'picky')).toEqual([]); // the same again is no change
  await saveSource(deps(), { name: 'picky', file: 'index.mjs', text: source(7) });
  await saveSource(deps(), { name: 'picky', file: 'index.mjs', text: source(7) });
  const [first, ...none] = await functionVersions(deps(), 'picky');
  expect(none).toEqual([]);
  expect(first!.files).toEqual([
    { file: 'data.bin', text: null, same: false },
    { file: 'function.json', text: JSON.stringify(manifest), same: true },
    { file: 'index.mjs', text: source(5), same: false },
  ]);
  await restoreVersion(deps(), { name: 'picky', at: first!.at });
  const texts = Object.fromEntries((await deps().sourceOf('picky')).map(({ file, text }) => [file, text]));
  expect(texts['index.mjs']).toBe(source(5));
  const now = await functionVersions(deps(), 'picky');
  expect(now.map(({ files }) => files.find(({ file }) => file === 'index.mjs')?.text)).toEqual([source(7), source(5)]);

  for (let n = 20; n < 45; n++) await saveSource(deps(), { name: 'picky', file: 'index.mjs', text: source(n) });
  expect(await functionVersions(deps(), 'picky')).toHaveLength(20);
  await expect(restoreVersion(deps(), { name: 'picky', at: first!.at })).rejects.toMatchObject({
    code: 'FUNCTION_VERSION_UNKNOWN',
  });
  await deps().userFunctions.remove('picky');
  await write();
  expect(await functionVersions(deps(), 'picky')).toEqual([]);
  await expect(functionVersions(deps(), 'resizeimage')).rejects.toMatchObject({ code: 'FUNCTION_NOT_OWN' });
});
