'use client';
import { Route, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { criticalPath } from '@/lib/history/critical';
import { stateRun, type Timeline } from '@/lib/history/timeline';
import { Button, IconButton } from '../ui/Button';
import { durationText } from '../ui/format';
import { StatusBadge } from '../ui/StatusBadge';
import type { Status } from '../ui/status';
import { useNow } from '../ui/Time';
import { statusOfStep } from './steps';
import { TimelineOverview } from './TimelineOverview';
import { type Cell, cellsOf, ROW, TimelineRow, type Tip } from './TimelineRow';
import { type Row, rowsOf, type Span, ticksOf, within, zoomed } from './timeline';
import { useWindow } from './window';

const HEAD = 22;

/**
 * When each step ran, and for how long: a row a state, a bar each time it was entered, its tries within it. What the run
 * waited for is outlined. The arrow keys go from bar to bar, + and − zoom, 0 shows the whole, Enter opens a step.
 */
export function TimelineView({
  timeline,
  shown: then,
  at: moment,
  onTime,
  onChoose,
}: {
  timeline: Timeline;
  /** as it stood at the moment that is looked at */
  shown: Timeline;
  /** the time that is looked at; `null`: now */
  at: number | null;
  onTime: (at: number) => void;
  onChoose: (name: string, visit: number) => void;
}) {
  const running = timeline.status === 'RUNNING';
  const ticking = useNow(running);
  const now = timeline.stoppedAt ?? ticking;
  const start = timeline.startedAt ?? timeline.trace.visits[0]?.enteredAt ?? now;
  const end = Math.max(now, start + 1);
  const whole = useMemo(() => ({ from: start, to: end }), [start, end]);
  const [chosenView, setView] = useState<Span | null>(null);
  const view = chosenView ?? whole;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(timeline, opened), [timeline, opened]);
  const [outlined, setOutlined] = useState(true);
  // Which steps took longest is told when the run is over.
  const path = useMemo(() => criticalPath(timeline, timeline.stoppedAt ?? 0), [timeline]);
  const lane = useRef<HTMLDivElement>(null);
  const shown = useWindow(rows.length, ROW, HEAD);
  const width = Math.max(1, shown.width - (lane.current?.offsetLeft ?? 0) - 8);
  const [at, setAt] = useState<Cell>({ row: 0, cell: 0 });
  const [tip, setTip] = useState<Tip | null>(null);
  const moves = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a bar that comes into sight takes the focus that was sent to it
  useEffect(() => {
    if (!moves.current) return;
    const target = shown.element?.querySelector<HTMLElement>(`[data-cell="${at.row}:${at.cell}"]`);
    if (!target) return;
    moves.current = false;
    target.focus({ preventScroll: true });
  }, [at, shown.from, shown.to, view.from, view.to]);

  if (rows.length === 0) return <p className="p-6 text-sm text-muted">No step has begun yet.</p>;

  const toggle = (key: string) =>
    setOpened((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const go = (row: number, cell: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, row));
    const to = rows[index];
    if (!to) return;
    const next = { row: index, cell: Math.max(0, Math.min(cellsOf(to, now) - 1, cell)) };
    const visit = next.cell > 0 && cellsOf(to, now) === to.visits.length + 1 ? to.visits[next.cell - 1] : undefined;
    if (visit && chosenView && (visit.enteredAt > view.to || (visit.exitedAt ?? now) < view.from)) {
      const half = (view.to - view.from) / 2;
      setView(within({ from: visit.enteredAt - half, to: visit.enteredAt + half }, whole));
    }
    moves.current = true;
    shown.reveal(index);
    setAt(next);
  };
  const zoom = (factor: number, middle = (view.from + view.to) / 2) => {
    const next = zoomed(view, whole, factor, middle);
    setView(next.to - next.from >= end - start ? null : next);
  };
  const pan = (part: number) => {
    const by = (view.to - view.from) * part;
    if (chosenView) setView(within({ from: view.from + by, to: view.to + by }, whole));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[at.row];
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(at.row + 1, at.cell),
      ArrowUp: () => go(at.row - 1, at.cell),
      ArrowRight: () =>
        event.shiftKey ? pan(0.25) : at.cell === 0 && row?.open === false ? toggle(row.key) : go(at.row, at.cell + 1),
      ArrowLeft: () =>
        event.shiftKey ? pan(-0.25) : at.cell === 0 && row?.open === true ? toggle(row.key) : go(at.row, at.cell - 1),
      Home: () => go(0, at.cell),
      End: () => go(rows.length - 1, at.cell),
      PageDown: () => go(at.row + 10, at.cell),
      PageUp: () => go(at.row - 10, at.cell),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      '0': () => setView(null),
      Escape: () => setTip(null),
    };
    const act = keys[event.key];
    if (!act || (event.key === 'Escape' && !tip)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const scale = width / Math.max(1, view.to - view.from);
  const head = moment === null ? null : (moment - view.from) * scale;
  const timeAt = (clientX: number) => {
    const left = lane.current?.getBoundingClientRect().left ?? 0;
    return view.from + Math.max(0, Math.min(1, (clientX - left) / width)) * (view.to - view.from);
  };
  const top = path.slowest.filter(({ ms }) => ms > 0).slice(0, 3);
  return (
    <div className="flex h-full min-h-0 flex-col [--label:9.5rem] sm:[--label:13rem]">
      <div className="flex h-8 shrink-0 items-center border-b">
        <div className="flex w-(--label) shrink-0 items-center gap-0.5 px-1">
          <IconButton label="Zoom into the timeline" keys="+" size="sm" onClick={() => zoom(0.5)}>
            <ZoomIn className="size-3.5" />
          </IconButton>
          <IconButton
            label="Zoom out of the timeline"
            keys="−"
            size="sm"
            disabled={!chosenView}
            onClick={() => zoom(2)}
          >
            <ZoomOut className="size-3.5" />
          </IconButton>
          <Button size="sm" variant="ghost" className="px-1.5" disabled={!chosenView} onClick={() => setView(null)}>
            Whole
          </Button>
          <IconButton
            label="Outline the critical path: what the run waited for"
            size="sm"
            pressed={outlined}
            onClick={() => setOutlined(!outlined)}
          >
            <Route className="size-3.5" />
          </IconButton>
        </div>
        <TimelineOverview
          visits={timeline.trace.visits}
          whole={whole}
          view={view}
          now={now}
          onView={(next) => setView(next && within(next, whole))}
        />
        <span className="w-2 shrink-0" />
      </div>
      <div ref={shown.ref} className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
        <div aria-hidden className="sticky top-0 z-20 flex border-b bg-surface" style={{ height: HEAD }}>
          <span className="w-(--label) shrink-0" />
          <div
            ref={lane}
            data-ruler
            className="relative h-full min-w-0 flex-1 cursor-ew-resize touch-none overflow-hidden text-[11px] text-muted select-none"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              onTime(timeAt(event.clientX));
            }}
            onPointerMove={(event) => {
              if (event.buttons & 1) onTime(timeAt(event.clientX));
            }}
          >
            {ticksOf({ from: view.from - start, to: view.to - start }, width / 90).map((tick) => {
              const left = (tick + start - view.from) * scale;
              return (
                <span key={tick} className="absolute top-0 h-full pl-1 leading-5 tabular-nums" style={{ left }}>
                  <span className="absolute inset-y-0 left-0 w-px bg-border-strong" />
                  {left < width - 44 ? durationText(tick) : ''}
                </span>
              );
            })}
          </div>
          <span className="w-2 shrink-0" />
        </div>
        <ol
          aria-label="When each step ran"
          className="relative mr-2"
          style={{ height: rows.length * ROW }}
          onKeyDown={onKeyDown}
        >
          {rows.slice(shown.from, shown.to).map((row, i) => (
            <TimelineRow
              key={row.key}
              row={row}
              index={shown.from + i}
              rows={rows.length}
              at={at.row === shown.from + i ? Math.min(at.cell, cellsOf(row, now) - 1) : null}
              view={view}
              width={width}
              start={start}
              now={now}
              critical={outlined ? path.visits : null}
              status={statusAt(row, timeline, then)}
              onAt={setAt}
              onOpen={() => toggle(row.key)}
              onChoose={(visit) => onChoose(visit.name, visit.id)}
              onTip={setTip}
            />
          ))}
          {head !== null && head <= width ? (
            <li
              aria-hidden
              data-playhead
              className="pointer-events-none absolute inset-y-0 right-0 z-10 border-l-2 border-accent bg-surface/65"
              style={{ left: `calc(var(--label) + ${Math.max(0, head)}px)` }}
            />
          ) : null}
        </ol>
        {top.length > 0 && !running ? (
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3 py-2 text-xs text-muted">
            <span>What it waited for longest:</span>
            {top.map(({ visit, ms, times }) => (
              <button
                key={visit.id}
                type="button"
                onClick={() => onChoose(visit.name, visit.id)}
                className="min-h-6 rounded-sm text-text underline decoration-border-strong underline-offset-3 hover:decoration-current"
              >
                {visit.name}
                {times > 1 ? ` ×${times.toLocaleString('en')}` : ''}{' '}
                <span className="text-muted tabular-nums">
                  {durationText(ms)}, {Math.round((ms / Math.max(1, end - start)) * 100)} %
                </span>
              </button>
            ))}
          </p>
        ) : null}
      </div>
      {tip ? <TipCard tip={tip} /> : null}
    </div>
  );
}

