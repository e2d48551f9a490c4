/**
 * A layout at hand while a better one is worked out: what stood stays, a new step stands below the one that leads to it,
 * and what stood there makes room. Pure, and fast for any workflow.
 * @module
 */
import { NODE_SIZE, sizeOf } from './layout';
import type { Layout, WorkflowDocument, WorkflowNode } from './schema';
import { ancestorsOf, childrenOf, edgesTo, nodeOf, scopeKey } from './tree';

const GAP = 56;

/** @returns positions for every step of the graph and for no other */
export function layoutNear(document: WorkflowDocument): Layout {
  const { graph } = document;
  const known = document.layout.positions;
  const made: Layout = { positions: {}, collapsed: document.layout.collapsed.filter((id) => nodeOf(graph, id)) };
  const come: WorkflowNode[] = [];
  for (const node of graph.nodes) {
    const at = known[node.id];
    if (at) made.positions[node.id] = at;
    else come.push(node);
  }
  // What is inside first: a container that came is as large as what it holds.
  const depth = new Map(come.map((node) => [node.id, ancestorsOf(graph, node).length]));
  for (const node of come.sort((a, b) => depth.get(b.id)! - depth.get(a.id)!)) placeOne(document, node, made);
  return made;
}

function placeOne(document: WorkflowDocument, node: WorkflowNode, made: Layout): void {
  const { graph } = document;
  const beside = childrenOf(graph, node.parent).filter(({ id }) => id !== node.id && made.positions[id]);
  const bottom = (id: string) => made.positions[id]!.y + sizeOf(document, made, id).height;
  const from = edgesTo(graph, node.id)
    .map((edge) => nodeOf(graph, edge.from))
    .find((other) => other && scopeKey(other.parent) === scopeKey(node.parent) && made.positions[other.id]);
  const lowest = beside.reduce<WorkflowNode | null>(
    (low, other) => (!low || bottom(other.id) > bottom(low.id) ? other : low),
    null,
  );
  const above = from ?? lowest;
  if (!above) {
    made.positions[node.id] = node.parent ? { x: 24, y: 64 } : { x: 0, y: 0 };
    return;
  }
  const y = bottom(above.id) + GAP;
  made.positions[node.id] = { x: made.positions[above.id]!.x, y };
  const room = sizeOf(document, made, node.id).height + GAP;
  for (const { id } of from ? beside : []) {
    const at = made.positions[id]!;
    if (id !== above.id && at.y + NODE_SIZE.height > y && !at.pinned) made.positions[id] = { ...at, y: at.y + room };
  }
}
