'use client';
import { CircleCheck, FilePenLine, Play, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button, CodeField, Dialog, durationText, ErrorNote, JsonView, Spinner, Tabs } from '@/components/ui';
import { keepWrittenAction, tryWrittenAction } from '@/lib/actions/functions';
import type { Json } from '@/lib/base/json';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { FunctionTry, WrittenView } from '@/lib/usecases/types';
import type { Writing } from './useWriting';

type Props = {
  title: string;
  /** the model's name */
  writer: string;
  writing: Writing;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAgain: () => void;
  onKept: (manifest: FunctionManifest) => void;
};

/** What a model writes for a step: seen as it comes, looked at, changed, tried, and then kept or not. */
export function WrittenReview(props: Props) {
  const { title, writer, writing, open, onOpenChange } = props;
  if (writing.written) return <Review {...props} key={writing.written.name} written={writing.written} />;
  return (
    <Dialog
      open={open && writing.busy}
      onOpenChange={onOpenChange}
      size="xl"
      title={`A function for “${title}”`}
      description="Only its text is written. Nothing of it is run."
      footer={<Button onClick={writing.cancel}>Cancel</Button>}
    >
      <p role="status" className="mb-3 flex items-center gap-2 text-sm font-medium">
        <Spinner /> {writer} is writing…
      </p>
      <CodeField value={writing.source} readOnly language="javascript" label="Handler so far" height="22rem" />
    </Dialog>
  );
}

type Tried = { files: string; input: string; result: FunctionTry & { unfit: string | null } };

