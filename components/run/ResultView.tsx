'use client';
import { Download, ExternalLink, FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { fileUrlAction } from '@/lib/actions/files';
import type { Json } from '@/lib/base/json';
import type { RunDetail } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { Skeleton } from '../ui/Card';
import { ErrorNote } from '../ui/ErrorNote';
import { bytesText } from '../ui/format';
import { CopyButton, JsonView } from '../ui/JsonView';
import { StatusBadge } from '../ui/StatusBadge';
import { isOver, statusOfRun } from '../ui/status';
import { type Found, findThings, jsonOf, pathOf, sentenceOf } from './result';

/** What came out of a run, as something to read, see or take away. */
export function ResultView({ run }: { run: RunDetail }) {
  if (!isOver(run.status)) {
    return (
      <div className="flex items-center gap-3 p-6 text-sm text-muted" role="status">
        <StatusBadge status={run.status} /> The result will stand here.
      </div>
    );
  }
  if (run.status !== 'SUCCEEDED') return <Failure run={run} />;
  return (
    <div className="p-4">
      <Output value={run.output} name={run.workflowName} />
    </div>
  );
}

function Failure({ run }: { run: RunDetail }) {
  const cause = jsonOf(run.cause);
  const message =
    typeof cause === 'object' && cause !== null && !Array.isArray(cause) && typeof cause.errorMessage === 'string'
      ? cause.errorMessage
      : run.cause;
  const stopped = run.status === 'ABORTED';
  return (
    <div className="flex flex-col gap-3 p-4" data-status={statusOfRun(run.status)}>
      {stopped ? (
        <p className="text-sm">{message ?? 'The run was stopped.'}</p>
      ) : (
        <ErrorNote
          problem={{
            message: message ?? run.error ?? 'The run failed.',
            hint: 'Under Steps, the one that failed shows what it was given and what it said.',
            ...(run.error && { code: run.error }),
          }}
        />
      )}
      {typeof cause === 'object' && cause !== null ? <JsonView value={cause} open={1} label="Cause" /> : null}
    </div>
  );
}

/** Any JSON value as a person would like to see it. */
function Output({ value, name = 'result' }: { value: Json | null; name?: string }) {
  const sentence = sentenceOf(value);
  const things = findThings(value);
  const plain = sentence !== null && typeof value !== 'object';
  return (
    <div className="flex flex-col gap-4">
      {sentence !== null ? (
        <div className="flex items-start gap-2">
          <p
            className="min-w-0 flex-1 text-lg font-medium break-words whitespace-pre-wrap"
            data-testid="result-sentence"
          >
            {sentence}
          </p>
          <CopyButton text={sentence} label="Copy the text" />
        </div>
      ) : null}
      {things.map((thing) =>
        thing.kind === 'file' ? (
          <FileThing key={thing.uri} uri={thing.uri} />
        ) : (
          <LinkThing key={thing.url} thing={thing} />
        ),
      )}
      {plain ? null : <JsonView value={value} label="Output" />}
      <Button size="sm" className="self-start" onClick={() => save(`${name}.json`, JSON.stringify(value, null, 2))}>
        <Download className="size-3.5" aria-hidden /> Download as JSON
      </Button>
    </div>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  follow(url, name.replace(/[^\p{L}\p{N}._-]+/gu, '-'));
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function follow(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

type FileFacts = { url: string; mediaType: string; name: string; bytes: number };

/** A file in S3: seen where it can be, taken away in any case. */
function FileThing({ uri }: { uri: string }) {
  const [file, setFile] = useState<FileFacts | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let live = true;
    fileUrlAction(uri)
      .then((answer) => {
        if (!live) return;
        if (answer.ok) setFile(answer.value);
        else setFault(answer.problem.message);
      })
      .catch(() => live && setFault('The server did not answer.'));
    return () => {
      live = false;
    };
  }, [uri]);
  const download = async () => {
    const answer = await fileUrlAction(uri, true);
    if (answer.ok) follow(answer.value.url, answer.value.name);
    else setFault(answer.problem.message);
  };
  return (
    <figure className="overflow-hidden rounded-lg border bg-surface">
      {file ? (
        <Preview url={file.url} mediaType={file.mediaType} name={file.name} />
      ) : fault ? null : (
        <Skeleton className="m-3 h-40" />
      )}
      <figcaption className="flex min-h-11 items-center gap-2.5 px-3 py-1.5 text-sm">
        <FileText className="size-4 shrink-0 text-muted" aria-hidden />
        <span className="min-w-0 flex-1 truncate" title={uri}>
          {file?.name ?? uri.split('/').at(-1)}
          {file ? <span className="ml-2 text-xs text-muted">{bytesText(file.bytes)}</span> : null}
          {fault ? <span className="ml-2 text-xs text-danger">{fault}</span> : null}
        </span>
        <CopyButton text={uri} label="Copy its S3 address" />
        <Button size="sm" onClick={() => void download()}>
          <Download className="size-3.5" aria-hidden /> Download
        </Button>
      </figcaption>
    </figure>
  );
}

const PICTURE =
  'mx-auto block max-h-[max(8rem,min(38vh,100cqh_-_8.5rem))] max-w-full bg-[repeating-conic-gradient(var(--sunken)_0_25%,var(--surface)_0_50%)] [background-size:16px_16px]';

function Preview({ url, mediaType, name }: { url: string; mediaType: string; name: string }) {
  const family = mediaType.split('/')[0];
  if (family === 'image') {
    return (
      <div className="border-b bg-sunken p-3">
        {/* biome-ignore lint/performance/noImgElement: the address is signed and short-lived, nothing to optimise */}
        <img src={url} alt={name} className={PICTURE} data-testid="result-image" />
      </div>
    );
  }
  if (family === 'audio') {
    return (
      <div className="border-b bg-sunken p-3">
        {/* biome-ignore lint/a11y/useMediaCaption: a file of the person's own has no captions */}
        <audio controls src={url} className="w-full" />
      </div>
    );
  }
  if (family === 'video') {
    return (
      // biome-ignore lint/a11y/useMediaCaption: a file of the person's own has no captions
      <video controls src={url} className="max-h-96 w-full border-b" />
    );
  }
  return null;
}

function LinkThing({ thing }: { thing: Extract<Found, { kind: 'link' }> }) {
  const signed = /[?&]X-Amz-Signature=/.test(thing.url);
  const [seen, setSeen] = useState(thing.image || signed);
  const [attempt, setAttempt] = useState(0);
  const name = pathOf(thing.url).split('/').at(-1) || thing.url;
  return (
    <figure className="overflow-hidden rounded-lg border bg-surface">
      {seen ? (
        <div className="border-b bg-sunken p-3">
          {/* biome-ignore lint/performance/noImgElement: the address is signed and short-lived, nothing to optimise */}
          <img
            key={attempt}
            src={thing.url}
            alt={name}
            className={PICTURE}
            // What is not a picture fails again; a connection that was cut does not.
            onError={() => (attempt === 0 ? setTimeout(setAttempt, 1000, 1) : setSeen(false))}
            data-testid="result-image"
          />
        </div>
      ) : null}
      <figcaption className="flex min-h-11 items-center gap-2.5 px-3 py-1.5 text-sm">
        <a
          href={thing.url}
          target="_blank"
          rel="noreferrer"
          className="min-w-0 flex-1 truncate rounded-sm text-accent hover:underline"
          title={thing.url}
        >
          {thing.url}
        </a>
        <CopyButton text={thing.url} label="Copy the link" />
        <Button size="sm" asChild>
          <a href={thing.url} target="_blank" rel="noreferrer" download={name}>
            <ExternalLink className="size-3.5" aria-hidden /> Open
          </a>
        </Button>
      </figcaption>
    </figure>
  );
}
