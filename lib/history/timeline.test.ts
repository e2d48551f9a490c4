import { describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import type { HistoryEvent } from './events';
import { emptyTimeline, foldEvents, statusOf, terminalStatus, timeline } from './timeline';

/** `[previousEventId, type, details]`, a second apart. */
type Short = [number, string, { [field: string]: Json }?];

const DETAILS = /^(.*?)State(Entered|Exited)$/;
const nameOf = (type: string): string => {
  const state = DETAILS.exec(type);
  return state ? `state${state[2]}` : type.charAt(0).toLowerCase() + type.slice(1);
};
const history = (events: Short[]): HistoryEvent[] =>
  events.map(([previousEventId, type, details], i) => ({
    id: i + 1,
    previousEventId,
    type,
    timestamp: i * 1000,
    ...(details && { [`${nameOf(type)}EventDetails`]: details }),
  }));

const entered = (previous: number, type: string, name: string, input = '{}'): Short => [
  previous,
  `${type}StateEntered`,
  { name, input },
];
const exited = (previous: number, type: string, name: string, output = '{}'): Short => [
  previous,
  `${type}StateExited`,
  { name, output },
];
const statuses = (events: HistoryEvent[]) => {
  const told = timeline(events);
  return Object.fromEntries(told.order.map((name) => [name, told.states[name]?.status]));
};

const retried: Short[] = [
  [0, 'ExecutionStarted', { input: '{"n":1}' }],
  entered(0, 'Task', 'Work', '{"n":1}'),
  [2, 'TaskScheduled', { parameters: '{"a":1}', resource: 'invoke', resourceType: 'lambda' }],
  [3, 'TaskStarted', {}],
  [4, 'TaskFailed', { error: 'Slow', cause: 'too slow' }],
  [5, 'TaskScheduled', { parameters: '{"a":2}' }],
  [6, 'TaskStarted', {}],
  [7, 'TaskSucceeded', { output: '{"r":1}' }],
  exited(8, 'Task', 'Work', '{"r":1}'),
  [9, 'ExecutionSucceeded', { output: '{"r":1}' }],
];

describe('a task', () => {
  test('goes from queued to running, retrying and succeeded', () => {
    const events = history(retried);
    const after = (count: number) => statusOf(timeline(events.slice(0, count)), 'Work');
    expect([1, 2, 3, 4, 5, 6, 7, 9].map(after)).toEqual([
      'not-run',
      'running',
      'queued',
      'running',
      'retrying',
      'queued',
      'running',
      'succeeded',
    ]);
  });

  test('keeps each attempt with its times, arguments and outcome', () => {
    const told = timeline(history(retried));
    expect(told.states.Work?.attempts).toEqual([
      {
        startedAt: 2000,
        stoppedAt: 4000,
        status: 'failed',
        arguments: '{"a":1}',
        result: null,
        error: 'Slow',
        cause: 'too slow',
      },
      {
        startedAt: 5000,
        stoppedAt: 7000,
        status: 'succeeded',
        arguments: '{"a":2}',
        result: '{"r":1}',
        error: null,
        cause: null,
      },
    ]);
    expect(told.states.Work).toMatchObject({
      input: '{"n":1}',
      arguments: '{"a":2}',
      result: '{"r":1}',
      output: '{"r":1}',
      error: null,
      enteredAt: 1000,
      exitedAt: 8000,
    });
    expect(told).toMatchObject({
      status: 'SUCCEEDED',
      startedAt: 0,
      stoppedAt: 9000,
      input: '{"n":1}',
      output: '{"r":1}',
    });
  });

  test('that a catcher helped is caught, one that nothing helped has failed', () => {
    const failing = retried.slice(0, 5);
    expect(statuses(history([...failing, exited(5, 'Task', 'Work'), entered(6, 'Pass', 'Next')]))).toEqual({
      Work: 'caught',
      Next: 'running',
    });
    const lost = timeline(history([...failing, [5, 'ExecutionFailed', { error: 'Slow', cause: 'too slow' }]]));
    expect(lost).toMatchObject({
      status: 'FAILED',
      error: 'Slow',
      states: { Work: { status: 'failed', error: 'Slow', cause: 'too slow' } },
    });
  });

  test('that failed goes on when the execution is redriven', () => {
    const failed: Short[] = [...retried.slice(0, 5), [5, 'ExecutionFailed', { error: 'Slow', cause: 'too slow' }]];
    const scheduled = retried[2]![1];
    const again = history([...failed, [6, 'ExecutionRedriven', { redriveCount: 1 }], [4, scheduled, {}]]);
    const told = timeline(again);
    expect(told).toMatchObject({ status: 'RUNNING', error: null, stoppedAt: null });
    expect(told.states.Work).toMatchObject({ status: 'queued', exitedAt: null, error: null });
    expect(told.states.Work!.attempts.map(({ status }) => status)).toEqual(['failed', 'queued']);
    expect([terminalStatus(history(failed)), terminalStatus(again)]).toEqual(['FAILED', null]);
  });

  test('that waits for a token is waiting; one that is too late has timed out', () => {
    const waiting: Short[] = [
      ...retried.slice(0, 4),
      [4, 'TaskSubmitted', { resource: 'sendMessage.waitForTaskToken', output: '{}' }],
    ];
    expect(statuses(history(waiting))).toEqual({ Work: 'waiting' });
    const late: Short[] = [
      ...waiting,
      [5, 'TaskTimedOut', { error: 'States.Timeout' }],
      [6, 'ExecutionFailed', { error: 'States.Timeout' }],
    ];
    expect(statuses(history(late))).toEqual({ Work: 'timed-out' });
  });
});

test('a state that runs again speaks of its last visit', () => {
  const told = timeline(
    history([
      [0, 'ExecutionStarted', {}],
      entered(0, 'Pass', 'A', '1'),
      exited(2, 'Pass', 'A', '2'),
      entered(3, 'Pass', 'A', '2'),
    ]),
  );
  expect(told.states.A).toMatchObject({
    status: 'running',
    input: '2',
    visits: [{ status: 'succeeded', input: '1' }, { status: 'running' }],
  });
});

test('a failed expression fails the state that it names, though it follows the event before', () => {
  const told = timeline(
    history([
      [0, 'ExecutionStarted', {}],
      entered(0, 'Pass', 'A'),
      exited(2, 'Pass', 'A'),
      entered(3, 'Pass', 'B'),
      [3, 'EvaluationFailed', { error: 'States.QueryEvaluationError', cause: 'no such thing', state: 'B' }],
      [5, 'ExecutionFailed', { error: 'States.QueryEvaluationError', cause: 'no such thing' }],
    ]),
  );
  expect(told.states).toMatchObject({ A: { status: 'succeeded' }, B: { status: 'failed', cause: 'no such thing' } });
});

const parallel: Short[] = [
  [0, 'ExecutionStarted', {}],
  entered(0, 'Parallel', 'Both'),
  [2, 'ParallelStateStarted'],
  entered(3, 'Wait', 'Slow'),
  entered(3, 'Task', 'Work'),
  [5, 'LambdaFunctionScheduled', { input: '{}' }],
  [6, 'LambdaFunctionStarted'],
  [7, 'LambdaFunctionFailed', { error: 'Bad', cause: 'why' }],
  [8, 'TaskStateAborted'],
  [8, 'WaitStateAborted'],
  [8, 'ParallelStateFailed'],
];

describe('a Parallel', () => {
  test('gives each branch a lane', () => {
    const told = timeline(history(parallel.slice(0, 5)));
    expect(told.states.Slow).toMatchObject({
      status: 'waiting',
      lane: { container: 'Both', kind: 'parallel', index: 0 },
    });
    expect(told.states.Work).toMatchObject({
      status: 'running',
      lane: { container: 'Both', kind: 'parallel', index: 1 },
    });
  });

  test('that fails says what failed in it, and what was stopped', () => {
    expect(statuses(history([...parallel, [11, 'ExecutionFailed', { error: 'Bad', cause: 'why' }]]))).toEqual({
      Both: 'failed',
      Slow: 'aborted',
      Work: 'failed',
    });
    const caught = timeline(history([...parallel, exited(11, 'Parallel', 'Both'), entered(12, 'Pass', 'After')]));
    expect(caught.states.Both).toMatchObject({ status: 'caught', error: 'Bad', cause: 'why' });
    expect(caught.states.After?.lane).toBeNull();
  });

  test('that is tried again begins with fresh lanes', () => {
    const again = timeline(
      history([...parallel.slice(0, 10), [8, 'ParallelStateStarted'], entered(11, 'Wait', 'Slow')]),
    );
    expect(again.states.Both).toMatchObject({
      status: 'running',
      error: null,
      attempts: [{ status: 'failed' }, { status: 'running' }],
    });
    expect(again.states.Slow?.visits.map(({ status, lane }) => [status, lane?.index])).toEqual([
      ['aborted', 0],
      ['waiting', 0],
    ]);
  });

  test('that is tried again failed when its Fail state was entered, and waited from then on', () => {
    const again = timeline(
      history([
        ...parallel.slice(0, 4),
        entered(3, 'Fail', 'Broken'),
        [0, 'Nothing'],
        [0, 'Nothing'],
        [3, 'ParallelStateStarted'],
      ]),
    );
    expect(again.states.Broken).toMatchObject({ status: 'failed', exitedAt: 4000 });
    expect(again.states.Both?.attempts.map(({ startedAt, stoppedAt }) => [startedAt, stoppedAt])).toEqual([
      [2000, 4000],
      [7000, null],
    ]);
  });
});

const map: Short[] = [
  [0, 'ExecutionStarted', {}],
  entered(0, 'Map', 'Each'),
  [2, 'MapStateStarted', { length: 2 }],
  [3, 'MapIterationStarted', { name: 'Each', index: 0 }],
  [3, 'MapIterationStarted', { name: 'Each', index: 1 }],
  entered(4, 'Task', 'Work', '1'),
  entered(5, 'Task', 'Work', '2'),
  [7, 'LambdaFunctionScheduled', { input: '2' }],
  [8, 'LambdaFunctionStarted'],
  [9, 'LambdaFunctionFailed', { error: 'Bad' }],
];

describe('a Map', () => {
  test('tells of each iteration, and of its state in each', () => {
    const told = timeline(history(map));
    expect(told.states.Each?.iterations.map(({ index, status }) => [index, status])).toEqual([
      [0, 'running'],
      [1, 'running'],
    ]);
    expect(told.states.Work?.visits.map(({ input, lane, status }) => [input, lane?.index, status])).toEqual([
      ['1', 0, 'running'],
      ['2', 1, 'retrying'],
    ]);
  });

  test('that fails marks the failing iteration and those that were stopped', () => {
    const told = timeline(
      history([
        ...map,
        [10, 'MapIterationFailed', { name: 'Each', index: 1 }],
        [10, 'TaskStateAborted'],
        [10, 'MapIterationAborted', { name: 'Each', index: 0 }],
        [10, 'MapStateFailed'],
        [14, 'ExecutionFailed', { error: 'Bad' }],
      ]),
    );
    expect(told.states.Each).toMatchObject({
      status: 'failed',
      error: 'Bad',
      iterations: [{ status: 'aborted' }, { status: 'failed', error: 'Bad' }],
    });
    expect(told.states.Work).toMatchObject({ status: 'failed', visits: [{ status: 'aborted' }, { status: 'failed' }] });
  });

  test('that is distributed names its Map Run', () => {
    const told = timeline(
      history([
        ...map.slice(0, 3),
        [3, 'MapRunStarted', { mapRunArn: 'arn:run' }],
        [4, 'MapRunSucceeded'],
        [5, 'MapStateSucceeded'],
        exited(5, 'Map', 'Each', '[1]'),
      ]),
    );
    expect(told.states.Each).toMatchObject({ status: 'succeeded', mapRunArn: 'arn:run', length: 2, output: '[1]' });
  });
});

describe('folding', () => {
  const whole = history([
    ...map,
    [10, 'MapIterationFailed', { name: 'Each', index: 1 }],
    [10, 'MapStateFailed'],
    exited(12, 'Map', 'Each'),
    entered(13, 'Pass', 'End'),
  ]);
  const seen = ({ trace: _, ...rest }: ReturnType<typeof timeline>) => rest;

  test('event by event, or with overlapping pages, tells the same as all at once', () => {
    let one = emptyTimeline();
    for (const event of whole) one = foldEvents(one, [event]);
    let pages = emptyTimeline();
    for (let i = 0; i < whole.length; i += 2) pages = foldEvents(pages, whole.slice(Math.max(0, i - 1), i + 3));
    expect(seen(one)).toEqual(seen(timeline(whole)));
    expect(seen(pages)).toEqual(seen(timeline(whole)));
  });

  test('leaves alone what new events do not touch, and what it began with', () => {
    const before = timeline(whole.slice(0, 13));
    const was = structuredClone(seen(before));
    const after = foldEvents(before, whole.slice(13));
    expect(after.states.Work).toBe(before.states.Work);
    expect(after.states.End?.status).toBe('running');
    expect(seen(before)).toEqual(was);
    expect(foldEvents(after, whole)).toBe(after);
  });
});

test('a run that was stopped leaves nothing running', () => {
  expect(statuses(history([...map, [10, 'ExecutionAborted', {}]]))).toEqual({ Each: 'aborted', Work: 'failed' });
  expect(
    statuses(history([[0, 'ExecutionStarted', {}], entered(0, 'Wait', 'W'), [2, 'ExecutionTimedOut', {}]])),
  ).toEqual({ W: 'timed-out' });
});

test('terminalStatus reads the last word', () => {
  expect(terminalStatus(history(retried))).toBe('SUCCEEDED');
  expect(terminalStatus(history(retried.slice(0, 9)))).toBeNull();
  expect(terminalStatus([])).toBeNull();
});
