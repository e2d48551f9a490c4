'use client';
/**
 * Where nothing has been made yet: three ways to begin beside describing it.
 * @module
 */
import { FileUp, PencilRuler, Sparkles } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { cn, Spinner } from '@/components/ui';
import { ImportDialog, useNewWorkflow } from './WorkflowList';

export function Doors({ onDemo, busy }: { onDemo: () => void; busy: boolean }) {
  const [importing, setImporting] = useState(false);
  const { create, creating } = useNewWorkflow();
  return (
    <section aria-label="Ways to begin" className="grid gap-3 sm:grid-cols-3">
      <Door icon={<Sparkles />} title="Try the demo" busy={busy} onClick={onDemo} first>
        Drafts a workflow that plays music for a mood, and runs it. No key, no account, no setup.
      </Door>
      <Door icon={<PencilRuler />} title="New workflow" busy={creating} onClick={create}>
        Begin with an empty canvas and put the steps on it yourself.
      </Door>
      <Door icon={<FileUp />} title="Import ASL" onClick={() => setImporting(true)}>
        Bring a state machine that you have, from AWS or from a file.
      </Door>
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </section>
  );
}

function Door({
  icon,
  title,
  children,
  busy,
  first,
  onClick,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  busy?: boolean;
  first?: boolean;
  onClick: () => void;
}) {
  const about = useId();
  return (
    <button
      type="button"
      aria-label={title}
      aria-describedby={about}
      disabled={busy}
      aria-busy={busy || undefined}
      onClick={onClick}
      className={cn(
        'group flex items-start gap-3 rounded-xl border max-sm:items-center sm:flex-col bg-surface p-4 text-left shadow-1 transition-shadow hover:border-accent hover:shadow-2 disabled:opacity-60',
        first && 'border-accent/50',
      )}
    >
      <span
        aria-hidden
        className={cn(
          'flex size-9 shrink-0 items-center justify-center rounded-lg [&_svg]:size-[18px]',
          first ? 'bg-accent text-on-accent' : 'bg-sunken text-muted group-hover:text-accent',
        )}
      >
        {busy ? <Spinner /> : icon}
      </span>
      <span className="min-w-0">
        <span className="block text-base font-semibold">{title}</span>
        <span id={about} className="mt-0.5 block text-sm text-muted">
          {children}
        </span>
      </span>
    </button>
  );
}
