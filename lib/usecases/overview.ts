/**
 * The last day in numbers: how many runs, how many of them went well, how long they took, what they would cost on AWS.
 *
 *   RunTime[] of 24 hours, now ──▶ OverviewView
 *
 * @module
 */
import { ASSUMED, estimate } from '@/lib/cost/estimate';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph/schema';
import type { RunTime } from '@/lib/store/types';
import type { Deps } from './deps';
import type { OverviewView } from './types';

const HOUR = 3_600_000;
const HOURS = 24;

/** Distinct graphs that are priced; one that was run less often than all of these weighs little. */
const GRAPHS = 50;

export async function getOverview(
  deps: Pick<Deps, 'store' | 'now' | 'manifests'> & { cloud: Pick<Deps['cloud'], 'target'> },
): Promise<OverviewView> {
  const now = deps.now();
  const from = now - HOURS * HOUR;
  const [times, graphs, manifests] = await Promise.all([
    deps.store.runs.times(from),
    deps.store.runs.graphs(from, GRAPHS),
    deps.manifests(),
  ]);
  return { ...overviewOf(times, now), spend: { usd: spendOf(graphs, manifests), free: deps.cloud.target === 'local' } };
}

/** Pure. US dollars at AWS's list prices, with the assumptions of the editor's estimate. */
export function spendOf(graphs: { document: WorkflowDocument; runs: number }[], manifests: FunctionManifest[]): number {
  const known = new Map(manifests.map((one) => [one.name, one]));
  return graphs.reduce((sum, { document, runs }) => sum + runs * estimate(document.graph, known, ASSUMED).usd, 0);
}

/** Pure. A run counts in the hour in which it began; one that a person stopped is neither a success nor a failure. */
export function overviewOf(runs: RunTime[], now: number): Omit<OverviewView, 'spend'> {
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
