'use client';
import { ArrowLeft, CornerDownRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type Json, jsonEqual } from '@/lib/base/json';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import type { RunDetail } from '@/lib/usecases/types';
import { StatusBadge } from '../ui/StatusBadge';
import { jsonOf } from './result';
import { failedVisits, laneText, statusOfStep } from './steps';
import type { Hop } from './trace';
import { type ArgumentOrigin, originsOf, pathText } from './why';

const MOST_CHARACTERS = 400;

/** The step that a run failed at; `null` where none did. */
export const failedVisit = (timeline: Timeline): StateVisit | null => failedVisits(timeline).at(-1) ?? null;

/** Of the step that failed: what it was given, value by value, and which step each of them came from. */
export function WhyView({
  run,
  timeline,
  visit,
  onChoose,
  onInput,
}: {
  run: RunDetail;
  timeline: Timeline;
  visit: StateVisit;
  onChoose: Choose;
  /** shows the input of the run */
  onInput: () => void;
}) {
  const doors = useMemo<Doors>(() => ({ run, timeline, onChoose, onInput }), [run, timeline, onChoose, onInput]);
  return (
    <div className="flex flex-col gap-4 p-4 text-sm">
      <div>
        <div className="flex flex-wrap items-center gap-2.5">
          <Step name={visit.name} visit={visit.id} onChoose={onChoose} />
          <StatusBadge status={statusOfStep(visit.status)} />
          {visit.lane ? <span className="text-xs text-muted">{laneText(visit.lane)}</span> : null}
        </div>
        {visit.error || run.error ? (
          <div className="mt-2 rounded-lg border border-danger/40 bg-danger/6 p-3 break-words">
            <p className="font-medium">{visit.error ?? run.error}</p>
            <p className="text-muted">{causeText(visit.cause ?? run.cause)}</p>
          </div>
        ) : null}
      </div>
      <Given visit={visit} doors={doors} depth={0} />
    </div>
  );
}

type Choose = (name: string, visit: number) => void;
type Doors = { run: RunDetail; timeline: Timeline; onChoose: Choose; onInput: () => void };

