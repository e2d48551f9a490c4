import { describe, expect, test } from 'vitest';
import { conditionText, parseCondition, shownValue, valueText } from './condition';

describe('parseCondition', () => {
  test.each([
    ['$total > 100', { left: '$total', operator: '>', right: '100' }],
    ['$a.b >= $c', { left: '$a.b', operator: '>=', right: '$c' }],
    ['$name = "a = b"', { left: '$name', operator: '=', right: '"a = b"' }],
    ['$contains($x, "(")', { left: '$x', operator: 'contains', right: '"("' }],
    ['$exists($x)', { left: '$x', operator: 'exists', right: '' }],
    ['$ok', { left: '$ok', operator: 'is true', right: '' }],
    ['$kind in ["a", "b"]', { left: '$kind', operator: 'in', right: '["a", "b"]' }],
    [
      '$count($filter($x, function($i) { $i > 1 })) != 0',
      { left: '$count($filter($x, function($i) { $i > 1 }))', operator: '!=', right: '0' },
    ],
  ])('%s', (text, condition) => {
    expect(parseCondition(text)).toEqual(condition);
    expect(conditionText(condition as NonNullable<ReturnType<typeof parseCondition>>)).toBe(text);
  });

  test.each([
    '$a > 1 and $b < 2',
    '$a > 1 ? true : false',
    '$exists($a) and $exists($b)',
    '$a > (',
    '$a > 1 > 2',
    '"open',
  ])('%s stays an expression', (text) => {
    expect(parseCondition(text)).toBeNull();
  });

  test('a rule that is not filled in is never true', () => {
    expect(parseCondition(' false ')).toEqual({ left: '', operator: '=', right: '' });
    expect(conditionText({ left: '', operator: '=', right: '1' })).toBe('false');
  });
});

test('words are quoted, numbers and data are not, and come back as they were typed', () => {
  for (const [typed, text] of [
    ['ready', '"ready"'],
    ['100', '100'],
    ['true', 'true'],
    ['$total', '$total'],
    ['say "hi"', '"say \\"hi\\""'],
  ] as const) {
    expect(valueText(typed)).toBe(text);
    expect(shownValue(text)).toBe(typed);
  }
  // A text that looks like a number keeps its quotes, or it would become one.
  expect(shownValue('"100"')).toBe('"100"');
});
