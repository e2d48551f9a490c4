'use client';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { Json } from '@/lib/base/json';
import type { HistoryEvent } from '@/lib/history/events';
import type { RunDetail } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { Input } from '../ui/Input';
import { JsonView } from '../ui/JsonView';

const PAGE = 200;

/**
 * The history, event by event, in AWS's own names.
 * @param moment how many events had happened at the moment that is looked at; `null`: now
 * @param onMoment the run is to be looked at as it stood after an event
 */
export function EventsView({
  run,
  moment,
  onMoment,
}: {
  run: RunDetail;
  moment: number | null;
  onMoment: (event: number) => void;
}) {
  const [query, setQuery] = useState('');
  const [shown, setShown] = useState(PAGE);
  const [open, setOpen] = useState<number | null>(null);
  const words = query.toLowerCase();
  const events = words
    ? run.events.filter((event) =>
        `${event.id} ${event.type} ${JSON.stringify(detailsOf(event) ?? '')}`.toLowerCase().includes(words),
      )
    : run.events;
  const start = run.events[0]?.timestamp ?? run.startedAt;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-center gap-2 border-b px-4 py-2">
        <Input
          aria-label="Filter the events"
          placeholder="Filter the events"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="max-w-64"
        />
        <span className="flex-1 text-xs whitespace-nowrap text-muted">{events.length.toLocaleString('en')} events</span>
        <Button size="sm" onClick={() => save(run)}>
          <Download className="size-3.5" aria-hidden /> JSON
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        <table className="w-full text-sm">
          <thead className="sticky top-0 bg-surface text-left text-xs text-muted">
            <tr className="border-b">
              <th className="w-14 px-4 py-2 font-medium">Id</th>
              <th className="px-2 py-2 font-medium">Event</th>
              <th className="px-2 py-2 font-medium max-sm:hidden">Step</th>
              <th className="px-4 py-2 text-right font-medium">After</th>
            </tr>
          </thead>
          <tbody>
            {events.slice(0, shown).map((event) => (
              <Row
                key={event.id}
                event={event}
                start={start}
                open={open === event.id}
                looked={moment === event.id}
                onMoment={() => onMoment(event.id)}
                onToggle={() => setOpen(open === event.id ? null : event.id)}
              />
            ))}
          </tbody>
        </table>
        {events.length > shown ? (
          <div className="p-3 text-center">
            <Button size="sm" onClick={() => setShown(shown + PAGE * 5)}>
              {(events.length - shown).toLocaleString('en')} more
            </Button>
          </div>
        ) : null}
      </div>
    </div>
  );
}

function Row({
  event,
  start,
  open,
  looked,
  onMoment,
  onToggle,
}: {
  event: HistoryEvent;
  start: number;
  open: boolean;
  looked: boolean;
  onMoment: () => void;
  onToggle: () => void;
}) {
  const details = detailsOf(event);
  return (
    <>
      <tr aria-current={looked || undefined} className={cn('border-b hover:bg-hover', looked && 'bg-accent-soft')}>
        <td className="px-4 py-1 text-xs text-muted tabular-nums">{event.id}</td>
        <td className="px-2 py-1">
          <button
            type="button"
            onClick={onToggle}
            aria-expanded={open}
            disabled={!details}
            className="min-h-6 rounded-sm text-left font-medium hover:underline disabled:no-underline"
          >
            {event.type}
          </button>
        </td>
        <td className="max-w-56 truncate px-2 py-1 text-muted max-sm:hidden">
          {typeof details?.name === 'string' ? details.name : ''}
        </td>
        <td className="px-4 py-1 text-right text-xs text-muted tabular-nums">
          <button
            type="button"
            onClick={onMoment}
            aria-label={`See the run after event ${event.id}`}
            title="See the run as it stood then"
            className="min-h-6 rounded-sm px-1 hover:text-text hover:underline"
          >
            {((event.timestamp - start) / 1000).toFixed(3)} s
          </button>
        </td>
      </tr>
      {open && details ? (
        <tr className="border-b">
          <td colSpan={4} className="px-4 py-2">
            <JsonView value={details} label={`Details of event ${event.id}`} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** The one field that holds what the event tells, with the JSON texts in it opened. */
function detailsOf(event: HistoryEvent): { [field: string]: Json } | null {
  for (const [key, value] of Object.entries(event))
    if (key.endsWith('EventDetails') && typeof value === 'object') return value as { [field: string]: Json };
  return null;
}

function save(run: RunDetail): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(run.events, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${run.id}-events.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
