/**
 * One running execution: an actor. Events queue up and are taken one at a time; each is decided by the engine, written to
 * the log, applied to the snapshot, and only then acted upon.
 *
 *   event ─▶ step() ─▶ commit(events, changes) ─▶ apply ─▶ perform(commands)
 *
 * Knows nothing of services, timers or the API: commands go to `Effects`.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, EngineEvent, Host, Machine, Outcome, Snapshot } from '@/lib/engine/types';
import type { HistoryEvent } from '@/lib/history/events';
import { applyChanges, chainOf, type ExecutionRow, type RunLog } from '@/lib/local-cloud/log';
import { reachStep, wordsOf } from './boundaries';
import { mapRunSettings, pending, step } from './engine';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** an event whose time is told when its turn comes */
export type Happening = Without<EngineEvent, 'at'>;

export type Effects = {
  perform(execution: Execution, command: Command): void;
  ended(execution: Execution): void;
  now(): number;
  host: Host;
  log: RunLog;
  report(line: string): void;
};

type Job = {
  happening: Happening;
  /** the world has already moved on: tried until it is written. Else the caller hears of the failure and may ask again. */
  mustHappen: boolean;
  resolve(accepted: boolean): void;
  reject(error: unknown): void;
};

const RETRY_MS = [50, 200, 1_000, 5_000];

export class Execution {
  private snapshot: Snapshot = { frames: {} };
  private lastEvent = 0;
  private at = 0;
  /** ms by which its time is ahead of the world's: the waits that were shortened */
  private ahead = 0;
  private chain = '';
  private queue: Job[] = [];
  private busy = false;
  private halted = false;
  /** under way, by task id */
  readonly tasks = new Map<string, AbortController>();
  readonly tokens = new Map<string, string>();
  /** ms since 1970 by its own time, by name */
  readonly timers = new Map<string, number>();
  /** the end of a shortened wait is being told */
  waking = false;
  /** further waits that came to their end meanwhile */
  readonly held: { timer: string; again(): void }[] = [];
  /** settings last written, by the Map Run's ARN */
  private readonly mapRuns = new Map<string, string>();
  /** the redrive that is being written, and the token that it was asked for with */
  private redriving: { number: number; token: string | null } | undefined;
  readonly children = new Set<Execution>();
  /** settles when its row is on the disk, or could not be written */
  written: Promise<void> = Promise.resolve();
  private readonly waiters: ((row: ExecutionRow) => void)[] = [];

  /** @param kept false for a synchronous Express execution, which lives and ends with its caller's request */
  constructor(
    readonly row: ExecutionRow,
    readonly machine: Machine,
    private readonly effects: Effects,
    readonly kept = true,
  ) {}

  /** Takes up where the log ends: everything begun and not finished is performed again. */
  resume(): void {
    this.load();
    if (this.lastEvent === 0) this.start();
    else for (const command of pending(this.machine, this.snapshot)) this.effects.perform(this, command);
  }

  start(): void {
    const { row } = this;
    const parent = row.mapRun && row.label ? { parent: { mapRunArn: row.mapRun, label: row.label } } : {};
    void this.deliver({
      kind: 'Start',
      facts: {
        executionArn: row.arn,
        executionName: row.name,
        roleArn: row.role,
        stateMachineArn: row.machineArn,
        stateMachineName: row.machineName,
        startedAt: row.startedAt,
        input: row.input,
        type: row.type,
        ...(row.redriveCount && { redriveCount: row.redriveCount }),
        ...parent,
      },
    });
  }

  /**
   * What ended without success goes on; on the disk when this resolves. Its row already says that it runs.
   * @returns false when its records do not tell where it was
   * @throws ChainBroken; what the disk said: then nothing has changed
   */
  async redrive(token: string | null, number: number, afresh: boolean): Promise<boolean> {
    this.load();
    const told = this.snapshot.frames.execution;
    if (told?.lastEventId !== this.lastEvent) return false;
    this.redriving = { number, token };
    return this.deliver({ kind: 'Redrive', redriveCount: number, ...(afresh && { afresh: true }) }, false);
  }

