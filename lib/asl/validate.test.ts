import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '@/lib/base/json';
import { invalidDefinitionMessage, validateDefinition, validateState } from './validate';

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const done = { Type: 'Pass', End: true };
/** A machine of one state, X. It leads to Done unless it says otherwise, and Done is there when something leads to it. */
function withState(state: JsonObject, machine: JsonObject = {}): JsonObject {
  const leadsOn = !('Next' in state || 'End' in state || ['Choice', 'Succeed', 'Fail'].includes(String(state.Type)));
  const X: JsonObject = leadsOn ? { Next: 'Done', ...state } : state;
  const States: JsonObject = JSON.stringify(X).includes('"Done"') ? { X, Done: { Type: 'Succeed' } } : { X };
  return { StartAt: 'X', States, ...machine };
}
const map = (fields: JsonObject, processor: JsonObject = {}) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'P', States: { P: done }, ...processor },
  End: true,
  ...fields,
});
const errors = (definition: unknown, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') =>
  validateDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition), { type }).map(
    ({ code, message, location }) => [code, message, location],
  );
const SCHEMA = 'SCHEMA_VALIDATION_FAILED';

describe('valid', () => {
  test.each<[string, Json]>([
    ['the smallest', { StartAt: 'X', States: { X: done } }],
    [
      'all of a machine',
      { StartAt: 'X', States: { X: done }, Comment: 'c', Version: '1.0', TimeoutSeconds: 60, QueryLanguage: 'JSONata' },
    ],
    [
      'a task with everything',
      withState({
        Type: 'Task',
        Resource: LAMBDA,
        Parameters: { 'a.$': '$.b' },
        ResultSelector: { 'c.$': '$.Payload' },
        ResultPath: '$.r',
        InputPath: null,
        OutputPath: '$.r',
        TimeoutSecondsPath: '$.t',
        HeartbeatSeconds: 5,
        Assign: { 'x.$': "States.Format('{}', $.a)" },
        Retry: [
          {
            ErrorEquals: ['A'],
            IntervalSeconds: 1,
            MaxAttempts: 0,
            BackoffRate: 1.5,
            MaxDelaySeconds: 9,
            JitterStrategy: 'FULL',
          },
          { ErrorEquals: ['States.ALL'] },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done', ResultPath: '$.e', Assign: { e: 1 } }],
      }),
    ],
    [
      'a JSONata task',
      withState({
        Type: 'Task',
        QueryLanguage: 'JSONata',
        Resource: LAMBDA,
        Arguments: { n: '{% $states.input.n + 1 %}' },
        TimeoutSeconds: '{% $t %}',
        Output: '{% $states.result %}',
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'Done',
            Output: '{% $states.errorOutput.Cause %}',
            Assign: { e: '{% $states.errorOutput %}' },
          },
        ],
      }),
    ],
    ['waits', withState({ Type: 'Wait', Timestamp: '2026-01-31T12:00:00.5Z' })],
    ['a JSONata wait', withState({ Type: 'Wait', Seconds: '{% $n %}' }, { QueryLanguage: 'JSONata' })],
    [
      'choices',
      withState({
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.a', IsPresent: true },
              { Not: { Variable: '$a', StringEqualsPath: '$.b', Comment: 'why' } },
            ],
            Next: 'Done',
            Assign: { a: 1 },
          },
        ],
        Default: 'Done',
      }),
    ],
    [
      'a JSONata choice',
      withState(
        {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.a > 1 %}', Next: 'Done', Output: 1 },
            { Condition: true, Next: 'Done' },
          ],
        },
        { QueryLanguage: 'JSONata' },
      ),
    ],
    ['fail paths', withState({ Type: 'Fail', ErrorPath: "States.Format('{}', $.e)", CausePath: '$.c' })],
    [
      'an older map',
      {
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            Iterator: { StartAt: 'P', States: { P: done } },
            Parameters: { 'v.$': '$$.Map.Item.Value' },
            ItemsPath: '$.items',
            MaxConcurrency: 0,
            End: true,
          },
        },
      },
    ],
    [
      'a distributed map',
      {
        StartAt: 'M',
        States: {
          M: map(
            {
              ItemReader: {
                Resource: 'arn:aws:states:::s3:getObject',
                Parameters: { 'Bucket.$': '$.b', Key: 'k' },
                ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], MaxItemsPath: '$.m' },
              },
              ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { 'a.$': '$.a' } },
              ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
              Label: 'L',
              ToleratedFailurePercentage: 10.5,
              ToleratedFailureCountPath: '$.c',
            },
            { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
          ),
        },
      },
    ],
    [
      'a loop inside a map',
      {
        StartAt: 'M',
        States: {
          M: map({}, { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } }),
        },
      },
    ],
    [
      'JSONPath states within a JSONata map',
      {
        StartAt: 'M',
        States: {
          M: map(
            { QueryLanguage: 'JSONata', Items: '{% [1,2] %}', Output: '{% $states.result %}' },
            { States: { P: { Type: 'Pass', InputPath: '$.a', End: true } } },
          ),
        },
      },
    ],
    ['text that only looks like an expression', withState({ Type: 'Pass', Result: { a: ' {% b %} ', b: '$.c' } })],
    [
      'a lambda function by its ARN',
      withState({ Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST' }),
    ],
    ['an activity', withState({ Type: 'Task', Resource: 'arn:aws:states:us-east-1:123456789012:activity:a' })],
    [
      'an SDK integration',
      withState({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:listObjectsV2.waitForTaskToken' }),
    ],
    ['a name in any script', { StartAt: '步骤 1', States: { '步骤 1': done } }],
  ])('%s', (_, definition) => expect(errors(definition)).toEqual([]));
});

