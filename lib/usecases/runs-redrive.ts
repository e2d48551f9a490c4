/**
 * A run that ended badly goes on from where it failed: the same run, with the definition and the input that it began
 * with. What was changed in the workflow since is not in it; for that, see runs-retry.ts.
 * @module
 */
import { z } from 'zod';
import type { StoredRun } from '@/lib/store/types';
import type { Deps } from './deps';
import { followRun } from './follow-run';
import { summaryOf, unknownRun } from './read';
import type { RunSummary } from './types';

export const RedriveRun = z.object({
  id: z.string().min(1).max(200),
  /** the last event that the caller knows: those after it are told over the stream */
  seen: z.number().int().min(0).default(0),
});

/**
 * @returns the run, going on; its end comes over the stream
 * @throws Problem RUN_UNKNOWN, RUN_NOT_REDRIVABLE with Step Functions' own reason
 */
export async function redriveRun(deps: Deps, { id, seen }: z.infer<typeof RedriveRun>): Promise<RunSummary> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  const now = await deps.cloud.execution(run.executionArn).catch(() => null);
  // Somebody redrove it past this product: then it goes on already, which is what was asked for.
  const elsewhere = run.status !== 'RUNNING' && now?.status === 'RUNNING' ? now.redriven : null;
  const redriven = elsewhere ?? {
    at: (await deps.cloud.redrive(run.executionArn)).at,
    times: (now?.redriven?.times ?? run.redriven?.times ?? 0) + 1,
  };
  await deps.store.runs.redriven(id, redriven);
  const again: StoredRun = {
    ...run,
    status: 'RUNNING',
    output: null,
    error: null,
    cause: null,
    stoppedAt: null,
    redriven,
  };
  deps.stream.publish({
    kind: 'run',
    run: { ...summaryOf(again), output: null, error: null, cause: null },
    events: [],
  });
  void followRun(deps, again, seen);
  return summaryOf(again);
}
