'use client';
import { Popover } from 'radix-ui';
import { useEffect, useMemo, useState } from 'react';
import { actualCost } from '@/lib/cost/actual';
import { ASSUMED, type Assumptions, estimate, usdText } from '@/lib/cost/estimate';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { RunDetail } from '@/lib/usecases/types';
import { readAssumptions, round } from '../editor/try/EstimateChip';
import { durationText } from '../ui/format';

/** What the run came to at AWS's prices, beside what was estimated; opens what both are made of. */
export function CostNote({
  run,
  functions,
  tookMs,
}: {
  run: RunDetail;
  functions: FunctionManifest[];
  tookMs: number;
}) {
  const manifests = useMemo(() => new Map(functions.map((one) => [one.name, one])), [functions]);
  const [assumed, setAssumed] = useState<Assumptions>(ASSUMED);
  useEffect(() => setAssumed(readAssumptions()), []);
  const before = useMemo(
    () => estimate(run.document.graph, manifests, { ...assumed, type: 'STANDARD' }),
    [run.document.graph, manifests, assumed],
  );
  const was = useMemo(() => actualCost(run.events, (name) => manifests.get(name)?.memory), [run.events, manifests]);
  if (run.events.length === 0) return null;
  const rows: [name: string, estimated: string, actual: string][] = [
    ['State transitions', round(before.transitions), round(was.transitions)],
    ['Function calls', round(before.calls), round(was.calls)],
    ['Lambda GB-seconds', round(before.gbSeconds), round(was.gbSeconds)],
    ['Time', durationText(before.ms), durationText(tookMs)],
    ['Step Functions', usdText(before.workflowUsd), usdText(was.workflowUsd)],
    ['Lambda', usdText(before.lambdaUsd), usdText(was.lambdaUsd)],
  ];
  const mocked = /mocked\)$/.test(run.workflowName);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`Cost on AWS: ${usdText(was.usd)}, estimated ${usdText(before.usd)}`}
          className="-mx-1 -my-1 flex min-h-6 items-center gap-1 rounded-sm px-1 text-xs text-muted tabular-nums hover:bg-hover"
        >
          Cost <span className="text-text">{usdText(was.usd)}</span> est. {usdText(before.usd)}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Cost of the run"
          className="z-40 flex w-96 max-w-[calc(100vw-1rem)] animate-fade flex-col gap-3 rounded-lg border border-border-strong bg-overlay p-4 text-sm shadow-3"
        >
          <div>
            <h2 className="font-medium">This run at AWS’s prices</h2>
            <p className="text-xs text-muted">On the local cloud it costs nothing.</p>
          </div>
          <table className="w-full text-xs">
            <thead className="text-muted">
              <tr>
                <td />
                <th scope="col" className="pb-1 text-right font-medium">
                  Estimated
                </th>
                <th scope="col" className="pb-1 text-right font-medium">
                  Actual
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, estimated, actual]) => (
                <tr key={name}>
                  <th scope="row" className="py-0.5 text-left font-normal text-muted">
                    {name}
                  </th>
                  <td className="text-right font-mono text-muted tabular-nums">{estimated}</td>
                  <td className="text-right font-mono tabular-nums">{actual}</td>
                </tr>
              ))}
              <tr className="font-medium">
                <th scope="row" className="border-t pt-1 text-left font-medium">
                  Together
                </th>
                <td className="border-t pt-1 text-right font-mono text-muted tabular-nums">{usdText(before.usd)}</td>
                <td className="border-t pt-1 text-right font-mono tabular-nums">{usdText(was.usd)}</td>
              </tr>
            </tbody>
          </table>
          <p className="text-xs text-muted">
            Counted from the history: each state entered, each further try and each redrive is a transition; a function
            is paid for as long as its call took here.
            {mocked ? ' Mocked answers count as calls, though nothing was called.' : ''}
            {was.assumed.length > 0 ? ` The memory of ${was.assumed.join(', ')} is not known: 128 MB is taken.` : ''}
            {was.children ? ' What a distributed Map ran in executions of its own is not in it.' : ''}
            {` Estimated with ${round(assumed.items)} items of a Map and ${durationText(assumed.taskMs)} for a task.`}{' '}
            Prices of us-east-1, 2025, without the free tier.
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
