/** Which runs of a list are shown: a filter as it stands in the address. Pure. */
import type { RunStatus, RunSummary, RunsWanted } from '@/lib/usecases/types';

/** Empty: all of them. `workflow` is an id. */
export type RunFilter = { status: string; workflow: string; text: string };

/** The words of a status filter, and what they stand for. */
export const RUN_STATES: Record<string, { word: string; of: RunStatus[] }> = {
  running: { word: 'Running', of: ['STARTING', 'RUNNING'] },
  succeeded: { word: 'Succeeded', of: ['SUCCEEDED'] },
  failed: { word: 'Failed', of: ['FAILED', 'TIMED_OUT'] },
  stopped: { word: 'Stopped', of: ['ABORTED'] },
};

/** What it does not know is left out: an old address shows all. */
export function readFilter(params: { get(name: string): string | null }): RunFilter {
  const status = params.get('status') ?? '';
  return {
    status: Object.hasOwn(RUN_STATES, status) ? status : '',
    workflow: params.get('workflow') ?? '',
    text: params.get('q') ?? '',
  };
}

/** @returns `?status=failed&q=photo`; empty where nothing is filtered */
export function writeFilter({ status, workflow, text }: RunFilter): string {
  const params = new URLSearchParams();
  if (status) params.set('status', status);
  if (workflow) params.set('workflow', workflow);
  if (text) params.set('q', text);
  return params.size > 0 ? `?${params}` : '';
}

/** The same, as the server is asked. A run that is only starting is not stored yet. */
export const wantedBy = ({ status, workflow, text }: RunFilter): Omit<RunsWanted, 'before'> => ({
  ...(workflow && { workflowId: workflow }),
  ...(status && { statuses: (RUN_STATES[status]?.of ?? []).filter((one) => one !== 'STARTING') }),
  text,
});

/** `text` is looked for in the workflow's name and the run's id; each of its words has to be there. */
export function matches({ status, workflow, text }: RunFilter, run: RunSummary): boolean {
  const within = `${run.workflowName} ${run.id}`.toLowerCase();
  return (
    (!status || (RUN_STATES[status]?.of.includes(run.status) ?? true)) &&
    (!workflow || run.workflowId === workflow) &&
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => within.includes(word))
  );
}
