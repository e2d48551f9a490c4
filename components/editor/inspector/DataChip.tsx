'use client';
import { ChevronDown, Link2, Unlink, X } from 'lucide-react';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { Phase, Reference } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { useEditor } from '../state/context';
import type { Conversion } from './convert';
import { type Pick, referenceName } from './data';
import { ReferencePicker } from './ReferencePicker';

/** The data that a field takes, by name; pressed, others can be chosen. */
export function DataChip({
  id,
  label,
  target,
  reference,
  turned,
  wanted,
  phase,
  invalid,
  onPick,
  onChoose,
  onClear,
  onStraight,
}: {
  id: string;
  label: string;
  target: string;
  reference: Reference | null;
  /** what is made of it on the way */
  turned: Conversion | null;
  wanted: JsonSchema;
  phase: Phase;
  invalid: boolean;
  onPick: (pick: Pick) => void;
  /** instead of opening a list */
  onChoose?: () => void;
  onClear: () => void;
  /** takes the conversion away */
  onStraight: () => void;
}) {
  const document = useEditor((state) => state.document);
  const name = reference && referenceName(document, reference, target);
  const chip = (
    <button
      type="button"
      id={id}
      data-chip
      aria-label={`${label}: ${name ? [name.source, name.path].filter(Boolean).join(' › ') : 'Choose data…'}`}
      onClick={onChoose}
      className={cn(
        'flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-md border px-2 text-left text-sm transition-colors',
        name
          ? 'border-accent/45 bg-accent-soft hover:border-accent'
          : 'border-border-input bg-surface hover:border-muted dark:bg-sunken',
        (invalid || name?.missing) && 'border-danger',
      )}
    >
      {name ? (
        <>
          <Link2 className="size-3.5 shrink-0 text-accent" aria-hidden />
          <span className="min-w-0 flex-1 truncate">
            <span className="font-medium">{name.source}</span>
            {name.path ? <span className="text-muted"> › </span> : null}
            {name.path}
          </span>
        </>
      ) : (
        <span className="flex-1 text-muted">Choose data…</span>
      )}
      <ChevronDown className="size-3.5 shrink-0 text-muted" aria-hidden />
    </button>
  );
  return (
    <div className="flex items-center gap-1">
      {onChoose ? (
        chip
      ) : (
        <ReferencePicker target={target} wanted={wanted} phase={phase} onPick={onPick}>
          {chip}
        </ReferencePicker>
      )}
      {turned ? (
        <Button size="sm" variant="ghost" title="Take the conversion away" onClick={onStraight}>
          {turned.short} <X className="size-3" aria-hidden />
        </Button>
      ) : null}
      {name ? (
        <IconButton label="Take the connection away" size="sm" onClick={onClear}>
          <Unlink className="size-3.5" />
        </IconButton>
      ) : null}
    </div>
  );
}
