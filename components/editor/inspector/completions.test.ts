import { expect, test } from 'vitest';
import { isValidIntrinsic } from '@/lib/asl/intrinsics';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import { type CompletionScope, complete } from './completions';
import { INTRINSICS, JSONATA_FUNCTIONS } from './language-help';

const scope: CompletionScope = {
  language: 'JSONata',
  roots: {
    order: {
      schema: {
        type: 'object',
        properties: {
          total: { type: 'number' },
          lines: { type: 'array', items: { type: 'object', properties: { 'unit price': { type: 'number' } } } },
        },
      },
      value: { total: 12.5, note: 'soon' },
    },
    states: {
      schema: null,
      value: { context: { Execution: { Input: { photo: 'x' } } } },
    },
  },
};
const labels = (text: string, of = scope) => complete(text, text.length, of)?.options.map(({ label }) => label);

test('behind $ come variables and functions', () => {
  const found = complete('1 + $', 5, scope);
  expect(found?.from).toBe(4);
  expect(found?.options[0]).toMatchObject({ label: '$order', detail: 'object' });
  expect(found?.options.find(({ label }) => label === '$uppercase')).toMatchObject({
    detail: '(text)',
    info: 'In capitals',
    insert: '$uppercase()',
    caret: 11,
  });
});

test('behind a dot come fields, of the schema and of the sample', () => {
  expect(labels('$order.')).toEqual(['total', 'lines', 'note']);
  expect(labels('$sum($order.lines.')).toEqual(['unit price']);
  expect(complete('$order.lines[0].', 16, scope)?.options[0]?.insert).toBe('`unit price`');
  expect(labels('$states.context.Execution.Input.')).toEqual(['photo']);
  expect(labels('$states.context.Execution.Input.ph')).toEqual(['photo']);
  expect(labels('$nothing.')).toBeUndefined();
});

test('inside a text nothing is offered', () => {
  expect(labels('"cost: $')).toBeUndefined();
  expect(labels('"cost: " & $')).toContain('$order');
});

test('JSONPath has its own', () => {
  const paths: CompletionScope = {
    language: 'JSONPath',
    roots: { '': { schema: null, value: { name: 'Ann' } }, $: { schema: null, value: { Execution: { Id: 'x' } } } },
  };
  expect(labels('$.', paths)).toEqual(['name']);
  expect(labels('$$.Execution.', paths)).toEqual(['Id']);
  expect(labels('States.Fo', paths)).toContain('States.Format');
  expect(labels('$', paths)).toEqual(['$', '$$']);
});

test('every function that is offered exists', async () => {
  for (const { name } of JSONATA_FUNCTIONS) {
    expect(await evaluateJsonata(`$type(${name})`, {}), name).toBe('function');
  }
  const wrong = INTRINSICS.filter(({ name }) => !/^States\.[A-Z]\w+$/.test(name) || isValidIntrinsic(`${name}x()`));
  expect(wrong).toEqual([]);
});
