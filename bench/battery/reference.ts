/**
 * A reference interpreter of the Amazon States Language, for the battery alone: it shares nothing with `lib/engine` or
 * `lib/asl`, is written straight from the language's specification, and knows no time, no history and no crash.
 *
 *   machine + input + what tasks answer ──interpret()──▶ { status, output | error }   null where the outcome is a matter of luck
 *
 * Both query languages, as far as `machines.ts` speaks them: in JSONPath plain paths (`$.a.b[0]`, `$x.y`, `$$.…`) and a few
 * intrinsics, in JSONata whatever the library evaluates. It recurses where the engine keeps a snapshot, which is the point.
 * @module
 */
import jsonata from 'jsonata';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';

export type Answered = { output: Json } | { error: string; cause: string };
export type Outcome = { status: 'SUCCEEDED'; output: Json } | { status: 'FAILED'; error: string };

/** The error that a state ends with, unless it is caught. */
class Failed extends Error {
  constructor(readonly error: string) {
    super(error);
  }
}
/** Two branches fail with different errors: which is heard first is not said. */
class Undecided extends Error {}

type Variables = Record<string, Json>;
type Scope = { variables: Variables; outer: Variables };
type Around = { language: 'JSONPath' | 'JSONata'; task(input: JsonObject): Answered; context: JsonObject };

const text = (value: unknown): string => String(value);
const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

export async function interpret(machine: JsonObject, input: Json, task: Around['task']): Promise<Outcome | null> {
  const language = machine.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath';
  const context: JsonObject = { Execution: { Input: input } };
  try {
    const output = await states(machine, input, { variables: {}, outer: {} }, { language, task, context });
    return { status: 'SUCCEEDED', output };
  } catch (error) {
    if (error instanceof Undecided) return null;
    if (error instanceof Failed) return { status: 'FAILED', error: error.error };
    throw error;
  }
}

async function states(machine: JsonObject, input: Json, scope: Scope, around: Around): Promise<Json> {
  let name = text(machine.StartAt);
  let data = input;
  for (;;) {
    const state = (machine.States as JsonObject)[name] as JsonObject;
    const own = { ...around, language: state.QueryLanguage === 'JSONata' ? ('JSONata' as const) : around.language };
    const { output, next } = await visit(state, data, scope, own);
    if (next === undefined) return output;
    data = output;
    name = next;
  }
}

type Left = { output: Json; next?: string | undefined };

async function visit(state: JsonObject, input: Json, scope: Scope, around: Around): Promise<Left> {
  const tried: number[] = list(state.Retry).map(() => 0);
  for (let retries = 0; ; retries++) {
    try {
      return await once(state, input, scope, {
        ...around,
        context: { ...around.context, State: { RetryCount: retries } },
      });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const at = list(state.Retry).findIndex((one) => covers(one, error.error));
      if (at >= 0) {
        const most = (list(state.Retry)[at] as JsonObject).MaxAttempts;
        tried[at] = (tried[at] as number) + 1;
        if ((tried[at] as number) <= (typeof most === 'number' ? most : 3)) continue;
      }
      const catcher = list(state.Catch).find((one) => covers(one, error.error));
      if (!catcher) throw error;
      const said: JsonObject = { Error: error.error, Cause: '' }; // no machine here reads a cause
      if (around.language === 'JSONata') {
        const known = { input, errorOutput: said, context: around.context };
        return leave(catcher, said, known, scope, text(catcher.Next));
      }
      assign(scope, await pathTemplate(catcher.Assign ?? {}, said, scope, around));
      return { output: put(input, catcher.ResultPath, said), next: text(catcher.Next) };
    }
  }
}

/** A runtime error ends the execution, whatever is caught. */
const covers = (one: JsonObject, error: string): boolean =>
  error !== 'States.Runtime' &&
  (one.ErrorEquals as string[]).some(
    (name) => name === error || name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  );

/** JSONata: what a state hands on, and its variables; both see the variables as they were. */
async function leave(
  from: JsonObject,
  fallback: Json,
  known: JsonObject,
  scope: Scope,
  next: string | undefined,
): Promise<Left> {
  const output = from.Output === undefined ? fallback : await template(from.Output, known, scope);
  const assigned = from.Assign === undefined ? {} : await template(from.Assign, known, scope);
  assign(scope, assigned);
  return { output, next };
}

function assign(scope: Scope, values: Json): void {
  Object.assign(scope.variables, values);
}

async function template(value: Json, known: JsonObject, scope: Scope): Promise<Json> {
  if (typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}')) {
    let answer: unknown;
    try {
      answer = await jsonata(value.slice(2, -2)).evaluate(undefined, {
        ...scope.outer,
        ...scope.variables,
        states: known,
      });
    } catch {
      throw new Failed('States.QueryEvaluationError');
    }
    if (answer === undefined) throw new Failed('States.QueryEvaluationError');
    return JSON.parse(JSON.stringify(answer)) as Json;
  }
  if (Array.isArray(value)) {
    const out: Json[] = [];
    for (const item of value) out.push(await template(item, known, scope));
    return out;
  }
  if (!isObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) out[key] = await template(item, known, scope);
  return out;
}

