/**
 * The whole product as `npm start` runs it, on a port and data of its own, and a headless browser to look at it with.
 *
 *   Product.start() ─▶ its address, its HTTP API, the histories of its cloud      openBrowser() ─▶ Chromium, or why not
 *
 * It runs from a copy, so that it stays the same product while somebody goes on writing it.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Browser } from 'playwright';
import type { JsonObject } from '@/lib/base/json';
import { childrenOf, kill, reached } from '../../e2e/processes';
import type { Bench } from './types';
import { sleep } from './wire';

/** An event, as far as a view shows it. */
export type Shown = { id: number; type: string };
type CloudFile = { url: string; pid: number; credentials: { accessKeyId: string; secretAccessKey: string } };

/** ms; a page that is not built yet is built first */
const START = 240_000;

export class Product {
  readonly url: string;
  private child: ChildProcess | null = null;
  /** where the copy lies, once there is one */
  private copy: string | null = null;

  constructor(
    bench: Bench,
    private readonly folder: string,
    private readonly port = bench.port(),
  ) {
    this.url = `http://localhost:${port}`;
    bench.atEnd(() => this.killAll());
  }

  private get data(): string {
    return path.join(this.folder, 'data');
  }

  /** @throws Error with what it printed when it ended first, or says nothing */
  async start(): Promise<void> {
    if (this.copy === null) {
      // The page is built where it is written; what came of it is taken along.
      await this.startIn(ROOT);
      await this.stop();
      this.copy = copyOf(ROOT, path.join(this.folder, 'product'));
    }
    await this.startIn(this.copy);
  }

  private async startIn(root: string): Promise<void> {
    const {
      OPENAI_API_KEY: _a,
      OPENAI_BASE_URL: _b,
      HF_TOKEN: _c,
      ACTION_ENGINE_BENCH_CLOUD: _d,
      ...env
    } = process.env;
    const child = spawn(process.execPath, ['bin/action-engine.mjs', 'start'], {
      cwd: ROOT,
      env: { ...env, PORT: String(this.port), ACTION_ENGINE_DATA: this.data, ACTION_ENGINE_ROOT: root },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The product is not ready after ${START} ms:\n${said}`)), START);
      const hear = (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000);
        if (!said.includes('is ready on')) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${said}`)));
    });
  }

  /** Without a word, as by a power cut. @param also the cloud, which else goes on */
  async kill(also: { cloud: boolean }): Promise<void> {
    const pid = this.child?.pid;
    if (pid === undefined || this.child?.exitCode !== null) return;
    const cloud = this.cloud()?.pid;
    const ended = new Promise<void>((resolve) => this.child?.once('exit', () => resolve()));
    for (const one of [pid, ...childrenOf(pid)]) if (also.cloud || one !== cloud) kill(one);
    await ended;
    while (await reached(this.url)) await sleep(20);
  }

  private async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child?.once('exit', () => resolve()));
    this.child?.kill('SIGTERM');
    await ended;
  }

  private async killAll(): Promise<void> {
    await this.kill({ cloud: true });
    const cloud = this.cloud();
    if (cloud) kill(cloud.pid);
  }

  private cloud(): CloudFile | null {
    const file = path.join(this.data, 'cloud.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CloudFile) : null;
  }

  /** @throws Error when the answer is no success */
  async call(method: string, route: string, body?: object): Promise<JsonObject> {
    const token = readFileSync(path.join(this.data, 'api-token'), 'utf8').trim();
    const answer = await fetch(`${this.url}/api/v1${route}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text || '{}') as JsonObject;
  }

  async save(name: string, definition: object): Promise<string> {
    return String((await this.call('POST', '/workflows', { name, definition })).id);
  }

  /** What the cloud says of a run, asked as anybody would ask AWS. */
  async history(executionArn: string): Promise<Shown[]> {
    const cloud = this.cloud();
    if (!cloud) throw new Error('The local cloud has not said where it is.');
    const sfn = new SFNClient({ endpoint: cloud.url, region: 'us-east-1', credentials: cloud.credentials });
    const events: Shown[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }));
      for (const { id, type } of page.events ?? []) events.push({ id: Number(id), type: String(type) });
      nextToken = page.nextToken;
    } while (nextToken);
    sfn.destroy();
    return events;
  }
}

const ROOT = process.env.ACTION_ENGINE_ROOT ?? process.cwd();
/** Data of other products, and what a page server does not read. */
const LEFT_OUT = new Set(['.git', '.action-engine', 'test-results', 'bench', 'e2e', 'docs']);

function copyOf(root: string, to: string): string {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(root)) {
    if (LEFT_OUT.has(name)) continue;
    const [from, there] = [path.join(root, name), path.join(to, name)];
    if (name === 'node_modules') symlinkSync(from, there);
    else cpSync(from, there, { recursive: true, filter: (file) => !/[/]\.next[/](cache|dev|trace)/.test(file) });
  }
  return to;
}

/** @returns the words why there is none, where there is none */
export async function openBrowser(bench: Bench): Promise<Browser | string> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => existsSync(file));
  try {
    const { chromium } = await import('playwright');
    const browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-background-networking'],
    });
    bench.atEnd(() => browser.close());
    return browser;
  } catch (error) {
    return `no Chromium could be started here: ${String(error instanceof Error ? error.message : error).slice(0, 120)}`;
  }
}
