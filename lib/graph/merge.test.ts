import { describe, expect, test } from 'vitest';
import {
  addNode,
  connect,
  disconnect,
  emptyDocument,
  layout,
  moveNodes,
  type Named,
  newNode,
  removeNodes,
  renameNode,
  scopeKey,
  setField,
  setWorkflowField,
  type WorkflowDocument,
} from '.';
import { merge } from './merge';

const named = (document: WorkflowDocument, name = 'Work'): Named => ({ document, name });
const steps = ({ document }: Named) => document.graph.nodes.map(({ name }) => name);
const ways = ({ document: { graph } }: Named) => {
  const name = (id: string) => graph.nodes.find((node) => node.id === id)?.name;
  return graph.edges.map(({ from, to }) => `${name(from)} → ${name(to)}`).sort();
};
const add = (document: WorkflowDocument, name: string, after?: string, kind: 'pass' | 'map' | 'wait' = 'pass') =>
  addNode(document, newNode(kind, { name }), after ? { after } : { into: null }).document;
const idOf = (document: WorkflowDocument, name: string) => document.graph.nodes.find((node) => node.name === name)!.id;

function row(): WorkflowDocument {
  let document = emptyDocument();
  for (const name of ['A', 'B', 'C']) {
    const last = document.graph.nodes.at(-1)?.id;
    document = add(document, name, last);
  }
  return { ...document, layout: layout(document) };
}

describe('two who began from the same', () => {
  const base = named(row());
  const id = (name: string) => idOf(base.document, name);

  test('changed different steps: both changes are there, and nothing overlaps', () => {
    const mine = named(renameNode(base.document, id('A'), 'Mine').document);
    const theirs = named(setField(base.document, id('C'), 'comment', 'theirs').document, 'Renamed by them');
    const merged = merge(base, mine, theirs);
    expect(merged.overlaps).toEqual([]);
    expect(steps(merged)).toEqual(['Mine', 'B', 'C']);
    expect(merged.document.graph.nodes[2]).toMatchObject({ comment: 'theirs' });
    expect(merged.name).toBe('Renamed by them');
  });

  test('changed different fields of one step: no overlap; the same field: mine, and it is said', () => {
    const mine = named(renameNode(base.document, id('B'), 'Mine').document);
    const comment = setField(base.document, id('B'), 'comment', 'theirs').document;
    expect(merge(base, mine, named(comment))).toMatchObject({ overlaps: [] });
    const theirs = named(renameNode(comment, id('B'), 'Theirs').document);
    const merged = merge(base, mine, theirs);
    expect(merged.document.graph.nodes[1]).toMatchObject({ name: 'Mine', comment: 'theirs' });
    expect(merged.overlaps).toEqual([{ where: 'Mine', field: 'name' }]);
  });

  test('added steps at different places: both stand where they were put', () => {
    const merged = merge(
      base,
      named(add(base.document, 'Mine', id('A'))),
      named(add(base.document, 'Theirs', id('B'))),
    );
    expect(ways(merged)).toEqual(['A → Mine', 'B → Theirs', 'Mine → B', 'Theirs → C']);
    expect(merged.overlaps).toEqual([]);
  });

  test('added steps of one name: two steps, with two ids and two names', () => {
    const mine = named(add(base.document, 'Wait', id('A'), 'wait'));
    const theirs = named(add(base.document, 'Wait', id('C'), 'wait'));
    const merged = merge(base, mine, theirs);
    expect(
      steps(merged)
        .filter((name) => name.startsWith('Wait'))
        .sort(),
    ).toEqual(['Wait', 'Wait 2']);
    expect(new Set(merged.document.graph.nodes.map((node) => node.id)).size).toBe(5);
    expect(ways(merged)).toEqual(['A → Wait 2', 'B → C', 'C → Wait', 'Wait 2 → B']);
  });

  test('what one deleted and the other changed stays, and it is said', () => {
    const mine = named(removeNodes(base.document, [id('B')]).document);
    const theirs = named(setField(base.document, id('B'), 'comment', 'needed').document);
    for (const merged of [merge(base, mine, theirs), merge(base, theirs, mine)]) {
      expect(steps(merged).toSorted()).toEqual(['A', 'B', 'C']);
      expect(merged.overlaps).toContainEqual({ where: 'B', field: null });
    }
    expect(steps(merge(base, mine, base))).toEqual(['A', 'C']);
  });
});

/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function randomEdit(document: WorkflowDocument, roll: (sides: number) => number): WorkflowDocument {
  const { nodes, edges } = document.graph;
  const one = () => nodes[roll(nodes.length)]!;
  const kinds = ['pass', 'map', 'parallel', 'choice', 'wait'] as const;
  try {
    switch (nodes.length === 0 ? 0 : roll(8)) {
      case 0:
      case 1:
        return addNode(document, newNode(kinds[roll(5)]!), nodes.length ? { after: one().id } : { into: null })
          .document;
      case 2:
        return removeNodes(document, [one().id]).document;
      case 3:
        return renameNode(document, one().id, `Step ${roll(12)}`).document;
      case 4:
        return connect(document, one().id, one().id).document;
      case 5:
        return edges.length > 0 ? disconnect(document, edges[roll(edges.length)]!.id).document : document;
      case 6: {
        const inside = nodes.find(({ kind }) => kind === 'map' || kind === 'parallel');
        return inside ? moveNodes(document, [one().id], { id: inside.id, branch: 0 }).document : document;
      }
      default:
        return setWorkflowField(document, 'comment', `Comment ${roll(3)}`).document;
    }
  } catch {
    return document; // an edit that is refused changes nothing
  }
}

test('whatever two people do, what comes out is one whole workflow', () => {
  let [overlapping, merges] = [0, 0];
  for (let seed = 1; seed <= 400; seed++) {
    const roll = dice(seed);
    const edited = (from: WorkflowDocument, times: number) => {
      let document = from;
      for (let i = 0; i < times; i++) document = randomEdit(document, roll);
      return document;
    };
    const base = edited(emptyDocument(), 14);
    const [mine, theirs] = [edited(base, 5), edited(base, 5)];
    const { document, overlaps } = merge(named(base), named(mine), named(theirs));
    const { nodes, edges, startAt } = document.graph;
    merges++;
    if (overlaps.length > 0) overlapping++;
    const by = new Map(nodes.map((node) => [node.id, node]));
    expect(by.size, `seed ${seed}: ids`).toBe(nodes.length);
    expect(new Set(nodes.map(({ name }) => name)).size, `seed ${seed}: names`).toBe(nodes.length);
    expect(new Set(edges.map(({ id }) => id)).size, `seed ${seed}: connections`).toBe(edges.length);
    for (const { from, to } of edges)
      expect(scopeKey(by.get(from)!.parent), `seed ${seed}`).toBe(scopeKey(by.get(to)!.parent));
    for (const { parent } of nodes) if (parent) expect(by.get(parent.id)?.kind, `seed ${seed}`).toMatch(/map|parallel/);
    const top = nodes.filter(({ parent }) => !parent);
    expect(startAt === null || top.some(({ id }) => id === startAt), `seed ${seed}: start`).toBe(true);
    // Who changed nothing takes what the other did.
    expect(
      merge(named(base), named(mine), named(base))
        .document.graph.nodes.map(({ id }) => id)
        .toSorted(),
    ).toEqual(mine.graph.nodes.map(({ id }) => id).toSorted());
    expect(merge(named(base), named(base), named(theirs)).document.graph).toEqual(theirs.graph);
  }
  expect(merges).toBe(400);
  expect(overlapping).toBeGreaterThan(20);
});
