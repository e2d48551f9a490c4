'use client';
import { Popover } from 'radix-ui';
import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react';
import { ASSUMED, type Assumptions, estimate, usdText } from '@/lib/cost/estimate';
import { durationText } from '../../ui/format';
import { Input } from '../../ui/Input';
import { Segmented } from '../../ui/Tabs';
import { useEditor } from '../state/context';

const KEY = 'action-engine:assumptions';

/** What a run would cost on AWS and how long it would take; opens what that is assumed from. */
export function EstimateChip() {
  // An edit is drawn first; what it would cost is worked out behind it.
  const graph = useDeferredValue(useEditor((state) => state.document.graph));
  const functions = useEditor((state) => state.functions);
  const [assumed, setAssumed] = useState<Assumptions>(ASSUMED);
  useEffect(() => setAssumed(readAssumptions()), []);
  const told = useMemo(() => estimate(graph, functions, assumed), [graph, functions, assumed]);
  if (graph.nodes.length === 0) return null;
  const change = (more: Partial<Assumptions>) => {
    const next = { ...assumed, ...more };
    setAssumed(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // They hold until the page is left.
    }
  };
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={`Estimated cost and time of a run on AWS: ${usdText(told.usd)}, ${durationText(told.ms)}`}
          className="flex h-6 shrink-0 items-center gap-1 rounded-sm focus-visible:-outline-offset-2 px-1.5 tabular-nums hover:bg-hover hover:text-text"
        >
          <span>
            <span className="max-[379px]:hidden">Est. </span>
            {usdText(told.usd)}
          </span>
          <span>· {durationText(told.ms)}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="end"
          sideOffset={6}
          aria-label="Estimate of a run"
          className="z-40 flex w-80 max-w-[calc(100vw-1rem)] animate-fade flex-col gap-3 rounded-lg border border-border-strong bg-overlay p-4 text-sm shadow-3"
        >
          <div>
            <h2 className="font-medium">A run on AWS, estimated</h2>
            <p className="text-xs text-muted">On the local cloud it costs nothing.</p>
          </div>
          <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-xs">
            <Parts told={told} />
            <div className="contents font-medium">
              <dt className="border-t pt-1">Together</dt>
              <dd className="border-t pt-1 text-right font-mono tabular-nums">{usdText(told.usd)}</dd>
            </div>
          </dl>
          <div className="flex flex-col gap-2 border-t pt-3">
            <Segmented
              label="Kind of state machine"
              size="sm"
              value={assumed.type}
              onChange={(type) => change({ type })}
              options={[
                { value: 'STANDARD', label: 'Standard' },
                { value: 'EXPRESS', label: 'Express' },
              ]}
            />
            <Assumed
              label="Items of a Map"
              value={assumed.items}
              most={10_000}
              onChange={(items) => change({ items })}
            />
            <Assumed
              label="Time of a task, ms"
              value={assumed.taskMs}
              most={900_000}
              onChange={(taskMs) => change({ taskMs })}
            />
            <Assumed
              label="Waits of unknown length, s"
              value={assumed.waitSeconds}
              most={31_536_000}
              onChange={(waitSeconds) => change({ waitSeconds })}
            />
          </div>
          <p className="text-xs text-muted">
            Each way out of a choice equally often, loops once, nothing fails. Prices of us-east-1, 2025, without the
            free tier.
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Assumed({
  label,
  value,
  most,
  onChange,
}: {
  label: string;
  value: number;
  most: number;
  onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-3 text-xs">
      <label htmlFor={id}>{label}</label>
      <span className="w-28 shrink-0">
        <Input
          id={id}
          type="number"
          min={0}
          max={most}
          value={value}
          onChange={(event) => {
            const next = event.target.valueAsNumber;
            if (Number.isFinite(next) && next >= 0 && next <= most) onChange(next);
          }}
          className="text-right tabular-nums"
        />
      </span>
    </div>
  );
}

/** What it is made of: written out only for who opens it. */
function Parts({ told }: { told: ReturnType<typeof estimate> }) {
  const rows: [string, string][] = [
    ['State transitions', round(told.transitions)],
    ['Function calls', round(told.calls)],
    ['Lambda GB-seconds', round(told.gbSeconds)],
    ['Step Functions', usdText(told.workflowUsd)],
    ['Lambda', usdText(told.lambdaUsd)],
  ];
  return rows.map(([name, value]) => (
    <div key={name} className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="text-right font-mono tabular-nums">{value}</dd>
    </div>
  ));
}

export const round = (n: number): string => n.toLocaleString('en', { maximumSignificantDigits: 3 });

/** What this person set last, for this and for what a run is compared with. */
export function readAssumptions(): Assumptions {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Assumptions>;
    const number = (value: unknown, otherwise: number) =>
      typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : otherwise;
    return {
      type: kept.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      items: number(kept.items, ASSUMED.items),
      taskMs: number(kept.taskMs, ASSUMED.taskMs),
      waitSeconds: number(kept.waitSeconds, ASSUMED.waitSeconds),
    };
  } catch {
    return ASSUMED;
  }
}
