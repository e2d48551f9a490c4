'use client';
import { Command } from 'cmdk';
import { FileText } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useEffect, useState } from 'react';
import { filesPageAction } from '@/lib/actions/files';
import type { FilesPage } from '@/lib/usecases/types';
import { bytesText } from './format';
import { Ago } from './Time';

/** ms without a key after which the server is asked */
const TYPING = 200;

/**
 * A file that is stored already, chosen by name: the newest first, and of those only what the field takes.
 *
 * @param accept as in `<input accept>`: `image/*`; absent: every file
 * @param onChoose gets the file's S3 address
 */
export function StoredFiles({
  accept,
  disabled,
  onChoose,
}: {
  accept?: string;
  disabled?: boolean;
  onChoose: (uri: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const [page, setPage] = useState<FilesPage | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [query, setQuery] = useState('');
  useEffect(() => {
    if (!open) return;
    let current = true;
    const load = async () => {
      const answer = await filesPageAction({ query, kind: 'all', after: null }).catch(() => null);
      if (!current) return;
      setFault(
        answer?.ok ? null : (answer?.problem.message ?? 'The server did not answer. Close this, and try again.'),
      );
      if (answer?.ok) setPage(answer.value);
    };
    const timer = setTimeout(load, query === '' ? 0 : TYPING);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, query]);
  const shown = (page?.files ?? []).filter(({ mediaType }) => takes(accept, mediaType));
  return (
    // Modal: inside a dialog the list could not be scrolled by the wheel otherwise.
    <Popover.Root
      modal
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setQuery('');
      }}
    >
      <Popover.Trigger
        type="button"
        disabled={disabled}
        className="min-h-6 rounded-sm text-xs font-medium text-accent underline-offset-2 hover:underline disabled:opacity-50"
      >
        Choose from Files
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={12}
          aria-label="Stored files"
          className="z-50 w-80 max-w-[calc(100vw-24px)] animate-rise overflow-hidden rounded-xl border border-border-strong bg-overlay shadow-3 outline-none"
        >
          <Command label="Stored files" loop shouldFilter={false}>
            <Command.Input
              placeholder="Search files…"
              autoFocus
              value={query}
              onValueChange={setQuery}
              className="h-10 w-full border-b border-border bg-transparent px-3 text-sm outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-72 overflow-y-auto p-1">
              {fault ? <p className="px-3 py-4 text-sm text-danger">{fault}</p> : null}
              {!fault && page === null ? (
                <p role="status" className="px-3 py-4 text-sm text-muted">
                  Looking for files…
                </p>
              ) : null}
              {page !== null && !fault && shown.length === 0 ? (
                <p className="px-3 py-4 text-sm text-muted">
                  {page.kinds.length === 0
                    ? 'No file is stored yet: drop one on the field.'
                    : query.trim() === ''
                      ? 'No stored file is of this kind: drop one on the field.'
                      : 'No file of this kind has that name.'}
                </p>
              ) : null}
              {shown.map(({ key, uri, name, bytes, modifiedAt }) => (
                <Command.Item
                  key={key}
                  value={uri}
                  onSelect={() => {
                    setOpen(false);
                    onChoose(uri);
                  }}
                  className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
                >
                  <FileText className="size-4 shrink-0 text-muted" aria-hidden />
                  <span className="min-w-0 flex-1 truncate" title={key}>
                    {name}
                  </span>
                  <span className="shrink-0 text-xs text-muted">
                    {bytesText(bytes)} · <Ago at={modifiedAt} />
                  </span>
                </Command.Item>
              ))}
              {page?.next ? <p className="px-2 py-2 text-xs text-muted">There are more: search to find them.</p> : null}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Whether a field takes a file of a kind. What is stored without one, or as mere bytes, may be anything. */
function takes(accept: string | undefined, mediaType: string): boolean {
  const kind = mediaType.split(';')[0]!.trim();
  if (!accept || kind === '' || kind === 'application/octet-stream') return true;
  return accept.split(/[,|]\s*/).some((one) => {
    const wanted = one.trim();
    return wanted === kind || wanted === '*/*' || (wanted.endsWith('/*') && kind.startsWith(wanted.slice(0, -1)));
  });
}
