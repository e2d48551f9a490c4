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
  isContainer,
  mayCatch,
  mayGoOn,
  NODE_SIZE,
  type Note,
  nodeOf,
  type Rect,
  type Size,
  scopesOf,
  sizeOf,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';
import { KIND_NAMES } from './summary';

export const START = '@start';
export const END = '@end';
const CAP_SIZE = { width: 76, height: 28 };
const CAP_GAP = 44;

export type StepNodeData = { node: WorkflowNode /** no step follows, and one could */; open: boolean };
export type ContainerData = { node: Container; branches: Rect[] /** branches without a step */; empty: boolean[] };
export type FlowNode =
  | Node<StepNodeData, 'step'>
  | Node<ContainerData, 'container'>
  | Node<{ label: string; empty: boolean }, 'cap'>
  | Node<{ note: Note }, 'note'>;
type FlowEdgeData = {
  edge: WorkflowEdge | null /** the step after which `+` appends, on the way to the end */;
  after: string | null;
  from: WorkflowNode | null /** how many connections with words end at the same step before it: they stand above one another */;
  lane: number;
};
export type FlowEdge = Edge<FlowEdgeData, 'flow'>;
export type Dragged = Map<string, { x: number; y: number }>;

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

  /** The object made for the same key before, or a new one. */
  function once<T>(cache: Map<string, { key: unknown[]; made: T }>, id: string, key: unknown[], make: () => T): T {
    const known = cache.get(id);
    if (known && known.key.length === key.length && known.key.every((part, i) => Object.is(part, key[i])))
      return known.made;
    const made = make();
    cache.set(id, { key, made });
    return made;
  }

  return function flow(
    document: WorkflowDocument,
    selected: Set<string>,
    selectedEdge: string | null,
    dragged: Dragged,
    readOnly: boolean,
  ) {
    const { graph, layout } = document;
    const shown = new Set<string>();
    const flowNodes: FlowNode[] = [];
    const flowEdges: FlowEdge[] = [];

    const leads = new Set(graph.edges.filter((edge) => edge.kind === 'next').map((edge) => edge.from));
    const placeOf = (id: string) => dragged.get(id) ?? layout.positions[id] ?? { x: 0, y: 0 };

    const add = (node: WorkflowNode, order: { n: number }) => {
      shown.add(node.id);
      order.n++;
      const at = placeOf(node.id);
      const collapsed = layout.collapsed.includes(node.id);
      const parentId = node.parent?.id;
      const isSelected = selected.has(node.id);
      if (isContainer(node) && !collapsed) {
        const { width, height } = sizeOf(document, layout, node.id);
        const branches = branchesOf(document, layout, node.id);
        const scopes = scopesOf(node);
        const empty = scopes.map(({ parent }) => childrenOf(graph, parent).length === 0);
        const shape = JSON.stringify([branches, empty]);
        flowNodes.push(
          once(nodes, node.id, [node, at.x, at.y, width, height, parentId, isSelected, shape, readOnly], () => ({
            id: node.id,
            type: 'container',
            position: { x: at.x, y: at.y },
            data: { node, branches, empty },
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
        for (const { parent } of scopes) for (const child of childrenOf(graph, parent)) add(child, order);
        return;
      }
      const open = mayGoOn(node) && !leads.has(node.id);
      flowNodes.push(
        once(nodes, node.id, [node, at.x, at.y, parentId, isSelected, open, readOnly], () => ({
          id: node.id,
          type: 'step',
          position: { x: at.x, y: at.y },
          data: { node, open },
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
    const order = { n: 0 };
    for (const node of childrenOf(graph, null)) add(node, order);

    const lanes = new Map<string, number>();
    for (const edge of graph.edges) {
      if (!shown.has(edge.from) || !shown.has(edge.to)) continue;
      const from = nodeOf(graph, edge.from) ?? null;
      const isSelected = edge.id === selectedEdge;
      const lane = lanes.get(edge.to) ?? 0;
      if (edge.kind === 'rule' || edge.kind === 'default') lanes.set(edge.to, lane + 1);
      // An error leaves by the side on which its handler is, so that its line does not cross the step.
      const leftward = edge.kind === 'catch' && placeOf(edge.to).x < placeOf(edge.from).x;
      flowEdges.push(
        once(edges, edge.id, [edge, from, isSelected, readOnly, leftward, lane], () => ({
          id: edge.id,
          type: 'flow',
          source: edge.from,
          target: edge.to,
          sourceHandle: edge.kind !== 'catch' ? 'out' : leftward ? 'catch-left' : 'catch',
          targetHandle: 'in',
          data: { edge, after: null, from, lane },
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
      const at = dragged.get(note.id) ?? note;
      const isSelected = selected.has(note.id);
      flowNodes.push(
        once(nodes, note.id, [note, at.x, at.y, isSelected, readOnly], () => ({
          id: note.id,
          type: 'note',
          position: { x: at.x, y: at.y },
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
    return { nodes: flowNodes, edges: flowEdges };

    /** Start above the first step, End below the last ones: where the run comes in and goes out. */
    function addCaps(): void {
      const roots = childrenOf(graph, null);
      const start = roots.find((node) => node.id === graph.startAt);
      const boxOf = (node: WorkflowNode) => {
        const { x, y } = placeOf(node.id);
        return { x, y, ...(layout.collapsed.includes(node.id) ? NODE_SIZE : sizeOf(document, layout, node.id)) };
      };
      const first = start ? boxOf(start) : { x: 0, y: CAP_SIZE.height + CAP_GAP, ...NODE_SIZE };
      const startAt = { x: first.x + first.width / 2 - CAP_SIZE.width / 2, y: first.y - CAP_GAP - CAP_SIZE.height };
      // Succeed and Fail are ends themselves.
      const ends = roots.filter((node) => mayGoOn(node) && !leads.has(node.id));
      const boxes = ends.map(boxOf);
      const lowest = Math.max(first.y, ...roots.map((node) => boxOf(node).y + boxOf(node).height));
      const middle = boxes.length
        ? boxes.reduce((sum, box) => sum + box.x + box.width / 2, 0) / boxes.length
        : first.x + first.width / 2;
      const endAt = {
        x: (boxes.length === 1 ? boxes[0]!.x + boxes[0]!.width / 2 : middle) - CAP_SIZE.width / 2,
        y: roots.length ? lowest + CAP_GAP : first.y + NODE_SIZE.height + CAP_GAP,
      };
      const empty = roots.length === 0;
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
          data: { edge: null, after, from: null, lane: 0 },
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
  };
}

const label = (node: WorkflowNode): string => `${node.name}, ${KIND_NAMES[node.kind]}`;
export const isCap = (id: string): boolean => id === START || id === END;
