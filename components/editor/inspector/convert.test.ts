import { describe, expect, test } from 'vitest';
import { evaluateIntrinsic } from '@/lib/asl/intrinsics';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { expressionText, type Mapping } from '@/lib/graph';
import { asExpression, asValue, CONVERSIONS, conversionsFor, convert, fitOf, readConversion } from './convert';

const value: Mapping = { kind: 'reference', from: { kind: 'variable', name: 'v' }, path: [] };
const of = (id: string) => CONVERSIONS.find((conversion) => conversion.id === id)!;

const ROWS: [id: string, given: Json, made: Json][] = [
  ['text', 12.5, '12.5'],
  ['number', '12.5', 12.5],
  ['round', 12.6, 13],
  ['boolean', 'true', true],
  ['parse', '{"a":[1]}', { a: [1] }],
  ['join', ['a', 'b'], 'a, b'],
  ['json', { a: 1 }, '{"a":1}'],
  ['list', 'a', ['a']],
  ['first', ['a', 'b'], 'a'],
  ['count', ['a', 'b'], 2],
];

describe('each conversion, in both languages, evaluated by the engine’s own evaluators', () => {
  test.each(ROWS)('%s in JSONata', async (id, given, made) => {
    const text = expressionText(convert(value, of(id), 'JSONata'), 'JSONata');
    expect(await evaluateJsonata(text, { v: given })).toEqual(made);
  });
  test.each(ROWS.filter(([id]) => of(id).jsonPath))('%s in JSONPath', (id, given, made) => {
    const text = expressionText(convert(value, of(id), 'JSONPath'), 'JSONPath');
    expect(evaluateIntrinsic(text, { input: {}, context: {}, variables: { v: given } })).toEqual(made);
  });
  test('no row is forgotten', () => {
    expect(ROWS.map(([id]) => id).sort()).toEqual(CONVERSIONS.map(({ id }) => id).sort());
  });
});

test.each<[JsonSchema | null, JsonSchema, string]>([
  [{ type: 'string' }, { type: 'string' }, 'fits'],
  [{ type: 'integer' }, { type: 'number' }, 'fits'],
  [{ type: 'number' }, { type: 'integer' }, 'maybe'],
  [{ type: 'number' }, { type: 'string' }, 'not'],
  [{ type: 'array', items: { type: 'number' } }, { type: 'array', items: { type: 'string' } }, 'not'],
  [{ type: 'string' }, { type: 'string', format: 's3-uri' }, 'maybe'],
  [null, { type: 'string' }, 'maybe'],
  [{ type: 'string' }, {}, 'maybe'],
])('%j where %j is wanted: %s', (given, wanted, fit) => {
  expect(fitOf(given, wanted).fit).toBe(fit);
});

test('what is offered fits', () => {
  const ids = (given: JsonSchema, wanted: JsonSchema, language: 'JSONata' | 'JSONPath' = 'JSONata') =>
    conversionsFor(given, wanted, language).map(({ id }) => id);
  expect(ids({ type: 'number' }, { type: 'string' })).toEqual(['text']);
  expect(ids({ type: 'number' }, { type: 'integer' })).toEqual(['round']);
  expect(ids({ type: 'number' }, { type: 'integer' }, 'JSONPath')).toEqual([]);
  expect(ids({ type: 'array', items: { type: 'string' } }, { type: 'string' })).toEqual(['join', 'json', 'first']);
  expect(ids({ type: 'array', items: { type: 'number' } }, { type: 'string' })).not.toContain('first');
  expect(ids({ type: 'string' }, { type: 'array', items: { type: 'string' } })).toEqual(['parse', 'list']);
});

test('a conversion is read back; any other expression is left alone', () => {
  for (const language of ['JSONata', 'JSONPath'] as const)
    for (const conversion of CONVERSIONS) {
      if (conversion.id === 'first' && language === 'JSONata') continue; // it is a reference itself
      if (language === 'JSONPath' && !conversion.jsonPath) continue;
      const made = convert(value, conversion, language);
      const read = readConversion(made, language);
      expect(read?.reference).toEqual(value);
      expect(read && convert(read.reference, read.conversion, language)).toEqual(made);
    }
  expect(convert(value, of('first'), 'JSONata')).toMatchObject({ kind: 'reference', path: [0] });
  expect(readConversion({ kind: 'expression', text: ' $string($a & $b) ' }, 'JSONata')).toBeNull();
  expect(readConversion({ kind: 'expression', text: ' $a + 1 ' }, 'JSONata')).toBeNull();
});

test.each<[Json]>([['a {b} \'c\' \\ "d"'], [''], [5], [-1.5], [true], [null], [['a', 1]], [{ a: { b: "it's" } }]])(
  'a value becomes an expression that gives it, and is read back: %j',
  async (given) => {
    const jsonata = asExpression(given, 'JSONata');
    expect(await evaluateJsonata(expressionText(jsonata, 'JSONata'), {})).toEqual(given);
    expect(asValue(jsonata, 'JSONata')).toEqual(given);
    const intrinsic = asExpression(given, 'JSONPath');
    expect(evaluateIntrinsic(expressionText(intrinsic, 'JSONPath'), { input: {}, context: {}, variables: {} })).toEqual(
      given,
    );
    expect(asValue(intrinsic, 'JSONPath')).toEqual(given);
  },
);

test('what is computed is no value', () => {
  expect(asValue({ kind: 'expression', text: ' $a + 1 ' }, 'JSONata')).toBeUndefined();
  expect(asValue({ kind: 'expression', text: '$.a' }, 'JSONPath')).toBeUndefined();
  expect(asValue(value, 'JSONata')).toBeUndefined();
});
