/**
 * Reads values out of JSON by AWS's dialect of JSONPath, and writes one value at a reference path.
 *
 *   '$.order.items[0].id'        the state's input        '$$.Execution.Name'   the context object
 *   '$total.amount'              a variable               '$..id', '$.a[?(@.n > 1)]', '$.a[1:3]', '$.a.length()'
 *
 * A *definite* path names one place: it answers that value or nothing. Any other answers an array, empty when nothing
 * matches, also when an object on the way is missing. Only own properties are seen, nothing is ever executed, and a
 * path looks at a bounded number of values, so that no path can hold up the process.
 *
 * The grammar is in `jsonpath-parse.ts`, filters are in `jsonpath-filter.ts`, writing is in `jsonpath-set.ts`.
 * @module
 */
import { isObject, type Json, own } from '@/lib/base/json';
import { invalidPath, pathNotFound, StatesError, stepNotApplicable } from './errors';
import { passes } from './jsonpath-filter';
import { call } from './jsonpath-functions';
import { type ParsedPath, pathOf, type Segment } from './jsonpath-parse';

export { isReferencePath, isValidPath, PathSyntaxError, parsePath } from './jsonpath-parse';
export { defineOwn, setAtReferencePath, withOwn } from './jsonpath-set';

export type PathScope = { input: Json; context: Json; variables: Record<string, Json> };

export type PathResult = {
  found: boolean;
  value: Json | undefined;
  definite: boolean;
  /** where the walk of a definite path stopped, in the words that AWS's library uses */
  reason?: string;
  /** the walk stopped at an array that is too short, and that was the path's last step */
  beyondEnd?: boolean;
};

/** More looks than any honest path needs; `$..*..*` on a large document would take for ever. */
const MAX_VISITS = 1_000_000;

export type Budget = { left: number };
export function spend(budget: Budget, amount = 1): void {
  budget.left -= amount;
  if (budget.left < 0) throw new StatesError('States.Runtime', 'The JSONPath visits too many values of its input.');
}

/**
 * @throws StatesError `States.Runtime` when the text is no path, or visits over a million values
 * @example evaluatePath('$.a[0]', { input: { a: [7] }, context: {}, variables: {} }) // { found: true, value: 7, … }
 */
export function evaluatePath(path: string, scope: PathScope): PathResult {
  const parsed = pathOf(path);
  const start = rootOf(parsed, scope);
  if (start === undefined) {
    return {
      found: false,
      value: undefined,
      definite: parsed.definite,
      reason: `Variable '$${parsed.variable}' is not defined`,
    };
  }
  return select(parsed, start, scope, { left: MAX_VISITS });
}

/** The JSON that a path is applied to: what error messages show. `undefined` for a variable that does not exist. */
export function rootOf(path: ParsedPath | string, scope: PathScope): Json | undefined {
  const parsed = typeof path === 'string' ? pathOf(path) : path;
  if (parsed.root === 'input') return scope.input;
  if (parsed.root === 'context') return scope.context;
  return own(scope.variables, parsed.variable ?? '');
}

/** The value of `InputPath` or `OutputPath`. @throws StatesError with AWS's `Invalid path …` */
export function readStatePath(path: string, scope: PathScope): Json {
  const result = evaluatePath(path, scope);
  if (!result.found) throw invalidPath(path, result.reason ?? 'No results');
  return result.value as Json;
}

/** The value of a template's or another field's path. @throws StatesError `The JSONPath … could not be found …` */
export function readField(path: string, field: string, scope: PathScope): Json {
  const result = evaluatePath(path, scope);
  if (result.found) return result.value as Json;
  // AWS reads an index past the end of an array as null here (and only here).
  if (result.beyondEnd) return null;
  throw pathNotFound(path, field, rootOf(path, scope) ?? {});
}

/** The value of `ItemsPath`. @throws StatesError `States.ReferencePathConflict`, naming the first step that cannot be taken */
export function readReference(path: string, scope: PathScope): Json {
  const result = evaluatePath(path, scope);
  if (result.found) return result.value as Json;
  const parsed = pathOf(path);
  const root = rootOf(parsed, scope) ?? {};
  let at: Json = root;
  for (const segment of parsed.segments) {
    const next = child(at, segment);
    if (next === undefined) throw stepNotApplicable(stepName(segment), at);
    at = next;
  }
  throw pathNotFound(path, 'ItemsPath', root);
}

function child(value: Json, segment: Segment): Json | undefined {
  if (segment.kind === 'names' && segment.names.length === 1)
    return isObject(value) ? own(value, segment.names[0]!) : undefined;
  if (segment.kind === 'indexes' && segment.indexes.length === 1)
    return Array.isArray(value) ? at(value, segment.indexes[0]!) : undefined;
  return undefined;
}

