/**
 * The document as React Flow wants it.
 *
 *   document, selection, where things are being dragged ──createFlow()──▶ nodes and edges
 *
 * An object that says the same as before is the same object, so that only what changed is drawn again. Sizes and handles
 * are given up front: nothing waits for the browser to measure. Knows nothing of React.
 * @module
 */
import { type Edge, type Node, type NodeHandle, Position } from 'reactflow';
import {
  branchesOf,
  type Container,
  childrenOf,
  edgesFrom,
  isContainer,
  mayCatch,
  mayGoOn,
  NODE_SIZE,
  type Note,
  nodeOf,
  type Rect,
  type Size,
  scopeKey,
  scopesOf,
  sizeOf,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';
import { type Exit, laneOf, sourcePoint } from './routes';
import { KIND_NAMES } from './summary';

export const START = '@start';
export const END = '@end';
const CAP_SIZE = { width: 76, height: 28 };
const CAP_GAP = 44;

export type StepNodeData = {
  node: WorkflowNode /** no step follows, and one could */;
  open: boolean /** placed by hand */;
  pinned: boolean;
};
export type ContainerData = { node: Container; branches: Rect[] /** branches without a step */; empty: boolean[] };
export type FlowNode =
  | Node<StepNodeData, 'step'>
  | Node<ContainerData, 'container'>
  | Node<{ label: string; empty: boolean }, 'cap'>
  | Node<{ note: Note }, 'note'>;
type FlowEdgeData = {
  edge: WorkflowEdge | null /** the step after which `+` appends, on the way to the end */;
  after: string | null;
  from: WorkflowNode | null /** where the line runs up or down, px from where it leaves; `null`: the plain line is as good */;
  lane: number | null /** how many connections with words stand at the same place before it: one above the other */;
  row: number;
};
export type FlowEdge = Edge<FlowEdgeData, 'flow'>;
export type Dragged = Map<string, { x: number; y: number }>;

/** `places`: each node's index in the list */
type Whole = { nodes: FlowNode[]; edges: FlowEdge[]; places: Map<string, number> };

/** px; as large as the browser will measure it, so that no line moves by half a pixel when it does. */
const PORT = 9;
const handle = (type: 'source' | 'target', id: string, position: Position, x: number, y: number): NodeHandle => ({
  type,
  id,
  position,
  x: x - PORT / 2,
  y: y - PORT / 2,
  width: PORT,
  height: PORT,
});
const handlesFor = new Map<string, NodeHandle[]>();
function handlesOf({ width, height }: Size, key: string, source: boolean, catches: boolean): NodeHandle[] {
  const name = `${width}x${height}${key}${source}${catches}`;
  const known = handlesFor.get(name);
  if (known) return known;
  const made = [handle('target', 'in', Position.Top, width / 2, 0)];
  if (source) made.push(handle('source', 'out', Position.Bottom, width / 2, height));
  if (catches) {
    made.push(handle('source', 'catch', Position.Right, width, height / 2));
    made.push(handle('source', 'catch-left', Position.Left, 0, height / 2));
  }
  handlesFor.set(name, made);
  return made;
}

/** @returns a function that keeps what it made, for one canvas */
export function createFlow() {
  const nodes = new Map<string, { key: unknown[]; made: FlowNode }>();
  const edges = new Map<string, { key: unknown[]; made: FlowEdge }>();
  // What a node draws is another object only when it draws something else: moving draws nothing anew.
  const contents = new Map<string, { key: unknown[]; made: StepNodeData }>();
  const frames = new Map<string, { key: unknown[]; made: ContainerData }>();

  /** The object made for the same key before, or a new one. */
  function once<T>(cache: Map<string, { key: unknown[]; made: T }>, id: string, key: unknown[], make: () => T): T {
    const known = cache.get(id);
    if (known && known.key.length === key.length && known.key.every((part, i) => Object.is(part, key[i])))
      return known.made;
    const made = make();
    cache.set(id, { key, made });
    return made;
  }

  let last: { key: unknown[]; made: Whole } | null = null;
  let laid: { graph: unknown; layout: unknown; lanes: Map<string, Way> } | null = null;

  /** Worked out once for where everything stands, whatever is selected. */
  function lanesIn(document: WorkflowDocument, shown: ReadonlySet<string>): Map<string, Way> {
    const { graph, layout } = document;
    if (laid?.graph !== graph || laid.layout !== layout) laid = { graph, layout, lanes: waysOf(document, shown) };
    return laid.lanes;
  }

  return function flow(
    document: WorkflowDocument,
    selected: Set<string>,
    selectedEdge: string | null,
    dragged: Dragged,
    readOnly: boolean,
  ): { nodes: FlowNode[]; edges: FlowEdge[] } {
    const key = [document, selected, selectedEdge, readOnly];
    const still = last?.key.every((part, i) => part === key[i])
      ? last.made
      : build(...(key as Parameters<typeof build>));
    last = { key, made: still };
    return dragged.size === 0 ? still : moved(document, still, dragged);
  };

  /** Sixty times a second: only what is dragged, and the two ends that follow it, are other objects. */
  function moved(document: WorkflowDocument, still: Whole, dragged: Dragged) {
    const nodes = still.nodes.slice();
    const put = (id: string, position: { x: number; y: number } | undefined) => {
      const i = still.places.get(id);
      if (i !== undefined && position) nodes[i] = { ...still.nodes[i]!, position };
    };
    for (const [id, position] of dragged) put(id, position);
    if ([...dragged.keys()].some((id) => nodeOf(document.graph, id)?.parent === null)) {
      const { startAt, endAt } = capsOf(document, (id) => dragged.get(id) ?? placeIn(document, id));
      put(START, startAt);
      put(END, endAt);
    }
    return { nodes, edges: still.edges };
  }

  function build(
    document: WorkflowDocument,
    selected: Set<string>,
    selectedEdge: string | null,
    readOnly: boolean,
  ): Whole {
    const { graph, layout } = document;
    const collapsedIds = new Set(layout.collapsed);
    const shown = new Set<string>();
    const flowNodes: FlowNode[] = [];
    const flowEdges: FlowEdge[] = [];

    const leads = new Set(graph.edges.filter((edge) => edge.kind === 'next').map((edge) => edge.from));
    const placeOf = (id: string) => placeIn(document, id);

    const add = (node: WorkflowNode) => {
      shown.add(node.id);
      const at = placeOf(node.id);
      const collapsed = collapsedIds.has(node.id);
      const parentId = node.parent?.id;
      const isSelected = selected.has(node.id);
      if (isContainer(node) && !collapsed) {
        const { width, height } = sizeOf(document, layout, node.id);
        const branches = branchesOf(document, layout, node.id);
        const scopes = scopesOf(node);
        const empty = scopes.map(({ parent }) => childrenOf(graph, parent).length === 0);
        const shape = JSON.stringify([branches, empty]);
        const data = once(frames, node.id, [node, shape], () => ({ node, branches, empty }));
        flowNodes.push(
          once(nodes, node.id, [data, at.x, at.y, width, height, parentId, isSelected, readOnly], () => ({
            id: node.id,
            type: 'container',
            position: { x: at.x, y: at.y },
            data,
            parentId,
            width,
            height,
            measured: { width, height },
            handles: handlesOf({ width, height }, 'c', true, true),
            selected: isSelected,
            ariaLabel: label(node),
            ariaRole: 'group',
            dragHandle: '.container-head',
            zIndex: 0,
          })),
        );
        for (const { parent } of scopes) for (const child of childrenOf(graph, parent)) add(child);
        return;
      }
      const open = mayGoOn(node) && !leads.has(node.id);
      const pinned = layout.positions[node.id]?.pinned === true;
      const data = once(contents, node.id, [node, open, pinned], () => ({ node, open, pinned }));
      flowNodes.push(
        once(nodes, node.id, [data, at.x, at.y, parentId, isSelected, readOnly], () => ({
          id: node.id,
          type: 'step',
          position: { x: at.x, y: at.y },
          data,
          parentId,
          ...NODE_SIZE,
          measured: NODE_SIZE,
          handles: handlesOf(NODE_SIZE, 's', node.kind !== 'succeed' && node.kind !== 'fail', mayCatch(node)),
          selected: isSelected,
          ariaLabel: label(node),
          // A button holds no other button: the last step of a container has its + within, a folded container its way to unfold.
          ariaRole: isContainer(node) || (open && node.parent && !readOnly) ? 'group' : 'button',
        })),
      );
    };
    for (const node of childrenOf(graph, null)) add(node);

    const rows = new Map<string, number>();
    const lanes = lanesIn(document, shown);
    for (const edge of graph.edges) {
      if (!shown.has(edge.from) || !shown.has(edge.to) || !lanes.has(edge.id)) continue;
      const from = nodeOf(graph, edge.from) ?? null;
      const isSelected = edge.id === selectedEdge;
      const { exit, lane } = lanes.get(edge.id)!;
      // The words of an error stand where it leaves, those of a rule where it leads.
      const beside = edge.kind === 'catch' ? `${edge.from}:${exit}` : edge.to;
      const row = rows.get(beside) ?? 0;
      if (edge.kind !== 'next') rows.set(beside, row + 1);
      flowEdges.push(
        once(edges, edge.id, [edge, from, isSelected, readOnly, exit, lane, row], () => ({
          id: edge.id,
          type: 'flow',
          source: edge.from,
          target: edge.to,
          sourceHandle: exit === 'bottom' ? 'out' : exit === 'left' ? 'catch-left' : 'catch',
          targetHandle: 'in',
          data: { edge, after: null, from, lane, row },
          ariaLabel: `${from?.name} to ${nodeOf(graph, edge.to)?.name}`,
          selected: isSelected,
          reconnectable: !readOnly,
          interactionWidth: 22,
          // Inside a container an edge lies above the container's ground.
          zIndex: from?.parent ? 1 : 0,
        })),
      );
    }
    addCaps();
    for (const note of document.notes) {
      const isSelected = selected.has(note.id);
      flowNodes.push(
        once(nodes, note.id, [note, isSelected, readOnly], () => ({
          id: note.id,
          type: 'note',
          position: { x: note.x, y: note.y },
          data: { note },
          width: note.width,
          height: note.height,
          measured: { width: note.width, height: note.height },
          selected: isSelected,
          ariaLabel: `Note: ${note.text.slice(0, 60)}`,
          connectable: false,
          zIndex: -1,
        })),
      );
    }
    return { nodes: flowNodes, edges: flowEdges, places: new Map(flowNodes.map(({ id }, i) => [id, i])) };

    /** Start above the first step, End below the last ones: where the run comes in and goes out. */
    function addCaps(): void {
      const { start, ends, startAt, endAt } = capsOf(document, placeOf);
      const empty = childrenOf(graph, null).length === 0;
      cap(START, 'Start', startAt, empty, [
        handle('source', 'out', Position.Bottom, CAP_SIZE.width / 2, CAP_SIZE.height),
      ]);
      if (empty || ends.length > 0)
        cap(END, 'End', endAt, empty, [handle('target', 'in', Position.Top, CAP_SIZE.width / 2, 0)]);
      if (start) capEdge('@start-edge', START, start.id, null);
      if (empty) capEdge('@empty-edge', START, END, null);
      for (const node of ends) capEdge(`@end:${node.id}`, node.id, END, node.id);
    }

    function cap(id: string, text: string, at: { x: number; y: number }, empty: boolean, handles: NodeHandle[]): void {
      flowNodes.push(
        once(nodes, id, [at.x, at.y, empty], () => ({
          id,
          type: 'cap',
          position: at,
          data: { label: text, empty },
          ...CAP_SIZE,
          measured: CAP_SIZE,
          handles,
          draggable: false,
          selectable: false,
          focusable: false,
          connectable: false,
          deletable: false,
          ariaRole: 'presentation',
        })),
      );
    }

    function capEdge(id: string, source: string, target: string, after: string | null): void {
      flowEdges.push(
        once(edges, id, [source, target, after, readOnly], () => ({
          id,
          type: 'flow',
          source,
          target,
          sourceHandle: 'out',
          targetHandle: 'in',
          data: { edge: null, after, from: null, lane: null, row: 0 },
          ariaLabel: `${nodeOf(graph, source)?.name ?? 'Start'} to ${nodeOf(graph, target)?.name ?? 'End'}`,
          selectable: false,
          focusable: false,
          deletable: false,
          reconnectable: false,
          ariaRole: 'group',
          interactionWidth: 22,
        })),
      );
    }
  }
}

type Way = { exit: Exit; lane: number | null };

/** By which side each connection leaves its step, and on which lane it runs. */
function waysOf(document: WorkflowDocument, shown: ReadonlySet<string>): Map<string, Way> {
  const { graph } = document;
  const boxes = boxesOf(document, shown);
  const lists = new Map([...boxes].map(([key, scope]) => [key, [...scope.values()]]));
  const ways = new Map<string, Way>();
  for (const edge of graph.edges) {
    const key = scopeKey(nodeOf(graph, edge.from)?.parent ?? null);
    const [from, to] = [boxes.get(key)?.get(edge.from), boxes.get(key)?.get(edge.to)];
    if (!from || !to) continue;
    // An error leaves by the side on which its handler is, so that its line does not cross the step.
    const exit = edge.kind !== 'catch' ? 'bottom' : to.x < from.x ? 'left' : 'right';
    const ends = { from, to, exit } as const;
    const x = laneOf(ends, lists.get(key) ?? []);
    ways.set(edge.id, { exit, lane: x === null ? null : x - sourcePoint(ends).x });
  }
  return ways;
}

/** The boxes of what is shown, scope by scope, each relative to its container. */
function boxesOf(
  { graph, layout, ...rest }: WorkflowDocument,
  shown: ReadonlySet<string>,
): Map<string, Map<string, Rect>> {
  const scopes = new Map<string, Map<string, Rect>>();
  for (const node of graph.nodes) {
    if (!shown.has(node.id)) continue;
    const key = scopeKey(node.parent);
    const scope = scopes.get(key) ?? new Map<string, Rect>();
    const { x, y } = layout.positions[node.id] ?? { x: 0, y: 0 };
    scope.set(node.id, { x, y, ...sizeOf({ graph, layout, ...rest }, layout, node.id) });
    scopes.set(key, scope);
  }
  return scopes;
}

const placeIn = ({ layout }: WorkflowDocument, id: string) => layout.positions[id] ?? { x: 0, y: 0 };

/** Where the run comes in, and where it goes out: above the first step and below the lowest. */
function capsOf({ graph, layout, ...rest }: WorkflowDocument, placeOf: (id: string) => { x: number; y: number }) {
  const roots = childrenOf(graph, null);
  const start = roots.find((node) => node.id === graph.startAt);
  const boxOf = (node: WorkflowNode) => {
    const { x, y } = placeOf(node.id);
    return { x, y, ...sizeOf({ graph, layout, ...rest }, layout, node.id) };
  };
  const first = start ? boxOf(start) : { x: 0, y: CAP_SIZE.height + CAP_GAP, ...NODE_SIZE };
  const startAt = { x: first.x + first.width / 2 - CAP_SIZE.width / 2, y: first.y - CAP_GAP - CAP_SIZE.height };
  // Succeed and Fail are ends themselves.
  const ends = roots.filter((node) => mayGoOn(node) && !edgesFrom(graph, node.id).some(({ kind }) => kind === 'next'));
  const boxes = ends.map(boxOf);
  const lowest = roots.map(boxOf).reduce((low, box) => Math.max(low, box.y + box.height), first.y);
  const middle = boxes.length
    ? boxes.reduce((sum, box) => sum + box.x + box.width / 2, 0) / boxes.length
    : first.x + first.width / 2;
  const endAt = {
    x: middle - CAP_SIZE.width / 2,
    y: roots.length ? lowest + CAP_GAP : first.y + NODE_SIZE.height + CAP_GAP,
  };
  return { start, ends, startAt, endAt };
}

const label = (node: WorkflowNode): string => `${node.name}, ${KIND_NAMES[node.kind]}`;
export const isCap = (id: string): boolean => id === START || id === END;
