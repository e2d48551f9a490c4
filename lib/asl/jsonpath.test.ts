import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { StatesError } from './errors';
import {
  evaluatePath,
  isReferencePath,
  isValidPath,
  type PathScope,
  readField,
  readReference,
  readStatePath,
  setAtReferencePath,
} from './jsonpath';

const store: Json = {
  book: [
    { kind: 'ref', author: 'Rees', title: 'Sayings', price: 8.95, tags: ['old'] },
    { kind: 'fiction', author: 'Waugh', title: 'Sword', price: 12.99 },
    { kind: 'fiction', author: 'Melville', title: 'Moby Dick', isbn: '0-553', price: 8.99, tags: ['sea', 'old'] },
  ],
  bike: { colour: 'red', price: 19.95, 'wheel size': 28 },
  none: null,
  'a.b': 1,
};
const scope: PathScope = {
  input: store,
  context: { Execution: { Name: 'run' }, Map: { Item: { Index: 2 } } },
  variables: { limit: 9, list: [1, 2, 3], naïve: true },
};

describe('paths that name one place', () => {
  test.each<[string, Json]>([
    ['$', store],
    ['$.bike.colour', 'red'],
    ["$['bike']['colour']", 'red'],
    ['$["bike"].colour', 'red'],
    ["$.bike['wheel size']", 28],
    ["$['a.b']", 1],
    ['$.a\\.b', 1],
    ['$.none', null],
    ['$.book[0].title', 'Sayings'],
    ['$.book[-1].title', 'Moby Dick'],
    ['$.book[2].tags[1]', 'old'],
    ["$.bike['colour','price']", { colour: 'red', price: 19.95 }],
    ['$$.Execution.Name', 'run'],
    ['$$', scope.context],
    ['$limit', 9],
    ['$list[1]', 2],
    ['$naïve', true],
    ['$.book.length()', 3],
    ['$.book[*].price.max()', 12.99],
    ['$.book[*].price.min()', 8.95],
    ['$list.sum()', 6],
    ['$list.avg()', 2],
    ['$list.stddev()', Math.sqrt(2 / 3)],
    ['$list.first()', 1],
    ['$list.last()', 3],
    ['$list.index(1)', 2],
    ['$.bike.keys()', ['colour', 'price', 'wheel size']],
  ])('%s', (path, value) => {
    expect(evaluatePath(path, scope)).toMatchObject({ found: true, value, definite: true });
  });
});

describe('paths that may name several', () => {
  const titles = (...names: string[]) => names;
  test.each<[string, Json]>([
    ['$.book[*].title', titles('Sayings', 'Sword', 'Moby Dick')],
    ['$.book[0,2].title', titles('Sayings', 'Moby Dick')],
    ['$.book[:2].title', titles('Sayings', 'Sword')],
    ['$.book[1:].title', titles('Sword', 'Moby Dick')],
    ['$.book[-2:].title', titles('Sword', 'Moby Dick')],
    ['$.book[0:3:2].title', titles('Sayings', 'Moby Dick')],
    ['$..price', [8.95, 12.99, 8.99, 19.95]],
    ['$..book[0].title', titles('Sayings')],
    ["$..['isbn']", ['0-553']],
    ['$.bike.*', ['red', 19.95, 28]],
    ['$.book[?(@.price < 9)].title', titles('Sayings', 'Moby Dick')],
    ['$.book[?(@.price < $limit && @.isbn)].title', titles('Moby Dick')],
    ["$.book[?(@.kind == 'ref' || @.isbn)].title", titles('Sayings', 'Moby Dick')],
    ["$.book[?(!(@.kind == 'ref'))].title", titles('Sword', 'Moby Dick')],
    ['$.book[?(!@.isbn)].title', titles('Sayings', 'Sword')],
    ["$.book[?(@.kind != 'ref')].author", ['Waugh', 'Melville']],
    ["$.book[?(@['author'] in ['Rees', 'Waugh'])].title", titles('Sayings', 'Sword')],
    ["$.book[?(@.author nin ['Rees', 'Waugh'])].title", titles('Moby Dick')],
    ["$.book[?(@.tags contains 'sea')].title", titles('Moby Dick')],
    ["$.book[?(@.tags anyof ['old'])].title", titles('Sayings', 'Moby Dick')],
    ["$.book[?(@.tags subsetof ['old', 'new'])].title", titles('Sayings')],
    ['$.book[?(@.tags size 2)].title', titles('Moby Dick')],
    ['$.book[?(@.price > $.bike.price)].title', []],
    ['$.book[?(@.price > "a")].title', []],
    ['$.book[?(@.title =~ /^s.*/i)].title', titles('Sayings', 'Sword')],
    ['$.none[*]', []],
    ['$.missing[*].x', []],
    ['$.missing.deep[1:5]', []],
    ['$..missing', []],
  ])('%s', (path, value) => {
    expect(evaluatePath(path, scope)).toEqual({ found: true, value, definite: false });
  });
});

