/**
 * Work that takes longer than an answer may: begun by an action, followed over the event stream, ended by Cancel.
 *
 * Jobs live in memory: what they make (a workflow, a run) is stored; a job cut off by a restart left nothing half-made.
 */
import { Problem, viewOf } from '@/lib/base/problem';
import type { Stream } from './stream';
import type { JobView } from './types';

export type JobUpdate = Partial<Omit<JobView, 'id' | 'kind' | 'status'>>;
export type Work = (job: { id: string; signal: AbortSignal; update(change: JobUpdate): void }) => Promise<void>;

export type Jobs = {
  /** begins at once, answers at once */
  begin(kind: JobView['kind'], work: Work): JobView;
  /** @throws Problem JOB_UNKNOWN */
  get(id: string): JobView;
  cancel(id: string): JobView;
  /** the job as it is when it ends, or after `ms` */
  within(id: string, ms: number): Promise<JobView>;
};

/** How many ended jobs are remembered, for a page that is opened a little late. */
const REMEMBERED = 200;

export function createJobs(stream: Stream, newId: () => string): Jobs {
  const jobs = new Map<string, { view: JobView; abort: AbortController; ended: Promise<void> }>();

  const change = (id: string, patch: Partial<JobView>) => {
    const job = jobs.get(id);
    if (job?.view.status !== 'working') return;
    job.view = { ...job.view, ...patch };
    stream.publish({ kind: 'job', job: job.view });
  };
  const entry = (id: string) => {
    const job = jobs.get(id);
    if (!job)
      throw new Problem(
        'JOB_UNKNOWN',
        `There is no job "${id}" any more.`,
        'The server was restarted since; start again, nothing was lost.',
      );
    return job;
  };

  return {
    begin(kind, work) {
      const id = newId();
      const abort = new AbortController();
      const view: JobView = {
        id,
        kind,
        status: 'working',
        phase: kind === 'run' ? 'deploying' : 'understanding',
        detail: null,
        plan: null,
        workflowId: null,
        runId: null,
        diagnostics: [],
        problem: null,
      };
      for (const old of jobs.keys()) {
        if (jobs.size <= REMEMBERED) break;
        if (jobs.get(old)!.view.status !== 'working') jobs.delete(old);
      }
      const ended = Promise.resolve()
        .then(() => work({ id, signal: abort.signal, update: (patch) => change(id, patch) }))
        .then(
          () => change(id, { status: 'done' }),
          (error) =>
            change(id, abort.signal.aborted ? { status: 'cancelled' } : { status: 'failed', problem: viewOf(error) }),
        );
      jobs.set(id, { view, abort, ended });
      return view;
    },
    get: (id) => entry(id).view,
    cancel(id) {
      const job = entry(id);
      job.abort.abort();
      change(id, { status: 'cancelled' });
      return job.view;
    },
    async within(id, ms) {
      const { ended } = entry(id);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ms))]);
      return entry(id).view;
    },
  };
}
