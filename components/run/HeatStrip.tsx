'use client';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { StatusBadge } from '../ui/StatusBadge';
import { STATUSES, type Status } from '../ui/status';
import { bandOf, CELL, countsOf, listed, moved } from './heat';
import { useWindow } from './window';

/** Cells in sight at once, in rows. */
const ROWS = 7;
/** Rows drawn above and below those. */
const AROUND = 3;
const GAP = 2;

/**
 * The items of a Map, a cell each, to ten thousand and more: drawn on a canvas, only those in sight. The arrow keys go from
 * cell to cell, Enter or a click chooses one. Above a long list stands all of it in one line, where a single failure shows.
 * @param label what is listed
 * @param wordsOf what is said of a cell beside its status
 */
export function HeatStrip({
  cells,
  label,
  wordsOf,
  chosen,
  onChoose,
}: {
  cells: Status[];
  label: string;
  wordsOf: (index: number) => string;
  chosen: number | null;
  onChoose: (index: number) => void;
}) {
  const id = useId();
  const [onlyFailed, setOnlyFailed] = useState(false);
  const counts = useMemo(() => countsOf(cells), [cells]);
  const hasFailed = counts.some(({ status }) => status === 'failed' || status === 'timedout');
  const shown = useMemo(() => listed(cells, onlyFailed && hasFailed), [cells, onlyFailed, hasFailed]);
  const [at, setAt] = useState(() => Math.max(0, cells.indexOf('failed')));
  const place = Math.min(at, Math.max(0, shown.length - 1));
  const index = shown[place];
  const [hovered, setHovered] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const seen = useWindow(Number.MAX_SAFE_INTEGER, CELL, 0, 0);
  const columns = Math.max(1, Math.floor(seen.width / CELL));
  const rows = Math.ceil(shown.length / columns);
  const from = Math.max(0, Math.min(seen.from, rows) - AROUND);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const element = canvas.current;
    if (element) draw(element, { cells, shown, columns, from, at: focused ? place : -1, chosen });
  }, [cells, shown, columns, from, place, focused, chosen, theme]);

  // It begins at the first that failed, and shows it.
  const { element, reveal } = seen;
  const shownOnce = useRef(false);
  useEffect(() => {
    if (!element || shownOnce.current || seen.width === 0) return;
    shownOnce.current = true;
    reveal(Math.floor(place / columns));
  }, [element, reveal, seen.width, place, columns]);

  const placeAt = (event: { clientX: number; clientY: number }): number | null => {
    if (!seen.element) return null;
    const rect = seen.element.getBoundingClientRect();
    const column = Math.floor((event.clientX - rect.left) / CELL);
    const row = Math.floor((event.clientY - rect.top + seen.element.scrollTop) / CELL);
    const found = row * columns + column;
    return column < columns && found < shown.length ? found : null;
  };
  const told = hovered ?? index ?? null;
  const band = useMemo(() => (rows > ROWS ? bandOf(cells, 300) : []), [cells, rows]);
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap items-center gap-1.5">
        {counts.map(({ status, count }) => (
          <StatusBadge key={status} status={status} detail={count.toLocaleString('en')} />
        ))}
        {hasFailed ? (
          <Button
            size="sm"
            variant={onlyFailed ? 'accent' : 'secondary'}
            aria-pressed={onlyFailed}
            onClick={() => {
              setOnlyFailed(!onlyFailed);
              setAt(0);
            }}
          >
            Failed only
          </Button>
        ) : null}
      </div>
      {band.length > 0 && !onlyFailed ? (
        <svg
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          aria-hidden
          className="mb-1.5 h-3 w-full cursor-pointer rounded-sm bg-sunken"
          onPointerDown={(event) => {
            const rect = event.currentTarget.getBoundingClientRect();
            const to = Math.floor(((event.clientX - rect.left) / rect.width) * cells.length);
            seen.reveal(Math.floor(to / columns));
            setAt(to);
          }}
        >
          {band.map((part) => (
            <rect
              key={part.from}
              data-status={part.status}
              x={part.from}
              width={part.to - part.from}
              height={1}
              className={cn('fill-(--s)', part.status === 'succeeded' || part.status === 'notrun' ? 'opacity-30' : '')}
            />
          ))}
        </svg>
      ) : null}
      <div
        ref={seen.ref}
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={index === undefined ? undefined : `${id}-cell`}
        className="relative overflow-y-auto rounded-sm focus-visible:outline-offset-3"
        style={{ maxHeight: ROWS * CELL }}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            if (index !== undefined) onChoose(index);
            return;
          }
          const next = moved(event.key, place, shown.length, columns, ROWS - 1);
          if (next === null) return;
          event.preventDefault();
          event.stopPropagation();
          setHovered(null);
          setAt(next);
          seen.reveal(Math.floor(next / columns));
        }}
        onPointerMove={(event) => {
          const found = placeAt(event);
          setHovered(found === null ? null : (shown[found] ?? null));
        }}
        onPointerLeave={() => setHovered(null)}
        onClick={(event) => {
          const found = placeAt(event);
          const clicked = found === null ? undefined : shown[found];
          if (found === null || clicked === undefined) return;
          setAt(found);
          onChoose(clicked);
        }}
      >
        <div style={{ height: rows * CELL }}>
          <canvas
            ref={canvas}
            aria-hidden
            className="absolute left-0 cursor-pointer"
            style={{ top: from * CELL, width: columns * CELL, height: Math.min(rows - from, ROWS + 2 * AROUND) * CELL }}
          />
        </div>
        {index === undefined ? null : (
          <div
            role="option"
            id={`${id}-cell`}
            aria-selected={index === chosen}
            aria-setsize={shown.length}
            aria-posinset={place + 1}
            tabIndex={-1}
            className="sr-only"
          >
            {`Item ${index + 1}, ${STATUSES[cells[index] ?? 'notrun'].word}${wordsOf(index) && `, ${wordsOf(index)}`}`}
          </div>
        )}
      </div>
      <p className="mt-1.5 flex min-h-6 items-center gap-2 text-xs text-muted" aria-hidden>
        {told !== null && cells[told] ? (
          <>
            <StatusBadge status={cells[told]} />
            <span className="shrink-0 font-medium whitespace-nowrap text-text tabular-nums">
              Item {(told + 1).toLocaleString('en')}
            </span>
            <span className="min-w-0 truncate">{wordsOf(told)}</span>
          </>
        ) : null}
      </p>
    </div>
  );
}