test.each([
  ['$.nope', "No results for path: $['nope']"],
  ['$.nope.deep', "Missing property in path $['nope']"],
  ['$.bike.nope', "No results for path: $['bike']['nope']"],
  ['$.book[7]', "No results for path: $['book'][7]"],
  ['$.bike.colour[0]', 'Filter: [0] can only be applied to arrays. Current context is: red'],
  [
    '$.bike.colour.x',
    "Expected to find an object with property ['x'] in path $['bike']['colour'] but found 'java.lang.String'.",
  ],
  ['$other.x', "Variable '$other' is not defined"],
])('%s matches nothing: %s', (path, reason) => {
  expect(evaluatePath(path, scope)).toMatchObject({ found: false, value: undefined, reason });
});

describe('only own properties are seen', () => {
  test.each([
    '$.constructor',
    '$.__proto__',
    '$.book.length',
    "$['toString']",
    '$constructor',
    '$.book[0].hasOwnProperty',
  ])('%s', (path) => {
    expect(evaluatePath(path, scope).found).toBe(false);
  });
  test('but a JSON field may have such a name', () => {
    const input = JSON.parse('{"__proto__":{"constructor":1}}') as Json;
    expect(evaluatePath('$.__proto__.constructor', { ...scope, input }).value).toBe(1);
  });
});

describe('syntax', () => {
  test.each([
    '',
    'a',
    'x.$',
    '$.',
    '$..',
    '$.a..',
    '$[',
    '$[]',
    "$['a",
    '$.a[b]',
    '$[1:2:0]',
    '$[?(@.a]',
    '$[?@.a]',
    '$.a b',
    '$.nosuch()',
    '$[?(@.a == )]',
    '$.a[(@.length-1)]',
    `$${'.a'.repeat(3000)}`,
  ])('%s is no path', (path) => {
    expect(isValidPath(path)).toBe(false);
    expect(() => evaluatePath(path, scope)).toThrow(StatesError);
  });
  test.each(['$', '$.a', "$['a b'][0]", '$.a[-1].b', '$var.x', '$$.Map.Item.Value', '$.a-b'])(
    '%s is a reference path',
    (path) => expect(isReferencePath(path)).toBe(true),
  );
  test.each(['$.*', '$..a', '$[1:2]', '$[0,1]', "$['a','b']", '$[?(@.a)]', '$.a.length()'])('%s is none', (path) => {
    expect(isValidPath(path)).toBe(true);
    expect(isReferencePath(path)).toBe(false);
  });
  test('a backslash guards the closing quote and itself, nothing else', () => {
    const input = { "it's": 1, 'back\\slash': 2, 'quo\\"te': 3 };
    for (const [path, value] of [
      ["$['it\\'s']", 1],
      ["$['back\\\\slash']", 2],
      ["$['quo\\\"te']", 3],
    ] as const) {
      expect(evaluatePath(path, { ...scope, input }).value).toBe(value);
    }
  });
});

describe('no path holds up the process', () => {
  test('too many visits', () => {
    const input = Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => [[1]]));
    const from = performance.now();
    expect(() => evaluatePath('$..*..*..*', { ...scope, input })).toThrow('too many values');
    expect(performance.now() - from).toBeLessThan(1000);
  });
  test('JSON that nests deeper than the stack', () => {
    let input: Json = 1;
    for (let i = 0; i < 100_000; i++) input = [input];
    expect(evaluatePath('$..x', { ...scope, input }).value).toEqual([]);
  });
  test('filters that nest deeply', () =>
    expect(isValidPath(`$[?(${'('.repeat(1000)}@.a${')'.repeat(1000)})]`)).toBe(false));
  test('a pattern that makes other engines try for ever', () => {
    const from = performance.now();
    const input = [{ s: `${'a'.repeat(200)}!` }];
    expect(evaluatePath('$[?(@.s =~ /(a+)+(a|aa)*$/)]', { ...scope, input }).value).toEqual([]);
    expect(performance.now() - from).toBeLessThan(500);
  });
});

