/**
 * Follows a running execution and tells the stream what is new. Asks often at first, then less; never gives up:
 * a Standard execution may run for a year.
 */
import type { Json } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import { createFailures } from '@/lib/history/failures';
import type { StoredRun } from '@/lib/store/types';
import type { Deps } from './deps';
import { summaryOf } from './read';

const FASTEST_MS = { local: 80, aws: 700 };
const SLOWEST_MS = { local: 1000, aws: 5000 };

const following = new Set<string>();

/** @returns when the execution has ended; the same run is never followed twice at once */
export async function followRun(deps: Deps, run: StoredRun, known = 0): Promise<void> {
  if (following.has(run.id)) return;
  following.add(run.id);
  try {
    await follow(deps, run, known);
  } finally {
    following.delete(run.id);
  }
}

async function follow(deps: Deps, run: StoredRun, known: number): Promise<void> {
  let last = known;
  let pause = FASTEST_MS[deps.cloud.target];
  let reachable = true;
  const failuresIn = createFailures();
  for (;;) {
    try {
      const now = await deps.cloud.execution(run.executionArn);
      const events = await deps.cloud.history(run.executionArn, last);
      if (!reachable) deps.stream.publish({ kind: 'cloud', ready: true });
      reachable = true;
      // A run that was just redriven may be described as it ended before: AWS is consistent only in time.
      const ended = now.status !== 'RUNNING' && (now.stoppedAt ?? 0) >= (run.redriven?.at ?? 0);
      const redriven = now.redriven ?? run.redriven;
      const current: StoredRun = { ...run, ...(ended && { ...now, output: parsed(now.output) }), redriven };
      if (ended) await deps.store.runs.end(run.id, current);
      for (const failure of failuresIn(events)) await deps.store.functionErrors.put({ ...failure, runId: run.id });
      if (events.length > 0 || ended) publish(deps, current, events);
      last = events.at(-1)?.id ?? last;
      if (ended) return;
      pause = events.length > 0 ? FASTEST_MS[deps.cloud.target] : Math.min(pause * 1.3, SLOWEST_MS[deps.cloud.target]);
    } catch (error) {
      // The run is safe in the cloud; only our view of it is interrupted.
      if (isGone(error)) {
        const lost: StoredRun = {
          ...run,
          status: 'ABORTED',
          error: 'ExecutionDoesNotExist',
          cause: 'The cloud no longer knows this run: its data was removed.',
          stoppedAt: deps.now(),
        };
        await deps.store.runs.end(run.id, lost);
        publish(deps, lost, []);
        return;
      }
      if (reachable) deps.stream.publish({ kind: 'cloud', ready: false });
      reachable = false;
      pause = SLOWEST_MS[deps.cloud.target];
    }
    await new Promise((resolve) => setTimeout(resolve, pause).unref());
  }
}

const isGone = (error: unknown) => error instanceof Error && error.name === 'ExecutionDoesNotExist';

function publish(deps: Deps, run: StoredRun, events: HistoryEvent[]): void {
  deps.stream.publish({
    kind: 'run',
    run: { ...summaryOf(run), output: run.output, error: run.error, cause: run.cause },
    events,
  });
}

/** An output is always JSON; what is not is shown as the text it is. */
export const parsed = (text: string | null): Json | null => {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** After a restart of the page server: every run that was under way is followed again. */
export async function followAll(deps: Deps): Promise<void> {
  for (const run of await deps.store.runs.list({ running: true, limit: 1000 })) void followRun(deps, run);
}
