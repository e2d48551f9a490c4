'use client';
import { History } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { RunTable } from '@/components/runs/RunTable';
import { Ago, Button, Section } from '@/components/ui';
import type { QuerySummary, RunSummary, WorkflowSummary } from '@/lib/usecases/types';
import { PromptBox } from './PromptBox';
import { RunByUrl } from './RunByUrl';
import { NewWorkflowButtons, WorkflowList } from './WorkflowList';

type HomeProps = { workflows: WorkflowSummary[]; queries: QuerySummary[]; runs: RunSummary[]; model: string | null };

export function HomeScreen({ workflows, queries, runs, model }: HomeProps) {
  const [reused, setReused] = useState<{ prompt: string; at: number } | null>(null);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-8 px-4 py-8 sm:px-8 lg:py-12">
      <div className="mx-auto w-full max-w-3xl">
        <h1 className="mb-5 text-center text-2xl font-semibold tracking-tight text-balance sm:text-3xl">
          What should happen?
        </h1>
        <PromptBox model={model} reused={reused} />
      </div>
      <Section
        title="Recent workflows"
        aside={
          <div className="flex gap-2">
            {workflows.length > 0 ? <NewWorkflowButtons /> : null}
            {workflows.length > 8 ? (
              <Button asChild size="sm" variant="ghost">
                <Link href="/workflows">All {workflows.length}</Link>
              </Button>
            ) : null}
          </div>
        }
      >
        <WorkflowList workflows={workflows} limit={8} />
      </Section>
      <div className="grid gap-8 lg:grid-cols-2">
        <Section title="Latest runs" className="min-w-0 [&>div]:p-0">
          <RunTable runs={runs} limit={8} />
        </Section>
        <Section title="Recent queries" className="min-w-0">
          {queries.length === 0 ? (
            <p className="py-6 text-center text-sm text-muted">What you ask for is kept here, to be asked again.</p>
          ) : (
            <ul className="-my-2 flex max-h-80 flex-col divide-y overflow-y-auto">
              {queries.map((query) => (
                <li key={query.id} className="flex items-start gap-3 py-2.5">
                  <History className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden />
                  <div className="min-w-0 flex-1">
                    <p className="line-clamp-2 text-sm">{query.prompt}</p>
                    <p className="mt-0.5 text-xs text-muted">
                      <Ago at={query.at} />
                      {query.files.length > 0 ? ` · ${query.files.map(({ name }) => name).join(', ')}` : ''}
                      {query.workflowId && workflows.some(({ id }) => id === query.workflowId) ? (
                        <>
                          {' · '}
                          <Link
                            className="text-accent underline-offset-2 hover:underline"
                            href={`/workflows/${query.workflowId}`}
                          >
                            its workflow
                          </Link>
                        </>
                      ) : null}
                    </p>
                  </div>
                  <Button
                    size="sm"
                    variant="ghost"
                    onClick={() => {
                      setReused({ prompt: query.prompt, at: Date.now() });
                      window.scrollTo({ top: 0, behavior: 'smooth' });
                    }}
                  >
                    Ask again
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>
      <Section title="Run by URL">
        <RunByUrl workflows={workflows} />
      </Section>
    </div>
  );
}
