'use client';
import { CircleCheck, Info, OctagonAlert, Sparkles, TriangleAlert, Wrench, X } from 'lucide-react';
import { useMemo } from 'react';
import { toast } from 'sonner';
import type { Diagnostic } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { fixesFor, nodeOf } from '@/lib/graph';
import { useKeysOf } from '../../shell';
import { Button, IconButton } from '../../ui/Button';
import { countText } from '../../ui/format';
import { useEditor, useEditorStore } from '../state/context';
import { goToProblem, isVisited, problemKey } from './step-problems';

const LOOK = {
  error: { icon: <OctagonAlert className="size-4 shrink-0 text-danger" aria-hidden />, word: 'Error' },
  warning: {
    icon: <TriangleAlert className="size-4 shrink-0 text-warning" aria-hidden />,
    word: 'Warning',
  },
  info: { icon: <Info className="size-4 shrink-0 text-muted" aria-hidden />, word: 'Note' },
};

/**
 * Everything that is wrong, each with its place, its reason and what can be done about it; each leads to its step and
 * field.
 */
export function ProblemsPanel({ onFix }: { onFix?: (problems: Diagnostic[]) => void }) {
  const store = useEditorStore();
  const next = useKeysOf()('nextProblem');
  const problems = useEditor((state) => state.problems);
  const toggle = useEditor((state) => state.toggle);
  // Where the last visit was is known outside of the state: a new selection is when it may have changed.
  useEditor((state) => state.focus);
  const functions = useEditor((state) => state.functions);
  const manifests = useMemo(() => [...functions.values()], [functions]);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return (
    <section aria-label="Problems" className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex h-9 shrink-0 items-center gap-2 border-b px-3">
        <h2 className="text-sm font-medium">Problems</h2>
        {problems.length > 0 ? (
          <span className="truncate text-xs text-muted">
            {errors > 0
              ? `${countText(errors, 'error')} to mend before it can run`
              : 'Nothing that keeps it from running'}
            {next ? <span className="max-sm:hidden"> · {next} goes to the next</span> : null}
          </span>
        ) : null}
        <span className="flex-1" />
        {onFix && problems.length > 0 ? (
          <Button size="sm" onClick={() => onFix(problems)}>
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
            <Row
              key={problemKey(problem)}
              problem={problem}
              current={isVisited(store, problem)}
              manifests={manifests}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({
  problem,
  current,
  manifests,
}: {
  problem: Diagnostic;
  current: boolean;
  manifests: readonly FunctionManifest[];
}) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const readOnly = useEditor((state) => state.readOnly);
  const fixes = useMemo(
    () => (readOnly ? [] : fixesFor(document, problem, manifests)),
    [document, problem, manifests, readOnly],
  );
  const { icon, word } = LOOK[problem.severity];
  const name = problem.at.node ? nodeOf(document.graph, problem.at.node)?.name : undefined;
  return (
    <li
      className={`flex flex-wrap items-start gap-x-2 gap-y-1 border-b py-1 pr-2 hover:bg-hover ${current ? 'bg-accent-soft' : ''}`}
    >
      <button
        type="button"
        aria-current={current || undefined}
        onClick={() => goToProblem(store, problem)}
        className="flex min-h-6 min-w-0 flex-1 basis-72 items-start gap-2.5 rounded-sm px-3 py-1 text-left text-sm focus-visible:outline-offset-[-2px]"
      >
        {icon}
        <span className="sr-only">{word}: </span>
        <span className="min-w-0 flex-1">
          {problem.message} <span className="text-muted">{problem.hint}</span>
        </span>
        {name ? (
          <span className="max-w-40 shrink-0 truncate text-xs leading-5 text-muted max-sm:hidden">{name}</span>
        ) : null}
      </button>
      {fixes.length > 0 ? (
        <span className="flex flex-wrap justify-end gap-1 py-0.5 max-sm:pl-9">
          {fixes.map(({ label, apply }) => (
            <Button
              key={label}
              size="sm"
              onClick={() => {
                const { edit, undo, select } = store.getState();
                if (!edit((now) => apply(now))) return;
                if (problem.at.node && nodeOf(store.getState().document.graph, problem.at.node))
                  select([problem.at.node]);
                toast.success(label, { action: { label: 'Undo', onClick: undo } });
              }}
            >
              <Wrench className="size-3.5" aria-hidden /> {label}
            </Button>
          ))}
        </span>
      ) : null}
    </li>
  );
}
