import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'bin-cloud-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [
    'bin/action-engine.mjs',
    'local-cloud',
    '--data',
    path.join(folder, 'data'),
    ...args,
  ]);
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, ended };
}
const port = (server: net.Server) => (server.address() as AddressInfo).port;

test('a taken port is one clear line', async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { output, ended } = run('--port', String(port(taken)));
  expect(await ended).toBe(1);
  expect(output).toEqual({
    out: '',
    err: expect.stringMatching(new RegExp(`^Port ${port(taken)} is in use\\. .*\\n$`)),
  });
  taken.close();
});

test.each([
  [['--port', 'many'], /^--port is "many"\. It must be a number from 0 to 65535\.\n$/],
  [['--time-scale', 'fast'], /^--time-scale is "fast"\./],
  [['--idle-minutes', '-1'], /idle-minutes/],
  [['--colour', 'red'], /^Unknown option '--colour'.*Usage: npm run local-cloud/],
])('%j is told', async (args, line) => {
  const { output, ended } = run(...args);
  expect(await ended).toBe(1);
  expect(output.err).toMatch(line);
  expect(output.out).toBe('');
});

test('says where it is, ends on a signal, and lets go of its directory at once', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, output, ended } = run('--port', '0');
    await expect
      .poll(() => output.out, { timeout: 15_000 })
      .toMatch(/^local cloud ready on http:\/\/127\.0\.0\.1:\d+\n$/);
    const before = Date.now();
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(12_000);
  }
});
