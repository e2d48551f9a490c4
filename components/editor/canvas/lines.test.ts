import { describe, expect, test } from 'vitest';
import { addNode, emptyDocument, layout, moveTo, newNode, type WorkflowDocument } from '@/lib/graph';
import { createFlow, type Dragged } from './flow';
import { createLines } from './lines';

const none = new Set<string>();
const still: Dragged = new Map();
const never = () => false;
const placed = (document: WorkflowDocument) => ({ ...document, layout: layout(document) });

/** A row of steps behind a Parallel that holds two. */
function sample(steps: number) {
  const holder = addNode(emptyDocument(), newNode('parallel'), { into: null });
  let { document } = addNode(holder.document, newNode('pass'), { into: { id: holder.id, branch: 0 } });
  ({ document } = addNode(document, newNode('pass'), { into: { id: holder.id, branch: 0 } }));
  const ids: string[] = [];
  for (let i = 0; i < steps; i++) {
    const added = addNode(document, newNode('wait'), { into: null });
    ids.push(added.id);
    document = added.document;
  }
  return { document: placed(document), holder: holder.id, ids };
}

describe('createLines', () => {
  test('each connection is one line, in the bundle of its depth', () => {
    const { document } = sample(3);
    const { nodes, edges } = createFlow()(document, none, null, still, false);
    const bundles = createLines()(nodes, edges, never);
    const count = bundles.reduce((sum, { path }) => sum + path.split('M').length - 1, 0);
    expect(count).toBe(edges.length);
    expect(bundles.map(({ depth, look }) => [depth, look]).sort()).toEqual([
      [0, 'plain'],
      [1, 'plain'],
    ]);
  });

  test('a line runs from below its step to above the next, wherever their container stands', () => {
    const { document, holder } = sample(1);
    const { nodes, edges } = createFlow()(document, none, null, still, false);
    const inside = createLines()(nodes, edges, never).find(({ depth }) => depth === 1);
    const around = nodes.find(({ id }) => id === holder)!;
    const [first, second] = nodes.filter(({ parentId }) => parentId === holder);
    const x = around.position.x + first!.position.x + 110;
    const from = around.position.y + first!.position.y + 64 + 4.5;
    const to = around.position.y + second!.position.y - 4.5;
    expect(inside?.path).toBe(`M${x},${from}V${to}`);
  });

  test('what moves rewrites its own bundle, and no other', () => {
    const { document, ids } = sample(200);
    const flow = createFlow();
    const lines = createLines();
    const first = flow(document, none, null, still, false);
    const before = lines(first.nodes, first.edges, never);
    const last = ids.at(-2)!;
    const at = document.layout.positions[last]!;
    const moved = moveTo(document, { [last]: { x: at.x + 30, y: at.y } }).document;
    const second = flow(moved, none, null, still, false);
    const after = lines(second.nodes, second.edges, never);
    expect(before.length).toBeGreaterThan(3);
    const other = after.filter((bundle) => !before.includes(bundle));
    expect(other).toHaveLength(1);
    expect(other[0]?.path).toContain(`${at.x + 30 + 110},`);
  });

  test('a connection that a run went over changes its look; the others stay the same text', () => {
    const { document, ids } = sample(4);
    const { nodes, edges } = createFlow()(document, none, null, still, false);
    const lines = createLines();
    lines(nodes, edges, never);
    const bundles = lines(nodes, edges, (from, to) => from === ids[0] && to === ids[1]);
    const ran = bundles.filter(({ look }) => look === 'ran');
    expect(ran).toHaveLength(1);
    expect(ran[0]?.path.split('M')).toHaveLength(2);
    expect(bundles.filter(({ look }) => look === 'plain')).toHaveLength(2);
  });
});
