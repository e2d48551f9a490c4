/** What a workflow reaches: real functions in real processes, real files, other machines. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { createLambda } from '@/lib/local-cloud/lambda/index';
import { createS3 } from '@/lib/local-cloud/s3/index';
import { parseItems } from './integrations/items';
import { startTestCloud, type TestCloud } from './testing/cloud';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const roleArn = 'arn:aws:iam::000000000000:role/test';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:';

let folder: string;
let cloud: TestCloud;
let sfn: SFN;
let s3: S3;
let machines = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sfn-integrations-'));
  cloud = await startTestCloud(folder, { lambda: (context) => createLambda(context, { root: ROOT }), s3: createS3 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const options = { region: 'us-east-1', endpoint: cloud.url, credentials, maxAttempts: 1 };
  sfn = new SFN({ ...options, disableHostPrefix: true });
  s3 = new S3({ ...options, forcePathStyle: true });
  const lambda = new Lambda(options);
  const code = `
    exports.echo = async (event) => event;
    exports.fails = async (event) => { const e = new Error('too bad'); e.name = 'Custom'; throw e; };
    exports.deep = async () => { let v = 1; for (let i = 0; i < 3000; i++) v = [v]; return v; };
    exports.slow = async () => new Promise((resolve) => setTimeout(resolve, 5000));`;
  const zip = zipSync({ 'index.js': strToU8(code) });
  for (const name of ['echo', 'fails', 'deep', 'slow']) {
    await lambda.createFunction({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: `index.${name}`,
      Role: roleArn,
      Code: { ZipFile: zip },
    });
  }
  await s3.createBucket({ Bucket: 'data' });
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const create = async (states: object | string, more: object = {}) => {
  const definition =
    typeof states === 'string' ? states : JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
  return (await sfn.createStateMachine({ name: `m${machines++}`, definition, roleArn })).stateMachineArn!;
};
async function run(states: object, input: Json = {}, more: object = {}) {
  const stateMachineArn = await create(states, more);
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) });
  return ended(executionArn!);
}
async function ended(executionArn: string) {
  for (let i = 0; i < 600; i++) {
    const execution = await sfn.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING')
      return {
        ...execution,
        value: execution.output === undefined ? undefined : (JSON.parse(execution.output) as Json),
      };
    await sleep(25);
  }
  throw new Error(`${executionArn} still runs`);
}
const task = (resource: string, parameters: object, more: object = {}) => ({
  T: { Type: 'Task', Resource: resource, Parameters: parameters, End: true, ...more },
});
const put = (Key: string, Body: string | Uint8Array) => s3.putObject({ Bucket: 'data', Key, Body });
const read = async (Key: string) =>
  JSON.parse(await (await s3.getObject({ Bucket: 'data', Key })).Body!.transformToString()) as Json;

describe('Lambda', () => {
  const invoke = 'arn:aws:states:::lambda:invoke';
  test('lambda:invoke answers the payload among what HTTP said', async () => {
    const { value } = await run(task(invoke, { FunctionName: 'echo', Payload: { a: [1, 'zwei', null] } }));
    expect(value).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { a: [1, 'zwei', null] },
      StatusCode: 200,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: expect.stringMatching(/./) },
    });
  });
  test('a function by its own ARN answers the payload alone', async () => {
    expect((await run({ T: { Type: 'Task', Resource: `${FUNCTION}echo`, End: true } }, { x: 'ü' })).value).toEqual({
      x: 'ü',
    });
  });
  test('a function that throws fails the task with its error type and the whole payload as cause', async () => {
    const { status, error, cause } = await run(task(invoke, { FunctionName: 'fails', Payload: {} }));
    expect([status, error]).toEqual(['FAILED', 'Custom']);
    expect(JSON.parse(cause!)).toMatchObject({ errorMessage: 'too bad', errorType: 'Custom' });
  });
  test('an answer that nests without end fails the task', async () => {
    const { error, cause } = await run(task(invoke, { FunctionName: 'deep', Payload: {} }));
    expect([error, cause]).toEqual(['States.TaskFailed', expect.stringContaining('nests deeper')]);
  });
  test('a function that does not exist is named', async () => {
    const { error, cause } = await run(task(invoke, { FunctionName: 'nobody', Payload: {} }));
    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toContain('nobody');
  });
  test('a call takes at most what the state allows', async () => {
    const begun = Date.now();
    const { error } = await run(task(invoke, { FunctionName: 'slow', Payload: {} }, { TimeoutSeconds: 1 }));
    expect(error).toBe('States.Timeout');
    expect(Date.now() - begun).toBeLessThan(4_000);
  });
  test('a call back by token ends the task', async () => {
    const states = task(`${invoke}.waitForTaskToken`, {
      FunctionName: 'echo',
      Payload: { 'token.$': '$$.Task.Token' },
    });
    const { executionArn } = await sfn.startExecution({ stateMachineArn: await create(states) });
    let token: string | undefined;
    while (!token) {
      const { events } = await sfn.getExecutionHistory({ executionArn });
      const submitted = events!.find(({ type }) => type === 'TaskSubmitted')?.taskSubmittedEventDetails?.output;
      token = submitted && (JSON.parse(submitted) as { Payload: { token: string } }).Payload.token;
    }
    await sfn.sendTaskSuccess({ taskToken: token, output: '"called back"' });
    expect((await ended(executionArn!)).value).toBe('called back');
  });
});

describe('Step Functions itself', () => {
  const start = 'arn:aws:states:::states:startExecution';
  test('starts a machine and goes on, or waits for its end', async () => {
    const stateMachineArn = await create({ P: { Type: 'Pass', Result: { done: true }, End: true } });
    const parameters = { StateMachineArn: stateMachineArn, Input: { from: 'outside' } };
    expect((await run(task(start, parameters))).value).toMatchObject({
      ExecutionArn: expect.stringContaining(':execution:'),
    });
    expect((await run(task(`${start}.sync`, parameters))).value).toMatchObject({
      Status: 'SUCCEEDED',
      Output: '{"done":true}',
      Input: '{"from":"outside"}',
    });
    expect((await run(task(`${start}.sync:2`, parameters))).value).toMatchObject({
      Status: 'SUCCEEDED',
      Output: { done: true },
      Input: { from: 'outside' },
    });
  });
  test('a child that fails, fails the task', async () => {
    const stateMachineArn = await create({ F: { Type: 'Fail', Error: 'Inner', Cause: 'deep down' } });
    const { error, cause } = await run(task(`${start}.sync`, { StateMachineArn: stateMachineArn }));
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause!)).toMatchObject({ Status: 'FAILED', Error: 'Inner', Cause: 'deep down' });
  });
  test('stopping the parent stops the child that it waits for', async () => {
    const stateMachineArn = await create({ W: { Type: 'Wait', Seconds: 600, End: true } });
    const parent = await sfn.startExecution({
      stateMachineArn: await create(task(`${start}.sync`, { StateMachineArn: stateMachineArn, Name: 'child' })),
    });
    const child = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:child`;
    while ((await sfn.listExecutions({ stateMachineArn })).executions!.length === 0) await sleep(10);
    await sleep(50);
    await sfn.stopExecution({ executionArn: parent.executionArn });
    expect((await ended(child)).status).toBe('ABORTED');
  });
  test('a machine that does not exist is named as AWS names it', async () => {
    const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:nobody';
    const { error, cause } = await run(task(start, { StateMachineArn: arn }));
    expect(error).toBe('StepFunctions.StateMachineDoesNotExistException');
    expect(cause).toMatch(
      /^State Machine Does Not Exist: '.*nobody' \(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist;/,
    );
  });
  test('aws-sdk:sfn speaks in Pascal case', async () => {
    const stateMachineArn = await create({ P: { Type: 'Pass', End: true } });
    const { value } = await run(
      task('arn:aws:states:::aws-sdk:sfn:describeStateMachine', { StateMachineArn: stateMachineArn }),
    );
    expect(value).toMatchObject({
      StateMachineArn: stateMachineArn,
      Type: 'STANDARD',
      CreationDate: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });
});

describe('S3 and others', () => {
  test('aws-sdk:s3 puts and gets', async () => {
    const states = {
      Put: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:s3:putObject',
        Parameters: { Bucket: 'data', Key: 'a.json', Body: { n: 1 } },
        Next: 'Get',
      },
      Get: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
        Parameters: { Bucket: 'data', Key: 'a.json' },
        End: true,
      },
    };
    expect((await run(states)).value).toMatchObject({ Body: '{"n":1}', ContentLength: 7 });
  });
  test('what S3 refuses fails the task as AWS names it', async () => {
    const { error, cause } = await run(
      task('arn:aws:states:::aws-sdk:s3:getObject', { Bucket: 'data', Key: 'nothing' }),
    );
    expect(error).toBe('S3.NoSuchKeyException');
    expect(cause).toMatch(/^The specified key does not exist\. \(Service: S3, Status Code: 404, Request ID: /);
  });
  test('a service that is not here is named, with a way out', async () => {
    const { error, cause } = await run(task('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'q', MessageBody: 'm' }));
    expect(error).toBe('States.Runtime');
    expect(cause).toMatch(/no service "sqs".*ACTION_ENGINE_TARGET=aws/);
  });
});

describe('a distributed Map', () => {
  const map = (reader: object, more: object = {}) => ({
    M: {
      Type: 'Map',
      ItemReader: reader,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
      ...more,
    },
  });
  const object = (Key: string, ReaderConfig: object) => ({
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig,
    Parameters: { Bucket: 'data', Key },
  });

  const ROWS = [
    { name: 'Åsa', big: 7, huge: '9007199254740993', when: '2026-11-22T21:00:00.000Z', share: 0.5, ok: true },
    { name: 'Bo', big: null, huge: '-9223372036854775808', when: null, share: null, ok: false },
  ];

  beforeAll(async () => {
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'name', data: ['Åsa', 'Bo'], type: 'STRING' },
        { name: 'big', data: [7n, null], type: 'INT64' },
        { name: 'huge', data: [9007199254740993n, -9223372036854775808n], type: 'INT64' },
        { name: 'when', data: [new Date('2026-11-22T21:00:00Z'), null], type: 'TIMESTAMP' },
        { name: 'share', data: [0.5, Number.NaN], type: 'DOUBLE' },
        { name: 'ok', data: [true, false], type: 'BOOLEAN' },
      ],
    });
    await put('rows.parquet', Buffer.from(parquet));
    await put('athena-manifest.csv', 's3://data/rows.parquet\ns3://data/rows.parquet\n');
    await put('list.json', '[1, {"a": 2}, null]');
    await put('lines.jsonl', '{"n":1}\n\n{"n":2}\n');
    await put('table.csv', 'name,age\n"Anna, B.",30\nBo,\n');
    await put('bare.csv', '1;2\n3;4\n');
    await put('bad.json', '{');
    await put('inventory/1.csv.gz', gzipSync('"data","one.txt"\n"data","two.txt"\n'));
    const files = [{ key: 'inventory/1.csv.gz' }];
    await put(
      'inventory/manifest.json',
      JSON.stringify({ destinationBucket: 'arn:aws:s3:::data', fileFormat: 'CSV', fileSchema: 'Bucket, Key', files }),
    );
  });

  test.each<[string, string, object, Json]>([
    ['Parquet', 'rows.parquet', { InputType: 'PARQUET' }, ROWS],
    ['at most so many of Parquet', 'rows.parquet', { InputType: 'PARQUET', MaxItems: 1 }, ROWS.slice(0, 1)],
    [
      'what a manifest of Athena names',
      'athena-manifest.csv',
      { InputType: 'PARQUET', ManifestType: 'ATHENA_DATA' },
      [...ROWS, ...ROWS],
    ],
    ['JSON', 'list.json', { InputType: 'JSON' }, [1, { a: 2 }, null]],
    ['JSON Lines', 'lines.jsonl', { InputType: 'JSONL' }, [{ n: 1 }, { n: 2 }]],
    [
      'CSV',
      'table.csv',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      [
        { name: 'Anna, B.', age: '30' },
        { name: 'Bo', age: '' },
      ],
    ],
    [
      'CSV with headers of its own',
      'bare.csv',
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], CSVDelimiter: 'SEMICOLON' },
      [{ a: '1' }, { a: '3' }],
    ],
    [
      'an inventory',
      'inventory/manifest.json',
      { InputType: 'MANIFEST' },
      [
        { Bucket: 'data', Key: 'one.txt' },
        { Bucket: 'data', Key: 'two.txt' },
      ],
    ],
    ['at most so many', 'list.json', { InputType: 'JSON', MaxItems: 2 }, [1, { a: 2 }]],
  ])('reads %s', async (_, key, config, expected) => {
    expect((await run(map(object(key, config)))).value).toEqual(expected);
  });

  test('reads JSON at a pointer, and the members of an object', () => {
    const file = Buffer.from('{"x": {"y/z": [7, 8]}, "o": {"k": 1}}');
    expect(parseItems(file, 'JSON', { ItemsPointer: '/x/y~1z' }, 'f')).toEqual([7, 8]);
    expect(parseItems(file, 'JSON', { ItemsPointer: '/o' }, 'f')).toEqual([{ Key: 'k', Value: 1 }]);
    expect(() => parseItems(file, 'JSON', { ItemsPointer: '/nowhere' }, 'f')).toThrow(/nowhere/);
  });

  test('reads a listing', async () => {
    const reader = {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      Parameters: { Bucket: 'data', Prefix: 'inventory/' },
    };
    expect((await run(map(reader))).value).toEqual([
      expect.objectContaining({ Key: 'inventory/1.csv.gz' }),
      expect.objectContaining({ Key: 'inventory/manifest.json' }),
    ]);
  });

  test('a file that is not Parquet is named', async () => {
    const { error, cause } = await run(map(object('table.csv', { InputType: 'PARQUET' })));
    expect(error).toBe('States.ItemReaderFailed');
    expect(cause).toMatch(/^Attempting to read table\.csv as Parquet failed: .*PAR1/);
  });

  test.each([['bad.json'], ['nothing.json']])('what cannot be read (%s) fails the Map', async (key) => {
    expect((await run(map(object(key, { InputType: 'JSON' })))).error).toBe('States.ItemReaderFailed');
  });

  test('runs children of its own, listed under the Map Run alone, and writes their results', async () => {
    const writer = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'data', Prefix: 'results' } };
    const execution = await run(
      map(object('list.json', { InputType: 'JSON' }), { Label: 'Each', ResultWriter: writer }),
    );
    expect(execution.status).toBe('SUCCEEDED');
    expect((await sfn.listExecutions({ stateMachineArn: execution.stateMachineArn })).executions).toHaveLength(1);
    const { mapRuns } = await sfn.listMapRuns({ executionArn: execution.executionArn });
    const { mapRunArn } = mapRuns![0]!;
    expect(await sfn.describeMapRun({ mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      executionCounts: { total: 3, succeeded: 3 },
    });
    const children = (await sfn.listExecutions({ mapRunArn })).executions!;
    expect(children).toHaveLength(3);
    expect(children[0]).toMatchObject({
      mapRunArn,
      itemCount: 1,
      status: 'SUCCEEDED',
      stateMachineArn: `${execution.stateMachineArn}/Each`,
    });
    expect(execution.value).toMatchObject({ MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: 'data' } });
    const { Key } = (execution.value as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    const manifest = (await read(Key)) as { ResultFiles: { SUCCEEDED: { Key: string }[]; FAILED: Json[] } };
    expect(manifest.ResultFiles.FAILED).toEqual([]);
    const results = (await read(manifest.ResultFiles.SUCCEEDED[0]!.Key)) as { Output: string; Status: string }[];
    expect(results.map(({ Output }) => JSON.parse(Output) as Json)).toEqual([1, { a: 2 }, null]);
    expect(results[0]).toMatchObject({
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('a child that failed is written as one that its Map Run may redrive', async () => {
    const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'No' } } };
    const states = map(object('list.json', { InputType: 'JSON', MaxItems: 1 }), {
      ToleratedFailurePercentage: 100,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...fails },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'data', Prefix: 'failed' } },
    });
    const { value } = await run(states);
    const { Key } = (value as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    const { ResultFiles } = (await read(Key)) as { ResultFiles: { FAILED: { Key: string }[] } };
    const [child] = (await read(ResultFiles.FAILED[0]!.Key)) as Json[];
    expect(child).toMatchObject({ Status: 'FAILED', Error: 'No', RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
    expect(child).not.toHaveProperty('RedriveStatusReason');
  });
});
