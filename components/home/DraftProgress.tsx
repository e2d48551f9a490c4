'use client';
import { Check, CircleDashed } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useJob } from '@/components/shell/Stream';
import { Button, Card, cn, ErrorNote, Kbd, Skeleton, Spinner } from '@/components/ui';
import { cancelJobAction } from '@/lib/actions/drafts';
import type { DraftPhase } from '@/lib/draft/plan';
import type { JobView } from '@/lib/usecases/types';
import { forgetPrompt } from './kept-prompt';

const PHASES: { id: DraftPhase; words: string }[] = [
  { id: 'understanding', words: 'Understanding the request' },
  { id: 'picking', words: 'Picking functions' },
  { id: 'wiring', words: 'Wiring outputs to inputs' },
  { id: 'checking', words: 'Checking' },
];

/** A draft as it is made; it gives way to the editor, or to the run, as soon as there is one. */
export function DraftProgress({ jobId, initial }: { jobId: string; initial: JobView | null }) {
  const router = useRouter();
  const { job: live, problem } = useJob(jobId);
  const job = live ?? initial;

  useEffect(() => {
    if (job?.workflowId) forgetPrompt();
    if (job?.status !== 'done' || !job.workflowId) return;
    router.replace(job.runId ? `/runs/${job.runId}` : `/workflows/${job.workflowId}?draft=1`);
  }, [job, router]);

  useEffect(() => {
    if (job?.status === 'cancelled') router.replace('/');
  }, [job?.status, router]);

  useEffect(() => {
    const cancel = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void cancelJobAction(jobId);
    };
    window.addEventListener('keydown', cancel);
    return () => window.removeEventListener('keydown', cancel);
  }, [jobId]);

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

  const at = PHASES.findIndex(({ id }) => id === job?.phase);
  const running = job?.phase === 'deploying' || job?.phase === 'starting';
  const steps = job?.plan?.steps ?? [];
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-5 p-6 pt-[12vh]">
      <h1 className="text-lg font-semibold">{running ? 'Getting ready to run…' : 'Planning…'}</h1>
      <Card className="p-5">
        <ol className="flex flex-col gap-3" aria-live="polite">
          {PHASES.map(({ id, words }, i) => {
            const state = running || i < at ? 'done' : i === at ? 'now' : 'later';
            return (
              <li key={id} className={cn('flex items-center gap-3 text-sm', state === 'later' && 'text-muted')}>
                <span className="flex size-5 items-center justify-center">
                  {state === 'done' ? (
                    <Check className="size-4 text-success" aria-label="done" />
                  ) : state === 'now' ? (
                    <Spinner className="text-accent" />
                  ) : (
                    <CircleDashed className="size-4" aria-hidden />
                  )}
                </span>
                {words}
              </li>
            );
          })}
          {running ? (
            <li className="flex items-center gap-3 text-sm">
              <span className="flex size-5 items-center justify-center">
                <Spinner className="text-accent" />
              </span>
              {job?.phase === 'starting'
                ? 'Starting the run'
                : `Deploying functions${job?.detail ? ` · ${job.detail}` : ''}`}
            </li>
          ) : null}
        </ol>
      </Card>
      <ul className="flex flex-col gap-2" aria-label="Steps so far">
        {steps.map((step) => (
          <li
            key={step.id}
            className="flex h-12 animate-fade items-center gap-3 rounded-lg border border-dashed border-success/60 bg-surface px-4 text-sm"
          >
            <span className="text-success" aria-hidden>
              +
            </span>
            <span className="font-medium">{step.title}</span>
            <span className="ml-auto truncate text-xs text-muted">
              {step.kind === 'function' ? step.functionName : step.kind}
            </span>
          </li>
        ))}
        {steps.length === 0 ? [1, 2, 3].map((n) => <Skeleton key={n} className="h-12" />) : null}
      </ul>
      <div>
        <Button onClick={() => void cancelJobAction(jobId)}>
          Cancel <Kbd>Esc</Kbd>
        </Button>
      </div>
    </div>
  );
}
