/** RedriveExecution over the SDK, with workers that fail at first; and a process killed right after a redrive. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childScript } from '@/lib/base/children';
import { openRunLog } from '@/lib/local-cloud/log';
import { redrivability } from './api/redrive';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ROLE = 'arn:aws:iam::000000000000:role/test';
const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const DAY = 24 * 3600_000;

let folder: string;
let script: string;
let child: ChildProcess;
let sfn: SFNClient;

async function start(): Promise<void> {
  child = spawn(process.execPath, [script, folder, 'http://127.0.0.1:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)));
  });
  sfn = new SFNClient({ ...local, endpoint, disableHostPrefix: true, maxAttempts: 1 });
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'redrive-'));
  script = await childScript(ROOT, 'lib/local-cloud/stepfunctions/testing/child.ts');
  await start();
});
afterAll(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

const activity = async (name: string) => (await sfn.send(new CreateActivityCommand({ name }))).activityArn!;
const task = (Resource: string) => ({ Type: 'Task', Resource, End: true });

async function begin(name: string, definition: object, input: object = {}): Promise<string> {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE }),
  );
  const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return started.executionArn!;
}

/** One worker: takes a task, and answers it as told. @returns the task's input */
async function work(activityArn: string, answer: 'fail' | 'succeed'): Promise<unknown> {
  const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn }));
  if (answer === 'fail') await sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Broken', cause: 'by test' }));
  else await sfn.send(new SendTaskSuccessCommand({ taskToken, output: input }));
  return JSON.parse(input!);
}

const describe = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }));
async function ended(executionArn: string) {
  for (;;) {
    const execution = await describe(executionArn);
    if (execution.status !== 'RUNNING') return execution;
    await sleep(30);
  }
}
async function history(executionArn: string): Promise<HistoryEvent[]> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
  return events;
}
const count = (events: HistoryEvent[], type: string) => events.filter((event) => event.type === type).length;

test('of a Parallel, only the branch that failed runs again', { timeout: 30_000 }, async () => {
  const [left, right] = [await activity('left'), await activity('right')];
  const branch = (arn: string) => ({ StartAt: 'Do', States: { Do: task(arn) } });
  const both = { Type: 'Parallel', Branches: [branch(left), branch(right)], End: true };
  const executionArn = await begin('both', { StartAt: 'Both', States: { Both: both } }, { n: 1 });
  const redrive = (clientToken?: string) => sfn.send(new RedriveExecutionCommand({ executionArn, clientToken }));

  await expect(redrive()).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: expect.stringContaining('Execution is RUNNING and cannot be redriven'),
  });
  await work(left, 'succeed');
  await work(right, 'fail');
  expect(await ended(executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'Broken',
    redriveStatus: 'REDRIVABLE',
    redriveCount: 0,
  });

  const first = await redrive('one');
  expect(await redrive('one')).toMatchObject({ redriveDate: first.redriveDate });
  expect(await describe(executionArn)).toMatchObject({
    status: 'RUNNING',
    redriveCount: 1,
    redriveDate: first.redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
  });
  expect(await work(right, 'succeed')).toEqual({ n: 1 });
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[{"n":1},{"n":1}]' });
  const events = await history(executionArn);
  expect(count(events, 'ExecutionRedriven')).toBe(1);
  expect(events.filter((event) => event.activityScheduledEventDetails?.resource === left)).toHaveLength(1);
  expect(events.filter((event) => event.activityScheduledEventDetails?.resource === right)).toHaveLength(2);
  await expect(redrive('two')).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: expect.stringContaining('Execution is SUCCEEDED and cannot be redriven'),
  });
  const { stateMachineArn } = await describe(executionArn);
  const filtered = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN') =>
    (await sfn.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions!.length;
  expect([await filtered('REDRIVEN'), await filtered('NOT_REDRIVEN')]).toEqual([1, 0]);
});

test('of a Map, only the iterations that did not succeed run again', { timeout: 30_000 }, async () => {
  const each = await activity('each');
  const map = {
    Type: 'Map',
    MaxConcurrency: 1,
    ItemProcessor: { StartAt: 'Do', States: { Do: task(each) } },
    End: true,
  };
  const executionArn = await begin('map', { StartAt: 'Each', States: { Each: map } }, ['a', 'b', 'c']);
  await work(each, 'succeed');
  await work(each, 'fail');
  expect((await ended(executionArn)).status).toBe('FAILED');
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  expect(await work(each, 'succeed')).toBe('b');
  expect(await work(each, 'succeed')).toBe('c');
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["a","b","c"]', redriveCount: 1 });
  await history(executionArn);
});

