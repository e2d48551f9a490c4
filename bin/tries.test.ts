/** A function under review, called in the real local cloud: nothing of it is left there, whatever becomes of it. */
import { DeleteFunctionCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import { tryFunction } from '@/lib/usecases/try-function';
import { keepWritten, tryWritten } from '@/lib/usecases/written';
import { createWiring } from '@/lib/wiring';
import { wired } from './wired';

const deps = wired();
const files = [
  {
    file: 'function.json',
    content: JSON.stringify({
      name: 'count-vowels',
      title: 'Count vowels',
      description: 'Counts vowels.',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      input: { type: 'object', properties: { text: { type: 'string' } } },
      output: { type: 'object', properties: { result: { type: 'number' } } },
    }),
  },
  {
    file: 'index.mjs',
    content:
      'export const handler = async ({ text }) => ({ result: text === "no" ? null : text.match(/[aeiou]/g).length });\n',
  },
];
const request = (text: string) => ({ name: 'count-vowels', files: files as never, input: { text } });
const access = () => ({
  endpoint: deps().cloud.describe().endpoint ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const isDeployed = async (name = 'count-vowels') => {
  const lambda = new LambdaClient(access());
  try {
    await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: 'ResourceNotFoundException' });
    return false;
  } finally {
    lambda.destroy();
  }
};

test('two tries of one name do not disturb each other', { timeout: 60_000 }, async () => {
  const [one, two] = await Promise.all([tryWritten(deps(), request('banana')), tryWritten(deps(), request('kiwi'))]);
  expect([one.output, two.output]).toEqual([{ result: 3 }, { result: 2 }]);
  expect(await isDeployed()).toBe(false);
});

test('what a process killed in a try left behind is taken away with the next try', { timeout: 60_000 }, async () => {
  // As far as a try comes before its end: its files are written, and the cloud has it.
  const left = FunctionManifest.parse({ ...JSON.parse(files[0]!.content), name: 'left-behind' });
  await deps().trials.write('left-behind', [{ ...files[0]!, content: JSON.stringify(left) }, files[1]!]);
  await deps().cloud.deployFunction(left, { trial: true });

  const after = await createWiring(deps().config);
  try {
    expect(await isDeployed('left-behind')).toBe(true);
    expect(await tryWritten(after, request('banana'))).toMatchObject({ ok: true });
    expect(await isDeployed('left-behind')).toBe(false);
    expect(after.trials.leftovers()).toEqual([]);
    // Its files are gone as well: the process after that one finds nothing.
    const third = await createWiring(deps().config);
    expect(third.trials.leftovers()).toEqual([]);
    await third.store.close();
  } finally {
    await after.store.close();
  }
});

test('what was tried is taken away, in success and in failure; what is kept stays', { timeout: 60_000 }, async () => {
  expect(await tryWritten(deps(), request('banana'))).toMatchObject({ ok: true, output: { result: 3 }, unfit: null });
  expect(await isDeployed()).toBe(false);
  expect(await tryWritten(deps(), request('no'))).toMatchObject({ ok: true, unfit: expect.stringContaining('result') });
  expect(await tryWritten(deps(), request('xyz'))).toMatchObject({ ok: false, error: { type: 'TypeError' } });
  expect(await isDeployed()).toBe(false);

  await keepWritten(deps(), { name: 'count-vowels', files: files as never, by: null });
  expect(await tryFunction(deps(), { name: 'count-vowels', input: { text: 'kiwi' } })).toMatchObject({
    output: { result: 2 },
  });
  await deps().cloud.withdrawFunction('count-vowels');
  expect(await isDeployed()).toBe(true);

  // Left of a try, and kept: it is no trial any more.
  const manifest = (await deps().manifests()).find(({ name }) => name === 'count-vowels')!;
  await new LambdaClient(access()).send(new DeleteFunctionCommand({ FunctionName: 'count-vowels' }));
  await deps().cloud.deployFunction(manifest, { trial: true });
  await deps().cloud.deployFunction(manifest);
  await deps().cloud.withdrawFunction('count-vowels');
  expect(await isDeployed()).toBe(true);
});
