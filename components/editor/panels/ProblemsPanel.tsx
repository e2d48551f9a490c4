'use client';
import { CircleCheck, Info, OctagonAlert, Sparkles, TriangleAlert, X } from 'lucide-react';
import type { Diagnostic } from '@/lib/base/problem';
import { nodeOf } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { useEditor } from '../state/context';

const ICONS = {
  error: <OctagonAlert className="size-4 shrink-0 text-danger" aria-label="Error" />,
  warning: <TriangleAlert className="size-4 shrink-0 text-warning" aria-label="Warning" />,
  info: <Info className="size-4 shrink-0 text-muted" aria-label="Note" />,
};

/** Everything that stands in the way of a run; each leads to its step and field. */
export function ProblemsPanel({ onFix }: { onFix?: (problems: Diagnostic[]) => void }) {
  const problems = useEditor((state) => state.problems);
  const graph = useEditor((state) => state.document.graph);
  const goTo = useEditor((state) => state.goTo);
  const toggle = useEditor((state) => state.toggle);
  return (
    <section aria-label="Problems" className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex h-9 shrink-0 items-center justify-between border-b px-3">
        <h2 className="text-sm font-medium">Problems</h2>
        <span className="flex-1" />
        {onFix && problems.length > 0 ? (
          <Button size="sm" onClick={() => onFix(problems)} className="mr-1.5">
            <Sparkles className="size-3.5" aria-hidden /> Propose a fix
          </Button>
        ) : null}
        <IconButton label="Close" size="sm" onClick={() => toggle('showProblems', false)}>
          <X className="size-3.5" />
        </IconButton>
      </header>
      {problems.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-6 text-sm text-muted">
          <CircleCheck className="size-4 text-success" aria-hidden /> No problems: this workflow can run.
        </p>
      ) : (
        <ul className="min-h-0 flex-1 overflow-y-auto">
          {problems.map((problem) => (
            <li key={`${problem.code}:${problem.at.node}:${problem.at.path?.join('.')}:${problem.message}`}>
              <button
                type="button"
                onClick={() => goTo(problem.at.node, problem.at.path)}
                className="flex w-full items-start gap-2.5 border-b px-3 py-2 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px]"
              >
                {ICONS[problem.severity]}
                <span className="min-w-0 flex-1">
                  {problem.message} <span className="text-muted">{problem.hint}</span>
                </span>
                {problem.at.node ? (
                  <span className="shrink-0 text-xs text-muted max-sm:hidden">
                    {nodeOf(graph, problem.at.node)?.name}
                  </span>
                ) : null}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