test('a distributed Map redrives its children, which go on as what they were', { timeout: 30_000 }, async () => {
  const item = await activity('item');
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const processor = { ProcessorConfig: config, StartAt: 'Do', States: { Do: task(item) } };
  const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor, End: true };
  const executionArn = await begin('distributed', { StartAt: 'Each', States: { Each: map } }, [1, 2, 3]);
  await work(item, 'succeed');
  await work(item, 'fail');
  expect(await ended(executionArn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
  const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const mapRunArn = mapRuns![0]!.mapRunArn!;
  const failed = (await sfn.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }))).executions!;
  expect(failed).toHaveLength(1);
  await expect(sfn.send(new RedriveExecutionCommand({ executionArn: failed[0]!.executionArn! }))).rejects.toMatchObject(
    { name: 'ExecutionNotRedrivable' },
  );

  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await kill();
  await start();
  expect(await work(item, 'succeed')).toBe(2);
  expect(await work(item, 'succeed')).toBe(3);
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1,2,3]' });
  expect(await sfn.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
    status: 'SUCCEEDED',
    redriveCount: 1,
    executionCounts: { succeeded: 3, total: 3 },
  });
  expect(await describe(failed[0]!.executionArn!)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  expect((await sfn.send(new ListMapRunsCommand({ executionArn }))).mapRuns).toHaveLength(1);
  expect(count(await history(executionArn), 'MapRunRedriven')).toBe(1);
});

test('an Express child of a Map Run begins anew, and only one that failed', { timeout: 30_000 }, async () => {
  const ask = {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.context.Execution.RedriveCount = 1 %}', Next: 'Good' }],
  };
  const first = {
    ...ask,
    Choices: [...ask.Choices, { Condition: '{% $states.input = 1 %}', Next: 'Good' }],
    Default: 'Bad',
  };
  const states = { Ask: first, Bad: { Type: 'Fail', Error: 'No' }, Good: { Type: 'Pass', End: true } };
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
  const map = { Type: 'Map', ItemProcessor: { ProcessorConfig: config, StartAt: 'Ask', States: states }, End: true };
  const executionArn = await begin('anew', { QueryLanguage: 'JSONata', StartAt: 'M', States: { M: map } }, [1, 2]);
  expect(await ended(executionArn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1,2]' });
});

test('a Map Run may be widened while it runs, and tells how far it is', { timeout: 30_000 }, async () => {
  const slow = await activity('slow');
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const processor = { ProcessorConfig: config, StartAt: 'Do', States: { Do: task(slow) } };
  const limits = { MaxConcurrency: 1, ToleratedFailureCount: 0, ItemBatcher: { MaxItemsPerBatch: 2 } };
  const map = { Type: 'Map', ...limits, ItemProcessor: processor, End: true };
  const executionArn = await begin('widened', { StartAt: 'Each', States: { Each: map } }, [1, 2, 3, 4, 5]);
  const mapRunArn = await (async () => {
    for (;;) {
      const arn = (await sfn.send(new ListMapRunsCommand({ executionArn }))).mapRuns?.[0]?.mapRunArn;
      if (arn) return arn;
      await sleep(20);
    }
  })();
  const described = () => sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  await expect.poll(described).toMatchObject({
    maxConcurrency: 1,
    itemCounts: { running: 2, pending: 3, total: 5 },
    executionCounts: { running: 1, pending: 2, total: 3 },
  });
  await expect(sfn.send(new UpdateMapRunCommand({ mapRunArn }))).rejects.toMatchObject({ name: 'ValidationException' });
  await sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 0, toleratedFailureCount: 1 }));
  await kill(); // what was acknowledged holds
  await start();
  await expect.poll(described).toMatchObject({
    maxConcurrency: 0,
    toleratedFailureCount: 1,
    executionCounts: { running: 3, pending: 0 },
  });
  await work(slow, 'fail');
  await work(slow, 'succeed');
  await work(slow, 'succeed');
  expect((await ended(executionArn)).status).toBe('SUCCEEDED');
  expect(await described()).toMatchObject({ status: 'SUCCEEDED', executionCounts: { failed: 1, succeeded: 2 } });
  await expect(sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 2 }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('a Map Run tells which children wait to be redriven', { timeout: 30_000 }, async () => {
  const waiting = await activity('waiting');
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const processor = { ProcessorConfig: config, StartAt: 'Do', States: { Do: task(waiting) } };
  const limits = { MaxConcurrency: 1, ToleratedFailureCount: 1, ItemBatcher: { MaxItemsPerBatch: 2 } };
  const map = { Type: 'Map', ...limits, ItemProcessor: processor, End: true };
  const executionArn = await begin('waiting', { StartAt: 'Each', States: { Each: map } }, [1, 2, 3, 4, 5]);
  for (let i = 0; i < 2; i++) await work(waiting, 'fail');
  await ended(executionArn);
  const { mapRunArn } = (await sfn.send(new ListMapRunsCommand({ executionArn }))).mapRuns![0]!;
  const described = () => sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  expect(await described()).toMatchObject({ status: 'FAILED', executionCounts: { failed: 2, pendingRedrive: 0 } });
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await expect.poll(described).toMatchObject({
    itemCounts: { running: 2, failed: 2, pendingRedrive: 2, pending: 1, total: 5 },
    executionCounts: { running: 1, failed: 1, pendingRedrive: 1, pending: 1, total: 3 },
  });
  await work(waiting, 'fail'); // again: it had its turn
  await expect.poll(described).toMatchObject({ executionCounts: { running: 1, failed: 1, pendingRedrive: 0 } });
  for (let i = 0; i < 2; i++) await work(waiting, 'succeed');
  expect((await ended(executionArn)).status).toBe('SUCCEEDED');
  expect(await described()).toMatchObject({ executionCounts: { failed: 1, succeeded: 2, pendingRedrive: 0 } });
  const { executions } = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
  expect(executions!.map(({ itemCount }) => itemCount)).toEqual([1, 2, 2]); // newest first
});

