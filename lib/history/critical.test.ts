import { expect, test } from 'vitest';
import { criticalPath } from './critical';
import type { HistoryEvent } from './events';
import { timeline } from './timeline';

/** `[previousEventId, type, seconds, name or details]` */
type Short = [previous: number, type: string, at: number, name?: string | number];

function history(events: Short[]): HistoryEvent[] {
  return events.map(([previousEventId, type, at, name], i) => {
    const state = /State(Entered|Exited)$/.exec(type);
    const iteration = type.startsWith('MapIteration');
    const key = state ? `state${state[1]}` : type.charAt(0).toLowerCase() + type.slice(1);
    const details = iteration ? { name: 'Each', index: Number(name) } : { name: name ?? '', input: '{}', output: '{}' };
    return { id: i + 1, previousEventId, type, timestamp: at * 1000, ...{ [`${key}EventDetails`]: details } };
  });
}
const namesOn = (events: HistoryEvent[], now = 100_000) => {
  const told = timeline(events);
  const path = criticalPath(told, now);
  return {
    on: told.trace.visits.filter((visit) => path.visits.has(visit.id)).map((visit) => visit.name),
    slowest: path.slowest.map(({ visit, ms }) => [visit.name, ms]),
  };
};

/** Begin, then two branches (Left 1 s; Right 3 s then Tail 1 s), then End. */
const both: Short[] = [
  [0, 'ExecutionStarted', 0],
  [0, 'PassStateEntered', 0, 'Begin'],
  [2, 'PassStateExited', 0, 'Begin'],
  [3, 'ParallelStateEntered', 0, 'Both'],
  [4, 'ParallelStateStarted', 0],
  [5, 'WaitStateEntered', 0, 'Left'],
  [5, 'WaitStateEntered', 0, 'Right'],
  [6, 'WaitStateExited', 1, 'Left'],
  [7, 'WaitStateExited', 3, 'Right'],
  [9, 'WaitStateEntered', 3, 'Tail'],
  [10, 'WaitStateExited', 4, 'Tail'],
  [11, 'ParallelStateSucceeded', 4],
  [12, 'ParallelStateExited', 4, 'Both'],
  [13, 'PassStateEntered', 4, 'End'],
  [14, 'PassStateExited', 4, 'End'],
  [15, 'ExecutionSucceeded', 4],
];

test('of a Parallel it is the branch that ended last', () => {
  const { on, slowest } = namesOn(history(both));
  expect(on).toEqual(['Begin', 'Both', 'Right', 'Tail', 'End']);
  expect(slowest.slice(0, 2)).toEqual([
    ['Right', 3000],
    ['Tail', 1000],
  ]);
});

test('what still runs is on it, for as long as it has run', () => {
  const { on, slowest } = namesOn(history(both.slice(0, 8)), 2500);
  expect(on).toEqual(['Begin', 'Both', 'Right']);
  expect(slowest[0]).toEqual(['Right', 2500]);
});

test('of a Map two at a time, the items that made room for one another', () => {
  // 0: 0–2, 1: 0–1, 2: 1–4 (in the place of 1), 3: 2–3 (in the place of 0)
  const events: Short[] = [
    [0, 'ExecutionStarted', 0],
    [0, 'MapStateEntered', 0, 'Each'],
    [2, 'MapStateStarted', 0],
    [3, 'MapIterationStarted', 0, 0],
    [4, 'WaitStateEntered', 0, 'Work'],
    [3, 'MapIterationStarted', 0, 1],
    [6, 'WaitStateEntered', 0, 'Work'],
    [7, 'WaitStateExited', 1, 'Work'],
    [8, 'MapIterationSucceeded', 1, 1],
    [3, 'MapIterationStarted', 1, 2],
    [10, 'WaitStateEntered', 1, 'Work'],
    [5, 'WaitStateExited', 2, 'Work'],
    [12, 'MapIterationSucceeded', 2, 0],
    [3, 'MapIterationStarted', 2, 3],
    [14, 'WaitStateEntered', 2, 'Work'],
    [15, 'WaitStateExited', 3, 'Work'],
    [16, 'MapIterationSucceeded', 3, 3],
    [11, 'WaitStateExited', 4, 'Work'],
    [18, 'MapIterationSucceeded', 4, 2],
    [19, 'MapStateSucceeded', 4],
    [20, 'MapStateExited', 4, 'Each'],
  ];
  const told = timeline(history(events));
  const path = criticalPath(told, 0).visits;
  const items = told.states.Work?.visits.filter((visit) => path.has(visit.id)).map((visit) => visit.lane?.index);
  expect(items).toEqual([1, 2]);
  // Told once for each state, however often it was on the path.
  expect(criticalPath(told, 0).slowest.map(({ visit, ms, times }) => [visit.name, ms, times])).toEqual([
    ['Work', 4000, 2],
  ]);
});

test('a long sequence costs no depth of calls', () => {
  const events: Short[] = [[0, 'ExecutionStarted', 0]];
  for (let i = 0; i < 20_000; i++) events.push([i + 1, i % 2 ? 'PassStateExited' : 'PassStateEntered', i, 'Round']);
  expect(criticalPath(timeline(history(events)), 0).visits.size).toBe(10_000);
});
