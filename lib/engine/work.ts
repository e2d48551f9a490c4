/**
 * One step's working copy of a snapshot: reads see what the step wrote, the snapshot itself is not touched.
 *
 * Frames are copied when first changed, so a step costs what it touches, not what the execution holds.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import { asFrame, type ExecutionFrame, type FactsFrame, frameOf } from './frames';
import type { Command, ExecutionFacts, Outcome, Snapshot } from './types';

/** AWS's limit for a standard execution; the last event tells of it. */
export const HISTORY_LIMIT = 25_000;

/** Thrown when there is no room for another event. */
export class HistoryFull extends Error {}

export class Work {
  readonly events: HistoryEvent[] = [];
  readonly commands: Command[] = [];
  end: Outcome['end'];
  private readonly written = new Map<string, { id: string }>();
  private readonly dropped = new Set<string>();
  private readonly created = new Set<string>();
  /** characters of inputs and outputs in the events so far */
  textRecorded = 0;
  private limit = Number.POSITIVE_INFINITY;
  private kept: { written: Map<string, { id: string }>; dropped: Set<string> } | undefined;

  constructor(
    private readonly snapshot: Snapshot,
    /** ms since 1970: the time of everything that this step records */
    readonly at: number,
  ) {}

  find<T extends { id: string }>(id: string): T | undefined {
    if (this.dropped.has(id)) return undefined;
    return (this.written.get(id) as T | undefined) ?? frameOf<T>(this.snapshot, id);
  }

  get<T extends { id: string }>(id: string): T {
    const frame = this.find<T>(id);
    if (!frame) throw new Error(`The snapshot has no frame "${id}".`);
    return frame;
  }

  /** A copy that may be changed until the step ends. */
  edit<T extends { id: string }>(id: string): T {
    const own = this.written.get(id) as T | undefined;
    if (own) return own;
    const copy = { ...this.get<T>(id) };
    this.written.set(id, copy);
    return copy;
  }

  put<T extends { id: string }>(frame: T): T {
    if (!frameOf(this.snapshot, frame.id)) this.created.add(frame.id);
    this.dropped.delete(frame.id);
    this.written.set(frame.id, frame);
    return frame;
  }

  drop(id: string): void {
    this.written.delete(id);
    if (this.created.delete(id)) return; // the log never hears of what began and ended in one step
    if (frameOf(this.snapshot, id)) this.dropped.add(id);
  }

  /**
   * Keeps the frames as they are now: should this lead to the execution's end, a redrive goes on from here. The first of
   * several marks counts: the state in which it all began.
   */
  mark(): void {
    this.kept ??= {
      written: new Map([...this.written].map(([id, frame]) => [id, { ...frame }])),
      dropped: new Set(this.dropped),
    };
  }

  /** The failure was caught: the mark is for nothing. */
  unmark(): void {
    this.kept = undefined;
  }

  /** Goes back to the marked frames, if there are any; what the execution itself has come to stays. */
  restoreMarked(): void {
    if (!this.kept) return;
    const execution = this.execution;
    this.written.clear();
    this.dropped.clear();
    for (const [id, frame] of this.kept.written) this.written.set(id, frame);
    for (const id of this.kept.dropped) this.dropped.add(id);
    this.written.set('execution', execution as { id: string });
  }

  /** Every frame there is now. */
  ids(): string[] {
    const before = Object.keys(this.snapshot.frames).filter((id) => !this.dropped.has(id) && !this.written.has(id));
    return [...before, ...this.written.keys()];
  }

  get execution(): ExecutionFrame {
    return this.edit<ExecutionFrame>('execution');
  }

  /** Threads that can go on; read without making the step a change. */
  get ready(): string[] {
    return this.get<ExecutionFrame>('execution').ready;
  }

  get facts(): ExecutionFacts {
    return this.get<FactsFrame>('facts').facts;
  }

  serial(): number {
    return ++this.execution.serial;
  }

  limitHistory(): void {
    this.limit = HISTORY_LIMIT;
  }

  /** @returns the event's id */
  record(type: string, previousEventId: number, name?: string, details?: JsonObject): number {
    const execution = this.execution;
    if (execution.lastEventId >= this.limit - 1) throw new HistoryFull();
    return this.recordLast(type, previousEventId, name, details);
  }

  /** The event that ends the execution: there is always room for it. */
  recordLast(type: string, previousEventId: number, name?: string, details?: JsonObject): number {
    const id = ++this.execution.lastEventId;
    const event: HistoryEvent = { id, previousEventId, type, timestamp: this.at };
    if (name !== undefined) event[`${name}EventDetails`] = details ?? {};
    this.events.push(event);
    const text = details?.input ?? details?.output;
    if (typeof text === 'string') this.textRecorded += text.length;
    return id;
  }

  command(command: Command): void {
    this.commands.push(command);
  }

  setTimer(timer: string, dueAt: number): void {
    this.command({ kind: 'SetTimer', timer, dueAt });
  }

  outcome(): Outcome {
    return {
      events: this.events,
      changes: { put: [...this.written.values()].map(asFrame), drop: [...this.dropped] },
      commands: settle(this.commands),
      ...(this.end && { end: this.end }),
    };
  }
}

/** What was begun and given up within one step is never begun. */
function settle(commands: Command[]): Command[] {
  if (!commands.some((c) => c.kind === 'CancelTask' || c.kind === 'ClearTimer')) return commands;
  const gone = new Set<number>();
  const begun = new Map<string, number>();
  commands.forEach((command, i) => {
    if (command.kind === 'StartTask') begun.set(`task ${command.task}`, i);
    else if (command.kind === 'SetTimer') begun.set(`timer ${command.timer}`, i);
    else if (command.kind === 'CancelTask' || command.kind === 'ClearTimer') {
      const key = command.kind === 'CancelTask' ? `task ${command.task}` : `timer ${command.timer}`;
      const start = begun.get(key);
      if (start !== undefined) {
        gone.add(start);
        if (command.kind === 'CancelTask') gone.add(i);
        begun.delete(key);
      }
    }
  });
  return commands.filter((_, i) => !gone.has(i));
}

export const inputDetails = (text: string): { input: Json; inputDetails: Json } => ({
  input: text,
  inputDetails: { truncated: false },
});
export const outputDetails = (text: string): { output: Json; outputDetails: Json } => ({
  output: text,
  outputDetails: { truncated: false },
});
