/**
 * The tools that people have, as they are, against the local cloud: the AWS SDK for JavaScript, and where they are
 * installed the AWS CLI and boto3. The same calls with each (tools-calls.ts), and the same answers.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import { expect, test } from 'playwright/test';
import { CALLS, type Kept, type Parameters, type Service } from './tools-calls';

/** One tool making one call: its answer, bytes as text, or the code of the error. */
type Tool = (service: Service, call: string, parameters: Parameters) => Promise<Answer>;
type Answer = { answer: Record<string, unknown> } | { refused: string };

let dir: string;
let endpoint: string;
let env: Record<string, string>;

// Each tool by itself: that of Python starts a process for each call.
test.describe.configure({ mode: 'parallel' });

test.beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'action-engine-tools-'));
  const cloud = JSON.parse(readFileSync(path.join(process.env.E2E_DATA!, 'cloud.json'), 'utf8')) as { url: string };
  endpoint = cloud.url;
  const config = path.join(dir, 'config');
  // version 2 of the CLI takes bytes as base64 unless told otherwise; version 1 knows no such choice
  writeFileSync(config, '[default]\ncli_binary_format = raw-in-base64-out\n');
  env = {
    PATH: [...besidePython(), process.env.PATH!].join(path.delimiter),
    HOME: process.env.HOME ?? dir,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: path.join(dir, 'no-credentials'),
    PYTHONIOENCODING: 'utf-8',
    ...(process.env.PYENV_ROOT && { PYENV_ROOT: process.env.PYENV_ROOT }),
  };
});

/** Where Python itself lies, if the CLI lies there too: a version manager's own script before each call takes as long as the call. */
function besidePython(): string[] {
  if (!has('python3', ['--version'])) return [];
  const folder = path.dirname(execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim());
  return existsSync(path.join(folder, 'aws')) ? [folder] : [];
}

test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** @param without calls that the tool cannot make */
async function story(toolName: string, tool: Tool, without?: 'hostOfItsOwn'): Promise<void> {
  const name = `${toolName}-${test.info().retry}`; // a second attempt finds what the first one left
  const kept: Kept = { name };
  for (const step of CALLS) {
    if (without && step[without]) continue;
    const said = `${name}: ${step.on} ${step.call}`;
    const ask = async () => {
      const got = await tool(step.on, step.call, step.with(kept));
      if (step.refused !== undefined) {
        expect(got, said).toEqual({ refused: step.refused });
        return;
      }
      expect(got, said).toMatchObject({ answer: step.answers?.(kept) ?? {} });
      for (const [member, as] of Object.entries(step.keep ?? {}))
        kept[as] = String((got as { answer: Record<string, unknown> }).answer[member]);
    };
    if (step.again) await expect(ask).toPass({ timeout: 30_000, intervals: [100, 250, 500] });
    else await ask();
  }
}

test('the AWS SDK for JavaScript', async () => {
  const common = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const services = {
    lambda: { client: new lambda.LambdaClient(common), commands: lambda },
    sfn: { client: new sfn.SFNClient({ ...common, disableHostPrefix: true }), commands: sfn },
    s3: { client: new s3.S3Client({ ...common, forcePathStyle: true }), commands: s3 },
  };
  await story('tools-sdk', async (service, call, parameters) => {
    const { client, commands } = services[service];
    const Command = (commands as unknown as Record<string, new (input: object) => object>)[`${call}Command`]!;
    try {
      const send = client.send.bind(client) as (command: object) => Promise<Record<string, unknown>>;
      const { $metadata: _, ...answer } = await send(new Command(parameters));
      return { answer: (await readable(answer)) as Record<string, unknown> };
    } catch (error) {
      if (error instanceof Error && '$fault' in error) return { refused: error.name };
      throw error;
    }
  });
});

/** Streams and bytes as text, times as text. */
async function readable(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if ('transformToString' in value) return (value as { transformToString(): Promise<string> }).transformToString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return Promise.all(value.map(readable));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(await Promise.all(members.map(async ([key, member]) => [key, await readable(member)])));
}