/** What a step was given, row by row; asked again of a step that answered, it is told in there. */
function Given({ visit, doors, depth }: { visit: StateVisit; doors: Doors; depth: number }) {
  const { run, timeline } = doors;
  const origins = useMemo(() => originsOf(run.document.graph, timeline, visit), [run.document.graph, timeline, visit]);
  if (origins.length === 0)
    return (
      <p className="text-muted">It is given nothing of its own: it works on its input, which the Steps tab shows.</p>
    );
  return (
    <section>
      {depth === 0 ? <h2 className="mb-1.5 font-medium">What it was given, and the way that came</h2> : null}
      <div className="overflow-x-auto rounded-lg border">
        <table className="w-full table-fixed text-xs max-sm:block sm:min-w-120">
          <thead className="text-left text-muted max-sm:sr-only">
            <tr>
              <th className="w-1/5 px-3 py-2 font-medium">Argument</th>
              <th className="w-1/4 px-3 py-2 font-medium">Value</th>
              <th className="px-3 py-2 font-medium">Came from</th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {origins.map((origin) => (
              <Row key={origin.path} origin={origin} doors={doors} depth={depth} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const Row = ({ origin, doors, depth }: { origin: ArgumentOrigin; doors: Doors; depth: number }) => (
  <tr className="border-t align-top max-sm:block max-sm:py-1 max-sm:first:border-t-0">
    <th scope="row" className="px-3 py-2 text-left font-normal break-words max-sm:block max-sm:py-1">
      {origin.path ? <code>{origin.path}</code> : 'All of it'}
    </th>
    <td className="px-3 py-2 wrap-anywhere max-sm:block max-sm:py-1">
      {origin.value === undefined ? (
        <span className="text-muted italic">not made</span>
      ) : (
        <span className="font-mono">{cut(origin.value)}</span>
      )}
    </td>
    <td className="px-3 py-2 max-sm:block max-sm:py-1">
      {origin.expression === null ? null : <Made by={origin.expression} />}
      <Ways hops={origin.from} value={origin.value} doors={doors} depth={depth} />
    </td>
  </tr>
);

const Made = ({ by }: { by: string }) => <code className="mb-0.5 block break-all text-muted">{by.trim()}</code>;

/** Each way that a value came, hop by hop: what has one source goes on below it, what has several branches off. */
function Ways({ hops, value, doors, depth }: { hops: Hop[]; value: Json | undefined; doors: Doors; depth: number }) {
  if (hops.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1.5">
      {hops.map((hop, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the hops of a value are always the same ones
        <li key={i} className="break-words">
          <ol className="flex flex-col gap-0.5">
            {lineOf(hop).map((one, n, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <li key={n} className="flex gap-1.5">
                <ArrowLeft className="mt-[5px] size-3.5 shrink-0 text-muted" aria-hidden />
                <div className="min-w-0 flex-1">
                  <HopLine
                    hop={one}
                    before={n === 0 ? value : line[n - 1]?.value}
                    there={n > 0 && line[n - 1]?.visit === one.visit}
                    doors={doors}
                    depth={depth}
                  />
                  {one.expression === null ? null : <Made by={one.expression} />}
                  {one.from.length > 1 ? (
                    <div className="mt-1 border-l pl-2.5">
                      <Ways hops={one.from} value={one.value} doors={doors} depth={depth} />
                    </div>
                  ) : null}
                </div>
              </li>
            ))}
          </ol>
          {hop.more ? <p className="pl-5 text-muted">{hop.more} more of the same kind</p> : null}
        </li>
      ))}
    </ul>
  );
}

/** The hops that follow one another, each the only source of the one before. */
function lineOf(hop: Hop): Hop[] {
  const line = [hop];
  for (let at = hop; at.from.length === 1 && at.from[0]; at = at.from[0]) line.push(at.from[0]);
  return line;
}

function HopLine({
  hop,
  before,
  there,
  doors,
  depth,
}: {
  hop: Hop;
  before: Json | undefined;
  /** in the step that the line before names */
  there: boolean;
  doors: Doors;
  depth: number;
}) {
  const news = hop.value !== undefined && before !== undefined && !jsonEqual(hop.value, before);
  return (
    <>
      <HopWords hop={hop} there={there} doors={doors} />
      {news ? <span className="font-mono text-muted wrap-anywhere"> = {cut(hop.value ?? null)}</span> : null}
      {hop.kind === 'result' ? <AskedOf hop={hop} doors={doors} depth={depth} /> : null}
    </>
  );
}

function HopWords({ hop, there, doors }: { hop: Hop; there: boolean; doors: Doors }) {
  const { onChoose, onInput } = doors;
  const step =
    hop.by !== null && hop.visit !== null ? <Step name={hop.by} visit={hop.visit} onChoose={onChoose} /> : null;
  const place = hop.path.length > 0 ? <code>{pathText(hop.path)}</code> : null;
  switch (hop.kind) {
    case 'fixed':
      return there ? <>Written there</> : <>Written in {step ?? 'the step'}</>;
    case 'run-input':
      return (
        <>
          {place ?? 'All'} of{' '}
          <button type="button" onClick={onInput} className={LINK}>
            the input of the run
          </button>
        </>
      );
    case 'context':
      return <>What is known of the run itself: {place ?? 'all of it'} (context)</>;
    case 'handed':
      return (
        <>
          {place} {place ? 'handed' : 'Handed'} on by {step}
        </>
      );
    case 'result':
      return (
        <>
          {place ? <>{place} of what</> : 'What'} {step} was answered
        </>
      );
    case 'error':
      return (
        <>
          {place ? <>{place} of the error</> : 'The error'} that {step} caught
        </>
      );
    case 'item':
      return (
        <>
          {place ? <>{place} of item</> : 'Item'} {(hop.index ?? 0) + 1} of {step}
        </>
      );
    case 'variable':
      return (
        <>
          <code>{pathText(hop.path, `$${hop.name}`)}</code>
          {step ? <>, kept by {step}</> : ', which no step had kept'}
        </>
      );
  }
}

/** A function's answer is made of what the function was given: the same question, one step further back. */
function AskedOf({ hop, doors, depth }: { hop: Hop; doors: Doors; depth: number }) {
  const [open, setOpen] = useState(false);
  const visit = hop.visit === null ? undefined : doors.timeline.trace.visits[hop.visit];
  if (!visit || depth > 8) return null;
  return (
    <>
      {' '}
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-6 items-center gap-1 text-muted underline-offset-2 hover:text-text hover:underline"
      >
        <CornerDownRight className="size-3" aria-hidden /> {open ? 'Hide what it was given' : 'What was it given?'}
      </button>
      {open ? (
        <div className="mt-1">
          <Given visit={visit} doors={doors} depth={depth + 1} />
        </div>
      ) : null}
    </>
  );
}

const LINK = 'min-h-6 text-left font-medium text-accent underline-offset-2 hover:underline';

const Step = ({ name, visit, onChoose }: { name: string; visit: number; onChoose: Choose }) => (
  <button type="button" onClick={() => onChoose(name, visit)} className={LINK}>
    {name}
  </button>
);

function causeText(text: string | null): string {
  const value = jsonOf(text);
  if (typeof value === 'string') return value;
  const message = typeof value === 'object' && value !== null && !Array.isArray(value) ? value.errorMessage : undefined;
  return typeof message === 'string' ? message : value === undefined ? '' : cut(value);
}

function cut(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
