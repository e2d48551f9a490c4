/** A run's timeline in the words of the screens. Pure. */
import { ancestorsOf, passedBy, type Workflow } from '@/lib/graph';
import {
  type Lane,
  type StateRun,
  type StateVisit,
  type StepStatus,
  stateRun,
  type Timeline,
} from '@/lib/history/timeline';
import { countText } from '../ui/format';
import type { Status } from '../ui/status';

const STATUS: Record<StepStatus, Status> = {
  'not-run': 'notrun',
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  retrying: 'retrying',
  succeeded: 'succeeded',
  caught: 'caught',
  failed: 'failed',
  'timed-out': 'timedout',
  aborted: 'aborted',
};
export const statusOfStep = (status: StepStatus): Status => STATUS[status];

/** Where a run failed, as its steps were entered: not what failed within a container that caught it. */
export const failedVisits = (timeline: Timeline): StateVisit[] =>
  Object.values(timeline.states)
    .flatMap((state) => state.visits)
    .filter(({ status, lane }) => (status === 'failed' || status === 'timed-out') && !isCaught(timeline, lane))
    .sort((a, b) => a.enteredEventId - b.enteredEventId);

const isCaught = (timeline: Timeline, lane: Lane | null): boolean =>
  lane !== null && (stateRun(timeline, lane.container)?.status === 'caught' || isCaught(timeline, lane.within));

/** What is worth looking at comes first: what is shown where several steps share a place. */
export const WORST_FIRST: Status[] = [
  'failed',
  'timedout',
  'aborted',
  'caught',
  'retrying',
  'waiting',
  'running',
  'queued',
  'succeeded',
  'skipped',
  'notrun',
];

export type StepMark = { status: Status; detail?: string };

/**
 * What each step of the graph shows, by node id. States are told apart by name: a name is one step in a machine.
 * When the run is over, steps that it did not come to are skipped; of those inside a distributed Map its history says nothing.
 */
export function marksOf(graph: Workflow, timeline: Timeline): Record<string, StepMark> {
  const over = timeline.status !== 'RUNNING';
  const marks: Record<string, StepMark> = {};
  const off = passedBy(graph);
  for (const node of graph.nodes) {
    const run = Object.hasOwn(timeline.states, node.name) ? timeline.states[node.name] : undefined;
    if (!run) {
      const unknown = ancestorsOf(graph, node).some(({ container }) => stateRun(timeline, container.name)?.mapRunArn);
      if (over && !unknown) marks[node.id] = { status: 'skipped' };
      continue;
    }
    const detail = detailOf(run);
    // A Pass stood for one that was off.
    const status = off.get(node.id) === node.id && run.status === 'succeeded' ? 'skipped' : statusOfStep(run.status);
    marks[node.id] = { status, ...(status === 'skipped' ? { detail: 'switched off' } : detail && { detail }) };
  }
  return marks;
}

/** Iterations done, tries made. */
function detailOf(run: StateRun): string | undefined {
  if (run.type === 'Map' && run.length !== null) {
    if (run.mapRunArn) return countText(run.length, 'item');
    const done = run.iterations.filter((one) => one?.status === 'succeeded').length;
    const failed = run.iterations.filter((one) => one?.status === 'failed').length;
    return `${done}/${run.length}${failed ? ` · ${failed} failed` : ''}`;
  }
  if (run.status === 'retrying') return `${run.attempts.length}`;
  if (run.visits.length > 1) return `×${run.visits.length}`;
  return run.attempts.length > 1 ? `after ${run.attempts.length} tries` : undefined;
}

/** `Resize all #3 › branch 1`: where a step ran. */
export function laneText(lane: Lane | null): string {
  if (!lane) return '';
  const own =
    lane.kind === 'map' ? `${lane.container} #${lane.index + 1}` : `${lane.container}, branch ${lane.index + 1}`;
  return lane.within ? `${laneText(lane.within)} › ${own}` : own;
}
