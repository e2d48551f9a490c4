import { expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import type { HistoryEvent } from './events';
import { createFailures } from './failures';

const event = (id: number, previousEventId: number, type: string, details: Record<string, Json> = {}) =>
  ({
    id,
    previousEventId,
    type,
    timestamp: id * 10,
    [`${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`]: details,
  }) as unknown as HistoryEvent;
const invoke = (FunctionName: string) => ({
  resourceType: 'lambda',
  resource: 'invoke',
  parameters: JSON.stringify({ FunctionName, Payload: {} }),
});

test('a failure is its function’s, also between others and in a later part', () => {
  const take = createFailures();
  const first = take([
    event(1, 0, 'ExecutionStarted'),
    event(2, 1, 'TaskScheduled', invoke('resize')),
    event(3, 1, 'TaskScheduled', invoke('arn:aws:lambda:us-east-1:000000000000:function:mail:1')),
    event(4, 2, 'TaskStarted', { resourceType: 'lambda' }),
  ]);
  expect(first).toEqual([]);
  expect(
    take([
      event(5, 3, 'TaskStarted'),
      event(6, 4, 'TaskSucceeded', { output: '1' }),
      event(7, 5, 'TaskFailed', { error: 'Refused', cause: 'no such box' }),
    ]),
  ).toEqual([{ name: 'mail', error: 'Refused', cause: 'no such box', at: 70 }]);
});

test('the older way to call, a timeout, and a call that could not be begun', () => {
  const resource = 'arn:aws:lambda:us-east-1:000000000000:function:slow';
  expect(
    createFailures()([
      event(1, 0, 'LambdaFunctionScheduled', { resource }),
      event(2, 1, 'LambdaFunctionStarted'),
      event(3, 2, 'LambdaFunctionTimedOut', { error: 'States.Timeout' }),
      event(4, 0, 'TaskScheduled', invoke('gone')),
      event(5, 4, 'TaskStartFailed'),
    ]),
  ).toEqual([
    { name: 'slow', error: 'States.Timeout', cause: null, at: 30 },
    { name: 'gone', error: 'States.TaskFailed', cause: null, at: 50 },
  ]);
});

test('what is no function’s failure is none', () => {
  expect(
    createFailures()([
      event(1, 0, 'TaskScheduled', { resourceType: 'aws-sdk:s3', parameters: '{"FunctionName":"x"}' }),
      event(2, 1, 'TaskFailed', { error: 'S3.NoSuchKey' }),
      event(3, 0, 'TaskScheduled', { resourceType: 'lambda', parameters: '{"FunctionN' }),
      event(4, 3, 'TaskFailed', { error: 'X' }),
      event(5, 0, 'ExecutionFailed', { error: 'X' }),
    ]),
  ).toEqual([]);
});
