'use client';
import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import type { StateVisit } from '@/lib/history/timeline';
import { cn } from '../ui/cn';
import { countText, durationText } from '../ui/format';
import { StatusBadge, StatusGlyph } from '../ui/StatusBadge';
import { STATUSES, type Status } from '../ui/status';
import { statusOfStep } from './steps';
import { Skyline } from './TimelineSkyline';
import { type Piece, piecesOf, type Row, type Span, tracksOf, type Words, wordsOf } from './timeline';

export const ROW = 32;
/** The row, and its cell: 0 is the name, the bars count from 1. */
export type Cell = { row: number; cell: number };
export type Tip = { words: Words; element: HTMLElement };

export type RowProps = {
  row: Row;
  index: number;
  /** how many there are */
  rows: number;
  /** the cell of this row that the Tab key comes to; `null`: none */
  at: number | null;
  view: Span;
  /** of the part with the bars, px */
  width: number;
  start: number;
  now: number;
  critical: ReadonlySet<number> | null;
  /** of the moment that is looked at */
  status: Status;
  onAt: (at: Cell) => void;
  onOpen: () => void;
  onChoose: (visit: StateVisit) => void;
  onTip: (tip: Tip | null) => void;
};

/** A state's row: its name, and a bar for each time it was entered. */
export function TimelineRow(props: RowProps) {
  const { row, index, rows, at, view, now, width, start, critical, status, onAt, onOpen, onChoose, onTip } = props;
  const tracks = useMemo(() => tracksOf(row.visits, now), [row.visits, now]);
  const failed = row.visits.filter((visit) => visit.status === 'failed' || visit.status === 'timed-out').length;
  const many = row.visits.length > 1;
  const speaks = row.visits.findLast((visit) => statusOfStep(visit.status) === row.status) ?? row.visits.at(-1);
  const cell = (n: number) => ({
    'data-cell': `${index}:${n}`,
    tabIndex: at === n ? 0 : -1,
    onFocus: () => onAt({ row: index, cell: n }),
  });
  return (
    <li
      aria-setsize={rows}
      aria-posinset={index + 1}
      className="group absolute inset-x-0 flex items-center"
      style={{ top: index * ROW, height: ROW }}
    >
      <div
        className="flex h-full w-(--label) shrink-0 items-center pr-1"
        style={{ paddingLeft: 2 + Math.min(row.depth, 5) * 10 }}
      >
        {row.open === null ? (
          <span className="w-4 shrink-0" />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            aria-expanded={row.open}
            aria-label={row.open ? `Fold ${row.label}` : `Show each time of ${row.label}`}
            onClick={onOpen}
            className="-mr-2 grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text"
          >
            <ChevronRight aria-hidden className={cn('size-3.5 transition-transform', row.open && 'rotate-90')} />
          </button>
        )}
        <button
          type="button"
          {...cell(0)}
          onClick={() => speaks && onChoose(speaks)}
          title={row.label}
          className="flex h-7 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px]"
        >
          <StatusBadge status={status} compact />
          <span className="min-w-0 truncate">{row.label}</span>
          {many ? (
            <span className="ml-auto shrink-0 text-[11px] text-muted tabular-nums">
              ×{row.visits.length.toLocaleString('en')}
            </span>
          ) : null}
        </button>
      </div>
      <div className="relative h-full min-w-0 flex-1 overflow-hidden">
        {tracks ? (
          row.visits.map((visit, i) =>
            (visit.exitedAt ?? now) < view.from || visit.enteredAt > view.to ? null : (
              <Bar
                key={visit.id}
                visit={visit}
                track={tracks.of[i] ?? 0}
                tracks={tracks.count}
                view={view}
                width={width}
                start={start}
                now={now}
                critical={critical?.has(visit.id) ?? false}
                alone={!many}
                cell={cell(i + 1)}
                onChoose={() => onChoose(visit)}
                onTip={onTip}
              />
            ),
          )
        ) : (
          <Skyline
            row={row}
            view={view}
            now={now}
            width={width}
            label={`${row.label}, ${countText(row.visits.length, 'time')}${failed ? `, ${failed.toLocaleString('en')} failed` : ''}`}
            cell={cell(1)}
            onOpen={onOpen}
          />
        )}
      </div>
    </li>
  );
}

/** How many cells a row has for the arrow keys: its name, and its bars. */
export const cellsOf = (row: Row, now: number): number => 1 + (tracksOf(row.visits, now) ? row.visits.length : 1);

