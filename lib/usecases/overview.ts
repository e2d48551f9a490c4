/**
 * The last day in numbers: how many runs, how many of them went well, how long they took.
 *
 *   RunTime[] of 24 hours, now ──▶ OverviewView
 *
 * @module
 */
import type { RunTime } from '@/lib/store/types';
import type { Deps } from './deps';
import type { OverviewView } from './types';

const HOUR = 3_600_000;
const HOURS = 24;

export async function getOverview(deps: Pick<Deps, 'store' | 'now'>): Promise<OverviewView> {
  const now = deps.now();
  return overviewOf(await deps.store.runs.times(now - HOURS * HOUR), now);
}

/** Pure. A run counts in the hour in which it began; one that a person stopped is neither a success nor a failure. */
export function overviewOf(runs: RunTime[], now: number): OverviewView {
  const from = now - HOURS * HOUR;
  const hours = Array.from({ length: HOURS }, (_, i) => ({ at: from + i * HOUR, succeeded: 0, failed: 0, other: 0 }));
  const durations: number[] = [];
  for (const { status, startedAt, stoppedAt } of runs) {
    const hour = hours[Math.min(Math.floor((startedAt - from) / HOUR), HOURS - 1)];
    if (!hour) continue;
    hour[outcomeOf(status)]++;
    if (stoppedAt !== null && status !== 'ABORTED') durations.push(stoppedAt - startedAt);
  }
  const sum = (of: 'succeeded' | 'failed' | 'other') => hours.reduce((all, hour) => all + hour[of], 0);
  const [succeeded, failed] = [sum('succeeded'), sum('failed')];
  return {
    runs: succeeded + failed + sum('other'),
    running: runs.filter(({ status }) => status === 'RUNNING').length,
    succeeded,
    failed,
    medianMs: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    hours,
  };
}

const outcomeOf = (status: RunTime['status']): 'succeeded' | 'failed' | 'other' =>
  status === 'SUCCEEDED' ? 'succeeded' : status === 'FAILED' || status === 'TIMED_OUT' ? 'failed' : 'other';

/** The smallest value that a share of all is not above (nearest rank); `null` of none. */
function percentile(values: number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
