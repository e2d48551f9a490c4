import { expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { FunctionManifest } from '@/lib/functions/manifest';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph';
import type { SampleView } from '@/lib/usecases/types';
import { type DataGroup, dataFor, referenceName, sampledAt, shapeOf, valueText } from './data';

const functions = new Map([
  [
    'fetch',
    FunctionManifest.parse({
      name: 'fetch',
      title: 'Fetch',
      description: 'Fetches.',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      input: { type: 'object', properties: {} },
      output: { type: 'object', properties: { rows: { type: 'array' }, data: {} } },
    }),
  ],
]);
const task = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'fetch', Payload: {} },
  ...more,
});
const documentOf = (definition: object): WorkflowDocument => ({
  ...emptyDocument(),
  graph: decompile(definition as never).graph!,
});
const document = documentOf({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: task({ Assign: { first: '{% $states.result.Payload %}', total: '{% 1 + 1 %}' }, Next: 'Second' }),
    Second: task({ End: true }),
  },
});
const idOf = (name: string) => document.graph.nodes.find((node) => node.name === name)!.id;
const labels = (groups: DataGroup[], id: string) =>
  groups.find((group) => group.id === id)?.rows.map(({ label }) => label);
const sample: SampleView = {
  run: { id: 'r', startedAt: 1, status: 'SUCCEEDED' },
  input: { value: { city: 'Bern' }, origin: 'run' },
  stateInput: { value: { kept: true }, origin: 'run' },
  item: null,
  result: { value: { Payload: { data: 'mine' } }, origin: 'schema' },
  results: { [idOf('First')]: { value: { rows: [{ a: 1 }, { a: 2 }], data: { deep: { er: 'x' } } }, origin: 'run' } },
  variables: { first: { value: { rows: [{ a: 1 }, { a: 2 }] }, origin: 'run' }, total: { value: 2, origin: 'run' } },
  context: { Execution: { Name: 'r' } },
};

test('without a sample, what the schemas describe; with one, its fields and values too', () => {
  const target = idOf('Second');
  const first = `step:${idOf('First')}`;
  expect(labels(dataFor(document, target, functions), first)).toEqual(['the whole result', 'rows', 'data']);
  const groups = dataFor(document, target, functions, sample);
  expect(labels(groups, 'input')).toEqual(['the whole input', 'city']);
  expect(labels(groups, first)).toEqual(['the whole result', 'rows', 'each a', 'data', 'deep', 'er']);
  const each = groups.find(({ id }) => id === first)!.rows[2]!;
  expect(each).toMatchObject({ value: [1, 2], origin: 'run', type: 'list of whole number' });
  expect(labels(groups, 'variables')).toEqual(['$total']);
});

test('is worked out once for a graph, an input and a sample', () => {
  const target = idOf('Second');
  const once = dataFor(document, target, functions, sample);
  expect(dataFor({ ...document, notes: [] }, target, functions, sample)).toBe(once);
  expect(dataFor({ ...document, graph: { ...document.graph } }, target, functions, sample)).not.toBe(once);
  expect(dataFor(document, target, functions, { ...sample })).not.toBe(once);
});

test('after the step its own result is there', () => {
  const [own] = dataFor(document, idOf('Second'), functions, sample, 'after');
  expect(own).toMatchObject({ id: 'result' });
  expect(own!.rows.find(({ label }) => label === 'data')).toMatchObject({ value: 'mine', origin: 'schema' });
  const { mapping } = own!.rows[0]!.pick(document, idOf('Second'));
  expect(mapping).toEqual({ kind: 'reference', from: { kind: 'result' }, path: ['Payload'] });
  expect(mapping.kind === 'reference' && referenceName(document, mapping)).toMatchObject({
    source: 'Result',
    path: '',
  });
});

test('a JSONPath state has its input first at hand', () => {
  const paths = documentOf({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  const groups = dataFor(paths, paths.graph.nodes[0]!.id, functions, sample);
  expect(labels(groups, 'state-input')).toEqual(['all of it', 'kept']);
});

test('the value of a reference in a sample', () => {
  const at = (path: (string | number)[]) =>
    sampledAt({ kind: 'reference', from: { kind: 'variable', name: 'first' }, path }, sample);
  expect(at(['rows', 1, 'a'])).toEqual({ value: 2, origin: 'run' });
  expect(at(['rows', 'a'])).toEqual({ value: [1, 2], origin: 'run' });
  expect(at(['gone'])).toBeUndefined();
  expect(at(['constructor'])).toBeUndefined();
});

test('shapes and words of values', () => {
  expect(shapeOf([{ n: 1 }])).toEqual({
    type: 'array',
    items: { type: 'object', properties: { n: { type: 'integer' } } },
  });
  expect(valueText({ a: 1, b: 2 })).toBe('{ a, b }');
  expect(valueText(['x', 'y'])).toBe('2 items');
  expect(valueText('x'.repeat(100), 10)).toHaveLength(10);
});
