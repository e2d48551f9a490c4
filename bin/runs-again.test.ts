/**
 * Runs that are begun again, through the real store and the real local cloud: redriven, retried, forked.
 */
import { expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import type { StoredRun } from '@/lib/store/types';
import { getRun } from '@/lib/usecases/read';
import { redriveRun } from '@/lib/usecases/runs-redrive';
import { forkPlan, forkRunJob } from '@/lib/usecases/runs-retry';
import { startRun } from '@/lib/usecases/start-run';
import type { StreamMessage } from '@/lib/usecases/types';
import { importDefinition } from '@/lib/usecases/workflows';
import { wired } from './wired';

const deps = wired();

/** Its second step reads a file, and fails where there is none. */
const reading = (key: string) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Assign: { kept: '{% $states.input.n %}' }, Next: 'Read' },
    Read: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
      Arguments: { Bucket: deps().config.bucket, Key: key },
      Assign: { text: '{% $states.result.Body %}' },
      Next: 'Last',
    },
    Last: { Type: 'Pass', Output: { text: '{% $text %}', kept: '{% $kept %}' }, End: true },
  },
});
const save = async (definition: object) =>
  (await importDefinition(deps(), { name: 'Again', text: JSON.stringify(definition) })).id;
async function over(id: string): Promise<StoredRun> {
  await expect
    .poll(async () => (await deps().store.runs.get(id))?.status, { timeout: 30_000, interval: 50 })
    .not.toBe('RUNNING');
  return (await deps().store.runs.get(id))!;
}
const run = async (workflowId: string, input: Json) => over((await startRun(deps(), { workflowId, input })).id);

test('a failed run is redriven until what it needs is there: the same run, its history going on', async () => {
  const failed = await run(await save(reading('late.txt')), { n: 7 });
  expect(failed).toMatchObject({ status: 'FAILED', error: 'S3.NoSuchKeyException' });
  const { events } = await getRun(deps(), failed.id);

  const heard: StreamMessage[] = [];
  const end = deps().stream.subscribe((message) => heard.push(message));
  expect(await redriveRun(deps(), { id: failed.id, seen: events.length })).toMatchObject({
    id: failed.id,
    status: 'RUNNING',
    stoppedAt: null,
    redriven: { times: 1 },
  });
  expect(await over(failed.id)).toMatchObject({ status: 'FAILED', redriven: { times: 1 } });

  await deps().cloud.files.put({ key: 'late.txt', mediaType: 'text/plain', body: Buffer.from('here now') });
  await redriveRun(deps(), { id: failed.id, seen: 0 });
  expect(await over(failed.id)).toMatchObject({
    status: 'SUCCEEDED',
    output: { text: 'here now', kept: 7 },
    error: null,
    redriven: { times: 2 },
  });
  end();
  const after = (await getRun(deps(), failed.id)).events;
  expect(after.slice(0, events.length)).toEqual(events);
  expect(after.map(({ id }) => id)).toEqual(after.map((_, i) => i + 1));
  expect(after.filter(({ type }) => type === 'ExecutionRedriven')).toHaveLength(2);
  expect(after.filter(({ type }) => type === 'PassStateEntered')).toHaveLength(2);
  // Whoever watches is told that it goes on, then only what is new.
  const told = heard.flatMap((message) => (message.kind === 'run' ? [message] : []));
  expect(told[0]).toMatchObject({ run: { status: 'RUNNING', redriven: { times: 1 } }, events: [] });
  expect(told.flatMap((message) => message.events)[0]?.id).toBe(events.length + 1);
}, 60_000);

test('a run that somebody redrove past this product is followed again, and not redriven twice', async () => {
  const definition = reading('later.txt');
  Object.assign(definition.States, { Last: { Type: 'Wait', Seconds: 2, End: true } });
  const failed = await run(await save(definition), { n: 1 });
  await deps().cloud.files.put({ key: 'later.txt', mediaType: 'text/plain', body: Buffer.from('here') });
  await deps().cloud.redrive(failed.executionArn);
  expect(await redriveRun(deps(), { id: failed.id, seen: 0 })).toMatchObject({
    status: 'RUNNING',
    redriven: { times: 1 },
  });
  expect(await over(failed.id)).toMatchObject({ status: 'SUCCEEDED', redriven: { times: 1 } });
});

