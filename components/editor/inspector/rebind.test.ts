import { expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { FunctionManifest } from '@/lib/functions/manifest';
import { emptyDocument, nodeOf, payloadOf, type WorkflowDocument } from '@/lib/graph';
import { countNaming, isSure, lostBy, proposalsFor, removeAndRebind } from './rebind';

const manifest = (name: string, input: object, output: object) =>
  FunctionManifest.parse({
    name,
    title: name,
    description: `${name}.`,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object', properties: input },
    output: { type: 'object', properties: output, required: Object.keys(output) },
  });
const text = { type: 'string' };
const functions = new Map(
  [
    manifest('first', {}, { summary: text, size: { type: 'integer' } }),
    manifest('second', {}, { summary: text, note: text }),
    manifest('tell', { summary: text, more: text }, {}),
  ].map((one) => [one.name, one]),
);
const invoke = (name: string, Payload: object, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload },
  ...more,
});
const document: WorkflowDocument = {
  ...emptyDocument(),
  graph: decompile({
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: {
      First: invoke('first', {}, { Assign: { first: '{% $states.result.Payload %}' }, Next: 'Second' }),
      Second: invoke('second', {}, { Next: 'Tell' }),
      Tell: invoke(
        'tell',
        { summary: '{% $first.summary %}', more: '{% $string($first.size) & $first.summary %}' },
        { End: true },
      ),
    },
  }).graph!,
};
const idOf = (name: string) => document.graph.nodes.find((node) => node.name === name)!.id;

test('tells who reads what would be gone', () => {
  const lost = lostBy(document, [idOf('First')], functions);
  expect(lost.map(({ source, field, reference, places }) => [source, field, reference.path, places])).toEqual([
    ['First', 'summary', ['summary'], 2],
    ['First', 'more', ['size'], 1],
  ]);
  expect(lostBy(document, [idOf('Second')], functions)).toEqual([]);
});

test('proposes what fits, what is called the same first, and puts it in every place in one edit', () => {
  const lost = lostBy(document, [idOf('First')], functions)[0]!;
  const after = removeAndRebind(document, [idOf('First')], []).document;
  const [best] = proposalsFor(after, lost, functions);
  expect(best).toMatchObject({ group: 'Second', row: { label: 'summary' } });
  expect(isSure(best!, lost)).toBe(true);
  const made = removeAndRebind(document, [idOf('First')], [{ lost, row: best!.row }]).document;
  const tell = nodeOf(made.graph, idOf('Tell'))!;
  expect(payloadOf(tell)).toMatchObject({
    fields: [
      { name: 'summary', value: { from: { kind: 'variable', name: 'second' }, path: ['summary'] } },
      { name: 'more', value: { kind: 'expression', text: ' $string($first.size) & $second.summary ' } },
    ],
  });
  expect(nodeOf(made.graph, idOf('Second'))?.assign).toHaveLength(1);
  expect(nodeOf(made.graph, idOf('First'))).toBeUndefined();
});

test('counts the mappings that a renaming updates', () => {
  expect(countNaming(document, new Set(['first']))).toBe(2);
  expect(countNaming(document, new Set(['second']))).toBe(0);
});