const stepName = (segment: Segment): string =>
  segment.kind === 'names' ? segment.names.join(',') : segment.kind === 'indexes' ? segment.indexes.join(',') : '*';

const at = (array: Json[], index: number): Json | undefined => array[index < 0 ? array.length + index : index];

/** Used by filters too: `@.a` and `$.a` inside `[?( )]`. */
export function select(path: ParsedPath, start: Json, scope: PathScope, budget: Budget): PathResult {
  if (path.definite && !path.call) return walk(path.segments, start);
  let value: Json | undefined;
  if (path.definite) {
    const before = walk(path.segments, start);
    if (!before.found) return before;
    value = before.value;
  } else {
    let values: Json[] = [start];
    for (const segment of path.segments) values = step(segment, values, scope, budget);
    value = values;
  }
  if (path.call) {
    const answer = call(path.call, value as Json);
    if (answer === undefined)
      return { found: false, value: undefined, definite: true, reason: `Function ${path.call.name}() does not apply` };
    return { found: true, value: answer, definite: true };
  }
  return { found: true, value, definite: false };
}

function walk(segments: Segment[], start: Json): PathResult {
  let value: Json = start;
  let trail = '$';
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    const missing = (reason: string, beyondEnd = false): PathResult => ({
      found: false,
      value: undefined,
      definite: true,
      reason,
      beyondEnd,
    });
    if (segment.kind === 'names') {
      if (!isObject(value)) {
        if (segment.names.length > 1) return missing(`No results for path: ${trail}`);
        const javaType =
          value === null
            ? 'null'
            : typeof value === 'string'
              ? 'java.lang.String'
              : Array.isArray(value)
                ? 'a JSON array'
                : `a ${typeof value}`;
        return missing(
          `Expected to find an object with property ['${segment.names[0]}'] in path ${trail} but found '${javaType}'.`,
        );
      }
      if (segment.names.length > 1) {
        const picked: [string, Json][] = [];
        for (const name of segment.names) {
          const found = own(value, name);
          if (found !== undefined) picked.push([name, found]);
        }
        value = Object.fromEntries(picked);
        continue;
      }
      const name = segment.names[0]!;
      const next = own(value, name);
      if (next === undefined)
        return missing(
          last ? `No results for path: ${trail}['${name}']` : `Missing property in path ${trail}['${name}']`,
        );
      value = next;
      trail += `['${name}']`;
    } else if (segment.kind === 'indexes') {
      const index = segment.indexes[0]!;
      if (!Array.isArray(value))
        return missing(`Filter: [${index}] can only be applied to arrays. Current context is: ${plain(value)}`);
      const next = at(value, index);
      if (next === undefined)
        return missing(
          last ? `No results for path: ${trail}[${index}]` : `Missing property in path ${trail}[${index}]`,
          last,
        );
      value = next;
      trail += `[${index}]`;
    }
  }
  return { found: true, value, definite: true };
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function step(segment: Segment, values: Json[], scope: PathScope, budget: Budget): Json[] {
  const out: Json[] = [];
  const push = (value: Json | undefined) => {
    spend(budget);
    if (value !== undefined) out.push(value);
  };
  for (const value of values) {
    spend(budget);
    switch (segment.kind) {
      case 'names':
        if (isObject(value)) for (const name of segment.names) push(own(value, name));
        break;
      case 'indexes':
        if (Array.isArray(value)) for (const index of segment.indexes) push(at(value, index));
        break;
      case 'slice':
        if (Array.isArray(value)) for (const item of slice(value, segment)) push(item);
        break;
      case 'wildcard':
        for (const item of children(value)) push(item);
        break;
      case 'descend':
        for (const item of descendants(value, budget)) push(item);
        break;
      case 'filter':
        // Like AWS: a filter picks from an array's items, and keeps or drops a lone object.
        for (const item of Array.isArray(value) ? value : isObject(value) ? [value] : []) {
          if (passes(segment.test, item, scope, budget)) push(item);
        }
        break;
    }
  }
  return out;
}

const children = (value: Json): Json[] => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []);

/** The value itself and everything below it, parents first; without recursion, for JSON may nest deeper than the stack. */
function descendants(value: Json, budget: Budget): Json[] {
  const out: Json[] = [];
  const todo: Json[] = [value];
  while (todo.length > 0) {
    const next = todo.pop() as Json;
    spend(budget);
    out.push(next);
    const below = children(next);
    for (let i = below.length - 1; i >= 0; i--) todo.push(below[i] as Json);
  }
  return out;
}

function slice(array: Json[], { from, to, by }: { from?: number; to?: number; by?: number }): Json[] {
  const stride = by ?? 1;
  const part = array.slice(from, to);
  return stride === 1 ? part : part.filter((_, i) => i % stride === 0);
}
