'use client';
/**
 * The whole workflow, small: where one is in it, and a way to go elsewhere.
 *
 * Painted on one canvas. React Flow's own map is an element for each step, each of which listens to every move.
 * @module
 */
import { type PointerEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Panel, useReactFlow, useStore } from 'reactflow';
import { isContainer, type NodeKind, type Rect } from '@/lib/graph';
import { useEditor } from '../state/context';
import { boxOf, isShown } from './places';

/** px */
const SIZE = { width: 168, height: 112 };
const MARGIN = 8;
type Small = Rect & { kind: NodeKind; frame: boolean };

export function SmallMap() {
  // Painted behind what is large: an edit and a run's news are drawn first.
  const document = useDeferredValue(useEditor((state) => state.document));
  const runs = useDeferredValue(useEditor((state) => state.stepRuns));
  const { setCenter, getZoom } = useReactFlow();
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const paper = useRef<HTMLCanvasElement>(null);
  const [theme, setTheme] = useState(0);
  const boxes = useMemo(
    () =>
      document.graph.nodes
        .filter(({ id }) => isShown(document, id))
        .map((node): Small & { id: string } => ({
          id: node.id,
          kind: node.kind,
          frame: isContainer(node) && !document.layout.collapsed.includes(node.id),
          ...boxOf(document, node.id),
        })),
    [document],
  );
  const scale = useMemo(() => scaleOf(boxes), [boxes]);

  // The colours are the theme's: painted again when it changes.
  useEffect(() => {
    const seen = new MutationObserver(() => setTheme((count) => count + 1));
    seen.observe(window.document.documentElement, { attributes: true });
    return () => seen.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const context = paper.current?.getContext('2d');
    if (!paper.current || !context) return;
    const density = window.devicePixelRatio || 1;
    paper.current.width = SIZE.width * density;
    paper.current.height = SIZE.height * density;
    context.scale(density, density);
    const style = getComputedStyle(paper.current);
    // The browser works out a token anew each time it is asked: once for each colour, not for each of a thousand boxes.
    const known = new Map<string, string>();
    const colour = (name: string) => {
      const found = known.get(name) ?? style.getPropertyValue(name).trim();
      known.set(name, found);
      return found;
    };
    for (const box of boxes) {
      const [left, top] = scale.to(box);
      const [wide, high] = [Math.max(2, box.width * scale.by), Math.max(1.5, box.height * scale.by)];
      const status = runs[box.id]?.status;
      context.globalAlpha = box.frame ? 0.35 : 1;
      context.fillStyle = box.frame
        ? colour('--border-strong')
        : status && status !== 'notrun'
          ? colour(`--status-${status}`) || colour('--border-strong')
          : colour(`--kind-${box.kind}`) || colour('--border-strong');
      context.beginPath();
      context.roundRect(left, top, wide, high, Math.min(2, high / 3));
      context.fill();
    }
  }, [boxes, scale, runs, theme]);

  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const [left, top] = scale.to(view);
  const go = (event: PointerEvent<HTMLElement>) => {
    const room = event.currentTarget.getBoundingClientRect();
    const at = scale.from(event.clientX - room.x, event.clientY - room.y);
    void setCenter(at.x, at.y, { zoom: getZoom() });
  };
  return (
    <Panel
      position="bottom-right"
      className="!m-3 !mb-5 overflow-hidden rounded-lg border border-border bg-surface shadow-1 max-lg:!hidden"
    >
      {/* The keyboard goes from step to step, and finds by name: this is for the mouse. */}
      <div
        role="img"
        aria-label="Small map"
        style={SIZE}
        className="relative cursor-pointer touch-none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && go(event)}
      >
        <canvas ref={paper} style={SIZE} aria-hidden />
        <span
          aria-hidden
          className="pointer-events-none absolute rounded-sm border-[1.5px] border-accent bg-accent/8"
          style={{ left, top, width: view.width * scale.by, height: view.height * scale.by }}
        />
      </div>
    </Panel>
  );
}

function scaleOf(boxes: readonly Rect[]) {
  const left = boxes.reduce((least, { x }) => Math.min(least, x), boxes[0]?.x ?? 0);
  const top = boxes.reduce((least, { y }) => Math.min(least, y), boxes[0]?.y ?? 0);
  const wide = boxes.reduce((most, { x, width }) => Math.max(most, x + width), left + 1) - left;
  const high = boxes.reduce((most, { y, height }) => Math.max(most, y + height), top + 1) - top;
  const by = Math.min((SIZE.width - 2 * MARGIN) / wide, (SIZE.height - 2 * MARGIN) / high);
  const [dx, dy] = [(SIZE.width - wide * by) / 2, (SIZE.height - high * by) / 2];
  return {
    by,
    to: ({ x, y }: { x: number; y: number }): [number, number] => [dx + (x - left) * by, dy + (y - top) * by],
    from: (x: number, y: number) => ({ x: left + (x - dx) / by, y: top + (y - dy) / by }),
  };
}
