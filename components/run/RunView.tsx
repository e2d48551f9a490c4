'use client';
import { Pencil } from 'lucide-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { nodeOf } from '@/lib/graph';
import type { RunDetail } from '@/lib/usecases/types';
import { ReadOnlyGraph } from '../editor/ReadOnlyGraph';
import { Crumbs, useRun } from '../shell';
import { Button } from '../ui/Button';
import { durationText } from '../ui/format';
import { StatusBadge } from '../ui/StatusBadge';
import { isOver } from '../ui/status';
import { Ago, useNow } from '../ui/Time';
import { RetryButton } from './RetryButton';
import { RunTabs, useTimeline } from './RunTabs';
import { StopButton } from './StopButton';
import { marksOf } from './steps';

/** One run: the graph as it was run, and all that happened. Live while it goes on. */
export function RunView({ initial, functions }: { initial: RunDetail; functions: FunctionManifest[] }) {
  const { run: live } = useRun(initial.id, initial);
  const run = live ?? initial;
  const timeline = useTimeline(run);
  const [chosen, setChosen] = useState<string | null>(null);
  const marks = useMemo(() => marksOf(run.document.graph, timeline), [run.document.graph, timeline]);
  const name = chosen?.replace(/#\d+$/, '') ?? null;
  const selected = run.document.graph.nodes.find((node) => node.name === name)?.id ?? null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Crumbs items={[{ label: 'Runs', href: '/runs' }, { label: run.workflowName }]} />
      <RunHead run={run} />
      <Group orientation="horizontal" className="min-h-0 flex-1 max-md:!hidden">
        <Panel defaultSize="45%" minSize="20%">
          <ReadOnlyGraph
            document={run.document}
            name={run.workflowName}
            functions={functions}
            marks={marks}
            selected={selected}
            onSelect={(id) => setChosen(id ? (nodeOf(run.document.graph, id)?.name ?? null) : null)}
          />
        </Panel>
        <Separator className="w-px bg-border outline-none hover:bg-accent focus-visible:bg-accent" />
        <Panel minSize="25%">
          <RunTabs run={run} chosen={chosen} onChoose={setChosen} className="h-full bg-surface" />
        </Panel>
      </Group>
      <RunTabs run={run} chosen={chosen} onChoose={setChosen} className="min-h-0 flex-1 bg-surface md:hidden" />
    </div>
  );
}

function RunHead({ run }: { run: RunDetail }) {
  const over = isOver(run.status);
  const now = useNow(!over);
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b bg-surface px-4 py-2.5">
      <StatusBadge status={run.status} />
      <h1 className="text-sm font-semibold">
        {run.workflowName}
        {run.revision !== null ? <span className="ml-1.5 text-xs font-normal text-muted">v{run.revision}</span> : null}
      </h1>
      <dl className="flex flex-wrap gap-x-4 text-xs text-muted">
        <div className="flex gap-1">
          <dt>Started</dt>
          <dd className="text-text">
            <Ago at={run.startedAt} />
          </dd>
        </div>
        <div className="flex gap-1">
          <dt>{over ? 'Took' : 'Running for'}</dt>
          <dd className="text-text tabular-nums" suppressHydrationWarning>
            {durationText((run.stoppedAt ?? now) - run.startedAt)}
          </dd>
        </div>
      </dl>
      <span className="flex-1" />
      <StopButton run={run} />
      <RetryButton run={run} />
      {run.workflowId ? (
        <Button size="sm" asChild>
          <Link href={`/workflows/${run.workflowId}`}>
            <Pencil className="size-3.5" aria-hidden /> Open in the editor
          </Link>
        </Button>
      ) : null}
    </header>
  );
}
