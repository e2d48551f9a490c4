import { CornerUpRight, Hourglass, type LucideIcon, Pause } from 'lucide-react';
import type { RunStatus } from '@/lib/usecases/types';
import { cn } from './cn';
import { STATUSES, type Status, statusOfRun } from './status';

const isRunStatus = (status: Status | RunStatus): status is RunStatus => status === status.toUpperCase();

/** A status as colour, glyph and word. `compact` shows the glyph; the word is then its accessible name and title. */
export function StatusBadge({
  status,
  compact,
  detail,
  solid,
  brief,
  className,
}: {
  status: Status | RunStatus;
  compact?: boolean;
  /** after the word: an attempt's number, a count */
  detail?: string;
  /** the glyph and the detail; the word is told, not shown */
  brief?: boolean;
  /** filled with its colour: where it stands over other things */
  solid?: boolean;
  className?: string;
}) {
  const key = isRunStatus(status) ? statusOfRun(status) : status;
  const { word } = STATUSES[key];
  const text = detail ? `${word} ${detail}` : word;
  return (
    <span
      data-status={key}
      title={compact || brief ? text : undefined}
      className={cn(
        'inline-flex shrink-0 items-center gap-1 rounded-full text-xs font-medium whitespace-nowrap',
        solid ? 'status-solid' : 'status-soft',
        compact ? (solid ? 'size-6 justify-center' : 'size-5 justify-center') : solid ? 'h-6 px-2' : 'h-[22px] px-2',
        key === 'skipped' && 'border border-dashed border-current',
        key === 'timedout' && !solid && 'hatched',
        className,
      )}
    >
      <StatusGlyph status={key} />
      <span className={compact || brief ? 'sr-only' : undefined}>{text}</span>
      {brief && detail ? <span aria-hidden>{detail}</span> : null}
    </span>
  );
}

/** Glyphs that some fonts draw as coloured pictures. */
const ICONS: Partial<Record<Status, LucideIcon>> = { waiting: Pause, timedout: Hourglass, skipped: CornerUpRight };

/** The glyph alone, for places that say the word beside it. */
export function StatusGlyph({ status }: { status: Status }) {
  if (status === 'running') {
    return (
      <span
        aria-hidden
        className="inline-block size-3 animate-turn rounded-full border-2 border-current border-r-transparent motion-reduce:border-dotted motion-reduce:border-r-current"
      />
    );
  }
  const Icon = ICONS[status];
  if (Icon) return <Icon aria-hidden className="size-3 shrink-0" strokeWidth={2.5} />;
  return (
    <span aria-hidden className="inline-block w-3 text-center leading-none">
      {STATUSES[status].glyph}
    </span>
  );
}
