'use client';
import { useMemo, useRef, useState } from 'react';
import type { StateVisit } from '@/lib/history/timeline';
import { type Span, skylineOf, within } from './timeline';

const COLUMNS = 240;

/**
 * The whole run as a skyline: how much went on at each time. Dragging over it chooses the part that is shown below, dragging
 * that part moves it, a double click shows the whole. What it does, the zoom buttons and keys do too.
 */
export function TimelineOverview({
  visits,
  whole,
  view,
  now,
  onView,
}: {
  visits: StateVisit[];
  whole: Span;
  view: Span;
  now: number;
  onView: (view: Span | null) => void;
}) {
  const columns = useMemo(() => skylineOf(visits, whole, COLUMNS, now), [visits, whole, now]);
  const most = Math.max(1, ...columns.map((column) => column.count));
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<{ at: number; moves: Span | null } | null>(null);
  const [draft, setDraft] = useState<Span | null>(null);
  const total = whole.to - whole.from;
  const timeAt = (clientX: number): number => {
    const rect = box.current?.getBoundingClientRect();
    if (!rect || rect.width === 0) return whole.from;
    return whole.from + Math.max(0, Math.min(1, (clientX - rect.left) / rect.width)) * total;
  };
  const isWhole = view.from <= whole.from && view.to >= whole.to;
  const shown = draft ?? view;
  const percent = (at: number) => ((at - whole.from) / total) * 100;
  return (
    <div
      ref={box}
      aria-hidden
      data-overview
      className="relative h-7 min-w-0 flex-1 cursor-crosshair touch-none overflow-hidden select-none"
      onPointerDown={(event) => {
        const at = timeAt(event.clientX);
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at, moves: !isWhole && at >= view.from && at <= view.to ? view : null };
      }}
      onPointerMove={(event) => {
        const began = drag.current;
        if (!began) return;
        const at = timeAt(event.clientX);
        if (began.moves) {
          const by = at - began.at;
          onView(within({ from: began.moves.from + by, to: began.moves.to + by }, whole));
        } else setDraft({ from: Math.min(at, began.at), to: Math.max(at, began.at) });
      }}
      onPointerUp={() => {
        // A click is no choice of a part.
        if (draft && draft.to - draft.from > total / 100) onView(draft);
        drag.current = null;
        setDraft(null);
      }}
      onPointerCancel={() => {
        drag.current = null;
        setDraft(null);
      }}
      onDoubleClick={() => onView(null)}
    >
      <svg
        viewBox={`0 0 ${COLUMNS} 100`}
        preserveAspectRatio="none"
        className="absolute inset-x-0 bottom-0 h-full w-full"
        aria-hidden
      >
        {columns.map((column) => {
          const height = 22 + 68 * (column.count / most);
          return (
            <rect
              key={column.from}
              data-status={column.status}
              x={column.from}
              width={column.to - column.from}
              y={100 - height}
              height={height}
              className="fill-(--s) opacity-55"
            />
          );
        })}
      </svg>
      {isWhole && !draft ? null : (
        <>
          <div
            className="absolute inset-y-0 left-0 bg-surface/70"
            style={{ width: `${Math.max(0, percent(shown.from))}%` }}
          />
          <div
            className="absolute inset-y-0 right-0 bg-surface/70"
            style={{ width: `${Math.max(0, 100 - percent(shown.to))}%` }}
          />
          <div
            className="absolute inset-y-0 cursor-grab rounded-sm border-2 border-accent bg-accent/8"
            style={{
              left: `${percent(shown.from)}%`,
              width: `max(6px, ${((shown.to - shown.from) / total) * 100}%)`,
            }}
          />
        </>
      )}
    </div>
  );
}
