'use client';
/**
 * The canvas while a change is looked at: what is added as a ghost, what is taken away still there and struck, what is
 * altered marked. Nothing on it can be edited, and nothing of it is saved.
 *
 *   ghosts, the steps in question ──▶ a picture (or the outline) that follows them; what is clicked is told
 *
 * @module
 */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { ReactFlowProvider, useReactFlow } from 'reactflow';
import type { Ghosts } from '@/lib/usecases/types';
import { Canvas } from '../editor/canvas/Canvas';
import { Outline, rowId } from '../editor/outline/Outline';
import { storeToLookAt } from '../editor/ReadOnlyGraph';
import { EditorProvider, useEditor } from '../editor/state/context';
import { MarksProvider, withCaps } from './marks';
import { ReviewBar } from './ReviewBar';
import type { Review } from './useReview';

const NONE: readonly string[] = [];

export function ReviewGraph({ ghosts, review, outline }: { ghosts: Ghosts; review: Review | null; outline: boolean }) {
  const name = useEditor((state) => state.name);
  const functions = useEditor((state) => state.functions);
  const { preview, marks } = ghosts;
  const about = review?.about ?? NONE;
  const [store] = useState(() => storeToLookAt(preview, name, [...functions.values()]));
  // The same canvas goes on: where a person looks, and what they folded, stays.
  useEffect(() => {
    if (store.getState().document !== preview) store.getState().replace(preview);
  }, [store, preview]);
  useEffect(() => {
    store.getState().select(about.slice(0, 1));
  }, [store, about]);
  useEffect(() => {
    if (outline && about[0]) document.getElementById(rowId(about[0]))?.scrollIntoView({ block: 'nearest' });
  }, [outline, about]);
  // A click on a step goes to its change.
  const clicked = useRef(false);
  const latest = useRef(review);
  latest.current = review;
  useEffect(
    () =>
      store.subscribe((now, before) => {
        const [step] = now.selected;
        const { current: review } = latest;
        if (!review || now.selected === before.selected || !step || review.about.includes(step)) return;
        const found = review.view.edits.find(({ steps }) => steps.some(({ node }) => node === step));
        if (!found) return;
        clicked.current = true;
        review.setCurrent(found.id);
      }),
    [store],
  );
  const edgeMarks = useMemo(() => withCaps(ghosts), [ghosts]);
  return (
    <EditorProvider store={store}>
      <ReactFlowProvider>
        <MarksProvider marks={marks} edgeMarks={edgeMarks}>
          {/* On a narrow window the list of changes lies below. */}
          <div className={review ? 'relative h-full max-lg:h-[54%]' : 'relative h-full'}>
            {outline ? (
              <div className={review ? 'h-full bg-canvas pt-14 max-sm:pt-22' : 'h-full'}>
                <Outline />
              </div>
            ) : (
              <>
                <Canvas />
                <Follow steps={about} clicked={clicked} />
              </>
            )}
            {review ? <ReviewBar review={review} marks={marks} /> : null}
          </div>
        </MarksProvider>
      </ReactFlowProvider>
    </EditorProvider>
  );
}

/** Zoom at which a step can be read. */
const LEGIBLE = 0.6;

/** Brings the steps in question into the middle. The whole is shown first, where it can be read as a whole. */
function Follow({ steps, clicked }: { steps: readonly string[]; clicked: RefObject<boolean> }) {
  const { getInternalNode, setCenter, getZoom, viewportInitialized } = useReactFlow();
  const first = useRef(true);
  const key = steps.join('\n');
  useEffect(() => {
    if (!viewportInitialized || key === '') return;
    // What was clicked is in sight.
    const seen = clicked.current;
    clicked.current = false;
    if (seen) return;
    const frame = requestAnimationFrame(() => {
      const opened = first.current;
      first.current = false;
      if (opened && getZoom() >= LEGIBLE) return;
      const boxes = key.split('\n').flatMap((id) => {
        const node = getInternalNode(id);
        if (!node) return [];
        const { x, y } = node.internals.positionAbsolute;
        return [{ x, y, right: x + (node.measured.width ?? 0), bottom: y + (node.measured.height ?? 0) }];
      });
      if (boxes.length === 0) return;
      const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
      const [right, bottom] = [Math.max(...boxes.map((b) => b.right)), Math.max(...boxes.map((b) => b.bottom))];
      const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      void setCenter((left + right) / 2, (top + bottom) / 2, {
        zoom: Math.min(1, Math.max(LEGIBLE, getZoom())),
        duration: calm ? 0 : 220,
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [key, clicked, viewportInitialized, getInternalNode, setCenter, getZoom]);
  return null;
}
