/** TestState over the SDK: rows of states, what is asked about them, and what is answered. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SFN, type TestStateCommandInput } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from './testing/cloud';

const roleArn = 'arn:aws:iam::000000000000:role/test';
let folder: string;
let cloud: TestCloud;
let server: http.Server;
let sfn: SFN;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'test-state-'));
  server = http.createServer((_, response) =>
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not here'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cloud = await startTestCloud(folder, { httpAllow: ['127.0.0.1'] });
  writeFileSync(path.join(folder, 'cloud', 'connections.json'), '{"arn:connection":{"Authorization":"Bearer hidden"}}');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sfn = new SFN({ region: 'us-east-1', endpoint: cloud.url, credentials, disableHostPrefix: true, maxAttempts: 1 });
});
afterAll(async () => {
  await cloud.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Asked = Omit<TestStateCommandInput, 'definition' | 'input'> & { input?: unknown };

/** @returns the answer; texts of JSON as what they say */
async function testState(definition: object, { input = {}, ...asked }: Asked = {}) {
  const request = { definition: JSON.stringify(definition), input: JSON.stringify(input), ...asked };
  const { $metadata, ...answer } = await sfn.testState(request);
  const read = (value: unknown) =>
    typeof value === 'string' && /^[[{"\d]|^null$/.test(value) ? JSON.parse(value) : value;
  const readAll = (from: object) =>
    Object.fromEntries(Object.entries(from).map(([name, value]) => [name, read(value)]));
  return { ...readAll(answer), ...(answer.inspectionData && { inspectionData: readAll(answer.inspectionData) }) };
}

const INVOKE = 'arn:aws:states:::lambda:invoke';
const invoke = (more: object = {}) => ({
  Type: 'Task',
  Resource: INVOKE,
  Parameters: { FunctionName: 'f' },
  End: true,
  ...more,
});
const jsonata = (more: object = {}) => ({
  ...{ Type: 'Task', QueryLanguage: 'JSONata', Resource: INVOKE, End: true },
  Arguments: { FunctionName: 'f', Payload: '{% $states.input.n * 2 %}' },
  ...more,
});
const result = (value: unknown) => ({ result: JSON.stringify(value) });
const BROKEN = { errorOutput: { error: 'Broken', cause: 'by test' } };
const each = { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } };
const distributed = { ...each, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

type Row = { name: string; state: object; asked?: Asked; answer: object };
const rows: Row[] = [
  {
    name: 'a Pass, at the level INFO, has its output and the next state',
    state: { Type: 'Pass', Parameters: { 'sum.$': 'States.MathAdd($.a, 1)' }, Next: 'B' },
    asked: { input: { a: 1 } },
    answer: { status: 'SUCCEEDED', output: { sum: 2 }, nextState: 'B' },
  },
  {
    name: 'a Task in JSONPath shows every point of its data flow',
    state: invoke({
      InputPath: '$.in',
      Parameters: { FunctionName: 'f', 'Payload.$': '$' },
      ResultSelector: { 'got.$': '$.Payload' },
      ResultPath: '$.out',
      OutputPath: '$.out',
    }),
    asked: { input: { in: [1], kept: true }, inspectionLevel: 'DEBUG', mock: result({ Payload: 7 }) },
    answer: {
      status: 'SUCCEEDED',
      output: { got: 7 },
      inspectionData: {
        input: { in: [1], kept: true },
        afterInputPath: [1],
        afterParameters: { FunctionName: 'f', Payload: [1] },
        result: { Payload: 7 },
        afterResultSelector: { got: 7 },
        afterResultPath: { in: [1], kept: true, out: { got: 7 } },
      },
    },
  },
  {
    name: 'a Task in JSONata shows its arguments, its result and the variables',
    state: jsonata({ Assign: { last: '{% $states.result.Payload %}' }, Output: '{% $states.result.Payload + $add %}' }),
    asked: { input: { n: 4 }, variables: '{"add":1}', inspectionLevel: 'TRACE', mock: result({ Payload: 8 }) },
    answer: {
      status: 'SUCCEEDED',
      output: 9,
      inspectionData: {
        input: { n: 4 },
        afterArguments: { FunctionName: 'f', Payload: 8 },
        result: { Payload: 8 },
        variables: { add: 1, last: 8 },
      },
    },
  },
  {
    name: 'an expression that fails is the failure of the state, without a preface',
    state: jsonata({ Output: '{% $states.result.Payload + "a" %}' }),
    asked: { input: { n: 4 }, mock: result({ Payload: 8 }) },
    answer: {
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringMatching(/^The JSONata expression/),
    },
  },
  {
    name: 'a path that leads nowhere fails the state',
    state: { Type: 'Pass', InputPath: '$.none', End: true },
    answer: { status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining('$.none') },
  },
  {
    name: 'an error that a retrier takes is RETRIABLE, with the seconds until then',
    state: invoke({
      Retry: [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['Broken'], IntervalSeconds: 3, BackoffRate: 2 }],
    }),
    asked: { mock: BROKEN, stateConfiguration: { retrierRetryCount: 1 }, inspectionLevel: 'DEBUG' },
    answer: {
      status: 'RETRIABLE',
      error: 'Broken',
      cause: 'by test',
      inspectionData: expect.objectContaining({ errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } }),
    },
  },
  {
    name: 'when its retries are spent it is caught',
    state: invoke({
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Repair', ResultPath: '$.error' }],
    }),
    asked: { input: { a: 1 }, mock: BROKEN, stateConfiguration: { retrierRetryCount: 2 }, inspectionLevel: 'DEBUG' },
    answer: {
      status: 'CAUGHT_ERROR',
      error: 'Broken',
      cause: 'by test',
      nextState: 'Repair',
      output: { a: 1, error: { Error: 'Broken', Cause: 'by test' } },
      inspectionData: expect.objectContaining({ errorDetails: { catchIndex: 0 } }),
    },
  },
  {
    name: 'a Choice says where it leads',
    state: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 3, Next: 'Big' }], Default: 'Small' },
    asked: { input: { n: 4 } },
    answer: { status: 'SUCCEEDED', nextState: 'Big', output: { n: 4 } },
  },
  {
    name: 'a Wait waits, and hands on its input',
    state: { Type: 'Wait', Seconds: 1, Next: 'B' },
    asked: { input: [1] },
    answer: { status: 'SUCCEEDED', nextState: 'B', output: [1] },
  },
  {
    name: 'a Map shows what each iteration is given',
    state: {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'all.$': '$.tag' },
      MaxConcurrency: 1,
      ItemProcessor: each,
      End: true,
    },
    asked: { input: { list: [5, 6], tag: 't' }, mock: result(['x', 'y']), inspectionLevel: 'DEBUG' },
    answer: {
      status: 'SUCCEEDED',
      output: ['x', 'y'],
      inspectionData: {
        input: { list: [5, 6], tag: 't' },
        afterInputPath: { list: [5, 6], tag: 't' },
        afterItemsPath: [5, 6],
        afterItemSelector: [
          { n: 5, i: 0, all: 't' },
          { n: 6, i: 1, all: 't' },
        ],
        afterResultSelector: ['x', 'y'],
        afterResultPath: ['x', 'y'],
        maxConcurrency: 1,
      },
    },
  },
  {
    name: 'a distributed Map reads the data that the test gives, and shows its batches',
    state: {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Arguments: { Bucket: 'b', Key: 'k' },
      },
      ItemBatcher: { MaxItemsPerBatch: 2 },
      ToleratedFailurePercentage: 50,
      ItemProcessor: distributed,
      End: true,
    },
    asked: {
      mock: result([1, 2, 3]),
      stateConfiguration: { mapItemReaderData: 'a,b\n1,2\n3,4\n5,6\n', mapIterationFailureCount: 1 },
      inspectionLevel: 'DEBUG',
    },
    answer: {
      status: 'SUCCEEDED',
      output: [1, 2, 3],
      inspectionData: {
        input: {},
        maxConcurrency: 0,
        toleratedFailurePercentage: 50,
        afterItemBatcher: [
          {
            Items: [
              { a: '1', b: '2' },
              { a: '3', b: '4' },
            ],
          },
          { Items: [{ a: '5', b: '6' }] },
        ],
      },
    },
  },
  {
    name: 'more iterations fail than a Map tolerates',
    state: {
      ...{ Type: 'Map', QueryLanguage: 'JSONata', Items: [1, 2], ItemProcessor: distributed, End: true },
      ...{
        ToleratedFailurePercentage: 40,
        Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Few' }],
      },
    },
    asked: { mock: result([1]), stateConfiguration: { mapIterationFailureCount: 1 } },
    answer: {
      status: 'CAUGHT_ERROR',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
      nextState: 'Few',
      output: expect.anything(),
    },
  },
  {
    name: 'a callback sees its token in the context object that the test gives',
    state: invoke({
      Resource: `${INVOKE}.waitForTaskToken`,
      Parameters: { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token', 'name.$': '$$.State.Name' } },
    }),
    asked: {
      context: JSON.stringify({ State: { Name: 'Ask' }, Task: { Token: 'secret' } }),
      mock: result({ anything: 'goes' }),
      inspectionLevel: 'DEBUG',
    },
    answer: {
      status: 'SUCCEEDED',
      output: { anything: 'goes' },
      inspectionData: expect.objectContaining({
        afterParameters: { FunctionName: 'f', Payload: { token: 'secret', name: 'Ask' } },
      }),
    },
  },
  {
    name: 'an HTTP Task shows its request and response at the level TRACE',
    state: {
      Type: 'Task',
      Resource: 'arn:aws:states:::http:invoke',
      Parameters: {
        ApiEndpoint: 'https://example.com/x',
        Method: 'POST',
        RequestBody: { a: 1 },
        Authentication: { ConnectionArn: 'c' },
      },
      End: true,
    },
    asked: {
      mock: result({ StatusCode: 201, StatusText: 'Created', Headers: { etag: ['1'] }, ResponseBody: { id: 1 } }),
      inspectionLevel: 'TRACE',
    },
    answer: {
      status: 'SUCCEEDED',
      output: expect.anything(),
      inspectionData: expect.objectContaining({
        request: expect.objectContaining({ method: 'POST', url: 'https://example.com/x', body: '{"a":1}' }),
        response: expect.objectContaining({ statusCode: '201', statusMessage: 'Created', body: '{"id":1}' }),
      }),
    },
  },
];

