/**
 * The tools that people have, as they are, against the local cloud: the AWS SDK for JavaScript, and where they are
 * installed the AWS CLI and boto3. The same calls with each, and the same answers.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'playwright/test';

const ROLE = 'arn:aws:iam::000000000000:role/any';
const source = 'exports.handler = async ({ name }) => ({ greeting: `Hello ${name}` });';
const definition = (functionName: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Greet',
    States: {
      Greet: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
        Output: '{% $states.result.Payload %}',
        End: true,
      },
    },
  });

/** What every tool is to find, whichever words it has for it. */
const expected = {
  functionState: 'Active',
  functionListed: true,
  invoked: '{"greeting":"Hello Ada"}',
  machineStatus: 'ACTIVE',
  runStatus: 'SUCCEEDED',
  runOutput: '{"greeting":"Hello Ben"}',
  events: [
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ],
  text: 'a line of text\n',
  bytes: 15,
  keys: ['folder/note.txt'],
  unknownMachine: 'StateMachineDoesNotExist',
  unknownFunction: 'ResourceNotFoundException',
  unknownKey: 'NoSuchKey',
};
type Found = typeof expected;

let dir: string;
let endpoint: string;
let env: Record<string, string>;
let zip: string;
let note: string;

test.beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'action-engine-tools-'));
  const cloud = JSON.parse(readFileSync(path.join(process.env.E2E_DATA!, 'cloud.json'), 'utf8')) as { url: string };
  endpoint = cloud.url;
  env = {
    PATH: process.env.PATH!,
    HOME: process.env.HOME ?? dir,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    AWS_CONFIG_FILE: path.join(dir, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(dir, 'no-credentials'),
  };
  zip = path.join(dir, 'function.zip');
  writeFileSync(zip, zipSync({ 'index.js': strToU8(source) }));
  note = path.join(dir, 'note.txt');
  writeFileSync(note, expected.text);
});

