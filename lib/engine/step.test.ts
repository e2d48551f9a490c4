/** What rows of data cannot say: stopping, limits, turns, what a step writes, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { factsFor, type RunOptions, runToEnd, START } from './driver';
import { apply, emptySnapshot, pending, step } from './step';
import type { EngineEvent, Host, Machine, Outcome, Snapshot } from './types';

const options: RunOptions = { evaluate: evaluateJsonata };
const host: Host = { evaluate: evaluateJsonata, random: () => 0, uuid: () => 'uuid' };
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:work';
const machineOf = (StartAt: string, States: Machine['States'], more = {}): Machine => ({ StartAt, States, ...more });

/** An execution taken by hand, event by event. */
async function begun(machine: Machine, input = '{}') {
  const snapshot: Snapshot = emptySnapshot();
  const send = async (event: EngineEvent): Promise<Outcome> => {
    const outcome = await step(machine, snapshot, event, host);
    apply(snapshot, outcome.changes);
    return outcome;
  };
  const first = await send({ kind: 'Start', at: START, facts: factsFor(input, START) });
  return { snapshot, send, first };
}

describe('stopping', () => {
  const machine = machineOf('P', {
    P: {
      Type: 'Parallel',
      Branches: [
        machineOf('T', { T: { Type: 'Task', Resource: FUNCTION, TimeoutSeconds: 9, End: true } }),
        machineOf('W', { W: { Type: 'Wait', Seconds: 60, End: true } }),
      ],
      End: true,
    },
  });

  test('cancels tasks and clears timers, and leaves nothing pending, only where to go on from', async () => {
    const { snapshot, send, first } = await begun(machine);
    const outcome = await send({ kind: 'Stop', at: START + 5, error: 'Enough', cause: 'said so' });
    expect(outcome.events.map((event) => event.type)).toEqual(['ExecutionAborted']);
    expect(outcome.events[0]?.executionAbortedEventDetails).toEqual({ error: 'Enough', cause: 'said so' });
    expect(outcome.end).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'said so' });
    const begunTasks = first.commands.filter((c) => c.kind === 'StartTask').map((c) => c.task);
    const begunTimers = first.commands.filter((c) => c.kind === 'SetTimer').map((c) => c.timer);
    expect(outcome.commands.filter((c) => c.kind === 'CancelTask').map((c) => c.task)).toEqual(begunTasks);
    expect(
      outcome.commands
        .filter((c) => c.kind === 'ClearTimer')
        .map((c) => c.timer)
        .sort(),
    ).toEqual(begunTimers.sort());
    expect(pending(machine, snapshot)).toEqual([]);
    // what stays is what a redrive goes on from
    expect(Object.keys(snapshot.frames).filter((id) => id.startsWith('thread:'))).toHaveLength(3);
  });

  test('comes once: what follows changes nothing', async () => {
    const { send } = await begun(machine);
    await send({ kind: 'Stop', at: START + 5 });
    for (const event of [
      { kind: 'Stop' },
      { kind: 'Continue' },
      { kind: 'TaskSucceeded', task: 'task:4', output: 1 },
    ] as const) {
      expect(await send({ ...event, at: START + 6 })).toEqual({
        events: [],
        changes: { put: [], drop: [] },
        commands: [],
      });
    }
  });
});

describe('limits', () => {
  test('a standard execution fails at 25,000 events, an express one goes on', async () => {
    const loop = machineOf('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
    const run = await runToEnd(loop, {}, options);
    expect(run.events).toHaveLength(25_000);
    expect({ status: run.status, error: run.error, cause: run.cause }).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    const counting = machineOf(
      'A',
      {
        A: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input > 0 %}', Output: '{% $states.input - 1 %}', Next: 'A' }],
          Default: 'Z',
        },
        Z: { Type: 'Succeed' },
      },
      { QueryLanguage: 'JSONata' },
    );
    expect((await runToEnd(counting, 13_000, { ...options, facts: { type: 'EXPRESS' } })).output).toBe(0);
  });

  /** A chain of states like this one. @returns how many events each of its steps recorded */
  async function stepsOf(length: number, state: object, input: Json, more = {}): Promise<number[]> {
    const States: Machine['States'] = {};
    for (let i = 0; i < length; i++)
      States[`S${i}`] = { Type: 'Pass', ...state, ...(i < length - 1 ? { Next: `S${i + 1}` } : { End: true }) };
    const steps: number[] = [];
    const onStep: RunOptions['onStep'] = ({ events }) => steps.push(events.length);
    const run = await runToEnd(machineOf('S0', States, more), input, { ...options, onStep });
    expect(run.status).toBe('SUCCEEDED');
    return steps;
  }

  test('a long chain takes turns, the first a short one', async () => {
    expect(await stepsOf(2_500, {}, { a: 1 })).toEqual([401, 2_000, 2_000, 601]);
  });

  test('turns are shorter where expressions have to be waited for', async () => {
    const state = { Output: '{% $merge([$states.input, {"b": 2}]) %}' };
    expect(await stepsOf(500, state, { a: 1 }, { QueryLanguage: 'JSONata' })).toEqual([81, 400, 400, 121]);
  });

  test('turns are shorter with much data', async () => {
    const steps = await stepsOf(100, {}, 'x'.repeat(200_000));
    expect(steps.reduce((sum, events) => sum + events)).toBe(202);
    expect(Math.max(...steps)).toBeLessThan(30);
  });
});

