'use client';
import { useEffect, useState } from 'react';
import { compareWorkflowAction } from '@/lib/actions/versions';
import type { ProblemView } from '@/lib/base/problem';
import type { ComparisonView } from '@/lib/usecases/types';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { useEditor } from '../state/context';
import { Comparison } from './Comparison';

/** What the screen has that the stored workflow has not, when somebody else saved in between. */
export function ConflictDialog({
  open,
  onOpenChange,
  footer,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  footer: React.ReactNode;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="xl"
      title="Yours beside theirs"
      description="What your changes make of the workflow as it was saved elsewhere. Nothing is overwritten until you choose."
      footer={footer}
    >
      {open ? <Difference /> : null}
    </Dialog>
  );
}

function Difference() {
  const id = useEditor((state) => state.id);
  const document = useEditor((state) => state.document);
  const [view, setView] = useState<ComparisonView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    let live = true;
    compareWorkflowAction({ workflowId: id, versionId: null, document }).then(
      (answer) => live && (answer.ok ? setView(answer.value) : setProblem(answer.problem)),
      () =>
        live &&
        setProblem({
          code: 'SERVER_UNREACHABLE',
          message: 'The server did not answer.',
          hint: 'Your changes are kept in this browser. Try again when it is back.',
        }),
    );
    return () => {
      live = false;
    };
  }, [id, document]);
  if (problem) return <ErrorNote problem={problem} />;
  return view ? <Comparison view={view} /> : <p className="text-sm text-muted">Comparing…</p>;
}