  /**
   * @returns false when the execution is over, or the event meant nothing to it (a task that is no more)
   * @throws what the disk said, only when `mustHappen` is false
   */
  deliver(happening: Happening, mustHappen = true): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.queue.push({ happening, mustHappen, resolve, reject });
      if (!this.busy) void this.work();
    });
  }

  /** Resolves with the row once the execution ended. */
  whenEnded(): Promise<ExecutionRow> {
    if (this.row.status !== 'RUNNING') return Promise.resolve(this.row);
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** ms since 1970, as the execution counts: it may have shortened waits */
  now(): number {
    return this.effects.now() + this.ahead;
  }

  /** A wait was shortened: what comes next is not before `at`. */
  leap(at: number): void {
    this.ahead = Math.max(this.ahead, at - this.effects.now());
  }

  /** No further event is taken: the process ends, and the log goes on from here at the next start. */
  halt(): void {
    this.halted = true;
  }

  get idle(): boolean {
    return !this.busy && this.queue.length === 0;
  }

  private async work(): Promise<void> {
    this.busy = true;
    let failures = 0;
    for (let job = this.queue[0]; job; job = this.queue[0]) {
      if (this.row.status !== 'RUNNING' || this.halted) {
        this.queue.shift();
        job.resolve(false);
        continue;
      }
      try {
        const accepted = await this.take(job.happening);
        failures = 0;
        this.queue.shift();
        job.resolve(accepted);
      } catch (error) {
        // Nothing of it was written; what is in memory may be ahead of the log.
        if (failures === 0)
          this.effects.report(
            `${this.row.arn}: ${job.happening.kind} could not be written: ${(error as Error).message}`,
          );
        if (!job.mustHappen) {
          this.queue.shift();
          job.reject(error);
        } else await sleep(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
        if (this.kept) this.tryLoad();
      }
    }
    this.busy = false;
  }

  private async take(happening: Happening): Promise<boolean> {
    const at = Math.max(this.now(), this.at, this.row.startedAt);
    const { outcome, text } = await this.decide({ ...happening, at } as EngineEvent);
    const { events, changes, commands, end } = outcome;
    if (events.length + changes.put.length + changes.drop.length + commands.length === 0 && !end) return false;
    const lastEvent = events.at(-1)?.id ?? this.lastEvent;
    const words = wordsOf(happening.kind, outcome);
    reachStep(words, 'decided');
    if (this.kept) await this.write(outcome, text, at, lastEvent);
    reachStep(words, 'recorded');
    this.lastEvent = lastEvent;
    this.at = at;
    applyChanges(this.snapshot, changes);
    if (end) Object.assign(this.row, ending(end, at));
    for (const command of commands) this.effects.perform(this, command);
    reachStep(words, 'performed');
    if (end) {
      this.effects.ended(this);
      for (const waiter of this.waiters.splice(0)) waiter(this.row);
    }
    return true;
  }

  private async decide(event: EngineEvent): Promise<Decided> {
    try {
      return written(await step(this.machine, this.snapshot, event, this.effects.host));
    } catch (error) {
      // The engine never throws for a workflow's own faults, so this is a fault of ours. An execution that can
      // neither go on nor end would be worse than one that failed and says why.
      this.effects.report(`${this.row.arn}: the engine failed at ${event.kind}: ${(error as Error).stack}`);
      const cause = `The engine of the local cloud failed: ${(error as Error).message}`;
      const failed: HistoryEvent = {
        id: this.lastEvent + 1,
        previousEventId: this.lastEvent,
        type: 'ExecutionFailed',
        timestamp: event.at,
        executionFailedEventDetails: { error: 'States.Runtime', cause },
      };
      const end = { status: 'FAILED', error: 'States.Runtime', cause } as const;
      return written({ events: [failed], changes: { put: [], drop: [] }, commands: [], end });
    }
  }

  private async write(
    { events, changes, commands, end }: Outcome,
    text: Decided['text'],
    at: number,
    lastEvent: number,
  ): Promise<void> {
    const { executions } = this.effects.log;
    const chain = chainOf(this.chain, text.events, text.changes);
    const execution = this.row.id;
    const first = this.chain === '';
    const runs = this.changedMapRuns(changes);
    await this.effects.log.commit(() => {
      // The row was to be written just before; records without one would be found by the next execution of that id.
      if (first && !executions.exists(execution)) throw new Error('its row was not written');
      executions.append({ execution, firstEvent: events[0]?.id ?? lastEvent + 1, lastEvent, at, ...text, chain });
      for (const command of commands) {
        if (command.kind === 'StartTask' && command.token) executions.addToken(command.token, execution, command.task);
      }
      if (this.redriving) executions.redrive(execution, { ...this.redriving, at });
      for (const event of events) this.noteMapRun(event);
      for (const [arn, settings] of runs) executions.setMapRun(arn, settings);
      if (end) {
        executions.end(execution, ending(end, at));
        executions.endMapRuns(execution, at);
      }
    });
    this.chain = chain;
    for (const [arn, settings] of runs) this.mapRuns.set(arn, settings);
    if (this.redriving) Object.assign(this.row, { redriveCount: this.redriving.number, redrivenAt: at });
    this.redriving = undefined;
  }

  /** Map Runs that may or have to do something else than was last written of them. */
  private changedMapRuns({ put }: Outcome['changes']): [arn: string, settings: string][] {
    return put.flatMap((frame) => {
      const run = mapRunSettings(frame);
      if (!run) return [];
      const settings = JSON.stringify(run.settings);
      return this.mapRuns.get(run.arn) === settings ? [] : [[run.arn, settings] as [string, string]];
    });
  }

  /** DescribeMapRun is answered from rows that follow the history. */
  private noteMapRun(event: HistoryEvent): void {
    if (!event.type.startsWith('MapRun')) return;
    const { executions } = this.effects.log;
    if (event.type === 'MapRunStarted') {
      const arn = String(event.mapRunStartedEventDetails?.mapRunArn);
      const row = {
        arn,
        execution: this.row.id,
        event: event.id,
        status: 'RUNNING',
        startedAt: event.timestamp,
      };
      executions.addMapRun(row);
      return;
    }
    if (event.type === 'MapRunRedriven') {
      const { mapRunArn, redriveCount } = event.mapRunRedrivenEventDetails ?? {};
      executions.redriveMapRun(String(mapRunArn), event.id, Number(redriveCount), event.timestamp);
    }
    const status = { MapRunSucceeded: 'SUCCEEDED', MapRunFailed: 'FAILED', MapRunAborted: 'ABORTED' }[event.type];
    if (status) executions.endMapRun(this.row.id, event.previousEventId, status, event.timestamp);
  }

  private load(): void {
    const folded = this.effects.log.executions.fold(this.row.id);
    this.snapshot = folded.snapshot;
    this.lastEvent = folded.lastEvent;
    this.at = folded.at;
    this.leap(folded.at);
    this.chain = folded.chain;
  }

  /** While the disk is away, memory is still what was last committed: changes are applied after the commit alone. */
  private tryLoad(): void {
    try {
      this.load();
    } catch (error) {
      this.effects.report(`${this.row.arn}: the log could not be read again: ${(error as Error).message}`);
    }
  }
}

/** an outcome, and its texts for the log: made in one go, so that what cannot be written is not decided either */
type Decided = { outcome: Outcome; text: { events: string; changes: string | null } };

const written = (outcome: Outcome): Decided => ({
  outcome,
  text: {
    events: JSON.stringify(outcome.events),
    changes: outcome.end?.status === 'SUCCEEDED' ? null : JSON.stringify(outcome.changes),
  },
});

const ending = (end: NonNullable<Outcome['end']>, at: number) => ({
  status: end.status,
  output: end.output ?? null,
  error: end.error ?? null,
  cause: end.cause ?? null,
  stoppedAt: at,
});