describe('invalid', () => {
  const pass = (fields: JsonObject) => withState({ Type: 'Pass', ...fields });
  const task = (fields: JsonObject) => withState({ Type: 'Task', Resource: LAMBDA, ...fields });
  const jsonata = (output: Json) =>
    withState({ Type: 'Pass', Output: output, End: true }, { QueryLanguage: 'JSONata' });
  const recognised = (arn: string) =>
    `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  const only = (language: string, field: string, other: string) =>
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`;

  test.each<[string, unknown, (string | null)[][]]>([
    ['no StartAt', { States: { A: done } }, [[SCHEMA, 'These fields are required: [StartAt]', '/']]],
    ['nothing', {}, [[SCHEMA, 'These fields are required: [StartAt, States]', '/']]],
    ['no states', { StartAt: 'A', States: {} }, [[SCHEMA, 'Value cannot be empty', '/States']]],
    [
      'an unknown type',
      withState({ Type: 'Nope', End: true }),
      [
        [
          SCHEMA,
          "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
          '/States/X/Type',
        ],
      ],
    ],
    [
      'a missing type',
      { StartAt: 'X', States: { X: { End: true } } },
      [[SCHEMA, 'These fields are required: [Type]', '/States/X']],
    ],
    [
      'a field of another type',
      pass({ TimeoutSeconds: 5 }),
      [[SCHEMA, "Field 'TimeoutSeconds' is not supported", '/States/X']],
    ],
    ['an unknown field', pass({ Nxt: 'Y' }), [[SCHEMA, "Field 'Nxt' is not supported", '/States/X']]],
    [
      'both Next and End',
      { StartAt: 'X', States: { X: { Type: 'Pass', Next: 'Y', End: true }, Y: done } },
      [[SCHEMA, 'Only one of these fields is allowed: [Next, End]', '/States/X']],
    ],
    [
      'neither',
      { StartAt: 'X', States: { X: { Type: 'Pass' } } },
      [
        [SCHEMA, 'One of these fields is required: [Next, End]', '/States/X'],
        ['MISSING_END_STATE', 'Workflow has no terminal state', null],
      ],
    ],
    [
      'a long name',
      { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: done } },
      [[SCHEMA, 'State name is longer than 80 characters', `/States/${'x'.repeat(81)}`]],
    ],

    ['a bad path', pass({ OutputPath: 'Test' }), [[SCHEMA, 'Value must be a valid JSONPath.', '/States/X/OutputPath']]],
    [
      'a path for several where one is meant',
      pass({ ResultPath: '$.a[*]' }),
      [[SCHEMA, 'Value must be a valid Reference Path.', '/States/X/ResultPath']],
    ],
    [
      'a bad template',
      pass({ Parameters: { a: { 'b.$': 'c' } } }),
      [
        [
          SCHEMA,
          "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call",
          '/States/X/Parameters',
        ],
      ],
    ],
    [
      'a bad escape',
      pass({ Parameters: { 'p.$': "States.Format('\\\"')" } }),
      [
        [
          SCHEMA,
          "The value for the field 'p.$' must be a valid JSONPath or a valid intrinsic function call",
          '/States/X/Parameters',
        ],
      ],
    ],
    [
      'a bad variable',
      pass({ Assign: { '1a': 1, states: 2 } }),
      [
        [SCHEMA, "Invalid variable name '1a'", '/States/X/Assign'],
        [SCHEMA, "Variable name 'states' is reserved", '/States/X/Assign'],
      ],
    ],

    [
      'an unknown resource',
      withState({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:query' }),
      [[SCHEMA, recognised('arn:aws:states:::dynamodb:query'), '/States/X/Resource']],
    ],
    ['no resource', withState({ Type: 'Task' }), [[SCHEMA, 'These fields are required: [Resource]', '/States/X']]],
    [
      'a heartbeat longer than the timeout',
      task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      [[SCHEMA, 'HeartbeatSeconds must be smaller than TimeoutSeconds', '/States/X/HeartbeatSeconds']],
    ],
    [
      'two timeouts',
      task({ TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' }),
      [[SCHEMA, 'Only one of these fields is allowed: [TimeoutSeconds, TimeoutSecondsPath]', '/States/X']],
    ],
    [
      'retriers',
      task({
        Retry: [
          { ErrorEquals: [] },
          { ErrorEquals: ['States.ALL', 'A'], BackoffRate: 0.5 },
          { IntervalSeconds: 0, JitterStrategy: 'SOME' },
        ],
      }),
      [
        [SCHEMA, 'Value cannot be empty', '/States/X/Retry[0]/ErrorEquals'],
        [SCHEMA, "'States.ALL' must appear alone", '/States/X/Retry[1]/ErrorEquals'],
        [SCHEMA, 'Minimum value is 1', '/States/X/Retry[1]/BackoffRate'],
        [SCHEMA, 'These fields are required: [ErrorEquals]', '/States/X/Retry[2]'],
        [SCHEMA, 'Minimum value is 1', '/States/X/Retry[2]/IntervalSeconds'],
        [SCHEMA, 'Value should be one of the following: [FULL, NONE]', '/States/X/Retry[2]/JitterStrategy'],
      ],
    ],
    [
      'States.ALL before others',
      task({
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'Done' },
          { ErrorEquals: ['A'], Next: 'Done' },
        ],
      }),
      [[SCHEMA, "'States.ALL' must be in the last entry", '/States/X/Catch[0]/ErrorEquals']],
    ],
    [
      'a catcher that leads nowhere',
      task({ Catch: [{ ErrorEquals: ['A'] }] }),
      [[SCHEMA, 'These fields are required: [Next]', '/States/X/Catch[0]']],
    ],

    [
      'a wait for nothing',
      withState({ Type: 'Wait' }),
      [[SCHEMA, 'One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]', '/States/X']],
    ],
    [
      'a wait for two things',
      withState({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s' }),
      [[SCHEMA, 'Only one of these fields is allowed: [Seconds, SecondsPath]', '/States/X']],
    ],
    [
      'no moment',
      withState({ Type: 'Wait', Timestamp: '2016-12-05 21:29:29Z' }),
      [[SCHEMA, 'String does not match RFC3339 timestamp', '/States/X/Timestamp']],
    ],
    [
      'JSONata where it is not spoken',
      withState({ Type: 'Wait', Timestamp: "{% '2016-03-14T01:59:00Z' %}" }),
      [[SCHEMA, 'String does not match RFC3339 timestamp', '/States/X/Timestamp']],
    ],
    [
      'a wait backwards',
      withState({ Type: 'Wait', Seconds: -1 }),
      [[SCHEMA, 'Minimum value is 0', '/States/X/Seconds']],
    ],

    [
      'no choices',
      withState({ Type: 'Choice', Choices: [], Default: 'Done' }),
      [[SCHEMA, 'Value cannot be empty', '/States/X/Choices']],
    ],
    [
      'rules',
      withState({
        Type: 'Choice',
        Default: 'Done',
        Choices: [
          { Variable: '$.a', Next: 'Done' },
          { Variable: '$.a', StringEquals: 1, Next: 'Done' },
          { Or: [{ Variable: '$.a', IsNull: true, Next: 'Done' }], Next: 'Done' },
          { NumericEquals: 1, Next: 'Done' },
          { Condition: '{% true %}', Next: 'Done' },
          { Variable: '$.a', IsNull: true },
        ],
      }),
      [
        [SCHEMA, 'A choice rule must have exactly one comparison operator', '/States/X/Choices[0]'],
        [SCHEMA, 'Expected value of type [STRING]', '/States/X/Choices[1]/StringEquals'],
        [SCHEMA, "Field 'Next' is not supported", '/States/X/Choices[2]/Or[0]'],
        [SCHEMA, 'These fields are required: [Variable]', '/States/X/Choices[3]'],
        [SCHEMA, only('JSONPath', 'Condition', 'JSONata'), '/States/X/Choices[4]'],
        [SCHEMA, 'These fields are required: [Next]', '/States/X/Choices[5]'],
      ],
    ],

    [
      'empty branches',
      withState({ Type: 'Parallel', Branches: [] }),
      [[SCHEMA, 'Value cannot be empty', '/States/X/Branches']],
    ],
    [
      'a branch’s query language',
      withState({ Type: 'Parallel', Branches: [{ StartAt: 'P', States: { P: done }, QueryLanguage: 'JSONata' }] }),
      [[SCHEMA, "Field 'QueryLanguage' is not supported", '/States/X/Branches[0]']],
    ],
    [
      'a map without a processor',
      withState({ Type: 'Map' }),
      [[SCHEMA, 'These fields are required: [ItemProcessor]', '/States/X']],
    ],
    [
      'map numbers',
      withState(map({ MaxConcurrency: -1, ToleratedFailurePercentage: 101 })),
      [
        [SCHEMA, 'Minimum value is 0', '/States/X/MaxConcurrency'],
        [SCHEMA, 'Maximum value is 100', '/States/X/ToleratedFailurePercentage'],
      ],
    ],
    [
      'a reader of nothing known',
      withState(map({ ItemReader: { Resource: 'arn:aws:states:::s3:unknown', ReaderConfig: { InputType: 'XML' } } })),
      [
        [SCHEMA, recognised('arn:aws:states:::s3:unknown'), '/States/X/ItemReader/Resource'],
        [
          SCHEMA,
          'Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST]',
          '/States/X/ItemReader/ReaderConfig/InputType',
        ],
      ],
    ],
    [
      'a nested state',
      withState(
        map(
          {},
          {
            States: {
              P: { Type: 'Map', MaxConcurrency: -1, ItemProcessor: { StartAt: 'Q', States: { Q: done } }, End: true },
            },
          },
        ),
      ),
      [[SCHEMA, 'Minimum value is 0', '/States/X/ItemProcessor/States/P/MaxConcurrency']],
    ],

    ['a JSONata field', pass({ Output: 1 }), [[SCHEMA, only('JSONPath', 'Output', 'JSONata'), '/States/X']]],
    [
      'a JSONPath field',
      withState({ Type: 'Pass', InputPath: '$.a', ResultPath: '$.c', End: true }, { QueryLanguage: 'JSONata' }),
      [
        [SCHEMA, only('JSONata', 'InputPath', 'JSONPath'), '/States/X'],
        [SCHEMA, only('JSONata', 'ResultPath', 'JSONPath'), '/States/X'],
      ],
    ],
    [
      'back to JSONPath',
      withState({ Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1, End: true }, { QueryLanguage: 'JSONata' }),
      [[SCHEMA, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", '/States/X']],
    ],
    [
      'a misspelt language',
      pass({ QueryLanguage: 'jsonata', InputPath: '$.a', Output: 1 }),
      [
        [SCHEMA, only('JSONata', 'InputPath', 'JSONPath'), '/States/X'],
        [SCHEMA, 'Value should be one of the following: [JSONPath, JSONata]', '/States/X/QueryLanguage'],
      ],
    ],
    [
      'a language that is no text',
      { ...withState({ ...done }), QueryLanguage: 5 },
      [[SCHEMA, 'Expected value of type [STRING]', '/QueryLanguage']],
    ],
    [
      'a map’s language stays outside',
      withState(map({ QueryLanguage: 'JSONata' }, { States: { P: { Type: 'Pass', Output: 1, End: true } } })),
      [[SCHEMA, only('JSONPath', 'Output', 'JSONata'), '/States/X/ItemProcessor/States/P']],
    ],

    [
      'broken JSONata',
      jsonata({ v: ['{% 1 + %}'] }),
      [['INVALID_JSONATA_EXPRESSION', 'Unexpected end of expression', '/States/X/Output/v[0]']],
    ],
    [
      'a name from nowhere',
      jsonata({ v: '{% phone %}' }),
      [
        [
          'UNSUPPORTED_JSONATA_EXPRESSION',
          "Reference to 'phone' at the top level is not supported.",
          '/States/X/Output/v',
        ],
      ],
    ],
    [
      'the top of nothing',
      jsonata('{% $$ %}'),
      [['UNSUPPORTED_JSONATA_EXPRESSION', "Reference to '$$' is not supported.", '/States/X/Output']],
    ],
    [
      'an error where none is known',
      jsonata('{% $states.errorOutput %}'),
      [['UNSUPPORTED_JSONATA_EXPRESSION', "Field '$states.errorOutput' does not exist.", '/States/X/Output']],
    ],

    [
      'a way to nowhere',
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'NOPE' } } },
      [
        ['MISSING_TRANSITION_TARGET', "Missing 'Next' target: NOPE", '/States/A/Next'],
        ['MISSING_END_STATE', 'Workflow has no terminal state', null],
      ],
    ],
    [
      'a start at nowhere',
      { StartAt: 'Nope', States: { A: done } },
      [
        ['MISSING_TRANSITION_TARGET', "Missing 'Next' target: Nope", '/StartAt'],
        ['MISSING_TRANSITION_TARGET', 'State "A" is not reachable.', '/States/A'],
      ],
    ],
    [
      'other ways to nowhere',
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'G1' }], Default: 'T' },
          T: { Type: 'Task', Resource: LAMBDA, Catch: [{ ErrorEquals: ['A'], Next: 'G2' }], End: true },
        },
      },
      [
        ['MISSING_TRANSITION_TARGET', "Missing 'Next' target: G1", '/States/C/Choices[0]/Next'],
        ['MISSING_TRANSITION_TARGET', "Missing 'Next' target: G2", '/States/T/Catch[0]/Next'],
      ],
    ],
    [
      'a loop',
      {
        StartAt: 'A',
        States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' }, C: { Type: 'Pass', Next: 'A' } },
      },
      [['MISSING_END_STATE', 'Workflow has no terminal state', null]],
    ],
    [
      'an island',
      { StartAt: 'A', States: { A: done, 'a/b': done } },
      [['MISSING_TRANSITION_TARGET', 'State "a/b" is not reachable.', '/States/a/b']],
    ],
    [
      'a way out of a branch',
      withState(map({}, { States: { P: { Type: 'Pass', Next: 'Done' } } })),
      [
        ['MISSING_TRANSITION_TARGET', "Missing 'Next' target: Done", '/States/X/ItemProcessor/States/P/Next'],
        ['MISSING_TRANSITION_TARGET', 'State "Done" is not reachable.', '/States/Done'],
      ],
    ],
  ])('%s', (_, definition, expected) => {
    expect(errors(definition)).toEqual(expected);
    for (const { hint } of validateDefinition(JSON.stringify(definition))) expect(hint.length).toBeGreaterThan(10);
  });

  test('an express machine neither waits for a token nor for a job', () => {
    const on = (resource: string) => errors(withState({ Type: 'Task', Resource: resource }), 'EXPRESS');
    expect(on('arn:aws:states:::states:startExecution.sync')).toEqual([
      [SCHEMA, "Express state machine does not support '.sync' service integration", '/States/X/Resource'],
    ]);
    expect(on('arn:aws:states:::sns:publish.waitForTaskToken')).toEqual([
      [SCHEMA, "Express state machine does not support '.waitForTaskToken' service integration ", '/States/X/Resource'],
    ]);
    expect(on(LAMBDA)).toEqual([]);
  });
});

