/**
 * Starts the product as a visitor does, on a free port with data of its own: one for each worker, so that stories which go
 * on side by side never meet. While one writes a story, E2E_URL and E2E_DATA name a product that runs already.
 *
 *   startProducts()  once before all stories ─▶ E2E_URL_0, E2E_DATA_0, E2E_URL_1, …
 *   chooseProduct()  in each worker ─▶ E2E_URL, E2E_DATA: its own
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default async function startProducts({ workers }: { workers: number }): Promise<() => Promise<void>> {
  if (process.env.E2E_URL && process.env.E2E_DATA) return async () => {};
  const end: (() => Promise<void>)[] = [];
  // The first one builds the page if it has to; the others find it built.
  for (let worker = 0; worker < workers; worker++) {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'action-engine-e2e-'));
    const port = await freePort();
    const product = await start(port, dataDir, {});
    process.env[`E2E_URL_${worker}`] = `http://localhost:${port}`;
    process.env[`E2E_DATA_${worker}`] = dataDir;
    if (worker === 0) chooseProduct('0');
    end.push(async () => {
      await stop(product);
      rmSync(dataDir, { recursive: true, force: true });
    });
  }
  return async () => {
    await Promise.all(end.map((one) => one()));
  };
}

/** A worker that follows upon one that failed has its place, and its product. */
export function chooseProduct(worker = process.env.TEST_PARALLEL_INDEX): void {
  for (const what of ['E2E_URL', 'E2E_DATA']) {
    const own = process.env[`${what}_${worker}`];
    if (own !== undefined) process.env[what] = own;
  }
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
