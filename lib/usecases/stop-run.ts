/** Stops a run: nothing further is started, what is under way is given up. */
import type { Deps } from './deps';
import { unknownRun } from './read';

/** @throws Problem RUN_UNKNOWN */
export async function stopRun(deps: Deps, id: string): Promise<void> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  await deps.cloud.stop(run.executionArn, 'Stopped by hand.');
}
