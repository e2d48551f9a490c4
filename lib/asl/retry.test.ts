import { expect, test } from 'vitest';
import { backoffSeconds, matchesError, type Retrier } from './retry';

const never = () => {
  throw new Error('no jitter was asked for');
};

test.each<[Omit<Retrier, 'ErrorEquals'>, (number | null)[]]>([
  [{}, [1, 2, 4, null]],
  [{ IntervalSeconds: 2 }, [2, 4, 8, null]],
  [{ IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 }, [3, 4.5, null]],
  [{ BackoffRate: 1, MaxAttempts: 4, IntervalSeconds: 5 }, [5, 5, 5, 5, null]],
  [{ MaxDelaySeconds: 3 }, [1, 2, 3, null]],
  [{ MaxAttempts: 0 }, [null]],
])('%j waits %j', (retrier, delays) => {
  expect(delays.map((_, i) => backoffSeconds({ ErrorEquals: ['States.ALL'], ...retrier }, i + 1, never))).toEqual(
    delays,
  );
});

test('full jitter draws below the delay', () => {
  const retrier: Retrier = {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 8,
    JitterStrategy: 'FULL',
    MaxDelaySeconds: 10,
  };
  expect([0, 0.25, 0.999].map((luck) => backoffSeconds(retrier, 2, () => luck))).toEqual([0, 2.5, 9.99]);
});

test('there is no attempt 0', () => expect(() => backoffSeconds({ ErrorEquals: [] }, 0, never)).toThrow(RangeError));

test.each([
  [['A'], 'A', true],
  [['A'], 'B', false],
  [['B', 'A'], 'A', true],
  [['States.ALL'], 'A', true],
  [['States.ALL'], 'States.Timeout', true],
  [['States.ALL'], 'States.Runtime', false],
  [['States.ALL'], 'States.DataLimitExceeded', true],
  [['States.TaskFailed'], 'States.DataLimitExceeded', false],
  [['States.Runtime'], 'States.Runtime', true],
  [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  [['States.TaskFailed'], 'Custom.Error', true],
  [['States.TaskFailed'], 'States.Timeout', false],
  [['States.TaskFailed'], 'States.HeartbeatTimeout', false],
  [['States.TaskFailed'], 'States.Runtime', false],
  [['States.Timeout'], 'States.HeartbeatTimeout', true],
  [['States.HeartbeatTimeout'], 'States.Timeout', false],
  [[], 'A', false],
])('%j catches %s: %s', (names, error, expected) => expect(matchesError(names, error)).toBe(expected));
