'use client';
import { GitCompareArrows, History } from 'lucide-react';
import Link from 'next/link';
import { lazy, Suspense, useState } from 'react';
import { Ago, Button, IconButton } from '@/components/ui';
import type { AttachedFile } from '@/lib/draft/plan';
import type { QuerySummary, WorkflowSummary } from '@/lib/usecases/types';

/** With the canvas, which this page does without until somebody compares. */
const CompareQueries = lazy(() => import('./CompareQueries').then((module) => ({ default: module.CompareQueries })));

/** What was asked for: to be changed in the box above and asked again, drafted anew as it stands, or what came of two of them compared. */
export function Queries({
  queries,
  workflows,
  onOffer,
  busy,
}: {
  queries: QuerySummary[];
  workflows: Pick<WorkflowSummary, 'id'>[];
  onOffer: (prompt: string, files: AttachedFile[], send: 'draft' | null) => void;
  busy: boolean;
}) {
  const [compared, setCompared] = useState<string | null>(null);
  const drafted = queries.filter(({ workflowId }) => workflows.some(({ id }) => id === workflowId));
  const comparable = new Set(drafted.map(({ workflowId }) => workflowId)).size > 1;
  if (queries.length === 0)
    return <p className="py-6 text-center text-sm text-muted">What you ask for is kept here, to be asked again.</p>;
  return (
    <>
      <ul className="-my-2 flex max-h-96 flex-col divide-y overflow-y-auto">
        {queries.map((query) => (
          <li key={query.id} className="flex flex-wrap items-start gap-x-3 gap-y-1 py-2.5">
            <History className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden />
            <div className="min-w-40 flex-1">
              <p className="line-clamp-2 text-sm">{query.prompt}</p>
              <p className="mt-0.5 text-xs text-muted">
                <Ago at={query.at} />
                {query.files.length > 0 ? ` · ${query.files.map(({ name }) => name).join(', ')}` : ''}
                {query.workflowId && workflows.some(({ id }) => id === query.workflowId) ? (
                  <>
                    {' · '}
                    <Link
                      className="rounded-sm text-accent underline-offset-2 hover:underline"
                      href={`/workflows/${query.workflowId}`}
                    >
                      its workflow
                    </Link>
                  </>
                ) : null}
              </p>
            </div>
            <div className="ml-auto flex shrink-0 gap-1">
              <Button
                size="sm"
                variant="ghost"
                disabled={busy}
                aria-label={`Reuse: ${query.prompt}`}
                onClick={() => onOffer(query.prompt, query.files, null)}
              >
                Reuse
              </Button>
              <Button
                size="sm"
                variant="ghost"
                disabled={busy}
                aria-label={`Draft again: ${query.prompt}`}
                onClick={() => onOffer(query.prompt, query.files, 'draft')}
              >
                Draft again
              </Button>
              {comparable && drafted.includes(query) ? (
                <IconButton
                  size="sm"
                  label={`Compare with another: ${query.prompt}`}
                  onClick={() => setCompared(query.id)}
                >
                  <GitCompareArrows className="size-3.5" />
                </IconButton>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {compared !== null ? (
        <Suspense fallback={null}>
          <CompareQueries queries={drafted} first={compared} onClose={() => setCompared(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