async function once(state: JsonObject, input: Json, scope: Scope, around: Around): Promise<Left> {
  return around.language === 'JSONata' ? byJsonata(state, input, scope, around) : byPath(state, input, scope, around);
}

const nextOf = (state: JsonObject): string | undefined => (state.Next === undefined ? undefined : text(state.Next));

async function byJsonata(state: JsonObject, input: Json, scope: Scope, around: Around): Promise<Left> {
  const known: JsonObject = { input, context: around.context };
  const args = async () => (state.Arguments === undefined ? input : await template(state.Arguments, known, scope));
  const done = (result: Json) => leave(state, result, { ...known, result }, scope, nextOf(state));
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return leave(state, input, known, scope, nextOf(state));
    case 'Wait': {
      const seconds = await template(state.Seconds as Json, known, scope);
      if (typeof seconds !== 'number') throw new Failed('States.QueryEvaluationError');
      return leave(state, input, known, scope, nextOf(state));
    }
    case 'Fail':
      throw new Failed(text(await template(state.Error as Json, known, scope)));
    case 'Choice': {
      for (const rule of list(state.Choices)) {
        const holds = await template(rule.Condition as Json, known, scope);
        if (typeof holds !== 'boolean') throw new Failed('States.QueryEvaluationError');
        if (holds) return leave(rule, input, known, scope, nextOf(rule));
      }
      if (state.Default === undefined) throw new Failed('States.NoChoiceMatched');
      return leave(state, input, known, scope, text(state.Default));
    }
    case 'Task':
      return done(ask(around, await args()));
    case 'Parallel':
      return done(await branches(state, await args(), scope, around));
    case 'Map': {
      const items = state.Items === undefined ? input : await template(state.Items, known, scope);
      if (!Array.isArray(items)) throw new Failed('States.QueryEvaluationError');
      const inputs: Json[] = [];
      for (const [Index, Value] of items.entries()) {
        const context = { ...around.context, Map: { Item: { Index, Value } } };
        inputs.push(
          state.ItemSelector === undefined ? Value : await template(state.ItemSelector, { ...known, context }, scope),
        );
      }
      return done(await map(state, inputs, scope, around));
    }
    default:
      throw new Error(`no such state: ${text(state.Type)}`);
  }
}

function ask(around: Around, input: Json): Json {
  const answer = around.task(input as JsonObject);
  if ('error' in answer) throw new Failed(answer.error);
  return answer.output;
}

const inner = (scope: Scope): Scope => ({ variables: {}, outer: { ...scope.outer, ...scope.variables } });

async function all(runs: (() => Promise<Json>)[]): Promise<Json[]> {
  const outputs: Json[] = [];
  const failures: Failed[] = [];
  for (const run of runs) {
    try {
      outputs.push(await run());
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (!first) return outputs;
  if (failures.some(({ error }) => error !== first.error)) throw new Undecided();
  throw first;
}

/** What is inside sees no retry count but its own states'. */
const branches = (state: JsonObject, input: Json, scope: Scope, around: Around): Promise<Json[]> =>
  all(list(state.Branches).map((branch) => () => states(branch, input, inner(scope), around)));

async function map(state: JsonObject, inputs: Json[], scope: Scope, around: Around): Promise<Json[]> {
  const processor = state.ItemProcessor as JsonObject;
  const config = processor.ProcessorConfig;
  if (!isObject(config) || config.Mode !== 'DISTRIBUTED')
    return all(inputs.map((input) => () => states(processor, input, inner(scope), around)));
  // Each is an execution of its own: it sees no variable, and its failure is the Map's.
  const runs = inputs.map((input) => () => {
    const context: JsonObject = { Execution: { Input: input } };
    return states(processor, input, { variables: {}, outer: {} }, { ...around, context });
  });
  return all(runs).catch((error: unknown) => {
    // Which of two errors a child had decides what it may have caught, so that stays open.
    throw error instanceof Failed ? new Failed('States.ExceedToleratedFailureThreshold') : error;
  });
}

// --- JSONPath ---

/** `undefined` where the path leads nowhere */
function follow(path: string, input: Json, scope: Scope, around: Around): Json | undefined {
  const [, head, rest] = /^(\$\$|\$\w*)(.*)$/.exec(path) as unknown as [string, string, string];
  let at: Json | undefined =
    head === '$'
      ? input
      : head === '$$'
        ? around.context
        : (scope.variables[head.slice(1)] ?? scope.outer[head.slice(1)]);
  for (const [, name, index] of rest.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (name !== undefined) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    else at = Array.isArray(at) ? at[Number(index)] : undefined;
  }
  return at;
}

function read(path: string, input: Json, scope: Scope, around: Around): Json {
  const found = follow(path, input, scope, around);
  if (found === undefined) throw new Failed('States.Runtime');
  return found;
}

function pathTemplate(value: Json, input: Json, scope: Scope, around: Around): Json {
  if (Array.isArray(value)) return value.map((item) => pathTemplate(item, input, scope, around));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (!key.endsWith('.$')) return [key, pathTemplate(item, input, scope, around)];
      return [key.slice(0, -2), expression(text(item), input, scope, around)];
    }),
  );
}

