import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '@/lib/base/json';
import { evaluateRule, matchesPattern } from './choice';
import { StatesError } from './errors';

const data = {
  n: 4,
  m: 4.0,
  s: 'beta',
  t: '2026-01-31T12:00:00Z',
  u: '2026-01-31T13:00:00+01:00',
  yes: true,
  no: false,
  nil: null,
  list: [1],
  nested: { n: 5 },
};
const holds = (rule: JsonObject) =>
  evaluateRule(rule, { input: data, context: { Execution: { Name: 'run' } }, variables: { limit: 4 } });

test.each<[string, string, Json, boolean]>([
  ['$.n', 'NumericEquals', 4, true],
  ['$.n', 'NumericEquals', '4', false],
  ['$.s', 'NumericEquals', 4, false],
  ['$.n', 'NumericLessThan', 5, true],
  ['$.n', 'NumericLessThanEquals', 4, true],
  ['$.n', 'NumericGreaterThan', 4, false],
  ['$.n', 'NumericGreaterThanEquals', 4, true],
  ['$.n', 'NumericEqualsPath', '$limit', true],
  ['$.n', 'NumericLessThanPath', '$.nested.n', true],
  ['$.s', 'StringEquals', 'beta', true],
  ['$.s', 'StringLessThan', 'gamma', true],
  ['$.s', 'StringGreaterThan', 'Beta', true],
  ['$.s', 'StringGreaterThanEqualsPath', '$.s', true],
  ['$.n', 'StringEquals', '4', false],
  ['$.yes', 'BooleanEquals', true, true],
  ['$.no', 'BooleanEquals', false, true],
  ['$.s', 'BooleanEquals', true, false],
  ['$.yes', 'BooleanEqualsPath', '$.no', false],
  ['$.t', 'TimestampEquals', '2026-01-31T12:00:00.000Z', true],
  ['$.t', 'TimestampEqualsPath', '$.u', true],
  ['$.t', 'TimestampLessThan', '2026-01-31T12:00:00.000000001Z', true],
  ['$.t', 'TimestampGreaterThanEquals', '2026-02-01T00:00:00Z', false],
  ['$.s', 'TimestampEquals', '2026-01-31T12:00:00Z', false],
  ['$.s', 'StringMatches', 'b*a', true],
  ['$$.Execution.Name', 'StringMatches', 'r*', true],
  ['$.n', 'IsNumeric', true, true],
  ['$.s', 'IsNumeric', false, true],
  ['$.s', 'IsString', true, true],
  ['$.yes', 'IsBoolean', true, true],
  ['$.nil', 'IsNull', true, true],
  ['$.nil', 'IsPresent', true, true],
  ['$.missing', 'IsPresent', false, true],
  ['$.missing[*]', 'IsPresent', true, false],
  ['$.list[*]', 'IsPresent', true, true],
  ['$nowhere', 'IsPresent', true, false],
  ['$.t', 'IsTimestamp', true, true],
  ['$.s', 'IsTimestamp', true, false],
])('%s %s %j is %s', (variable, operator, operand, expected) =>
  expect(holds({ Variable: variable, [operator]: operand, Next: 'X' })).toBe(expected),
);

describe('And, Or, Not', () => {
  const yes = { Variable: '$.yes', BooleanEquals: true };
  const no = { Variable: '$.no', BooleanEquals: true };
  const missing = { Variable: '$.missing', BooleanEquals: true };
  test.each<[JsonObject, boolean]>([
    [{ And: [yes, yes] }, true],
    [{ And: [yes, no] }, false],
    [{ Or: [no, yes] }, true],
    [{ Or: [no, no] }, false],
    [{ Not: no }, true],
    [{ Not: { And: [yes, { Or: [no, { Not: no }] }] } }, false],
    [{ And: [no, missing] }, false],
    [{ Or: [yes, missing] }, true],
  ])('%j is %s', (rule, expected) => expect(holds(rule)).toBe(expected));
});

test.each<JsonObject>([
  { Variable: '$.missing', StringEquals: 'a' },
  { Variable: '$.missing', IsString: true },
  { Variable: '$.s', StringEqualsPath: '$.missing' },
  { Not: { Variable: '$.missing', IsNull: true } },
])('%j fails, because its path matches nothing', (rule) => {
  expect(() => holds(rule)).toThrow(
    new StatesError(
      'States.Runtime',
      "Invalid path '$.missing': The choice state's condition path references an invalid value.",
    ),
  );
});

describe('StringMatches', () => {
  test.each([
    ['log-2026.txt', 'log-*.txt', true],
    ['log-.txt', 'log-*.txt', true],
    ['log-2026.txt2', 'log-*.txt', false],
    ['a*b', 'a\\*b', true],
    ['axb', 'a\\*b', false],
    ['a\\b', 'a\\\\b', true],
    ['', '*', true],
    ['', '', true],
    ['abc', '***c', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
  ])('%j against %j: %s', (value, pattern, expected) => expect(matchesPattern(value, pattern)).toBe(expected));

  test('agrees with a regular expression', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab]{0,8}$/), fc.stringMatching(/^[ab*]{0,8}$/), (value, pattern) => {
        expect(matchesPattern(value, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value));
      }),
      { numRuns: 2000 },
    );
  });
  test('takes no longer for a pattern that backtracks', () => {
    const from = performance.now();
    expect(matchesPattern('a'.repeat(20_000), `${'a*'.repeat(50)}b`)).toBe(false);
    expect(performance.now() - from).toBeLessThan(500);
  });
});
