/**
 * A run as it stood at any of its events.
 *
 *   HistoryEvent[] ──traveller()──▶ at(n) ──▶ Timeline after the first n events
 *
 * A moment is folded from the nearest moment kept before it, and every `EVERY` events one is kept: to scrub through
 * 25,000 events costs some hundred of them a step. The list may grow (`grow`), as a run that goes on does.
 * @module
 */
import type { HistoryEvent } from './events';
import { emptyTimeline, foldEvents, type Timeline } from './timeline';

/** Events between two moments kept. */
const EVERY = 500;

export type Traveller = {
  /** @param n how many events have happened; more than there are is the last moment */
  at(n: number): Timeline;
  /** @param events the same list with more at its end; another list is begun anew */
  grow(events: HistoryEvent[]): void;
};

export function traveller(first: HistoryEvent[] = []): Traveller {
  let events = first;
  let kept: Timeline[] = [emptyTimeline()];
  const keptAt = (n: number): Timeline => {
    for (let i = kept.length; i <= Math.floor(n / EVERY); i++)
      kept.push(foldEvents(kept[i - 1] ?? emptyTimeline(), events.slice((i - 1) * EVERY, i * EVERY)));
    return kept[Math.floor(n / EVERY)] ?? emptyTimeline();
  };
  return {
    at(n) {
      const until = Math.max(0, Math.min(n, events.length));
      const from = Math.floor(until / EVERY) * EVERY;
      return foldEvents(keptAt(until), events.slice(from, until));
    },
    grow(more) {
      const same =
        more.length >= events.length && events.every((event, i) => i % EVERY !== 0 || sameEvent(event, more[i]));
      if (!same || !sameEvent(events.at(-1), more[events.length - 1])) kept = [emptyTimeline()];
      events = more;
    },
  };
}

/** Is it the same event of the same run? */
const sameEvent = (one: HistoryEvent | undefined, other: HistoryEvent | undefined): boolean =>
  one === other || (one?.id === other?.id && one?.timestamp === other?.timestamp && one?.type === other?.type);

/** The events up to the first that is missing: what came after it cannot be understood before it is there. */
export function withoutGap(events: HistoryEvent[]): HistoryEvent[] {
  if ((events.at(-1)?.id ?? 0) === events.length) return events;
  const gap = events.findIndex((event, i) => event.id !== i + 1);
  return gap < 0 ? events : events.slice(0, gap);
}

/** How many events had happened at a time: those of the same millisecond included. @param at ms since 1970 */
export function eventsUntil(events: HistoryEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.timestamp ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
