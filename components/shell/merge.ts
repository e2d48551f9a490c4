/** How a run that is known in part takes in what the stream tells. Pure. */
import type { HistoryEvent } from '@/lib/history/events';
import type { RunDetail } from '@/lib/usecases/types';
import { isOver } from '../ui/status';

/**
 * @param news a run's summary with its outcome; late news never takes back an end
 * @param events those that are new; those already known are passed over
 */
export function mergeRun(run: RunDetail, news: Partial<RunDetail>, events: HistoryEvent[]): RunDetail {
  const merged = mergeEvents(run.events, events);
  const { document: _document, events: _events, input: _input, ...facts } = news;
  const stale = isOver(run.status) && news.status !== undefined && !isOver(news.status);
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
