'use client';
import { type ReactNode, useMemo, useState } from 'react';
import type { Json } from '@/lib/base/json';
import { visitsIn } from '@/lib/history/lanes';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import { durationText } from '../ui/format';
import { JsonView } from '../ui/JsonView';
import { StatusBadge } from '../ui/StatusBadge';
import { HeatStrip } from './HeatStrip';
import { cellsOf } from './heat';
import { jsonOf } from './result';
import { statusOfStep } from './steps';

/** The items of a Map of this run's own history, and of the chosen one the steps it went through, what it was given and what it gave. */
export function MapItems({
  timeline,
  visit,
  now,
  onChoose,
  inside,
}: {
  timeline: Timeline;
  visit: StateVisit;
  now: number;
  /** what a step of an item shows besides, where it opens here */
  inside?: ((visit: StateVisit) => ReactNode) | undefined;
  /** absent: the Map is not of this run's own history, and its items open here */
  onChoose?: (name: string, visit: number) => void;
}) {
  const cells = useMemo(() => cellsOf(visit), [visit]);
  const [chosen, setChosen] = useState<number | null>(null);
  const wordsOf = (index: number): string => {
    const one = visit.iterations[index];
    if (!one) return 'not begun';
    const took = durationText((one.stoppedAt ?? now) - one.startedAt);
    return one.error ? `${took}, ${one.error}` : took;
  };
  return (
    <section className="mb-4">
      <h3 className="mb-1.5 text-xs font-medium">
        Items <span className="text-muted tabular-nums">({cells.length.toLocaleString('en')})</span>
      </h3>
      <HeatStrip
        cells={cells}
        label={`Items of ${visit.name}`}
        wordsOf={wordsOf}
        chosen={chosen}
        onChoose={(index) => setChosen(index)}
      />
      {chosen === null ? null : (
        <Item
          key={chosen}
          index={chosen}
          container={visit.name}
          facts={factsOf(visitsIn(timeline, visit, chosen))}
          now={now}
          {...(onChoose ? { onChoose } : {})}
          inside={inside}
        />
      )}
    </section>
  );
}

/** What is known of one item. `undefined`: it has none, or not yet. */
type ItemFacts = {
  visits: StateVisit[];
  input: Json | undefined;
  output: Json | undefined;
  error?: string | null;
  cause?: string | null;
};

function factsOf(visits: StateVisit[]): ItemFacts {
  const last = visits.at(-1);
  const ended = last?.status === 'succeeded' || last?.status === 'caught';
  return { visits, input: jsonOf(visits[0]?.input ?? null), output: ended ? jsonOf(last.output) : undefined };
}

/** Steps of one item that are listed here. */
const MOST = 50;

/**
 * One item.
 * @param onChoose absent: a step is not in the run's own list, and opens here
 * @param inside what else a step that opens here shows
 */
export function Item({
  index,
  container,
  facts: { visits, input, output, error, cause },
  now,
  onChoose,
  inside,
}: {
  index: number;
  container: string;
  facts: ItemFacts;
  now: number;
  onChoose?: (name: string, visit: number) => void;
  inside?: ((visit: StateVisit) => ReactNode) | undefined;
}) {
  const name = `Item ${(index + 1).toLocaleString('en')}`;
  return (
    <section aria-label={`${name} of ${container}`} className="mt-2 rounded-lg border bg-bg p-3">
      <h4 className="mb-2 text-xs font-semibold">{name}</h4>
      {error ? (
        <div className="mb-3 rounded-md border border-danger/40 bg-danger/6 p-2 text-sm">
          <p className="font-medium break-words">{error}</p>
          {cause ? <p className="break-words text-muted">{cause}</p> : null}
        </div>
      ) : null}
      {visits.length === 0 ? (
        input === undefined ? (
          <p className="text-xs text-muted">It has not begun.</p>
        ) : null
      ) : (
        <ol aria-label={`Steps of ${name}`} className="mb-3 overflow-hidden rounded-md border bg-surface">
          {visits.slice(0, MOST).map((visit) => (
            <li key={visit.id} className="border-b last:border-0">
              {onChoose ? (
                <button type="button" onClick={() => onChoose(visit.name, visit.id)} className={STEP}>
                  <StepWords visit={visit} now={now} />
                </button>
              ) : (
                <StepHere visit={visit} now={now} inside={inside} />
              )}
            </li>
          ))}
          {visits.length > MOST ? (
            <li className="px-2.5 py-1.5 text-xs text-muted">
              And {(visits.length - MOST).toLocaleString('en')} more.
            </li>
          ) : null}
        </ol>
      )}
      <Value title="It was given" value={input} />
      <Value title="It gave" value={output} />
    </section>
  );
}

/** A step that opens where it is listed. What it shows is made when it is opened: a Map asks for its items. */
function StepHere({
  visit,
  now,
  inside,
}: {
  visit: StateVisit;
  now: number;
  inside: ((visit: StateVisit) => ReactNode) | undefined;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={STEP}>
        <StepWords visit={visit} now={now} />
      </summary>
      {open ? (
        <div className="border-t bg-bg p-2.5">
          {inside?.(visit)}
          <Value title="Input" value={jsonOf(visit.input)} />
          <Value title="Result of the task" value={jsonOf(visit.result)} />
          <Value title="Output" value={jsonOf(visit.output)} />
        </div>
      ) : null}
    </details>
  );
}

const STEP =
  'flex min-h-8 w-full items-center gap-2 px-2.5 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px]';

const StepWords = ({ visit, now }: { visit: StateVisit; now: number }) => (
  <>
    <StatusBadge status={statusOfStep(visit.status)} compact />
    <span className="min-w-0 flex-1 truncate">{visit.name}</span>
    {visit.error ? <span className="min-w-0 truncate text-xs text-danger">{visit.error}</span> : null}
    <span className="shrink-0 text-xs text-muted tabular-nums">
      {durationText((visit.exitedAt ?? now) - visit.enteredAt)}
    </span>
  </>
);

const Value = ({ title, value }: { title: string; value: Json | undefined }) =>
  value === undefined ? null : (
    <div className="mb-2 last:mb-0">
      <h5 className="mb-1 text-xs font-medium">{title}</h5>
      <JsonView value={value} label={title} />
    </div>
  );
