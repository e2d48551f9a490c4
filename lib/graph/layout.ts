/**
 * Where the steps stand on the canvas.
 *
 *   layout(document) ──▶ positions, each relative to the step's container, as React Flow wants them
 *
 * Container by container from the inside out, top to bottom; branches of a Parallel side by side. A position that is
 * pinned stays. Pure, so it runs in the browser, in a worker and on the server.
 * @module
 */
import { type Arranged, arrangeBoxes, type Gap, type Size, TakesLong } from './layout-scope';
import type { Layout, Parent, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from './schema';
import { ancestorsOf, childrenOf, edgesFrom, isContainer, nodeOf, scopeKey, scopesOf } from './tree';

/** px */
export const NODE_SIZE = { width: 220, height: 64 };
export const CONTAINER = { padding: 24, header: 40, branchGap: 32 };
const GAP = { x: 48, y: 56 };
const PATIENCE = 100;

export type { Size } from './layout-scope';
export type Rect = Size & { x: number; y: number };
export type LayoutOptions = {
  /** place pinned steps too, and forget that they were pinned */
  all?: boolean;
  /** px between steps side by side, and between rows */
  gap?: { x: number; y: number };
  /** steps that hang together and may be laid out anew, without which `TakesLong` is thrown */
  patience?: number;
};

/**
 * The layout, where it takes no longer than a person notices; `null` where it would: then `layoutNear` is at hand, and
 * `layout` in a worker.
 */
export function layoutAtOnce(document: WorkflowDocument, all = false): Layout | null {
  try {
    return layout(document, { all, patience: PATIENCE });
  } catch (error) {
    if (error instanceof TakesLong) return null;
    throw error;
  }
}

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
  const free = arrangeScope(graph, nodes, startOf(graph, parent), made, options);
  for (const node of nodes) {
    const before = document.layout.positions[node.id];
    const found = free.positions.get(node.id)!;
    const [x, y] = [Math.round(origin.x + found.x), Math.round(origin.y + found.y)];
    // What stays where it was is the same object, so that a history of edits holds it once.
    const stays = before && (before.pinned ? !options.all : before.x === x && before.y === y);
    made.positions[node.id] = stays ? before : { x, y };
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

/** The steps of one scope, or some of them, by the connections among them. */
function arrangeScope(
  graph: Workflow,
  nodes: WorkflowNode[],
  startAt: string | null,
  made: Layout,
  { gap = GAP, patience }: LayoutOptions,
): Arranged {
  const sizes = nodes.map((node) => measure(graph, node, made));
  const edges = nodes.flatMap((node) => edgesFrom(graph, node.id));
  const known = nodes[0] && arranged.get(nodes[0]);
  if (
    known &&
    known.startAt === startAt &&
    known.gap.x === gap.x &&
    known.gap.y === gap.y &&
    sameItems(known.nodes, nodes) &&
    sameItems(known.edges, edges) &&
    known.sizes.every(({ width, height }, i) => width === sizes[i]!.width && height === sizes[i]!.height)
  )
    return known.found;
  // The start first: where a loop must be cut, it is cut so that the start stays on top.
  const boxes = nodes
    .map((node, i) => ({ id: node.id, ...sizes[i]! }))
    .sort((a, b) => Number(b.id === startAt) - Number(a.id === startAt));
  const lines = edges.map(({ from, to, kind }) => ({
    from,
    to,
    weight: kind === 'next' ? 3 : kind === 'catch' ? 1 : 2,
    label: kind !== 'next',
  }));
  const found = arrangeBoxes(boxes, lines, gap, patience);
  if (nodes[0]) arranged.set(nodes[0], { nodes, edges, sizes, startAt, gap, found });
  return found;
}

/**
 * How each scope was arranged last, by its first step: an edit changes one scope, and what it does not touch is shared, so
 * that the other scopes are known by their very steps and connections.
 */
const arranged = new WeakMap<
  WorkflowNode,
  {
    nodes: WorkflowNode[];
    edges: WorkflowEdge[];
    sizes: Size[];
    startAt: string | null;
    gap: Gap;
    found: Arranged;
  }
>();

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/**
 * Tidies some steps only, those of each scope among themselves: their upper left corner stays where it is, and what they
 * hold is tidied with them. What was placed by hand counts as placed by hand in its new place.
 * @returns a layout in which no other step has moved
 */
export function layoutOf(document: WorkflowDocument, ids: readonly string[], options: LayoutOptions = {}): Layout {
  const { graph } = document;
  const chosen = new Set(ids);
  const made: Layout = { ...document.layout, positions: { ...document.layout.positions } };
  const scopes = new Map<string, WorkflowNode[]>();
  // From the inside out: a container is as large as what was tidied in it.
  const depth = (node: WorkflowNode): number => ancestorsOf(graph, node).length;
  for (const node of graph.nodes.filter(({ id }) => chosen.has(id)).sort((a, b) => depth(b) - depth(a))) {
    const key = scopeKey(node.parent);
    scopes.set(key, [...(scopes.get(key) ?? []), node]);
    if (isContainer(node)) placeInside(document, node, made, { ...options, all: true });
  }
  for (const nodes of scopes.values()) {
    if (nodes.length < 2) continue;
    const at = (node: WorkflowNode) => document.layout.positions[node.id] ?? { x: 0, y: 0 };
    const corner = { x: Math.min(...nodes.map((n) => at(n).x)), y: Math.min(...nodes.map((n) => at(n).y)) };
    const top = [...nodes].sort((a, b) => at(a).y - at(b).y)[0]!;
    const found = arrangeScope(graph, nodes, top.id, made, options).positions;
    for (const [id, { x, y }] of found)
      made.positions[id] = { ...made.positions[id], x: Math.round(corner.x + x), y: Math.round(corner.y + y) };
  }
  return made;
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
