/** Redrives in the engine: what succeeded is kept, what did not runs again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { JsonObject } from '@/lib/base/json';
import { type RunOptions, redriveToEnd, runToEnd, type TaskAnswer } from './driver';
import { options as ownAnswers, machineOf as randomMachine, scope } from './random-machines';
import { apply, emptySnapshot, pending, step } from './step';
import type { Changes, Host, Machine, Outcome, Snapshot } from './types';

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

  test('gives the whole machine its time again', async () => {
    const machine = { ...machineOf('A', { A: call('a', { End: true }) }), TimeoutSeconds: 10 };
    const snapshot = emptySnapshot();
    const options: RunOptions = { evaluate, answer: () => 'never' };
    const late = await runToEnd(machine, {}, { ...options, onStep: (one) => apply(snapshot, one.changes) });
    expect(late).toMatchObject({ status: 'TIMED_OUT', took: 10_000 });
    const answer = (): TaskAnswer => ({ output: {}, after: 9_000 });
    expect(await redriveToEnd(machine, snapshot, Date.UTC(2030, 0, 2), { evaluate, answer })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  test('an Express execution, child of a Map Run, begins at its first state', async () => {
    const again = { Variable: '$$.Execution.RedriveCount', NumericEquals: 1, Next: 'Good' };
    const machine = machineOf('Ask', {
      Ask: { Type: 'Choice', Choices: [again], Default: 'Bad' },
      Bad: { Type: 'Fail', Error: 'No' },
      Good: { Type: 'Pass', End: true },
    });
    const snapshot = emptySnapshot();
    const onStep: RunOptions['onStep'] = (one) => apply(snapshot, one.changes);
    expect(await runToEnd(machine, { n: 1 }, { evaluate, onStep })).toMatchObject({ status: 'FAILED', error: 'No' });
    const host = { evaluate, random: () => 0, uuid: () => 'uuid' };
    const event = { kind: 'Redrive', at: Date.UTC(2030, 0, 2), redriveCount: 1, afresh: true } as const;
    const outcome = await step(machine, snapshot, event, host);
    expect(types(outcome.events)).toEqual([
      ...['ExecutionRedriven', 'ChoiceStateEntered', 'ChoiceStateExited'],
      ...['PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'],
    ]);
    expect(outcome.end).toEqual({ status: 'SUCCEEDED', output: '{"n":1}' });
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

describe('a run that is stopped anywhere, and redriven', () => {
  const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  let ids = 0;
  const host: Host = { evaluate, random: () => 0.5, uuid: () => `again-${++ids}` };

  test('comes to the end that it would have had, however often', async () => {
    await fc.assert(
      fc.asyncProperty(scope, async (plans) => {
        const machine = randomMachine(plans);
        const log: { changes: Changes; at: number }[] = [];
        const whole = await runToEnd(machine, 1, {
          ...ownAnswers,
          onStep: ({ changes, at }) => log.push(throughJson({ changes, at })),
        });
        const every = Math.max(1, Math.floor(log.length / 8));
        for (const [k, { at }] of log.entries()) {
          if (k === log.length - 1 || k % every !== 0) continue;
          const snapshot: Snapshot = emptySnapshot();
          for (const { changes } of log.slice(0, k + 1)) apply(snapshot, throughJson(changes));
          let ended: Outcome['end'];
          for (const redriveCount of [1, 2]) {
            const stopped = await step(machine, snapshot, { kind: 'Stop', at }, host);
            apply(snapshot, throughJson(stopped.changes));
            expect(pending(machine, snapshot)).toEqual([]);
            if (redriveCount === 2) break;
            const taken = await step(machine, snapshot, { kind: 'Redrive', at, redriveCount }, host);
            apply(snapshot, throughJson(taken.changes));
            ended = taken.end;
            if (ended) break;
          }
          if (ended) {
            // A short run comes to its end within the redrive's own step.
            const output = ended.output === undefined ? undefined : JSON.parse(ended.output);
            expect([ended.status, output, ended.error]).toEqual([whole.status, whole.output, whole.error]);
            continue;
          }
          const again = await redriveToEnd(machine, snapshot, at, ownAnswers);
          expect([again.status, again.output, again.error]).toEqual([whole.status, whole.output, whole.error]);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
