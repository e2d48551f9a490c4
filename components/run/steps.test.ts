import { expect, test } from 'vitest';
import { addNode, emptyDocument, newNode } from '@/lib/graph';
import type { HistoryEvent } from '@/lib/history/events';
import { timeline } from '@/lib/history/timeline';
import { failedVisits, laneText, marksOf } from './steps';

function graph() {
  const one = addNode(emptyDocument(), newNode('wait', { name: 'One' }), { into: null });
  return addNode(one.document, newNode('pass', { name: 'Two' }), { into: null }).document.graph;
}
const event = (id: number, type: string, details: object = {}): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  type,
  timestamp: id * 1000,
  ...details,
});
const begun = [
  event(1, 'ExecutionStarted', { executionStartedEventDetails: { input: '{}' } }),
  event(2, 'WaitStateEntered', { stateEnteredEventDetails: { name: 'One', input: '{}' } }),
];

test('while it runs, only what began is marked', () => {
  const { nodes } = graph();
  const marks = marksOf(graph(), timeline(begun));
  expect(Object.keys(marks)).toEqual([nodes[0]?.id]);
  expect(['running', 'waiting']).toContain(marks[nodes[0]!.id]?.status);
});

test('when it is over, what it did not come to is skipped', () => {
  const { nodes } = graph();
  const ended = [...begun, event(3, 'ExecutionAborted', { executionAbortedEventDetails: {} })];
  expect(marksOf(graph(), timeline(ended))[nodes[1]!.id]).toEqual({ status: 'skipped' });
});

test('what is inside a distributed Map is neither run nor skipped: its history is elsewhere', () => {
  const each = addNode(emptyDocument(), newNode('map', { id: 'each', name: 'Each' }), { into: null });
  const { graph: whole } = addNode(each.document, newNode('pass', { id: 'inner', name: 'Inner' }), {
    into: { id: 'each', branch: 0 },
  }).document;
  expect(whole.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['each', 'inner']));
  const told = timeline([
    ...begun.slice(0, 1),
    event(2, 'MapStateEntered', { stateEnteredEventDetails: { name: 'Each', input: '{}' } }),
    event(3, 'MapStateStarted', { mapStateStartedEventDetails: { length: 12_000 } }),
    event(4, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: 'arn:map' } }),
    event(5, 'MapRunSucceeded'),
    event(6, 'MapStateSucceeded'),
    event(7, 'MapStateExited', { stateExitedEventDetails: { name: 'Each', output: '[]' } }),
    event(8, 'ExecutionSucceeded', { executionSucceededEventDetails: { output: '[]' } }),
  ]);
  expect(marksOf(whole, told)).toEqual({ each: { status: 'succeeded', detail: '12,000 items' } });
});

test('where a step ran is told from outside in', () => {
  expect(
    laneText({
      container: 'Each',
      kind: 'map',
      index: 2,
      within: { container: 'Both', kind: 'parallel', index: 0, within: null },
    }),
  ).toBe('Both, branch 1 › Each #3');
});

test('where a run failed is not what a container caught on the way', () => {
  const entered = (id: number, type: string, name: string, previousEventId = id - 1) =>
    event(id, `${type}StateEntered`, { stateEnteredEventDetails: { name, input: '{}' }, previousEventId });
  const failing = timeline([
    event(1, 'ExecutionStarted', { executionStartedEventDetails: { input: '{}' } }),
    entered(2, 'Parallel', 'Both'),
    event(3, 'ParallelStateStarted'),
    entered(4, 'Fail', 'Boom'),
    event(5, 'ParallelStateFailed'),
    event(6, 'ParallelStateExited', { stateExitedEventDetails: { name: 'Both', output: '{}' } }),
    entered(7, 'Pass', 'Recover'),
    event(8, 'ExecutionFailed', { executionFailedEventDetails: { error: 'States.Runtime', cause: 'no id' } }),
  ]);
  expect(failing.states.Boom?.status).toBe('failed');
  expect(failedVisits(failing).map(({ name }) => name)).toEqual(['Recover']);
});
