/**
 * The mix of workloads that crashes fall upon, with what each must come to: the oracle is the engine itself, run in this
 * process on a clock of its own.
 * @module
 */
import { evaluateJsonata } from '@/lib/asl/jsonata';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { type Asked, runToEnd, type TaskAnswer } from '@/lib/engine/driver';
import type { Machine } from '@/lib/engine/types';
import { work } from './functions';
import { functionArn } from './wire';

export type MixName = 'wait' | 'map' | 'parallel' | 'retry' | 'callback' | 'loop';
type Entry = { definition: JsonObject; input(name: string, random: () => number): JsonObject };

const LOOP_TURNS = 50;
const whole = (random: () => number, from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const task = (step: string, rest: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: functionArn('work'),
  Arguments: {
    step: `{% $states.context.Execution.Input.name & "/${step}" %}`,
    value: '{% $states.context.Execution.Input.value %}',
  },
  ...rest,
});

export const MIX: Record<MixName, Entry> = {
  wait: {
    definition: {
      StartAt: 'Hold',
      States: {
        Hold: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Held' },
        Held: { Type: 'Pass', Result: true, ResultPath: '$.held', End: true },
      },
    },
    input: (name, random) => ({ name, seconds: whole(random, 1, 5) }),
  },
  map: {
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          MaxConcurrency: 6,
          ItemSelector: {
            'step.$': `States.Format('{}/{}', $.name, $$.Map.Item.Index)`,
            'value.$': '$$.Map.Item.Value',
          },
          ItemProcessor: {
            StartAt: 'Work',
            States: { Work: { Type: 'Task', Resource: functionArn('work'), End: true } },
          },
          End: true,
        },
      },
    },
    input: (name, random) => ({ name, items: Array.from({ length: 20 }, () => whole(random, 0, 99)) }),
  },
  parallel: {
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Fork',
      States: {
        Fork: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'A', States: { A: task('A', { End: true }) } },
            { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 1, Next: 'B2' }, B2: task('B2', { End: true }) } },
            { StartAt: 'C', States: { C: { Type: 'Pass', Output: '{% $states.input.value + 1 %}', End: true } } },
            {
              StartAt: 'D',
              States: {
                D: task('D', {
                  Resource: functionArn('boom'),
                  Catch: [
                    {
                      ErrorEquals: ['Battery.Boom'],
                      Output: { caught: '{% $states.errorOutput.Error %}' },
                      Next: 'D2',
                    },
                  ],
                  End: true,
                }),
                D2: { Type: 'Succeed' },
              },
            },
            { StartAt: 'E', States: { E: task('E', { Next: 'E2' }), E2: task('E2', { End: true }) } },
          ],
          End: true,
        },
      },
    },
    input: (name, random) => ({ name, value: whole(random, 0, 999) }),
  },
  retry: {
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Flaky',
      States: {
        Flaky: {
          Type: 'Task',
          Resource: functionArn('flaky'),
          Arguments: {
            step: '{% $states.input.name & "/flaky" %}',
            failures: '{% $states.input.failures %}',
            tries: '{% $states.context.State.RetryCount %}',
          },
          Retry: [
            {
              ErrorEquals: ['Battery.Flaky'],
              IntervalSeconds: 1,
              BackoffRate: 2,
              MaxAttempts: 3,
              JitterStrategy: 'FULL',
            },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Output: { gaveUp: '{% $states.errorOutput.Error %}' }, Next: 'Over' }],
          End: true,
        },
        Over: { Type: 'Succeed' },
      },
    },
    input: (name, random) => ({ name, failures: whole(random, 1, 4) }),
  },
  callback: {
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Arguments: {
            FunctionName: functionArn('ask'),
            Payload: { step: '{% $states.input.name & "/ask" %}', token: '{% $states.context.Task.Token %}' },
          },
          TimeoutSeconds: 600,
          End: true,
        },
      },
    },
    input: (name) => ({ name }),
  },
  loop: {
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Init',
      States: {
        Init: { Type: 'Pass', Assign: { n: 0, sum: 0, factor: '{% $states.input.factor %}' }, Next: 'Check' },
        Check: {
          Type: 'Choice',
          Choices: [
            { Condition: `{% $n >= ${LOOP_TURNS} %}`, Next: 'Done' },
            { Condition: '{% $n = 25 and $not($exists($held)) %}', Next: 'Hold', Assign: { held: true } },
          ],
          Default: 'Turn',
        },
        Hold: { Type: 'Wait', Seconds: 1, Next: 'Check' },
        Turn: { Type: 'Pass', Assign: { n: '{% $n + 1 %}', sum: '{% $sum + $n * $factor %}' }, Next: 'Check' },
        Done: { Type: 'Succeed', Output: { n: '{% $n %}', sum: '{% $sum %}' } },
      },
    },
    input: (_name, random) => ({ factor: whole(random, 1, 1000) }),
  },
};

