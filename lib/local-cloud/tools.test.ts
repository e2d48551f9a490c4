/** The tools that people have, as they are: the AWS CLI and boto3. Skipped, saying so, where they are not installed. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalCloud, startLocalCloud } from './server';

const run = promisify(execFile);
const has = (what: string, command: string, ...args: string[]) => {
  const found = spawnSync(command, args).status === 0;
  if (!found) process.stderr.write(`skipped: ${what} is not installed\n`);
  return found;
};
const hasCli = has('the AWS CLI', 'aws', '--version');
const hasBoto = has('boto3', 'python3', '-c', 'import boto3');

const folder = mkdtempSync(path.join(tmpdir(), 'tools-'));
let cloud: LocalCloud;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  cloud = await startLocalCloud({ root: process.cwd(), dataDir: path.join(folder, 'data'), port: 0 });
  env = {
    NODE_ENV: 'test',
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: cloud.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(process.env.PYENV_ROOT && { PYENV_ROOT: process.env.PYENV_ROOT }),
  };
});
afterAll(async () => {
  await cloud.close(0);
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(hasCli)(
  'the AWS CLI puts, lists, presigns and gets a file',
  async () => {
    const aws = async (...args: string[]) => (await run('aws', args, { env, cwd: folder })).stdout;
    writeFileSync(path.join(folder, 'sent'), Buffer.alloc(9 * 1024 ** 2, 'local cloud ')); // past 8 MB the CLI sends parts
    await aws('s3', 'mb', 's3://cli');
    await aws('s3', 'cp', 'sent', 's3://cli/a folder/sent', '--quiet');
    expect(await aws('s3', 'ls', 's3://cli', '--recursive')).toMatch(/9437184 a folder\/sent/);
    const link = (await aws('s3', 'presign', 's3://cli/a folder/sent')).trim();
    expect((await (await fetch(link)).arrayBuffer()).byteLength).toBe(9 * 1024 ** 2);
    await aws('s3', 'cp', 's3://cli/a folder/sent', 'got', '--quiet');
    expect(readFileSync(path.join(folder, 'got')).equals(readFileSync(path.join(folder, 'sent')))).toBe(true);
  },
  60_000,
);

const SCRIPT = `
import boto3, io, urllib.request
from botocore.config import Config
s3 = boto3.client('s3')
s3.create_bucket(Bucket='boto')
data = bytes(range(256)) * 40000
s3.upload_fileobj(io.BytesIO(data), 'boto', 'a b/\\u00fc')
assert s3.get_object(Bucket='boto', Key='a b/\\u00fc')['Body'].read() == data
assert s3.list_objects_v2(Bucket='boto')['Contents'][0]['Size'] == len(data)
for version in (None, 's3v4'):
    signer = boto3.client('s3', config=Config(signature_version=version))
    url = signer.generate_presigned_url('get_object', Params={'Bucket': 'boto', 'Key': 'a b/\\u00fc'})
    assert urllib.request.urlopen(url).read() == data
    try:
        urllib.request.urlopen(url.replace('%C3%BC', 'u'))
        assert False
    except urllib.error.HTTPError as error:
        assert error.code == 403
print('done')
`;
test.runIf(hasBoto)(
  'boto3 puts, lists, gets and signs, with both versions of the signature',
  async () => {
    const { stdout } = await run('python3', ['-c', SCRIPT], { env });
    expect(stdout).toBe('done\n');
  },
  60_000,
);
