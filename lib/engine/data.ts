/**
 * How data flows through a state, in both query languages.
 *
 *   JSONPath:  input ─InputPath▶ ─Parameters▶ work ─ResultSelector▶ ─ResultPath▶ ─OutputPath▶ output
 *   JSONata:   input ─Arguments▶ work ─Output▶ output
 *
 * Every Assign sees the variables as they were when the state began to end.
 * @module
 */
import { queryType, StatesError } from '@/lib/asl/errors';
import { evaluateIntrinsic, isIntrinsic } from '@/lib/asl/intrinsics';
import { evaluatePath, type PathScope, readStatePath, setAtReferencePath } from '@/lib/asl/jsonpath';
import { fillJsonata, fillTemplate, jsonataOf } from '@/lib/asl/template';
import type { Json, JsonObject } from '@/lib/base/json';
import { isObject } from '@/lib/base/json';
import { runtimeFailure } from './failure';
import type { ItemRef } from './frames';
import type { Visit } from './visit';

/** What `$states` holds besides input and context. */
type StatesExtra = { result?: Json; errorOutput?: Json };

// ------------------------------------------------------------------ JSONPath

export const pathScope = (visit: Visit, input: Json, item?: ItemRef): PathScope => ({
  input,
  get context() {
    return item ? visit.context(item) : visit.context();
  },
  variables: visit.variables,
});

/** The value at a path, or of an intrinsic function; undefined when there is none. */
export function lookUp(path: string, scope: PathScope): Json | undefined {
  if (isIntrinsic(path)) return evaluateIntrinsic(path, scope);
  const { found, value } = evaluatePath(path, scope);
  return found ? value : undefined;
}

/** What `InputPath` and `OutputPath` choose: absent is everything, `null` is `{}`. */
function chosen(path: Json | undefined, scope: PathScope): Json {
  if (path === undefined || path === '$') return scope.input;
  if (path === null) return {};
  if (typeof path !== 'string') throw runtimeFailure(`A path must be a string or null, not ${JSON.stringify(path)}.`);
  return isIntrinsic(path) ? evaluateIntrinsic(path, scope) : readStatePath(path, scope);
}

/** The state's input after `InputPath`; in JSONata, the input. */
export function effectiveInput(visit: Visit): Json {
  if (visit.language === 'JSONata') return visit.input;
  const path = visit.field('InputPath');
  const input = path === undefined ? visit.input : chosen(path, pathScope(visit, visit.input));
  visit.saw?.('afterInputPath', input);
  return input;
}

// ------------------------------------------------------------------ JSONata

/** Evaluates expressions with what a state shows them. One a field: bindings are made once. */
export function evaluator(visit: Visit, extra: StatesExtra = {}, item?: ItemRef) {
  let bindings: JsonObject | undefined;
  return (expression: string): Json | undefined | Promise<Json | undefined> => {
    bindings ??= {
      ...visit.variables,
      states: { input: visit.input, context: item ? visit.context(item) : visit.context(), ...extra },
    };
    return visit.host.evaluate(expression, bindings);
  };
}

/** A value with its expressions evaluated. `where` names the field in messages: `Output/total`. */
export const filled = (
  visit: Visit,
  template: Json,
  where: string,
  extra?: StatesExtra,
  item?: ItemRef,
): Json | Promise<Json> => fillJsonata(template, evaluator(visit, extra, item), where);

/** A field that must come to a value of one type, literal or expression. */
export async function typed(
  visit: Visit,
  template: Json,
  where: string,
  expected: string,
  ok: (value: Json) => boolean,
  extra?: StatesExtra,
): Promise<Json> {
  const value = await filled(visit, template, where, extra);
  if (ok(value)) return value;
  const expression = typeof template === 'string' ? jsonataOf(template) : null;
  if (expression !== null) throw queryType(expression, where, expected, value);
  throw new StatesError(
    'States.QueryEvaluationError',
    `The field '${where}' must be of type '${expected}', but was: ${JSON.stringify(value)}`,
  );
}

// ------------------------------------------------------------------ both

