'use client';
import { GitCompareArrows } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { getRunAction, listRunsAction } from '@/lib/actions/runs';
import type { Json } from '@/lib/base/json';
import type { ProblemView } from '@/lib/base/problem';
import { type StateVisit, type Timeline, timeline as timelineOf } from '@/lib/history/timeline';
import type { RunDetail, RunSummary } from '@/lib/usecases/types';
import { EmptyState, Skeleton } from '../ui/Card';
import { cn } from '../ui/cn';
import { ErrorNote } from '../ui/ErrorNote';
import { agoText, durationText } from '../ui/format';
import { Checkbox } from '../ui/Input';
import { Select } from '../ui/Select';
import { StatusBadge } from '../ui/StatusBadge';
import { STATUSES, statusOfRun } from '../ui/status';
import { useNow } from '../ui/Time';
import { changesOf, compareRuns, type VisitPair } from './compare';
import { statusOfStep } from './steps';

/** At most so many rows, and fields of a row, are drawn. */
const MOST_ROWS = 300;
const MOST_FIELDS = 40;
const MOST_CHARACTERS = 400;
const UNREACHABLE = { code: 'SERVER_UNREACHABLE', message: 'The server did not answer.', hint: 'Try again.' };

/** A run beside another one of its workflow: what went otherwise, step by step and field by field. */
export function CompareView({
  run,
  timeline,
  onChoose,
}: {
  run: RunDetail;
  timeline: Timeline;
  onChoose: (name: string, visit: number) => void;
}) {
  const { others, problem } = useOthers(run);
  const [chosen, setChosen] = useState<string | null>(null);
  const standard = others?.find((other) => other.startedAt < run.startedAt) ?? others?.at(-1);
  const id = chosen ?? standard?.id ?? null;
  const { other, problem: unread } = useOther(id);
  const [onlyChanged, setOnlyChanged] = useState(true);
  const now = useNow(false);
  const refused = problem ?? unread;
  if (refused && !other) return <ErrorNote problem={refused} className="m-4" />;
  if (!others) return <Skeleton className="m-4 h-40" />;
  if (others.length === 0 || id === null)
    return (
      <EmptyState icon={<GitCompareArrows />} title="Nothing to compare with">
        This is the only run of the workflow. Run it again, and both stand here side by side.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <span className="flex min-w-0 items-center gap-2">
          <span className="shrink-0 text-muted">Compare with</span>
          <Select
            aria-label="Compare with"
            className="w-72 max-w-full"
            value={id}
            onChange={setChosen}
            options={others.map((one) => ({
              value: one.id,
              label: `${STATUSES[statusOfRun(one.status)].word}, ${agoText(one.startedAt, now)}${partText(one, run)}`,
              hint: one.revision === null ? undefined : `v${one.revision}`,
            }))}
          />
        </span>
        <Link href={`/runs/${id}`} className="text-accent underline-offset-2 hover:underline">
          Open that run
        </Link>
        <span className="flex-1" />
        <Checkbox
          label="Only what differs"
          checked={onlyChanged}
          onChange={(event) => setOnlyChanged(event.target.checked)}
        />
      </div>
      {other && other.id === id ? (
        <Comparison other={other} run={run} timeline={timeline} onlyChanged={onlyChanged} onChoose={onChoose} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </div>
  );
}

/** `from “Double”`: a trial of a part says so in its name. */
const partText = (one: RunSummary, run: RunSummary): string => {
  const part = /\(([^()]*)\)$/.exec(one.workflowName)?.[1];
  return part && one.workflowName !== run.workflowName ? `, ${part}` : '';
};

function Comparison({
  other,
  run,
  timeline,
  onlyChanged,
  onChoose,
}: {
  other: RunDetail;
  run: RunDetail;
  timeline: Timeline;
  onlyChanged: boolean;
  onChoose: (name: string, visit: number) => void;
}) {
  const pairs = useMemo(() => compareRuns(timelineOf(other.events), timeline), [other.events, timeline]);
  const input = useMemo(() => changesOf(other.input, run.input), [other.input, run.input]);
  const different = pairs.filter((pair) => pair.differs);
  const rows = onlyChanged ? different : pairs;
  return (
    <>
      <p role="status" className="text-sm">
        {pairs.length === 0
          ? 'No step had begun in either run, or what happened is not kept any more.'
          : different.length === 0
            ? `All ${pairs.length} steps went the same way, with the same values.`
            : `${different.length} of ${pairs.length} steps differ.`}
      </p>
      {input.length > 0 ? (
        <section className="rounded-lg border">
          <h2 className="border-b px-3 py-2 text-sm font-medium">Input of the run</h2>
          <Changes changes={input.map((change) => ({ part: '', ...change }))} />
        </section>
      ) : null}
      <ul aria-label="Steps side by side" className="flex flex-col gap-3">
        {rows.slice(0, MOST_ROWS).map((pair) => (
          <Pair key={pair.key} pair={pair} onChoose={onChoose} />
        ))}
      </ul>
      {rows.length > MOST_ROWS ? (
        <p className="text-xs text-muted">{rows.length - MOST_ROWS} more are not shown.</p>
      ) : null}
    </>
  );
}

function Pair({ pair, onChoose }: { pair: VisitPair; onChoose: (name: string, visit: number) => void }) {
  const { before, after, name, place, changes } = pair;
  return (
    <li className="rounded-lg border bg-surface">
      <div className="grid grid-cols-[2fr_3fr_3fr] items-center border-b py-2 last:border-0">
        <span className="min-w-0 px-3">
          {after ? (
            <button
              type="button"
              className="min-h-6 text-left text-sm font-medium break-words hover:underline"
              onClick={() => onChoose(name, after.id)}
            >
              {name}
            </button>
          ) : (
            <span className="text-sm font-medium break-words">{name}</span>
          )}
          {place ? <span className="ml-2 text-xs text-muted">{place}</span> : null}
        </span>
        <Side label="Other run" visit={before} />
        <Side label="This run" visit={after} />
      </div>
      {changes.length > 0 ? <Changes changes={changes} named /> : null}
    </li>
  );
}

const Side = ({ label, visit }: { label: string; visit: StateVisit | null }) => (
  <span className="flex min-w-0 flex-col gap-0.5 px-3 max-sm:px-2">
    <span className="text-xs text-muted">{label}</span>
    <span className="flex items-center gap-2 max-sm:flex-col max-sm:items-start max-sm:gap-0.5">
      {visit ? (
        <>
          <StatusBadge status={statusOfStep(visit.status)} />
          {visit.exitedAt === null ? null : (
            <span className="text-xs text-muted tabular-nums">{durationText(visit.exitedAt - visit.enteredAt)}</span>
          )}
        </>
      ) : (
        <span className="text-xs text-muted">Not in it</span>
      )}
    </span>
  </span>
);

/** `named`: what stands above names the two columns already. */
function Changes({ changes, named }: { changes: VisitPair['changes']; named?: boolean }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full table-fixed text-xs">
        <colgroup>
          <col className="w-1/4" />
          <col />
          <col />
        </colgroup>
        <thead className={cn('text-left text-muted', named && 'sr-only')}>
          <tr>
            <th className="px-3 py-1.5 font-medium">Field</th>
            <th className="px-3 py-1.5 font-medium">Other run</th>
            <th className="px-3 py-1.5 font-medium">This run</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, MOST_FIELDS).map((change) => (
            <tr key={`${change.part} ${change.path}`} className={cn('border-t align-top', named && 'first:border-0')}>
              <th scope="row" className="px-3 py-1.5 text-left font-normal break-words">
                {change.part ? <span className="block text-muted">{change.part}</span> : null}
                {change.path ? <code>{change.path}</code> : change.part ? null : 'All of it'}
              </th>
              <Value value={change.before} />
              <Value value={change.after} />
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length > MOST_FIELDS ? (
        <p className="border-t px-3 py-1.5 text-xs text-muted">{changes.length - MOST_FIELDS} more fields differ.</p>
      ) : null}
    </div>
  );
}

function Value({ value }: { value: Json | undefined }) {
  if (value === undefined) return <td className="px-3 py-1.5 text-muted italic">not there</td>;
  const text = JSON.stringify(value);
  return (
    <td className="px-3 py-1.5 font-mono wrap-anywhere" title={text.length > MOST_CHARACTERS ? 'Cut short' : undefined}>
      {text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text}
    </td>
  );
}

/** The other runs of the same workflow, the newest first; `null` until known. */
function useOthers(run: RunSummary): { others: RunSummary[] | null; problem: ProblemView | null } {
  const [others, setOthers] = useState<RunSummary[] | null>(run.workflowId ? null : []);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const { id, workflowId } = run;
  useEffect(() => {
    if (!workflowId) return;
    let live = true;
    void listRunsAction({ workflowId })
      .catch(() => null)
      .then((answer) => {
        if (!live) return;
        if (answer?.ok) setOthers(answer.value.filter((one) => one.id !== id));
        else setProblem(answer?.problem ?? UNREACHABLE);
      });
    return () => {
      live = false;
    };
  }, [id, workflowId]);
  return { others, problem };
}

function useOther(id: string | null): { other: RunDetail | null; problem: ProblemView | null } {
  const [other, setOther] = useState<RunDetail | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  useEffect(() => {
    if (id === null) return;
    let live = true;
    setProblem(null);
    void getRunAction(id)
      .catch(() => null)
      .then((answer) => {
        if (!live) return;
        if (answer?.ok) setOther(answer.value);
        else setProblem(answer?.problem ?? UNREACHABLE);
      });
    return () => {
      live = false;
    };
  }, [id]);
  return { other, problem };
}