export type CellProps = { 'data-cell': string; tabIndex: number; onFocus: () => void };

function Bar({
  visit,
  track,
  tracks,
  view,
  width,
  start,
  now,
  critical,
  alone,
  cell,
  onChoose,
  onTip,
}: {
  visit: StateVisit;
  track: number;
  tracks: number;
  view: Span;
  width: number;
  start: number;
  now: number;
  critical: boolean;
  /** the only bar of its row: its length is written beside it */
  alone: boolean;
  cell: CellProps;
  onChoose: () => void;
  onTip: (tip: Tip | null) => void;
}) {
  const status = statusOfStep(visit.status);
  const scale = width / Math.max(1, view.to - view.from);
  const end = visit.exitedAt ?? now;
  const length = Math.max(4, (end - visit.enteredAt) * scale);
  // What ends with the run and takes no time would stand just outside.
  const left = Math.min((visit.enteredAt - view.from) * scale, width - 4);
  const pieces = piecesOf(visit, now);
  const tall = Math.floor(22 / tracks) - (tracks > 1 ? 1 : 0);
  const marked = tall >= 12 ? markedOf(pieces, scale) : NOT_MARKED;
  const words = wordsOf(visit, start, now, critical);
  const tip = (event: { currentTarget: HTMLElement }) => onTip({ words, element: event.currentTarget });
  const text = durationText(end - visit.enteredAt);
  const room = text.length * 6.2 + 10;
  return (
    <>
      <button
        type="button"
        {...cell}
        aria-label={[words.title, STATUSES[status].word, ...words.lines].join(', ')}
        data-status={status}
        data-critical={critical || undefined}
        onFocus={(event) => {
          cell.onFocus();
          tip(event);
        }}
        onBlur={() => onTip(null)}
        onPointerEnter={tip}
        onPointerLeave={() => onTip(null)}
        onClick={onChoose}
        style={{ left, width: length, top: 5 + track * (tall + 1), height: tall }}
        className={cn(
          'absolute overflow-hidden rounded-[3px] border border-(--s) focus-visible:outline-offset-1',
          length < 10
            ? 'bg-[var(--s)]'
            : visit.type === 'Wait' || status === 'waiting'
              ? 'hatched'
              : 'bg-[color-mix(in_oklab,var(--s)_20%,var(--surface))]',
          length >= 10 && critical && 'border-2 border-text',
        )}
      >
        {pieces.map((piece) => (
          <span
            key={piece.key}
            data-status={piece.status}
            className={cn(
              'absolute inset-y-0 flex items-center overflow-hidden text-[10px] leading-none font-semibold',
              piece.kind === 'between'
                ? 'hatched justify-end bg-surface text-(--s)'
                : 'border-r border-surface bg-(--s) text-surface last:border-r-0',
            )}
            style={{
              left: (piece.from - visit.enteredAt) * scale,
              width: Math.max(2, (piece.to - piece.from) * scale),
            }}
          >
            {marked.has(piece.key) ? <span className="px-1">↻{piece.n - 1}</span> : null}
          </span>
        ))}
        {pieces.length === 0 && length > 22 && tall >= 16 ? (
          <span className="absolute inset-y-0 left-1 flex items-center text-[10px] text-(--s)">
            <StatusGlyph status={status} />
          </span>
        ) : null}
      </button>
      {alone ? (
        <span
          aria-hidden
          className="pointer-events-none absolute top-1.5 px-1.5 text-[11px] leading-5 whitespace-nowrap text-muted tabular-nums"
          style={left + length + room < width ? { left: left + length } : { right: Math.max(0, width - left) }}
        >
          {left + length + room < width || left > room ? text : ''}
        </span>
      ) : null}
    </>
  );
}

const NOT_MARKED: ReadonlySet<string> = new Set();

/** Where the number of a new try is written: in the try, or in the wait before it where that has the room. */
function markedOf(pieces: Piece[], scale: number): ReadonlySet<string> {
  const fits = (piece: Piece | undefined) => piece !== undefined && (piece.to - piece.from) * scale > 22;
  const marked = new Set<string>();
  pieces.forEach((piece, i) => {
    if (piece.kind !== 'try' || piece.n < 2) return;
    const before = pieces[i - 1];
    if (fits(piece)) marked.add(piece.key);
    else if (before?.kind === 'between' && fits(before)) marked.add(before.key);
  });
  return marked;
}