/** What the state's work is given: `Arguments`, or `Parameters` of the effective input. */
export async function argumentsOf(visit: Visit, extra?: StatesExtra): Promise<Json> {
  if (visit.language === 'JSONata') {
    const template = visit.field('Arguments');
    const given = template === undefined ? visit.input : await filled(visit, template, 'Arguments', extra);
    visit.saw?.('afterArguments', given);
    return given;
  }
  const input = effectiveInput(visit);
  const template = visit.field('Parameters');
  const given = template === undefined ? input : fillTemplate(template, pathScope(visit, input));
  visit.saw?.('afterParameters', given);
  return given;
}

export type Ending = { output: Json; assigned: JsonObject | undefined };

/** Where a state's own fields or those of a chosen rule or catcher say what it leaves behind. */
async function assigned(
  visit: Visit,
  from: JsonObject,
  input: Json,
  extra: StatesExtra,
  prefix: string,
): Promise<JsonObject | undefined> {
  const template = from.Assign;
  if (!isObject(template)) return undefined;
  const values =
    visit.language === 'JSONata'
      ? await filled(visit, template, `${prefix}Assign`, extra)
      : fillTemplate(template, pathScope(visit, input));
  return isObject(values) && Object.keys(values).length > 0 ? values : undefined;
}

/** How a state with a result ends: Task, Parallel, Map, Pass. */
export async function endingWithResult(visit: Visit, result: Json): Promise<Ending> {
  if (visit.language === 'JSONata') return endingInJsonata(visit, visit.state, result, { result });
  const selector = visit.field('ResultSelector');
  const selected = selector === undefined ? result : fillTemplate(selector, pathScope(visit, result));
  visit.saw?.('afterResultSelector', selected);
  // in Assign `$` is the result as it came, not what ResultSelector made of it
  const variables = await assigned(visit, visit.state, result, {}, '');
  const output = placed(visit.input, visit.field('ResultPath'), selected);
  visit.saw?.('afterResultPath', output);
  return {
    output:
      visit.field('OutputPath') === undefined ? output : chosen(visit.field('OutputPath'), pathScope(visit, output)),
    assigned: variables,
  };
}

/** How a state without a result ends: Choice, Wait, Succeed. `from` may be a Choice's rule. */
export async function endingWithInput(visit: Visit, from: JsonObject = visit.state, prefix = ''): Promise<Ending> {
  if (visit.language === 'JSONata') return endingInJsonata(visit, from, visit.input, {}, prefix);
  const input = effectiveInput(visit);
  const variables = await assigned(visit, from, input, {}, prefix);
  return {
    output:
      visit.field('OutputPath') === undefined ? input : chosen(visit.field('OutputPath'), pathScope(visit, input)),
    assigned: variables,
  };
}

/** How a caught error leaves the state. */
export async function endingWithError(
  visit: Visit,
  catcher: JsonObject,
  errorOutput: Json,
  prefix: string,
): Promise<Ending> {
  if (visit.language === 'JSONata') return endingInJsonata(visit, catcher, errorOutput, { errorOutput }, prefix);
  const variables = await assigned(visit, catcher, errorOutput, {}, prefix);
  return { output: placed(visit.input, catcher.ResultPath, errorOutput), assigned: variables };
}

async function endingInJsonata(
  visit: Visit,
  from: JsonObject,
  otherwise: Json,
  extra: StatesExtra,
  prefix = '',
): Promise<Ending> {
  const variables = await assigned(visit, from, visit.input, extra, prefix);
  const output = from.Output === undefined ? otherwise : await filled(visit, from.Output, `${prefix}Output`, extra);
  return { output, assigned: variables };
}

/** `ResultPath`: absent or `$` replaces the input, `null` keeps it, anything else puts the result into it. */
function placed(input: Json, path: Json | undefined, result: Json): Json {
  if (path === undefined || path === '$') return result;
  if (path === null) return input;
  if (typeof path !== 'string')
    throw runtimeFailure(`ResultPath must be a string or null, not ${JSON.stringify(path)}.`);
  return setAtReferencePath(input, path, result);
}
