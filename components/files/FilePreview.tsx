'use client';
import { Download, ExternalLink, Link2 } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Ago, Button, bytesText, Dialog, ErrorNote, JsonView, Skeleton, StatusBadge } from '@/components/ui';
import { previewFileAction } from '@/lib/actions/files';
import type { Json } from '@/lib/base/json';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FileView, FilePreview as Preview } from '@/lib/usecases/types';
import { csvRows } from './kinds';

/** One file looked into: what is in it, where it is, and which runs had it. */
export function FilePreview({
  file,
  onClose,
  onDownload,
  onCopy,
}: {
  file: FileView | null;
  onClose: () => void;
  onDownload: (file: FileView) => void;
  onCopy: (file: FileView) => void;
}) {
  const [found, setFound] = useState<{ uri: string; preview: Preview | null; problem: ProblemView | null } | null>(
    null,
  );
  useEffect(() => {
    if (!file) return;
    let wanted = true;
    previewFileAction(file.uri)
      .catch((error: unknown) => ({ ok: false as const, problem: viewOf(error) }))
      .then((answer) => {
        if (!wanted) return;
        setFound({
          uri: file.uri,
          preview: answer.ok ? answer.value : null,
          problem: answer.ok ? null : answer.problem,
        });
      });
    return () => {
      wanted = false;
    };
  }, [file]);
  if (!file) return null;
  const known = found?.uri === file.uri ? found : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={file.name}
      size="lg"
      description={
        <>
          {bytesText(file.bytes)} · {file.mediaType} · <Ago at={file.modifiedAt} />
        </>
      }
      footer={
        <>
          <Button variant="ghost" asChild>
            <a href={file.url} target="_blank" rel="noreferrer">
              <ExternalLink className="size-4" aria-hidden /> Open
            </a>
          </Button>
          <Button onClick={() => onCopy(file)}>
            <Link2 className="size-4" aria-hidden /> Copy the address
          </Button>
          <Button variant="accent" onClick={() => onDownload(file)}>
            <Download className="size-4" aria-hidden /> Download
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {known?.problem ? <ErrorNote problem={known.problem} /> : null}
        <Content file={file} preview={known?.preview ?? null} loading={!known} />
        <p className="font-mono text-xs break-all text-muted">{file.uri}</p>
        {known?.preview ? <Runs runs={known.preview.runs} /> : null}
      </div>
    </Dialog>
  );
}

function Content({ file, preview, loading }: { file: FileView; preview: Preview | null; loading: boolean }) {
  const { mediaType, url, name } = file;
  if (mediaType.startsWith('image/') && mediaType !== 'image/svg+xml')
    // biome-ignore lint/performance/noImgElement: a presigned link is not for an image optimizer
    return <img src={url} alt={name} className="mx-auto max-h-[48vh] max-w-full rounded-md border bg-canvas" />;
  // biome-ignore lint/a11y/useMediaCaption: sound that somebody brought has no captions here
  if (mediaType.startsWith('audio/')) return <audio controls src={url} className="w-full" aria-label={name} />;
  if (mediaType.startsWith('video/'))
    // biome-ignore lint/a11y/useMediaCaption: a film that somebody brought has no captions here
    return <video controls src={url} className="max-h-[48vh] w-full" aria-label={name} />;
  if (loading) return <Skeleton className="h-40" />;
  if (preview?.pdf) return <Pdf file={file} />;
  if (preview?.pdf === false)
    return <p className="text-sm text-muted">It is called a PDF and is none. Download it to see what it is.</p>;
  if (preview?.text == null)
    return <p className="text-sm text-muted">Nothing to show of this kind. Open it instead.</p>;
  if (preview.text === '') return <p className="text-sm text-muted">The file is empty.</p>;
  return (
    <div>
      <Text mediaType={mediaType} text={preview.text} whole={preview.whole} />
      {preview.whole ? null : <p className="mt-1 text-xs text-muted">The beginning of it; download it for the rest.</p>}
    </div>
  );
}

/** In the browser's own viewer, where it has one: a frame that may load nothing else and reaches nothing of this page. */
function Pdf({ file }: { file: FileView }) {
  // Told by the browser; the server draws this never, because a preview is opened by hand.
  if (!navigator.pdfViewerEnabled)
    return <p className="text-sm text-muted">This browser shows no PDF. Download it to look into it.</p>;
  return (
    <iframe
      title={`Content of ${file.name}`}
      src={`/files/pdf?uri=${encodeURIComponent(file.uri)}`}
      referrerPolicy="no-referrer"
      className="h-[56vh] w-full rounded-md border bg-canvas"
    />
  );
}

function Text({ mediaType, text, whole }: { mediaType: string; text: string; whole: boolean }) {
  if (/csv|tab-separated/.test(mediaType)) return <Table rows={csvRows(text, whole)} />;
  const json = whole && mediaType.includes('json') ? jsonOf(text) : undefined;
  if (json !== undefined) return <JsonView value={json} label="Content" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the box is scrolled by keyboard
    <pre tabIndex={0} className="max-h-[48vh] overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs">
      {text}
    </pre>
  );
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function Table({ rows: [head = [], ...rows] }: { rows: string[][] }) {
  return (
    <section
      aria-label="Rows"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the box is scrolled by keyboard
      tabIndex={0}
      className="max-h-[48vh] overflow-auto rounded-md border"
    >
      <table className="w-full text-left text-xs">
        <thead className="sticky top-0 bg-sunken">
          <tr>
            {head.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <th key={i} className="px-3 py-1.5 font-medium whitespace-nowrap">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={i} className="border-t">
              {row.map((cell, j) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={j} className="max-w-64 truncate px-3 py-1.5">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Runs({ runs }: { runs: Preview['runs'] }) {
  return (
    <section aria-label="Used by runs">
      <h3 className="mb-1 text-xs font-medium text-muted">Used by runs</h3>
      {runs.length === 0 ? (
        <p className="text-sm text-muted">No run has it in its input or its result.</p>
      ) : (
        <ul className="divide-y rounded-md border">
          {runs.map((run) => (
            <li key={run.id} className="relative flex items-center gap-3 px-3 py-1.5 text-sm hover:bg-hover">
              <StatusBadge status={run.status} />
              <Link
                href={`/runs/${run.id}`}
                className="min-w-0 flex-1 truncate after:absolute after:inset-0 after:content-['']"
              >
                {run.workflowName}
              </Link>
              <span className="text-xs text-muted">
                <Ago at={run.startedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
