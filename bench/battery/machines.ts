/**
 * Random machines that AWS accepts, in both query languages, for `reference.ts` to foretell.
 *
 *   random() ──▶ definition     every state type, retries, catches, variables, nested Parallel and Map, child workflows
 *
 * What flows through a JSONPath machine is an object with a number `n` and a list `list`; through a JSONata one a number.
 * Now and then something is asked for that is not there, so that errors flow too.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:work';
const DEEPEST = 3;

export function randomMachine(random: () => number): JsonObject {
  const language = random() < 0.5 ? 'JSONata' : 'JSONPath';
  return { QueryLanguage: language, ...new Maker(random, language === 'JSONata').scope(0) };
}

class Maker {
  private names = 0;
  constructor(
    private readonly random: () => number,
    private readonly jsonata: boolean,
  ) {}

  private upTo = (n: number): number => Math.floor(this.random() * (n + 1));
  private chance = (part: number): boolean => this.random() < part;
  private pick = <T>(choices: readonly T[]): T => choices[this.upTo(choices.length - 1)] as T;

  /** A chain of one to four states, with the side roads that they need. */
  scope(depth: number): { StartAt: string; States: JsonObject } {
    const names = Array.from({ length: 1 + this.upTo(3) }, () => `S${this.names++}`);
    const States: JsonObject = {};
    const last = `S${this.names++}`;
    for (const [i, name] of names.entries()) {
      const next = names[i + 1] ?? last;
      Object.assign(States, this.state(name, next, depth));
    }
    States[last] = this.pick<() => JsonObject>([
      () => ({ Type: 'Succeed' }),
      () => ({ Type: 'Pass', End: true }),
      () => ({ Type: 'Wait', Seconds: this.upTo(2), End: true }),
      () => (this.chance(0.15) ? { Type: 'Fail', Error: 'Fell' } : { Type: 'Succeed' }),
    ])();
    return { StartAt: names[0] as string, States };
  }

  private state(name: string, next: string, depth: number): JsonObject {
    const kinds: ((name: string, next: string, depth: number) => JsonObject)[] = [
      this.pass,
      this.pass,
      this.wait,
      this.task,
      this.task,
      this.choice,
      this.loop,
    ];
    if (depth < DEEPEST) kinds.push(this.parallel, this.map, this.map);
    return this.pick(kinds)(name, next, depth);
  }

  /** the number that this state was given, in JSONata */
  private n = '($type($states.input) = "number" ? $states.input : $count($states.input))';

  private pass = (name: string, next: string): JsonObject => {
    const k = this.upTo(5);
    const inJsonata = (): JsonObject[] => [
      { Output: `{% ${this.n} + ${k} %}`, Assign: { seen: `{% ${this.n} %}` } },
      { Output: `{% $exists($seen) ? $seen * 2 : ${k} %}` },
      { Output: { kept: k, of: `{% ${this.n} %}` } },
      { Assign: { seen: `{% ($exists($seen) ? $seen : 0) + ${k} %}`, was: '{% $exists($seen) %}' } },
      { Output: `{% [1..${k}] %}` },
      { Output: this.chance(0.2) ? '{% $states.input.nothing.here %}' : k },
    ];
    const inPath = (): JsonObject[] => [
      { Parameters: { 'n.$': `States.MathAdd($.n, ${k})`, 'list.$': '$.list' }, Assign: { 'seen.$': '$.n' } },
      { Result: { n: k, list: [k, k + 1] } },
      { Result: k, ResultPath: '$.n' },
      { Parameters: { 'all.$': `States.Array($.n, ${k})` }, ResultPath: '$.extra' },
      { Parameters: { 'n.$': 'States.ArrayLength($.list)', 'list.$': '$.list' } },
      { Result: 'dropped', ResultPath: null },
      { Parameters: { n: k, 'list.$': '$.list', text: 'x', 'said.$': "States.Format('n is {}', $.n)" } },
      { Parameters: { inner: { 'n.$': '$.n', 'list.$': '$.list' } }, OutputPath: '$.inner' },
      this.chance(0.2) ? { InputPath: '$.nothing' } : { Assign: { seen: k } },
    ];
    return { [name]: { Type: 'Pass', ...this.pick(this.jsonata ? inJsonata() : inPath()), Next: next } };
  };

  private wait = (name: string, next: string): JsonObject => {
    const seconds = this.upTo(3);
    const how: JsonObject = this.jsonata
      ? { Seconds: this.chance(0.5) ? seconds : `{% ${seconds} * 1 %}` }
      : { Seconds: seconds };
    return { [name]: { Type: 'Wait', ...how, Next: next } };
  };

  private retry = (): JsonObject =>
    this.chance(0.6)
      ? {
          Retry: [
            {
              ErrorEquals: [this.pick(['Boom', 'States.ALL', 'States.TaskFailed', 'Other'])],
              ...(this.chance(0.8) && { MaxAttempts: this.upTo(3) }),
              IntervalSeconds: 1,
            },
          ].map((one) => one as JsonObject),
        }
      : {};

  /** @returns the fields, and the state to which the error leads */
  private caught(name: string, next: string): { fields: JsonObject; more: JsonObject } {
    if (this.chance(0.4)) return { fields: {}, more: {} };
    const to = `${name}caught`;
    const ErrorEquals = [this.pick(['States.ALL', 'States.ALL', 'Boom', 'States.ExceedToleratedFailureThreshold'])];
    const k = this.upTo(9);
    const catcher: JsonObject = this.jsonata
      ? { Output: this.chance(0.5) ? k : '{% $length($states.errorOutput.Error) %}', Assign: { seen: k } }
      : { ResultPath: null, Assign: { 'failed.$': '$.Error', seen: k } };
    return {
      fields: { Catch: [{ ErrorEquals, ...catcher, Next: to }] },
      more: { [to]: { Type: 'Pass', Next: next } },
    };
  }

  private task = (name: string, next: string): JsonObject => {
    const failures = this.chance(0.5) ? 0 : 1 + this.upTo(3);
    const { fields, more } = this.caught(name, next);
    const given: JsonObject = this.jsonata
      ? { Arguments: { n: `{% ${this.n} %}`, failures, tries: '{% $states.context.State.RetryCount %}' } }
      : {
          Parameters: { 'n.$': '$.n', failures, 'tries.$': '$$.State.RetryCount' },
          ...this.pick<JsonObject>([
            { ResultPath: '$.n' },
            { ResultPath: null },
            { ResultSelector: { 'n.$': '$', list: [1, 2] } },
          ]),
        };
    return { [name]: { Type: 'Task', Resource: FUNCTION, ...given, ...this.retry(), ...fields, Next: next }, ...more };
  };

  private choice = (name: string, next: string): JsonObject => {
    const than = this.upTo(9);
    const side = `${name}side`;
    const rule: JsonObject = this.jsonata
      ? this.pick<JsonObject>([
          { Condition: `{% ${this.n} > ${than} %}`, Output: this.upTo(9) },
          { Condition: `{% $exists($seen) and $seen >= ${than} %}`, Assign: { seen: 0 } },
          { Condition: this.chance(0.2) ? `{% ${than} %}` : '{% true %}' },
        ])
      : this.pick<JsonObject>([
          { Variable: '$.n', NumericGreaterThan: than },
          { And: [{ Variable: '$.n', IsPresent: true }, { Not: { Variable: '$.n', NumericEquals: than } }] },
          {
            Or: [
              { Variable: '$.text', IsPresent: true },
              { Variable: '$.list[0]', IsNumeric: true },
            ],
          },
          { Variable: '$.text', StringEquals: 'x' },
        ]);
    const bare = this.chance(0.1);
    return {
      [name]: { Type: 'Choice', Choices: [{ ...rule, Next: side }], ...(!bare && { Default: next }) },
      [side]: { Type: 'Pass', Next: next },
    };
  };

  private loop = (name: string, next: string): JsonObject => {
    const times = this.upTo(3);
    const count = `${name}i`;
    const test = `${name}test`;
    if (this.jsonata)
      return {
        [name]: { Type: 'Pass', Assign: { [count]: times }, Next: test },
        [test]: {
          Type: 'Choice',
          Choices: [{ Condition: `{% $${count} > 0 %}`, Assign: { [count]: `{% $${count} - 1 %}` }, Next: test }],
          Default: next,
        },
      };
    return {
      [name]: { Type: 'Pass', Assign: { [count]: times }, Next: test },
      [test]: {
        Type: 'Choice',
        Choices: [{ Variable: `$${count}`, NumericGreaterThan: 0, Next: `${name}turn` }],
        Default: next,
      },
      [`${name}turn`]: {
        Type: 'Pass',
        Assign: { [`${count}.$`]: `States.MathAdd($${count}, -1)` },
        Next: test,
      },
    };
  };

  private parallel = (name: string, next: string, depth: number): JsonObject => {
    const { fields, more } = this.caught(name, next);
    const Branches = Array.from({ length: 1 + this.upTo(2) }, () => this.scope(depth + 1)) as unknown as Json;
    const given: JsonObject = this.jsonata
      ? this.chance(0.5)
        ? { Arguments: `{% ${this.n} + 1 %}`, Output: '{% $count($states.result) %}' }
        : {}
      : this.pick<JsonObject>([{ ResultPath: '$.list' }, { ResultSelector: { n: 1, 'list.$': '$' } }]);
    return { [name]: { Type: 'Parallel', Branches, ...given, ...this.retry(), ...fields, Next: next }, ...more };
  };

  private map = (name: string, next: string, depth: number): JsonObject => {
    const { fields, more } = this.caught(name, next);
    const distributed = this.chance(0.3);
    const ItemProcessor: JsonObject = {
      ...(distributed && { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }),
      ...this.scope(depth + 1),
    };
    const given: JsonObject = this.jsonata
      ? {
          Items: this.chance(0.5) ? Array.from({ length: this.upTo(3) }, (_, i) => i) : '{% [1..2] %}',
          ...(this.chance(0.5) && {
            ItemSelector: '{% $states.context.Map.Item.Value + $states.context.Map.Item.Index %}',
          }),
        }
      : {
          ItemsPath: '$.list',
          ItemSelector: { 'n.$': '$$.Map.Item.Index', list: [1], 'of.$': '$.n' },
          ResultPath: '$.list',
        };
    return {
      [name]: { Type: 'Map', MaxConcurrency: this.upTo(2), ...given, ItemProcessor, ...fields, Next: next },
      ...more,
    };
  };
}
