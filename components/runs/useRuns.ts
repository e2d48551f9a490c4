/**
 * The runs that the list knows: the first page comes with the screen; another filter, and "Show more", ask for further ones.
 * What was found for one filter is kept for the next, so that nothing that is known disappears while the server looks.
 */
import { useCallback, useEffect, useState } from 'react';
import { runsPageAction } from '@/lib/actions/runs';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { RunSummary, RunsPage } from '@/lib/usecases/types';
import { matches, type RunFilter, wantedBy, writeFilter } from './filter';

/** ms without typing before the server is asked */
const PAUSE_MS = 200;

/** Of one filter: the last run that was found, how many fit it, whether others come after. */
type End = { last: RunSummary | null; matching: number; more: boolean };
const endOf = ({ runs, matching, more }: RunsPage): End => ({ last: runs.at(-1) ?? null, matching, more });

/** @param asked the filter that `first` was found for */
export function useRuns(first: RunsPage, asked: RunFilter, filter: RunFilter) {
  const name = writeFilter(filter);
  const [known, setKnown] = useState<ReadonlyMap<string, RunSummary>>(() => byId(first.runs));
  const [ends, setEnds] = useState<Readonly<Record<string, End>>>(() => ({ [writeFilter(asked)]: endOf(first) }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const end = ends[name];
  const unknown = end === undefined;

  const ask = useCallback(
    async (before: RunSummary | null) => {
      const answer = await runsPageAction({
        ...wantedBy(filter),
        before: before && { startedAt: before.startedAt, id: before.id },
      }).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
      setProblem(answer.ok ? null : answer.problem);
      if (!answer.ok) return;
      setKnown((all) => new Map([...all, ...byId(answer.value.runs)]));
      setEnds((all) => ({ ...all, [writeFilter(filter)]: endOf(answer.value) }));
    },
    [filter],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each filter, not for each drawing
  useEffect(() => {
    if (!unknown) return;
    const timer = setTimeout(() => void ask(null), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name, unknown]);

  const { last = null } = end ?? {};
  const onMore = async () => {
    setBusy(true);
    await ask(last);
    setBusy(false);
  };
  // What another filter found further down is not shown before the runs between are known.
  const keep = (run: RunSummary) =>
    matches(filter, run) && !(end?.more && last !== null && run.startedAt < last.startedAt);
  const runs = [...known.values()];
  return {
    runs,
    keep,
    shown: runs.filter(keep).length,
    matching: end?.matching ?? 0,
    /** `null`: all that fit are known */
    onMore: end?.more ? onMore : null,
    pending: unknown && !problem,
    busy,
    problem,
  };
}

const byId = (runs: RunSummary[]): Map<string, RunSummary> => new Map(runs.map((run) => [run.id, run]));
