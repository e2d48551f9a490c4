/**
 * Expressions that outlasted their slice of time, waiting for a longer one: each time thrice as long, at last all that is
 * allowed. Those that were given least so far come first, so that one that only just missed its slice does not wait for
 * all that never end; now and then it is the turn of those that were given most, so that they end too.
 */
import type { Job } from './process';

/** of what has been tried already */
const FACTOR = 3;
/** one in so many is of those that wait for the longest slice */
const TURN_OF_THE_LAST = 4;

/** A slice on a busy machine may last so many times as long, until the expression has had the processor for all of it. */
export const MOST_TIMES = 8;

/** @returns ms at each level, the first for what was never tried @example slicesOf(10, 1000) // [10, 30, 90, 270, 1000] */
export function slicesOf(first: number, limitMs: number): number[] {
  const slices: number[] = [];
  for (let ms = first; ms * 2 < limitMs; ms *= FACTOR) slices.push(ms);
  return [...slices, limitMs];
}

export class SlowQueue {
  private readonly queues: Job[][];
  private picks = 0;
  size = 0;

  constructor(private readonly levels: number) {
    this.queues = Array.from({ length: levels }, () => []);
  }

  /** @param level at most the last @param first before what waits already */
  add(job: Job, level: number, first: boolean): void {
    const queue = this.queues[Math.min(level, this.levels - 1)] as Job[];
    this.size++;
    if (first) queue.unshift(job);
    else queue.push(job);
  }

  next(): { job: Job; level: number } | undefined {
    const filled = this.queues.flatMap((queue, level) => (queue.length > 0 ? [level] : []));
    const level = ++this.picks % TURN_OF_THE_LAST === 0 ? filled.at(-1) : filled[0];
    if (level === undefined) return undefined;
    this.size--;
    return { job: (this.queues[level] as Job[]).shift() as Job, level };
  }

  all(): Job[] {
    this.size = 0;
    return this.queues.flatMap((queue) => queue.splice(0));
  }
}
