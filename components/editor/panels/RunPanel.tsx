'use client';
import { ExternalLink, X } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useMemo, useRef, useState } from 'react';
import { nodeOf } from '@/lib/graph';
import type { StateVisit } from '@/lib/history/timeline';
import { RunDoors } from '../../run/RunDoors';
import { RunTabs } from '../../run/RunTabs';
import { StopButton } from '../../run/StopButton';
import { failedVisits, marksOf } from '../../run/steps';
import { type Travel, useTravel } from '../../run/travel';
import { useJob, useRun } from '../../shell';
import { Button, IconButton, Spinner } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { durationText } from '../../ui/format';
import { StatusBadge } from '../../ui/StatusBadge';
import { isOver, STATUSES, statusOfRun } from '../../ui/status';
import { useNow } from '../../ui/Time';
import { useEditor, useEditorStore } from '../state/context';
import type { EditorStore } from '../state/store';
import type { StepRun } from '../state/types';
import { openTry } from '../try/state';

const FAILED = new Set(['FAILED', 'TIMED_OUT']);
const PHASES: Record<string, string> = { deploying: 'Deploying the functions…', starting: 'Starting…' };

/** A run from its first moment: being prepared, going on, over. Marks the steps on the canvas. */
export function RunPanel({
  jobId,
  runId,
  onClose,
  onAgain,
  onBegun,
  onFix,
}: {
  jobId: string | null;
  runId: string | null;
  onClose: () => void;
  onAgain: () => void;
  /** a run was begun from a step of this one */
  onBegun: (runId: string) => void;
  /** asks for a change that mends what failed */
  onFix?: (failure: { node: string | null; error: string; cause: string }) => void;
}) {
  const { job, problem: jobProblem } = useJob(runId ? null : jobId);
  const id = runId ?? job?.runId ?? null;
  const { run, problem } = useRun(id);
  const store = useEditorStore();
  const travel = useTravel(run);
  const { timeline, shown } = travel;
  const graph = useEditor((state) => state.document.graph);
  const selected = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const [visit, setVisit] = useState<string | null>(null);
  const marks = useMemo(() => (run ? marksOf(run.document.graph, shown) : {}), [run, shown]);

  useEffect(() => {
    const before = store.getState().stepRuns;
    const next: Record<string, StepRun> = {};
    for (const [node, mark] of Object.entries(marks)) {
      const old = before[node];
      next[node] = old && old.status === mark.status && old.detail === mark.detail ? old : mark;
    }
    store.getState().setRun(run, next);
  }, [store, run, marks]);
  useEffect(() => () => store.getState().setRun(null, {}), [store]);

  // The step that failed is shown without being looked for, once.
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (!run || told.current === run.id || run.status === 'SUCCEEDED' || !isOver(run.status)) return;
    told.current = run.id;
    const node = failedStep(timeline, store.getState().document.graph.nodes);
    if (node) store.getState().select([node]);
  }, [run, timeline, store]);

  const chosen = visit ?? (selected ? (nodeOf(graph, selected)?.name ?? null) : null);
  const choose = (next: string) => {
    setVisit(next);
    const name = next.replace(/#\d+$/, '');
    const node = store.getState().document.graph.nodes.find((one) => one.name === name);
    if (node) store.getState().select([node.id]);
  };
  useEffect(() => {
    const name = selected ? nodeOf(store.getState().document.graph, selected)?.name : undefined;
    setVisit((old) => (old && name !== undefined && old.replace(/#\d+$/, '') === name ? old : null));
  }, [selected, store]);

  const fix = (visit: StateVisit) =>
    onFix?.({ node: nodeNamed(store, visit.name), error: visit.error ?? run?.error ?? '', cause: visit.cause ?? '' });
  const mock = (visit: StateVisit) => {
    const node = nodeNamed(store, visit.name);
    const kind = node ? nodeOf(store.getState().document.graph, node)?.kind : undefined;
    return node && kind === 'task' ? () => openTry(store, { kind: 'mock', node }) : null;
  };

  const refused = jobProblem ?? job?.problem ?? problem;
  return (
    <section aria-label="Run" className="@container flex h-full min-h-0 flex-col bg-surface">
      <LiveWords
        text={
          run
            ? `Run: ${STATUSES[statusOfRun(run.status)].word}${run.error ? `, ${run.error}` : ''}`
            : job
              ? (PHASES[job.phase ?? ''] ?? 'Preparing the run')
              : ''
        }
        urgent={run !== null && isOver(run.status) && run.status !== 'SUCCEEDED'}
      />
      {run ? (
        <RunDoors
          run={run}
          timeline={timeline}
          onBegun={onBegun}
          again={onAgain}
          mock={mock}
          fix={onFix && FAILED.has(run.status) ? fix : undefined}
        >
          <RunTabs
            key={run.id}
            run={run}
            travel={travel}
            chosen={chosen}
            onChoose={choose}
            className="min-h-0 flex-1"
            aside={
              <div className="flex shrink-0 items-center gap-1.5">
                <Clock run={run} />
                <StatusBadge status={run.status} />
                <StopButton run={run} />
                {/* A step that failed offers it itself. */}
                {onFix && FAILED.has(run.status) && !failedStep(timeline, run.document.graph.nodes) ? (
                  <Button
                    size="sm"
                    onClick={() => onFix({ node: null, error: run.error ?? run.status, cause: run.cause ?? '' })}
                    className="@max-xl:hidden"
                  >
                    Propose a fix
                  </Button>
                ) : null}
                {isOver(run.status) ? (
                  <Button size="sm" onClick={onAgain} className="@max-xl:hidden">
                    Run again
                  </Button>
                ) : null}
                <Button size="sm" variant="ghost" asChild>
                  <Link href={`/runs/${run.id}`} aria-label="Open the run's page" title="Open the run's page">
                    <ExternalLink className="size-3.5" aria-hidden />
                  </Link>
                </Button>
                <IconButton label="Close" size="sm" onClick={onClose}>
                  <X className="size-3.5" />
                </IconButton>
              </div>
            }
          />
        </RunDoors>
      ) : (
        <div className="flex items-start gap-3 p-4">
          <div className="min-w-0 flex-1">
            {refused || job?.status === 'failed' ? (
              <ErrorNote
                problem={
                  refused ?? { message: 'The run could not be started.', hint: 'Look at the problems, then run again.' }
                }
                actions={
                  <Button size="sm" onClick={onAgain}>
                    Run again
                  </Button>
                }
              />
            ) : job?.status === 'cancelled' ? (
              <p className="text-sm text-muted">Cancelled before it began.</p>
            ) : (
              <p className="flex items-center gap-2.5 text-sm text-muted" role="status">
                <Spinner /> {PHASES[job?.phase ?? ''] ?? 'Preparing the run…'}{' '}
                {job?.detail ? <span>{job.detail}</span> : null}
              </p>
            )}
          </div>
          <IconButton label="Close" size="sm" onClick={onClose}>
            <X className="size-3.5" />
          </IconButton>
        </div>
      )}
    </section>
  );
}

const nodeNamed = (store: EditorStore, name: string): string | null =>
  store.getState().document.graph.nodes.find((one) => one.name === name)?.id ?? null;

function failedStep(timeline: Travel['timeline'], nodes: { id: string; name: string }[]): string | null {
  const [failed] = failedVisits(timeline);
  return nodes.find((one) => one.name === failed?.name)?.id ?? null;
}

function Clock({
  run,
}: {
  run: { status: Parameters<typeof isOver>[0]; startedAt: number; stoppedAt: number | null };
}) {
  const now = useNow(!isOver(run.status));
  return (
    <span className="text-xs text-muted tabular-nums @max-xl:hidden">
      {durationText((run.stoppedAt ?? now) - run.startedAt)}
    </span>
  );
}

/** For those who listen: how the run goes, said when it changes; that it failed, at once. */
const LiveWords = ({ text, urgent }: { text: string; urgent: boolean }) => (
  <>
    <p className="sr-only" role="status" aria-live="polite">
      {urgent ? '' : text}
    </p>
    <p className="sr-only" role="alert" aria-live="assertive">
      {urgent ? text : ''}
    </p>
  </>
);
