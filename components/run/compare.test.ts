import { expect, test } from 'vitest';
import { emptyTimeline, type Lane, type StateVisit, type Timeline } from '@/lib/history/timeline';
import { changesOf, compareRuns } from './compare';

let events = 0;
const visit = (name: string, more: Partial<StateVisit> = {}): StateVisit => ({
  id: ++events,
  name,
  type: 'Pass',
  status: 'succeeded',
  enteredAt: 0,
  exitedAt: 10,
  enteredEventId: events,
  input: '{}',
  arguments: null,
  result: null,
  output: '{}',
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
function run(...visits: StateVisit[]): Timeline {
  const timeline = emptyTimeline();
  for (const one of visits) {
    const before = timeline.states[one.name]?.visits ?? [];
    timeline.states[one.name] = { ...one, visits: [...before, one] };
  }
  return timeline;
}
const item = (index: number): Lane => ({ container: 'Each', kind: 'map', index, within: null });

test('fields are compared one by one, wherever they lie', () => {
  expect(
    changesOf({ a: 1, list: [{ x: 1 }, 2], same: { y: [] } }, { list: [{ x: 2 }], same: { y: [] }, 'new one': null }),
  ).toEqual([
    { path: 'a', before: 1, after: undefined },
    { path: 'list[0].x', before: 1, after: 2 },
    { path: 'list[1]', before: 2, after: undefined },
    { path: '["new one"]', before: undefined, after: null },
  ]);
  expect(changesOf([1], { 0: 1 })).toEqual([{ path: '', before: [1], after: { 0: 1 } }]);
  expect(changesOf({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  expect(changesOf({}, JSON.parse('{"__proto__": 1}'))).toHaveLength(1);
});

test('the same steps stand side by side; those of one run alone are told where they were', () => {
  const pairs = compareRuns(
    run(visit('A'), visit('Old'), visit('C', { output: '{"n":1}' })),
    run(visit('A'), visit('New'), visit('C', { output: '{"n":2}' })),
  );
  expect(pairs.map(({ name, before, after, differs }) => [name, !!before, !!after, differs])).toEqual([
    ['A', true, true, false],
    ['Old', true, false, true],
    ['New', false, true, true],
    ['C', true, true, true],
  ]);
  expect(pairs[3]?.changes).toEqual([{ part: 'Output', path: 'n', before: 1, after: 2 }]);
});

test('the items of a Map are told apart, and so are rounds of a loop', () => {
  const pairs = compareRuns(
    run(visit('In', { lane: item(1) }), visit('In', { lane: item(0) }), visit('Poll'), visit('Poll')),
    run(visit('In', { lane: item(0) }), visit('In', { lane: item(1), status: 'failed' }), visit('Poll')),
  );
  expect(pairs.map(({ name, place, differs }) => [name, place, differs])).toEqual([
    ['In', 'Each #1', false],
    ['In', 'Each #2', true],
    ['Poll', '', false],
    ['Poll', '', true],
  ]);
});

test('a text that is no JSON is compared as it stands; a task given its input tells it once', () => {
  const [pair] = compareRuns(
    run(visit('T', { input: '{"a":1}', arguments: '{"a":1}', cause: 'cut {' })),
    run(visit('T', { input: '{"a":2}', arguments: '{"a":2}', cause: 'cut [' })),
  );
  expect(pair?.changes).toEqual([
    { part: 'Input', path: 'a', before: 1, after: 2 },
    { part: 'Cause', path: '', before: 'cut {', after: 'cut [' },
  ]);
});
