/** Where functions' processes end: with their timeout, with their server, and never later. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, create, startTestLambda } from './testing';

const root = path.resolve(import.meta.dirname, '../../..');
let dataDir: string;
let server: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'lambda-processes-'));
});
afterEach(() => {
  server?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** A server in a process of its own; its packages are found from the project's folder. */
async function startServer(kind: string): Promise<{ process: ChildProcess; endpoint: string }> {
  const outfile = path.join(root, 'node_modules/.cache/action-engine', `testing-server-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'testing-server.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfig: path.join(root, 'tsconfig.json'),
  });
  const child = spawn(process.execPath, [outfile, root, dataDir, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  server = child;
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
    child.once('exit', () => reject(new Error('The server did not start.')));
  });
  rmSync(outfile);
  return { process: child, endpoint };
}

/** In the environment of all that a function starts: what it sees of the disk need not name our data folder. */
const mark = () => ({ MARK: path.join(dataDir, 'cloud') });

/** Processes whose environment or command names our data folder: whatever a function started, wherever it moved itself. */
function left(): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const about = command + readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (about.includes(path.join(dataDir, 'cloud')) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'))
        found.push(command);
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

const FAMILY = `import { spawn } from 'node:child_process';
  export const handler = async (event) => {
    spawn('/bin/sh', ['-c', 'sleep 300 & sleep 301'], { stdio: 'ignore' });
    spawn('/bin/sleep', ['302'], { stdio: 'ignore', detached: event.detached }).unref();
    if (event.hang) for (;;);
    return process.pid;
  };`;

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test('a timeout ends everything that the function started', async () => {
    const cloud = await startTestLambda({ dataDir });
    await create(cloud.client, 'family', FAMILY, { timeout: 1, variables: mark() });
    expect((await call(cloud.client, 'family', { hang: true })).result.errorType).toBe('Sandbox.Timedout');
    await expect.poll(left, { timeout: 3000 }).toEqual([]);
    await cloud.stop();
  });

  test('so do an update, and the end of the server', async () => {
    const cloud = await startTestLambda({ dataDir });
    await create(cloud.client, 'family', FAMILY, { variables: mark() });
    await call(cloud.client, 'family', {});
    expect(left().length).toBeGreaterThan(2);
    await cloud.stop();
    await expect.poll(left, { timeout: 3000 }).toEqual([]);
  });

  test.each([
    ['namespaces', true],
    ['plain', false],
  ])('a server that is killed takes them with it (%s)', async (kind, detached) => {
    const { process: child, endpoint } = await startServer(kind);
    const client = new LambdaClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    await create(client, 'family', FAMILY, { timeout: 60, variables: mark() });
    const namespaced =
      typeof (await call(client, 'family', {})).result === 'number' && (await call(client, 'family', {})).result < 10;
    // One that moved itself to a session of its own is out of reach without a namespace.
    const busy = call(client, 'family', { hang: true, detached: detached && namespaced });
    busy.catch(() => undefined);
    await expect.poll(() => left().length, { timeout: 5000 }).toBeGreaterThan(6);
    child.kill('SIGKILL');
    await expect.poll(left, { timeout: 2000 }).toEqual([]);
    await expect(busy).rejects.toThrow();
    client.destroy();
  });

  test('where the system allows, a function sees no process but its own', async () => {
    const cloud = await startTestLambda({ dataDir });
    await create(
      cloud.client,
      'looks',
      `import { readdirSync, readFileSync } from 'node:fs'; export const handler = async () => readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).map((n) => readFileSync('/proc/' + n + '/cmdline', 'utf8').split('\\0')[0]);`,
    );
    const { result } = await call(cloud.client, 'looks');
    if ((await cloud.lambda.isolation()) !== 'process') expect(result).toEqual(['/bin/sh', process.execPath]);
    else expect(result).toContain(process.execPath);
    await cloud.stop();
  });
});

test('a process that was lost between two calls is replaced', async () => {
  const cloud = await startTestLambda({ dataDir, namespaces: false });
  await create(cloud.client, 'lost', 'let calls = 0; export const handler = async () => [process.pid, ++calls];');
  const [pid] = (await call(cloud.client, 'lost')).result;
  execFileSync('kill', ['-9', String(pid)]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await call(cloud.client, 'lost')).result[1]).toBe(1);
  await cloud.stop();
});

test('calls under way when the server ends have no outcome, rather than a wrong one', async () => {
  const cloud = await startTestLambda({ dataDir });
  await create(
    cloud.client,
    'slow',
    'export const handler = async () => { await new Promise((r) => setTimeout(r, 5000)); };',
  );
  const running = call(cloud.client, 'slow');
  running.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await cloud.lambda.close(0);
  await expect(running).rejects.toMatchObject({ name: 'ServiceException' });
  await cloud.stop();
});

test('close waits for what runs, as long as it is told to', async () => {
  const cloud = await startTestLambda({ dataDir });
  await create(
    cloud.client,
    'soon',
    `export const handler = async () => { await new Promise((r) => setTimeout(r, 600)); return 'done'; };`,
  );
  const running = call(cloud.client, 'soon');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await cloud.lambda.close(5000);
  expect((await running).result).toBe('done');
  await cloud.stop();
});
