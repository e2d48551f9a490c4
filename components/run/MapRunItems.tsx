'use client';
import { useEffect, useMemo, useState } from 'react';
import { getMapItemAction, getMapItemsAction } from '@/lib/actions/runs';
import type { ProblemView } from '@/lib/base/problem';
import { timeline as timelineOf } from '@/lib/history/timeline';
import type { MapItemDetail, MapItemsView } from '@/lib/usecases/types';
import { Spinner } from '../ui/Button';
import { ErrorNote } from '../ui/ErrorNote';
import { durationText } from '../ui/format';
import { HeatStrip } from './HeatStrip';
import { itemCellsOf } from './heat';
import { Item } from './MapItems';

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
          key={`${item.executionArn} ${item.status}`}
          runId={runId}
          mapRunArn={mapRunArn}
          executionArn={item.executionArn}
          index={chosen}
          name={name}
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
  now,
}: {
  runId: string;
  mapRunArn: string;
  executionArn: string;
  index: number;
  name: string;
  now: number;
}) {
  const [found, setFound] = useState<MapItemDetail | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    let live = true;
    void getMapItemAction({ id: runId, mapRunArn, executionArn })
      .catch(() => null)
      .then((answer) => {
        if (!live || !answer) return;
        if (answer.ok) setFound(answer.value);
        else setProblem(answer.problem);
      });
    return () => {
      live = false;
    };
  }, [runId, mapRunArn, executionArn]);
  const visits = useMemo(() => {
    const states = found ? timelineOf(found.events).trace.visits : [];
    return states.map(({ parent: _parent, lanes: _lanes, ...visit }) => visit);
  }, [found]);
  if (problem) return <ErrorNote problem={problem} />;
  if (!found)
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
  return <Item index={index} container={name} facts={facts} now={now} />;
}