describe('reading a field fails in AWS’s words', () => {
  const failure = (read: () => unknown) => {
    try {
      return read();
    } catch (error) {
      return error instanceof StatesError ? [error.error, error.cause] : error;
    }
  };
  const small: PathScope = { input: { other: 1, items: [1, 2] }, context: { a: 1 }, variables: {} };
  test('a template’s field', () => {
    expect(failure(() => readField('$.nope.deep', 'missing.$', small))).toEqual([
      'States.Runtime',
      `The JSONPath '$.nope.deep' specified for the field 'missing.$' could not be found in the input '{"other":1,"items":[1,2]}'`,
    ]);
    expect(failure(() => readField('$$.b', 'c.$', small))).toEqual([
      'States.Runtime',
      `The JSONPath '$$.b' specified for the field 'c.$' could not be found in the input '{"a":1}'`,
    ]);
    expect(readField('$.items[5]', 'v.$', small)).toBeNull();
    expect(failure(() => readField('$.items[5].x', 'v.$', small))).toEqual([
      'States.Runtime',
      expect.stringContaining('could not be found'),
    ]);
  });
  test('InputPath and OutputPath', () => {
    expect(failure(() => readStatePath('$.Payload', small))).toEqual([
      'States.Runtime',
      "Invalid path '$.Payload' : No results for path: $['Payload']",
    ]);
  });
  test('ItemsPath', () => {
    expect(failure(() => readReference('$.a.objects', { ...small, input: { a: { b: 1 } } }))).toEqual([
      'States.ReferencePathConflict',
      'Unable to apply step "objects" to input {"b":1}',
    ]);
    expect(readReference('$.items', small)).toEqual([1, 2]);
  });
});

describe('setAtReferencePath', () => {
  test.each<[Json, string, Json, Json]>([
    [{ a: 1 }, '$', 2, 2],
    [{ a: 1 }, '$.b', 2, { a: 1, b: 2 }],
    [{ a: 1 }, '$.b.c.d', 2, { a: 1, b: { c: { d: 2 } } }],
    [{ a: { b: 1, c: 2 } }, '$.a.b', 3, { a: { b: 3, c: 2 } }],
    [{ a: [1, { b: 2 }] }, '$.a[1].b', 3, { a: [1, { b: 3 }] }],
    [{}, "$['x y']", 1, { 'x y': 1 }],
  ])('%j at %s', (target, path, value, expected) => expect(setAtReferencePath(target, path, value)).toEqual(expected));

  test.each<[Json, string]>([
    ['text', '$.a'],
    [{ a: 1 }, '$.a.b'],
    [{ a: [1] }, '$.a[3]'],
    [{ a: [1] }, '$.a.b'],
    [null, '$.a'],
    [{}, '$.a[*]'],
  ])('%j cannot take %s', (target, path) => {
    expect(() => setAtReferencePath(target, path, 1)).toThrow(
      `States.ResultPathMatchFailure: Unable to apply ReferencePath ${path} to input ${JSON.stringify(target)}`,
    );
  });

  test('a name that is a door elsewhere is an ordinary name here', () => {
    const changed = setAtReferencePath({}, '$.__proto__.polluted', true);
    expect(Object.keys(changed as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  const name = fc.stringMatching(/^[a-z_]{1,6}$/);
  test('what was set is read back, and the target is unchanged', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.jsonValue()),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.jsonValue(),
        (target, names, value) => {
          const before = JSON.stringify(target);
          const path = `$${names.map((one) => `['${one}']`).join('')}`;
          try {
            const changed = setAtReferencePath(target as Json, path, value as Json);
            expect(evaluatePath(path, { input: changed, context: {}, variables: {} }).value).toEqual(value);
          } catch (error) {
            expect(error).toBeInstanceOf(StatesError);
          }
          expect(JSON.stringify(target)).toBe(before);
        },
      ),
    );
  });
});