test('what Step Functions would refuse to redrive is refused with the reason, and stays as it was', async () => {
  const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
  const done = await run(await save(definition), {});
  await expect(redriveRun(deps(), { id: done.id, seen: 0 })).rejects.toMatchObject({
    code: 'RUN_NOT_REDRIVABLE',
    message: 'This run succeeded: nothing is left to be done again.',
  });
  expect(await deps().store.runs.get(done.id)).toMatchObject({ status: 'SUCCEEDED' });
  await expect(redriveRun(deps(), { id: 'nobody', seen: 0 })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
});

const LOOP = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : $states.input.from %}' }, Next: 'Each' },
    Each: {
      Type: 'Map',
      Items: '{% $states.context.Execution.Input.list %}',
      ItemProcessor: {
        StartAt: 'One',
        States: { One: { Type: 'Pass', Output: '{% $states.input * $n %}', End: true } },
      },
      Assign: { made: '{% $states.result %}' },
      Next: 'More?',
    },
    'More?': { Type: 'Choice', Choices: [{ Condition: '{% $n < 3 %}', Next: 'Count' }], Default: 'Last' },
    Last: { Type: 'Pass', Output: { made: '{% $made %}', n: '{% $n %}' }, End: true },
  },
};
async function forked(form: Parameters<typeof forkRunJob>[1]): Promise<StoredRun> {
  const job = await forkRunJob(deps(), form);
  await expect.poll(() => deps().jobs.get(job.id)?.status, { timeout: 30_000, interval: 20 }).not.toBe('working');
  const done = deps().jobs.get(job.id);
  if (!done?.runId) throw new Error(JSON.stringify(done?.problem));
  return over(done.runId);
}

test('a run is forked from any visit of a step, with what was so then, and with values that a person changed', async () => {
  const parent = await run(await save(LOOP), { from: 1, list: [10, 20] });
  expect(parent.output).toEqual({ made: [30, 60], n: 3 });
  const { events } = await getRun(deps(), parent.id);
  const entered = (name: string) =>
    events.filter(({ stateEnteredEventDetails: details }) => details?.name === name).map(({ id }) => id);

  // The second of three rounds: the variables are those of that moment.
  const at = { id: parent.id, event: entered('Each')[1]! };
  const plan = await forkPlan(deps(), at);
  expect(plan).toMatchObject({
    step: { name: 'Each' },
    asked: 'Each',
    variables: { n: 2, made: [10, 20] },
    workflowInput: { from: 1, list: [10, 20] },
    reads: { input: false, workflowInput: true, variables: ['n'] },
    whole: false,
  });
  // A step inside of a Map: a run cannot begin there, and so begins with the Map, as it was then.
  const inner = await forkPlan(deps(), { id: parent.id, event: entered('One')[5]! });
  expect(inner).toMatchObject({ step: { name: 'Each' }, asked: 'One', variables: { n: 3, made: [20, 40] } });

  const { revision, input, variables, workflowInput } = plan;
  const same = await forked({ ...at, revision, input, variables, workflowInput });
  expect(same.output).toEqual(parent.output);
  expect(same.parent).toEqual({ id: parent.id, step: 'Each', edited: false });
  const changed = await forked({
    ...at,
    revision,
    input,
    variables: { ...variables, n: 5 },
    workflowInput: { list: [2] } as Json,
  });
  expect(changed).toMatchObject({
    output: { made: [10], n: 5 },
    parent: { id: parent.id, step: 'Each', edited: true },
  });
  expect((await getRun(deps(), changed.id)).parent).toEqual(changed.parent);

  await expect(
    forkRunJob(deps(), { ...at, revision, input, variables: { 'no name': 1 }, workflowInput }),
  ).rejects.toMatchObject({ code: 'VARIABLE_NAME' });
  await expect(
    forkRunJob(deps(), { ...at, revision: revision - 1, input, variables, workflowInput }),
  ).rejects.toMatchObject({ code: 'WORKFLOW_CHANGED' });
  await expect(forkPlan(deps(), { id: parent.id, event: 1 })).rejects.toMatchObject({ code: 'RUN_STEP_GONE' });
}, 60_000);

test('a fork from the beginning is a run of the whole, with the input that a person changed', async () => {
  const parent = await run(await save(LOOP), { from: 3, list: [1] });
  const at = { id: parent.id, event: 2 };
  const plan = await forkPlan(deps(), at);
  expect(plan).toMatchObject({ step: { name: 'Count' }, whole: true, input: { from: 3, list: [1] } });
  const input = { from: 4, list: [1, 2] };
  const child = await forked({ ...at, revision: plan.revision, input, variables: {}, workflowInput: parent.input });
  expect(child).toMatchObject({ input, output: { made: [4, 8], n: 4 }, parent: { step: 'Count', edited: true } });
});
