'use client';
import { ArrowUp, FileText, Paperclip, Play, RotateCw, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Button, bytesText as bytes, cn, ErrorNote, IconButton, Select, uploadFile } from '@/components/ui';
import { startDraftAction } from '@/lib/actions/drafts';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { AttachedFile } from '@/lib/draft/plan';
import { EXAMPLES } from './examples';
import { forgetPrompt, keepPrompt, keptPrompt } from './kept-prompt';

const MAX_FILES = 5;

type Attachment = {
  id: number;
  file: File | null;
  name: string;
  bytes: number;
  share: number;
  done: AttachedFile | null;
  problem: ProblemView | null;
  abort: AbortController;
};

/** A prompt that comes from elsewhere on the screen. `send`: at once, else it waits in the box to be changed. */
export type Offered = { prompt: string; files: AttachedFile[]; send: 'draft' | 'run' | null; at: number };

/** Where it begins: a wish in plain words, and the files it is about. */
export function PromptBox({
  model,
  offered,
  onBusy,
}: {
  model: string | null;
  offered: Offered | null;
  onBusy?: (busy: boolean) => void;
}) {
  const router = useRouter();
  const [typed, setPrompt] = useState('');
  const [planner, setPlanner] = useState<'auto' | 'offline'>('auto');
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const [busy, setBusy] = useState<'draft' | 'run' | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [dragging, setDragging] = useState(false);
  /** what an example asks to be attached, in words */
  const [wanted, setWanted] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const counter = useRef(0);
  // A draft that failed or was cancelled leads back here: what was asked is asked again, not typed again.
  useEffect(() => {
    const kept = keptPrompt();
    if (!kept) return;
    setPrompt((now) => now || kept.prompt);
    setAttachments((now) => (now.length > 0 ? now : kept.files.map((done) => attachmentOf(done, ++counter.current))));
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each offer is taken once
  useEffect(() => {
    if (!offered) return;
    setPrompt(offered.prompt);
    setAttachments(offered.files.map((done) => attachmentOf(done, ++counter.current)));
    if (offered.send) void submit(offered.send === 'run', offered);
    else text.current?.focus();
  }, [offered]);
  useEffect(() => onBusy?.(busy !== null), [busy, onBusy]);
  // A file may be dropped anywhere on the page; elsewhere the browser would leave the page and show the file.
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setDragging(false);
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragging(false);
      latest.current(event.dataTransfer!.files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  const uploading = attachments.some(({ done, problem: failed }) => !done && !failed);

  const change = (id: number, patch: Partial<Attachment>) =>
    setAttachments((all) => all.map((one) => (one.id === id ? { ...one, ...patch } : one)));

  function send(id: number, file: File, abort: AbortController) {
    uploadFile(file, { signal: abort.signal, onProgress: (share) => change(id, { share }) }).then(
      (done) => change(id, { done, share: 1 }),
      (error) => change(id, { problem: viewOf(error) }),
    );
  }

  function attach(files: FileList | File[]) {
    const list = [...files];
    if (attachments.length + list.length > MAX_FILES) {
      setProblem({
        code: 'TOO_MANY_FILES',
        message: `${attachments.length + list.length} files are too many.`,
        hint: `At most ${MAX_FILES} go with a prompt; the first ones were kept.`,
      });
    } else setProblem(null);
    for (const file of list.slice(0, MAX_FILES - attachments.length)) {
      const id = ++counter.current;
      const abort = new AbortController();
      setAttachments((all) => [
        ...all,
        { id, file, name: file.name, bytes: file.size, share: 0, done: null, problem: null, abort },
      ]);
      send(id, file, abort);
    }
  }

  function remove(attachment: Attachment) {
    attachment.abort.abort();
    setAttachments((all) => all.filter(({ id }) => id !== attachment.id));
  }

  const latest = useRef(attach);
  latest.current = attach;

  async function submit(run: boolean, given?: Offered) {
    setProblem(null);
    setBusy(run ? 'run' : 'draft');
    const prompt = given?.prompt ?? typed;
    const files = given?.files ?? attachments.flatMap(({ done }) => (done ? [done] : []));
    const answer = await startDraftAction({ prompt, files, planner, run }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    if (!answer.ok) {
      setBusy(null);
      setProblem(answer.problem);
      text.current?.focus();
      return;
    }
    const { jobId, workflowId } = answer.value;
    if (workflowId) forgetPrompt();
    else keepPrompt({ prompt, files });
    router.push(workflowId ? `/workflows/${workflowId}?draft=1` : `/draft/${jobId}`);
  }

  return (
    <section aria-label="Describe a workflow">
      <form
        className={cn(
          'relative rounded-2xl border border-border-strong bg-surface shadow-2 transition-shadow focus-within:border-accent focus-within:shadow-3',
          dragging && 'border-accent',
        )}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(false);
        }}
      >
        <label htmlFor="prompt" className="sr-only">
          Describe what should happen
        </label>
        <textarea
          id="prompt"
          ref={text}
          value={typed}
          // biome-ignore lint/a11y/noAutofocus: the page has one purpose, and it is this field
          autoFocus
          rows={3}
          placeholder="Describe what should happen…"
          className="block max-h-72 min-h-24 w-full resize-none bg-transparent px-5 pt-4 pb-2 text-base leading-relaxed outline-none [field-sizing:content] placeholder:text-muted"
          onChange={(event) => setPrompt(event.target.value)}
          onPaste={(event) => event.clipboardData.files.length > 0 && attach(event.clipboardData.files)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
              event.preventDefault();
              void submit(event.shiftKey);
            }
          }}
        />
        {attachments.length > 0 ? (
          <ul className="flex flex-wrap gap-2 px-4 pb-2" aria-label="Attached files">
            {attachments.map((attachment) => (
              <AttachmentChip
                key={attachment.id}
                attachment={attachment}
                onRemove={() => remove(attachment)}
                onRetry={() => {
                  change(attachment.id, { problem: null, share: 0 });
                  send(attachment.id, attachment.file!, attachment.abort);
                }}
              />
            ))}
          </ul>
        ) : null}
        {wanted && attachments.length === 0 ? (
          <p role="status" className="px-5 pb-2 text-sm text-muted">
            This one works on {wanted}.{' '}
            <button
              type="button"
              className="rounded-sm text-accent underline-offset-2 hover:underline"
              onClick={() => picker.current?.click()}
            >
              Choose it now
            </button>{' '}
            or drop it here; without it you are asked when it runs.
          </p>
        ) : null}
        <div className="flex flex-wrap items-center gap-2 px-3 pb-3">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files"
            onChange={(event) => {
              if (event.target.files) attach(event.target.files);
              event.target.value = '';
            }}
          />
          <Button variant="ghost" size="sm" onClick={() => picker.current?.click()}>
            <Paperclip className="size-4" aria-hidden /> Add File Inputs
          </Button>
          <Select
            size="sm"
            aria-label="Planner"
            className="!w-auto max-w-56 min-w-48 !border-transparent !bg-transparent hover:!bg-hover"
            value={model ? planner : 'offline'}
            onChange={(value) => setPlanner(value as 'auto' | 'offline')}
            options={[
              ...(model ? [{ value: 'auto', label: model }] : []),
              { value: 'offline', label: 'Offline planner (no key)' },
            ]}
          />
          <div className="ml-auto flex items-center gap-2">
            <Button
              type="button"
              busy={busy === 'run'}
              disabled={uploading || busy !== null}
              onClick={() => void submit(true)}
            >
              <Play className="size-3.5" aria-hidden /> Draft &amp; run
            </Button>
            <Button type="submit" variant="accent" busy={busy === 'draft'} disabled={uploading || busy !== null}>
              <ArrowUp className="size-4" aria-hidden /> Draft
            </Button>
          </div>
        </div>
        {dragging ? (
          <div className="pointer-events-none absolute inset-0 flex items-center justify-center rounded-2xl bg-accent-soft/90 text-base font-medium text-accent">
            Drop the files here
          </div>
        ) : null}
      </form>
      {problem ? <ErrorNote problem={problem} className="mt-3" /> : null}
      <fieldset className="mt-4 min-w-0">
        <legend className="sr-only">Examples</legend>
        <div className="fade-x flex gap-2 sm:flex-wrap max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 max-sm:[scrollbar-width:none]">
          {EXAMPLES.map((example) => (
            <button
              key={example.label}
              type="button"
              className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full border border-border-strong bg-surface px-3 text-sm text-muted transition-colors hover:border-accent hover:text-text"
              onClick={() => {
                setPrompt(example.prompt);
                setWanted(example.file ?? null);
                text.current?.focus();
              }}
            >
              {example.label}
              {example.file ? <span className="text-xs whitespace-nowrap">+ {example.file}</span> : null}
            </button>
          ))}
        </div>
      </fieldset>
    </section>
  );
}

