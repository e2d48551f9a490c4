'use client';
import { useEffect, useMemo } from 'react';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import { cn } from '../ui/cn';
import { durationText } from '../ui/format';
import { JsonView } from '../ui/JsonView';
import { StatusBadge } from '../ui/StatusBadge';
import { useNow } from '../ui/Time';
import { MapItems } from './MapItems';
import { MapRunItems } from './MapRunItems';
import { jsonOf } from './result';
import { StepActions } from './StepActions';
import { failedVisits, laneText, statusOfStep } from './steps';
import { useWindow } from './window';

/** A row of the list, px. */
const ROW = 46;

/** Each step as it went: the list at the left, all that is known of the chosen one at the right. */
export function StepsView({
  runId,
  live,
  timeline,
  at,
  chosen,
  onChoose,
}: {
  runId: string;
  /** the run goes on, whichever moment of it is looked at */
  live: boolean;
  timeline: Timeline;
  /** the time that is looked at; `null`: now */
  at: number | null;
  chosen: string | null;
  onChoose: (name: string, visit: number) => void;
}) {
  const visits = useMemo(
    () =>
      Object.values(timeline.states)
        .flatMap((run) => run.visits)
        .sort((a, b) => a.enteredEventId - b.enteredEventId),
    [timeline],
  );
  const ticking = useNow(timeline.status === 'RUNNING' && at === null);
  const now = at ?? ticking;
  const [name, id] = splitChoice(chosen);
  const failed =
    failedVisits(timeline)[0] ?? visits.find((visit) => visit.status === 'failed' || visit.status === 'timed-out');
  const shown =
    visits.find((visit) => visit.id === id) ??
    visits.findLast((visit) => visit.name === name) ??
    (at !== null ? visits.findLast((visit) => visit.exitedAt === null) : failed) ??
    visits.at(-1);
  const seen = useWindow(visits.length, ROW);
  const place = shown ? visits.indexOf(shown) : -1;
  const { reveal } = seen;
  useEffect(() => {
    if ((name || at !== null) && place >= 0) reveal(place);
  }, [name, at, place, reveal]);
  if (visits.length === 0) return <p className="p-6 text-sm text-muted">No step has begun yet.</p>;
  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <div
        ref={seen.ref}
        className="w-72 shrink-0 overflow-y-auto border-r max-md:max-h-44 max-md:w-full max-md:border-r-0 max-md:border-b"
      >
        <ul aria-label="Steps" className="relative" style={{ height: visits.length * ROW }}>
          {visits.slice(seen.from, seen.to).map((visit, i) => (
            <li
              key={visit.id}
              aria-setsize={visits.length}
              aria-posinset={seen.from + i + 1}
              className="absolute inset-x-0"
              style={{ top: (seen.from + i) * ROW, height: ROW }}
            >
              <button
                type="button"
                aria-current={visit === shown}
                onClick={() => onChoose(visit.name, visit.id)}
                className={cn(
                  'flex h-full w-full items-center gap-2.5 border-b px-3 py-1.5 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px]',
                  visit === shown && 'bg-accent-soft hover:bg-accent-soft',
                )}
              >
                <StatusBadge status={statusOfStep(visit.status)} compact />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{visit.name}</span>
                  {visit.lane ? (
                    <span className="block truncate text-xs text-muted">{laneText(visit.lane)}</span>
                  ) : null}
                </span>
                <span className="shrink-0 text-xs text-muted tabular-nums">
                  {durationText((visit.exitedAt ?? now) - visit.enteredAt)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {shown ? (
        <StepDetail
          key={shown.id}
          runId={runId}
          live={live}
          visit={shown}
          at={at}
          timeline={timeline}
          now={now}
          onChoose={onChoose}
        />
      ) : null}
    </div>
  );
}

/** `name` or `name#visit`. */
export const choiceOf = (name: string, visit: number): string => `${name}#${visit}`;
function splitChoice(chosen: string | null): [string | null, number | null] {
  if (chosen === null) return [null, null];
  const at = /^([\s\S]*)#(\d+)$/.exec(chosen);
  return at ? [at[1] ?? null, Number(at[2])] : [chosen, null];
}

/** How many tries before the i-th began in the same millisecond: what tells them apart. */
const countBefore = (visit: StateVisit, i: number): number =>
  visit.attempts.slice(0, i).filter((one) => one.startedAt === visit.attempts[i]?.startedAt).length;

function StepDetail({
  runId,
  live,
  visit,
  at,
  timeline,
  now,
  onChoose,
}: {
  runId: string;
  /** the run goes on */
  live: boolean;
  visit: StateVisit;
  at: number | null;
  timeline: Timeline;
  now: number;
  onChoose: (name: string, visit: number) => void;
}) {
  const parts: [label: string, text: string | null][] = [
    ['Input', visit.input],
    ['Given to the task', visit.arguments],
    ['Result of the task', visit.result],
    ['Output', visit.output],
  ];
  const shown = parts.filter(
    ([, text], i) => text !== null && !parts.slice(0, i).some(([, before]) => before === text && i !== 3),
  );
  return (
    <div className="min-h-0 min-w-0 flex-1 overflow-y-auto p-4">
      <div className="mb-3 flex flex-wrap items-center gap-2.5">
        <h2 className="text-sm font-semibold">{visit.name}</h2>
        <StatusBadge status={statusOfStep(visit.status)} />
        <span className="text-xs text-muted">{visit.type}</span>
      </div>
      {visit.error ? (
        <div className="mb-4 rounded-lg border border-danger/40 bg-danger/6 p-3 text-sm">
          <p className="font-medium break-words">{visit.error}</p>
          <Cause text={visit.cause} />
        </div>
      ) : null}
      <StepActions visit={visit} />
      {visit.attempts.length > 1 ? (
        <section className="mb-4">
          <h3 className="mb-1 text-xs font-medium">Tries</h3>
          <ol className="rounded-md border text-sm">
            {visit.attempts.map((attempt, i) => (
              <li
                key={`${attempt.startedAt} ${countBefore(visit, i)}`}
                className="flex items-center gap-2.5 border-b px-2.5 py-1.5 last:border-0"
              >
                <span className="text-xs text-muted tabular-nums">{i + 1}</span>
                <StatusBadge status={statusOfStep(attempt.status)} />
                <span className="min-w-0 flex-1 truncate text-xs text-muted" title={attempt.cause ?? undefined}>
                  {attempt.error}
                </span>
                {attempt.stoppedAt ? (
                  <span className="text-xs text-muted tabular-nums">
                    {durationText(attempt.stoppedAt - attempt.startedAt)}
                  </span>
                ) : null}
              </li>
            ))}
          </ol>
        </section>
      ) : null}
      {visit.mapRunArn ? (
        <MapRunItems
          runId={runId}
          mapRunArn={visit.mapRunArn}
          name={visit.name}
          running={live && visit.exitedAt === null}
          at={at}
          now={now}
        />
      ) : visit.iterations.length > 0 || visit.length ? (
        <MapItems timeline={timeline} visit={visit} now={now} onChoose={onChoose} />
      ) : null}
      <div className="flex flex-col gap-3">
        {shown.map(([label, text]) => {
          const value = jsonOf(text);
          return value === undefined ? null : (
            <section key={label}>
              <h3 className="mb-1 text-xs font-medium">{label}</h3>
              <JsonView value={value} label={`${label} of ${visit.name}`} />
            </section>
          );
        })}
        {visit.assigned && Object.keys(visit.assigned).length > 0 ? (
          <section>
            <h3 className="mb-1 text-xs font-medium">Variables it set</h3>
            <JsonView
              value={Object.fromEntries(
                Object.entries(visit.assigned).map(([name, text]) => [`$${name}`, jsonOf(text) ?? null]),
              )}
            />
          </section>
        ) : null}
      </div>
    </div>
  );
}

function Cause({ text }: { text: string | null }) {
  const value = jsonOf(text);
  if (value === undefined) return null;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { errorMessage, ...rest } = value;
    return (
      <>
        {typeof errorMessage === 'string' ? <p className="mt-0.5 break-words text-muted">{errorMessage}</p> : null}
        {Object.keys(rest).length > 0 ? <JsonView value={rest} open={0} className="mt-2" label="Cause" /> : null}
      </>
    );
  }
  return (
    <p className="mt-0.5 break-words whitespace-pre-wrap text-muted">
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </p>
  );
}
