/**
 * The processes of one version of a function: reused while warm, more of them while there is a queue, none when nobody
 * called for some minutes.
 *
 * Invocations wait in one queue and take whichever process is free first, so that a short function is not made to wait
 * for a process that is still starting.
 */
import { availableParallelism } from 'node:os';
import type { Launcher, LaunchSpec } from './launch';
import { InvocationLog } from './logs';
import type { Outcome, Verdict } from './outcomes';
import type { Reaper } from './reaper';
import { Abandoned, type Invocation, Worker } from './worker';

export type PoolTools = {
  launcher: Launcher;
  reaper: Reaper;
  /** may one more process be started? Ends an idle one of another function for it where needed. */
  makeRoom(): boolean;
  /** a process ended or has nothing to do: others may be waiting for room */
  freed(): void;
};
export type PoolOptions = {
  /** processes at once */
  limit: number;
  /** processes that load at once: more would only slow each other */
  starting?: number;
  queue: number;
};
/** ms that a call waits for a busy process before another is started: to start one costs more than many a call. */
const PATIENCE_MS = 10;

type Waiting = {
  /** ms, monotonic */
  since: number;
  invocation: Invocation;
  settle: (outcome: Outcome) => void;
  reject: (error: Error) => void;
};

export class QueueFull extends Error {}

export class Pool {
  readonly workers = new Set<Worker>();
  private readonly queue: Waiting[] = [];
  private retired = false;
  private over = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly specOf: () => LaunchSpec,
    private readonly tools: PoolTools,
    private readonly options: PoolOptions,
  ) {}

  /**
   * @param gone the caller left: what has not begun is not begun
   * @throws QueueFull
   */
  invoke(invocation: Invocation, gone?: AbortSignal): Promise<Outcome> {
    if (this.over) throw new Abandoned();
    if (this.queue.length >= this.options.queue) throw new QueueFull();
    return new Promise((settle, reject) => {
      const waiting = { since: performance.now(), invocation, settle, reject };
      this.queue.push(waiting);
      gone?.addEventListener('abort', () => {
        const at = this.queue.indexOf(waiting);
        if (at >= 0) this.queue.splice(at, 1);
        if (at >= 0) reject(new Error('The caller left before the function began.'));
      });
      this.pump();
    });
  }

  get busy(): boolean {
    return this.queue.length > 0 || [...this.workers].some((worker) => worker.state === 'busy');
  }
  get idle(): Worker[] {
    return [...this.workers].filter((worker) => worker.state === 'idle');
  }

  /** Gives what waits to who is free, and starts processes for the rest. */
  pump(): void {
    if (this.queue.length === 0 || this.over) return;
    for (const worker of this.workers) {
      if (this.queue.length === 0) return;
      if (worker.state === 'idle') this.give(worker);
    }
    const starting = [...this.workers].filter((worker) => worker.state === 'starting').length;
    const most = this.options.starting ?? Math.max(2, availableParallelism());
    const impatient = performance.now() - PATIENCE_MS;
    // The longest waiting stand first.
    const wanted = this.queue
      .slice(0, most)
      .filter(({ since }) => this.workers.size === 0 || since <= impatient).length;
    for (let n = starting; n < wanted && this.workers.size < this.options.limit; n++) {
      if (!this.tools.makeRoom()) break;
      this.workers.add(
        new Worker(this.specOf(), this.tools, {
          idle: (worker) => {
            if (this.queue.length > 0) this.give(worker);
            else if (this.retired) worker.end();
            else this.tools.freed();
          },
          ended: (worker, failure) => {
            this.workers.delete(worker);
            if (failure) this.fail(worker, failure);
            if (this.queue.length > 0) this.pump();
            this.tools.freed();
          },
        }),
      );
    }
    if (this.workers.size < this.options.limit) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.pump();
      }, PATIENCE_MS);
    }
  }

  private give(worker: Worker): void {
    const { invocation, settle, reject } = this.queue.shift()!;
    worker.run(invocation).then(settle, reject);
  }

  /** A process that never came to wait for work answers one invocation with its failure, as AWS does. */
  private fail(worker: Worker, failure: Verdict): void {
    const waiting = this.queue.shift();
    if (!waiting) return;
    const { requestId } = waiting.invocation;
    const log = new InvocationLog();
    log.line(`START RequestId: ${requestId}`);
    log.add(worker.takeInitLog().whole());
    log.line(failure.payload.toString('utf8').slice(0, 8192));
    log.line(`END RequestId: ${requestId}`);
    log.line(`REPORT RequestId: ${requestId}\tInit Duration: -\tStatus: error`);
    waiting.settle({ ...failure, log });
  }

  /** No new processes for new work: those there are end when the queue is empty. */
  retire(): void {
    this.retired = true;
    if (this.queue.length === 0) for (const worker of [...this.workers]) worker.retire();
  }

  /** The server ends: what runs or waits has no outcome; its callers hear that, not that the function failed. */
  end(): void {
    this.over = true;
    this.retired = true;
    for (const { reject } of this.queue.splice(0)) reject(new Abandoned());
    for (const worker of [...this.workers]) worker.abandon();
  }
}
