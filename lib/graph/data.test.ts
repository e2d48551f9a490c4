import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import {
  expressionText,
  isVariableName,
  mappingToText,
  parseMappingText,
  parseReference,
  referenceText,
  switchMode,
} from './data';
import type { Mapping } from './schema';
import { renameIn, variablesIn } from './variables';

const segment = fc.oneof(
  fc.constantFrom('photo', 'a b', 'and', 'true', "it's", '', 'x`y', 'ä', '1', '$', 'a.b', '"'),
  fc.integer({ min: -3, max: 9 }),
  fc.string({ maxLength: 4 }),
);
const path = fc.array(segment, { maxLength: 4 });
const from = fc.constantFrom<Extract<Mapping, { kind: 'reference' }>['from']>(
  { kind: 'variable', name: 'photo' },
  { kind: 'input' },
  { kind: 'context' },
  { kind: 'state-input' },
  { kind: 'result' },
  { kind: 'error' },
);

describe('references', () => {
  test('in JSONata: read back as they were written, save what only $lookup can say', () => {
    fc.assert(
      fc.property(from, path, (from, path) => {
        fc.pre(!(from.kind === 'context' && path[0] === 'Execution'));
        const text = referenceText({ from, path }, 'JSONata');
        const sayable = path.every((s) => typeof s === 'number' || (s !== '' && !s.includes('`')));
        expect(parseReference(text, 'JSONata')).toEqual(
          sayable ? { kind: 'reference', from, path: path.map((s) => (Object.is(s, -0) ? 0 : s)) } : null,
        );
      }),
    );
  });

  test('in JSONPath: read back as they were written', () => {
    fc.assert(
      fc.property(from, path, (from, path) => {
        fc.pre(!(from.kind === 'context' && path[0] === 'Execution'));
        const dollar = from.kind === 'result' || from.kind === 'error' ? from.kind : 'state-input';
        expect(parseReference(referenceText({ from, path }, 'JSONPath'), 'JSONPath', dollar)).toEqual({
          kind: 'reference',
          from,
          path,
        });
      }),
    );
  });

  test('JSONata itself finds what the text names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 0, maxLength: 4 }), { maxLength: 3 }), async (path) => {
        const value = path.reduceRight<Json>((inner, name) => Object.fromEntries([[name, inner]]), 'found');
        const text = referenceText({ from: { kind: 'variable', name: 'root' }, path }, 'JSONata');
        expect(await jsonata(text).evaluate(null, { root: value })).toBe('found');
      }),
    );
  });

  test.each([
    '$photo .a',
    '$photo.*',
    '$',
    '$$',
    '$states',
    '$states.other',
    '$photo[01]',
    'photo',
    '$photo.',
    "$photo['a']",
  ])('%s is no canonical reference', (text) => expect(parseReference(text, 'JSONata')).toBeNull());
});

describe('mapping fields', () => {
  test('the switch to an expression and back keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const literal: Mapping = { kind: 'literal', value: JSON.parse(JSON.stringify(value)) as Json };
        expect(switchMode(switchMode(literal, 'JSONata'), 'JSONata')).toEqual(literal);
      }),
    );
  });

  test('what a mapping says as one expression, JSONata reads as the same value', async () => {
    const mapping: Mapping = {
      kind: 'object',
      fields: [
        {
          name: 'a',
          value: {
            kind: 'list',
            items: [
              { kind: 'literal', value: 'x"y' },
              { kind: 'reference', from: { kind: 'variable', name: 'v' }, path: ['k'] },
            ],
          },
        },
        { name: 'b c', value: { kind: 'expression', text: ' 1 + 1 ' } },
      ],
    };
    expect(await jsonata(expressionText(mapping, 'JSONata')).evaluate(null, { v: { k: 5 } })).toEqual({
      a: ['x"y', 5],
      'b c': 2,
    });
  });

  test.each<[string, 'literal' | 'expression', string | undefined, Mapping]>([
    ['256', 'literal', 'integer', { kind: 'literal', value: 256 }],
    ['256', 'literal', 'string', { kind: 'literal', value: '256' }],
    ['true', 'literal', undefined, { kind: 'literal', value: true }],
    ['hello', 'literal', undefined, { kind: 'literal', value: 'hello' }],
    [
      '$photo.size',
      'expression',
      undefined,
      { kind: 'reference', from: { kind: 'variable', name: 'photo' }, path: ['size'] },
    ],
    [
      '{% $photo.size %}',
      'expression',
      undefined,
      { kind: 'reference', from: { kind: 'variable', name: 'photo' }, path: ['size'] },
    ],
    ['1 + 1', 'expression', undefined, { kind: 'expression', text: ' 1 + 1 ' }],
  ])('%s typed as %s', (text, mode, like, expected) => {
    const mapping = parseMappingText(text, mode, 'JSONata', like);
    expect(mapping).toEqual(expected);
    if (mode === 'expression')
      expect(parseMappingText(mappingToText(mapping, 'JSONata').text, mode, 'JSONata')).toEqual(expected);
  });

  test.each([
    ['photo', true],
    ['états', true],
    ['_', true],
    ['1a', false],
    ['a b', false],
    ['states', false],
    ['', false],
    ['x'.repeat(81), false],
  ])('%s a variable name: %s', (name, fit) => expect(isVariableName(name)).toBe(fit));
});

describe('variables in expressions', () => {
  const rename = (text: string) => renameIn(text, 'JSONata', (name) => (name === 'a' ? 'b' : name));
  test.each([
    ['$a + $a.a + $ab + $c', '$b + $b.a + $ab + $c'],
    [`"$a" & '$a' & $a`, `"$a" & '$a' & $b`],
    [`"\\"$a" & $a`, `"\\"$a" & $b`],
    ['`$a`.$a', '`$a`.$b'],
    ['/* $a */ $a', '/* $a */ $b'],
    ['$match(x, /$a"/) & $a', '$match(x, /$a"/) & $b'],
    ['$match(x, /[/$a]/i) & $a', '$match(x, /[/$a]/i) & $b'],
    ['x / $a / "y"', 'x / $b / "y"'],
    ['($a) / $a / 2', '($b) / $b / 2'],
    ['x.* / $a / 2', 'x.* / $b / 2'],
    ['x and /$a/', 'x and /$a/'],
    ['x.and / $a / 2', 'x.and / $b / 2'],
    ['$$.a + $.a', '$$.a + $.a'],
  ])('%s', (text, expected) => expect(rename(text)).toBe(expected));

  test('every variable, each once', () => expect(variablesIn('$x + $y.z[$x] & "$no"', 'JSONata')).toEqual(['x', 'y']));
  test('in JSONPath too', () =>
    expect(renameIn("States.Format('{} $a', $a.x, $.a, $$.a)", 'JSONPath', () => 'b')).toBe(
      "States.Format('{} $a', $b.x, $.a, $$.a)",
    ));
});
