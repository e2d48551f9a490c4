import { expect, test } from 'vitest';
import type { HistoryEvent } from '@/lib/history/events';
import { timeline } from '@/lib/history/timeline';
import { forkableVisits, redriveRefusal, timeOf } from './again';

const DAY = 24 * 3600_000;
const NOW = 1000 * DAY;
const FAILED = {
  status: 'FAILED' as const,
  executionArn: 'arn:aws:states:us-east-1:1:execution:m:1',
  startedAt: NOW - 2 * DAY,
  stoppedAt: NOW - DAY,
  error: 'Broken',
  events: [] as unknown[],
};

test('what Step Functions refuses to redrive is refused with its reason', () => {
  const refusal = (more: Partial<Parameters<typeof redriveRefusal>[0]>) => redriveRefusal({ ...FAILED, ...more }, NOW);
  expect(refusal({})).toBeNull();
  expect(refusal({ status: 'ABORTED' })).toBeNull();
  expect(refusal({ status: 'TIMED_OUT' })).toBeNull();
  expect(refusal({ status: 'SUCCEEDED' })).toContain('succeeded');
  expect(refusal({ status: 'RUNNING' })).toContain('goes on');
  expect(refusal({ executionArn: 'arn:aws:states:us-east-1:1:express:m:1' })).toContain('Express');
  expect(refusal({ startedAt: 0, stoppedAt: NOW - 14 * DAY - 1 })).toContain('14 days');
  expect(refusal({ startedAt: NOW - 20 * DAY, stoppedAt: NOW - 14 * DAY })).toBeNull();
  expect(refusal({ startedAt: NOW - 366 * DAY })).toContain('a year');
  expect(refusal({ events: Array.from({ length: 24_999 }) })).toContain('24,999');
  expect(refusal({ events: Array.from({ length: 24_998 }) })).toBeNull();
  expect(refusal({ error: 'ExecutionDoesNotExist' })).toContain('no longer knows');
});

test('a run can be forked from the visits of the workflow itself, each told apart', () => {
  const event = (id: number, previousEventId: number, type: string, details: object = {}): HistoryEvent =>
    ({ id, previousEventId, type, timestamp: id, ...details }) as HistoryEvent;
  const enter = (id: number, type: string, name: string, previous = id - 1) =>
    event(id, previous, `${type}StateEntered`, { stateEnteredEventDetails: { name, input: '{}' } });
  const exit = (id: number, type: string, name: string) =>
    event(id, id - 1, `${type}StateExited`, { stateExitedEventDetails: { name, output: '{}' } });
  const all = forkableVisits(
    timeline([
      event(1, 0, 'ExecutionStarted', { executionStartedEventDetails: { input: '{}' } }),
      enter(2, 'Pass', 'A'),
      exit(3, 'Pass', 'A'),
      enter(4, 'Map', 'Each'),
      event(5, 4, 'MapStateStarted', { mapStateStartedEventDetails: { length: 1 } }),
      event(6, 5, 'MapIterationStarted', { mapIterationStartedEventDetails: { name: 'Each', index: 0 } }),
      enter(7, 'Pass', 'In'),
      exit(8, 'Pass', 'In'),
      event(9, 8, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: { name: 'Each', index: 0 } }),
      event(10, 9, 'MapStateSucceeded'),
      exit(11, 'Map', 'Each'),
      enter(12, 'Pass', 'A'),
    ]),
  );
  expect(all.map((visit) => [visit.name, timeOf(visit, all)])).toEqual([
    ['A', '1st time'],
    ['Each', ''],
    ['A', '2nd time'],
  ]);
});
