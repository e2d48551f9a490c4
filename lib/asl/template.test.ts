import { describe, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { StatesError } from './errors';
import type { PathScope } from './jsonpath';
import { fillJsonata, fillTemplate, jsonataOf } from './template';

const scope: PathScope = {
  input: { user: { id: 7 }, list: [1] },
  context: { Execution: { Name: 'run' } },
  variables: { total: 3 },
};

describe('fillTemplate', () => {
  test.each<[Json, Json]>([
    [
      { 'id.$': '$.user.id', kind: 'new' },
      { id: 7, kind: 'new' },
    ],
    [{ a: [{ 'b.$': '$total' }, '$.user'] }, { a: [{ b: 3 }, '$.user'] }],
    [
      { 'name.$': '$$.Execution.Name', 'text.$': "States.Format('{}', $.user.id)" },
      { name: 'run', text: '7' },
    ],
    [
      { 'past.$': '$.list[5]', 'none.$': '$.missing[*]' },
      { past: null, none: [] },
    ],
    ['$.user', '$.user'],
    [null, null],
    [{ '.$': '$.user.id' }, { '': 7 }],
  ])('%j', (template, expected) => expect(fillTemplate(template, scope)).toEqual(expected));

  test('keeps the order of the fields', () => {
    expect(JSON.stringify(fillTemplate({ z: 1, 'b.$': '$total', a: 2 }, scope))).toBe('{"z":1,"b":3,"a":2}');
  });
  test('says which field and which path', () => {
    expect(() => fillTemplate({ a: { 'id.$': '$.x' } }, scope)).toThrow(
      'The JSONPath \'$.x\' specified for the field \'id.$\' could not be found in the input \'{"user":{"id":7},"list":[1]}\'',
    );
    expect(() => fillTemplate({ 'id.$': 5 }, scope)).toThrow(StatesError);
  });
});

test.each([
  ['{% $x %}', '$x'],
  ['{%$x%}', '$x'],
  [' {% $x %} ', null],
  ['{% $x', null],
  ['{%}', null],
  ['$x', null],
])('%j holds the expression %j', (text, expression) => expect(jsonataOf(text)).toBe(expression));

describe('fillJsonata', () => {
  const seen: string[] = [];
  const evaluate = (expression: string): Json | undefined => {
    seen.push(expression);
    if (expression === 'fail') throw new Error('T2001: The left side of the "+" operator must evaluate to a number');
    if (expression === 'limit') throw new Error('Expression evaluation timeout: Check for infinite loop');
    if (expression === 'function') throw new Error('returned an unsupported result type.');
    if (expression === 'closed') throw new Problem('EVALUATOR_CLOSED', 'closed', 'start again');
    return expression === 'nothing' ? undefined : { was: expression };
  };
  const later = async (expression: string) => evaluate(expression);
  const template = { a: '{% one %}', b: ['text', '{% two %}', { c: '{% three %}' }], d: 1 };
  const filled = { a: { was: 'one' }, b: ['text', { was: 'two' }, { c: { was: 'three' } }], d: 1 };

  test('answers at once when every evaluation does', () => {
    seen.length = 0;
    expect(fillJsonata(template, evaluate, 'Output')).toEqual(filled);
    expect(seen).toEqual(['one', 'two', 'three']);
  });
  test('waits, in order, when one does not', async () => {
    seen.length = 0;
    const promise = fillJsonata(template, later, 'Output');
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toEqual(filled);
    expect(JSON.stringify(await promise)).toBe(JSON.stringify(filled));
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  test.each([
    [
      'nothing',
      'Output',
      "The JSONata expression 'nothing' specified for the field 'Output/a/b[1]' returned nothing (undefined).",
    ],
    [
      'fail',
      'Arguments',
      `The JSONata expression 'fail' specified for the field 'Arguments/a/b[1]' threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number`,
    ],
    [
      'limit',
      'Assign',
      "The JSONata expression 'limit' specified for the field 'Assign/a/b[1]' threw an error during evaluation: Expression evaluation timeout: Check for infinite loop",
    ],
    [
      'function',
      'Items',
      "The JSONata expression 'function' specified for the field 'Items/a/b[1]' returned an unsupported result type.",
    ],
  ])('%s in %s', async (expression, where, cause) => {
    const bad = { a: { b: [0, `{% ${expression} %}`] } };
    const expected = expect.objectContaining({ error: 'States.QueryEvaluationError', cause });
    expect(() => fillJsonata(bad, evaluate, where)).toThrow(expected);
    await expect(fillJsonata(bad, later, where)).rejects.toEqual(expected);
  });

  test('a problem of ours is not blamed on the expression', async () => {
    expect(() => fillJsonata('{% closed %}', evaluate, 'Output')).toThrow(Problem);
    await expect(fillJsonata('{% closed %}', later, 'Output')).rejects.toBeInstanceOf(Problem);
  });
});
