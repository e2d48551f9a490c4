/** Expressions that have not been tried yet: of each text one is, and the others wait for what it turns out to be. */
import type { Job } from './process';

/** one in so many is of those that were tried before */
const TURN_OF_THE_TRIED = 8;

export class Newcomers {
  private readonly groups = new Map<string, Job[]>();
  /** texts of which none is being tried, in the order in which they came */
  private readonly turn: string[] = [];
  /** those that were tried once and are not known for it */
  private readonly later: string[] = [];
  private picks = 0;
  private laterPicks = 0;
  size = 0;

  get untried(): boolean {
    return this.turn.length + this.later.length > 0;
  }

  add(job: Job): void {
    this.size++;
    const group = this.groups.get(job.key);
    if (group) {
      // It was being tried when its process ended for another's sake.
      if (job.slice > 0 && !this.turn.includes(job.key) && !this.later.includes(job.key)) this.turn.unshift(job.key);
      group.push(job);
    } else {
      this.groups.set(job.key, [job]);
      this.turn.push(job.key);
    }
  }

  /** The one to be tried now: it is no longer among these, its like wait on. */
  next(): Job {
    // Most of those that were tried in vain never end; now and then it is their turn, for those that do.
    const isLater = this.turn.length === 0 || (this.later.length > 0 && ++this.picks % TURN_OF_THE_TRIED === 0);
    // The newest and the oldest by turns: who only just missed its slice need not wait for all that never end.
    const newest = isLater && ++this.laterPicks % 2 === 1;
    const key = (isLater ? (newest ? this.later.pop() : this.later.shift()) : this.turn.shift()) as string;
    this.size--;
    return (this.groups.get(key) as Job[]).shift() as Job;
  }

  /** One that was tried and is not known for it: behind the others. */
  retry(job: Job): void {
    this.size++;
    const group = this.groups.get(job.key);
    if (group) group.unshift(job);
    else this.groups.set(job.key, [job]);
    if (!this.turn.includes(job.key) && !this.later.includes(job.key)) this.later.push(job.key);
  }

  /** All of one text, which is known now. */
  take(key: string): Job[] {
    const group = this.groups.get(key) ?? [];
    this.groups.delete(key);
    for (const list of [this.turn, this.later]) {
      const at = group.length > 0 ? list.indexOf(key) : -1;
      if (at >= 0) list.splice(at, 1);
    }
    this.size -= group.length;
    return group;
  }

  all(): Job[] {
    const all = [...this.groups.values()].flat();
    this.groups.clear();
    this.turn.length = 0;
    this.later.length = 0;
    this.size = 0;
    return all;
  }
}
