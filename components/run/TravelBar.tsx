'use client';
import { ChevronLeft, ChevronRight, History } from 'lucide-react';
import { isObject } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import { Button, IconButton } from '../ui/Button';
import { durationText } from '../ui/format';
import { ForkHere } from './StepActions';
import type { Travel } from './travel';

/** Goes back in a run, an event at a time: the slider, and the way back to now. */
export function TravelBar({ travel }: { travel: Travel }) {
  const { events, moment, go } = travel;
  const first = events[0];
  if (events.length < 2 || !first) return null;
  const n = moment ?? events.length;
  const event = events[n - 1] ?? first;
  const words = eventWords(event);
  const after = durationText(event.timestamp - first.timestamp);
  return (
    <fieldset className="flex h-9 min-w-0 shrink-0 items-center gap-1.5 border-t bg-surface px-2">
      <legend className="sr-only">Go back in the run</legend>
      <IconButton label="An event earlier" size="sm" side="top" disabled={n <= 1} onClick={() => go(n - 1)}>
        <ChevronLeft className="size-3.5" />
      </IconButton>
      <input
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={moment === null ? 'Now' : `Event ${n} of ${events.length}: ${words}, after ${after}`}
        min={1}
        max={events.length}
        value={n}
        onChange={(change) => go(Number(change.target.value))}
        className="h-6 min-w-10 flex-1 cursor-pointer accent-(--accent)"
      />
      <IconButton label="An event later" size="sm" side="top" disabled={moment === null} onClick={() => go(n + 1)}>
        <ChevronRight className="size-3.5" />
      </IconButton>
      <p
        className="flex w-[46%] max-w-96 min-w-0 items-center gap-1.5 text-xs max-sm:w-[38%]"
        title={`Event ${n} of ${events.length}: ${words}`}
      >
        {moment === null ? (
          <span className="truncate text-muted">Now · {events.length.toLocaleString('en')} events</span>
        ) : (
          <>
            <History className="size-3.5 shrink-0 text-accent" aria-hidden />
            <span className="truncate">
              <span className="font-medium tabular-nums">
                {n.toLocaleString('en')}/{events.length.toLocaleString('en')}
              </span>{' '}
              {words} <span className="text-muted tabular-nums">after {after}</span>
            </span>
          </>
        )}
      </p>
      <ForkHere travel={travel} />
      <Button size="sm" disabled={moment === null} onClick={() => go(null)}>
        Now
      </Button>
    </fieldset>
  );
}

/** `Task started`, `Resize entered`, `Item 3 of Each began`: an event for people. */
function eventWords(event: HistoryEvent): string {
  const details = Object.entries(event).find(([key]) => key.endsWith('EventDetails'))?.[1];
  const of = isObject(details) ? details : {};
  const name = typeof of.name === 'string' && of.name !== '' ? of.name : null;
  const spaced = event.type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  if (event.type.startsWith('MapIteration') && typeof of.index === 'number')
    return `item ${of.index + 1} of ${name ?? 'the map'} ${spaced.replace('map iteration ', '')}`;
  if (name && /State(Entered|Exited)$/.test(event.type))
    return `${name} ${spaced.endsWith('entered') ? 'begins' : 'ends'}`;
  return spaced;
}
