import { expect, test } from 'vitest';
import type { JsonObject } from '@/lib/base/json';
import { decompile } from '@/lib/compile';
import { FunctionManifest, type JsonSchema } from '@/lib/functions/manifest';
import { emptyDocument, INVOKE, type WorkflowDocument } from '@/lib/graph';
import { type Proof, proofText, prove } from './prove';
import { sampleOf } from './sample';

const fn = (name: string, input: Record<string, JsonSchema>, output: Record<string, JsonSchema>, more: object = {}) =>
  FunctionManifest.parse({
    name,
    title: name,
    description: name,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', properties: input, required: Object.keys(input) },
    output: { type: 'object', properties: output, required: Object.keys(output) },
    ...more,
  });
const MANIFESTS = [
  fn(
    'measure',
    { text: { type: 'string' } },
    { length: { type: 'integer' }, words: { type: 'array', items: { type: 'string' } } },
  ),
  fn('shout', { text: { type: 'string' } }, { text: { type: 'string' } }),
  fn('square', { n: { type: 'number' } }, { n: { type: 'number' } }),
];

const call = (name: string, payload: JsonObject, more: object = {}) => ({
  Type: 'Task',
  Resource: INVOKE,
  Arguments: { FunctionName: name, Payload: payload },
  Output: '{% $states.result.Payload %}',
  ...more,
});
const INPUT = '{% $states.context.Execution.Input.text %}';
function documentOf(startAt: string, states: object): WorkflowDocument {
  const { graph, diagnostics } = decompile({ QueryLanguage: 'JSONata', StartAt: startAt, States: states });
  if (!graph) throw new Error(JSON.stringify(diagnostics));
  const input: JsonSchema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  return { ...emptyDocument(), graph, input };
}
const errors = (proof: Proof) => proof.diagnostics.filter(({ severity }) => severity === 'error');
const KEPT = { Assign: { measured: '{% $states.result.Payload %}' } };

test('a chain: its steps, its mappings, its only way', async () => {
  const proof = await prove(
    documentOf('Measure', {
      Measure: call('measure', { text: INPUT }, { ...KEPT, Next: 'Square' }),
      Square: call('square', { n: '{% $measured.length %}' }, { End: true }),
    }),
    MANIFESTS,
  );
  expect(errors(proof)).toEqual([]);
  expect(proof).toMatchObject({ ok: true, notTried: null });
  expect(proofText(proof)).toBe('2 steps, 2 values checked, 1 of 1 way tried out');
});

test('every rule, default and catch runs, and a Map with and without items', async () => {
  const proof = await prove(
    documentOf('Measure', {
      Measure: call(
        'measure',
        { text: INPUT },
        {
          ...KEPT,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
          Next: 'Long?',
        },
      ),
      'Long?': {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $measured.length > 100 %}', Next: 'Each word' },
          { Condition: '{% $measured.length = -1 %}', Next: 'Wait' },
        ],
        Default: 'Short',
      },
      Wait: { Type: 'Wait', Seconds: 31_536_000, Next: 'Long?' },
      'Each word': {
        Type: 'Map',
        Items: '{% $measured.words %}',
        ItemProcessor: {
          StartAt: 'Shout',
          States: { Shout: call('shout', { text: '{% $states.input %}' }, { End: true }) },
        },
        End: true,
      },
      Short: { Type: 'Succeed' },
      Sorry: { Type: 'Fail', Error: 'Sorry' },
    }),
    MANIFESTS,
  );
  expect(errors(proof)).toEqual([]);
  expect(proof.branches).toEqual({ ran: 6, total: 6 });
});

test('what breaks on one branch alone is told with its step', async () => {
  const proof = await prove(
    documentOf('Measure', {
      Measure: call('measure', { text: INPUT }, { ...KEPT, Next: 'Long?' }),
      'Long?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $measured.length > 100 %}', Next: 'Broken' }],
        Default: 'Fine',
      },
      Broken: { Type: 'Pass', Output: '{% $measured.words + 1 %}', End: true },
      Fine: { Type: 'Succeed' },
    }),
    MANIFESTS,
  );
  expect(proof).toMatchObject({ ok: false, branches: { ran: 1, total: 2 } });
  expect(errors(proof)).toEqual([expect.objectContaining({ code: 'DRY_RUN_FAILED', at: { node: 'broken' } })]);
  expect(errors(proof)[0]!.message).toMatch(/"Broken" fails with States\.QueryEvaluationError/);
});

test('a value that becomes the wrong type only in an expression is found by running it', async () => {
  const proof = await prove(
    documentOf('Square', {
      Square: call('square', { n: "{% 'n' & $states.context.Execution.Input.text %}" }, { End: true }),
    }),
    MANIFESTS,
  );
  expect(errors(proof)).toEqual([
    expect.objectContaining({ code: 'DRY_RUN_TYPE', at: { node: 'square', path: ['arguments', 'Payload', 'n'] } }),
  ]);
});

test('what a step answers that nobody described proves nothing, and accuses nobody', async () => {
  const proof = await prove(
    documentOf('Look', {
      Look: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets',
        Arguments: {},
        Assign: { found: '{% $states.result %}' },
        Next: 'Use',
      },
      Use: { Type: 'Pass', Output: '{% $found.Buckets[0].Name %}', End: true },
    }),
    MANIFESTS,
  );
  expect(errors(proof)).toEqual([]);
  expect(proof.branches.ran).toBe(0);
  expect(proof.notTried).toMatch(/what "Look" answers is not known/);
});

