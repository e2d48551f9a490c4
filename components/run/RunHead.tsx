'use client';
import { GitFork, Pencil, Share2 } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { toast } from 'sonner';
import { compile, definitionHash, definitionText } from '@/lib/compile';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { RunDetail } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { Fingerprint } from '../ui/Fingerprint';
import { durationText } from '../ui/format';
import { copyText } from '../ui/JsonView';
import { StatusBadge } from '../ui/StatusBadge';
import { isOver } from '../ui/status';
import { Ago, useNow } from '../ui/Time';
import { CostNote } from './CostNote';
import { type Place, withPlace } from './place';
import { RedriveButton } from './RedriveButton';
import { RetryButton } from './RetryButton';
import { useRunDoors } from './RunDoors';
import { StopButton } from './StopButton';

/** What a run is and came to, and what can be done with all of it. */
export function RunHead({ run, functions, place }: { run: RunDetail; functions: FunctionManifest[]; place: Place }) {
  const over = isOver(run.status);
  const now = useNow(!over);
  const doors = useRunDoors();
  const tookMs = (run.stoppedAt ?? now) - run.startedAt;
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-4 py-2.5">
      <StatusBadge status={run.status} />
      <h1 className="text-sm font-semibold">
        {run.workflowName}
        {run.revision !== null ? <span className="ml-1.5 text-xs font-normal text-muted">v{run.revision}</span> : null}
      </h1>
      <DefinitionHash run={run} />
      <dl className="flex flex-wrap items-center gap-x-4 text-xs text-muted">
        <div className="flex gap-1">
          <dt>Started</dt>
          <dd className="text-text">
            <Ago at={run.startedAt} />
            {run.trigger ? <span className="text-muted">, {TRIGGERS[run.trigger]}</span> : null}
          </dd>
        </div>
        <div className="flex gap-1">
          <dt>{over ? 'Took' : 'Running for'}</dt>
          <dd className="text-text tabular-nums">{durationText(tookMs)}</dd>
        </div>
        {run.redriven ? (
          <div className="flex gap-1">
            <dt>Redriven</dt>
            <dd className="text-text tabular-nums">
              {run.redriven.times === 1 ? '' : `${run.redriven.times} times, last `}
              <Ago at={run.redriven.at} />
            </dd>
          </div>
        ) : null}
        {run.parent ? (
          <div className="flex min-w-0 gap-1">
            <dt>Forked from</dt>
            <dd className="min-w-0 text-text">
              <Link
                href={`/runs/${run.parent.id}`}
                className="inline-block min-h-6 font-medium text-accent underline-offset-2 hover:underline"
              >
                another run
              </Link>{' '}
              at “{run.parent.step}”{run.parent.edited ? ', with changed values' : ''}
            </dd>
          </div>
        ) : null}
      </dl>
      <CostNote run={run} functions={functions} tookMs={tookMs} />
      <span className="flex-1" />
      <div className="fade-x -m-1 flex items-center gap-2 p-1 max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:[scrollbar-width:none] sm:flex-wrap [&>*]:shrink-0">
        <StopButton run={run} />
        <RedriveButton run={run} />
        <RetryButton run={run} />
        {over && doors?.fork ? (
          <Button size="sm" onClick={() => doors.fork?.(null)}>
            <GitFork className="size-3.5" aria-hidden /> Fork…
          </Button>
        ) : null}
        <Button size="sm" onClick={() => void share(place)}>
          <Share2 className="size-3.5" aria-hidden /> Share
        </Button>
        {run.workflowId ? (
          <Button size="sm" asChild>
            <Link href={`/workflows/${run.workflowId}?look=${run.id}`}>
              <Pencil className="size-3.5" aria-hidden /> Open in the editor
            </Link>
          </Button>
        ) : null}
      </div>
    </header>
  );
}

const TRIGGERS = { page: 'from the page', api: 'over HTTP', prompt: 'with its draft' };

/** The same as the editor's status bar shows, as long as the workflow is what was run. */
function DefinitionHash({ run: { document } }: { run: RunDetail }) {
  const hash = useMemo(() => definitionHash(definitionText(compile(document.graph).definition)), [document.graph]);
  return <Fingerprint hash={hash} className="-mx-1.5 h-6 text-xs max-sm:hidden" />;
}

/** The address that leads to what is looked at now. */
async function share(place: Place): Promise<void> {
  await copyText(withPlace(window.location.href, place));
  toast('Link copied', { description: 'It opens this run as you see it: tab, step and moment.' });
}