/** The name of the theme, so that what is drawn by hand is drawn anew. */
function useTheme(): string {
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const root = document.documentElement;
    const look = () => setTheme(root.className);
    look();
    const observer = new MutationObserver(look);
    observer.observe(root, { attributes: true, attributeFilter: ['class'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

/** What needs no look is pale; all else is filled. */
const STRENGTH: Partial<Record<Status, number>> = { succeeded: 0.2, aborted: 0.22, notrun: 0.08, skipped: 0.08 };

/** The cells in sight, each with its glyph. */
function draw(
  canvas: HTMLCanvasElement,
  of: { cells: Status[]; shown: number[]; columns: number; from: number; at: number; chosen: number | null },
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const rows = Math.min(Math.ceil(of.shown.length / of.columns) - of.from, ROWS + 2 * AROUND);
  const ratio = window.devicePixelRatio || 1;
  canvas.width = of.columns * CELL * ratio;
  canvas.height = canvas.clientHeight * ratio;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const colours = new Map<Status, string>();
  context.font = `600 12px ${style.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const size = CELL - GAP;
  for (let i = 0; i < rows * of.columns; i++) {
    const place = of.from * of.columns + i;
    const index = of.shown[place];
    if (index === undefined) break;
    const status = of.cells[index] ?? 'notrun';
    let own = colours.get(status);
    if (own === undefined) {
      own = colour(`--status-${status}`);
      colours.set(status, own);
    }
    const x = (i % of.columns) * CELL;
    const y = Math.floor(i / of.columns) * CELL;
    const strength = STRENGTH[status] ?? 1;
    context.fillStyle = own;
    context.globalAlpha = strength;
    context.beginPath();
    context.roundRect(x, y, size, size, 4);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = strength < 1 ? own : colour('--raised');
    context.fillText(STATUSES[status].glyph, x + size / 2, y + size / 2 + 0.5);
    if (place === of.at || index === of.chosen) {
      context.strokeStyle = colour(place === of.at ? '--accent' : '--text');
      context.lineWidth = 2;
      context.beginPath();
      context.roundRect(x + 1, y + 1, size - 2, size - 2, 3);
      context.stroke();
    }
  }
}
