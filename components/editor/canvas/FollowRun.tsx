'use client';
import { useEffect } from 'react';
import { useReactFlow, useStoreApi } from 'reactflow';
import { isContainer, nodeOf } from '@/lib/graph';
import { isOver, type Status } from '../../ui/status';
import { useEditorStore } from '../state/context';

/** ms that one movement lasts; and at least so long from one to the next, so that a fast run does not shake the picture */
const MOVE = 250;
const REST = 600;
const LIVE: readonly Status[] = ['running', 'retrying', 'waiting'];
/** ms after a run began in which the picture is still being fitted to the room beside its panel */
const FITTING = 1200;

/**
 * Keeps a step that runs in sight while a run goes on, where the whole graph does not fit. Whoever moves the picture
 * meanwhile has it to themselves.
 */
export function FollowRun() {
  const store = useEditorStore();
  const flow = useStoreApi();
  const { getInternalNode, setCenter } = useReactFlow();
  useEffect(() => {
    let mine = false;
    let last = 0;
    let later: ReturnType<typeof setTimeout> | undefined;

    /** The middle of a step, and whether all of it is in sight; `null` while it is not on the canvas. */
    const placeOf = (id: string) => {
      const node = getInternalNode(id);
      const { transform, width, height } = flow.getState();
      if (!node || width === 0) return null;
      const { x, y } = node.internals.positionAbsolute;
      const [w, h] = [node.measured.width ?? 0, node.measured.height ?? 0];
      const [left, top] = [x * transform[2] + transform[0], y * transform[2] + transform[1]];
      const [right, bottom] = [left + w * transform[2], top + h * transform[2]];
      return { x: x + w / 2, y: y + h / 2, seen: left >= 0 && top >= 0 && right <= width && bottom <= height };
    };
    const bring = (id: string) => {
      const place = placeOf(id);
      if (!place || place.seen) return;
      const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      last = Date.now();
      void setCenter(place.x, place.y, { zoom: flow.getState().transform[2], duration: calm ? 0 : MOVE });
    };
    const followRun = () => {
      const { run, stepRuns, document } = store.getState();
      if (mine || !run || isOver(run.status)) return;
      const running = Object.entries(stepRuns).flatMap(([id, { status }]) => {
        const node = LIVE.includes(status) ? nodeOf(document.graph, id) : undefined;
        return node && !isContainer(node) ? [id] : [];
      });
      const [first] = running;
      if (first === undefined || running.some((id) => placeOf(id)?.seen)) return;
      const wait = last + REST - Date.now();
      clearTimeout(later);
      if (wait > 0) later = setTimeout(followRun, wait);
      else bring(first);
    };
    const moved = () => {
      mine = true;
    };
    const room = flow.getState().domNode;
    room?.addEventListener('wheel', moved, { passive: true });
    room?.addEventListener('pointerdown', moved);
    const stop = store.subscribe((now, before) => {
      if (now.runId !== before.runId) {
        mine = false;
        clearTimeout(later);
        later = setTimeout(followRun, FITTING);
      } else if (now.stepRuns !== before.stepRuns) followRun();
    });
    return () => {
      stop();
      clearTimeout(later);
      room?.removeEventListener('wheel', moved);
      room?.removeEventListener('pointerdown', moved);
    };
  }, [store, flow, getInternalNode, setCenter]);
  return null;
}
