'use client';
import { useEffect } from 'react';
import { useReactFlow } from 'reactflow';
import { nodeOf } from '@/lib/graph';
import { useEditorStore } from '../state/context';
import { boxOf, isShown } from './places';

/** Room that is kept between the step and the edge of the canvas, px. */
const MARGIN = 24;
/** A wide graph is laid out in a worker: where a new step stands may come this much later, ms. */
const PATIENCE = 2_000;

/**
 * Brings a step into sight that was gone to from elsewhere (a problem, the list of steps) or that is new: the canvas moves
 * as little as is needed, and not at all where the step is seen already. Pressing a step on the canvas moves nothing.
 */
export function InSight() {
  const store = useEditorStore();
  const { getViewport, setViewport } = useReactFlow();
  useEffect(() => {
    let wanted: { id: string; until: number } | null = null;
    let frame = 0;
    let fresh: ReadonlySet<string> = new Set();
    const show = () => {
      const { document } = store.getState();
      const room = window.document.querySelector('.react-flow')?.getBoundingClientRect();
      if (!wanted || !room?.width || !nodeOf(document.graph, wanted.id) || !isShown(document, wanted.id)) return;
      const { x, y, zoom } = getViewport();
      const box = boxOf(document, wanted.id);
      const dx = shift(x + box.x * zoom, box.width * zoom, room.width);
      const dy = shift(y + box.y * zoom, box.height * zoom, room.height);
      if (dx === 0 && dy === 0) return;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      void setViewport({ x: x + dx, y: y + dy, zoom }, { duration: still ? 0 : 180 });
    };
    // A panel that opens with it takes room from the canvas.
    const sized = new ResizeObserver(() => {
      if (!wanted || Date.now() > wanted.until) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(show);
    });
    const canvas = window.document.querySelector('.react-flow');
    if (canvas) sized.observe(canvas);
    const stop = store.subscribe((now, before) => {
      const made = now.selected !== before.selected ? now.selected[0] : undefined;
      const isNew = made !== undefined && fresh.has(made);
      if (now.document.graph.nodes !== before.document.graph.nodes)
        fresh = newIn(now.document.graph, before.document.graph);
      const gone = now.focus !== before.focus && now.focus ? now.selected[0] : undefined;
      const id = gone ?? (isNew ? made : undefined);
      if (id !== undefined) wanted = { id, until: Date.now() + PATIENCE };
      const moved = now.document.layout !== before.document.layout;
      if (!wanted || (id === undefined && !(moved && Date.now() < wanted.until))) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(show);
    });
    return () => {
      stop();
      sized.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [store, getViewport, setViewport]);
  return null;
}

type Graph = { nodes: { id: string }[] };
/** Steps that an edit added. */
function newIn(now: Graph, before: Graph): ReadonlySet<string> {
  if (now.nodes.length <= before.nodes.length) return new Set();
  const known = new Set(before.nodes.map(({ id }) => id));
  return new Set(now.nodes.flatMap(({ id }) => (known.has(id) ? [] : [id])));
}

/** By how much a stretch has to move to be in the room; one that is longer than the room shows its beginning. */
function shift(from: number, length: number, room: number): number {
  if (from < MARGIN || length > room - 2 * MARGIN) {
    const inside = length > room - 2 * MARGIN && from >= 0 && from < room / 2;
    return inside ? 0 : MARGIN - from;
  }
  return Math.min(0, room - MARGIN - (from + length));
}
