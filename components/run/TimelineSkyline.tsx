'use client';
import { useMemo } from 'react';
import type { CellProps } from './TimelineRow';
import { type Row, type Span, skylineOf } from './timeline';

/** Width of a column, px. */
const COLUMN = 3;

/** More bars than can be told apart: how many went on at each time. */
export function Skyline({
  row,
  view,
  now,
  width,
  label,
  cell,
  onOpen,
}: {
  row: Row;
  view: Span;
  now: number;
  width: number;
  label: string;
  cell: CellProps;
  onOpen: () => void;
}) {
  const columns = Math.max(1, Math.floor(width / COLUMN));
  const found = useMemo(() => skylineOf(row.visits, view, columns, now), [row.visits, view, columns, now]);
  const most = Math.max(1, ...found.map((column) => column.count));
  return (
    <button
      type="button"
      {...cell}
      aria-label={`${label}. Enter shows each`}
      title={`${label}: at most ${most.toLocaleString('en')} at once`}
      onClick={onOpen}
      className="absolute inset-x-0 top-1 bottom-1 rounded-sm hover:bg-hover focus-visible:outline-offset-[-2px]"
    >
      <svg viewBox={`0 0 ${columns} 100`} preserveAspectRatio="none" className="h-full w-full" aria-hidden>
        {found.map((column) => {
          const height = 25 + 75 * (column.count / most);
          return (
            <rect
              key={column.from}
              data-status={column.status}
              x={column.from}
              width={column.to - column.from}
              y={100 - height}
              height={height}
              className="fill-(--s) opacity-70"
            />
          );
        })}
      </svg>
    </button>
  );
}
