import { expect, test } from 'vitest';
import type { HistoryEvent } from '@/lib/history/events';
import { actualCost } from './actual';

let now = 0;
const event = (id: number, previousEventId: number, type: string, details: object = {}): HistoryEvent =>
  ({ id, previousEventId, type, timestamp: now, ...details }) as HistoryEvent;
const after = (ms: number, made: () => HistoryEvent): HistoryEvent => {
  now += ms;
  return made();
};
const calls = (name: string) => ({
  taskScheduledEventDetails: {
    resourceType: 'lambda',
    resource: 'invoke',
    parameters: JSON.stringify({ FunctionName: name, Payload: {} }),
  },
});
const memory = (name: string) => ({ shrink: 1024, ask: 512 })[name];

test('states, tries after the first and redrives are transitions; each call is measured', () => {
  const told = actualCost(
    [
      event(1, 0, 'ExecutionStarted'),
      event(2, 1, 'TaskStateEntered'),
      event(3, 2, 'TaskScheduled', calls('arn:aws:lambda:us-east-1:1:function:shrink:$LATEST')),
      event(4, 3, 'TaskStarted'),
      after(500, () => event(5, 4, 'TaskFailed')),
      after(9000, () => event(6, 5, 'TaskScheduled', calls('shrink'))), // tried again after a pause, which is free
      event(7, 6, 'TaskStarted'),
      after(1500, () => event(8, 7, 'TaskFailed')),
      event(9, 8, 'ExecutionFailed'),
      event(10, 9, 'ExecutionRedriven'),
      event(11, 8, 'TaskScheduled', calls('shrink')),
      event(12, 11, 'TaskStarted'),
      after(1000, () => event(13, 12, 'TaskSucceeded')),
      event(14, 13, 'TaskStateExited'),
      event(15, 14, 'SucceedStateEntered'),
      event(16, 15, 'SucceedStateExited'),
      event(17, 16, 'ExecutionSucceeded'),
    ],
    memory,
  );
  expect(told).toMatchObject({ transitions: 4, calls: 3, gbSeconds: 3, assumed: [], children: false });
  expect(told.workflowUsd).toBeCloseTo(4 * 0.000025, 12);
  expect(told.lambdaUsd).toBeCloseTo(3 * 0.0000002 + 3 * 0.0000166667, 12);
  expect(told.usd).toBe(told.workflowUsd + told.lambdaUsd);
});

test('waiting for a token is free, other services are no calls, and unknown memory is said to be assumed', () => {
  const told = actualCost(
    [
      event(1, 0, 'ExecutionStarted'),
      event(2, 1, 'TaskStateEntered'),
      event(3, 2, 'TaskScheduled', calls('ask')),
      event(4, 3, 'TaskStarted'),
      after(2000, () => event(5, 4, 'TaskSubmitted')),
      after(3_600_000, () => event(6, 5, 'TaskSucceeded')),
      event(7, 6, 'TaskStateExited'),
      event(8, 7, 'TaskStateEntered'),
      event(9, 8, 'TaskScheduled', { taskScheduledEventDetails: { resourceType: 's3', parameters: '{}' } }),
      event(10, 9, 'TaskStarted'),
      after(700, () => event(11, 10, 'TaskSucceeded')),
      event(12, 11, 'TaskStateExited'),
      event(13, 12, 'TaskStateEntered'),
      event(14, 13, 'LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource: 'arn:aws:lambda:us-east-1:1:function:other' },
      }),
      event(15, 14, 'LambdaFunctionStarted'),
      after(800, () => event(16, 15, 'LambdaFunctionTimedOut')),
    ],
    memory,
  );
  expect(told).toMatchObject({ transitions: 3, calls: 2, assumed: ['other'] });
  expect(told.gbSeconds).toBeCloseTo(2 * 0.5 + 0.8 * 0.125, 12);
});

test('nothing that happened costs nothing; a run that goes on is counted as far as it came', () => {
  expect(actualCost([], memory)).toMatchObject({ transitions: 0, calls: 0, usd: 0 });
  const open = [event(1, 0, 'ExecutionStarted'), event(2, 1, 'MapStateEntered'), event(3, 2, 'MapStateStarted')];
  expect(actualCost(open, memory)).toMatchObject({ transitions: 1, calls: 0 });
  expect(actualCost([...open, event(4, 3, 'MapRunStarted')], memory).children).toBe(true);
});
