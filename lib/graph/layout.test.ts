import { describe, expect, test } from 'vitest';
import { newNode } from './build';
import { addNode, connect, setCollapsed } from './edits';
import { branchesOf, CONTAINER, layout, NODE_SIZE, sizeOf } from './layout';
import { emptyDocument, type Layout, type WorkflowDocument } from './schema';
import { childrenOf } from './tree';

/** First → Fork → (Left | a Parallel of two branches, the first with a Map in it) → Last, which leads back to First. */
function sample(): WorkflowDocument {
  let document = emptyDocument();
  const add = (node: Parameters<typeof addNode>[1], spot: Parameters<typeof addNode>[2]) => {
    document = addNode(document, node, spot).document;
  };
  add(newNode('pass', { name: 'First' }), { into: null });
  add(newNode('choice', { name: 'Fork' }), { into: null });
  add(newNode('pass', { name: 'Left' }), { into: null });
  add(newNode('parallel', { name: 'Both' }), { loose: null });
  add(newNode('map', { name: 'Each' }), { into: { id: 'both', branch: 0 } });
  add(newNode('pass', { name: 'In' }), { into: { id: 'each', branch: 0 } });
  add(newNode('pass', { name: 'In too' }), { into: { id: 'each', branch: 0 } });
  add(newNode('pass', { name: 'Beside' }), { into: { id: 'both', branch: 1 } });
  add(newNode('pass', { name: 'Last' }), { after: 'left' });
  for (const [from, to, kind, index] of [
    ['fork', 'both', 'rule', 0],
    ['both', 'last', 'next'],
    ['last', 'first', 'next'],
  ] as const) {
    document = connect(document, from, to, kind, index).document;
  }
  return document;
}

const box = (document: WorkflowDocument, made: Layout, id: string) => ({
  ...made.positions[id]!,
  ...sizeOf(document, made, id),
});

describe('layout', () => {
  const document = sample();
  const made = layout(document);

  test('places every step, and the same each time', () => {
    expect(Object.keys(made.positions).sort()).toEqual(document.graph.nodes.map(({ id }) => id).sort());
    expect(layout(document)).toEqual(made);
  });

  test('steps of a scope never overlap, and stay inside their container', () => {
    for (const parent of [null, { id: 'both', branch: 0 }, { id: 'both', branch: 1 }, { id: 'each', branch: 0 }]) {
      const boxes = childrenOf(document.graph, parent).map(({ id }) => box(document, made, id));
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
            true,
          );
        }
        if (!parent) continue;
        const outer = sizeOf(document, made, parent.id);
        expect(a.x).toBeGreaterThanOrEqual(CONTAINER.padding);
        expect(a.y).toBeGreaterThanOrEqual(CONTAINER.padding + CONTAINER.header);
        expect(a.x + a.width).toBeLessThanOrEqual(outer.width - CONTAINER.padding);
        expect(a.y + a.height).toBeLessThanOrEqual(outer.height - CONTAINER.padding);
      }
    }
    const [left, right] = branchesOf(document, made, 'both');
    expect(left!.x + left!.width).toBeLessThanOrEqual(right!.x);
  });

  test('from top to bottom, the start on top even where a loop leads back to it', () => {
    const y = (id: string) => made.positions[id]!.y;
    expect(y('first')).toBe(0);
    expect(y('first')).toBeLessThan(y('fork'));
    expect(y('fork')).toBeLessThan(y('both'));
    expect(y('both')).toBeLessThan(y('last'));
    expect(y('in')).toBeLessThan(y('in-too'));
  });

  test('what is pinned stays, unless all is asked for', () => {
    const pinned = {
      ...document,
      layout: { positions: { left: { x: 7, y: 9, pinned: true }, gone: { x: 1, y: 1 } }, collapsed: ['gone'] },
    };
    expect(layout(pinned).positions.left).toEqual({ x: 7, y: 9, pinned: true });
    expect(layout(pinned).positions.gone).toBeUndefined();
    expect(layout(pinned).collapsed).toEqual([]);
    expect(layout(pinned, { all: true }).positions.left).not.toMatchObject({ pinned: true });
  });

  test('a collapsed container is as small as a step, an empty one leaves room for one', () => {
    const folded = setCollapsed(document, 'both', true).document;
    expect(sizeOf(folded, layout(folded), 'both')).toEqual(NODE_SIZE);
    const { document: empty } = addNode(emptyDocument(), newNode('map'), { into: null });
    expect(sizeOf(empty, layout(empty), 'for-each')).toEqual({ width: 268, height: 152 });
    expect(layout(emptyDocument()).positions).toEqual({});
  });
});
