/**
 * One evaluator process: sends it expressions, hears its answers, kills it when one takes too long.
 *
 * Expressions are sent ahead and answered in order, each as soon as it is known. One that comes with a slice of time stops
 * itself when that is over, and the process goes on with the next. Where it does not, the clock here runs, for the first
 * unanswered one only; when it runs out, or the process dies, that one has failed, and the ones behind it, which are
 * innocent, are handed back to be run elsewhere. Long before that it is told to be slow, so that those behind it need not
 * wait.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { OUT_OF_MEMORY, OUT_OF_TIME } from '@/lib/asl/jsonata';
import type { Json } from '@/lib/base/json';
import { EvaluationFailed } from '@/lib/engine/types';
import { MOST_TIMES } from './slow-queue';

export type Job = {
  /** by which its text is known */
  key: string;
  /** its first slice was not enough, and it gets another one like it */
  again?: true;
  /** `[expression, bindings]` as JSON */
  request: string;
  /** ms after which it stops itself; 0: it is known to be quick */
  slice: number;
  resolve(value: Json | undefined): void;
  /** @param died the process has ended with it */
  reject(error: Error, died?: boolean): void;
  /** its slice was over */
  over(): void;
};

/** The files that the process runs: itself, and what runs inside its context. */
export type Scripts = { child: string; inside: string };

export type Limits = { limitMs: number; memoryMb: number };

/** `orphans` were not begun; `started` is false when the process never came up. */
export type Ended = (orphans: Job[], started: boolean) => void;

/**
 * Told of an expression that takes so long beyond its slices: others should not wait for it. Counted is the time for which
 * it had the processor: on a busy machine it may have had to wait for that.
 */
const SLOW_MS = 40;
/** between two looks at how long it had the processor */
const LEAST_LOOK_MS = 5;
/** of a process that is slow: those that answer quickly go first */
const SLOW_NICENESS = 10;
/** The library stops itself a little before the process is killed: that is cheaper. */
const OWN_STOP = 0.8;
/** Where the machine is busy, the clock here may be ahead of the one there. */
const GRACE_MS = 100;

export class EvaluatorProcess {
  readonly jobs: Job[] = [];
  private readonly child: ChildProcess;
  private partial: string[] = [];
  private outgoing = '';
  private flushing = false;
  private ready = false;
  private timer: NodeJS.Timeout | undefined;
  private slowTimer: NodeJS.Timeout | undefined;
  private ended = false;
  private killedFor: string | null = null;
  /** it still holds what others have been given: its first answer is its last */
  private spent = false;
  private closing = false;

