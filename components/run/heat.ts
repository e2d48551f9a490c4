/**
 * The items of a Map as cells: which are shown, how many of each kind, where a key leads. Pure. A cell is a status; the
 * place in the list is the item's index.
 * @module
 */
import type { StateVisit } from '@/lib/history/timeline';
import type { MapItemsView } from '@/lib/usecases/types';
import { type Status, statusOfRun } from '../ui/status';
import { statusOfStep, WORST_FIRST } from './steps';

/** A cell and the gap after it, px: large enough to be hit with a finger. */
export const CELL = 26;

/** Items that have not begun are there, as not run. */
export function cellsOf(visit: StateVisit): Status[] {
  const count = Math.max(visit.length ?? 0, visit.iterations.length);
  const cells = new Array<Status>(count).fill('notrun');
  visit.iterations.forEach((one, i) => {
    if (one) cells[i] = statusOfStep(one.status);
  });
  return cells;
}

/** Of a distributed Map: each child as it was at a time (ms since 1970; `null`: now), those to come as not run. */
export function itemCellsOf(view: MapItemsView, at: number | null): Status[] {
  const cells = new Array<Status>(Math.max(view.total, view.items.length)).fill('notrun');
  view.items.forEach(({ status, startedAt, stoppedAt }, i) => {
    if (at !== null && startedAt > at) return;
    cells[i] = at !== null && (stoppedAt === null || stoppedAt > at) ? 'running' : statusOfRun(status);
  });
  return cells;
}

const isBad = (status: Status): boolean => status === 'failed' || status === 'timedout';

/** Indexes of those that are shown. */
export function listed(cells: Status[], onlyFailed: boolean): number[] {
  const indexes: number[] = [];
  cells.forEach((status, i) => {
    if (!onlyFailed || isBad(status)) indexes.push(i);
  });
  return indexes;
}

/** How many there are of each status, the worst first. */
export function countsOf(cells: Status[]): { status: Status; count: number }[] {
  const counts = new Map<Status, number>();
  for (const status of cells) counts.set(status, (counts.get(status) ?? 0) + 1);
  return WORST_FIRST.flatMap((status) => {
    const count = counts.get(status);
    return count ? [{ status, count }] : [];
  });
}

/** The whole list in so many columns, each with the worst of its cells; neighbours of the same status are one. */
export function bandOf(cells: Status[], columns: number): { from: number; to: number; status: Status }[] {
  const band: { from: number; to: number; status: Status }[] = [];
  const n = Math.min(columns, cells.length);
  for (let i = 0; i < n; i++) {
    const part = cells.slice(Math.floor((i * cells.length) / n), Math.floor(((i + 1) * cells.length) / n));
    const status = WORST_FIRST.find((one) => part.includes(one)) ?? 'notrun';
    const before = band.at(-1);
    if (before?.status === status) before.to = (i + 1) / n;
    else band.push({ from: i / n, to: (i + 1) / n, status });
  }
  return band;
}

/**
 * Where a key leads among the cells that are shown.
 * @param columns cells in a row @param page rows in sight
 * @returns `null`: not a key of these
 */
export function moved(key: string, at: number, count: number, columns: number, page: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  const next = at + step;
  // A row down from the last but one ends in the last cell; up from the first row nothing moves.
  if (key === 'ArrowUp' && next < 0) return at;
  return Math.max(0, Math.min(count - 1, next));
}
