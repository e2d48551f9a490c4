/**
 * The product with ACTION_ENGINE_TARGET=aws, against a second local cloud that stands for AWS: it keeps new and changed
 * functions Pending for a while, as Lambda does, and is reached only through the SDK's own AWS_ENDPOINT_URL.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateFunctionCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, ListTagsForResourceCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'playwright/test';
import sharp from 'sharp';
import { freePort } from './start-product';

const PENDING_SECONDS = 3;
const BUCKET = 'my-own-bucket';
let cloud: ChildProcess;
let dir: string;
let env: Record<string, string>;

test.beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'action-engine-aws-'));
  const port = await freePort();
  cloud = spawn(
    process.execPath,
    [
      'bin/action-engine.mjs',
      'local-cloud',
      '--port',
      String(port),
      '--data',
      path.join(dir, 'aws'),
      '--pending-seconds',
      String(PENDING_SECONDS),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve) =>
    cloud.stdout!.on('data', (text: Buffer) => text.toString().includes('ready on') && resolve()),
  );
  env = {
    PATH: process.env.PATH!,
    HOME: process.env.HOME ?? dir,
    ACTION_ENGINE_TARGET: 'aws',
    ACTION_ENGINE_DATA: path.join(dir, 'data'),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ACTION_ENGINE_STATES_ROLE_ARN: 'arn:aws:iam::000000000000:role/states',
    ACTION_ENGINE_LAMBDA_ROLE_ARN: 'arn:aws:iam::000000000000:role/lambda',
    ACTION_ENGINE_BUCKET: BUCKET,
  };
});

test.afterAll(async () => {
  cloud.kill('SIGTERM');
  await new Promise((resolve) => cloud.on('exit', resolve));
  rmSync(dir, { recursive: true, force: true });
});

const client = () => ({
  endpoint: env.AWS_ENDPOINT_URL,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

async function cli(
  args: string[],
  overrides: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string; ms: number }> {
  const began = Date.now();
  const child = spawn(process.execPath, ['bin/action-engine.mjs', ...args], {
    env: { ...env, ...overrides } as unknown as NodeJS.ProcessEnv,
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? 1)));
  return { code, out, err, ms: Date.now() - began };
}

const MUSIC = 'It will be perfect if you play music that matches my mood. This is Anna.';

test('what is not set is named before anything is sent', async () => {
  const { code, err } = await cli(['run', '--prompt', MUSIC], {
    ACTION_ENGINE_STATES_ROLE_ARN: '',
    ACTION_ENGINE_BUCKET: '',
  });
  expect(code).toBe(1);
  expect(err).toContain('ACTION_ENGINE_STATES_ROLE_ARN, ACTION_ENGINE_BUCKET');
  expect((await new SFNClient(client()).send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
});

test('a bucket that does not exist is named, not made', async () => {
  const { code, err } = await cli(['run', '--prompt', MUSIC]);
  expect(code).toBe(1);
  expect(err).toContain(`The bucket "${BUCKET}" does not exist.`);
  await new S3Client({ ...client(), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
});

test('music: functions are deployed and awaited, the machine is tagged and run', async () => {
  test.setTimeout(120_000);
  const { code, out, err, ms } = await cli(['run', '--prompt', MUSIC]);
  expect(code, err).toBe(0);
  expect(out).toContain('Now playing: Happy Tune');
  expect(ms).toBeGreaterThan(PENDING_SECONDS * 1000);
  const sfn = new SFNClient(client());
  const machine = (await sfn.send(new ListStateMachinesCommand({}))).stateMachines![0]!;
  expect((await sfn.send(new ListTagsForResourceCommand({ resourceArn: machine.stateMachineArn }))).tags).toEqual([
    { key: 'action-engine', value: 'cli' },
  ]);

  const again = await cli(['run', '--prompt', MUSIC]);
  expect(again.out).toContain('Now playing: Happy Tune');
});

test('an image goes up, is resized by a function packed for Lambda, and comes back by a link', async () => {
  test.setTimeout(180_000);
  const photo = path.join(dir, 'photo.jpg');
  await sharp({ create: { width: 640, height: 400, channels: 3, background: '#2a6f97' } })
    .jpeg()
    .toFile(photo);
  const prompt =
    'Create a workflow that retrieves an image from S3, resizes it to 256x256 and returns the public URL of the resized image for display in the UI';
  const { code, out, err } = await cli(['run', '--prompt', prompt, '--file', photo]);
  expect(code, err).toBe(0);
  const url = /http[^"\s]+/.exec(out)![0];
  const { width, height } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
  expect([width, height]).toEqual([256, 256]);
});

test('a function of the same name that is not ours is never touched', async () => {
  const lambda = new LambdaClient(client());
  const name = 'wordcount';
  const { zipSync, strToU8 } = await import('fflate');
  const theirs = zipSync({ 'index.mjs': strToU8('export const handler = async () => "theirs";') });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: env.ACTION_ENGINE_LAMBDA_ROLE_ARN,
      Code: { ZipFile: theirs },
    }),
  );
  const before = (await lambda.send(new GetFunctionCommand({ FunctionName: name }))).Configuration!.CodeSha256;
  const definition = path.join(dir, 'count.asl.json');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(
    definition,
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Count',
      States: {
        Count: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: name, Payload: { text: 'one two' } },
          End: true,
        },
      },
    }),
  );
  const { code, err } = await cli(['run', definition]);
  expect(code).toBe(1);
  expect(err).toContain(`Lambda already has a function "${name}" that Action Engine did not make.`);
  expect((await lambda.send(new GetFunctionCommand({ FunctionName: name }))).Configuration!.CodeSha256).toBe(before);
});
