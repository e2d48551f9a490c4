/**
 * Steps and notes on their way: held here, not in the document, until they are let go.
 *
 *   React Flow's moves ──▶ where they are drawn, in line with neighbours or on the grid ──(let go)──▶ one edit
 *
 * @module
 */
import { type RefObject, useCallback, useRef, useState } from 'react';
import { type NodeChange, useStoreApi } from 'reactflow';
import {
  childrenOf,
  moveTo,
  nodeOf,
  type Parent,
  type Rect,
  scopeKey,
  setNote,
  type WorkflowDocument,
} from '@/lib/graph';
import { moveSteps } from '../state/commands';
import { useEditorStore } from '../state/context';
import { dropScope } from './drop';
import type { Dragged, FlowNode } from './flow';
import { boxOf, cornerOf, insideOf, isShown, type Point } from './places';
import { type Guide, snapped } from './snap';

const NONE: Dragged = new Map();
const NO_GUIDES: Guide[] = [];
/** px on the screen from which a neighbour's line draws a step to it */
const REACH = 6;
/** Among more neighbours than this, those in sight of the dragged step are too many to tell apart. */
const NEIGHBOURS = 400;

/** What stays the same while something is dragged: the box that is held, and what it could stand in line with. */
type Held = { id: string; box: Rect; origin: Point; neighbours: Rect[] };

export function useDrag(wrapper: RefObject<HTMLDivElement | null>) {
  const store = useEditorStore();
  const flowStore = useStoreApi();
  const [dragged, setDragged] = useState<Dragged>(NONE);
  const [guides, setGuides] = useState<Guide[]>(NO_GUIDES);
  const now = useRef<Dragged>(NONE);
  const held = useRef<Held | null>(null);
  const free = useRef(false);

  const onNodeDragStart = useCallback(
    (event: { altKey: boolean }, node: FlowNode, moved: FlowNode[]) => {
      free.current = event.altKey;
      held.current = holdOf(store.getState().document, node.id, new Set(moved.map(({ id }) => id)));
    },
    [store],
  );

  /** @returns whether these changes were moves */
  const onMoves = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const moves = changes.flatMap((change) =>
        change.type === 'position' && change.dragging && change.position
          ? [{ id: change.id, at: change.position }]
          : [],
      );
      if (moves.length === 0) return;
      const hold = held.current;
      const raw = hold && moves.find(({ id }) => id === hold.id)?.at;
      let [dx, dy] = [0, 0];
      let lines = NO_GUIDES;
      if (hold && raw) {
        const zoom = flowStore.getState().transform[2];
        const box = { ...hold.box, x: raw.x + hold.origin.x, y: raw.y + hold.origin.y };
        const to = snapped(box, hold.neighbours, REACH / zoom, free.current);
        [dx, dy, lines] = [to.x - box.x, to.y - box.y, to.guides];
      }
      const next = new Map(now.current);
      for (const { id, at } of moves) next.set(id, { x: at.x + dx, y: at.y + dy });
      now.current = next;
      setDragged(next);
      setGuides((before) => (lines.length === 0 && before.length === 0 ? before : lines));
    },
    [flowStore],
  );

  /** Where the steps that are being dragged would go, shown while they are on the way. */
  const onNodeDrag = useCallback(
    (event: { altKey: boolean }, node: FlowNode, moved: FlowNode[]) => {
      free.current = event.altKey;
      const place = newPlaceOf(node, moved, store.getState().document);
      markTarget(wrapper.current, place ? (place.parent?.id ?? null) : null);
    },
    [store, wrapper],
  );

  const onNodeDragStop = useCallback(
    (_event: unknown, node: FlowNode, moved: FlowNode[]) => {
      const places = now.current;
      now.current = NONE;
      held.current = null;
      setDragged(NONE);
      setGuides(NO_GUIDES);
      markTarget(wrapper.current, null);
      const place = newPlaceOf(node, moved, store.getState().document);
      if (place) {
        moveSteps(store, place.ids, place.parent);
        return;
      }
      store.getState().edit((before) => {
        let next = before;
        const positions: Record<string, Point> = {};
        for (const one of moved) {
          const at = places.get(one.id) ?? one.position;
          const note = before.notes.find((other) => other.id === one.id);
          if (note) {
            if (note.x !== at.x || note.y !== at.y) ({ document: next } = setNote(next, { ...note, ...round(at) }));
            continue;
          }
          const old = before.layout.positions[one.id];
          const to = nodeOf(before.graph, one.id)?.parent ? insideOf(at) : round(at);
          if (old?.x !== to.x || old?.y !== to.y) positions[one.id] = to;
        }
        return Object.keys(positions).length > 0 ? moveTo(next, positions) : { document: next };
      });
    },
    [store, wrapper],
  );

  return { dragged, guides, onMoves, onNodeDragStart, onNodeDrag, onNodeDragStop };
}

function holdOf(document: WorkflowDocument, id: string, moving: ReadonlySet<string>): Held | null {
  const node = nodeOf(document.graph, id);
  if (!node) return null;
  const box = boxOf(document, id);
  const beside = childrenOf(document.graph, node.parent).filter((other) => !moving.has(other.id));
  return {
    id,
    box,
    origin: node.parent ? cornerOf(document, node.parent.id) : { x: 0, y: 0 },
    neighbours:
      beside.length > NEIGHBOURS
        ? []
        : beside.filter((other) => isShown(document, other.id)).map((other) => boxOf(document, other.id)),
  };
}

/** Dragged over another container, or out of its own: the steps that go, and where to; `null` where they stay at home. */
function newPlaceOf(
  node: FlowNode,
  moved: FlowNode[],
  document: WorkflowDocument,
): { ids: string[]; parent: Parent | null } | null {
  const step = nodeOf(document.graph, node.id);
  if (!step) return null;
  const ids = moved.map(({ id }) => id).filter((id) => nodeOf(document.graph, id));
  const parent = dropScope(document, node.id, node.position, ids);
  return scopeKey(parent) === scopeKey(step.parent) ? null : { ids, parent };
}

const TARGET = ['outline-3', 'outline-dashed', 'outline-accent', 'outline-offset-2', 'rounded-2xl'];
/** Straight to the element: sixty times a second, nothing else is drawn again. */
export function markTarget(root: HTMLElement | null, id: string | null): void {
  for (const old of root?.querySelectorAll('[data-drop]') ?? []) {
    if (old.getAttribute('data-id') === id) return;
    old.removeAttribute('data-drop');
    old.classList.remove(...TARGET);
  }
  if (id === null) return;
  const now = root?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  now?.setAttribute('data-drop', '');
  now?.classList.add(...TARGET);
}

const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