test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the AWS SDK for JavaScript', async () => {
  const name = 'greet-sdk';
  const common = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const functions = new lambda.LambdaClient(common);
  const machines = new sfn.SFNClient(common);
  const files = new s3.S3Client({ ...common, forcePathStyle: true });
  const found = {} as Found;

  await functions.send(
    new lambda.CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: readFileSync(zip) },
    }),
  );
  await lambda.waitUntilFunctionActiveV2({ client: functions, maxWaitTime: 30 }, { FunctionName: name });
  const got = await functions.send(new lambda.GetFunctionCommand({ FunctionName: name }));
  found.functionState = got.Configuration!.State!;
  const list = await functions.send(new lambda.ListFunctionsCommand({}));
  found.functionListed = list.Functions!.some(({ FunctionName }) => FunctionName === name);
  const invoked = await functions.send(new lambda.InvokeCommand({ FunctionName: name, Payload: '{"name":"Ada"}' }));
  found.invoked = Buffer.from(invoked.Payload!).toString();

  const { stateMachineArn } = await machines.send(
    new sfn.CreateStateMachineCommand({ name, definition: definition(name), roleArn: ROLE }),
  );
  found.machineStatus = (await machines.send(new sfn.DescribeStateMachineCommand({ stateMachineArn }))).status!;
  const { executionArn } = await machines.send(
    new sfn.StartExecutionCommand({ stateMachineArn, input: '{"name":"Ben"}' }),
  );
  const describe = () => machines.send(new sfn.DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await describe()).status).not.toBe('RUNNING');
  const run = await describe();
  found.runStatus = run.status!;
  found.runOutput = run.output!;
  const history = await machines.send(new sfn.GetExecutionHistoryCommand({ executionArn }));
  found.events = history.events!.map(({ type }) => type!);

  await files.send(new s3.CreateBucketCommand({ Bucket: name }));
  const object = { Bucket: name, Key: 'folder/note.txt' };
  await files.send(new s3.PutObjectCommand({ ...object, Body: readFileSync(note) }));
  found.text = await (await files.send(new s3.GetObjectCommand(object))).Body!.transformToString();
  found.bytes = (await files.send(new s3.HeadObjectCommand(object))).ContentLength!;
  found.keys = (await files.send(new s3.ListObjectsV2Command({ Bucket: name }))).Contents!.map(({ Key }) => Key!);

  const nameOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: Error) => error.name,
    );
  found.unknownMachine = await nameOf(
    machines.send(new sfn.DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}-not` })),
  );
  found.unknownFunction = await nameOf(functions.send(new lambda.GetFunctionCommand({ FunctionName: `${name}-not` })));
  found.unknownKey = await nameOf(files.send(new s3.GetObjectCommand({ ...object, Key: 'nothing' })));

  await files.send(new s3.DeleteObjectCommand(object));
  await files.send(new s3.DeleteBucketCommand({ Bucket: name }));
  await machines.send(new sfn.DeleteStateMachineCommand({ stateMachineArn }));
  await functions.send(new lambda.DeleteFunctionCommand({ FunctionName: name }));
  expect(found).toEqual(expected);
});

test('the AWS CLI', async () => {
  test.skip(!has('aws', ['--version']), 'There is no `aws` on the PATH.');
  test.setTimeout(240_000); // some twenty processes, each of which loads all of botocore
  const name = 'greet-cli';
  const aws = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) =>
      execFile('aws', [...args, '--output', 'json'], { env: env as unknown as NodeJS.ProcessEnv }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      ),
    );
  const ask = async (...args: string[]) => {
    const { code, out, err } = await aws(...args);
    expect(code, `aws ${args.join(' ')}: ${err}`).toBe(0);
    return out.trim() === '' ? {} : JSON.parse(out);
  };
  const refused = async (...args: string[]) =>
    /\((\w+)\)/.exec((await aws(...args)).err)?.[1] ?? `no error from aws ${args.join(' ')}`;
  const found = {} as Found;

  const code = ['--zip-file', `fileb://${zip}`, '--handler', 'index.handler', '--runtime', 'nodejs22.x'];
  await ask('lambda', 'create-function', '--function-name', name, '--role', ROLE, ...code);
  await ask('lambda', 'wait', 'function-active-v2', '--function-name', name);
  const got = await ask('lambda', 'get-function', '--function-name', name);
  found.functionState = got.Configuration.State;
  const list = await ask('lambda', 'list-functions');
  found.functionListed = list.Functions.some((one: { FunctionName: string }) => one.FunctionName === name);
  // Version 2 takes payloads as base64 unless told otherwise; version 1 knows no such choice.
  const event = path.join(dir, 'event.json');
  writeFileSync(event, '{"name":"Ada"}');
  const answer = path.join(dir, 'answer.json');
  await ask('lambda', 'invoke', '--function-name', name, '--payload', `fileb://${event}`, answer);
  found.invoked = readFileSync(answer, 'utf8');

  const asl = path.join(dir, 'machine.asl.json');
  writeFileSync(asl, definition(name));
  const made = ['--name', name, '--role-arn', ROLE, '--definition', `file://${asl}`];
  const { stateMachineArn } = await ask('stepfunctions', 'create-state-machine', ...made);
  const machine = ['--state-machine-arn', stateMachineArn];
  found.machineStatus = (await ask('stepfunctions', 'describe-state-machine', ...machine)).status;
  const run = await ask('stepfunctions', 'start-execution', ...machine, '--input', '{"name":"Ben"}');
  const execution = ['--execution-arn', run.executionArn];
  let described = { status: 'RUNNING', output: '' };
  await expect
    .poll(
      async () => {
        described = await ask('stepfunctions', 'describe-execution', ...execution);
        return described.status;
      },
      { timeout: 30_000 },
    )
    .not.toBe('RUNNING');
  found.runStatus = described.status;
  found.runOutput = described.output;
  const history = await ask('stepfunctions', 'get-execution-history', ...execution);
  found.events = history.events.map((one: { type: string }) => one.type);

  const copy = path.join(dir, 'copy.txt');
  const bucket = ['--bucket', name];
  const object = [...bucket, '--key', 'folder/note.txt'];
  expect(await aws('s3', 'mb', `s3://${name}`)).toMatchObject({ code: 0 });
  expect(await aws('s3', 'cp', note, `s3://${name}/folder/note.txt`)).toMatchObject({ code: 0 });
  await ask('s3api', 'get-object', ...object, copy);
  found.text = readFileSync(copy, 'utf8');
  found.bytes = (await ask('s3api', 'head-object', ...object)).ContentLength;
  const listed = await ask('s3api', 'list-objects-v2', ...bucket);
  found.keys = listed.Contents.map((one: { Key: string }) => one.Key);

  found.unknownMachine = await refused(
    ...['stepfunctions', 'describe-state-machine', '--state-machine-arn', `${stateMachineArn}-not`],
  );
  found.unknownFunction = await refused('lambda', 'get-function', '--function-name', `${name}-not`);
  found.unknownKey = await refused('s3api', 'get-object', ...bucket, '--key', 'nothing', copy);

  expect(await aws('s3', 'rb', `s3://${name}`, '--force')).toMatchObject({ code: 0 });
  await ask('stepfunctions', 'delete-state-machine', ...machine);
  await ask('lambda', 'delete-function', '--function-name', name);
  expect(found).toEqual(expected);
});

