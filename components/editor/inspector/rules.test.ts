import { expect, test } from 'vitest';
import { CHOICE_OPERATORS } from '@/lib/asl/choice';
import type { JsonObject } from '@/lib/base/json';
import { operatorsOf, parseRule, readRule, ruleText, writeRule } from './rules';

test.each([
  '$total > 100',
  '$total > 100 and $vip = true',
  '$a = 1 and ($b = 2 or $not($exists($c)))',
  '($a = 1 and $b = 2) or $c = "x and y or z"',
  '$not(($a = 1 or $b = 2))',
])('read and written again, the same: %s', (text) => {
  const rule = parseRule(text);
  expect(rule).not.toBeNull();
  expect(parseRule(ruleText(rule!))).toEqual(rule);
  expect(ruleText(rule!).replaceAll('((', '(').replaceAll('))', ')')).toBe(
    text.replaceAll('((', '(').replaceAll('))', ')'),
  );
});

test('and binds more closely than or', () => {
  expect(parseRule('$a = 1 or $b = 2 and $c = 3')).toMatchObject({
    kind: 'any',
    parts: [{ left: '$a' }, { kind: 'all', parts: [{ left: '$b' }, { left: '$c' }] }],
  });
});

test.each(['$a = 1 ? $b : $c', '($x := 1; $x > 0)', '$a = 1 and $b = '])('left as it is written: %s', (text) => {
  expect(parseRule(text)).toBeNull();
});

test.each<JsonObject>([
  { Variable: '$.n', NumericGreaterThan: 1 },
  { And: [{ Variable: '$.a', StringEquals: '1' }, { Not: { Variable: '$.b', IsPresent: true } }] },
  {
    Or: [
      { Variable: '$.a', BooleanEquals: false },
      { Variable: '$.a', NumericEqualsPath: '$.b' },
    ],
  },
])('a JSONPath rule is read and written the same: %j', (value) => {
  expect(writeRule(readRule(value)!)).toEqual(value);
});

test('what is no such rule is left alone', () => {
  expect(readRule({ Variable: '$.n' })).toBeNull();
  expect(readRule({ And: [] })).toBeNull();
  expect(readRule({ Variable: '$.n', NumericEquals: 1, StringEquals: 'a' })).toBeNull();
});

test('every operator of the language is offered, with a value or with data', () => {
  const offered = operatorsOf('JSONPath').map(({ value }) => value);
  const all = new Set([...offered, ...offered.map((name) => `${name}Path`)]);
  expect(CHOICE_OPERATORS.filter((name) => !all.has(name))).toEqual([]);
});
