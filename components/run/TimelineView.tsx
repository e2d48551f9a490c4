'use client';
import { useMemo } from 'react';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import { cn } from '../ui/cn';
import { durationText } from '../ui/format';
import { StatusBadge } from '../ui/StatusBadge';
import { STATUSES } from '../ui/status';
import { useNow } from '../ui/Time';
import { laneText, statusOfStep } from './steps';

const MOST = 400;
const LABEL = 190;

/** When each step ran, and for how long: a bar for each time it was entered, its tries within it. */
export function TimelineView({
  timeline,
  onChoose,
}: {
  timeline: Timeline;
  onChoose: (name: string, visit: number) => void;
}) {
  const now = useNow(timeline.status === 'RUNNING');
  const visits = useMemo(
    () =>
      Object.values(timeline.states)
        .flatMap((run) => run.visits)
        .sort((a, b) => a.enteredEventId - b.enteredEventId)
        .slice(0, MOST),
    [timeline],
  );
  const start = timeline.startedAt ?? visits[0]?.enteredAt ?? now;
  const end = timeline.stoppedAt ?? now;
  const total = Math.max(1, end - start);
  if (visits.length === 0) return <p className="p-6 text-sm text-muted">No step has begun yet.</p>;
  const ticks = ticksOf(total);
  return (
    <div className="min-h-0 overflow-auto p-4">
      <div className="min-w-[36rem]">
        <div className="relative mb-1 h-5 border-b text-[11px] text-muted" style={{ marginLeft: LABEL }} aria-hidden>
          {ticks.map((at) => (
            <span
              key={at}
              className="absolute -translate-x-1/2 tabular-nums"
              style={{ left: `${(at / total) * 100}%` }}
            >
              {durationText(at)}
            </span>
          ))}
        </div>
        <ol>
          {visits.map((visit) => (
            <Bar
              key={visit.id}
              visit={visit}
              start={start}
              total={total}
              now={now}
              ticks={ticks}
              onChoose={() => onChoose(visit.name, visit.id)}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Bar({
  visit,
  start,
  total,
  now,
  ticks,
  onChoose,
}: {
  visit: StateVisit;
  start: number;
  total: number;
  now: number;
  ticks: number[];
  onChoose: () => void;
}) {
  const status = statusOfStep(visit.status);
  const from = visit.enteredAt - start;
  const length = (visit.exitedAt ?? now) - visit.enteredAt;
  const place = (at: number, ms: number) => ({
    left: `${(at / total) * 100}%`,
    width: `max(3px, ${(ms / total) * 100}%)`,
  });
  const words = `${visit.name}, ${STATUSES[status].word}, ${durationText(length)}`;
  return (
    <li className="group flex h-8 items-center">
      <button
        type="button"
        onClick={onChoose}
        title={visit.lane ? laneText(visit.lane) : undefined}
        style={{ width: LABEL, paddingLeft: 4 + depthOf(visit) * 12 }}
        className="flex h-7 shrink-0 items-center gap-2 rounded-md pr-2 text-left text-sm hover:bg-hover"
      >
        <StatusBadge status={status} compact />
        <span className="min-w-0 truncate">{visit.name}</span>
      </button>
      <div className="relative h-full flex-1" aria-hidden>
        {ticks.map((at) => (
          <span key={at} className="absolute inset-y-0 w-px bg-border" style={{ left: `${(at / total) * 100}%` }} />
        ))}
        <div
          data-status={status}
          title={words}
          style={place(from, length)}
          className={cn(
            'absolute top-2 h-4 overflow-hidden rounded-sm border border-(--s) bg-[color-mix(in_oklab,var(--s)_22%,var(--surface))]',
            (visit.type === 'Wait' || status === 'waiting') && 'hatched bg-transparent',
          )}
        >
          {visit.attempts.length > 1
            ? visit.attempts.map((attempt) => (
                <span
                  key={attempt.startedAt}
                  data-status={statusOfStep(attempt.status)}
                  className="absolute inset-y-0 bg-(--s) opacity-60"
                  style={{
                    left: `${((attempt.startedAt - visit.enteredAt) / Math.max(1, length)) * 100}%`,
                    width: `${(((attempt.stoppedAt ?? now) - attempt.startedAt) / Math.max(1, length)) * 100}%`,
                  }}
                />
              ))
            : null}
        </div>
        <span
          className="absolute top-1.5 pl-1.5 text-[11px] leading-5 whitespace-nowrap text-muted tabular-nums"
          style={
            from + length < total * 0.82
              ? { left: `${((from + length) / total) * 100}%` }
              : { right: `${(1 - from / total) * 100}%`, paddingRight: 6 }
          }
        >
          {durationText(length)}
        </span>
      </div>
      <span className="sr-only">{words}</span>
    </li>
  );
}

function depthOf(visit: StateVisit): number {
  let depth = 0;
  for (let lane = visit.lane; lane; lane = lane.within) depth++;
  return Math.min(depth, 5);
}

/** Three to six round numbers over a length of time. */
function ticksOf(total: number): number[] {
  const rough = total / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = 0; at <= total; at += step) ticks.push(at);
  return ticks;
}