/** A path, or one of four intrinsics whose arguments are paths and numbers. */
function expression(written: string, input: Json, scope: Scope, around: Around): Json {
  const call = /^States\.(\w+)\((.*)\)$/.exec(written);
  if (!call) return read(written, input, scope, around);
  const values = (call[2] as string).split(', ').map((one): Json => {
    if (/^-?\d+$/.test(one)) return Number(one);
    if (one.startsWith("'")) return one.slice(1, -1);
    return read(one, input, scope, around);
  });
  const [first, second] = values;
  switch (call[1]) {
    case 'MathAdd':
      if (typeof first !== 'number' || typeof second !== 'number') throw new Failed('States.IntrinsicFailure');
      return first + second;
    case 'Array':
      return values;
    case 'ArrayLength':
      if (!Array.isArray(first)) throw new Failed('States.IntrinsicFailure');
      return first.length;
    case 'Format':
      return text(first).replace('{}', typeof second === 'string' ? second : JSON.stringify(second));
    default:
      throw new Error(`no such intrinsic: ${call[1]}`);
  }
}

/** ResultPath: `null` drops the result, `$` replaces the input, `$.x` puts it into the input. */
function put(input: Json, path: Json | undefined, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  if (!isObject(input)) throw new Failed('States.ResultPathMatchFailure');
  return { ...input, [text(path).slice(2)]: result };
}

async function byPath(state: JsonObject, input: Json, scope: Scope, around: Around): Promise<Left> {
  const given = typeof state.InputPath === 'string' ? read(state.InputPath, input, scope, around) : input;
  const made = (): Json =>
    state.Parameters === undefined ? given : pathTemplate(state.Parameters, given, scope, around);
  /** Assign reads the state's input where there is no result, and the result where there is one. */
  const done = (result: Json, plain = false): Left => {
    const selected =
      state.ResultSelector === undefined ? result : pathTemplate(state.ResultSelector, result, scope, around);
    const whole = plain ? selected : put(input, state.ResultPath, selected);
    const assigned =
      state.Assign === undefined ? {} : pathTemplate(state.Assign, plain ? given : selected, scope, around);
    const output = typeof state.OutputPath === 'string' ? read(state.OutputPath, whole, scope, around) : whole;
    assign(scope, assigned);
    return { output, next: nextOf(state) };
  };
  switch (state.Type) {
    case 'Pass':
      return done(state.Result === undefined ? made() : state.Result);
    case 'Succeed':
    case 'Wait':
      return done(given, true);
    case 'Fail':
      throw new Failed(text(state.Error));
    case 'Choice': {
      for (const rule of list(state.Choices)) {
        if (!holds(rule, given, scope, around)) continue;
        assign(scope, pathTemplate(rule.Assign ?? {}, given, scope, around));
        return { output: given, next: nextOf(rule) };
      }
      if (state.Default === undefined) throw new Failed('States.NoChoiceMatched');
      return { output: given, next: text(state.Default) };
    }
    case 'Task':
      return done(ask(around, made()));
    case 'Parallel':
      return done(await branches(state, made(), scope, around));
    case 'Map': {
      const items = typeof state.ItemsPath === 'string' ? read(state.ItemsPath, given, scope, around) : given;
      if (!Array.isArray(items)) throw new Failed('States.Runtime');
      const inputs = items.map((Value, Index) => {
        const context = { ...around.context, Map: { Item: { Index, Value } } };
        return state.ItemSelector === undefined
          ? Value
          : pathTemplate(state.ItemSelector, given, scope, { ...around, context });
      });
      return done(await map(state, inputs, scope, around));
    }
    default:
      throw new Error(`no such state: ${text(state.Type)}`);
  }
}

function holds(rule: JsonObject, input: Json, scope: Scope, around: Around): boolean {
  if (Array.isArray(rule.And)) return list(rule.And).every((one) => holds(one, input, scope, around));
  if (Array.isArray(rule.Or)) return list(rule.Or).some((one) => holds(one, input, scope, around));
  if (isObject(rule.Not)) return !holds(rule.Not, input, scope, around);
  const path = text(rule.Variable);
  const value = follow(path, input, scope, around);
  if (rule.IsPresent !== undefined) return (value !== undefined) === rule.IsPresent;
  if (value === undefined) throw new Failed('States.Runtime');
  if (rule.IsNumeric !== undefined) return (typeof value === 'number') === rule.IsNumeric;
  if (rule.NumericGreaterThan !== undefined)
    return typeof value === 'number' && value > (rule.NumericGreaterThan as number);
  if (rule.NumericEquals !== undefined) return value === rule.NumericEquals;
  if (rule.StringEquals !== undefined) return value === rule.StringEquals;
  throw new Error(`no such comparison: ${JSON.stringify(rule)}`);
}
