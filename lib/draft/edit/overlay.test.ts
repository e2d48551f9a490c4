import { describe, expect, test } from 'vitest';
import {
  addNode,
  childrenOf,
  connect,
  edgeId,
  edgesFrom,
  emptyDocument,
  layout,
  newNode,
  removeNodes,
  type Spot,
  type WorkflowDocument,
} from '@/lib/graph';
import { planOffline } from '../offline';
import { CATALOGUE } from '../testing/catalogue';
import { emerging, overlay } from './overlay';

const added = (document: WorkflowDocument, name: string, spot: Spot) => {
  const { document: after, id } = addNode(document, newNode('pass', { name }), spot);
  return { document: after, id };
};

/** A → B → C, laid out. */
function line() {
  const a = added(emptyDocument(), 'A', { start: null });
  const b = added(a.document, 'B', { after: a.id });
  const c = added(b.document, 'C', { after: b.id });
  return { document: { ...c.document, layout: layout(c.document) }, a: a.id, b: b.id, c: c.id };
}

describe('a change as a picture', () => {
  test('a step between two others: the old way is shown beside the new one, under an id of its own', () => {
    const { document, a, b } = line();
    const x = added(document, 'X', { after: a });
    const { document: shown, marks, edgeMarks } = overlay(document, x.document);
    expect(marks).toEqual({ [x.id]: 'added' });
    const way = (from: string, to: string) =>
      shown.graph.edges.find((edge) => edge.from === from && edge.to === to)?.id;
    expect(edgeMarks).toEqual({ [way(a, x.id)!]: 'added', [way(x.id, b)!]: 'added', [way(a, b)!]: 'removed' });
    expect(new Set(shown.graph.edges.map(({ id }) => id)).size).toBe(shown.graph.edges.length);
  });

  test('a step that is taken away stands between those that stay, with both its ways', () => {
    const { document, a, b, c } = line();
    const after = removeNodes(document, [b], { reconnect: true }).document;
    const { document: shown, marks, edgeMarks } = overlay(document, after);
    expect(marks[b]).toBe('removed');
    const { positions } = shown.layout;
    expect(positions[b]!.y).toBeGreaterThan(positions[a]!.y);
    expect(positions[b]!.y).toBeLessThan(positions[c]!.y);
    expect(edgesFrom(shown.graph, a).map(({ id, to }) => [to, edgeMarks[id]])).toEqual([
      [c, 'added'],
      [b, 'removed'],
    ]);
    expect(edgesFrom(shown.graph, b).map(({ id }) => edgeMarks[id])).toEqual(['removed']);
    // What is looked at is not what would be kept.
    expect(after.graph.nodes.map(({ id }) => id)).toEqual([a, c]);
  });

  test('what was placed by hand stays there; what is folded unfolds only where something differs in it', () => {
    const { document, a, c } = line();
    const one = addNode(document, newNode('map', { name: 'First loop' }), { after: c });
    const two = addNode(one.document, newNode('map', { name: 'Second loop' }), { after: one.id });
    const before: WorkflowDocument = {
      ...two.document,
      layout: {
        positions: { ...two.document.layout.positions, [a]: { x: 777, y: -55, pinned: true } },
        collapsed: [one.id, two.id],
      },
    };
    const inside = added(before, 'In it', { into: { id: one.id, branch: 0 } });
    const { document: shown, marks } = overlay(before, inside.document);
    expect(shown.layout.positions[a]).toMatchObject({ x: 777, y: -55 });
    expect(marks[inside.id]).toBe('added');
    expect(shown.layout.collapsed).toEqual([two.id]);
  });

  test('a container that is taken away takes along what it holds, and it is shown in it', () => {
    const { document, c } = line();
    const loop = addNode(document, newNode('map', { name: 'Loop' }), { after: c });
    const inside = added(loop.document, 'In it', { into: { id: loop.id, branch: 0 } });
    const after = removeNodes(inside.document, [loop.id], { reconnect: true }).document;
    const { document: shown, marks } = overlay(inside.document, after);
    expect(marks).toMatchObject({ [loop.id]: 'removed', [inside.id]: 'removed' });
    expect(childrenOf(shown.graph, { id: loop.id, branch: 0 }).map(({ id }) => id)).toEqual([inside.id]);
    expect(shown.layout.positions[inside.id]).toBeDefined();
  });

  test('a rule that moves up leads where it led: it is not marked', () => {
    const { document, c } = line();
    const choice = addNode(document, newNode('choice', { name: 'Which' }), { after: c });
    const [one, two] = ['One', 'Two'].map((name) => newNode('pass', { name }));
    let before = addNode(addNode(choice.document, one!, { loose: null }).document, two!, { loose: null }).document;
    before = connect(before, choice.id, one!.id, 'rule', 0).document;
    before = connect(before, choice.id, two!.id, 'rule', 1).document;
    const others = before.graph.edges.filter(({ from }) => from !== choice.id);
    const moved = { id: edgeId({ from: choice.id, kind: 'rule', index: 0 }), from: choice.id, to: two!.id } as const;
    const after: WorkflowDocument = {
      ...before,
      graph: { ...before.graph, edges: [...others, { ...moved, kind: 'rule', index: 0 }] },
    };
    const { edgeMarks } = overlay(before, after);
    expect(Object.values(edgeMarks)).toEqual(['removed']);
    expect(Object.keys(edgeMarks)).toEqual([`removed:${edgeId({ from: choice.id, kind: 'rule', index: 0 })}`]);
  });

  test('nothing changed: nothing is marked', () => {
    const { document } = line();
    const { marks, edgeMarks, document: shown } = overlay(document, document);
    expect([marks, edgeMarks]).toEqual([{}, {}]);
    expect(shown.graph).toEqual(document.graph);
  });
});

describe('a draft that is being written', () => {
  const plan = planOffline({
    prompt: 'Resize the photo to 320x200, rotate it by 90 degrees, and generate a public URL of it',
    files: [],
    manifests: CATALOGUE,
    now: new Date('2026-11-22T12:00:00'),
  });
  const written = (count: number) => emerging({ ...plan, steps: plan.steps.slice(0, count) }, CATALOGUE);

  test('each step is new, and a step that was drawn keeps its id while others come', () => {
    expect(plan.steps.length).toBeGreaterThan(1);
    let known: string[] = [];
    for (let count = 1; count <= plan.steps.length; count++) {
      const { document, marks, edgeMarks } = written(count)!;
      const ids = document.graph.nodes.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(known));
      expect(ids.length).toBeGreaterThan(known.length);
      expect(Object.keys(marks).sort()).toEqual([...ids].sort());
      expect(new Set(Object.values(marks))).toEqual(new Set(['added']));
      expect(Object.keys(edgeMarks).sort()).toEqual(document.graph.edges.map(({ id }) => id).sort());
      for (const id of ids) expect(document.layout.positions[id]).toBeDefined();
      known = ids;
    }
  });

  test('a step that refers to one that is not written yet is drawn all the same, or the picture waits', () => {
    const last = emerging({ ...plan, steps: plan.steps.slice(-1) }, CATALOGUE);
    expect(last === null || last.document.graph.nodes.length === 1).toBe(true);
    expect(written(0)).toBeNull();
  });
});