test('an expression that could take all time is not tried here', async () => {
  const started = performance.now();
  const proof = await prove(
    documentOf('Loop', {
      Loop: { Type: 'Pass', Output: '{% $match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /(a+)+$/) %}', End: true },
    }),
    MANIFESTS,
  );
  expect(performance.now() - started).toBeLessThan(5000);
  expect(proof.branches.ran).toBe(0);
  expect(proof.notTried).toMatch(/not tried here/);
});

test('a workflow that is not sound is not run, and a missing function does not hinder the rest', async () => {
  const unsound = await prove(documentOf('Gone', { Here: { Type: 'Pass', End: true } }), MANIFESTS);
  expect(unsound).toMatchObject({ ok: false, branches: { ran: 0 } });
  const missing = await prove(
    documentOf('Nothing', { Nothing: { Type: 'Task', Resource: 'action-engine:missing', Arguments: {}, End: true } }),
    MANIFESTS,
  );
  expect(errors(missing).map(({ code }) => code)).toEqual(['FUNCTION_MISSING']);
});

test('a hundred branches are bounded, and that is said', async () => {
  const states = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `C${i}`,
      {
        Type: 'Choice',
        Choices: [{ Condition: `{% ${i} > 5 %}`, Next: 'End' }],
        Default: i < 99 ? `C${i + 1}` : 'End',
      },
    ]),
  );
  const proof = await prove(documentOf('C0', { ...states, End: { Type: 'Succeed' } }), MANIFESTS, { maxRuns: 10 });
  expect(proof.notTried).toMatch(/more than a dry run takes/);
  expect(proof.branches.ran).toBeGreaterThan(9);
});

test('samples have the type, the format and the bounds of their schema', () => {
  expect(sampleOf({ type: 'string', format: 's3-uri', contentMediaType: 'image/*' })).toBe(
    's3://example-bucket/example.png',
  );
  expect(sampleOf({ type: 'integer', minimum: 2.5 })).toBe(3);
  expect(sampleOf({ type: 'number', maximum: -4 })).toBe(-4);
  expect(sampleOf({ enum: ['b', 'a'] })).toBe('b');
  expect(sampleOf({ type: 'array', items: { type: 'boolean' } })).toEqual([true, true]);
  expect(sampleOf({ type: ['null', 'string'], minLength: 9 })).toBe('examplexx');
});

test('samples of schemas that programs write: references, choices, lists of lists, tuples, steps, none at all', () => {
  const $defs = { place: { type: 'object', properties: { at: { $ref: '#/$defs/point' } } }, point: { type: 'number' } };
  expect(sampleOf({ $defs, $ref: '#/$defs/place' })).toEqual({ at: 1 });
  const endless = { $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } } };
  expect(JSON.stringify(sampleOf({ ...endless, $ref: '#/$defs/node' })).length).toBeLessThan(200);
  expect(sampleOf({ $ref: '#/$defs/self', $defs: { self: { $ref: '#/$defs/self' } } })).toBe('example');
  expect(sampleOf({ oneOf: [{ type: 'null' }, { type: 'integer', minimum: 4 }] })).toBe(4);
  expect(sampleOf({ anyOf: [{ const: null }, { const: 'x' }] })).toBe('x');
  expect(
    sampleOf({
      type: 'object',
      properties: { a: { type: 'boolean' } },
      allOf: [{ properties: { b: { enum: [2] } } }, { properties: { c: { const: 'c' } } }],
    }),
  ).toEqual({ a: true, b: 2, c: 'c' });
  expect(sampleOf({ type: 'array', items: { type: 'array', items: { type: 'integer' } } })).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(sampleOf({ type: 'array', prefixItems: [{ type: 'string' }, { type: 'boolean' }] })).toEqual([
    'example',
    true,
  ]);
  expect(sampleOf({ type: 'integer', exclusiveMinimum: 3, multipleOf: 5 })).toBe(5);
  expect(sampleOf({ type: 'number', exclusiveMaximum: 0 })).toBeLessThan(0);
  expect(sampleOf({ type: 'integer', minimum: 90, maximum: 90 })).toBe(90);
  expect(sampleOf({})).toBe('example');
});

test('a failure that is caught is one way, and that nothing fails is another', async () => {
  const proof = await prove(
    documentOf('Measure', {
      Measure: call(
        'measure',
        { text: INPUT },
        { ...KEPT, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }], Next: 'Shout' },
      ),
      Shout: call('shout', { text: '{% $measured.words.nothing.here %}' }, { End: true }),
      Sorry: { Type: 'Succeed' },
    }),
    MANIFESTS,
  );
  expect(proof.branches).toEqual({ ran: 1, total: 2 });
  expect(errors(proof)).toContainEqual(expect.objectContaining({ code: 'DRY_RUN_FAILED' }));
});

test('JSONPath: every rule is gone through, with what its steps read of an input that nobody described', async () => {
  const { graph } = decompile({
    StartAt: 'Pick',
    States: {
      Pick: {
        Type: 'Choice',
        Choices: [{ Variable: '$.total', NumericGreaterThan: 9, Next: 'Each' }],
        Default: 'Small',
      },
      Small: { Type: 'Succeed' },
      Each: {
        Type: 'Map',
        ItemsPath: '$.lines',
        ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', InputPath: '$.sku', End: true } } },
        End: true,
      },
    },
  });
  const proof = await prove({ ...emptyDocument(), graph: graph! }, []);
  expect(proof).toMatchObject({ diagnostics: [], notTried: null, branches: { ran: 3, total: 3 } });
});
