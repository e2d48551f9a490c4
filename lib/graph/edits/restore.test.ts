import { expect, test } from 'vitest';
import { addNode, edgesFrom, emptyDocument, newNode, nodeOf, removeNodes, renameNode, restoreStep, setField } from '..';

const first = addNode(emptyDocument(), { ...newNode('pass'), name: 'First' }, { into: null });
const middle = addNode(first.document, { ...newNode('pass'), name: 'Middle' }, { after: first.id });
const last = addNode(middle.document, { ...newNode('pass'), name: 'Last' }, { after: middle.id });
const version = setField(last.document, middle.id, 'comment', 'as it was').document;

test('a changed step gets its old settings, and nothing else changes', () => {
  const changed = setField(
    setField(version, middle.id, 'comment', 'new').document,
    last.id,
    'comment',
    'stays',
  ).document;
  const { document, broken } = restoreStep(changed, version, middle.id);
  expect(nodeOf(document.graph, middle.id)?.comment).toBe('as it was');
  expect(nodeOf(document.graph, last.id)?.comment).toBe('stays');
  expect(broken).toEqual([]);
});

test('a removed step comes back between the same two', () => {
  const without = removeNodes(version, [middle.id]).document;
  expect(edgesFrom(without.graph, first.id).map(({ to }) => to)).toEqual([last.id]);
  const { document } = restoreStep(without, version, middle.id);
  expect(edgesFrom(document.graph, first.id).map(({ to }) => to)).toEqual([middle.id]);
  expect(edgesFrom(document.graph, middle.id).map(({ to }) => to)).toEqual([last.id]);
  expect(document.graph).toEqual({
    ...version.graph,
    nodes: expect.arrayContaining(version.graph.nodes),
    edges: expect.arrayContaining(version.graph.edges),
  });
});

test('a name that another step has taken meanwhile is not given twice', () => {
  const without = removeNodes(version, [middle.id]).document;
  const taken = renameNode(without, last.id, 'Middle').document;
  const names = restoreStep(taken, version, middle.id).document.graph.nodes.map(({ name }) => name);
  expect(new Set(names).size).toBe(3);
});

test('a step that the version never had cannot come from it', () => {
  const more = addNode(version, newNode('wait'), { after: last.id });
  expect(() => restoreStep(more.document, version, more.id)).toThrow(/no step/);
});
