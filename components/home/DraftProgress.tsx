'use client';
import { Check, CircleDashed } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { DraftGraph } from '@/components/ask/DraftGraph';
import { Crumbs, useJob, useKeys } from '@/components/shell';
import { Button, cn, countText, ErrorNote, Kbd, Skeleton, Spinner } from '@/components/ui';
import { cancelJobAction } from '@/lib/actions/drafts';
import type { DraftPhase, PlanStep } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { JobView } from '@/lib/usecases/types';
import { forgetPrompt, keptPrompt } from './kept-prompt';

const PHASES: { id: DraftPhase; words: string }[] = [
  { id: 'understanding', words: 'Understanding the request' },
  { id: 'picking', words: 'Picking functions' },
  { id: 'wiring', words: 'Wiring outputs to inputs' },
  { id: 'checking', words: 'Checking' },
];

/** A draft as it is made, on the canvas and as a list; it gives way to the editor, or to the run, as soon as there is one. */
export function DraftProgress({
  jobId,
  initial,
  functions,
}: {
  jobId: string;
  initial: JobView | null;
  functions: FunctionManifest[];
}) {
  const router = useRouter();
  const { job: live, problem } = useJob(jobId);
  const job = live ?? initial;
  const [prompt, setPrompt] = useState<string | null>(null);
  useEffect(() => setPrompt(keptPrompt()?.prompt ?? null), []);

  useEffect(() => {
    if (job?.workflowId) forgetPrompt();
    if (job?.status !== 'done' || !job.workflowId) return;
    router.replace(job.runId ? `/runs/${job.runId}` : `/workflows/${job.workflowId}?draft=1`);
  }, [job, router]);

  useEffect(() => {
    if (job?.status === 'cancelled') router.replace('/');
  }, [job?.status, router]);

  // Not while a dialog is open: there Esc closes the dialog.
  useKeys({ discard: () => void cancelJobAction(jobId) });

  const failure = job?.problem ?? (job ? null : problem);
  if (failure) {
    return (
      <div className="mx-auto w-full max-w-2xl p-6">
        <ErrorNote
          problem={failure}
          actions={
            <>
              {job?.workflowId ? (
                <Button asChild size="sm">
                  <Link href={`/workflows/${job.workflowId}?draft=1`}>Open the draft</Link>
                </Button>
              ) : null}
              <Button asChild size="sm">
                <Link href="/">Back to the prompt</Link>
              </Button>
            </>
          }
        />
      </div>
    );
  }

  const running = job?.phase === 'deploying' || job?.phase === 'starting';
  const title = running ? 'Getting ready to run…' : 'Planning…';
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Crumbs items={[{ label: 'Workflows', href: '/workflows' }, { label: 'New draft' }]} />
      <header className="flex shrink-0 flex-wrap items-center gap-x-6 gap-y-2 border-b bg-surface px-4 py-2">
        <h1 className="text-sm font-semibold">{title}</h1>
        <Phases job={job} running={running} />
        <Button size="sm" className="ml-auto max-sm:order-1" onClick={() => void cancelJobAction(jobId)}>
          Cancel{' '}
          <span className="max-sm:hidden">
            <Kbd>Esc</Kbd>
          </span>
        </Button>
      </header>
      <div className="flex min-h-0 flex-1 max-lg:flex-col">
        <section aria-label="The draft so far" className="min-h-0 min-w-0 flex-1">
          <DraftGraph ghosts={job?.ghosts ?? null} functions={functions} />
        </section>
        <aside
          aria-label="What is being drafted"
          className="flex min-h-0 w-[320px] shrink-0 flex-col gap-4 overflow-y-auto border-l bg-surface p-4 max-lg:h-[38%] max-lg:w-full max-lg:border-t max-lg:border-l-0"
        >
          {prompt ? (
            <div>
              <h2 className="mb-1 text-xs font-medium text-muted">You asked for</h2>
              <p className="line-clamp-6 text-sm break-words whitespace-pre-wrap">{prompt}</p>
            </div>
          ) : null}
          <StepsSoFar steps={job?.plan?.steps ?? []} />
        </aside>
      </div>
      <Told job={job} title={title} />
    </div>
  );
}

/** Which part of the work is done, under way, and to come. */
function Phases({ job, running }: { job: JobView | null; running: boolean }) {
  const at = PHASES.findIndex(({ id }) => id === job?.phase);
  const all = PHASES.map(({ id, words }, i) => ({
    id: id as string,
    words,
    state: running || i < at ? 'done' : i === at ? 'now' : 'later',
  }));
  if (running)
    all.push({
      id: 'running',
      words:
        job?.phase === 'starting' ? 'Starting the run' : `Deploying functions${job?.detail ? ` · ${job.detail}` : ''}`,
      state: 'now',
    });
  return (
    <ol aria-label="Progress" className="flex max-sm:order-2 max-sm:w-full flex-wrap items-center gap-x-4 gap-y-1">
      {all.map(({ id, words, state }) => (
        <li
          key={id}
          aria-current={state === 'now' ? 'step' : undefined}
          className={cn('flex items-center gap-1.5 text-xs', state === 'now' ? 'font-medium' : 'text-muted')}
        >
          <span className="flex size-4 items-center justify-center">
            {state === 'done' ? (
              <Check className="size-3.5 text-success" role="img" aria-label="done:" />
            ) : state === 'now' ? (
              <Spinner className="text-accent" />
            ) : (
              <CircleDashed className="size-3.5" aria-hidden />
            )}
          </span>
          {words}
        </li>
      ))}
    </ol>
  );
}

/** The same as the canvas shows, as a list. */
function StepsSoFar({ steps }: { steps: readonly PlanStep[] }) {
  return (
    <div>
      <h2 className="mb-1 text-xs font-medium text-muted">Steps so far</h2>
      <ol className="flex flex-col" aria-label="Steps so far">
        {steps.map((step) => (
          <li key={step.id} className="flex min-h-8 animate-fade items-center gap-2 border-b text-sm last:border-0">
            <span className="w-3 shrink-0 text-center text-success" aria-hidden>
              +
            </span>
            <span className="min-w-0 truncate font-medium">{step.title}</span>
            <span className="ml-auto max-w-[45%] shrink-0 truncate text-xs text-muted">
              {step.kind === 'function' ? step.functionName : step.kind}
            </span>
          </li>
        ))}
        {steps.length === 0 ? [1, 2, 3].map((n) => <Skeleton key={n} className="my-1 h-6" />) : null}
      </ol>
    </div>
  );
}

/** How often at most what is written is told aloud, ms: a step that comes while another is read out would cut it short. */
const TELL_EVERY = 4000;

/** For those who hear the page: the phase at once, the steps from time to time. */
function Told({ job, title }: { job: JobView | null; title: string }) {
  const phase = PHASES.find(({ id }) => id === job?.phase)?.words ?? title;
  const steps = job?.plan?.steps ?? [];
  const last = steps.at(-1)?.title;
  const words = last ? `${countText(steps.length, 'step')} so far, the last one “${last}”.` : '';
  const [told, setTold] = useState('');
  const next = useRef(words);
  next.current = words;
  useEffect(() => {
    const timer = setInterval(() => setTold(next.current), TELL_EVERY);
    return () => clearInterval(timer);
  }, []);
  return (
    <p role="status" className="sr-only">
      {phase}. {told}
    </p>
  );
}
