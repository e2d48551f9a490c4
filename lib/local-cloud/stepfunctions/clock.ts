/**
 * The service's clock, and one heap of timers over it.
 *
 * A timer never fires early and survives waits longer than `setTimeout` can count (24.8 days): far ones are waited for in
 * pieces.
 * @module
 */

export type Clock = {
  /** ms since 1970 */
  now(): number;
  /** real milliseconds until `dueAt` */
  delay(dueAt: number): number;
};

/** @param scale how many times faster than the world it runs; 1 is real time */
export function createClock(scale = 1): Clock {
  if (scale === 1) return { now: Date.now, delay: (dueAt) => dueAt - Date.now() };
  const begun = Date.now();
  const now = () => Math.floor(begun + (Date.now() - begun) * scale);
  return { now, delay: (dueAt) => Math.ceil((dueAt - now()) / scale) };
}

type Timer = { key: string; dueAt: number; fire: () => void; place: number };

/** an hour: well below 2^31 ms, and a sleeping laptop is noticed soon after it wakes */
const LONGEST_WAIT_MS = 3_600_000;

export class Timers {
  private readonly heap: Timer[] = [];
  private readonly byKey = new Map<string, Timer>();
  private alarm: NodeJS.Timeout | undefined;
  private alarmAt = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** @param dueAt ms since 1970; a time gone by fires at once (not within this call) */
  set(key: string, dueAt: number, fire: () => void): void {
    this.clear(key);
    const timer = { key, dueAt, fire, place: this.heap.length };
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
    this.alarm = setTimeout(() => this.ring(), Math.max(0, Math.min(this.clock.delay(first.dueAt), LONGEST_WAIT_MS)));
  }

  private ring(): void {
    this.alarmAt = Number.POSITIVE_INFINITY;
    // setTimeout may come a millisecond early by the wall clock, and the wall clock may have been set back.
    for (let first = this.heap[0]; first && first.dueAt <= this.clock.now(); first = this.heap[0]) {
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
      if (heap[parent]!.dueAt <= heap[i]!.dueAt) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private down(from: number): void {
    const { heap } = this;
    for (let i = from; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && heap[child]!.dueAt < heap[least]!.dueAt) least = child;
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
