/**
 * The real local cloud as a child process, in a process group of its own so that a kill takes all of it.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from './types';
import { ask, Client, sleep } from './wire';

export type CloudOptions = {
  data: string;
  port?: number;
  /** where Step Functions finds Lambda; absent: the cloud's own */
  lambda?: string;
  env?: Record<string, string>;
  args?: string[];
  /** arguments for Node itself */
  node?: string[];
  /** the file mode, resource limits …: a command that runs what follows it */
  under?: string[];
};

export class Cloud {
  readonly client: Client;
  readonly port: number;
  readonly data: string;
  child: ChildProcess | null = null;
  /** all that it printed on stderr, over every start */
  log = '';
  exited = true;
  exitCode: number | null = null;

  constructor(
    bench: Bench,
    private readonly options: CloudOptions,
  ) {
    this.port = options.port ?? bench.port();
    this.data = options.data;
    mkdirSync(this.data, { recursive: true });
    this.client = new Client(this.port);
    bench.atEnd(() => this.kill());
  }

  /**
   * @param more arguments for this start alone
   * @returns ms from the start of the process to its word that it is ready
   * @throws Error with its last lines when it ended first
   */
  async start(timeoutMs = 30_000, more: readonly string[] = []): Promise<number> {
    const { lambda, env, args = [], node = [], under = [] } = this.options;
    const began = performance.now();
    const entry = process.env.ACTION_ENGINE_BENCH_CLOUD ?? '';
    const command = [
      ...under,
      ...[process.execPath, '--enable-source-maps', ...node, entry, 'local-cloud'],
      ...['--port', String(this.port), '--data', this.data, ...args, ...more],
    ];
    const child = spawn(command[0] as string, command.slice(1), {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ACTION_ENGINE_ROOT: process.env.ACTION_ENGINE_ROOT,
        ...(lambda !== undefined && { AWS_ENDPOINT_URL_LAMBDA: lambda }),
        ...env,
      } as unknown as NodeJS.ProcessEnv,
    });
    this.child = child;
    this.exited = false;
    this.exitCode = null;
    let ready = false;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('local cloud ready')) ready = true;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.log = (this.log + String(chunk)).slice(-200_000);
      appendFileSync(path.join(path.dirname(this.data), `${path.basename(this.data)}.log`), chunk);
    });
    child.on('error', () => (this.exited = true));
    child.on('exit', (code) => {
      if (this.child !== child) return;
      this.exited = true;
      this.exitCode = code;
    });
    while (!ready) {
      if (this.exited || performance.now() - began > timeoutMs) {
        await sleep(30); // its last words
        throw new Error(
          `${this.exited ? 'it ended' : `not ready in ${timeoutMs} ms`}: ${this.log.trim().split('\n').slice(-4).join(' / ')}`,
        );
      }
      await sleep(3);
    }
    return performance.now() - began;
  }

  /** the process that listens, whatever it was started under */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // gone already
    }
  }

  /** SIGKILL to the whole group; resolves when it is gone. */
  async kill(): Promise<number> {
    const at = Date.now();
    if (this.child === null) return at;
    this.signal('SIGKILL');
    for (let i = 0; i < 400 && !this.exited; i++) await sleep(5);
    this.client.reset();
    return at;
  }

  /** SIGTERM. @returns ms until it ended, and with which code */
  async stop(timeoutMs = 15_000): Promise<{ ms: number; code: number | null }> {
    const began = Date.now();
    try {
      process.kill(this.pid, 'SIGTERM');
    } catch {
      // gone already
    }
    while (!this.exited && Date.now() - began < timeoutMs) await sleep(5);
    this.client.reset();
    return { ms: Date.now() - began, code: this.exited ? this.exitCode : -1 };
  }

  health = () => ask(this.port, { path: '/_action-engine/health', timeoutMs: 5000 });

  /** resident memory of the server process alone, MB */
  rssMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
}

/** Processes whose command line or environment names `mark`, by id. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
    try {
      const text = readFileSync(`/proc/${entry}/cmdline`, 'latin1') + readFileSync(`/proc/${entry}/environ`, 'latin1');
      return text.includes(mark) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** Starts a cloud, hands it over, and ends it whatever happened. */
export async function withCloud<T>(bench: Bench, options: CloudOptions, use: (cloud: Cloud) => Promise<T>): Promise<T> {
  const cloud = new Cloud(bench, options);
  try {
    await cloud.start();
    return await use(cloud);
  } finally {
    await cloud.kill();
  }
}
