/**
 * What the timeline draws, worked out: which rows, where their bars stand, what a bar says. Pure. Times are ms since 1970.
 *
 *   Timeline ──rowsOf──▶ Row[] ──tracksOf | skylineOf──▶ bars, or heights where the bars would be too many
 * @module
 */
import type { Attempt, StateVisit, StepStatus, Timeline } from '@/lib/history/timeline';
import { durationText } from '../ui/format';
import { STATUSES, type Status } from '../ui/status';
import { laneText, statusOfStep, WORST_FIRST } from './steps';

export type Row = {
  key: string;
  /** the state's; of a row for one visit, where or which it was */
  label: string;
  name: string;
  depth: number;
  status: Status;
  visits: StateVisit[];
  /** `null`: nothing within; else whether its visits are shown one a row */
  open: boolean | null;
};

/** Times that a state was entered, of which each can be drawn as a bar of its own. */
const MOST_BARS = 60;
/** Bars at the same time in one row that can be told apart. */
const MOST_TRACKS = 3;

/** A row for each state, what is inside a container under it; a state that is `opened` has a row for each visit too. */
export function rowsOf(timeline: Timeline, opened: ReadonlySet<string>): Row[] {
  const within = new Map<string | null, string[]>();
  for (const name of timeline.order) {
    const first = timeline.states[name]?.visits[0];
    if (!first) continue;
    const outer = first.lane?.container ?? null;
    const list = within.get(outer);
    if (list) list.push(name);
    else within.set(outer, [name]);
  }
  const branchOf = (name: string) => {
    const lane = timeline.states[name]?.visits[0]?.lane;
    return lane?.kind === 'parallel' ? lane.index : 0;
  };
  const rows: Row[] = [];
  const add = (container: string | null, depth: number) => {
    const names = within.get(container) ?? [];
    // Told apart once: a history that says a state is inside itself must not go on for ever.
    within.delete(container);
    for (const name of names.sort((a, b) => branchOf(a) - branchOf(b))) {
      const run = timeline.states[name];
      if (!run) continue;
      const many = run.visits.length > 1;
      const open = many ? opened.has(name) : null;
      rows.push({ key: name, label: name, name, depth, status: statusOfStep(run.status), visits: run.visits, open });
      if (open) {
        const times = new Map<string, number>();
        for (const visit of run.visits) {
          const lane = laneText(visit.lane);
          const time = (times.get(lane) ?? 0) + 1;
          times.set(lane, time);
          const label = lane === '' ? `Time ${time}` : time > 1 ? `${lane}, time ${time}` : lane;
          const status = statusOfStep(visit.status);
          rows.push({ key: `${name}#${visit.id}`, label, name, depth: depth + 1, status, visits: [visit], open: null });
        }
      }
      add(name, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}

/**
 * Which of a row's bars stand above one another, so that none hides another.
 * @returns for each visit the track it stands on, and how many there are; `null` where they are too many to be told apart
 */
export function tracksOf(visits: StateVisit[], now: number): { of: number[]; count: number } | null {
  if (visits.length > MOST_BARS) return null;
  const ends: number[] = [];
  const of: number[] = [];
  for (const visit of visits) {
    let track = ends.findIndex((end) => end <= visit.enteredAt);
    if (track < 0) track = ends.length;
    if (track >= MOST_TRACKS) return null;
    ends[track] = visit.exitedAt ?? now;
    of.push(track);
  }
  return { of, count: Math.max(1, ends.length) };
}

const RANK = Object.fromEntries(WORST_FIRST.map((status, i) => [status, i])) as Record<Status, number>;

export type Column = { from: number; to: number; count: number; status: Status };

/**
 * How many visits went on at each time, in at most `columns` columns of the same width; neighbours that say the same are
 * one. A visit shorter than a column fills it. Columns are counted from 0 to `columns`.
 */
export function skylineOf(visits: StateVisit[], view: Span, columns: number, now: number): Column[] {
  const counts = new Int32Array(columns + 1);
  const worst = new Int8Array(columns).fill(WORST_FIRST.length);
  const scale = columns / Math.max(1, view.to - view.from);
  for (const visit of visits) {
    const end = visit.exitedAt ?? now;
    if (end < view.from || visit.enteredAt > view.to) continue;
    const first = Math.max(0, Math.min(columns - 1, Math.floor((visit.enteredAt - view.from) * scale)));
    const last = Math.max(first, Math.min(columns - 1, Math.ceil((end - view.from) * scale) - 1));
    counts[first] = (counts[first] ?? 0) + 1;
    counts[last + 1] = (counts[last + 1] ?? 0) - 1;
    const rank = RANK[statusOfStep(visit.status)];
    for (let i = first; i <= last; i++) if (rank < (worst[i] ?? 0)) worst[i] = rank;
  }
  const found: Column[] = [];
  let count = 0;
  for (let i = 0; i < columns; i++) {
    count += counts[i] ?? 0;
    if (count === 0) continue;
    const status = WORST_FIRST[worst[i] ?? 0] ?? 'notrun';
    const before = found.at(-1);
    if (before && before.to === i && before.count === count && before.status === status) before.to = i + 1;
    else found.push({ from: i, to: i + 1, count, status });
  }
  return found;
}

export type Span = { from: number; to: number };

/** A piece of a bar: a try, or the time between two. */
export type Piece = Span & { key: string; status: Status; kind: 'try' | 'between'; n: number };

/** The tries of a visit that was tried more than once, and the waits between them. */
export function piecesOf(visit: StateVisit, now: number): Piece[] {
  if (visit.attempts.length < 2) return [];
  const pieces: Piece[] = [];
  visit.attempts.forEach((attempt, i) => {
    const before = visit.attempts[i - 1];
    const since = before ? (before.stoppedAt ?? attempt.startedAt) : attempt.startedAt;
    if (since < attempt.startedAt)
      pieces.push({
        key: `wait ${i}`,
        from: since,
        to: attempt.startedAt,
        status: 'retrying',
        kind: 'between',
        n: i + 1,
      });
    const to = attempt.stoppedAt ?? now;
    pieces.push({
      key: `try ${i}`,
      from: attempt.startedAt,
      to,
      status: statusOfStep(attempt.status),
      kind: 'try',
      n: i + 1,
    });
  });
  const last = visit.attempts.at(-1);
  if (visit.status === 'retrying' && last?.stoppedAt && last.stoppedAt < now)
    pieces.push({
      key: 'wait',
      from: last.stoppedAt,
      to: now,
      status: 'retrying',
      kind: 'between',
      n: visit.attempts.length + 1,
    });
  return pieces;
}

export type Words = { title: string; status: StepStatus; lines: string[] };

/** All that a bar tells: shown on hover and focus, and read aloud. @param start when the run began */
export function wordsOf(visit: StateVisit, start: number, now: number, critical: boolean): Words {
  const length = (visit.exitedAt ?? now) - visit.enteredAt;
  const tries = visit.attempts.length;
  const lines = [
    visit.lane ? laneText(visit.lane) : '',
    `${durationText(length)}, from ${durationText(visit.enteredAt - start)}${visit.exitedAt === null ? ' until now' : ` to ${durationText(visit.exitedAt - start)}`}`,
    tries > 1 ? `${tries} tries: ${visit.attempts.map(tryText).join(', ')}` : '',
    visit.error ?? '',
    critical ? 'On the critical path: the run waited for it' : '',
  ];
  return { title: visit.name, status: visit.status, lines: lines.filter((line) => line !== '') };
}
const tryText = (attempt: Attempt): string =>
  `${STATUSES[statusOfStep(attempt.status)].word.toLowerCase()}${attempt.stoppedAt === null ? '' : ` after ${durationText(attempt.stoppedAt - attempt.startedAt)}`}`;

/** Round lengths of time from 0, some `about` of them within `view`; ms since the beginning. */
export function ticksOf(view: Span, about: number): number[] {
  const rough = Math.max(1, (view.to - view.from) / Math.max(1, about));
  const power = 10 ** Math.floor(Math.log10(rough));
  const decimal = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const step = rough > 1000 ? (CLOCK_STEPS.find((n) => n >= rough) ?? decimal) : decimal;
  const ticks: number[] = [];
  for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) ticks.push(at);
  return ticks;
}
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);

/** A part of `whole`, made `factor` times as long around `middle`; never shorter than `least` ms. */
export function zoomed(view: Span, whole: Span, factor: number, middle: number, least = 5): Span {
  const length = Math.min(whole.to - whole.from, Math.max(least, (view.to - view.from) * factor));
  const part = (middle - view.from) / Math.max(1, view.to - view.from);
  return within({ from: middle - length * part, to: middle + length * (1 - part) }, whole);
}

/** The same length, moved so that it lies inside. */
export function within(view: Span, whole: Span): Span {
  const length = Math.min(view.to - view.from, whole.to - whole.from);
  const from = Math.max(whole.from, Math.min(view.from, whole.to - length));
  return { from, to: from + length };
}