export const MIX_NAMES = Object.keys(MIX) as MixName[];

/** What whoever holds the token of a step says. */
export const callbackAnswer = (step: string): JsonObject => ({ answered: step });

/** How the oracle's tasks answer: by the same functions as the endpoint's. */
function answer(command: Asked): TaskAnswer {
  if (command.kind !== 'StartTask') return { output: {} };
  if (command.pattern === 'waitForTaskToken') {
    const step = own(own(command.input, 'Payload'), 'step');
    return { output: callbackAnswer(String(step)) };
  }
  const reply = work(command.resource.split(':').pop() ?? '', command.input);
  return 'error' in reply ? { error: reply.error, cause: reply.cause } : { output: reply.output };
}

export type Golden = { status: string; output: Json };

export async function golden(definition: JsonObject, input: Json): Promise<Golden> {
  const {
    status,
    output = null,
    error,
  } = await runToEnd(definition as Machine, input, { answer, evaluate: evaluateJsonata });
  return { status, output: status === 'SUCCEEDED' ? output : { error: error ?? null } };
}

/** DescribeExecution in the oracle's words */
export const cameTo = (said: JsonObject): Golden => ({
  status: String(said.status),
  output: said.status === 'SUCCEEDED' ? (JSON.parse(String(said.output)) as Json) : { error: said.error ?? null },
});

// ---- what a history must be ---------------------------------------------------------------------------------------

const ENDS_RUN = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;
const ENDS_TASK = /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut)$/;
const SCHEDULES = /^(Task|LambdaFunction|Activity)Scheduled$/;

/** @returns the words of what is wrong, or null: ids without gaps, one end in last place, no task that ended twice */
export function judgeHistory(events: readonly JsonObject[]): string | null {
  const byId = new Map(events.map((event) => [Number(event.id), event]));
  const ended = new Set<number>();
  for (const [i, event] of events.entries()) {
    const type = String(event.type);
    if (event.id !== i + 1) return `event ${i + 1} has id ${String(event.id)}`;
    if (ENDS_RUN.test(type) !== (i === events.length - 1)) return `${type} is event ${i + 1} of ${events.length}`;
    if (Number(event.previousEventId) >= i + 1) return `event ${i + 1} follows ${String(event.previousEventId)}`;
    if (i > 0 && Number(event.timestamp) < Number(events[i - 1]?.timestamp))
      return `event ${i + 1} is before the one before it`;
    if (!ENDS_TASK.test(type)) continue;
    let scheduled = byId.get(Number(event.previousEventId));
    while (scheduled && !SCHEDULES.test(String(scheduled.type)))
      scheduled = byId.get(Number(scheduled.previousEventId));
    const id = Number(scheduled?.id ?? 0);
    if (ended.has(id)) return `the task of event ${id} ended twice`;
    ended.add(id);
  }
  return null;
}

/** @returns the words of a change of what was once seen, or null */
export function judgePrefix(before: readonly JsonObject[], after: readonly JsonObject[]): string | null {
  if (after.length < before.length) return `${before.length} events had been seen, now there are ${after.length}`;
  const changed = before.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(after[i]));
  return changed < 0 ? null : `event ${changed + 1} was changed`;
}

export const stepOf = (input: Json): string => (isObject(input) ? String(input.step ?? '') : '');
