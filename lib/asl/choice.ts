/**
 * Choice rules of the JSONPath language: a rule and the state's data in, true or false out.
 *
 * A comparison of a value with another type's operator is false, never an error; a path that matches nothing is an error
 * for every operator but `IsPresent`.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { invalidChoicePath } from './errors';
import { evaluatePath, type PathScope } from './jsonpath';
import { compareTimestamps, parseTimestamp } from './time';

type Comparison = (value: Json, wanted: Json) => boolean;

const text =
  (test: (order: number) => boolean): Comparison =>
  (a, b) =>
    typeof a === 'string' && typeof b === 'string' && test(a < b ? -1 : a > b ? 1 : 0);
const numeric =
  (test: (order: number) => boolean): Comparison =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' && test(a - b);
const moment =
  (test: (order: number) => boolean): Comparison =>
  (a, b) => {
    if (typeof a !== 'string' || typeof b !== 'string') return false;
    const order = compareTimestamps(a, b);
    return order !== null && test(order);
  };

const equal = (n: number) => n === 0;
const less = (n: number) => n < 0;
const lessOrEqual = (n: number) => n <= 0;
const greater = (n: number) => n > 0;
const greaterOrEqual = (n: number) => n >= 0;

/** Each has a variant ending in `Path`, whose operand is a path to the value. */
const COMPARISONS: Record<string, Comparison> = {
  StringEquals: text(equal),
  StringLessThan: text(less),
  StringLessThanEquals: text(lessOrEqual),
  StringGreaterThan: text(greater),
  StringGreaterThanEquals: text(greaterOrEqual),
  NumericEquals: numeric(equal),
  NumericLessThan: numeric(less),
  NumericLessThanEquals: numeric(lessOrEqual),
  NumericGreaterThan: numeric(greater),
  NumericGreaterThanEquals: numeric(greaterOrEqual),
  BooleanEquals: (a, b) => typeof a === 'boolean' && a === b,
  TimestampEquals: moment(equal),
  TimestampLessThan: moment(less),
  TimestampLessThanEquals: moment(lessOrEqual),
  TimestampGreaterThan: moment(greater),
  TimestampGreaterThanEquals: moment(greaterOrEqual),
};

/** Have no `Path` variant. */
const TESTS: Record<string, Comparison> = {
  StringMatches: (value, pattern) =>
    typeof value === 'string' && typeof pattern === 'string' && matchesPattern(value, pattern),
  IsNull: (value, wanted) => (value === null) === wanted,
  IsNumeric: (value, wanted) => (typeof value === 'number') === wanted,
  IsString: (value, wanted) => (typeof value === 'string') === wanted,
  IsBoolean: (value, wanted) => (typeof value === 'boolean') === wanted,
  IsTimestamp: (value, wanted) => (typeof value === 'string' && parseTimestamp(value) !== null) === wanted,
};

/** Every operator that a data-test expression may carry: what the validator accepts. */
export const CHOICE_OPERATORS: readonly string[] = [
  ...Object.keys(COMPARISONS),
  ...Object.keys(COMPARISONS).map((name) => `${name}Path`),
  ...Object.keys(TESTS),
  'IsPresent',
];

/**
 * @throws StatesError `States.Runtime` when `Variable`, or the path of a `…Path` operator, matches nothing
 * @example evaluateRule({ Variable: '$.n', NumericGreaterThan: 3 }, { input: { n: 4 }, context: {}, variables: {} }) // true
 */
export function evaluateRule(rule: JsonObject, scope: PathScope): boolean {
  const and = own(rule, 'And');
  if (Array.isArray(and)) return and.every((one) => isObject(one) && evaluateRule(one, scope));
  const or = own(rule, 'Or');
  if (Array.isArray(or)) return or.some((one) => isObject(one) && evaluateRule(one, scope));
  const not = own(rule, 'Not');
  if (isObject(not)) return !evaluateRule(not, scope);

  const path = String(own(rule, 'Variable') ?? '');
  const present = own(rule, 'IsPresent');
  if (present !== undefined) return isPresent(path, scope) === present;
  for (const [operator, operand] of Object.entries(rule)) {
    const test = own2(TESTS, operator) ?? own2(COMPARISONS, operator);
    if (test) return test(read(path, scope), operand);
    const byPath = operator.endsWith('Path') ? own2(COMPARISONS, operator.slice(0, -4)) : undefined;
    if (byPath) return byPath(read(path, scope), read(String(operand), scope));
  }
  return false;
}

const own2 = (table: Record<string, Comparison>, key: string): Comparison | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function read(path: string, scope: PathScope): Json {
  const result = evaluatePath(path, scope);
  if (!result.found) throw invalidChoicePath(path);
  return result.value as Json;
}

function isPresent(path: string, scope: PathScope): boolean {
  const result = evaluatePath(path, scope);
  return result.found && (result.definite || !Array.isArray(result.value) || result.value.length > 0);
}

/** `*` stands for any characters, `\*` for a star, `\\` for a backslash. Linear: one pass with one place to go back to. */
export function matchesPattern(value: string, pattern: string): boolean {
  const parts: (string | null)[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\' && (pattern[i + 1] === '*' || pattern[i + 1] === '\\')) parts.push(pattern[++i]!);
    else parts.push(c === '*' ? null : c);
  }
  let [v, p, star, mark] = [0, 0, -1, 0];
  while (v < value.length) {
    if (p < parts.length && parts[p] === value[v]) {
      v++;
      p++;
    } else if (p < parts.length && parts[p] === null) {
      star = p++;
      mark = v;
    } else if (star >= 0) {
      p = star + 1;
      v = ++mark;
    } else return false;
  }
  while (p < parts.length && parts[p] === null) p++;
  return p === parts.length;
}
