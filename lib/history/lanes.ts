/** What ran inside a container: the steps of one item of a Map, or of one branch of a Parallel. @module */
import type { StateVisit, Timeline } from './timeline';

/**
 * In the order in which they were entered; what is inside a container among them is that container's.
 * @param index the item's or the branch's
 * @returns of the container's last attempt
 */
export function visitsIn(timeline: Timeline, container: StateVisit, index: number): StateVisit[] {
  const since = container.attempts.at(-1)?.startedAt ?? container.enteredAt;
  return timeline.trace.visits.filter(
    (visit) => visit.parent === container.id && visit.lane?.index === index && visit.enteredAt >= since,
  );
}
