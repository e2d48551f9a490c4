'use client';
import { useMemo } from 'react';
import type { Json } from '@/lib/base/json';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import type { RunDetail } from '@/lib/usecases/types';
import { StatusBadge } from '../ui/StatusBadge';
import { jsonOf } from './result';
import { laneText, statusOfStep } from './steps';
import { type ArgumentOrigin, type Origin, originsOf } from './why';

const MOST_CHARACTERS = 400;

/** The step that a run failed at; `null` where none did. */
export const failedVisit = (timeline: Timeline): StateVisit | null =>
  Object.values(timeline.states)
    .flatMap((state) => state.visits)
    .filter(({ status }) => status === 'failed' || status === 'timed-out')
    .sort((a, b) => b.enteredEventId - a.enteredEventId)[0] ?? null;

/** Of the step that failed: what it was given, value by value, and which step each of them came from. */
export function WhyView({
  run,
  timeline,
  visit,
  onChoose,
}: {
  run: RunDetail;
  timeline: Timeline;
  visit: StateVisit;
  onChoose: (name: string, visit: number) => void;
}) {
  const origins = useMemo(() => originsOf(run.document.graph, timeline, visit), [run.document.graph, timeline, visit]);
  return (
    <div className="flex flex-col gap-4 p-4 text-sm">
      <div>
        <div className="flex flex-wrap items-center gap-2.5">
          <Step name={visit.name} visit={visit.id} onChoose={onChoose} />
          <StatusBadge status={statusOfStep(visit.status)} />
          {visit.lane ? <span className="text-xs text-muted">{laneText(visit.lane)}</span> : null}
        </div>
        {visit.error || run.error ? (
          <p className="mt-1 break-words text-muted">
            <span className="text-text">{visit.error ?? run.error}</span> {causeText(visit.cause ?? run.cause)}
          </p>
        ) : null}
      </div>
      {origins.length === 0 ? (
        <p className="text-muted">It is given nothing of its own: it works on its input, which the Steps tab shows.</p>
      ) : (
        <section>
          <h2 className="mb-1.5 font-medium">What it was given, and where that came from</h2>
          <div className="overflow-x-auto rounded-lg border">
            <table className="w-full min-w-120 table-fixed text-xs">
              <thead className="text-left text-muted">
                <tr>
                  <th className="w-1/4 px-3 py-2 font-medium">Argument</th>
                  <th className="px-3 py-2 font-medium">Value</th>
                  <th className="px-3 py-2 font-medium">Came from</th>
                </tr>
              </thead>
              <tbody>
                {origins.map((origin) => (
                  <Row key={origin.path} origin={origin} onChoose={onChoose} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  );
}

type Choose = (name: string, visit: number) => void;

const Row = ({ origin, onChoose }: { origin: ArgumentOrigin; onChoose: Choose }) => (
  <tr className="border-t align-top">
    <th scope="row" className="px-3 py-2 text-left font-normal break-words">
      {origin.path ? <code>{origin.path}</code> : 'All of it'}
    </th>
    <td className="px-3 py-2 wrap-anywhere">
      {origin.value === undefined ? (
        <span className="text-muted italic">not made</span>
      ) : (
        <span className="font-mono">{cut(origin.value)}</span>
      )}
    </td>
    <td className="px-3 py-2">
      <ul className="flex flex-col gap-1">
        {origin.from.map((from) => (
          <li key={JSON.stringify(from)} className="break-words">
            <From from={from} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {origin.expression === null ? null : (
        <code className="mt-1 block break-all text-muted">{origin.expression.trim()}</code>
      )}
    </td>
  </tr>
);

function From({ from, onChoose }: { from: Origin; onChoose: Choose }) {
  switch (from.kind) {
    case 'fixed':
      return <>Written in the step</>;
    case 'run-input':
      return <>The input of the run</>;
    case 'context':
      return <>What is known of the run itself (context)</>;
    case 'handed':
      return from.by !== null && from.visit !== null ? (
        <>
          Handed on by <Step name={from.by} visit={from.visit} onChoose={onChoose} />
        </>
      ) : (
        <>The input of the step</>
      );
    case 'variable':
      return from.by !== null && from.visit !== null ? (
        <>
          <code>${from.name}</code>, kept by <Step name={from.by} visit={from.visit} onChoose={onChoose} />
        </>
      ) : (
        <>
          <code>${from.name}</code>, which no step had kept
        </>
      );
  }
}

const Step = ({ name, visit, onChoose }: { name: string; visit: number; onChoose: Choose }) => (
  <button
    type="button"
    onClick={() => onChoose(name, visit)}
    className="min-h-6 text-left font-medium text-accent underline-offset-2 hover:underline"
  >
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