test('a stopped execution goes on too; its children with it', { timeout: 30_000 }, async () => {
  const [stopped, wide] = [await activity('stopped'), await activity('wide')];
  const executionArn = await begin('stopped', { StartAt: 'Do', States: { Do: task(stopped) } }, { x: 1 });
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
  const processor = { ProcessorConfig: config, StartAt: 'Say', States: { Say: { Type: 'Pass', End: true } } };
  const map = { Type: 'Map', ItemProcessor: processor, Next: 'Do' };
  const wideArn = await begin('wide', { StartAt: 'M', States: { M: map, Do: task(wide) } }, [1, 2]);
  while (count(await history(wideArn), 'MapRunSucceeded') === 0) await sleep(20);
  for (const arn of [executionArn, wideArn]) {
    await sfn.send(new StopExecutionCommand({ executionArn: arn }));
    expect((await describe(arn)).status).toBe('ABORTED');
    await sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  }
  expect(await work(stopped, 'succeed')).toEqual({ x: 1 });
  expect(await work(wide, 'succeed')).toEqual([1, 2]);
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"x":1}' });
  expect((await ended(wideArn)).status).toBe('SUCCEEDED');
});

test('a Map Run that was stopped goes on at once, with the children that were being stopped', {
  timeout: 30_000,
}, async () => {
  const many = await activity('many');
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const processor = { ProcessorConfig: config, StartAt: 'Do', States: { Do: task(many) } };
  const map = { Type: 'Map', ItemProcessor: processor, End: true };
  const items = Array.from({ length: 12 }, (_, i) => i);
  const executionArn = await begin('many', { StartAt: 'Each', States: { Each: map } }, items);
  expect(await work(many, 'succeed')).toBeTypeOf('number');
  for (let i = 0; i < 2; i++) {
    await sfn.send(new StopExecutionCommand({ executionArn }));
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
  }
  const worked: unknown[] = [];
  while (worked.length < 11) worked.push(await work(many, 'succeed'));
  expect(new Set(worked).size).toBe(11);
  expect(await ended(executionArn)).toMatchObject({ output: JSON.stringify(items), redriveCount: 2 });
});

test('killed right after it was acknowledged, a redrive still happened, once', { timeout: 60_000 }, async () => {
  const arn = await activity('after');
  const branch = (name: string) => ({ StartAt: name, States: { [name]: task(arn) } });
  const both = { Type: 'Parallel', Branches: [branch('X'), branch('Y')], Next: 'End' };
  const definition = { StartAt: 'Both', States: { Both: both, End: { Type: 'Pass', End: true } } };
  const executionArn = await begin('killed', definition, { k: 1 });
  await work(arn, 'succeed');
  await work(arn, 'fail');
  await ended(executionArn);
  const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn, clientToken: 'token' }));
  for (let i = 0; i < 3; i++) {
    await kill();
    await start();
    expect(await describe(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 1, redriveDate });
    // asked again by a caller who never heard the answer
    expect(await sfn.send(new RedriveExecutionCommand({ executionArn, clientToken: 'token' }))).toMatchObject({
      redriveDate,
    });
  }
  expect(await work(arn, 'succeed')).toEqual({ k: 1 });
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[{"k":1},{"k":1}]' });
  const events = await history(executionArn);
  expect(count(events, 'ExecutionRedriven')).toBe(1);
  expect(count(events, 'ActivitySucceeded')).toBe(2);
});

test('after fourteen days, a year, or 24,999 events it is too late', async () => {
  const log = openRunLog(path.join(folder, 'only', 'the', 'log'));
  const row = { id: 1, status: 'FAILED', mapRun: null, startedAt: 0, stoppedAt: DAY } as const;
  const at = (days: number, given: object = {}) => redrivability({ log, now: () => days * DAY }, { ...row, ...given });
  expect(at(15)).toEqual({ redriveStatus: 'REDRIVABLE' });
  expect(at(15.1)).toMatchObject({ redriveStatusReason: 'Execution redrivable period exceeded' });
  expect(at(366, { stoppedAt: 365.9 * DAY })).toMatchObject({
    redriveStatusReason: 'Execution has exceeded the max execution time',
  });
  expect(at(2, { mapRun: 'arn' })).toEqual({ redriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
  const full = { execution: 1, firstEvent: 1, lastEvent: 24_999, at: 0, events: '[]', changes: null, chain: '' };
  log.transact(() => log.executions.append(full));
  expect(at(2)).toMatchObject({ redriveStatusReason: 'Execution history event limit exceeded' });
  log.close();
});
