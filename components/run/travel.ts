'use client';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryEvent } from '@/lib/history/events';
import { foldEvents, type Timeline, timeline as timelineOf } from '@/lib/history/timeline';
import { traveller, withoutGap } from '@/lib/history/travel';
import type { RunDetail } from '@/lib/usecases/types';

/** A run, and the moment of it that is looked at. */
export type Travel = {
  /** the run as it stands now */
  timeline: Timeline;
  /** the run as it stood at the moment; the same as `timeline` where it is now */
  shown: Timeline;
  events: HistoryEvent[];
  /** how many events had happened; `null`: now, and on with the run as it goes */
  moment: number | null;
  /** when the last of them happened, ms since 1970; `null`: now */
  at: number | null;
  /** @param moment the last event or more is now */
  go: (moment: number | null) => void;
};

const NONE: HistoryEvent[] = [];

/**
 * The moment of a run that is looked at: kept by whoever shows the run, so that graph, steps and timeline agree.
 * @param begin the moment to begin with; `null`: now
 */
export function useTravel(run: RunDetail | null, begin: number | null = null): Travel {
  const known = run?.events ?? NONE;
  const events = useMemo(() => withoutGap(known), [known]);
  const timeline = useTimeline(run?.id, events);
  const [kept, setKept] = useState(() => (run && begin !== null ? { run: run.id, moment: Math.max(1, begin) } : null));
  const moment = kept !== null && kept.run === run?.id && kept.moment < events.length ? kept.moment : null;
  const id = run?.id;
  const count = useRef(0);
  useEffect(() => {
    count.current = events.length;
  }, [events]);
  const go = useCallback(
    (next: number | null) =>
      setKept(id && next !== null && next < count.current ? { run: id, moment: Math.max(1, next) } : null),
    [id],
  );
  const past = useRef<ReturnType<typeof traveller> | null>(null);
  // The slider and its words move at once; the graph and the steps follow when there is time.
  const drawn = useDeferredValue(moment);
  const shown = useMemo(() => {
    if (drawn === null) return timeline;
    past.current ??= traveller();
    past.current.grow(events);
    return past.current.at(drawn);
  }, [drawn, timeline, events]);
  return {
    timeline,
    shown: moment === null ? timeline : shown,
    events,
    moment,
    at: moment === null ? null : (events[moment - 1]?.timestamp ?? null),
    go,
  };
}

/** The timeline of a run: what is new is added to what was known. @param events without a gap */
function useTimeline(id: string | undefined, events: HistoryEvent[]): Timeline {
  const before = useRef<{ id: string | undefined; first: HistoryEvent | undefined; told: Timeline } | null>(null);
  return useMemo(() => {
    const old = before.current;
    const goesOn = old !== null && old.id === id && old.first === events[0] && old.told.lastEventId <= events.length;
    const told = goesOn ? foldEvents(old.told, events) : timelineOf(events);
    before.current = { id, first: events[0], told };
    return told;
  }, [id, events]);
}
