/**
 * Where the steps stand on the canvas.
 *
 *   layout(document) ──▶ positions, each relative to the step's container, as React Flow wants them
 *
 * Container by container from the inside out, top to bottom; branches of a Parallel side by side. A position that is
 * pinned stays. Pure, so it runs in the browser, in a worker and on the server.
 * @module
 */
import { layout as dagre, Graph } from '@dagrejs/dagre';
import type { Layout, Parent, Workflow, WorkflowDocument, WorkflowNode } from './schema';
import { childrenOf, edgesFrom, isContainer, nodeOf, scopesOf } from './tree';

/** px */
export const NODE_SIZE = { width: 220, height: 64 };
export const CONTAINER = { padding: 24, header: 40, branchGap: 32 };
/** Room for an edge's label: a rule's condition, an error's name. */
const LABEL = { width: 120, height: 20 };

export type Size = { width: number; height: number };
export type Rect = Size & { x: number; y: number };
export type LayoutOptions = {
  /** place pinned steps too, and forget that they were pinned */
  all?: boolean;
  /** px between steps side by side, and between rows */
  gap?: { x: number; y: number };
};
type Position = Layout['positions'][string];

/** @returns positions for every step of the graph and for no other */
export function layout(document: WorkflowDocument, options: LayoutOptions = {}): Layout {
  const { graph } = document;
  const made: Layout = { positions: {}, collapsed: document.layout.collapsed.filter((id) => nodeOf(graph, id)) };
  place(document, null, { x: 0, y: 0 }, made, options);
  return made;
}

/** Lays one scope out at `origin` of its container. @returns the size of what it took */
function place(
  document: WorkflowDocument,
  parent: Parent | null,
  origin: { x: number; y: number },
  made: Layout,
  options: LayoutOptions,
): Size {
  const { graph } = document;
  const nodes = childrenOf(graph, parent);
  for (const node of nodes) placeInside(document, node, made, options);
  const free = arrangeScope(graph, nodes, startOf(graph, parent), made, options.gap ?? { x: 48, y: 56 });
  for (const node of nodes) {
    const before = document.layout.positions[node.id];
    const found = free.positions.get(node.id)!;
    made.positions[node.id] =
      before?.pinned && !options.all
        ? before
        : { x: Math.round(origin.x + found.x), y: Math.round(origin.y + found.y) };
  }
  return free.size;
}

function placeInside(document: WorkflowDocument, node: WorkflowNode, made: Layout, options: LayoutOptions): void {
  let x = CONTAINER.padding;
  for (const { parent } of scopesOf(node)) {
    const size = place(document, parent, { x, y: CONTAINER.header + CONTAINER.padding }, made, options);
    x += Math.max(size.width, NODE_SIZE.width) + CONTAINER.branchGap;
  }
}

const startOf = (graph: Workflow, parent: Parent | null): string | null => {
  if (!parent) return graph.startAt;
  const container = nodeOf(graph, parent.id);
  return (container && scopesOf(container)[parent.branch]?.scope.startAt) ?? null;
};

function arrangeScope(
  graph: Workflow,
  nodes: WorkflowNode[],
  startAt: string | null,
  made: Layout,
  gap: { x: number; y: number },
) {
  const g = new Graph({ multigraph: true });
  g.setGraph({ rankdir: 'TB', nodesep: gap.x, ranksep: gap.y, marginx: 0, marginy: 0 });
  // The start first: where a loop must be cut, it is cut so that the start stays on top.
  for (const node of [...nodes].sort((a, b) => Number(b.id === startAt) - Number(a.id === startAt))) {
    g.setNode(node.id, { ...measure(graph, node, made) });
  }
  for (const node of nodes) {
    for (const edge of edgesFrom(graph, node.id)) {
      if (edge.to === edge.from || !g.hasNode(edge.to)) continue;
      const label =
        edge.kind === 'next' ? { weight: 3 } : { weight: edge.kind === 'catch' ? 1 : 2, ...LABEL, labelpos: 'c' };
      g.setEdge({ v: edge.from, w: edge.to, name: edge.id }, label);
    }
  }
  dagre(g);
  const boxes = nodes.map((node) => {
    const { x, y, width, height } = g.node(node.id) as Rect;
    return { id: node.id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const left = Math.min(0, ...boxes.map((box) => box.x));
  const found = new Map<string, Position>(boxes.map((box) => [box.id, { x: box.x - left, y: box.y }]));
  const size = {
    width: Math.max(0, ...boxes.map((box) => box.x - left + box.width)),
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)),
  };
  return { positions: found, size };
}

// ------------------------------------------------------------------ sizes

/** px; a container is as large as what it holds, or as a step while it is collapsed. */
export function sizeOf(document: WorkflowDocument, layout: Layout, nodeId: string): Size {
  const node = nodeOf(document.graph, nodeId);
  return node ? measure(document.graph, node, layout) : NODE_SIZE;
}

function measure(graph: Workflow, node: WorkflowNode, made: Layout): Size {
  if (!isContainer(node) || made.collapsed.includes(node.id)) return NODE_SIZE;
  const boxes = branchBoxes(graph, node, made);
  const { padding } = CONTAINER;
  return {
    width: Math.max(NODE_SIZE.width + 2 * padding, ...boxes.map((box) => box.x + box.width + padding)),
    height: Math.max(
      CONTAINER.header + NODE_SIZE.height + 2 * padding,
      ...boxes.map((box) => box.y + box.height + padding),
    ),
  };
}

/** Where each branch of a container is, relative to it; an empty one is as large as one step, to drop something into. */
export const branchesOf = (document: WorkflowDocument, layout: Layout, nodeId: string): Rect[] => {
  const node = nodeOf(document.graph, nodeId);
  return node ? branchBoxes(document.graph, node, layout) : [];
};

function branchBoxes(graph: Workflow, node: WorkflowNode, made: Layout): Rect[] {
  let right = CONTAINER.padding;
  const top = CONTAINER.header + CONTAINER.padding;
  return scopesOf(node).map(({ parent }) => {
    const boxes = childrenOf(graph, parent).map((child) => ({
      ...(made.positions[child.id] ?? { x: right, y: top }),
      ...measure(graph, child, made),
    }));
    const x = boxes.length ? Math.min(...boxes.map((box) => box.x)) : right;
    const y = boxes.length ? Math.min(...boxes.map((box) => box.y)) : top;
    const box = {
      x,
      y,
      width: Math.max(NODE_SIZE.width, ...boxes.map((b) => b.x + b.width - x)),
      height: Math.max(NODE_SIZE.height, ...boxes.map((b) => b.y + b.height - y)),
    };
    right = Math.max(right, box.x + box.width + CONTAINER.branchGap);
    return box;
  });
}
