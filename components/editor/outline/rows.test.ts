import { expect, test } from 'vitest';
import { addNode, emptyDocument, newNode, setCollapsed, wrapNodes } from '@/lib/graph';
import { leadsTo, placesFor, rowsOf } from './rows';

const last = addNode(emptyDocument(), { ...newNode('pass'), name: 'Last' }, { into: null });
const first = addNode(last.document, { ...newNode('pass'), name: 'First' }, { start: null });
const { document, id: loop } = wrapNodes(first.document, [last.id], 'map');
const told = (of: typeof document) => rowsOf(of).map(({ node, level }) => `${'-'.repeat(level)}${node.name}`);

test('steps stand in the order in which they run, what is inside below its container', () => {
  const [one, two, three] = told(document);
  expect([one, three]).toEqual(['-First', '--Last']);
  expect(two).toMatch(/^-[^-]/);
  expect(rowsOf(document)[2]).toMatchObject({ position: 1, siblings: 1, branch: null });
});

test('a folded container keeps what it holds to itself', () => {
  const folded = setCollapsed(document, loop, true).document;
  expect(told(folded)).toHaveLength(2);
  expect(rowsOf(folded)[1]).toMatchObject({ expanded: false });
});

test('a step may go anywhere but where it is and into itself', () => {
  expect(placesFor(document, first.id).map(({ parent }) => parent)).toEqual([{ id: loop, branch: 0 }]);
  expect(placesFor(document, last.id).map(({ label }) => label)).toEqual(['The main line']);
  expect(placesFor(document, loop)).toEqual([]);
});

test('a connection is said in words', () => {
  const [edge] = document.graph.edges;
  expect(leadsTo(document.graph, edge!)).toMatch(/^then /);
});
