/**
 * A choice's condition as a tree of comparisons, in both query languages, and back.
 *
 *   `$total > 100 and ($vip = true or $not($exists($debt)))`   ⇄  all [ is, any [ is, not [ is ] ] ]
 *   { And: [{ Variable: '$.n', NumericGreaterThan: 1 }, …] }    ⇄  the same
 *
 * What is more than that stays as it is written. Pure.
 * @module
 */
import { CHOICE_OPERATORS } from '@/lib/asl/choice';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { closesAtEnd, conditionText, OPERATORS, type Operator, parseCondition, splitAt } from './condition';

/** `operator`: of `condition.ts` in JSONata, the definition's own in JSONPath. Texts are in the language's spelling. */
export type Comparison = { kind: 'is'; left: string; operator: string; right: string };
export type Rule = Comparison | { kind: 'all' | 'any'; parts: Rule[] } | { kind: 'not'; part: Rule };

export const emptyComparison = (language: 'JSONata' | 'JSONPath'): Comparison => ({
  kind: 'is',
  left: '',
  operator: language === 'JSONata' ? '=' : 'StringEquals',
  right: '',
});

// ------------------------------------------------------------------ JSONata

/** @returns `null` where it is more than comparisons joined by and, or and not */
export function parseRule(expression: string): Rule | null {
  const text = expression.trim();
  for (const [kind, sign] of [
    ['any', ' or '],
    ['all', ' and '],
  ] as const) {
    const parts = splitAt(text, [sign]);
    if (!parts) return null;
    if (parts.length > 1) {
      const rules = parts.map((part) => parseRule(part.text));
      return rules.every((rule) => rule !== null) ? { kind, parts: rules } : null;
    }
  }
  if (text.startsWith('$not(') && closesAtEnd(text)) {
    const part = parseRule(text.slice(5, -1));
    return part && { kind: 'not', part };
  }
  if (text.startsWith('(') && closesAtEnd(text)) {
    const inner = parseRule(text.slice(1, -1));
    return inner && inner.kind !== 'is' ? inner : null;
  }
  const condition = parseCondition(text);
  return condition && { kind: 'is', ...condition };
}

export function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'is':
      return conditionText({ ...rule, operator: rule.operator as Operator });
    case 'not':
      return `$not(${ruleText(rule.part)})`;
    case 'all':
    case 'any':
      return rule.parts
        .map((part) => (part.kind === 'all' || part.kind === 'any' ? `(${ruleText(part)})` : ruleText(part)))
        .join(rule.kind === 'all' ? ' and ' : ' or ');
  }
}

// ------------------------------------------------------------------ JSONPath

const GROUPS = { And: 'all', Or: 'any' } as const;

/** @returns `null` where a field is not known */
export function readRule(value: Json): Rule | null {
  if (!isObject(value)) return null;
  const fields = Object.entries(value);
  const [only] = fields;
  if (fields.length === 1 && only) {
    const [name, inner] = only;
    if ((name === 'And' || name === 'Or') && Array.isArray(inner) && inner.length > 0) {
      const parts = inner.map(readRule);
      return parts.every((part) => part !== null) ? { kind: GROUPS[name], parts } : null;
    }
    if (name === 'Not') {
      const part = readRule(inner);
      return part && { kind: 'not', part };
    }
  }
  const { Variable: left, ...rest } = value;
  const [comparison, ...more] = Object.entries(rest);
  if (typeof left !== 'string' || !comparison || more.length > 0 || !CHOICE_OPERATORS.includes(comparison[0]))
    return null;
  const [operator, right] = comparison;
  return { kind: 'is', left, operator, right: typeof right === 'string' ? right : JSON.stringify(right) };
}

export function writeRule(rule: Rule): JsonObject {
  switch (rule.kind) {
    case 'is':
      return { Variable: rule.left, [rule.operator]: rightOf(rule) };
    case 'not':
      return { Not: writeRule(rule.part) };
    case 'all':
      return { And: rule.parts.map(writeRule) };
    case 'any':
      return { Or: rule.parts.map(writeRule) };
  }
}

/** The kind of value that an operator compares with. */
function rightOf({ operator, right }: Comparison): Json {
  if (operator.endsWith('Path') || operator.startsWith('String') || operator.startsWith('Timestamp')) return right;
  try {
    return JSON.parse(right) as Json;
  } catch {
    return operator.startsWith('Is') || operator.startsWith('Boolean') ? true : right;
  }
}

const KINDS: Record<string, string> = { String: 'text', Numeric: 'number', Boolean: 'yes or no', Timestamp: 'moment' };
const RELATIONS: Record<string, string> = {
  Equals: 'is',
  LessThan: 'is less than',
  GreaterThan: 'is more than',
  LessThanEquals: 'is at most',
  GreaterThanEquals: 'is at least',
  Matches: 'matches (* is anything)',
};
const TESTS: Record<string, string> = {
  IsPresent: 'is there',
  IsNull: 'is null',
  IsString: 'is a text',
  IsNumeric: 'is a number',
  IsBoolean: 'is yes or no',
  IsTimestamp: 'is a moment',
};

/** What is offered between the two sides, in words. */
export const operatorsOf = (language: 'JSONata' | 'JSONPath'): { value: string; label: string }[] =>
  language === 'JSONata'
    ? OPERATORS.map(({ value, label }) => ({ value, label }))
    : CHOICE_OPERATORS.flatMap((operator) => {
        const test = TESTS[operator];
        if (test) return [{ value: operator, label: test }];
        const [, kind = '', relation = ''] = /^(String|Numeric|Boolean|Timestamp)(\w+)$/.exec(operator) ?? [];
        const words = RELATIONS[relation];
        return words ? [{ value: operator, label: `${words} (${KINDS[kind]})` }] : [];
      });

export const isTest = (operator: string): boolean => Object.hasOwn(TESTS, operator);
