import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from '@/lib/history/events';
import type { StateVisit } from '@/lib/history/timeline';
import { timeline } from '@/lib/history/timeline';
import { piecesOf, rowsOf, skylineOf, ticksOf, tracksOf, within, wordsOf, zoomed } from './timeline';

const visit = (id: number, from: number, to: number | null, more: Partial<StateVisit> = {}): StateVisit => ({
  id,
  name: 'Work',
  type: 'Task',
  status: to === null ? 'running' : 'succeeded',
  enteredAt: from,
  exitedAt: to,
  enteredEventId: id,
  input: null,
  arguments: null,
  result: null,
  output: null,
  assigned: null,
  error: null,
  cause: null,
  attempts: [],
  lane: null,
  iterations: [],
  length: null,
  mapRunArn: null,
  ...more,
});
const event = (id: number, previousEventId: number, type: string, name: string, more = {}): HistoryEvent => {
  const key = type.endsWith('Entered')
    ? 'stateEntered'
    : type.endsWith('Exited')
      ? 'stateExited'
      : 'mapIterationStarted';
  return {
    id,
    previousEventId,
    type,
    timestamp: id * 10,
    ...{ [`${key}EventDetails`]: { name, input: '{}', output: '{}', ...more } },
  };
};

describe('the rows', () => {
  const told = timeline([
    event(1, 0, 'ExecutionStarted', ''),
    event(2, 1, 'PassStateEntered', 'Begin'),
    event(3, 2, 'PassStateExited', 'Begin'),
    event(4, 3, 'MapStateEntered', 'Each'),
    event(5, 4, 'MapStateStarted', ''),
    event(6, 5, 'MapIterationStarted', 'Each', { index: 0 }),
    event(7, 6, 'PassStateEntered', 'Inner'),
    event(8, 5, 'MapIterationStarted', 'Each', { index: 1 }),
    event(9, 8, 'PassStateEntered', 'Inner'),
  ]);

  test('are one a state, what is inside a container under it', () => {
    expect(rowsOf(told, new Set()).map(({ label, depth, open }) => [label, depth, open])).toEqual([
      ['Begin', 0, null],
      ['Each', 0, null],
      ['Inner', 1, false],
    ]);
  });

  test('are one a visit too where opened, each naming its place', () => {
    const rows = rowsOf(told, new Set(['Inner']));
    expect(rows.slice(2).map(({ label, depth, visits }) => [label, depth, visits.length])).toEqual([
      ['Inner', 1, 2],
      ['Each #1', 2, 1],
      ['Each #2', 2, 1],
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });
});

describe('the bars', () => {
  test('that overlap stand on tracks, those that follow one another on one', () => {
    expect(tracksOf([visit(0, 0, 10), visit(1, 10, 20), visit(2, 15, null)], 30)).toEqual({ of: [0, 0, 1], count: 2 });
  });

  test('are given up where too many overlap or there are too many', () => {
    expect(
      tracksOf(
        [0, 1, 2, 3].map((id) => visit(id, id, 50)),
        50,
      ),
    ).toBeNull();
    expect(
      tracksOf(
        Array.from({ length: 61 }, (_, id) => visit(id, id, id + 1)),
        61,
      ),
    ).toBeNull();
  });

  test('have a piece for each try and for the wait between', () => {
    const attempt = { status: 'failed', arguments: null, result: null, error: 'Slow', cause: null } as const;
    const tried = visit(0, 0, 100, {
      attempts: [
        { ...attempt, startedAt: 0, stoppedAt: 20 },
        { ...attempt, startedAt: 50, stoppedAt: 100, status: 'succeeded' },
      ],
    });
    expect(piecesOf(tried, 100).map(({ kind, from, to, n }) => [kind, from, to, n])).toEqual([
      ['try', 0, 20, 1],
      ['between', 20, 50, 2],
      ['try', 50, 100, 2],
    ]);
    expect(piecesOf(visit(0, 0, 100), 100)).toEqual([]);
    expect(wordsOf(tried, 0, 100, true).lines).toEqual([
      '100 ms, from 0 ms to 100 ms',
      '2 tries: failed after 20 ms, succeeded after 50 ms',
      'On the critical path: the run waited for it',
    ]);
  });

  test('of many are heights, the worst of a column giving its status', () => {
    const many = [visit(0, 0, 50), visit(1, 0, 100), visit(2, 70, 80, { status: 'failed' })];
    expect(skylineOf(many, { from: 0, to: 100 }, 10, 100)).toEqual([
      { from: 0, to: 5, count: 2, status: 'succeeded' },
      { from: 5, to: 7, count: 1, status: 'succeeded' },
      { from: 7, to: 8, count: 2, status: 'failed' },
      { from: 8, to: 10, count: 1, status: 'succeeded' },
    ]);
  });

  test('of no length still fill a column, and what lies outside is not drawn', () => {
    const columns = skylineOf([visit(0, 50, 50), visit(1, 500, 600)], { from: 0, to: 100 }, 10, 100);
    expect(columns).toEqual([{ from: 5, to: 6, count: 1, status: 'succeeded' }]);
  });
});

describe('the view', () => {
  test('is closed in on around a point, and stays inside', () => {
    const whole = { from: 0, to: 1000 };
    expect(zoomed(whole, whole, 0.5, 500)).toEqual({ from: 250, to: 750 });
    expect(zoomed(whole, whole, 0.5, 0)).toEqual({ from: 0, to: 500 });
    expect(zoomed({ from: 900, to: 1000 }, whole, 4, 1000)).toEqual({ from: 600, to: 1000 });
    expect(zoomed(whole, whole, 3, 10)).toEqual(whole);
    expect(within({ from: -50, to: 50 }, whole)).toEqual({ from: 0, to: 100 });
  });

  test('has round times along it', () => {
    expect(ticksOf({ from: 0, to: 1000 }, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(ticksOf({ from: 130, to: 190 }, 4)).toEqual([140, 160, 180]);
    expect(ticksOf({ from: 0, to: 3_600_000 }, 4).map((at) => at / 60_000)).toEqual([0, 15, 30, 45, 60]);
  });
});
