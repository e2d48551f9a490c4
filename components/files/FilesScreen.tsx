'use client';
/**
 * Everything in the bucket: what was uploaded and what runs have made; to be found, looked into, taken out and deleted,
 * one by one or several at once.
 * @module
 */
import { FolderOpen, LayoutGrid, List, Search, Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type DragEvent, useRef, useState } from 'react';
import { toast } from 'sonner';
import {
  Button,
  bytesText,
  ConfirmDialog,
  cn,
  copyText,
  countText,
  EmptyState,
  ErrorNote,
  Input,
  Segmented,
  ShowMore,
} from '@/components/ui';
import { deleteFilesAction, fileUrlAction } from '@/lib/actions/files';
import type { FileKind } from '@/lib/base/media';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FilesPage, FileView } from '@/lib/usecases/types';
import { FileCard, FileRow } from './FileItem';
import { FilePreview } from './FilePreview';
import { Chosen, Meter } from './parts';
import { UploadList } from './UploadList';
import { useFiles } from './useFiles';
import { useUploads } from './useUploads';
import { takeZip } from './zip';

/** @param first the newest files, and how many there are of each kind */
export function FilesScreen({ first, problem: loading }: { first: FilesPage; problem: ProblemView | null }) {
  const router = useRouter();
  const picker = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [deleting, setDeleting] = useState<FileView[]>([]);
  const [dragging, setDragging] = useState(false);
  const [query, setQuery] = useState('');
  const [kind, setKind] = useState<FileKind | 'all'>('all');
  const [look, setLook] = useState<'grid' | 'list'>('grid');
  const [chosenKeys, setChosen] = useState<ReadonlyMap<string, FileView>>(new Map());
  const [open, setOpen] = useState<FileView | null>(null);
  const [busy, setBusy] = useState<'zip' | 'delete' | null>(null);
  const lastChosen = useRef<string | null>(null);
  const uploads = useUploads(() => router.refresh());
  const { kinds } = first;
  const found = useFiles(first, query, kinds.some((one) => one.kind === kind) ? kind : 'all');
  const shown = found.files;
  const chosen = [...chosenKeys.values()];
  const any = kinds.length > 0;
  const none = !any && !loading;

  async function download(file: FileView) {
    const answer = await fileUrlAction(file.uri, true);
    if (answer.ok) window.location.assign(answer.value.url);
    else setProblem(answer.problem);
  }

  const copy = (file: FileView) =>
    void copyText(file.uri).then(() => toast.success('The address is copied', { description: file.uri }));

  async function remove() {
    const keys = deleting.map(({ key }) => key);
    setBusy('delete');
    const answer = await deleteFilesAction(keys).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setBusy(null);
    setDeleting([]);
    setProblem(answer.ok ? null : answer.problem);
    if (answer.ok) {
      setChosen((all) => new Map([...all].filter(([key]) => !keys.includes(key))));
      found.forget(keys);
    }
    router.refresh();
  }

  async function zip() {
    setBusy('zip');
    setProblem(await takeZip(chosen.map(({ key }) => key)));
    setBusy(null);
  }

  /** With shift, all that are shown between the one that was chosen last and this one. */
  function choose(file: FileView, on: boolean, range: boolean) {
    const [a, b] = [lastChosen.current, file.key].map((key) => shown.findIndex((one) => one.key === key)) as [
      number,
      number,
    ];
    const some = range && a >= 0 ? shown.slice(Math.min(a, b), Math.max(a, b) + 1) : [file];
    const keys = new Set(some.map(({ key }) => key));
    lastChosen.current = file.key;
    setChosen((all) => (on ? withAll(all, some) : new Map([...all].filter(([key]) => !keys.has(key)))));
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setDragging(false);
    uploads.send([...event.dataTransfer.files]);
  }

  const wrong = problem ?? found.problem ?? loading;
  const Item = look === 'grid' ? FileCard : FileRow;
  return (
    <section
      aria-label="Files"
      className={cn(
        'flex min-h-[60vh] flex-col gap-5 rounded-xl',
        dragging && 'outline-2 outline-offset-8 outline-accent outline-dashed',
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={drop}
    >
      <div className={cn('flex flex-wrap items-center gap-3', none && 'hidden')}>
        <div className="relative w-full max-w-sm">
          <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden />
          <Input
            type="search"
            aria-label="Search files"
            placeholder="Search files"
            className="pl-8"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <Segmented
          label="Shown as"
          value={look}
          onChange={setLook}
          options={[
            { value: 'grid', label: <LayoutGrid className="size-4" aria-hidden />, title: 'Cards' },
            { value: 'list', label: <List className="size-4" aria-hidden />, title: 'List' },
          ]}
        />
        <Button className="ml-auto" variant="accent" onClick={() => picker.current?.click()}>
          <Upload className="size-4" aria-hidden /> Upload
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={(event) => {
            const list = [...(event.target.files ?? [])];
            event.target.value = '';
            uploads.send(list);
          }}
        />
      </div>
      {any ? <Meter kinds={kinds} kind={kind} onKind={setKind} /> : null}
      {wrong ? <ErrorNote problem={wrong} /> : null}
      <UploadList sending={uploads.sending} onRetry={uploads.retry} onRemove={uploads.remove} />
      {chosen.length > 0 ? (
        <Chosen
          text={`${countText(chosen.length, 'file')} chosen · ${bytesText(chosen.reduce((sum, { bytes }) => sum + bytes, 0))}`}
          all={shown.some(({ key }) => !chosenKeys.has(key))}
          busy={busy}
          onAll={() => setChosen(withAll(chosenKeys, shown))}
          onNone={() => setChosen(new Map())}
          onZip={() => void zip()}
          onDelete={() => setDeleting(chosen)}
        />
      ) : null}
      {none ? (
        <EmptyState
          framed
          icon={<FolderOpen />}
          title="No files yet"
          action={
            <Button variant="accent" onClick={() => picker.current?.click()}>
              <Upload className="size-4" aria-hidden /> Upload files
            </Button>
          }
        >
          Drop files here, or attach them to a prompt. What runs make is kept here as well.
        </EmptyState>
      ) : null}
      {any && shown.length === 0 && !found.pending ? (
        <EmptyState
          icon={<Search />}
          title="Nothing matches"
          action={
            <Button
              size="sm"
              onClick={() => {
                setQuery('');
                setKind('all');
              }}
            >
              Show all files
            </Button>
          }
        >
          Names and folders are searched.
        </EmptyState>
      ) : null}
      <ul
        className={
          look === 'grid'
            ? 'grid gap-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr))]'
            : cn('divide-y overflow-hidden rounded-lg border bg-surface shadow-1', shown.length === 0 && 'hidden')
        }
      >
        {shown.map((file) => (
          <Item
            key={file.key}
            file={file}
            chosen={chosenKeys.has(file.key)}
            onChoose={(on, range) => choose(file, on, range)}
            onOpen={() => setOpen(file)}
            onDownload={() => void download(file)}
            onCopy={() => copy(file)}
            onDelete={() => setDeleting([file])}
          />
        ))}
      </ul>
      {found.onMore ? (
        <ShowMore
          shown={shown.length}
          of={found.matching}
          one="file"
          order="the newest first"
          busy={found.busy}
          onMore={() => void found.onMore?.()}
          className="pb-4"
        />
      ) : null}
      <FilePreview file={open} onClose={() => setOpen(null)} onDownload={(file) => void download(file)} onCopy={copy} />
      <ConfirmDialog
        open={deleting.length > 0}
        onOpenChange={(isOpen) => !isOpen && setDeleting([])}
        title={deleting.length === 1 ? `Delete “${deleting[0]?.name}”?` : `Delete ${deleting.length} files?`}
        description="Workflows and runs that refer to them will not find them any more."
        confirm="Delete"
        danger
        onConfirm={() => void remove()}
      />
    </section>
  );
}

const withAll = (chosen: ReadonlyMap<string, FileView>, files: FileView[]): ReadonlyMap<string, FileView> =>
  new Map([...chosen, ...files.map((file) => [file.key, file] as const)]);
