/** Expressions that have not been tried yet: of each text one is, and the others wait for what it turns out to be. */
import type { Job } from './process';

export class Newcomers {
  private readonly groups = new Map<string, Job[]>();
  /** texts of which none is being tried, in the order in which they came */
  private readonly turn: string[] = [];
  size = 0;

  get untried(): boolean {
    return this.turn.length > 0;
  }

  add(job: Job): void {
    this.size++;
    const group = this.groups.get(job.key);
    if (group) {
      // It was being tried when its process ended for another's sake.
      if (job.slice > 0 && !this.turn.includes(job.key)) this.turn.unshift(job.key);
      group.push(job);
    } else {
      this.groups.set(job.key, [job]);
      this.turn.push(job.key);
    }
  }

  /** The one to be tried now: it is no longer among these, its like wait on. */
  next(): Job {
    const key = this.turn.shift() as string;
    this.size--;
    return (this.groups.get(key) as Job[]).shift() as Job;
  }

  /** All of one text, which is known now. */
  take(key: string): Job[] {
    const group = this.groups.get(key) ?? [];
    this.groups.delete(key);
    const at = group.length > 0 ? this.turn.indexOf(key) : -1;
    if (at >= 0) this.turn.splice(at, 1);
    this.size -= group.length;
    return group;
  }

  all(): Job[] {
    const all = [...this.groups.values()].flat();
    this.groups.clear();
    this.turn.length = 0;
    this.size = 0;
    return all;
  }
}
