/**
 * The service's clock, one heap of timers over it, and how waits are shortened.
 *
 * A timer never fires early and survives waits longer than `setTimeout` can count (24.8 days): far ones are waited for in
 * pieces. Timers that are due at the same moment fire in the order of the times that they stand for, then as they were set.
 * @module
 */

export type Clock = {
  /** ms since 1970 */
  now(): number;
  /** waits and backoffs are multiplied by it: 1 is real time, 0.1 ten times faster, 0 skips them */
  readonly scale: number;
};

/** @throws RangeError for a scale below 0 */
export function createClock(scale = 1): Clock {
  if (!(scale >= 0)) throw new RangeError(`the time scale must be 0 or more, not ${scale}`);
  return { now: Date.now, scale };
}

/** Timers of the engine that a scale shortens: a Wait, a retrier's delay. Limits on real work stay what they are. */
export const isWait = (timer: string): boolean => timer.includes(':wake:');

/** Timers that end an execution: a wait that goes past one of them never comes to its end. */
export const isLimit = (timer: string): boolean => timer === 'execution:timeout' || timer === 'longest run';

type Timer = { key: string; dueAt: number; standsFor: number; order: number; fire: () => void; place: number };

const before = (a: Timer, b: Timer): boolean =>
  (a.dueAt - b.dueAt || a.standsFor - b.standsFor || a.order - b.order) < 0;

/** A second: `setTimeout` does not notice that a laptop slept or that the clock was set; so soon it is looked at again. */
const LONGEST_WAIT_MS = 1000;

export class Timers {
  private readonly heap: Timer[] = [];
  private readonly byKey = new Map<string, Timer>();
  private alarm: NodeJS.Timeout | undefined;
  private alarmAt = Number.POSITIVE_INFINITY;

  private count = 0;

  /**
   * @param dueAt ms since 1970; a time gone by fires at once (not within this call)
   * @param standsFor the time before scaling
   */
  set(key: string, dueAt: number, fire: () => void, standsFor = dueAt): void {
    this.clear(key);
    const timer = { key, dueAt, standsFor, order: this.count++, fire, place: this.heap.length };
    this.byKey.set(key, timer);
    this.heap.push(timer);
    this.up(timer.place);
    this.arm();
  }

  clear(key: string): void {
    const timer = this.byKey.get(key);
    if (!timer) return;
    this.byKey.delete(key);
    const last = this.heap.pop()!;
    if (last === timer) return;
    this.heap[timer.place] = last;
    last.place = timer.place;
    this.up(last.place);
    this.down(last.place);
  }

  stop(): void {
    clearTimeout(this.alarm);
    this.heap.length = 0;
    this.byKey.clear();
  }

  get size(): number {
    return this.heap.length;
  }

  private arm(): void {
    const first = this.heap[0];
    if (!first || first.dueAt >= this.alarmAt) return;
    clearTimeout(this.alarm);
    this.alarmAt = first.dueAt;
    this.alarm = setTimeout(() => this.ring(), Math.max(0, Math.min(first.dueAt - Date.now(), LONGEST_WAIT_MS)));
  }

  private ring(): void {
    this.alarmAt = Number.POSITIVE_INFINITY;
    // setTimeout may come a millisecond early by the wall clock, and the wall clock may have been set back.
    for (let first = this.heap[0]; first && first.dueAt <= Date.now(); first = this.heap[0]) {
      this.clear(first.key);
      first.fire();
    }
    this.arm();
  }

  private up(from: number): void {
    const { heap } = this;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i]!, heap[parent]!)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private down(from: number): void {
    const { heap } = this;
    for (let i = from; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }

  private swap(a: number, b: number): void {
    const { heap } = this;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
    heap[a]!.place = a;
    heap[b]!.place = b;
  }
}
