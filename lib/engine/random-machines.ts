/**
 * Test support: random machines of every state type, and tasks whose answers depend on nothing but what they are given.
 * @module
 */
import fc from 'fast-check';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import { type JsonObject, own } from '@/lib/base/json';
import type { RunOptions, TaskAnswer } from './driver';
import type { Machine } from './types';

/** What one state does; a scope is a chain of these. */
type Plan =
  | { kind: 'add'; n: number }
  | { kind: 'keep' }
  | { kind: 'wait'; seconds: number }
  | { kind: 'task'; failures: number; retries: number; caught: boolean; after: number }
  | { kind: 'choice'; than: number }
  | { kind: 'loop'; times: number }
  | { kind: 'parallel'; branches: Plan[][] }
  | { kind: 'map'; concurrency: number; items: number; plan: Plan[] }
  | { kind: 'run'; items: number; plan: Plan[] };

const small = fc.integer({ min: 0, max: 3 });
export const { scope } = fc.letrec<{ plan: Plan; scope: Plan[] }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant('add' as const), n: small }),
    fc.record({ kind: fc.constant('keep' as const) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: small }),
    fc.record({
      kind: fc.constant('task' as const),
      failures: small,
      retries: small,
      caught: fc.boolean(),
      after: fc.integer({ min: 0, max: 5000 }),
    }),
    fc.record({ kind: fc.constant('choice' as const), than: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ kind: fc.constant('loop' as const), times: small }),
    fc.record({
      kind: fc.constant('parallel' as const),
      branches: fc.array(tie('scope'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('map' as const), concurrency: small, items: small, plan: tie('scope') }),
    fc.record({ kind: fc.constant('run' as const), items: small, plan: tie('scope') }),
  ),
  scope: fc.array(tie('plan'), { minLength: 1, maxLength: 4 }),
}));

/** Every state takes a number, or a list of what inner scopes came to, and hands on a number. */
const NUMBER = '{% $type($states.input) = "number" ? $states.input : $count($states.input) %}';

export function machineOf(plans: Plan[]): Machine {
  let names = 0;
  const scopeOf = (steps: Plan[]): { StartAt: string; States: Record<string, JsonObject> } => {
    const States: Record<string, JsonObject> = {};
    const ids = steps.map(() => `S${names++}`);
    steps.forEach((plan, i) => {
      const name = ids[i] ?? '';
      const next: JsonObject = ids[i + 1] === undefined ? { End: true } : { Next: ids[i + 1] ?? '' };
      const choiceNext = ids[i + 1] ?? `${name}end`;
      if (ids[i + 1] === undefined && (plan.kind === 'choice' || plan.kind === 'loop'))
        States[choiceNext] = { Type: 'Succeed' };
      Object.assign(States, statesOf(plan, name, next, choiceNext));
    });
    return { StartAt: ids[0] ?? '', States };
  };
  const statesOf = (plan: Plan, name: string, next: JsonObject, choiceNext: string): Record<string, JsonObject> => {
    switch (plan.kind) {
      case 'add':
        return {
          [name]: {
            Type: 'Pass',
            Assign: { total: `{% ($exists($total) ? $total : 0) + ${plan.n} %}` },
            Output: `{% $number(${NUMBER.slice(2, -2)}) + ${plan.n} %}`,
            ...next,
          },
        };
      case 'keep':
        return { [name]: { Type: 'Pass', Output: '{% $exists($total) ? $total : 100 %}', ...next } };
      case 'wait':
        return { [name]: { Type: 'Wait', Seconds: plan.seconds, ...next } };
      case 'task':
        return {
          [name]: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:000000000000:function:work',
            Arguments: {
              n: NUMBER,
              failures: plan.failures,
              after: plan.after,
              tries: '{% $states.context.State.RetryCount %}',
            },
            Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: plan.retries, IntervalSeconds: 1, JitterStrategy: 'FULL' }],
            ...(plan.caught && { Catch: [{ ErrorEquals: ['States.ALL'], Output: 7, Next: `${name}caught` }] }),
            ...next,
          },
          ...(plan.caught && { [`${name}caught`]: { Type: 'Pass', ...next } }),
        };
      case 'choice':
        return {
          [name]: {
            Type: 'Choice',
            Choices: [
              { Condition: `{% $number(${NUMBER.slice(2, -2)}) > ${plan.than} %}`, Output: 1, Next: choiceNext },
            ],
            Default: choiceNext,
          },
        };
      case 'loop':
        return {
          [name]: { Type: 'Pass', Assign: { [`${name}i`]: plan.times }, Next: `${name}test` },
          [`${name}test`]: {
            Type: 'Choice',
            Choices: [
              {
                Condition: `{% $${name}i > 0 %}`,
                Assign: { [`${name}i`]: `{% $${name}i - 1 %}` },
                Next: `${name}test`,
              },
            ],
            Default: choiceNext,
          },
        };
      case 'parallel':
        return { [name]: { Type: 'Parallel', Branches: plan.branches.map(scopeOf), ...next } };
      case 'map':
      case 'run': {
        const processor = {
          ...(plan.kind === 'run' && { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }),
          ...scopeOf(plan.plan),
        };
        const items = Array.from({ length: plan.items }, (_, i) => i);
        return {
          [name]: {
            Type: 'Map',
            MaxConcurrency: plan.kind === 'map' ? plan.concurrency : 2,
            Items: items,
            ItemSelector: '{% $states.context.Map.Item.Value %}',
            ItemProcessor: processor,
            ...next,
          },
        };
      }
    }
  };
  return { QueryLanguage: 'JSONata', ...scopeOf(plans) } as unknown as Machine;
}

/** Fails as often as its arguments say: what was asked before does not matter. */
const answer: RunOptions['answer'] = (command): TaskAnswer => {
  if (command.kind !== 'StartTask') return { output: {} };
  const number = (name: string) => Number(own(command.input, name) ?? 0);
  if (number('tries') < number('failures')) return { error: 'Boom', cause: 'of the test', after: number('after') };
  return { output: number('n') + 1, after: number('after') };
};
export const options: RunOptions = { evaluate: evaluateJsonata, answer };
