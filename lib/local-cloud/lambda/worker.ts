/**
 * One process of a function, and the one invocation that it is busy with.
 *
 *   starting ──next──▶ idle ──run()──▶ busy ──answer, then next──▶ idle …      any ──▶ ending ──▶ ended
 *
 * Whatever it does (answers, fails, hangs, ends, prints without end) becomes exactly one `Outcome`, in AWS's words.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { reach } from '../failpoint';
import { passedThrough } from '../garbage';
import { CannotLaunch } from './host-tools';
import type { Launcher, LaunchSpec } from './launch';
import { InvocationLog } from './logs';
import { peakMemoryMb } from './memory';
import { asError, deathOf, failure, type Outcome, timeoutOf, type Verdict } from './outcomes';
import type { Reaper } from './reaper';
import { openRuntimeApi, RESPONSE_LIMIT, type RuntimeApi, type RuntimeApiEvents } from './runtime-api';

export type Invocation = {
  requestId: string;
  payload: Buffer;
  /** as the caller named the function */
  arn: string;
  /** base64, from X-Amz-Client-Context */
  clientContext?: string;
  traceId?: string;
};

export type WorkerEvents = {
  /** it waits for work */
  idle(worker: Worker): void;
  /** it is gone; `failure` when it never came to wait for work */
  ended(worker: Worker, failure: Verdict | null): void;
};

type Running = {
  invocation: Invocation;
  settle: (outcome: Outcome) => void;
  reject: (error: Error) => void;
  log: InvocationLog;
  startedAt: number;
  answered: boolean;
  timer: NodeJS.Timeout;
};

/** The server ended before the function did. */
export class Abandoned extends Error {}

/** AWS gives a function this long to load; what it takes longer counts as running time. ms */
const INIT_MS = 10_000;
/** After the log of an invocation is full: bytes a millisecond that are still read, and thrown away. */
const FLOOD_BYTES_PER_MS = 16 * 1024;

export class Worker {
  state: 'starting' | 'idle' | 'busy' | 'ending' | 'ended' = 'starting';
  /** ms since 1970 */
  lastUsed = Date.now();
  private process: ChildProcess | null = null;
  private api: RuntimeApi | null = null;
  private send: ((headers: Record<string, string>, payload: Buffer) => void) | null = null;
  private running: Running | null = null;
  private initLog = new InvocationLog();
  private initFailure: Verdict | null = null;
  private initMs: number | null = null;
  private timedOut = false;
  private retired = false;
  private memoryMb = 0;
  private measuredAt = 0;
  private readonly startedAt = performance.now();
  private readonly initTimer: NodeJS.Timeout;

  constructor(
    private readonly spec: LaunchSpec,
    private readonly tools: { launcher: Launcher; reaper: Reaper },
    private readonly events: WorkerEvents,
  ) {
    this.initTimer = setTimeout(() => this.timeOut(), INIT_MS + spec.settings.Timeout * 1000);
    this.start().catch((error: unknown) => {
      const [errorType, message] =
        error instanceof CannotLaunch
          ? [error.errorType, error.message]
          : [
              'Runtime.Unknown',
              `The function's process could not be started: ${error instanceof Error ? error.message : String(error)}`,
            ];
      this.initFailure = failure(errorType, message);
      this.end();
    });
  }

