import { describe, expect, test } from 'vitest';
import { inputRead } from '@/lib/graph';
import { decompile } from './decompile';

const read = (definition: object) => inputRead(decompile(definition).graph!).properties;

describe('what a definition reads of its input', () => {
  test('JSONPath: paths, operators, intrinsics; not what a step laid over it, nor its result', () => {
    expect(
      read({
        StartAt: 'Check',
        States: {
          Check: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'f', Payload: { 'id.$': '$.id', 'run.$': '$$.Execution.Id' } },
            ResultSelector: { 'valid.$': '$.Payload.valid' },
            ResultPath: '$.check',
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Sorry' }],
            Next: 'Pick',
          },
          Pick: {
            Type: 'Choice',
            Choices: [
              // Come this way, there is no error to read: it is no part of the input for that.
              { Variable: '$.check.late', BooleanEquals: true, Next: 'Sorry' },
              {
                And: [
                  { Variable: '$.check.valid', BooleanEquals: true },
                  { Not: { Variable: '$.total', NumericLessThanPath: '$.limit' } },
                ],
                Next: 'Each',
              },
            ],
            Default: 'Add',
          },
          Each: {
            Type: 'Map',
            ItemsPath: '$.order.lines',
            ItemProcessor: {
              StartAt: 'Line',
              States: { Line: { Type: 'Pass', Parameters: { 'sku.$': '$.sku' }, End: true } },
            },
            Next: 'Last',
          },
          Last: { Type: 'Pass', InputPath: '$.gone', End: true },
          Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, ResultPath: '$.sum', Next: 'Hold' },
          Hold: { Type: 'Wait', SecondsPath: '$.pause', End: true },
          Sorry: { Type: 'Fail', CausePath: '$.error.Cause' },
        },
      }),
    ).toEqual({
      id: {},
      total: { type: 'number' },
      limit: { type: 'number' },
      order: {
        type: 'object',
        properties: { lines: { type: 'array', items: { type: 'object', properties: { sku: {} } } } },
      },
      n: { type: 'number' },
      pause: { type: 'number' },
    });
  });

  test('JSONata: the context, the input while it still is one, and the variables that hold a part of it', () => {
    expect(
      read({
        QueryLanguage: 'JSONata',
        StartAt: 'Set',
        States: {
          Set: { Type: 'Pass', Assign: { names: '{% $states.input.names %}', n: 3 }, Next: 'Loop' },
          Loop: {
            Type: 'Map',
            Items: '{% $names %}',
            ItemSelector: { name: '{% $states.context.Map.Item.Value.first %}' },
            ItemProcessor: {
              StartAt: 'Say',
              States: { Say: { Type: 'Pass', Output: '{% $states.input.name & $n %}', End: true } },
            },
            Next: 'Later',
          },
          Later: {
            Type: 'Choice',
            Choices: [
              { Condition: '{% $states.context.Execution.Input.limit > 3 and $states.input.x %}', Next: 'Done' },
            ],
            Default: 'Done',
          },
          Done: { Type: 'Succeed' },
        },
      }),
    ).toEqual({
      names: { type: 'array', items: { type: 'object', properties: { first: {} } } },
      limit: { type: 'number' },
    });
  });

  test('nothing, where nothing is read by name; a loop of steps ends', () => {
    expect(read({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } })).toEqual({});
    expect(
      read({
        StartAt: 'Wait',
        States: {
          Wait: { Type: 'Wait', Seconds: 1, Next: 'Again' },
          Again: {
            Type: 'Choice',
            Choices: [{ Variable: '$.status', StringMatches: 'DONE*', Next: 'End' }],
            Default: 'Wait',
          },
          End: { Type: 'Succeed' },
        },
      }),
    ).toEqual({ status: { type: 'string' } });
  });
});
