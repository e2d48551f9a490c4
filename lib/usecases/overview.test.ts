import { describe, expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph';
import type { RunTime } from '@/lib/store/types';
import { overviewOf, spendOf } from './overview';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const run = (status: RunTime['status'], hoursAgo: number, ms: number | null = 1000): RunTime => {
  const startedAt = NOW - hoursAgo * HOUR;
  return { status, startedAt, stoppedAt: ms === null ? null : startedAt + ms };
};

describe('the last day in numbers', () => {
  test('of nothing is nothing, and not a rate of 0 %', () => {
    const view = overviewOf([], NOW);
    expect(view).toMatchObject({ runs: 0, succeeded: 0, failed: 0, running: 0, medianMs: null, p95Ms: null });
    expect(view.hours).toHaveLength(24);
  });

  test('counts each run in its hour and by how it ended', () => {
    const view = overviewOf(
      [
        run('SUCCEEDED', 0.5),
        run('SUCCEEDED', 0),
        run('TIMED_OUT', 23.5),
        run('ABORTED', 2.5),
        run('RUNNING', 0.1, null),
      ],
      NOW,
    );
    expect(view).toMatchObject({ runs: 5, succeeded: 2, failed: 1, running: 1 });
    expect(view.hours[23]).toMatchObject({ succeeded: 2, failed: 0, other: 1 });
    expect(view.hours[0]).toMatchObject({ failed: 1 });
    expect(view.hours[21]).toMatchObject({ other: 1 });
  });

  test('what is older than a day, or not over, does not count where it would mislead', () => {
    const view = overviewOf([run('FAILED', 24.5), run('RUNNING', 1, null), run('ABORTED', 1, 99_000)], NOW);
    expect(view).toMatchObject({ runs: 2, failed: 0, medianMs: null });
  });

  test('95 of 100 durations are at most the p95', () => {
    const runs = Array.from({ length: 100 }, (_, i) => run('SUCCEEDED', 1, i + 1));
    expect(overviewOf(runs, NOW)).toMatchObject({ medianMs: 50, p95Ms: 95 });
  });
});

test('what the runs would cost is the estimate of each graph, as often as it was run', () => {
  const graph = (steps: number): WorkflowDocument => ({
    ...emptyDocument(),
    graph: decompile({
      StartAt: 'S0',
      States: Object.fromEntries(
        Array.from({ length: steps }, (_, i) => [
          `S${i}`,
          { Type: 'Pass', ...(i === steps - 1 ? { End: true } : { Next: `S${i + 1}` }) },
        ]),
      ),
    }).graph!,
  });
  const one = spendOf([{ document: graph(1), runs: 1 }], []);
  expect(one).toBeGreaterThan(0);
  expect(spendOf([{ document: graph(1), runs: 10 }], [])).toBeCloseTo(10 * one, 12);
  expect(spendOf([{ document: graph(3), runs: 1 }], [])).toBeGreaterThan(one);
  expect(spendOf([], [])).toBe(0);
});
