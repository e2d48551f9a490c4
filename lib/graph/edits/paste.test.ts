import { expect, test } from 'vitest';
import {
  addNode,
  childrenOf,
  edgesFrom,
  emptyDocument,
  Fragment,
  fragmentOf,
  newNode,
  nodeOf,
  pasteFragment,
  wrapNodes,
} from '..';

const a = addNode(emptyDocument(), { ...newNode('pass'), name: 'First' }, { into: null });
const b = addNode(a.document, { ...newNode('pass'), name: 'Second' }, { after: a.id });
const wrapped = wrapNodes(b.document, [b.id], 'map');
const source = wrapped.document;
/** What a clipboard does with it. */
const carried = (ids: string[]) => Fragment.parse(JSON.parse(JSON.stringify(fragmentOf(source, ids))));

test('steps come into another workflow with what is inside them and the connections among them', () => {
  const all = source.graph.nodes.filter(({ parent }) => parent === null).map(({ id }) => id);
  const { document, ids } = pasteFragment(emptyDocument(), carried(all), null);
  expect(document.graph.nodes.map(({ name }) => name).sort()).toEqual(
    source.graph.nodes.map(({ name }) => name).sort(),
  );
  const loop = ids[wrapped.id]!;
  expect(childrenOf(document.graph, { id: loop, branch: 0 }).map(({ name }) => name)).toEqual(['Second']);
  expect(nodeOf(document.graph, loop)).toMatchObject({ processor: { startAt: ids[b.id] } });
  expect(edgesFrom(document.graph, ids[a.id]!).map(({ to }) => to)).toEqual([loop]);
  expect(document.graph.startAt).toBe(ids[a.id]);
});

test('names that are taken are not given twice, and a step can come into a container', () => {
  const { document, ids } = pasteFragment(source, carried([a.id]), { id: wrapped.id, branch: 0 });
  const copy = nodeOf(document.graph, ids[a.id]!);
  expect(copy?.name).not.toBe('First');
  expect(copy?.parent).toEqual({ id: wrapped.id, branch: 0 });
  expect(document.graph.startAt).toBe(source.graph.startAt);
});

test('a step keeps the language that it was written in', () => {
  const other = { ...emptyDocument(), graph: { ...emptyDocument().graph, queryLanguage: 'JSONPath' as const } };
  const { document, ids } = pasteFragment(other, carried([a.id]), null);
  expect(nodeOf(document.graph, ids[a.id]!)?.queryLanguage).toBe('JSONata');
});

test('what is no fragment is not taken for one', () => {
  expect(Fragment.safeParse({ StartAt: 'A', States: {} }).success).toBe(false);
});