  private async start(): Promise<void> {
    await this.spec.unpacked();
    await mkdir(this.spec.tmp, { recursive: true, mode: 0o700 });
    const prepared = await this.tools.launcher.prepare(this.spec);
    const events: RuntimeApiEvents = {
      next: (send) => this.onNext(send),
      response: (id, payload) => this.answer(id, false, payload),
      responseTooLarge: (id) => {
        const text = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
        const { payload } = failure('Function.ResponseSizeTooLarge', text);
        return this.answer(id, true, payload);
      },
      error: (id, payload) => this.answer(id, true, asError(payload)),
      initError: (payload) => {
        this.initFailure = { failed: true, payload: asError(payload) };
      },
    };
    const api = await openRuntimeApi(events, prepared.network);
    this.api = api;
    const { command, args, env } = await prepared.launch(api.address);
    if (this.state === 'ended') return api.close();
    reach('spawn');
    const child = spawn(command, args, {
      cwd: this.spec.taskRoot,
      env: env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    if (child.pid) this.tools.reaper.add(child.pid);
    reach('spawned');
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.onPrinted(stream, chunk));
    child.once('error', (error) => {
      this.initFailure ??= failure(
        'Runtime.InvalidEntrypoint',
        `The function's process could not be started: ${error.message}`,
      );
      this.onExit(null, null);
    });
    child.once('exit', (code, signal) => {
      // What it printed last may still be in the pipe; a process that it left behind may hold the pipe open for ever.
      const late = setTimeout(() => this.onExit(code, signal), 50);
      child.once('close', () => {
        clearTimeout(late);
        this.onExit(code, signal);
      });
    });
  }

  /** Only while idle. */
  run(invocation: Invocation): Promise<Outcome> {
    const { Timeout } = this.spec.settings;
    const log = this.initLog;
    this.initLog = new InvocationLog();
    log.line(`START RequestId: ${invocation.requestId} Version: ${this.spec.version}`);
    this.state = 'busy';
    return new Promise((settle, reject) => {
      const timer = setTimeout(() => this.timeOut(), Timeout * 1000);
      this.running = { invocation, settle, reject, log, startedAt: performance.now(), answered: false, timer };
      const headers: Record<string, string> = {
        'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + Timeout * 1000),
        'Lambda-Runtime-Invoked-Function-Arn': invocation.arn,
      };
      if (invocation.traceId) headers['Lambda-Runtime-Trace-Id'] = invocation.traceId;
      if (invocation.clientContext) headers['Lambda-Runtime-Client-Context'] = invocation.clientContext;
      const send = this.send!;
      this.send = null;
      send(headers, invocation.payload);
      reach('handed');
    });
  }

  /** Ends when what it does is done; at once when it does nothing. */
  retire(): void {
    this.retired = true;
    if (this.state === 'idle') this.end();
  }

  /** Ends now, with everything that it started. */
  end(): void {
    if (this.state === 'idle') this.state = 'ending'; // not given any more work
    this.kill();
    if (!this.process) this.onExit(null, null);
  }

  /** Ends now, and leaves its invocation without an outcome. */
  abandon(): void {
    this.running?.reject(new Abandoned());
    this.end();
  }

  private onNext(send: (headers: Record<string, string>, payload: Buffer) => void): void {
    if (this.state === 'ended' || this.state === 'ending') return;
    if (this.running && !this.running.answered) {
      this.end(); // asks for more with its work undone: lost its way
      return;
    }
    if (this.running) clearTimeout(this.running.timer);
    clearTimeout(this.initTimer);
    this.running = null;
    this.initMs ??= performance.now() - this.startedAt;
    this.send = send;
    this.state = 'idle';
    this.lastUsed = Date.now();
    if (this.retired) this.end();
    else this.events.idle(this);
  }

  private answer(requestId: string, failed: boolean, payload: Buffer): boolean {
    const { running } = this;
    if (!running || running.answered || running.invocation.requestId !== requestId) return false;
    running.answered = true;
    reach('result');
    const ms = performance.now() - running.startedAt;
    // What it printed before its answer is read in the same turn of the event loop, perhaps after the answer.
    setImmediate(() => this.finish(running, { failed, payload }, ms));
    return true;
  }

  private finish(running: Running, outcome: Verdict, ms: number): void {
    const { requestId } = running.invocation;
    const { MemorySize } = this.spec.settings;
    running.log.line(`END RequestId: ${requestId}`);
    const init = this.initMs !== null && this.initMs >= 0 ? `\tInit Duration: ${this.initMs.toFixed(2)} ms` : '';
    this.initMs = -1; // told once
    this.measure();
    const used = `Max Memory Used: ${this.memoryMb || 'unknown'}${this.memoryMb ? ' MB' : ''}`;
    running.log.line(
      `REPORT RequestId: ${requestId}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: ${MemorySize} MB\t${used}${init}\t`,
    );
    reach('outcome');
    running.settle({ ...outcome, log: running.log });
  }

  /** The most that it ever used, where Linux tells. Looked up four times a second at most: it costs as much as a call. */
  private measure(): void {
    const pid = this.process?.pid;
    if (!pid || performance.now() - this.measuredAt < 250) return;
    this.measuredAt = performance.now();
    try {
      this.memoryMb = Math.max(this.memoryMb, peakMemoryMb(pid));
    } catch {
      // not Linux, or gone
    }
  }

  private onPrinted(stream: NodeJS.ReadableStream, chunk: Buffer): void {
    const log = this.running?.log ?? this.initLog;
    if (log.add(chunk)) return;
    passedThrough(chunk.length);
    stream.pause(); // the printer waits, everyone else does not
    setTimeout(() => stream.resume(), chunk.length / FLOOD_BYTES_PER_MS).unref();
  }

  private timeOut(): void {
    this.timedOut = true;
    this.end();
  }

  private kill(): void {
    const pid = this.process?.pid;
    if (!pid || this.state === 'ended') return;
    this.measuredAt = 0;
    this.measure();
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.process?.kill('SIGKILL'); // no groups here
    }
  }

  private onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.state === 'ended') return;
    const wasStarting = this.state === 'starting';
    this.kill(); // what it started and left behind
    this.state = 'ended';
    clearTimeout(this.initTimer);
    this.api?.close();
    if (this.process?.pid) this.tools.reaper.remove(this.process.pid);
    void rm(this.spec.tmp, { recursive: true, force: true }).catch(() => undefined);
    const { running } = this;
    if (running) {
      clearTimeout(running.timer);
      if (!running.answered) {
        const ms = performance.now() - running.startedAt;
        const outcome = this.endOf(running.invocation.requestId, code, signal);
        running.answered = true;
        running.log.line(
          this.timedOut
            ? `${new Date().toISOString()} ${running.invocation.requestId} Task timed out after ${this.spec.settings.Timeout.toFixed(2)} seconds\n`
            : `RequestId: ${running.invocation.requestId} ${JSON.parse(outcome.payload.toString()).errorMessage.replace(/^RequestId: \S+ /, '')}`,
        );
        this.finish(running, outcome, ms);
      }
    }
    this.events.ended(this, wasStarting ? (this.initFailure ?? this.endOf(null, code, signal)) : null);
  }

  /** What printed before it was ready; goes into the log of the invocation that its failure answers. */
  takeInitLog(): InvocationLog {
    return this.initLog;
  }

  private endOf(requestId: string | null, code: number | null, signal: NodeJS.Signals | null): Verdict {
    return this.timedOut ? timeoutOf(requestId, this.spec.settings.Timeout) : deathOf(requestId, code, signal);
  }
}
