/**
 * A server under measure: a real child process in a group of its own, so that its memory is that of all its processes and
 * its end is the end of all of them.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client, sleep } from '@/bench/battery/wire';

/** The command of a server that listens on `port`, keeps its data in `data` and finds Lambda at `lambda`. */
export type Command = (at: { port: number; data: string; lambda: string }) => string[];

export type Subject = {
  name: string;
  client: Client;
  data: string;
  /** ms from the start of the process to the first answer */
  readyMs: number;
  /** MB: resident memory of the process group, pages shared by several processes counted for each */
  memoryMb(): number;
  /** SIGTERM, and SIGKILL to whatever is left of the group after 15 s; the data stay when `keep` */
  stop(keep?: boolean): Promise<void>;
};

const READY_MS = 60_000;
const END_MS = 15_000;
const groups = new Set<number>();

/** Whatever happens to the bench, no server is left behind. */
export function killAll(): void {
  for (const group of groups) signal(group, 'SIGKILL');
}

/** @throws Error with its last words when it does not come up */
export async function startSubject(name: string, command: Command, lambda: string, kept?: string): Promise<Subject> {
  const port = await freePort();
  const data = kept ?? mkdtempSync(path.join(os.tmpdir(), 'bench-engine-'));
  const [program = '', ...args] = command({ port, data, lambda });
  const began = performance.now();
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_LAMBDA: lambda,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
  });
  const group = child.pid ?? 0;
  groups.add(group);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-2000);
  });
  const client = new Client(port);
  const stop = async (keep = false) => {
    await end(child, group);
    groups.delete(group);
    client.reset();
    if (!keep) rmSync(data, { recursive: true, force: true });
  };
  let gone = false;
  child.on('exit', () => {
    gone = true;
  });
  child.on('error', () => {
    gone = true;
  });
  for (;;) {
    try {
      await client.call('ListStateMachines', {}, 2000);
      break;
    } catch {
      if (gone || performance.now() - began > READY_MS) {
        await stop();
        throw new Error(`${name} did not start: ${said.trim().split('\n').slice(-3).join(' / ')}`);
      }
      await sleep(5);
    }
  }
  return { name, client, data, readyMs: performance.now() - began, memoryMb: () => weigh(group), stop };
}

async function end(child: ChildProcess, group: number): Promise<void> {
  signal(group, 'SIGTERM');
  for (const until = Date.now() + END_MS; Date.now() < until && isAlive(group); ) await sleep(10);
  signal(group, 'SIGKILL');
  child.stderr?.destroy();
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    if (group > 0) process.kill(-group, name);
  } catch {
    // gone already
  }
}

function isAlive(group: number): boolean {
  try {
    return group > 0 && process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Only Linux tells; elsewhere 0, which is printed as a gap. */
function weigh(group: number): number {
  let kb = 0;
  let pids: string[] = [];
  try {
    pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch {
    return 0;
  }
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // after the name in brackets: state, parent, group
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue;
      kb += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // it ended between the two reads
    }
  }
  return kb / 1024;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
