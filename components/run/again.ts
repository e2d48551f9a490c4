/** What of a run can be done again, in the words of the screens. Pure. */
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import type { RunDetail } from '@/lib/usecases/types';
import { isOver } from '../ui/status';

const DAY_MS = 24 * 3600_000;
const REDRIVABLE_DAYS = 14;
const LONGEST_RUN_DAYS = 365;
/** A redrive needs room for two events of the 25,000 that a history holds. */
const MOST_EVENTS = 24_999;

type Facts = Pick<RunDetail, 'status' | 'executionArn' | 'startedAt' | 'stoppedAt' | 'error'> & { events: unknown[] };

/**
 * Why Step Functions would not redrive a run that is over; `null`: it would, as far as is known here. The cloud has the
 * last word.
 * @param now ms since 1970
 */
export function redriveRefusal(run: Facts, now: number): string | null {
  if (!isOver(run.status)) return 'It goes on.';
  if (run.status === 'SUCCEEDED') return 'It succeeded: nothing is left to be done again.';
  if (/:express:/.test(run.executionArn)) return 'Step Functions redrives no Express runs.';
  if (run.error === 'ExecutionDoesNotExist') return 'The cloud no longer knows this run.';
  if (run.events.length >= MOST_EVENTS) return 'Its history is full: 24,999 events or more.';
  if (now - (run.stoppedAt ?? run.startedAt) > REDRIVABLE_DAYS * DAY_MS) return 'It ended more than 14 days ago.';
  if (now - run.startedAt > LONGEST_RUN_DAYS * DAY_MS) return 'It began more than a year ago.';
  return null;
}

/** The visits that a run can be forked from, in order: those of the workflow itself. */
export const forkableVisits = (timeline: Timeline): StateVisit[] =>
  Object.values(timeline.states)
    .flatMap((state) => state.visits)
    .filter(({ lane, input }) => lane === null && input !== null)
    .sort((a, b) => a.enteredEventId - b.enteredEventId);

const BADLY = new Set<StateVisit['status']>(['failed', 'timed-out', 'aborted']);
export const endedBadly = (visit: StateVisit): boolean => BADLY.has(visit.status);

/** "2nd time", where a step was visited more than once. */
export function timeOf(visit: StateVisit, all: StateVisit[]): string {
  const same = all.filter(({ name }) => name === visit.name);
  const n = same.indexOf(visit) + 1;
  if (same.length < 2) return '';
  const tens = n % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending} time`;
}
