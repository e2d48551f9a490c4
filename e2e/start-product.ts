/**
 * Starts the product as a visitor does, on a free port with data of its own, once for all stories. While one writes a
 * story, E2E_URL and E2E_DATA name a product that runs already.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default async function startProduct(): Promise<() => Promise<void>> {
  if (process.env.E2E_URL && process.env.E2E_DATA) return async () => {};
  const dataDir = mkdtempSync(path.join(tmpdir(), 'action-engine-e2e-'));
  const port = await freePort();
  const product = await start(port, dataDir, {});
  process.env.E2E_URL = `http://localhost:${port}`;
  process.env.E2E_DATA = dataDir;
  return async () => {
    await stop(product);
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** @returns when the page answers */
export async function start(port: number, dataDir: string, env: Record<string, string>): Promise<ChildProcess> {
  const { OPENAI_API_KEY: _a, OPENAI_BASE_URL: _b, HF_TOKEN: _c, ...rest } = process.env;
  const child = spawn(process.execPath, ['bin/action-engine.mjs', 'start'], {
    env: { ...rest, PORT: String(port), ACTION_ENGINE_DATA: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => {
      output += text.toString();
      if (output.includes('Action Engine is ready on')) resolve();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.on('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output}`)));
  });
  return child;
}

export const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