describe('text that is no definition', () => {
  test.each([
    ['', 'The definition is empty'],
    ['{not json', 'Invalid JSON description: unexpected "n" at line 1, column 2'],
    ['{\n  "StartAt": "A",\n}', 'Invalid JSON description: unexpected "}" at line 3, column 1'],
    ['{"a": 1', 'Invalid JSON description: the text ends too early at line 1, column 8'],
    ['nope', 'Invalid JSON description: unexpected "n" at line 1, column 1'],
    ['{"a": tru}', 'Invalid JSON description: unexpected "t" at line 1, column 7'],
    ['{"a": [1, 2,]}', 'Invalid JSON description: unexpected "]" at line 1, column 13'],
    ['{"a": {}, "b": [] ', 'Invalid JSON description: the text ends too early at line 1, column 19'],
    ['{"a": 1} x', 'Invalid JSON description: unexpected "x" at line 1, column 10'],
    ['[]', 'A state machine definition must be a JSON object'],
    [
      '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},\n"A":{"Type":"Pass","End":true}}}',
      "Duplicate field 'A' at line 2, column 1",
    ],
    [`{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'The definition nests deeper than 200 levels'],
  ])('%s', (text, message) => expect(errors(text)).toEqual([['INVALID_JSON_DESCRIPTION', message, null]]));

  test('the same name in different objects, or inside a text, is not a duplicate', () => {
    expect(
      errors(
        '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":[{"a":1},{"a":"\\"a\\":1,"}],"Comment":"A","End":true}}}',
      ),
    ).toEqual([]);
  });
});

test('a lone state, as TestState takes it', () => {
  expect(validateState(JSON.stringify({ Type: 'Pass', Next: 'Anywhere' }))).toEqual([]);
  expect(validateState(JSON.stringify({ Type: 'Parallel', Branches: [], End: true }))).toMatchObject([
    { message: 'Value cannot be empty', location: '/States/StateName/Branches' },
  ]);
});

test('the text of CreateStateMachine’s refusal', () => {
  const loop = validateDefinition('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A","X":1}}}');
  expect(invalidDefinitionMessage(loop)).toBe(
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'X' is not supported at /States/A, MISSING_END_STATE: Workflow has no terminal state at null'",
  );
  expect(invalidDefinitionMessage([])).toBeNull();
});

test('a definition of a megabyte is read in time', () => {
  const count = 6000;
  const States = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `S${i}`,
      {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Output: `{% $states.input.a${i % 50} + ${i} %}`,
        ...(i + 1 < count ? { Next: `S${i + 1}` } : { End: true }),
      },
    ]),
  );
  const from = performance.now();
  expect(errors({ StartAt: 'S0', States })).toEqual([]);
  expect(performance.now() - from).toBeLessThan(3000);
});
