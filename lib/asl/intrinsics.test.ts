import { describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { StatesError } from './errors';
import { evaluateIntrinsic, isValidIntrinsic } from './intrinsics';
import type { PathScope } from './jsonpath';

const scope: PathScope = {
  input: {
    name: 'Ada',
    n: 4,
    half: 1.5,
    list: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    dup: [1, 2, 2, { a: 1 }, { a: 1 }, '1'],
    json: '{"a":1}',
    tpl: 'n={}',
    nul: null,
    a: { x: 1, y: 1 },
    b: { y: 2 },
    text: 'Data to encode',
  },
  context: { Execution: { Name: 'run' }, StateMachine: { Id: 'arn', Name: 'machine' } },
  variables: { v: 'var' },
};
const chance = { random: () => 0.5, uuid: () => '6a1f7fba-0c2f-4a05-8a6f-3b6f0c3f0f61' };
const run = (text: string) => evaluateIntrinsic(text, scope, chance);

test.each<[string, Json]>([
  ["States.Format('Hello {}', $.name)", 'Hello Ada'],
  ["States.Format('{} {} {} {}', 1, true, null, 'x')", '1 true null x'],
  ["States.Format('{}|{}', $.half, $.nul)", '1.5|null'],
  ["States.Format('{}', $$.StateMachine)", '{Id=arn, Name=machine}'],
  ["States.Format('{}', States.Array(1, 'a', $.nul))", '[1, a, null]'],
  ['States.Format($.tpl, $v)', 'n=var'],
  ["States.Format('a \\\\ \\'b\\' \\{\\} {}', 1)", "a \\ 'b' {} 1"],
  ["States.Format('no placeholders')", 'no placeholders'],
  ['States.StringToJson($.json)', { a: 1 }],
  ["States.StringToJson('[1,null]')", [1, null]],
  ['States.JsonToString($.a)', '{"x":1,"y":1}'],
  ['States.JsonToString($.name)', '"Ada"'],
  ["States.Array(1, 'two', $.name, States.Array())", [1, 'two', 'Ada', []]],
  ['States.Array()', []],
  ['States.ArrayPartition($.list, 4)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
  ['States.ArrayPartition(States.Array(), 4)', []],
  ['States.ArrayContains($.list, 5)', true],
  ['States.ArrayContains($.dup, $.a)', false],
  ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
  ['States.ArrayRange(9, 1, -4)', [9, 5, 1]],
  ['States.ArrayRange(5, 1, 1)', []],
  ['States.ArrayGetItem($.list, 2)', 3],
  ['States.ArrayLength($.list)', 9],
  ['States.ArrayLength($.list[?(@ > 20)])', 0],
  ['States.ArrayUnique($.dup)', [1, 2, { a: 1 }, '1']],
  ['States.Base64Encode($.text)', 'RGF0YSB0byBlbmNvZGU='],
  ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
  ["States.Base64Decode('YWJj')", 'abc'],
  ["States.Hash('input data', 'SHA-256')", 'b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3'],
  ['States.JsonMerge($.a, $.b, false)', { x: 1, y: 2 }],
  ['States.MathAdd($.n, -1)', 3],
  ['States.MathAdd(1.49, 1.5)', 3],
  ['States.MathAdd(-1.5, -1.51)', -3],
  ['States.MathAdd(-0.5, 0)', 0],
  ['States.MathRandom(1, 11)', 6],
  ['States.UUID()', chance.uuid()],
  ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
  ["States.StringSplit(',,', ',')", []],
  ["States.StringSplit('a', '')", ['a']],
])('%s', (text, expected) => expect(run(text)).toEqual(expected));

test('a seed always gives the same number', () => {
  expect(run('States.MathRandom(0, 1000000, 42)')).toBe(run('States.MathRandom(0, 1000000, 42)'));
  expect(run('States.MathRandom(0, 1000000, 42)')).not.toBe(run('States.MathRandom(0, 1000000, 43)'));
});

const failure = (text: string) => {
  try {
    return run(text);
  } catch (error) {
    return error instanceof StatesError ? [error.error, error.cause] : error;
  }
};

describe('an argument that matches nothing', () => {
  const input = JSON.stringify(scope.input);
  test.each([
    ["States.Format('{}',$.nope)", '$.nope'],
    ["States.Format('{}', States.Format('{}', $.a.b))", '$.a.b'],
    ['States.ArrayLength($.list[99])', '$.list[99]'],
    ["States.Format('{}', $$.Nope.Deep)", '$.Nope.Deep'],
  ])('%s', (text, path) => {
    expect(failure(text)).toEqual([
      'States.Runtime',
      `The function '${text}' had the following error: The JsonPath argument for the field '${path}' could not be found in the input '${input}'`,
    ]);
  });
});

test.each([
  ["States.Format('{} {}', 1)", 'number of arguments do not match'],
  ["States.Format('{', 1)", "matching '}' not found"],
  ['States.Format(1)', 'must be a string, not number'],
  ['States.StringToJson($.name)', 'not valid JSON'],
  ['States.ArrayPartition($.list, 0)', 'must be 1 or more'],
  ['States.ArrayPartition($.name, 1)', 'first argument of States.ArrayPartition must be an array, not string'],
  ['States.ArrayRange(0, 100000, 1)', 'at most 1000'],
  ['States.ArrayRange(0, 1, 0)', 'must not be 0'],
  ['States.ArrayGetItem($.list, 9)', 'not within the array of 9'],
  ["States.Hash('x', 'SHA-3')", 'must be MD5'],
  ['States.JsonMerge($.a, $.b, true)', 'third argument must be false'],
  ['States.JsonMerge($.a, $.n, false)', 'two objects'],
  ['States.MathAdd(2147483647, 1)', '32 bits'],
  ['States.MathRandom(5, 5)', 'less than its end'],
  ['States.Base64Encode($.n)', 'must be a string, not number'],
  ['States.Nope(1)', "no function 'States.Nope'"],
])('%s fails: %s', (text, reason) => {
  expect(failure(text)).toEqual(['States.IntrinsicFailure', expect.stringContaining(reason)]);
  expect(failure(text)).toEqual([
    expect.anything(),
    expect.stringContaining(`The function '${text}' had the following error: `),
  ]);
});

describe('syntax', () => {
  test.each([
    "States.Format('a', 'b', $.c[0,1])",
    "States.Array( $['a b'] , $.x[?(@.y == 'a,b)')] )",
    'States.UUID( )',
  ])('%s is well', (text) => expect(isValidIntrinsic(text)).toBe(true));
  test.each([
    'States.UUID',
    'States.UUID(1)',
    'States.Format()',
    "States.Format('a)",
    'States.Format("a")',
    "States.Format('a' 'b')",
    "States.Format('a',)",
    "States.Format('\\\"')",
    "States.Format('\\n')",
    'States.Array(a)',
    "States.Array('a') x",
    'States.Array(1e)',
    'States.constructor()',
    `${'States.Array('.repeat(11)}${')'.repeat(11)}`,
  ])('%s is wrong', (text) => expect(isValidIntrinsic(text)).toBe(false));
  test('ten levels are allowed', () =>
    expect(isValidIntrinsic(`${'States.Array('.repeat(10)}${')'.repeat(10)}`)).toBe(true));
});
