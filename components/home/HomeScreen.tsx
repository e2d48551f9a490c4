'use client';
import Link from 'next/link';
/**
 * The first page: what should happen, and what has happened.
 *
 *   nothing made yet ──▶ the prompt and three doors
 *   else             ──▶ the prompt, the last day in numbers, workflows, runs, earlier prompts, running by URL
 *
 * @module
 */
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { RunTable } from '@/components/runs/RunTable';
import { useStream } from '@/components/shell';
import { Button, Section } from '@/components/ui';
import type { AttachedFile } from '@/lib/draft/plan';
import type { OverviewView, QuerySummary, RunSummary, WorkflowSummary } from '@/lib/usecases/types';
import { Dashboard } from './Dashboard';
import { Doors } from './Doors';
import { EXAMPLES } from './examples';
import { type Offered, PromptBox } from './PromptBox';
import { Queries } from './Queries';
import { RunByUrl } from './RunByUrl';
import { NewWorkflowButtons, WorkflowList } from './WorkflowList';

type HomeProps = {
  /** those changed last */
  workflows: WorkflowSummary[];
  /** all of them */
  names: { id: string; name: string }[];
  queries: QuerySummary[];
  runs: RunSummary[];
  overview: OverviewView;
  model: string | null;
};

/** ms: a burst of news is one refresh */
const SETTLE = 600;

export function HomeScreen({ workflows, names, queries, runs, overview, model }: HomeProps) {
  const [offered, setOffered] = useState<Offered | null>(null);
  const [busy, setBusy] = useState(false);
  useFreshRuns(runs);
  const offer = useCallback((prompt: string, files: AttachedFile[], send: Offered['send']) => {
    setOffered({ prompt, files, send, at: Date.now() });
    window.scrollTo({ top: 0 });
    document.getElementById('main')?.scrollTo({ top: 0 });
  }, []);
  const empty = workflows.length === 0 && runs.length === 0;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-8 sm:px-8 lg:py-10">
      <div className={empty ? 'mx-auto w-full max-w-3xl pt-[6vh]' : 'mx-auto w-full max-w-3xl'}>
        <h1 className="mb-5 text-center text-2xl font-semibold tracking-tight text-balance sm:text-3xl">
          What should happen?
        </h1>
        <PromptBox model={model} offered={offered} onBusy={setBusy} />
      </div>
      {empty ? (
        <div className="mx-auto w-full max-w-3xl">
          <Doors busy={busy} onDemo={() => offer(EXAMPLES[0]!.prompt, [], 'run')} />
        </div>
      ) : (
        <>
          <Dashboard overview={overview} />
          <Section
            title="Recent workflows"
            aside={
              <div className="flex gap-2">
                {workflows.length > 0 ? <NewWorkflowButtons /> : null}
                {names.length > workflows.length ? (
                  <Button asChild size="sm" variant="ghost">
                    <Link href="/workflows">All {names.length}</Link>
                  </Button>
                ) : null}
              </div>
            }
          >
            <WorkflowList workflows={workflows} inSection />
          </Section>
          <div className="grid gap-6 lg:grid-cols-2">
            <Section title="Latest runs" className="min-w-0 [&>div]:p-0">
              <RunTable runs={runs} limit={8} />
            </Section>
            <Section title="Recent queries" className="min-w-0">
              <Queries queries={queries} workflows={names} onOffer={offer} busy={busy} />
            </Section>
          </div>
          {workflows.length > 0 ? (
            <Section title="Run by URL">
              <RunByUrl workflows={names} />
            </Section>
          ) : null}
        </>
      )}
    </div>
  );
}

/** When a run begins or ends, the numbers and the workflows' last statuses are asked for again. */
function useFreshRuns(runs: RunSummary[]): void {
  const router = useRouter();
  const known = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    known.current = new Map(runs.map(({ id, status }) => [id, status]));
  }, [runs]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useStream((message) => {
    if (message.kind !== 'run' || known.current.get(message.run.id) === message.run.status) return;
    known.current.set(message.run.id, message.run.status);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => router.refresh(), SETTLE);
  });
}
