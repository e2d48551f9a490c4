/**
 * The chain of steps that a run had to wait for: had any of them been quicker, the run would have been.
 *
 *   Timeline ──criticalPath()──▶ { visits, slowest }
 *
 * Steps of one lane follow one another, so all of the outermost lane are on the path. Inside a Parallel or Map it is the
 * lane that ended last, then the one whose end made room for it (a Map of limited concurrency), and so on back to the
 * beginning; of every attempt. Linear but for the sorting of lanes by their end.
 * @module
 */
import type { OpenVisit, StateVisit, Timeline } from './timeline';

export type CriticalPath = {
  /** ids of visits */
  visits: ReadonlySet<number>;
  /**
   * The states that took longest on it, containers aside, longest first: how long in all (ms), and the longest visit. What
   * has not ended counts until `now`.
   */
  slowest: { visit: StateVisit; ms: number; times: number }[];
};

type LaneSpan = { from: number; to: number; visits: OpenVisit[] };

/** @param now ms since 1970, the end of what still runs */
export function criticalPath(timeline: Timeline, now: number): CriticalPath {
  const within = new Map<number | null, OpenVisit[]>();
  for (const visit of timeline.trace.visits) {
    const list = within.get(visit.parent);
    if (list) list.push(visit);
    else within.set(visit.parent, [visit]);
  }
  const visits = new Set<number>();
  const todo = [...(within.get(null) ?? [])];
  for (let visit = todo.pop(); visit; visit = todo.pop()) {
    visits.add(visit.id);
    const inner = within.get(visit.id);
    if (!inner) continue;
    const begins = visit.attempts.map((attempt) => attempt.startedAt);
    begins.forEach((from, i) => {
      const until = begins[i + 1] ?? Number.POSITIVE_INFINITY;
      for (const lane of chainOf(lanesOf(inner, from, until, i === 0))) todo.push(...lane.visits);
    });
  }
  const msOf = (visit: StateVisit) => Math.max(0, (visit.exitedAt ?? now) - visit.enteredAt);
  const byName = new Map<string, CriticalPath['slowest'][number]>();
  for (const id of visits) {
    const visit = timeline.trace.visits[id];
    if (!visit || within.has(id)) continue;
    const ms = msOf(visit);
    const known = byName.get(visit.name);
    if (!known) byName.set(visit.name, { visit, ms, times: 1 });
    else {
      if (ms > msOf(known.visit)) known.visit = visit;
      known.ms += ms;
      known.times++;
    }
  }
  const slowest = [...byName.values()].sort((a, b) => b.ms - a.ms);
  return { visits, slowest };
}

/** The lanes of one attempt. @param first also what began before it: an attempt told late */
function lanesOf(visits: OpenVisit[], from: number, until: number, first: boolean): LaneSpan[] {
  const lanes = new Map<number, LaneSpan>();
  for (const visit of visits) {
    if ((visit.enteredAt < from && !first) || visit.enteredAt >= until) continue;
    const end = visit.exitedAt ?? Number.POSITIVE_INFINITY;
    const index = visit.lane?.index ?? 0;
    const lane = lanes.get(index);
    if (!lane) lanes.set(index, { from: visit.enteredAt, to: end, visits: [visit] });
    else {
      lane.to = Math.max(lane.to, end);
      lane.visits.push(visit);
    }
  }
  return [...lanes.values()];
}

/** From the lane that ended last back to the first, each begun when the one before had ended. */
function chainOf(lanes: LaneSpan[]): LaneSpan[] {
  const byEnd = lanes.sort((a, b) => b.to - a.to);
  // Branches of a Parallel all begin at once: none waits for another.
  if (byEnd[0]?.visits[0]?.lane?.kind === 'parallel') return byEnd.slice(0, 1);
  const first = lanes.reduce((from, lane) => Math.min(from, lane.from), Number.POSITIVE_INFINITY);
  const chain: LaneSpan[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const lane of byEnd) {
    if (lane.to > until) continue;
    chain.push(lane);
    until = lane.from;
    // It found room at once.
    if (until <= first) break;
  }
  return chain;
}