describe('what a step writes', () => {
  test('does not grow with the number of items of a Map', async () => {
    const machine = machineOf('M', {
      M: {
        Type: 'Map',
        ItemProcessor: machineOf('T', { T: { Type: 'Task', Resource: FUNCTION, End: true } }),
        End: true,
      },
    });
    const largest = async (items: number): Promise<number> => {
      const sizes: number[] = [];
      const run = await runToEnd(machine, [...Array(items).keys()], {
        ...options,
        facts: { type: 'EXPRESS' },
        onStep: ({ changes }) => sizes.push(JSON.stringify(changes).length),
      });
      expect(run.status).toBe('SUCCEEDED');
      return Math.max(...sizes.slice(1, -1));
    };
    expect(await largest(5000)).toBeLessThan((await largest(200)) * 1.2);
  });

  test('leaves the snapshot as it was', async () => {
    const machine = machineOf('M', {
      M: {
        Type: 'Map',
        ItemProcessor: machineOf('T', { T: { Type: 'Task', Resource: FUNCTION, End: true } }),
        End: true,
      },
    });
    await runToEnd(machine, [1, 2, 3], {
      ...options,
      onStep({ snapshot }) {
        // frozen after the fact: the next step would throw if it changed a frame in place
        const freeze = (value: unknown): void => {
          if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
          Object.freeze(value);
          Object.values(value).forEach(freeze);
        };
        Object.values(snapshot.frames).forEach(freeze);
      },
    });
  });
});

test('a payload that no state touches keeps its own text', async () => {
  const machine = machineOf('P', {
    P: { Type: 'Parallel', Branches: [machineOf('A', { A: { Type: 'Pass', End: true } })], End: true },
  });
  const run = await runToEnd(machine, null, { ...options, inputText: '{ "a":  [1, 2] }' });
  expect(run.outputText).toBe('[{ "a":  [1, 2] }]');
  expect(run.events[1]?.stateEnteredEventDetails?.input).toBe('{ "a":  [1, 2] }');
});

test('a timer that fires early is not heard', async () => {
  const { send, first } = await begun(machineOf('W', { W: { Type: 'Wait', Seconds: 60, End: true } }));
  const timer = first.commands.find((c) => c.kind === 'SetTimer')?.timer ?? '';
  expect((await send({ kind: 'TimerFired', at: START + 59_999, timer })).events).toEqual([]);
  expect((await send({ kind: 'TimerFired', at: START + 60_000, timer })).end?.status).toBe('SUCCEEDED');
});

test('a heartbeat puts off the end of a task', async () => {
  const { send, first } = await begun(
    machineOf('T', {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'f' },
        HeartbeatSeconds: 10,
        End: true,
      },
    }),
  );
  const task = first.commands.find((c) => c.kind === 'StartTask')?.task ?? '';
  const timer = first.commands.find((c) => c.kind === 'SetTimer')?.timer ?? '';
  const beat = await send({ kind: 'TaskHeartbeat', at: START + 9_000, task });
  expect(beat.commands).toEqual([{ kind: 'SetTimer', timer, dueAt: START + 19_000 }]);
  expect((await send({ kind: 'TimerFired', at: START + 10_000, timer })).events).toEqual([]);
  expect((await send({ kind: 'TimerFired', at: START + 19_000, timer })).end?.error).toBe('States.Timeout');
});

test('an activity that does not exist fails the execution before it is scheduled', async () => {
  const machine = machineOf('A', {
    A: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:000000000000:activity:gone', End: true },
  });
  const outcome = await step(
    machine,
    emptySnapshot(),
    { kind: 'Start', at: START, facts: factsFor('{}', START) },
    { ...host, exists: () => false },
  );
  expect(outcome.events.map((event) => event.type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ExecutionFailed',
  ]);
  expect(outcome.end?.cause).toBe(
    "An error occurred while executing the state 'A' (entered at the event id #2). The activity arn:aws:states:us-east-1:000000000000:activity:gone does not exist.",
  );
});

test('a fault of the host is not recorded as the workflow’s', async () => {
  const machine = machineOf('A', { A: { Type: 'Pass', Output: '{% 1 %}', End: true } }, { QueryLanguage: 'JSONata' });
  const evaluate = () => {
    throw new Problem('EVALUATOR_CLOSED', 'The evaluator is closed.', 'Start the local cloud again.');
  };
  const start: EngineEvent = { kind: 'Start', at: START, facts: factsFor('{}', START) };
  await expect(step(machine, emptySnapshot(), start, { ...host, evaluate })).rejects.toThrow(
    'The evaluator is closed.',
  );
});

test.each([
  ['no states', { StartAt: 'A' }],
  ['no start', { States: { A: { Type: 'Succeed' } } }],
  ['a state that is not an object', { StartAt: 'A', States: { A: 7 } }],
  ['a Parallel without branches', { StartAt: 'A', States: { A: { Type: 'Parallel', End: true } } }],
  ['a branch without states', { StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [{}], End: true } } }],
  ['a Map without a processor', { StartAt: 'A', States: { A: { Type: 'Map', ItemsPath: '$.l', End: true } } }],
  ['a Task without a resource', { StartAt: 'A', States: { A: { Type: 'Task', End: true } } }],
  [
    'a Choice whose rules are no rules',
    { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [1, null], Default: 'B' } } },
  ],
  ['a Wait that waits for nothing', { StartAt: 'A', States: { A: { Type: 'Wait', End: true } } }],
  [
    'a retrier of nonsense',
    {
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: 'x', Retry: [{ ErrorEquals: 5 }, 'no'], Catch: { a: 1 }, End: true } },
    },
  ],
  [
    'a path of nonsense',
    { StartAt: 'A', States: { A: { Type: 'Pass', InputPath: 5, ResultPath: '$$$[', End: true } } },
  ],
])('a definition with %s fails its execution, never the engine', async (_, machine) => {
  const run = await runToEnd(machine as unknown as Machine, { l: [1] }, options);
  expect(run.status).toBe('FAILED');
  expect(run.events.at(-1)?.type).toBe('ExecutionFailed');
});
