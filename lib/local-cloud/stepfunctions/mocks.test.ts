/** Mock configuration files of Step Functions Local, shortened waits, and services that are not here: over the wire. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMockConfig } from './mocks';
import { startTestCloud, type TestCloud } from './testing/cloud';

const roleArn = 'arn:aws:iam::000000000000:role/test';
const lambda = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'nobody' },
  ...more,
});

const CONFIG = {
  StateMachines: {
    orders: {
      TestCases: {
        happy: { Charge: 'charged', Notify: 'sent' },
        retried: { Charge: 'flaky', Notify: 'sent' },
        hopeless: { Charge: 'flakyForever', Notify: 'sent' },
        half: { Charge: 'charged' },
      },
    },
    each: { TestCases: { counted: { Work: 'counting' } } },
    callback: { TestCases: { answered: { Ask: 'approved' } } },
  },
  MockedResponses: {
    charged: { '0': { Return: { StatusCode: 200, Payload: { id: 7 } } } },
    flaky: {
      '0-1': { Throw: { Error: 'Lambda.TooManyRequestsException', Cause: 'slow down' } },
      '2': { Return: { Payload: { id: 8 } } },
    },
    flakyForever: { '0-9': { Throw: { Error: 'Broken', Cause: 'for good' } } },
    sent: { '0': { Return: { MessageId: 'm' } } },
    counting: { '0': { Return: 'a' }, '1-2': { Return: 'b' } },
    approved: { '0': { Return: { ok: true } } },
  },
};

let folder: string;
let cloud: TestCloud;
let sfn: SFN;
const arns: Record<string, string> = {};

const create = async (name: string, definition: object) => {
  arns[name] = (await sfn.createStateMachine({ name, roleArn, definition: JSON.stringify(definition) }))
    .stateMachineArn!;
};
const run = async (stateMachineArn: string, input: unknown = {}) => {
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) });
  for (;;) {
    const execution = await sfn.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING') {
      const { events = [] } = await sfn.getExecutionHistory({ executionArn, maxResults: 1000 });
      return { ...execution, events, types: events.map(({ type }) => type) };
    }
    await sleep(5);
  }
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sfn-mocks-'));
  const mockConfig = path.join(folder, 'MockConfigFile.json');
  writeFileSync(mockConfig, JSON.stringify(CONFIG));
  cloud = await startTestCloud(folder, { mockConfig, timeScale: 0 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sfn = new SFN({ region: 'us-east-1', endpoint: cloud.url, credentials, maxAttempts: 1, disableHostPrefix: true });
  await create('orders', {
    StartAt: 'Charge',
    States: {
      Charge: lambda({
        Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 3600 }],
        Next: 'Notify',
      }),
      Notify: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: 'q' }, End: true },
    },
  });
  await create('each', {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'Work', States: { Work: lambda({ End: true }) } },
        End: true,
      },
    },
  });
  await create('callback', {
    StartAt: 'Ask',
    States: {
      Ask: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters: {}, End: true },
    },
  });
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a test case answers for the services', () => {
  test('with what it returns', async () => {
    const { status, output, types } = await run(`${arns.orders}#happy`);
    expect([status, output]).toEqual(['SUCCEEDED', '{"MessageId":"m"}']);
    expect(types.filter((type) => type?.startsWith('Task'))).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  test('attempt by attempt', async () => {
    const { status, types } = await run(`${arns.orders}#retried`);
    expect(status).toBe('SUCCEEDED');
    expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(2);
  });

  test('with what it throws', async () => {
    expect(await run(`${arns.orders}#hopeless`)).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
      cause: 'for good',
    });
  });

  test('counting each time that the state is entered, and failing when it has nothing left to say', async () => {
    expect(await run(`${arns.each}#counted`, [1, 2, 3])).toMatchObject({ output: '["a","b","b"]' });
    const spent = await run(`${arns.each}#counted`, [1, 2, 3, 4]);
    expect(spent).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(spent.cause).toMatch(/"counting" says nothing of attempt 3 of the state "Work"/);
  });

  test('also for callbacks', async () => {
    const { output, types } = await run(`${arns.callback}#answered`);
    expect(output).toBe('{"ok":true}');
    expect(types).toContain('TaskSubmitted');
  });

  test('a state that it does not name calls its service, and one that is not here says what it takes', async () => {
    const { error, cause } = await run(`${arns.orders}#half`);
    expect(error).toBe('States.Runtime');
    expect(cause).toMatch(/no service "sqs".*npm install @aws-sdk\/client-sqs.*AWS_ENDPOINT_URL_SQS/);
  });

  test.each([
    ['orders', 'sad', /no test case "sad" of the state machine "orders".*happy, retried/],
    ['orders', '', /no test case ""/],
  ])('%s#%s is refused', async (machine, testCase, message) => {
    await expect(sfn.startExecution({ stateMachineArn: `${arns[machine]}#${testCase}` })).rejects.toThrow(message);
  });
});

test('a file that may be missing is read once it is there, and what is wrong with it is told to who asks for it', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sfn-own-mocks-'));
  const mockConfig = path.join(dataDir, 'mocks.json');
  const own = await startTestCloud(dataDir, { mockConfig, mockOptional: true });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SFN({ region: 'us-east-1', endpoint: own.url, credentials, maxAttempts: 1 });
  try {
    const definition = JSON.stringify({ StartAt: 'Charge', States: { Charge: lambda({ End: true }) } });
    const { stateMachineArn } = await client.createStateMachine({ name: 'orders', roleArn, definition });
    const begin = () => client.startExecution({ stateMachineArn: `${stateMachineArn}#half` });
    await expect(begin()).rejects.toThrow(/half/);
    writeFileSync(mockConfig, '{ half');
    await expect(begin()).rejects.toThrow(/is not JSON/);
    writeFileSync(mockConfig, JSON.stringify(CONFIG, null, 2));
    expect((await begin()).executionArn).toContain(':execution:orders:');
  } finally {
    await own.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test.each<[string, object, RegExp]>([
  [
    'a response that is not there',
    { StateMachines: { m: { TestCases: { c: { S: 'r' } } } } },
    /names the response "r"/,
  ],
  [
    'an attempt that is none',
    { StateMachines: {}, MockedResponses: { r: { first: { Return: 1 } } } },
    /MockedResponses\/r/,
  ],
  [
    'neither return nor throw',
    { StateMachines: {}, MockedResponses: { r: { '0': { Give: 1 } } } },
    /MockedResponses\/r\/0/,
  ],
])('a configuration with %s is refused', (_, config, message) => {
  expect(() => parseMockConfig(JSON.stringify(config), 'm.json')).toThrow(message);
});

describe('a time scale of 0', () => {
  const wait = (seconds: number, next: object) => ({ Type: 'Wait', Seconds: seconds, ...next });
  test('skips waits, and keeps their order and their times', async () => {
    const branch = (name: string, seconds: number[]) => ({
      StartAt: `${name}0`,
      States: Object.fromEntries(
        seconds.map((s, i) => [
          `${name}${i}`,
          wait(s, i === seconds.length - 1 ? { End: true } : { Next: `${name}${i + 1}` }),
        ]),
      ),
    });
    await create('waits', {
      StartAt: 'Both',
      States: {
        Both: { Type: 'Parallel', Branches: [branch('a', [100, 500]), branch('b', [50, 100, 10_000])], End: true },
      },
    });
    const begun = Date.now();
    const { status, events } = await run(arns.waits!);
    expect(status).toBe('SUCCEEDED');
    expect(Date.now() - begun).toBeLessThan(5_000);
    const exits = events.filter(({ type }) => type === 'WaitStateExited');
    expect(exits.map((event) => event.stateExitedEventDetails?.name)).toEqual(['b0', 'a0', 'b1', 'a1', 'b2']);
    const start = events[0]!.timestamp!.getTime();
    expect(exits.map((event) => Math.round((event.timestamp!.getTime() - start) / 10_000))).toEqual([
      5, 10, 15, 60, 1015,
    ]);
  });

  test('a wait that goes past the machine’s own limit ends there', async () => {
    await create('late', { StartAt: 'W', TimeoutSeconds: 60, States: { W: wait(3600, { End: true }) } });
    expect((await run(arns.late!)).status).toBe('TIMED_OUT');
  });

  test('limits on real work stay real', async () => {
    const { activityArn } = await sfn.createActivity({ name: 'nobody' });
    await create('limit', {
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: activityArn, TimeoutSeconds: 1, End: true } },
    });
    const begun = Date.now();
    expect(await run(arns.limit!)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(950);
  });

  test('an activity that is gone fails the execution before it is asked for', async () => {
    const { activityArn } = await sfn.createActivity({ name: 'gone' });
    await create('gone', { StartAt: 'T', States: { T: { Type: 'Task', Resource: activityArn, End: true } } });
    await sfn.deleteActivity({ activityArn });
    const { types, cause } = await run(arns.gone!);
    expect(types).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
    expect(cause).toContain(`The activity ${activityArn} does not exist.`);
  });
});
