'use client';
import {
  Download,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FolderOpen,
  Link2,
  Trash2,
  Upload,
} from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type DragEvent, useRef, useState } from 'react';
import { toast } from 'sonner';
import {
  Ago,
  Button,
  bytesText,
  ConfirmDialog,
  cn,
  copyText,
  EmptyState,
  ErrorNote,
  IconButton,
  uploadFile,
} from '@/components/ui';
import { deleteFileAction, fileUrlAction } from '@/lib/actions/files';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FileView } from '@/lib/usecases/types';

const ICONS: [RegExp, typeof FileText][] = [
  [/^image\//, FileImage],
  [/^audio\//, FileAudio],
  [/csv|excel|spreadsheet/, FileSpreadsheet],
  [/json|xml|html/, FileCode],
  [/zip/, FileArchive],
];

/** Everything in the bucket: what was uploaded and what runs have made. */
export function FilesScreen({ files, problem: loading }: { files: FileView[]; problem: ProblemView | null }) {
  const router = useRouter();
  const picker = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [sending, setSending] = useState<{ name: string; share: number }[]>([]);
  const [deleting, setDeleting] = useState<FileView | null>(null);
  const [dragging, setDragging] = useState(false);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);

  async function send(list: File[]) {
    setProblem(null);
    setSending(list.map(({ name }) => ({ name, share: 0 })));
    for (const [i, file] of list.entries()) {
      try {
        await uploadFile(file, {
          onProgress: (share) => setSending((all) => all.map((one, j) => (i === j ? { ...one, share } : one))),
        });
      } catch (error) {
        setProblem(viewOf(error));
      }
    }
    setSending([]);
    router.refresh();
  }

  async function download(file: FileView) {
    const answer = await fileUrlAction(file.uri, true);
    if (answer.ok) window.location.assign(answer.value.url);
    else setProblem(answer.problem);
  }

  async function remove() {
    const answer = await deleteFileAction(deleting!.key);
    setDeleting(null);
    if (!answer.ok) setProblem(answer.problem);
    router.refresh();
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setDragging(false);
    void send([...event.dataTransfer.files]);
  }

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
      <div className={cn('flex flex-wrap items-center gap-3', files.length === 0 && 'hidden')}>
        <p className="text-sm text-muted">
          {files.length} {files.length === 1 ? 'file' : 'files'} · {bytesText(total)}
        </p>
        <Button className="ml-auto" variant="accent" onClick={() => picker.current?.click()} busy={sending.length > 0}>
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
            void send(list);
          }}
        />
      </div>
      {(problem ?? loading) ? <ErrorNote problem={(problem ?? loading)!} /> : null}
      {sending.map(({ name, share }) => (
        <div key={name} className="flex items-center gap-3 text-sm" role="status">
          <span className="w-48 truncate">{name}</span>
          <progress className="h-1.5 flex-1 accent-accent" value={share} max={1} />
          <span className="w-10 text-right text-muted tabular-nums">{Math.round(share * 100)} %</span>
        </div>
      ))}
      {files.length === 0 && !loading ? (
        <EmptyState
          framed
          icon={<FolderOpen />}
          title="No files yet"
          action={
            <Button variant="accent" onClick={() => picker.current?.click()} busy={sending.length > 0}>
              <Upload className="size-4" aria-hidden /> Upload files
            </Button>
          }
        >
          Drop files here, or attach them to a prompt. What runs make is kept here as well.
        </EmptyState>
      ) : null}
      <ul className="grid gap-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr))]">
        {files.map((file) => {
          const Icon = ICONS.find(([pattern]) => pattern.test(file.mediaType))?.[1] ?? FileText;
          return (
            <li key={file.key} className="flex flex-col overflow-hidden rounded-lg border bg-surface shadow-1">
              <a
                href={file.url}
                target="_blank"
                rel="noreferrer"
                className="flex h-32 items-center justify-center border-b bg-canvas"
                aria-label={`Open ${file.name}`}
              >
                {file.mediaType.startsWith('image/') && file.mediaType !== 'image/svg+xml' ? (
                  // biome-ignore lint/performance/noImgElement: a presigned link is not for an image optimizer
                  <img src={file.url} alt="" loading="lazy" className="size-full object-contain p-2" />
                ) : (
                  <Icon className="size-8 text-muted" aria-hidden />
                )}
              </a>
              <div className="flex min-w-0 flex-col gap-0.5 p-3">
                <p className="truncate text-sm font-medium" title={file.key}>
                  {file.name}
                </p>
                <p className="text-xs text-muted">
                  {bytesText(file.bytes)} · <Ago at={file.modifiedAt} />
                </p>
                <div className="mt-1 -ml-1.5 flex">
                  <IconButton size="sm" label={`Download ${file.name}`} onClick={() => void download(file)}>
                    <Download className="size-3.5" />
                  </IconButton>
                  <IconButton
                    size="sm"
                    label={`Copy the address of ${file.name}`}
                    onClick={() =>
                      void copyText(file.uri).then(() =>
                        toast.success('The address is copied', { description: file.uri }),
                      )
                    }
                  >
                    <Link2 className="size-3.5" />
                  </IconButton>
                  <IconButton
                    size="sm"
                    label={`Delete ${file.name}`}
                    className="ml-auto"
                    onClick={() => setDeleting(file)}
                  >
                    <Trash2 className="size-3.5" />
                  </IconButton>
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={(open) => !open && setDeleting(null)}
        title={`Delete “${deleting?.name}”?`}
        description="Workflows and runs that refer to it will not find it any more."
        confirm="Delete"
        danger
        onConfirm={() => void remove()}
      />
    </section>
  );
}