describe('one state', () => {
  test.each(rows)('$name', async ({ state, asked, answer }) => {
    expect(await testState(state, { roleArn, ...asked })).toEqual(answer);
  });

  test('a Task that is not mocked is really done, and nothing of the test is kept', async () => {
    const list = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:listStateMachines', End: true };
    const before = await testState(list, { roleArn });
    expect(before).toMatchObject({ status: 'SUCCEEDED', output: { StateMachines: [] } });
    await sfn.createStateMachine({ name: 'there', definition: JSON.stringify(each), roleArn });
    const after = await testState({ ...list, ResultSelector: { 'names.$': '$.StateMachines[*].Name' } }, { roleArn });
    expect(after).toEqual({ status: 'SUCCEEDED', output: { names: ['there'] } });
  });

  test('an HTTP Task shows what it sent, its secrets only when they are to be revealed', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const Parameters = { ApiEndpoint: url, Method: 'GET', Authentication: { ConnectionArn: 'arn:connection' } };
    const state = { Type: 'Task', Resource: 'arn:aws:states:::http:invoke', Parameters, End: true };
    for (const revealSecrets of [false, true]) {
      const told = await testState(state, { roleArn, inspectionLevel: 'TRACE', revealSecrets });
      expect(told).toMatchObject({
        status: 'FAILED',
        error: 'States.Http.StatusCode.404',
        inspectionData: {
          request: { protocol: 'http', method: 'GET', url },
          response: { statusCode: '404', statusMessage: 'Not Found', body: 'not here' },
        },
      });
      expect(JSON.stringify(told).includes('hidden')).toBe(revealSecrets);
    }
    expect(await testState(state, { roleArn, inspectionLevel: 'DEBUG' })).not.toHaveProperty('inspectionData.request');
  });

  test('the context object is that of an Express execution of its own', async () => {
    const state = { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.context %}', End: true };
    const { output } = (await testState(state, { roleArn, input: { a: 1 } })) as { output?: object };
    expect(output).toMatchObject({
      Execution: { Id: expect.stringContaining(':express:'), Input: { a: 1 }, RoleArn: roleArn },
      State: { Name: 'StateName' },
    });
    expect(output).not.toHaveProperty('Execution.RedriveCount');
  });
});