const attachmentOf = (done: AttachedFile, id: number): Attachment => ({
  id,
  file: null,
  name: done.name,
  bytes: done.bytes,
  share: 1,
  done,
  problem: null,
  abort: new AbortController(),
});

function AttachmentChip({
  attachment,
  onRemove,
  onRetry,
}: {
  attachment: Attachment;
  onRemove: () => void;
  onRetry: () => void;
}) {
  const { name, share, done, problem } = attachment;
  return (
    <li
      className={cn(
        'relative flex max-w-full items-center gap-2 overflow-hidden rounded-lg border bg-sunken py-1 pr-1 pl-2 text-sm',
        problem && 'border-danger/60',
      )}
    >
      <FileText className="size-4 shrink-0 text-muted" aria-hidden />
      <span className="min-w-0">
        <span className="block max-w-56 truncate">{name}</span>
        <span
          className={cn('block text-xs', problem ? 'text-danger' : 'text-muted')}
          role={problem ? 'alert' : undefined}
        >
          {problem
            ? problem.message
            : done
              ? `${bytes(attachment.bytes)} · attached`
              : `${Math.round(share * 100)} % of ${bytes(attachment.bytes)}`}
        </span>
      </span>
      {problem && attachment.file ? (
        <IconButton size="sm" label={`Try ${name} again`} onClick={onRetry}>
          <RotateCw className="size-3.5" />
        </IconButton>
      ) : null}
      <IconButton size="sm" label={done ? `Remove ${name}` : `Cancel ${name}`} onClick={onRemove}>
        <X className="size-3.5" />
      </IconButton>
      {!done && !problem ? (
        <span
          aria-hidden
          className="absolute bottom-0 left-0 h-0.5 bg-accent transition-[width]"
          style={{ width: `${share * 100}%` }}
        />
      ) : null}
    </li>
  );
}
