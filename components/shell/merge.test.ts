import fc from 'fast-check';
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

test('parts of a history that come twice, late and out of order make the history, whole', () => {
  /** How the stream may tell a history: cut into parts, some told again, in any order. */
  const telling = fc.integer({ min: 1, max: 60 }).chain((length) =>
    fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: length }), { maxLength: 8 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: length }), fc.integer({ min: 1, max: length })), { maxLength: 6 }),
      )
      .chain(([cuts, again]) => {
        const ends = [...new Set([...cuts, length])].sort((a, b) => a - b);
        const parts = [
          ...ends.map((end, i) => [(ends[i - 1] ?? 0) + 1, end] as const),
          ...again.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
        ];
        return fc.record({
          length: fc.constant(length),
          order: fc.shuffledSubarray(parts, { minLength: parts.length }),
        });
      }),
  );
  fc.assert(
    fc.property(telling, ({ length, order }) => {
      const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i));
      const end = order.reduce(
        (known, [from, to], i) => {
          // The end is told with every part from some moment on: late news of a running run must not undo it.
          const status = i % 3 === 1 ? 'SUCCEEDED' : 'RUNNING';
          return mergeRun(known, run(status, []), ids(from, to));
        },
        run('RUNNING', []),
      );
      expect(end.events).toEqual(ids(1, length));
      expect(hasGap(end.events)).toBe(false);
      if (order.length > 1) expect(end.status).toBe('SUCCEEDED');
    }),
    { numRuns: 200 },
  );
});