test('boto3', async () => {
  test.skip(!has('python3', ['-c', 'import boto3']), 'python3 cannot import boto3.');
  const out = execFileSync('python3', ['-c', BOTO3, zip, note, ROLE, definition('greet-boto3')], {
    env: env as unknown as NodeJS.ProcessEnv,
    encoding: 'utf8',
    timeout: 80_000,
  });
  expect(JSON.parse(out)).toEqual(expected);
});

function has(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const BOTO3 = `
import sys, json, time, boto3
from botocore.exceptions import ClientError
zip_file, note, role, definition = sys.argv[1:]
name = 'greet-boto3'
functions, machines, files = boto3.client('lambda'), boto3.client('stepfunctions'), boto3.client('s3')
found = {}

functions.create_function(FunctionName=name, Runtime='nodejs22.x', Handler='index.handler', Role=role,
                          Code={'ZipFile': open(zip_file, 'rb').read()})
functions.get_waiter('function_active_v2').wait(FunctionName=name)
found['functionState'] = functions.get_function(FunctionName=name)['Configuration']['State']
found['functionListed'] = any(one['FunctionName'] == name for one in functions.list_functions()['Functions'])
found['invoked'] = functions.invoke(FunctionName=name, Payload=b'{"name":"Ada"}')['Payload'].read().decode()

arn = machines.create_state_machine(name=name, definition=definition, roleArn=role)['stateMachineArn']
found['machineStatus'] = machines.describe_state_machine(stateMachineArn=arn)['status']
execution = machines.start_execution(stateMachineArn=arn, input='{"name":"Ben"}')['executionArn']
run = machines.describe_execution(executionArn=execution)
until = time.time() + 30
while run['status'] == 'RUNNING' and time.time() < until:
    time.sleep(0.1)
    run = machines.describe_execution(executionArn=execution)
found['runStatus'], found['runOutput'] = run['status'], run.get('output')
found['events'] = [one['type'] for one in machines.get_execution_history(executionArn=execution)['events']]

files.create_bucket(Bucket=name)
files.upload_file(note, name, 'folder/note.txt')
found['text'] = files.get_object(Bucket=name, Key='folder/note.txt')['Body'].read().decode()
found['bytes'] = files.head_object(Bucket=name, Key='folder/note.txt')['ContentLength']
found['keys'] = [one['Key'] for one in files.list_objects_v2(Bucket=name)['Contents']]

def refused(call, **arguments):
    try:
        call(**arguments)
        return 'no error'
    except ClientError as error:
        return error.response['Error']['Code']
found['unknownMachine'] = refused(machines.describe_state_machine, stateMachineArn=arn + '-not')
found['unknownFunction'] = refused(functions.get_function, FunctionName=name + '-not')
found['unknownKey'] = refused(files.get_object, Bucket=name, Key='nothing')

files.delete_object(Bucket=name, Key='folder/note.txt')
files.delete_bucket(Bucket=name)
machines.delete_state_machine(stateMachineArn=arn)
functions.delete_function(FunctionName=name)
print(json.dumps(found))
`;