test('the AWS CLI', async () => {
  test.skip(!has('aws', ['--version']), 'There is no `aws` on the PATH.');
  test.setTimeout(400_000); // some fifty processes, each of which loads all of botocore
  const aws = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) =>
      execFile('aws', args, { env: env as unknown as NodeJS.ProcessEnv }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      ),
    );
  const NAMES = { lambda: 'lambda', sfn: 'stepfunctions', s3: 's3api' };
  /** members whose bytes the CLI takes from a file, and members that it writes into one */
  const FROM_FILE: Record<string, string> = { ZipFile: 'fileb://', Body: '' };
  const INTO_FILE: Record<string, string> = { Invoke: 'Payload', GetObject: 'Body' };

  await story(
    'tools-cli',
    async (service, call, parameters) => {
      const { Code, ...flat } = parameters as { Code?: object };
      const options = Object.entries<unknown>({ ...flat, ...Code }).flatMap(([member, value]) => {
        const option = call === 'SendTaskSuccess' && member === 'output' ? '--task-output' : `--${dashed(member)}`;
        if (typeof value === 'string') return [option, value];
        if (!(value instanceof Uint8Array)) return [option, JSON.stringify(value)];
        if (FROM_FILE[member] === undefined) return [option, Buffer.from(value).toString()];
        const file = path.join(dir, `cli-${member}`);
        writeFileSync(file, value);
        return [option, `${FROM_FILE[member]}${file}`];
      });
      const written = INTO_FILE[call];
      const file = path.join(dir, 'cli-answer');
      const { code, out, err } = await aws(NAMES[service], dashed(call), ...options, ...(written ? [file] : []));
      const refused = /An error occurred \((\w+)\)/.exec(err)?.[1];
      if (code !== 0 && refused !== undefined) return { refused };
      expect(code, `aws ${NAMES[service]} ${dashed(call)}: ${err}`).toBe(0);
      const answer = out.trim() === '' ? {} : (JSON.parse(out) as Record<string, unknown>);
      return { answer: written ? { ...answer, [written]: readFileSync(file, 'utf8') } : answer };
    },
    'hostOfItsOwn',
  );

  // its commands on files, which are more than one call each
  const note = path.join(dir, 'note.txt');
  writeFileSync(note, 'a note');
  const bucket = `s3://tools-cli-files-${test.info().retry}`;
  for (const args of [
    ['mb', bucket],
    ['cp', note, `${bucket}/folder/note.txt`],
    ['sync', `${bucket}/folder`, path.join(dir, 'synced')],
    ['rb', bucket, '--force'],
  ])
    expect(await aws('s3', ...args), args.join(' ')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(dir, 'synced', 'note.txt'), 'utf8')).toBe('a note');
});

/** `ListObjectsV2` ─▶ `list-objects-v2` */
const dashed = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

test('boto3', async () => {
  test.skip(!has('python3', ['-c', 'import boto3']), 'python3 cannot import boto3.');
  test.setTimeout(180_000);
  const python = spawn('python3', ['-c', BOTO3], { env: env as unknown as NodeJS.ProcessEnv, stdio: 'pipe' });
  const answers = linesOf(python);
  try {
    await story('tools-boto3', async (service, call, parameters) => {
      const bytes = (_: string, value: unknown) =>
        value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;
      python.stdin.write(`${JSON.stringify([service, call, parameters], bytes)}\n`);
      return JSON.parse(await answers()) as Answer;
    });
  } finally {
    python.kill();
  }
});

/** @returns the next line each time; fails with what the process said when it has ended */
function linesOf(child: ChildProcess): () => Promise<string> {
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = readline.createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string>;
    if (done) throw new Error(`python3 ended: ${errors}`);
    return value;
  };
}

function has(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Reads `[service, call, parameters]` lines, answers with a line each. */
const BOTO3 = `
import base64, datetime, json, sys
import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

clients = {'lambda': boto3.client('lambda'), 's3': boto3.client('s3'),
           'sfn': boto3.client('stepfunctions', config=Config(inject_host_prefix=False))}

def given(value):
    return base64.b64decode(value['$bytes']) if '$bytes' in value else value

def readable(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, 'read'):
        value = value.read()
    return value.decode() if isinstance(value, bytes) else str(value)

for line in sys.stdin:
    service, call, parameters = json.loads(line, object_hook=given)
    try:
        answer = getattr(clients[service], xform_name(call))(**parameters)
        answer.pop('ResponseMetadata')
        result = {'answer': answer}
    except ClientError as error:
        result = {'refused': error.response['Error']['Code']}
    print(json.dumps(result, default=readable), flush=True)
`;
