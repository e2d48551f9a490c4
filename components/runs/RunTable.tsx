'use client';
import { Activity } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import { useStream } from '@/components/shell/Stream';
import { Ago, Button, durationText, EmptyState, isOver, StatusBadge, useNow } from '@/components/ui';
import type { RunSummary } from '@/lib/usecases/types';

/** Runs, the newest first, alive: a run that begins or ends elsewhere shows here. */
export function RunTable({
  runs,
  limit,
  keep,
  empty,
}: {
  runs: RunSummary[];
  limit?: number;
  /** of all that are known, those to show */
  keep?: (run: RunSummary) => boolean;
  /** stands there when none of them is to be shown */
  empty?: ReactNode;
}) {
  const [news, setNews] = useState<Record<string, RunSummary>>({});
  useStream((message) => {
    if (message.kind !== 'run') return;
    const { output: _output, error: _error, cause: _cause, ...summary } = message.run;
    setNews((known) => ({ ...known, [summary.id]: summary }));
  });
  const known = new Map(runs.map((run) => [run.id, run]));
  for (const run of Object.values(news)) known.set(run.id, run);
  const all = [...known.values()].sort((a, b) => b.startedAt - a.startedAt);
  const rows = (keep ? all.filter(keep) : all).slice(0, limit);
  const now = useNow(
    rows.some((run) => !isOver(run.status)),
    500,
  );

  if (rows.length === 0 && empty) return empty;
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<Activity />}
        title="No runs yet"
        action={
          <Button size="sm" asChild>
            <Link href="/workflows">Choose a workflow</Link>
          </Button>
        }
      >
        Open a workflow and press Run; what happens is kept here, step by step.
      </EmptyState>
    );
  }
  return (
    <div className="@container overflow-x-auto">
      <table className="w-full text-sm">
        <thead className="text-left text-xs text-muted">
          <tr className="border-b">
            <th className="px-4 py-2 font-medium">Status</th>
            <th className="px-4 py-2 font-medium @max-lg:pl-0">Workflow</th>
            <th className="px-4 py-2 font-medium @max-lg:hidden">Started</th>
            <th className="px-4 py-2 text-right font-medium @max-lg:hidden">Duration</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => (
            <tr key={run.id} className="relative border-b last:border-0 hover:bg-hover">
              <td className="px-4 py-2">
                <StatusBadge status={run.status} />
              </td>
              <td className="w-full max-w-0 px-4 py-2 @max-lg:pl-0">
                <Link
                  href={`/runs/${run.id}`}
                  className="block truncate font-medium after:absolute after:inset-0 after:content-['']"
                >
                  {run.workflowName}
                </Link>
                <p className="truncate text-xs text-muted tabular-nums @lg:hidden">
                  <Ago at={run.startedAt} /> · {durationText((run.stoppedAt ?? now) - run.startedAt)}
                </p>
              </td>
              <td className="px-4 py-2 whitespace-nowrap text-muted @max-lg:hidden">
                <Ago at={run.startedAt} />
              </td>
              <td className="px-4 py-2 text-right whitespace-nowrap text-muted tabular-nums @max-lg:hidden">
                {durationText((run.stoppedAt ?? now) - run.startedAt)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
