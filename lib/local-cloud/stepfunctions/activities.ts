/**
 * Activity tasks that wait for a worker, and workers that wait for a task.
 *
 * In memory: a task that no worker took is scheduled again after a restart, because the log says so.
 * @module
 */
import type { Execution } from './execution';

export type ActivityTask = { activity: string; execution: Execution; task: string; token: string; input: string };
type Worker = { take(task: ActivityTask): void };

export class Activities {
  private readonly tasks = new Map<string, ActivityTask[]>();
  private readonly workers = new Map<string, Worker[]>();

  schedule(task: ActivityTask): void {
    const worker = this.workers.get(task.activity)?.shift();
    if (worker) {
      worker.take(task);
      return;
    }
    const waiting = this.tasks.get(task.activity) ?? [];
    waiting.push(task);
    this.tasks.set(task.activity, waiting);
  }

  cancel(execution: Execution, task: string): void {
    for (const waiting of this.tasks.values()) {
      const at = waiting.findIndex((one) => one.execution === execution && one.task === task);
      if (at >= 0) waiting.splice(at, 1);
    }
  }

  /** @returns null after `waitMs`, or when the worker hangs up */
  next(activity: string, waitMs: number, gone: AbortSignal): Promise<ActivityTask | null> {
    const ready = this.tasks.get(activity)?.shift();
    if (ready) return Promise.resolve(ready);
    return new Promise((resolve) => {
      const workers = this.workers.get(activity) ?? [];
      this.workers.set(activity, workers);
      const leave = () => {
        clearTimeout(alarm);
        gone.removeEventListener('abort', leave);
        const at = workers.indexOf(worker);
        if (at >= 0) workers.splice(at, 1);
        resolve(null);
      };
      const worker: Worker = {
        take(task) {
          clearTimeout(alarm);
          gone.removeEventListener('abort', leave);
          resolve(task);
        },
      };
      const alarm = setTimeout(leave, waitMs);
      gone.addEventListener('abort', leave, { once: true });
      if (gone.aborted) leave();
      else workers.push(worker);
    });
  }

  /** Lets every waiting worker go home empty-handed. */
  close(): void {
    this.closed.abort();
  }
  readonly closed = new AbortController();
}