describe('a state of a machine', () => {
  const machine = {
    QueryLanguage: 'JSONata',
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'First', States: { First: { Type: 'Pass', End: true } } },
          {
            StartAt: 'Deep',
            States: {
              Deep: { Type: 'Pass', Output: '{% $states.input.n + 1 %}', Next: 'Last' },
              Last: { Type: 'Succeed' },
            },
          },
        ],
        End: true,
      },
    },
  };
  test('is found wherever it is, and speaks its machine’s language', async () => {
    expect(await testState(machine, { stateName: 'Deep', input: { n: 1 } })).toEqual({
      status: 'SUCCEEDED',
      output: 2,
      nextState: 'Last',
    });
    expect(await testState(machine, { stateName: 'Both', mock: result([1, 2]) })).toEqual({
      status: 'SUCCEEDED',
      output: [1, 2],
    });
  });
});

describe('what is refused', () => {
  const pass = { Type: 'Pass', End: true };
  const map = { Type: 'Map', ItemProcessor: each, End: true };
  const refusals: { name: string; state: object; asked: Asked; message: string | RegExp; code?: string }[] = [
    {
      name: 'a Task without role and mock',
      state: invoke(),
      asked: {},
      message: 'RoleArn must be specified when testing a Task state',
    },
    {
      name: 'a mock of both kinds',
      state: invoke(),
      asked: { mock: { ...result(1), ...BROKEN } },
      message: /only one of the following fields/,
    },
    {
      name: 'a mock of a Wait',
      state: { Type: 'Wait', Seconds: 1, End: true },
      asked: { mock: result(1) },
      message: "State type 'Wait' is not supported when a mock is specified",
    },
    {
      name: 'a Map without a mock',
      state: map,
      asked: { roleArn },
      message: /'Map' is not supported when a mock is not specified/,
    },
    {
      name: 'a mocked Map that is no list',
      state: map,
      asked: { mock: result({}) },
      message: 'Mocked result must be an array.',
    },
    {
      name: 'a retry count without a mock',
      state: pass,
      asked: { stateConfiguration: { retrierRetryCount: 1 } },
      message: /does not support RetrierRetryCount when a mock is not specified/,
    },
    {
      name: 'a token where none is',
      state: invoke(),
      asked: { context: '{"Task":{"Token":"t"}}', mock: result({}) },
      message: /Context object contains 'Task'/,
    },
    {
      name: 'a state that is not there',
      state: each,
      asked: { stateName: 'Nowhere' },
      message: 'State not found in definition',
    },
    {
      name: 'a definition that is wrong',
      state: { Type: 'Pass' },
      asked: {},
      message: /\/States\/StateName/,
      code: 'InvalidDefinition',
    },
    {
      name: 'an answer that Lambda does not give',
      state: invoke(),
      asked: { mock: result({ StatusCode: 'ok' }) },
      message: "Mock result schema validation error: Field 'StatusCode' must be a number",
    },
    {
      name: 'an answer that lacks what the service always says',
      state: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Parameters: { StateMachineArn: 'a' },
        End: true,
      },
      asked: { mock: result({ ExecutionArn: 'e' }) },
      message: "Mock result schema validation error: Required field 'StartDate' is missing",
    },
  ];
  test.each(refusals)('$name', async ({ state, asked, message, code = 'ValidationException' }) => {
    await expect(testState(state, asked)).rejects.toMatchObject({
      name: code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('not so when the mock says that it need not be like the service’s', async () => {
    const start = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Parameters: { StateMachineArn: 'a' },
      End: true,
    };
    for (const [value, fieldValidationMode] of [
      [{ ExecutionArn: 'e' }, 'PRESENT'],
      [{ ExecutionArn: 1 }, 'NONE'],
    ] as const)
      expect(await testState(start, { mock: { ...result(value), fieldValidationMode } })).toMatchObject({
        output: value,
      });
  });
});
