/**
 * Answers the simplest JSONata expressions without the JSONata library, at once: literals, `$variable.a.b[0]`, and
 * comparisons of these. They are most of what workflows say, and cannot run away.
 *
 * The rules are JSONata's own: a step over an array visits each item, results are flattened, one result stands alone,
 * none is `undefined`. Whatever these rules do not cover is left to the library, so a wrong guess is impossible: either
 * an expression is understood whole, or `null` says that it is not plain.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { type Node, parseJsonata } from './jsonata-parse';

type Value = Json | undefined;
export type Plain = (bindings: JsonObject) => Value;

/** Thrown where JSONata itself would throw: the library then words the error. */
export class NotPlain extends Error {}

/** JSONata's result list, which is not the same as an array in the data: one item stands alone, none is nothing. */
class Sequence {
  constructor(readonly items: Json[]) {}
}

const cache = new Map<string, Plain | null>();
const CACHE_SIZE = 2000;
/** Longer texts are hardly ever plain. */
const PLAIN_LENGTH = 1024;

/**
 * @param expression without `{%` and `%}`
 * @returns a function of the bindings that answers what JSONata answers, or throws {@link NotPlain}; `null` when the
 *   expression is not plain, or is wrong
 */
export function plainPath(expression: string): Plain | null {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  if (expression.length > PLAIN_LENGTH) return null;
  const parsed = parseJsonata(expression);
  const plain = parsed.ok ? compile(parsed.ast) : null;
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(expression, plain);
  return plain;
}

function compile(node: Node): Plain | null {
  if (node.group || node.tuple || node.keepArray || node.keepSingletonArray) return null;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      if (node.predicate) return null;
      const value = node.value as Json;
      return () => value;
    }
    case 'variable': {
      const read = variable(node);
      return read && ((bindings) => alone(read(bindings)));
    }
    case 'path':
      return path(node);
    case 'binary':
      return binary(node);
    default:
      return null;
  }
}

/** Names of JSONata's and AWS's functions are not variables here: `$sum` alone is a function value. */
const isFree = (name: unknown): name is string => typeof name === 'string' && name !== '' && name !== '$';

function variable(node: Node): ((bindings: JsonObject) => Value | Sequence) | null {
  const name = node.value;
  const filters = indexes(node.predicate);
  if (!isFree(name) || !filters) return null;
  return (bindings) => {
    const value = own(bindings, name);
    // Not bound: perhaps the name of a function, which only the library knows.
    if (value === undefined) throw new NotPlain();
    return filters.reduce<Value | Sequence>(pick, value);
  };
}

function indexes(filters: Node[] | undefined): number[] | null {
  const out: number[] = [];
  for (const filter of filters ?? []) {
    if (filter.type !== 'filter' || filter.expr?.type !== 'number' || filter.expr.predicate) return null;
    out.push(Math.floor(filter.expr.value as number));
  }
  return out;
}

/** `[n]`: the n-th of an array, or of a lone value. An array found there takes the list's place. */
function pick(from: Value | Sequence, index: number): Sequence | Json[] {
  const items = from instanceof Sequence ? from.items : Array.isArray(from) ? from : from === undefined ? [] : [from];
  const item = items[index < 0 ? items.length + index : index];
  return item === undefined ? new Sequence([]) : Array.isArray(item) ? item : new Sequence([item]);
}

function path(node: Node): Plain | null {
  const [first, ...rest] = node.steps ?? [];
  if (first?.type !== 'variable' || first.stages || first.keepArray || first.group || first.focus || first.index)
    return null;
  const start = variable(first);
  if (!start) return null;
  const steps: { name: string; filters: number[] }[] = [];
  for (const step of rest) {
    const filters = indexes(step.stages);
    if (
      step.type !== 'name' ||
      step.predicate ||
      step.keepArray ||
      step.group ||
      step.focus ||
      step.index ||
      step.tuple ||
      !filters
    )
      return null;
    steps.push({ name: step.value as string, filters });
  }
  return (bindings) => {
    const value = alone(start(bindings));
    let at = flatten(value === undefined ? [] : [value], steps.length === 0);
    for (const [i, { name, filters }] of steps.entries()) {
      const items = at instanceof Sequence ? at.items : at;
      if (items.length === 0) break;
      const found: (Json | Sequence)[] = [];
      for (const item of items) {
        let result = unwrap(lookup(item, name));
        for (const index of filters) result = pick(result, index);
        if (result !== undefined) found.push(result);
      }
      at = flatten(found, i === steps.length - 1);
    }
    // A path that stops early answers nothing, even where the array in the data is empty.
    return at instanceof Sequence ? alone(at) : at;
  };
}

/** A lone array from the data stays as it is at the end of a path; else lists are merged, one level deep. */
function flatten(found: (Json | Sequence)[], last: boolean): Sequence | Json[] {
  const [only] = found;
  if (last && found.length === 1 && Array.isArray(only)) return only;
  const out: Json[] = [];
  for (const one of found) {
    if (one instanceof Sequence) for (const item of one.items) out.push(item);
    else if (Array.isArray(one)) for (const item of one) out.push(item);
    else out.push(one);
  }
  return new Sequence(out);
}

function lookup(item: Json, name: string): Value | Sequence {
  if (!Array.isArray(item)) return isObject(item) ? own(item, name) : undefined;
  const out: Json[] = [];
  for (const one of item) {
    const found = lookup(one, name);
    if (found instanceof Sequence) for (const inner of found.items) out.push(inner);
    else if (Array.isArray(found)) for (const inner of found) out.push(inner);
    else if (found !== undefined) out.push(found);
  }
  return new Sequence(out);
}

/** One result stands alone, none is nothing; several stay a list. */
const unwrap = (value: Value | Sequence): Value | Sequence =>
  value instanceof Sequence && value.items.length < 2 ? value.items[0] : value;

const alone = (value: Value | Sequence): Value => {
  const single = unwrap(value);
  return single instanceof Sequence ? single.items : single;
};

function binary(node: Node): Plain | null {
  const left = node.lhs && !Array.isArray(node.lhs) ? compile(node.lhs) : null;
  const right = node.rhs ? compile(node.rhs) : null;
  const operator = OPERATORS[String(node.value)];
  if (!left || !right || !operator || node.predicate) return null;
  return (bindings) => operator(left(bindings), right(bindings));
}

const order =
  (test: (a: number | string, b: number | string) => boolean) =>
  (a: Value, b: Value): Value => {
    if ((typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string'))
      return test(a, b);
    throw new NotPlain();
  };

const OPERATORS: Record<string, (a: Value, b: Value) => Value> = {
  '=': (a, b) => a !== undefined && b !== undefined && same(a, b),
  '!=': (a, b) => a !== undefined && b !== undefined && !same(a, b),
  '<': order((a, b) => a < b),
  '<=': order((a, b) => a <= b),
  '>': order((a, b) => a > b),
  '>=': order((a, b) => a >= b),
  and: (a, b) => truth(a) && truth(b),
  or: (a, b) => truth(a) || truth(b),
};

function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i] as Json));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key] as Json, b[key] as Json))
  );
}

function truth(value: Value): boolean {
  if (Array.isArray(value)) return value.some(truth);
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
