import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyDocument } from '@/lib/graph';
import type { HistoryEvent } from '@/lib/history/events';
import type { RunDetail } from '@/lib/usecases/types';
import { hasGap, mergeEvents, mergeRun, withoutGap } from './merge';

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

test('a redrive takes back an end, and news from before it does not bring that end back', () => {
  const failed = { ...run('FAILED', [event(1)]), error: 'E', stoppedAt: 5 };
  const again = { status: 'RUNNING' as const, error: null, stoppedAt: null, redriven: { times: 1, at: 9 } };
  const going = mergeRun(failed, again, []);
  expect(going).toMatchObject({ status: 'RUNNING', error: null, stoppedAt: null, redriven: { times: 1 } });
  expect(mergeRun(going, { status: 'FAILED', error: 'E' }, [event(2)])).toMatchObject({
    status: 'RUNNING',
    error: null,
    events: [event(1), event(2)],
  });
  const over = mergeRun(going, { status: 'SUCCEEDED', redriven: { times: 1, at: 9 } }, []);
  expect(mergeRun(over, again, [])).toMatchObject({ status: 'SUCCEEDED' });
  expect(mergeRun(over, { ...again, redriven: { times: 2, at: 12 } }, [])).toMatchObject({ status: 'RUNNING' });
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

test('what came after a gap is not shown before what lies in it', () => {
  const known = mergeRun(run('RUNNING', [event(1), event(2)]), run('RUNNING', []), [event(5), event(6)]);
  expect(withoutGap(known).events.map(({ id }) => id)).toEqual([1, 2]);
  const filled = mergeRun(known, run('RUNNING', []), [event(3), event(4)]);
  expect(withoutGap(filled)).toBe(filled);
  expect(filled.events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(withoutGap(run('RUNNING', [event(2), event(3)])).events).toEqual([]);
});
