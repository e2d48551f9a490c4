import { expect, test } from 'vitest';
import { addNode, emptyDocument, newNode } from '@/lib/graph';
import type { HistoryEvent } from '@/lib/history/events';
import { timeline } from '@/lib/history/timeline';
import { laneText, marksOf } from './steps';

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