function Review({ title, writing, open, onOpenChange, onAgain, onKept, written }: Props & { written: WrittenView }) {
  const [files, setFiles] = useState(written.files);
  const [input, setInput] = useState(() => JSON.stringify(written.example, null, 2));
  const [tried, setTried] = useState<Tried | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState<'try' | 'keep' | null>(null);
  const now = JSON.stringify(files);
  const current = tried?.files === now ? tried.result : null;
  const bad = current !== null && (!current.ok || current.unfit !== null);

  /** @returns whether it did what its manifest says */
  async function tryIt(): Promise<boolean> {
    setProblem(null);
    setTried(null);
    let value: Json;
    try {
      value = JSON.parse(input) as Json;
    } catch (error) {
      setProblem({
        code: 'UNEXPECTED',
        message: `The example is not JSON: ${error instanceof Error ? error.message : error}`,
        hint: 'Mend it, and try again.',
      });
      return false;
    }
    const answer = await tryWrittenAction({ name: written.name, files, input: value }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    if (!answer.ok) {
      setProblem(answer.problem);
      return false;
    }
    setTried({ files: now, input, result: answer.value });
    return answer.value.ok && answer.value.unfit === null;
  }

  async function keep(anyway: boolean) {
    setBusy('keep');
    const works = anyway || (current !== null && !bad) || (await tryIt());
    if (!works) return setBusy(null);
    const answer = await keepWrittenAction({ name: written.name, files, by: written.by }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(null);
    if (answer.ok) onKept(answer.value);
    else setProblem(answer.problem);
  }

  const failed = bad || problem !== null;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="xl"
      title={`A function for “${title}”`}
      description={
        written.by === null
          ? 'A plain stub: it answers made-up data until you write its handler.'
          : `Written by ${written.by}. It is not kept yet, and nothing of it is run before you try or keep it.`
      }
      footer={
        <>
          <Button variant="ghost" disabled={busy !== null} onClick={writing.discard}>
            Discard
          </Button>
          <Button disabled={busy !== null} onClick={onAgain}>
            Write again
          </Button>
          {failed ? (
            <Button busy={busy === 'keep'} onClick={() => void keep(true)}>
              Keep anyway
            </Button>
          ) : null}
          <Button
            variant="primary"
            busy={busy === 'keep'}
            disabled={busy === 'try'}
            onClick={() => void keep(false)}
            title="Tried on the example first"
          >
            {current && !bad ? 'Keep' : 'Try and keep'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {written.by === null ? (
          <ErrorNote
            tone="warning"
            problem={{
              message: 'The model could not write it, so this is a plain stub.',
              hint: written.reason ?? '',
            }}
          />
        ) : (
          <p className="flex items-center gap-2 rounded-lg border border-accent/40 bg-accent-soft px-3 py-2 text-sm">
            <FilePenLine className="size-4 shrink-0 text-accent" aria-hidden />
            <span>
              Written by <strong className="font-medium">{written.by}</strong>. Read it as you would a stranger’s code.
            </span>
          </p>
        )}
        {written.alerts.length > 0 ? (
          <ul aria-label="Look at this first" className="flex flex-col gap-1.5">
            {written.alerts.map((alert) => (
              <li key={alert} className="flex items-start gap-2 text-sm">
                <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warning" aria-hidden />
                <span className="min-w-0 break-words">{alert}</span>
              </li>
            ))}
          </ul>
        ) : null}
        <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
          <div className="min-w-0">
            <Tabs
              label="Files"
              contentClassName="pt-3"
              tabs={files.map(({ file, content }) => ({
                id: file,
                label: NAMES[file] ?? file,
                content: (
                  <CodeField
                    value={content}
                    onChange={(text) =>
                      setFiles((all) => all.map((one) => (one.file === file ? { ...one, content: text } : one)))
                    }
                    language={file.endsWith('.json') ? 'json' : 'javascript'}
                    label={file}
                    lineNumbers
                    height="22rem"
                  />
                ),
              }))}
            />
          </div>
          <section aria-label="Try it" className="flex min-w-0 flex-col gap-3">
            <h3 className="text-sm font-medium">Try it on an example</h3>
            <CodeField value={input} onChange={setInput} label="Example input" minHeight="5rem" maxHeight="12rem" />
            <div>
              <Button
                variant="accent"
                size="sm"
                busy={busy === 'try'}
                disabled={busy === 'keep'}
                onClick={async () => {
                  setBusy('try');
                  await tryIt();
                  setBusy(null);
                }}
              >
                <Play className="size-3.5" aria-hidden /> Try it
              </Button>
            </div>
            <div aria-live="polite" className="flex flex-col gap-2">
              {problem ? <ErrorNote problem={problem} /> : null}
              {tried ? <Outcome tried={tried} written={written} stale={current === null} /> : null}
            </div>
          </section>
        </div>
      </div>
    </Dialog>
  );
}

const NAMES: Record<string, string> = {
  'index.mjs': 'Handler',
  'index.test.mjs': 'Test',
  'function.json': 'Manifest',
};

function Outcome({ tried: { result, input }, written, stale }: { tried: Tried; written: WrittenView; stale: boolean }) {
  if (result.error)
    return (
      <ErrorNote
        problem={{
          message: `${result.error.type}: ${result.error.message}`,
          hint: 'Mend the handler, or write again.',
        }}
      />
    );
  const example = written.expected !== null && input === JSON.stringify(written.example, null, 2);
  const same = example && JSON.stringify(result.output) === JSON.stringify(written.expected);
  return (
    <>
      {result.unfit ? (
        <ErrorNote tone="warning" problem={{ message: result.unfit, hint: 'Later steps read what its output says.' }} />
      ) : (
        <p className="flex items-start gap-2 text-sm">
          <CircleCheck className="mt-0.5 size-4 shrink-0 text-success" aria-hidden />
          <span>
            It answered in {durationText(result.ms)}
            {stale ? ', before you changed it' : ''}
            {same ? ': just what its author said it would.' : ', and the answer fits its output.'}
          </span>
        </p>
      )}
      <JsonView value={result.output} label="What it gave" />
      {example && !same ? (
        <details>
          <summary className="cursor-pointer text-sm text-muted">What its author said it would give</summary>
          <JsonView value={written.expected} label="What its author said" />
        </details>
      ) : null}
    </>
  );
}
