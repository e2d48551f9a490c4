'use client';
import { RotateCcw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { retryPlanAction, retryRunAction } from '@/lib/actions/runs';
import type { ProblemView } from '@/lib/base/problem';
import type { RetryView, RunSummary } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { Skeleton } from '../ui/Card';
import { Dialog } from '../ui/Dialog';
import { ErrorNote } from '../ui/ErrorNote';
import { JsonView } from '../ui/JsonView';
import { isOver } from '../ui/status';
import { UNREACHABLE, useBegin } from './useBegin';

/** Begins a run that ended badly again: at the step that failed, with the workflow as it is now. */
export function RetryButton({ run }: { run: RunSummary }) {
  const [open, setOpen] = useState(false);
  if (!isOver(run.status) || run.status === 'SUCCEEDED' || !run.workflowId) return null;
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <RotateCcw className="size-3.5" aria-hidden /> Retry from the failed step
      </Button>
      {open ? <RetryDialog run={run} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function RetryDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const router = useRouter();
  const [plan, setPlan] = useState<RetryView | null>(null);
  const [unknown, setUnknown] = useState<ProblemView | null>(null);
  const { begin, refused: notBegun, going } = useBegin((id) => router.push(`/runs/${id}`));
  useEffect(() => {
    let live = true;
    void retryPlanAction(run.id)
      .catch(() => null)
      .then((answer) => {
        if (!live) return;
        if (answer?.ok) setPlan(answer.value);
        else setUnknown(answer?.problem ?? UNREACHABLE);
      });
    return () => {
      live = false;
    };
  }, [run.id]);
  const refused = notBegun ?? unknown;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={plan ? `Retry from “${plan.step.name}”` : 'Retry from the failed step'}
      description="Starts a new run of the workflow as it is now, beginning at this step. What came before is not run again."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={going}
            disabled={!plan}
            onClick={() => {
              if (plan) void begin(retryRunAction({ id: run.id, revision: plan.revision }));
            }}
          >
            {going ? null : <RotateCcw className="size-3.5" aria-hidden />} Retry
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        {plan ? <Carried plan={plan} /> : refused ? null : <Skeleton className="h-40" />}
        {refused ? <ErrorNote problem={refused} /> : null}
      </div>
    </Dialog>
  );
}

function Carried({ plan }: { plan: RetryView }) {
  const kept = Object.keys(plan.variables).length;
  return (
    <>
      <p>
        {plan.ranRevision !== null && plan.ranRevision !== plan.revision
          ? `The workflow was changed since: version ${plan.ranRevision} was run, version ${plan.revision} will be.`
          : 'The workflow was not changed since: the same is run again.'}
        {plan.failed === plan.step.name
          ? ''
          : ` “${plan.failed}” failed inside of “${plan.step.name}”, which is done again as a whole.`}
      </p>
      <section>
        <h3 className="mb-1.5 font-medium">Carried over</h3>
        <div className="flex flex-col gap-3">
          <div>
            <h4 className="mb-1 text-xs text-muted">Input of the step</h4>
            <JsonView value={plan.input} open={2} label="Input of the step" />
          </div>
          {kept > 0 ? (
            <div>
              <h4 className="mb-1 text-xs text-muted">Variables that earlier steps kept</h4>
              <JsonView
                value={Object.fromEntries(Object.entries(plan.variables).map(([name, value]) => [`$${name}`, value]))}
                open={2}
                label="Variables that earlier steps kept"
              />
            </div>
          ) : null}
          <p className="text-muted">The input of the run too, where a step reads it.</p>
        </div>
      </section>
      <section>
        <h3 className="mb-1 font-medium">Not carried over</h3>
        <ul className="list-disc pl-5 text-muted">
          <li>What this step had done before it failed: it begins anew, with its tries counted from zero.</li>
          <li>The run’s name and start time. This run stays as it is, beside the new one.</li>
          <li>Mocked answers: every step is done for real.</li>
        </ul>
      </section>
    </>
  );
}
