'use client';
/**
 * A first draft on the canvas while it is written: each step comes in as a ghost, where it will stand.
 *
 *   ghosts so far, or none ──▶ a picture that grows, and keeps all of itself in sight until a person moves it
 *
 * Nothing on it can be edited, and nothing of it is stored: what comes of it is opened in the editor.
 * @module
 */
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ReactFlowProvider, useReactFlow } from 'reactflow';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { Ghosts } from '@/lib/usecases/types';
import { Canvas, FIT_OPTIONS } from '../editor/canvas/Canvas';
import { storeToLookAt } from '../editor/ReadOnlyGraph';
import { EditorProvider } from '../editor/state/context';
import { Skeleton } from '../ui';
import { MarksProvider, withCaps } from './marks';

export function DraftGraph({ ghosts, functions }: { ghosts: Ghosts | null; functions: FunctionManifest[] }) {
  return (
    <div className="relative size-full bg-canvas">
      {ghosts ? <Growing ghosts={ghosts} functions={functions} /> : <Waiting />}
    </div>
  );
}

function Growing({ ghosts, functions }: { ghosts: Ghosts; functions: FunctionManifest[] }) {
  const { preview, marks } = ghosts;
  const [store] = useState(() => storeToLookAt(preview, 'Draft', functions));
  // The same canvas goes on: what is drawn stays, and what is new fades in.
  useEffect(() => {
    if (store.getState().document !== preview) store.getState().replace(preview);
  }, [store, preview]);
  const edgeMarks = useMemo(() => withCaps(ghosts), [ghosts]);
  const room = useRef<HTMLDivElement>(null);
  useOneByOne(room);
  const moved = useRef(false);
  const mine = () => {
    moved.current = true;
  };
  return (
    <EditorProvider store={store}>
      <ReactFlowProvider>
        <MarksProvider marks={marks} edgeMarks={edgeMarks}>
          <div ref={room} className="size-full" onPointerDown={mine} onWheel={mine}>
            <Canvas />
            <KeepInSight key={preview.graph.nodes.length} still={() => moved.current} />
          </div>
        </MarksProvider>
      </ReactFlowProvider>
    </EditorProvider>
  );
}

/** ms from the coming of one to the coming of the next, of those that are told at once; ms that all of them may take */
const APART = 55;
const ALL = 700;

/** What comes fades in; what comes in one breath, as from a planner that needs no time, does so one after the other. */
function useOneByOne(room: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (!room.current || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const fade = (all: Element[]) => {
      const apart = Math.min(APART, ALL / all.length);
      for (const [i, one] of all.entries())
        one.animate({ opacity: [0, 1] }, { duration: 160, delay: i * apart, fill: 'backwards', easing: 'ease-out' });
    };
    const what = '.react-flow__node, .react-flow__edge';
    fade([...room.current.querySelectorAll(what)]);
    // Told before it is painted: nothing is seen that then goes and comes again.
    const watch = new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
      fade(added.flatMap((node) => (node.matches(what) ? [node] : [...node.querySelectorAll(what)])));
    });
    watch.observe(room.current, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [room]);
}

/** Shows the whole when a step has come. @param still whether a person looks at something of their own choice */
function KeepInSight({ still }: { still: () => boolean }) {
  const { fitView, viewportInitialized } = useReactFlow();
  const asked = useRef(still);
  useEffect(() => {
    if (!viewportInitialized || asked.current()) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const frame = requestAnimationFrame(() => void fitView({ ...FIT_OPTIONS, duration: calm ? 0 : 220 }));
    return () => cancelAnimationFrame(frame);
  }, [viewportInitialized, fitView]);
  return null;
}

/** Three steps that are not there yet, where the first ones will stand. */
const Waiting = () => (
  <div className="flex h-full flex-col items-center justify-center gap-10" aria-hidden>
    {[0, 1, 2].map((n) => (
      <Skeleton key={n} className="h-16 w-[220px] rounded-lg border border-dashed border-border-strong" />
    ))}
  </div>
);
