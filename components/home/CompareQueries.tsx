'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { MARKS } from '@/components/ask/marks';
import { storeToLookAt } from '@/components/editor/ReadOnlyGraph';
import { EditorProvider } from '@/components/editor/state/context';
import { Comparison } from '@/components/editor/versions/Comparison';
import { cn, countText, Dialog, ErrorNote, Field, Select, Skeleton } from '@/components/ui';
import { compareDraftsAction } from '@/lib/actions/versions';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { DraftSteps, DraftsComparison, QuerySummary } from '@/lib/usecases/types';

/** What came of two wishes, side by side: their steps, and one picture of both in which the differences are marked. */
export function CompareQueries({
  queries,
  first,
  onClose,
}: {
  /** those that have a workflow, the newest first */
  queries: QuerySummary[];
  first: string;
  onClose: () => void;
}) {
  const another = (id: string) => {
    const { workflowId } = queries.find((query) => query.id === id) ?? {};
    return queries.find((query) => query.workflowId !== workflowId)?.id ?? id;
  };
  const [left, setLeft] = useState(() => another(first));
  const [right, setRight] = useState(first);
  const [found, setFound] = useState<DraftsComparison | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const workflowOf = (id: string) => queries.find((query) => query.id === id)?.workflowId ?? '';
  const [before, after] = [workflowOf(left), workflowOf(right)];

  useEffect(() => {
    let late = false;
    setFound(null);
    setProblem(null);
    void compareDraftsAction({ before, after })
      .catch((error) => ({ ok: false as const, problem: viewOf(error) }))
      .then((answer) => {
        if (late) return;
        if (answer.ok) setFound(answer.value);
        else setProblem(answer.problem);
      });
    return () => {
      late = true;
    };
  }, [before, after]);

  const options = queries.map(({ id, prompt }) => ({
    value: id,
    label: <span className="line-clamp-1">{prompt}</span>,
  }));
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="xl"
      title="Compare two wishes"
      description="What came of each, as its workflow is now. Marked is what the second has otherwise."
    >
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label="This wish" className="min-w-0">
            {(control) => <Select {...control} value={left} onChange={setLeft} options={options} />}
          </Field>
          <Field label="And this one" className="min-w-0">
            {(control) => <Select {...control} value={right} onChange={setRight} options={options} />}
          </Field>
        </div>
        {problem ? <ErrorNote problem={problem} /> : null}
        {found ? (
          <>
            <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
              <Steps of={found.before} />
              <Steps of={found.after} />
            </div>
            <EditorProvider
              key={`${before} ${after}`}
              store={storeToLookAt(found.view.preview, found.after.name, found.functions)}
            >
              <Comparison view={found.view} same="Both wishes came to the same: every step and connection is alike." />
            </EditorProvider>
          </>
        ) : problem ? null : (
          <>
            <p className="sr-only" role="status">
              Comparing…
            </p>
            <Skeleton className="h-64" />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The steps of one of them in order; what the other has not, or has otherwise, is marked. */
function Steps({ of: { id, name, steps } }: { of: DraftSteps }) {
  return (
    <section aria-label={`Steps of ${name}`} className="min-w-0 rounded-lg border">
      <header className="flex items-baseline justify-between gap-2 border-b px-3 py-2">
        <Link href={`/workflows/${id}`} className="min-w-0 truncate text-sm font-medium hover:underline">
          {name}
        </Link>
        <span className="shrink-0 text-xs text-muted">{countText(steps.length, 'step')}</span>
      </header>
      <ol className="max-h-56 overflow-y-auto px-3 py-1.5 text-sm">
        {steps.map((step) => {
          const look = step.mark ? MARKS[step.mark] : null;
          return (
            <li key={step.id} className="flex items-baseline gap-2 py-0.5">
              <span className="min-w-0 flex-1 break-words">{step.name}</span>
              {look ? (
                <span className={cn('shrink-0 text-xs', look.text)}>
                  {step.mark === 'changed' ? `${look.sign} differs` : `${look.sign} only here`}
                </span>
              ) : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
