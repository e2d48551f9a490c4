'use client';
import { useEffect, useMemo, useState } from 'react';
import { getMapItemAction, getMapItemsAction } from '@/lib/actions/runs';
import type { ProblemView } from '@/lib/base/problem';
import { type StateVisit, timeline as timelineOf } from '@/lib/history/timeline';
import type { MapItemDetail, MapItemsView } from '@/lib/usecases/types';
import { Spinner } from '../ui/Button';
import { ErrorNote } from '../ui/ErrorNote';
import { durationText } from '../ui/format';
import { HeatStrip } from './HeatStrip';
import { itemCellsOf } from './heat';
import { Item, MapItems } from './MapItems';

/** How often the items are asked for while the Map goes on, ms; a long list, which takes its time, less often. */
const EVERY = 3000;
const REST = 8;

/**
 * The items of a distributed Map, which are in no history: they are asked for, and of the chosen one what happened in it.
 * @param at the time that is looked at, ms since 1970; `null`: now
 */
export function MapRunItems({
  runId,
  mapRunArn,
  name,
  running,
  at,
  now,
}: {
  runId: string;
  mapRunArn: string;
  name: string;
  running: boolean;
  at: number | null;
  now: number;
}) {
  const [view, setView] = useState<MapItemsView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const began = performance.now();
      const answer = await getMapItemsAction({ id: runId, mapRunArn }).catch(() => null);
      if (!live) return;
      if (answer?.ok) setView(answer.value);
      setProblem(answer && !answer.ok ? answer.problem : null);
      if (running || !answer) timer = setTimeout(ask, Math.max(EVERY, (performance.now() - began) * REST));
    };
    void ask();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [runId, mapRunArn, running]);
  const cells = useMemo(() => (view ? itemCellsOf(view, at) : []), [view, at]);
  const [chosen, setChosen] = useState<number | null>(null);
  const item = chosen === null ? undefined : view?.items[chosen];
  if (!view)
    return problem ? (
      <ErrorNote problem={problem} />
    ) : (
      <p className="mb-4 flex items-center gap-2 text-xs text-muted" role="status">
        <Spinner /> Asking for the items…
      </p>
    );
  return (
    <section className="mb-4">
      <h3 className="mb-1.5 text-xs font-medium">
        Items{' '}
        <span className="text-muted tabular-nums">({cells.length.toLocaleString('en')}), each a run of its own</span>
      </h3>
      <HeatStrip
        cells={cells}
        label={`Items of ${name}`}
        wordsOf={(index) => {
          const one = view.items[index];
          return one ? durationText((one.stoppedAt ?? at ?? now) - one.startedAt) : 'not begun';
        }}
        chosen={chosen}
        onChoose={setChosen}
      />
      {chosen !== null && item ? (
        <OneItem
          key={item.executionArn}
          runId={runId}
          mapRunArn={mapRunArn}
          executionArn={item.executionArn}
          index={chosen}
          name={name}
          running={item.status === 'RUNNING'}
          at={at}
          now={now}
        />
      ) : chosen !== null ? (
        <p className="mt-2 text-xs text-muted">Item {(chosen + 1).toLocaleString('en')} has not begun.</p>
      ) : null}
    </section>
  );
}

function OneItem({
  runId,
  mapRunArn,
  executionArn,
  index,
  name,
  running,
  at,
  now,
}: {
  runId: string;
  mapRunArn: string;
  executionArn: string;
  index: number;
  name: string;
  running: boolean;
  at: number | null;
  now: number;
}) {
  const [found, setFound] = useState<MapItemDetail | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const answer = await getMapItemAction({ id: runId, mapRunArn, executionArn }).catch(() => null);
      if (!live) return;
      if (answer?.ok) setFound(answer.value);
      setProblem(answer && !answer.ok ? answer.problem : null);
      if (running || !answer) timer = setTimeout(ask, EVERY);
    };
    void ask();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [runId, mapRunArn, executionArn, running]);
  const timeline = useMemo(() => (found ? timelineOf(found.events) : null), [found]);
  const visits = useMemo(
    () => timeline?.trace.visits.map(({ parent: _parent, lanes: _lanes, ...visit }) => visit) ?? [],
    [timeline],
  );
  if (problem) return <ErrorNote problem={problem} />;
  if (!found || !timeline)
    return (
      <p className="mt-2 flex items-center gap-2 text-xs text-muted" role="status">
        <Spinner /> Asking what happened in it…
      </p>
    );
  const facts = {
    visits,
    input: found.input?.value,
    output: found.output?.value,
    error: found.error,
    cause: found.cause,
  };
  /** A Map in an item: of another list of children, or of this child's own history. */
  const inside = (visit: StateVisit) =>
    visit.mapRunArn ? (
      <MapRunItems
        runId={runId}
        mapRunArn={visit.mapRunArn}
        name={visit.name}
        running={running && visit.exitedAt === null}
        at={at}
        now={now}
      />
    ) : visit.iterations.length > 0 || visit.length ? (
      <MapItems
        timeline={timeline}
        visit={timeline.trace.visits.find(({ id }) => id === visit.id) ?? visit}
        now={now}
        inside={inside}
      />
    ) : null;
  return <Item index={index} container={name} facts={facts} now={now} inside={inside} />;
}
