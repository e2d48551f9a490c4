import { describe, expect, test } from 'vitest';
import { emptyDocument } from '@/lib/graph';
import type { HistoryEvent } from '@/lib/history/events';
import type { RunDetail } from '@/lib/usecases/types';
import { hasGap, mergeEvents, mergeRun } from './merge';

const event = (id: number): HistoryEvent => ({ id, previousEventId: id - 1, type: 'X', timestamp: id });
const run = (status: RunDetail['status'], events: HistoryEvent[]): RunDetail => ({
  id: 'r',
  executionArn: 'arn',
  workflowId: 'w',
  workflowName: 'W',
  revision: 1,
  status,
  startedAt: 0,
  stoppedAt: null,
  input: { a: 1 },
  output: null,
  error: null,
  cause: null,
  document: emptyDocument(),
  events,
});

describe('mergeEvents', () => {
  test('appends, passes over what is known, and sorts what came late', () => {
    expect(mergeEvents([event(1)], [event(2), event(3)]).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(mergeEvents([event(1), event(2)], [event(2), event(3)]).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(mergeEvents([event(1), event(4)], [event(2), event(3)]).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });
  test('nothing new is the same list, so nothing is drawn again', () => {
    const known = [event(1)];
    expect(mergeEvents(known, [])).toBe(known);
  });
});

test('a gap is seen', () => {
  expect(hasGap([])).toBe(false);
  expect(hasGap([event(1), event(2)])).toBe(false);
  expect(hasGap([event(1), event(3)])).toBe(true);
});

test('late news does not take back an end, and never the document or the input', () => {
  const over = run('SUCCEEDED', [event(1)]);
  const merged = mergeRun(over, { ...run('RUNNING', []), input: { a: 2 } }, [event(2)]);
  expect(merged).toMatchObject({ status: 'SUCCEEDED', input: { a: 1 } });
  expect(merged.document).toBe(over.document);
  expect(merged.events).toHaveLength(2);
  expect(mergeRun(run('RUNNING', []), { status: 'FAILED', error: 'E' }, [])).toMatchObject({
    status: 'FAILED',
    error: 'E',
  });
});
