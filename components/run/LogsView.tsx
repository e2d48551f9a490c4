'use client';
import { ScrollText } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { getRunLogsAction } from '@/lib/actions/runs';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { LogLine, RunDetail } from '@/lib/usecases/types';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/Card';
import { cn } from '../ui/cn';
import { ErrorNote } from '../ui/ErrorNote';
import { isOver } from '../ui/status';
import { Clock } from '../ui/Time';

/** ms between looks while the run goes on */
const EVERY = 2000;
/** START, END and REPORT: what Lambda says, not the function */
const PLATFORM = /^(START|END|REPORT|INIT_START) /;

/** What the functions printed while the run went on. */
export function LogsView({ run }: { run: RunDetail }) {
  const [lines, setLines] = useState<LogLine[] | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const over = isOver(run.status);
  const load = useCallback(async () => {
    const answer = await getRunLogsAction(run.id).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setProblem(answer.ok ? null : answer.problem);
    if (answer.ok) setLines(answer.value);
  }, [run.id]);
  useEffect(() => {
    void load();
    if (over) return;
    const timer = setInterval(load, EVERY);
    return () => clearInterval(timer);
  }, [load, over]);

  if (problem) {
    return (
      <div className="p-4">
        <ErrorNote
          problem={problem}
          actions={
            <Button size="sm" onClick={() => void load()}>
              Try again
            </Button>
          }
        />
      </div>
    );
  }
  if (lines === null) return <p className="p-4 text-sm text-muted">Reading the logs…</p>;
  if (lines.length === 0) {
    return (
      <EmptyState icon={<ScrollText />} title="Nothing was printed">
        What functions print to their console shows here, with the time and memory that each took.
      </EmptyState>
    );
  }
  return (
    <ol className="p-3 font-mono text-xs leading-relaxed" aria-label="Log lines">
      {lines.map((line, i) => (
        <li
          key={`${line.at}-${i.toString()}`}
          className={cn('flex gap-x-3 px-1 max-sm:flex-wrap max-sm:pb-1.5', PLATFORM.test(line.text) && 'text-muted')}
        >
          <Clock at={line.at} className="shrink-0 text-muted" />
          <span className="w-32 shrink-0 truncate text-muted" title={line.functionName}>
            {line.functionName}
          </span>
          <span className="min-w-0 flex-1 break-words whitespace-pre-wrap wrap-anywhere max-sm:basis-full">
            {line.text}
          </span>
        </li>
      ))}
    </ol>
  );
}