  constructor(
    scripts: Scripts,
    private readonly limits: Limits,
    private readonly onEnd: Ended,
    private readonly onSlow: () => void,
  ) {
    const { limitMs, memoryMb } = limits;
    const node = [
      `--max-old-space-size=${memoryMb}`,
      '--max-semi-space-size=8',
      scripts.child,
      scripts.inside,
      String(Math.round(limitMs * OWN_STOP)),
    ];
    const [command, args] = bounded(process.execPath, node, memoryMb);
    this.child = spawn(command, args, {
      env: {} as NodeJS.ProcessEnv,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.hear(chunk));
    this.child.stdin?.on('error', () => {});
    this.child.on('error', () => this.end());
    this.child.on('exit', () => this.end());
    this.hold();
  }

  send(job: Job): void {
    this.jobs.push(job);
    this.outgoing += `${job.slice}\t${job.request}\n`;
    if (this.jobs.length === 1) {
      this.hold();
      this.wind();
    }
    if (this.flushing) return;
    this.flushing = true;
    // All that one turn of the event loop asks for goes out in one write.
    queueMicrotask(() => {
      this.flushing = false;
      this.child.stdin?.write(this.outgoing);
      this.outgoing = '';
    });
  }

  /** Everything unanswered is handed back. */
  close(): void {
    this.closing = true;
    this.child.kill('SIGKILL');
  }

  /** @returns all but the first, which goes on here, with what is left of its time */
  handBack(): Job[] {
    const behind = this.jobs.splice(1);
    if (behind.length > 0) this.spent = true;
    this.yield();
    return behind;
  }

  /** From now on those that answer quickly go first. */
  yield(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    for (const thread of threadsOf(pid)) {
      try {
        setPriority(thread, SLOW_NICENESS);
      } catch {
        // it ended meanwhile, or the system does not let us: then it is merely slow
      }
    }
  }

  private hear(chunk: string): void {
    // Its time was up, or what it holds is done elsewhere: what still comes is nobody's answer.
    if (this.killedFor !== null || this.closing) return;
    // An answer of megabytes comes in many chunks: they are joined once, at its end.
    this.partial.push(chunk);
    if (!chunk.includes('\n')) return;
    const lines = this.partial.join('').split('\n');
    this.partial = [lines.pop() as string];
    for (const line of lines) {
      const [kind, value] = JSON.parse(line) as [number, Json?];
      if (kind === 3) this.ready = true;
      else {
        const job = this.jobs.shift();
        if (kind === 0) job?.resolve(value);
        else if (kind === 2) job?.resolve(undefined);
        else if (kind === 4) job?.over();
        else job?.reject(new EvaluationFailed(String(value)));
        if (this.spent) {
          this.close();
          return;
        }
      }
    }
    this.hold();
    this.wind();
  }

  /** Starts the clock for the job that is first now. */
  private wind(): void {
    clearTimeout(this.timer);
    clearTimeout(this.slowTimer);
    this.timer = undefined;
    const [first] = this.jobs;
    if (!first || !this.ready || this.ended) return;
    // Most are answered by then, and cost no look.
    this.slowTimer = this.unless(first.slice * 2 + SLOW_MS, () =>
      this.suspect(this.worked(), first.slice * (1 + MOST_TIMES) + SLOW_MS),
    );
    this.timer = this.unless(this.limits.limitMs + GRACE_MS, () => {
      this.killedFor = OUT_OF_TIME;
      this.child.kill('SIGKILL');
    });
  }

  /** @param allowed ms of the processor for the first job, counted from `before`; then it is slow */
  private suspect(before: number, allowed: number): void {
    const left = allowed - (this.worked() - before);
    if (left <= 0) this.onSlow();
    else this.slowTimer = this.unless(Math.max(left, LEAST_LOOK_MS), () => this.suspect(before, allowed));
  }

  /** ms for which it had the processor; where the system does not tell, ever more */
  private worked(): number {
    try {
      return Number(readFileSync(`/proc/${this.child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      return performance.now();
    }
  }

  /** Does `act` when the first job has no answer in `ms`. Where this process itself was held up, one may be waiting to be read. */
  private unless(ms: number, act: () => void): NodeJS.Timeout {
    const first = this.jobs[0];
    return setTimeout(() => {
      setImmediate(() => {
        if (this.jobs[0] === first && !this.ended) act();
      });
    }, ms);
  }

  /** An idle evaluator keeps no program alive that has nothing else to do. */
  private hold(): void {
    const streams = [this.child.stdin, this.child.stdout] as unknown as { ref?(): void; unref?(): void }[];
    for (const one of [this.child, ...streams]) {
      if (this.jobs.length > 0) one?.ref?.();
      else one?.unref?.();
    }
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    clearTimeout(this.slowTimer);
    const waiting = this.jobs.splice(0);
    // Who was first has brought the process down, unless it never came up.
    const failed = this.ready && !this.closing ? waiting.shift() : undefined;
    // In this order: whoever hears of the failure may ask for more, and must not find this process among the living.
    this.onEnd(waiting, this.ready || this.closing);
    failed?.reject(new EvaluationFailed(this.killedFor ?? OUT_OF_MEMORY), true);
  }
}

/** Linux counts priority by the thread, and an expression that makes much garbage keeps the collector's threads as busy. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}

/** Node itself maps this much. */
const NODE_DATA_MB = 700;

/**
 * V8 bounds its own heap only; on Linux the kernel bounds the rest of the process's memory too, and ends it with its
 * parent even while an expression holds its thread.
 */
function bounded(command: string, args: string[], memoryMb: number): [string, string[]] {
  if (process.platform !== 'linux') return [command, args];
  const limit = '/usr/bin/prlimit';
  if (!existsSync(limit)) return [command, args];
  return [limit, [`--data=${(memoryMb + NODE_DATA_MB) * 1024 * 1024}`, '--core=0', command, ...args]];
}
