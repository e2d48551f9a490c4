import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '@/lib/base/json';
import {
  evaluateJsonata,
  NotPlain,
  parseJsonata,
  plainPath,
  statesFieldsOf,
  unsupportedReferencesOf,
  variablesOf,
} from './jsonata';

describe('evaluateJsonata', () => {
  test.each<[string, Json | undefined]>([
    ['1 + 2', 3],
    ['$x.y', undefined],
    ['null', null],
    ['1/0', 'Infinity'],
    ['[-1/0, 1e308 * 10]', ['-Infinity', 'Infinity']],
    ['$parseInteger("abc", "0")', 'NaN'],
    ['$count(null)', 1],
    ['$partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['$partition([1, 2, 3], 2.9)', [[1, 2], [3]]],
    ['$partition([0], 5)', [[0]]],
    ['$partition([], 1)', undefined],
    ['$partition([1], 0)', undefined],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(3, 3, 1)', 3],
    ['$range(1, 5)', undefined],
    ['$range(5, 1, 1)', undefined],
    ['$hash("input data", "MD5")', '812f45842bc6d66ee14572ce20db8e86'],
    ['$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$hash("x")', undefined],
    ['$parse("{\\"a\\":[1,null]}")', { a: [1, null] }],
    ['$random(7) = $random(7)', true],
    ['$random(7) = $random(8)', false],
    ['$random() < 1', true],
    ['$contains("hello$world", /^hello\\$/)', true],
    ['$match("a??b", /a??b/).match', 'b'],
    ['$string("?:??")', '?:??'],
    ['[1..3]', [1, 2, 3]],
    ['$range(1, 360145, 1) ~> $count()', 360145],
  ])('%s', async (expression, expected) => {
    expect(await evaluateJsonata(expression, {})).toEqual(expected);
  });

  test('results are plain: no property of the library’s own is left on an array', async () => {
    const value = (await evaluateJsonata('$map([1, 2], function($x) { [$x, $x] })', {})) as Json[];
    expect(Object.getOwnPropertyNames(value)).toEqual(['0', '1', 'length']);
  });

  test('a uuid is made', async () => {
    expect(await evaluateJsonata('$uuid()', {})).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  const stack =
    'Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive. Depth=101 max=100';
  const memory = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
  test.each([
    ['$eval("1 + 1")', 'T1006: Attempted to invoke a non-function'],
    ['"a" + 1', 'T2001: The left side of the "+" operator must evaluate to a number'],
    ['$sum("a")', 'T0412: Argument 1 of function "sum" must be an array of "numbers"'],
    ['$random("a")', 'T0410: Argument 1 of function "random" does not match function signature'],
    ['1 +', 'S0207: Unexpected end of expression'],
    ['$x ?? 1', 'S0211: The symbol "?" cannot be used as a unary operator'],
    ['$x ?: 1', 'S0211: The symbol ":" cannot be used as a unary operator'],
    ['$sum', 'returned an unsupported result type.'],
    ['{ "a": $sum }', 'returned an unsupported result type.'],
    [Array(101).fill('1').join('+'), stack],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, stack],
    ['[1..900000] ~> $count()', memory],
    ['$range(1, 360146, 1)', memory],
    ['$pad("a", 7000000)', memory],
    ['($f := function($x) { $f($x) }; $f(1))', 'Expression evaluation timeout: Check for infinite loop'],
  ])('%s fails', async (expression, message) => {
    await expect(evaluateJsonata(expression, {}, 200)).rejects.toThrow(message);
  });

  test.each([Array(100).fill('1').join('+'), `${'('.repeat(99)}1${')'.repeat(99)}`])(
    'AWS’s depth of 100 is allowed',
    async (expression) => {
      expect(await evaluateJsonata(expression, {})).toBeTypeOf('number');
    },
  );
});

describe('parseJsonata', () => {
  test.each([
    ['a[1,2)', 'Expected "]", got ","', 4],
    ['"unterminated', 'String literal must be terminated by a matching quote', 13],
    ['1 +', 'Unexpected end of expression', 3],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator', 6],
    ['$match("a", /abc', 'No terminating / in regular expression', 16],
    ['', 'Unexpected end of expression', 0],
  ])('%s is refused', (text, message, position) => {
    expect(parseJsonata(text)).toMatchObject({ ok: false, message, position });
  });

  test.each([
    '"?:"',
    "'a ?? b'",
    '`a??b`',
    '/* ?? */ 1',
    '$x ~> /(?:a)??/',
    'a ? b : c',
    '$x / 2 ? "y" : "n"',
    '$f(?, 1)',
  ])('%s is well', (text) => {
    expect(parseJsonata(text).ok).toBe(true);
  });

  test('operators that copy their tree over and over are refused before they are parsed', () => {
    const from = performance.now();
    expect(parseJsonata(`${'('.repeat(60)}1${' ?? 1)'.repeat(60)}`).ok).toBe(false);
    expect(parseJsonata(`${'('.repeat(100_000)}1`).ok).toBe(false);
    expect(performance.now() - from).toBeLessThan(1000);
  });
});

describe('what an expression reads', () => {
  test.each<[string, string[]]>([
    ['$a + $b.c', ['a', 'b']],
    ['$sum($states.input.items.price) * $rate', ['states', 'rate']],
    ['($x := $y; $x + 1)', ['y']],
    ['$map($list, function($v, $i) { $v * $i * $factor })', ['list', 'factor']],
    ['$list@$l#$n.{ "l": $l, "n": $n }', ['list']],
    ['$$.a', []],
    ['$list[$ > 1]', ['list']],
    ['broken(', []],
  ])('%s uses %j', (text, names) => {
    expect(variablesOf(text)).toEqual(names);
  });

  test.each<[string, string[] | null]>([
    ['$states.input.a + $states.context.Execution.Id', ['input', 'context']],
    ['$states', null],
    ['$states.*', null],
    ['$keys($states)', null],
    ['$merge([$states.input, $states.result])', ['input', 'result']],
    ['$x', []],
  ])('%s reads %j of $states', (text, fields) => {
    expect(statesFieldsOf(text)).toEqual(fields);
  });

  test.each<[string, string[]]>([
    ['phone', ['phone']],
    ['phone[0].number', ['phone']],
    ['$states.input.items[value > 3].name', []],
    ['$states.input.items^(price)', []],
    ['$map($states.input.a, function($x) { b })', ['b']],
    ['$$', ['$$']],
    ['{ "a": b, "c": [d] }', ['b', 'd']],
    ['$x ? y : z', ['y', 'z']],
    ['$x := y', ['y']],
  ])('%s reads %j from a context that does not exist', (text, names) => {
    expect(unsupportedReferencesOf(text)).toEqual(names);
  });
});

describe('plainPath', () => {
  test.each([
    '1 + 1',
    '$sum($x)',
    '$x.*',
    '$x[a = 1]',
    '$x.a[]',
    '$x.$y',
    '$$',
    'a.b',
    '$x{a: b}',
    '$x.a^(b)',
    'broken(',
  ])('%s is not plain', (text) => {
    expect(plainPath(text)).toBeNull();
  });

  const names = ['a', 'b', '__proto__', 'length', 'sequence'];
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom('', 'x', 'y'),
  );
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('json'), { maxLength: 3 }),
      fc
        .dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 4 })
        .map((object) => JSON.parse(JSON.stringify(object)) as JsonObject),
    ),
  }));
  const filter = fc
    .array(fc.integer({ min: -3, max: 3 }), { maxLength: 2 })
    .map((indexes) => indexes.map((i) => `[${i}]`).join(''));
  const pathText = fc
    .tuple(
      fc.constantFrom('x', 'y', 'states'),
      filter,
      fc.array(fc.tuple(fc.constantFrom(...names), filter), { maxLength: 4 }),
    )
    .map(
      ([variable, first, steps]) =>
        `$${variable}${first}${steps.map(([name, filters]) => `.${name}${filters}`).join('')}`,
    );
  const operand = fc.oneof(
    { weight: 3, arbitrary: pathText },
    { weight: 1, arbitrary: fc.constantFrom('1', '-1', '"x"', 'true', 'null') },
  );
  const expression = fc.oneof(
    { weight: 3, arbitrary: pathText },
    {
      weight: 1,
      arbitrary: fc
        .tuple(operand, fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'and', 'or'), operand)
        .map((parts) => parts.join(' ')),
    },
  );

  test('answers exactly what JSONata answers', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(expression, json, json, async (text, x, input) => {
        const bindings = { x, states: { input, a: input, b: x } };
        const plain = plainPath(text);
        expect(plain).not.toBeNull();
        let value: Json | undefined;
        try {
          value = plain?.(bindings);
        } catch (error) {
          expect(error).toBeInstanceOf(NotPlain);
          return;
        }
        answered++;
        expect(value).toEqual(await evaluateJsonata(text, bindings));
      }),
      { numRuns: 3000 },
    );
    expect(answered).toBeGreaterThan(1000);
  }, 60_000);
});
