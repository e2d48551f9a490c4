/**
 * One key, one run: a request that is sent twice, because its answer was lost or a button was pressed twice, starts what it
 * asks for once. The key is the run's id, and so the execution's name: Step Functions itself refuses a second one.
 * @module
 */
import { jsonEqual } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { StoredRun } from '@/lib/store/types';
import type { Deps } from './deps';
import { type StartRun, startRun } from './start-run';

/** Runs that are being started, by key: in the moment before they are stored. */
const starting = new Map<string, Promise<StoredRun>>();

/**
 * @returns the run that was started under this key, now or earlier
 * @throws Problem RUN_KEY_REUSED where the key was given to a run of something else; and what `startRun` throws
 */
export async function startRunOnce(
  deps: Deps,
  request: StartRun,
  progress: Parameters<typeof startRun>[2] = {},
  trigger: StoredRun['trigger'] = 'page',
): Promise<StoredRun> {
  const { key } = request;
  if (!key) return startRun(deps, request, progress, trigger);
  const known = (await deps.store.runs.get(key)) ?? (await starting.get(key));
  if (known) return sameAs(known, request);
  // Between the question and here nothing waited: no other request can have begun.
  const begun = starting.get(key) ?? startRun(deps, request, progress, trigger);
  starting.set(key, begun);
  try {
    return sameAs(await begun, request);
  } finally {
    starting.delete(key);
  }
}

/** Begins it as a job, for the page. */
export const startRunJob = (deps: Deps, request: StartRun) =>
  deps.jobs.begin('run', async ({ signal, update }) => {
    update({ workflowId: request.workflowId });
    const run = await startRunOnce(deps, request, { signal, update });
    update({ runId: run.id });
  });

function sameAs(run: StoredRun, { key, workflowId, input }: StartRun): StoredRun {
  if (run.workflowId === workflowId && jsonEqual(run.input, input)) return run;
  throw new Problem(
    'RUN_KEY_REUSED',
    `The key "${key}" belongs to a run of another workflow or another input.`,
    'Make a new key for each run; send the same one again only to repeat the same request.',
  );
}