/** What a row says of itself at the moment that is looked at. */
function statusAt(row: Row, now: Timeline, then: Timeline): Status {
  if (then === now) return row.status;
  const [only] = row.visits;
  const visit = row.key === row.name ? stateRun(then, row.name) : only && then.trace.visits[only.id];
  return visit ? statusOfStep(visit.status) : 'notrun';
}

/** What a bar tells, beside it. The same words are the bar's name for those who listen. */
function TipCard({ tip: { words, element } }: { tip: Tip }) {
  const rect = element.getBoundingClientRect();
  const below = rect.bottom + 130 < window.innerHeight;
  return createPortal(
    <div
      aria-hidden
      className="pointer-events-none fixed z-50 max-w-72 animate-fade rounded-md border bg-overlay px-2.5 py-2 text-xs shadow-2"
      style={{
        left: Math.max(8, Math.min(rect.left, window.innerWidth - 300)),
        ...(below ? { top: rect.bottom + 6 } : { bottom: window.innerHeight - rect.top + 6 }),
      }}
    >
      <p className="flex items-center gap-2 font-medium">
        <StatusBadge status={statusOfStep(words.status)} />
        <span className="min-w-0 truncate">{words.title}</span>
      </p>
      {words.lines.map((line) => (
        <p key={line} className="mt-0.5 break-words text-muted">
          {line}
        </p>
      ))}
    </div>,
    document.body,
  );
}
