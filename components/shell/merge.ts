/** How a run that is known in part takes in what the stream tells. Pure. */
import type { HistoryEvent } from '@/lib/history/events';
import type { RunDetail } from '@/lib/usecases/types';
import { isOver } from '../ui/status';

/**
 * @param news a run's summary with its outcome; late news never takes back an end, and an end never a redrive
 * @param events those that are new; those already known are passed over
 */
export function mergeRun(run: RunDetail, news: Partial<RunDetail>, events: HistoryEvent[]): RunDetail {
  const merged = mergeEvents(run.events, events);
  const { document: _document, events: _events, input: _input, ...facts } = news;
  const [before, after] = [run.redriven?.times ?? 0, news.redriven?.times ?? 0];
  const stale =
    after < before || (after === before && isOver(run.status) && news.status !== undefined && !isOver(news.status));
  return stale ? { ...run, events: merged } : { ...run, ...facts, events: merged };
}

/** Both lists are in order of id; the result is too, each id once. */
export function mergeEvents(known: HistoryEvent[], news: HistoryEvent[]): HistoryEvent[] {
  const last = known.at(-1)?.id ?? 0;
  if (news.every((event, i) => event.id === last + 1 + i)) return news.length === 0 ? known : [...known, ...news];
  const byId = new Map(known.map((event) => [event.id, event]));
  for (const event of news) byId.set(event.id, event);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** Ids count from 1 without gaps: a list whose last id is not its length misses some. */
export const hasGap = (events: HistoryEvent[]): boolean => (events.at(-1)?.id ?? 0) !== events.length;

/** A run as it may be shown: its events as far as none is missing. What came after a gap waits for what lies in it. */
export function withoutGap(run: RunDetail): RunDetail {
  if (!hasGap(run.events)) return run;
  const first = run.events.findIndex((event, i) => event.id !== i + 1);
  return { ...run, events: run.events.slice(0, first) };
}
