'use client';
/**
 * A first draft on the canvas while it is written: each step comes in as a ghost, where it will stand.
 *
 *   ghosts so far, or none ──▶ a picture that grows, and keeps all of itself in sight until a person moves it
 *
 * Nothing on it can be edited, and nothing of it is stored: what comes of it is opened in the editor.
 * @module
 */
import { useEffect, useMemo, useRef, useState } from 'react';
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
  const moved = useRef(false);
  const mine = () => {
    moved.current = true;
  };
  return (
    <EditorProvider store={store}>
      <ReactFlowProvider>
        <MarksProvider marks={marks} edgeMarks={edgeMarks}>
          <div className="size-full" onPointerDown={mine} onWheel={mine}>
            <Canvas />
            <KeepInSight key={preview.graph.nodes.length} still={() => moved.current} />
          </div>
        </MarksProvider>
      </ReactFlowProvider>
    </EditorProvider>
  );
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
