import { expect, test } from 'vitest';
import { addNode, emptyDocument, newNode, setField, setInput } from '@/lib/graph';
import { dataFor, referenceName } from './data';
import { readersOf, renameInput } from './inputs';

const base = () => {
  const input = {
    type: 'object',
    properties: { photo: { type: 'string' }, photos: { type: 'array', items: { type: 'string' } } },
    required: ['photo'],
  };
  const step = addNode(setInput(emptyDocument(), input).document, newNode('pass'), { into: null });
  const { document } = setField(step.document, step.id, 'output', {
    kind: 'object',
    fields: [
      { name: 'a', value: { kind: 'reference', from: { kind: 'input' }, path: ['photo', 'x'] } },
      {
        name: 'b',
        value: {
          kind: 'expression',
          text: ' $states.context.Execution.Input.photo & $states.context.Execution.Input.photos[0] ',
        },
      },
    ],
  });
  return { document, id: step.id };
};

test('a renamed input takes every reference with it, and only those', () => {
  const { document } = renameInput(base().document, 'photo', 'the picture');
  expect(Object.keys(document.input.properties ?? {})).toEqual(['the picture', 'photos']);
  expect(document.input.required).toEqual(['the picture']);
  expect(document.graph.nodes[0]?.output).toEqual({
    kind: 'object',
    fields: [
      { name: 'a', value: { kind: 'reference', from: { kind: 'input' }, path: ['the picture', 'x'] } },
      {
        name: 'b',
        value: {
          kind: 'expression',
          text: ' $states.context.Execution.Input.`the picture` & $states.context.Execution.Input.photos[0] ',
        },
      },
    ],
  });
});

test('tells who reads an input, and how often', () => {
  const { document } = base();
  const name = document.graph.nodes[0]!.name;
  expect(readersOf(document, 'photo')).toEqual([{ step: name, places: 2 }]);
  expect(readersOf(document, 'photos')).toEqual([{ step: name, places: 1 }]);
  expect(readersOf(document, 'pho')).toEqual([]);
});

test('data to choose from: the inputs, and the item inside a loop', () => {
  const { document, id } = base();
  const loop = addNode(
    document,
    { ...newNode('map'), items: { kind: 'reference', from: { kind: 'input' }, path: ['photos'] } },
    { after: id },
  );
  const inner = addNode(loop.document, newNode('pass'), { into: { id: loop.id, branch: 0 } });
  const groups = dataFor(inner.document, inner.id, new Map());
  expect(groups.map((group) => group.id)).toEqual(['input', 'item', `step:${id}`, 'context']);
  expect(groups[1]?.rows[0]).toMatchObject({ type: 'text' }); // the list's items are texts
  const { mapping } = groups[1]!.rows[0]!.pick(inner.document, inner.id);
  expect(mapping.kind === 'reference' && referenceName(inner.document, mapping)).toMatchObject({
    source: 'Item',
    missing: false,
  });
});
