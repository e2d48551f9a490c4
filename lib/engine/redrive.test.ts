/** Redrives in the engine: what succeeded is kept, what did not runs again. */
import { describe, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { JsonObject } from '@/lib/base/json';
import { type RunOptions, redriveToEnd, runToEnd, type TaskAnswer } from './driver';
import { apply, emptySnapshot } from './step';
import type { Machine } from './types';

const evaluate: RunOptions['evaluate'] = (expression, bindings) => evaluateJsonata(expression, bindings);
const call = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { 'Payload.$': '$', name },
  ...more,
});
const machineOf = (StartAt: string, States: Record<string, JsonObject>): Machine => ({ StartAt, States });

/** Runs to the first end, then redrives once; `failing` says which calls fail the first time. */
async function twice(machine: Machine, input: JsonObject, failing: (name: string, payload: unknown) => boolean) {
  const calls: string[] = [];
  let first = true;
  const snapshot = emptySnapshot();
  const options: RunOptions = {
    evaluate,
    answer(asked): TaskAnswer {
      if (asked.kind !== 'StartTask') return { output: {} };
      const { name, Payload } = asked.input as { name: string; Payload: unknown };
      calls.push(`${name} ${JSON.stringify(Payload)}`);
      return first && failing(name, Payload)
        ? { error: 'Bad', cause: 'at first', after: 10 }
        : { output: { of: name }, after: name === 'z' ? 50 : 5 };
    },
  };
  const failed = await runToEnd(machine, input, { ...options, onStep: (step) => apply(snapshot, step.changes) });
  const before = calls.splice(0);
  first = false;
  const redriven = await redriveToEnd(machine, snapshot, Date.UTC(2030, 0, 2), options);
  return { failed, redriven, before, after: calls, ids: [...failed.events, ...redriven.events].map(({ id }) => id) };
}

const types = (events: { type: string }[]) => events.map(({ type }) => type);

describe('a redrive', () => {
  test('runs the failed state again, with its input, and goes on from there', async () => {
    const machine = machineOf('A', {
      A: call('a', { Next: 'B' }),
      B: call('b', { Next: 'C' }),
      C: call('c', { End: true }),
    });
    const { failed, redriven, before, after, ids } = await twice(machine, { n: 1 }, (name) => name === 'b');
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Bad' });
    expect(before).toEqual(['a {"n":1}', 'b {"of":"a"}']);
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', output: { of: 'c' } });
    expect(after).toEqual(['b {"of":"a"}', 'c {"of":"b"}']);
    expect(types(redriven.events).slice(0, 3)).toEqual(['ExecutionRedriven', 'TaskScheduled', 'TaskStarted']);
    expect(redriven.events[0]!.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
    expect(ids).toEqual(ids.map((_, i) => i + 1));
  });

  test('counts retries anew', async () => {
    const Retry = [{ ErrorEquals: ['Bad'], MaxAttempts: 2, IntervalSeconds: 1 }];
    const { before, after } = await twice(machineOf('A', { A: call('a', { End: true, Retry }) }), {}, () => true);
    expect(before).toHaveLength(3);
    expect(after).toHaveLength(1);
  });

  test('keeps the branches that succeeded, not those that were stopped', async () => {
    const branch = (name: string, more: JsonObject = {}) => ({
      StartAt: name,
      States: { [name]: call(name, { End: true, ...more }) },
    });
    const machine = machineOf('P', {
      P: { Type: 'Parallel', End: true, Branches: [branch('x'), branch('y'), branch('z')] },
    });
    const { redriven, after } = await twice(machine, {}, (name) => name === 'y');
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', output: [{ of: 'x' }, { of: 'y' }, { of: 'z' }] });
    expect(after).toEqual(['y {}', 'z {}']);
  });

  test('keeps the iterations that succeeded, begins those that had not begun', async () => {
    const each: JsonObject = {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: 'E', States: { E: call('e', { End: true }) } },
      End: true,
    };
    const { redriven, before, after } = await twice(
      machineOf('M', { M: each }),
      { items: [1, 2, 3, 4] },
      (_, n) => n === 3,
    );
    expect(before).toEqual(['e 1', 'e 2', 'e 3']);
    expect(after).toEqual(['e 3', 'e 4']);
    expect(redriven).toMatchObject({
      status: 'SUCCEEDED',
      output: [{ of: 'e' }, { of: 'e' }, { of: 'e' }, { of: 'e' }],
    });
  });

  test('goes down to the failed iteration of a Map in a branch, and keeps the variables there', async () => {
    const inner: JsonObject = {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      Items: '{% $list %}',
      ItemProcessor: {
        StartAt: 'E',
        States: {
          E: {
            Type: 'Task',
            QueryLanguage: 'JSONata',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { name: 'e', Payload: '{% $states.input * $factor %}' },
            End: true,
          },
        },
      },
      End: true,
    };
    const set: JsonObject = { Type: 'Pass', Assign: { list: [1, 2, 3], factor: 10 }, Next: 'P' };
    const branch = { StartAt: 'M', States: { M: inner } };
    const other = { StartAt: 'O', States: { O: call('o', { End: true }) } };
    const machine = machineOf('S', { S: set, P: { Type: 'Parallel', Branches: [branch, other], End: true } });
    const { redriven, after } = await twice(machine, {}, (_, n) => n === 20);
    expect(redriven.status).toBe('SUCCEEDED');
    expect(after).toEqual(['e 20']);
    expect(redriven.output).toEqual([[{ of: 'e' }, { of: 'e' }, { of: 'e' }], { of: 'o' }]);
  });

  test('a state whose own fields fail is run again, and fails again; so does Fail', async () => {
    const machine = machineOf('F', { F: { Type: 'Fail', Error: 'No', Cause: 'never' } });
    const { failed, redriven } = await twice(machine, {}, () => false);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'No' });
    expect(redriven).toMatchObject({ status: 'FAILED', error: 'No', cause: 'never' });
    expect(types(redriven.events)).toEqual(['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed']);
    const missing = machineOf('A', { A: { Type: 'Pass', InputPath: '$.none', End: true } });
    expect((await twice(missing, {}, () => false)).redriven).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });

  test('a failure that was caught before is not what a redrive goes back to', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B', ResultPath: null }];
    const machine = machineOf('A', { A: call('a', { End: true, Catch }), B: call('b', { End: true }) });
    const { failed, redriven, after } = await twice(machine, { n: 1 }, () => true);
    expect(failed.status).toBe('FAILED');
    expect(after).toEqual(['b {"n":1}']);
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', output: { of: 'b' } });
  });

  test('a Map Run starts the children that failed, and no other', async () => {
    const each: JsonObject = {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'E',
        States: { E: call('e', { End: true }) },
      },
      End: true,
    };
    const { failed, redriven, before, after } = await twice(
      machineOf('M', { M: each }),
      { items: [1, 2, 3] },
      (_, n) => n === 2,
    );
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(before).toEqual(['e 1', 'e 2']);
    expect(after).toEqual(['e 2', 'e 3']);
    expect(types(redriven.events).slice(0, 2)).toEqual(['ExecutionRedriven', 'MapRunRedriven']);
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', output: [{ of: 'e' }, { of: 'e' }, { of: 'e' }] });
  });
});
