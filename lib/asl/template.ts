/**
 * Fills payload templates.
 *
 *   JSONPath: `{ "id.$": "$.user.id", "kind": "new" }` + data ──fillTemplate()──▶ `{ "id": 7, "kind": "new" }`
 *   JSONata:  `{ "id": "{% $states.input.user.id %}" }`       ──fillJsonata()──▶  `{ "id": 7 }`
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { queryFailed, queryUndefined, StatesError } from './errors';
import { type Chance, evaluateIntrinsic, isIntrinsic } from './intrinsics';
import { jsonataOf } from './jsonata-parse';
import { defineOwn, type PathScope, readField } from './jsonpath';

export { jsonataOf } from './jsonata-parse';

/**
 * `Parameters`, `ResultSelector`, `ItemSelector`, `Assign` of a JSONPath state: fields whose name ends in `.$` are
 * replaced, at any depth; everything else is copied.
 *
 * @throws StatesError when a path matches nothing or an intrinsic function fails
 */
export function fillTemplate(template: Json, scope: PathScope, chance?: Chance): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, scope, chance));
  if (!isObject(template)) return template;
  const filled: JsonObject = {};
  for (const [key, value] of Object.entries(template)) {
    if (!key.endsWith('.$')) defineOwn(filled, key, fillTemplate(value, scope, chance));
    else defineOwn(filled, key.slice(0, -2), fill(key, value, scope, chance));
  }
  return filled;
}

function fill(key: string, value: Json, scope: PathScope, chance?: Chance): Json {
  if (typeof value !== 'string') {
    throw new StatesError(
      'States.Runtime',
      `The value for the field '${key}' must be a STRING that contains a JSONPath or an intrinsic function call`,
    );
  }
  return isIntrinsic(value) ? evaluateIntrinsic(value, scope, chance) : readField(value, key, scope);
}

/**
 * `Arguments`, `Output`, `Assign`, `Condition` … of a JSONata state: every string that is `{% … %}` is evaluated, in
 * order, at any depth; everything else is copied. Answers at once when every evaluation did.
 *
 * @param where the field's name as AWS's causes say it, e.g. `Output` or `Choices[0]/Condition`
 * @throws StatesError `States.QueryEvaluationError`
 */
export function fillJsonata(
  template: Json,
  evaluate: (expression: string) => Json | undefined | Promise<Json | undefined>,
  where: string,
): Promise<Json> | Json {
  if (typeof template === 'string') {
    const expression = jsonataOf(template);
    return expression === null ? template : evaluateField(expression, evaluate, where);
  }
  if (Array.isArray(template)) {
    const filled: Json[] = [];
    return inOrder(
      template.entries(),
      ([i, item]) => fillJsonata(item, evaluate, `${where}[${i}]`),
      (_, value) => filled.push(value),
      filled,
    );
  }
  if (!isObject(template)) return template;
  const filled: JsonObject = {};
  return inOrder(
    Object.entries(template).values(),
    ([key, item]) => fillJsonata(item, evaluate, `${where}/${key}`),
    ([key], value) => defineOwn(filled, key, value),
    filled,
  );
}

/** Goes on without a promise for as long as the answers come without one. */
function inOrder<Item, Whole extends Json>(
  items: Iterator<Item>,
  make: (item: Item) => Promise<Json> | Json,
  keep: (item: Item, value: Json) => void,
  whole: Whole,
): Promise<Whole> | Whole {
  for (let next = items.next(); !next.done; next = items.next()) {
    const item = next.value;
    const made = make(item);
    if (made instanceof Promise) {
      return made.then((value) => {
        keep(item, value);
        return inOrder(items, make, keep, whole);
      });
    }
    keep(item, made);
  }
  return whole;
}

function evaluateField(
  expression: string,
  evaluate: (expression: string) => Json | undefined | Promise<Json | undefined>,
  where: string,
): Promise<Json> | Json {
  const check = (value: Json | undefined): Json => {
    if (value === undefined) throw queryUndefined(expression, where);
    return value;
  };
  const explain = (error: unknown): never => {
    // A Problem is ours (the evaluator is closed); every other error is the expression's own.
    if (error instanceof StatesError || error instanceof Problem || !(error instanceof Error)) throw error;
    throw queryFailed(expression, where, error.message);
  };
  let answer: Json | undefined | Promise<Json | undefined>;
  try {
    answer = evaluate(expression);
  } catch (error) {
    return explain(error);
  }
  return answer instanceof Promise ? answer.catch(explain).then(check) : check(answer);
}
