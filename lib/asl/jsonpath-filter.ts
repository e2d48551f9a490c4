/**
 * Decides whether a value passes a JSONPath filter, `[?(@.price < 10 && @.kind == 'book')]`.
 *
 * Values of different types are never equal and never in order; a path that matches nothing equals nothing.
 * @module
 */
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import { type Budget, type PathScope, rootOf, select, spend } from './jsonpath';
import type { Comparator, Operand, ParsedPath, Test } from './jsonpath-parse';
import { matchesWhole } from './regex';

export function passes(test: Test, item: Json, scope: PathScope, budget: Budget): boolean {
  spend(budget);
  switch (test.kind) {
    case 'constant':
      return test.value;
    case 'or':
      return test.tests.some((one) => passes(one, item, scope, budget));
    case 'and':
      return test.tests.every((one) => passes(one, item, scope, budget));
    case 'not':
      return !passes(test.test, item, scope, budget);
    case 'exists':
      return read(test.path, item, scope, budget) !== undefined;
    case 'matches': {
      const text = value(test.left, item, scope, budget);
      return typeof text === 'string' && matchesWhole(test.pattern, text, (amount) => spend(budget, amount));
    }
    case 'compare':
      return compare(
        test.operator,
        value(test.left, item, scope, budget),
        value(test.right, item, scope, budget),
        budget,
      );
  }
}

const value = (operand: Operand, item: Json, scope: PathScope, budget: Budget): Json | undefined =>
  'path' in operand ? read(operand.path, item, scope, budget) : operand.literal;

function read(path: ParsedPath, item: Json, scope: PathScope, budget: Budget): Json | undefined {
  const start = path.root === 'item' ? item : rootOf(path, scope);
  if (start === undefined) return undefined;
  const result = select(path, start, scope, budget);
  if (!result.found) return undefined;
  return !result.definite && Array.isArray(result.value) && result.value.length === 0 ? undefined : result.value;
}

function compare(operator: Comparator, left: Json | undefined, right: Json | undefined, budget: Budget): boolean {
  if (left === undefined || right === undefined) return operator === '!=' && left !== right;
  const both = (test: (a: Json[], b: Json[]) => boolean) =>
    Array.isArray(left) && Array.isArray(right) && test(left, right);
  const has = (list: Json[], wanted: Json) => {
    spend(budget, list.length);
    return list.some((one) => jsonEqual(one, wanted));
  };
  switch (operator) {
    case '==':
      return jsonEqual(left, right);
    case '!=':
      return !jsonEqual(left, right);
    case '<':
      return order(left, right, (n) => n < 0);
    case '<=':
      return order(left, right, (n) => n <= 0);
    case '>':
      return order(left, right, (n) => n > 0);
    case '>=':
      return order(left, right, (n) => n >= 0);
    case 'in':
      return Array.isArray(right) && has(right, left);
    case 'nin':
      return Array.isArray(right) && !has(right, left);
    case 'subsetof':
      return both((a, b) => a.every((one) => has(b, one)));
    case 'anyof':
      return both((a, b) => a.some((one) => has(b, one)));
    case 'noneof':
      return both((a, b) => !a.some((one) => has(b, one)));
    case 'contains':
      return Array.isArray(left)
        ? has(left, right)
        : typeof left === 'string' && typeof right === 'string' && left.includes(right);
    case 'size':
      return size(left) === right;
    case 'empty':
      return (size(left) === 0) === right;
  }
}

const size = (it: Json): number | undefined =>
  Array.isArray(it) || typeof it === 'string' ? it.length : isObject(it) ? Object.keys(it).length : undefined;

function order(a: Json, b: Json, test: (n: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return test(a - b);
  if (typeof a === 'string' && typeof b === 'string') return test(a < b ? -1 : a > b ? 1 : 0);
  return false;
}
