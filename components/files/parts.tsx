import { FileArchive, Trash2 } from 'lucide-react';
import { Button, bytesText, cn } from '@/components/ui';
import type { FileKind } from '@/lib/base/media';
import type { FilesPage } from '@/lib/usecases/types';
import { KINDS } from './kinds';

/** How much there is, and of what: a bar, and a button for each kind that shows only that one. */
export function Meter({
  kinds: counted,
  kind,
  onKind,
}: {
  kinds: FilesPage['kinds'];
  kind: FileKind | 'all';
  onKind: (kind: FileKind | 'all') => void;
}) {
  const kinds = counted.map((one) => ({ ...one, ...KINDS[one.kind] }));
  const n = kinds.reduce((sum, one) => sum + one.n, 0);
  const bytes = kinds.reduce((sum, one) => sum + one.bytes, 0);
  const all = { kind: 'all' as const, label: 'All', colour: null, n, bytes };
  return (
    <div className="flex flex-col gap-2">
      <div aria-hidden className="flex h-1.5 gap-0.5 overflow-hidden rounded-full">
        {kinds.map((one) => (
          <span key={one.kind} className={cn('min-w-1', one.colour)} style={{ flexGrow: one.bytes }} />
        ))}
      </div>
      <fieldset className="flex min-w-0 flex-wrap gap-1.5">
        <legend className="sr-only">Kind</legend>
        {[all, ...kinds].map((one) => (
          <button
            key={one.kind}
            type="button"
            aria-pressed={one.kind === kind}
            onClick={() => onKind(one.kind)}
            className={cn(
              'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs transition-colors hover:bg-hover',
              one.kind === kind ? 'border-accent bg-accent-soft text-accent' : 'border-border-strong bg-surface',
            )}
          >
            {one.colour ? <span aria-hidden className={cn('size-2 rounded-full', one.colour)} /> : null}
            <span className="font-medium">{one.label}</span>
            <span className={cn('tabular-nums', one.kind === kind ? null : 'text-muted')}>
              {one.n.toLocaleString('en')} · {bytesText(one.bytes)}
            </span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** What can be done with all that are chosen; stays in sight while the list is scrolled. */
export function Chosen({
  text,
  all,
  busy,
  onAll,
  onNone,
  onZip,
  onDelete,
}: {
  text: string;
  /** some that are shown are not chosen */
  all: boolean;
  busy: 'zip' | 'delete' | null;
  onAll: () => void;
  onNone: () => void;
  onZip: () => void;
  onDelete: () => void;
}) {
  return (
    <section
      aria-label="Chosen files"
      className="sticky top-2 z-10 flex flex-wrap items-center gap-2 rounded-lg border border-accent bg-overlay px-3 py-2 shadow-2"
    >
      <p role="status" className="mr-auto text-sm font-medium tabular-nums">
        {text}
      </p>
      {all ? (
        <Button size="sm" variant="ghost" onClick={onAll}>
          Choose all shown
        </Button>
      ) : null}
      <Button size="sm" variant="ghost" onClick={onNone}>
        Choose none
      </Button>
      <Button size="sm" busy={busy === 'zip'} disabled={busy !== null} onClick={onZip}>
        <FileArchive className="size-3.5" aria-hidden /> Download as zip
      </Button>
      <Button size="sm" variant="danger" busy={busy === 'delete'} disabled={busy !== null} onClick={onDelete}>
        <Trash2 className="size-3.5" aria-hidden /> Delete
      </Button>
    </section>
  );
}
