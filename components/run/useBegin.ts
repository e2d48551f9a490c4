'use client';
import { useEffect, useRef, useState } from 'react';
import type { ProblemView, Result } from '@/lib/base/problem';
import { useJob } from '../shell';

export const UNREACHABLE = { code: 'SERVER_UNREACHABLE', message: 'The server did not answer.', hint: 'Try again.' };

/**
 * Begins a run as a job and waits until it has begun.
 * @param onRun called once with the new run's id
 */
export function useBegin(onRun: (runId: string) => void) {
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const { job, problem: lost } = useJob(jobId);
  const tell = useRef(onRun);
  tell.current = onRun;
  const begun = job?.runId ?? null;
  useEffect(() => {
    if (begun) tell.current(begun);
  }, [begun]);
  const begin = async (call: Promise<Result<{ jobId: string }>>) => {
    setBusy(true);
    setProblem(null);
    setJobId(null);
    const answer = await call.catch(() => null);
    setBusy(false);
    if (answer?.ok) setJobId(answer.value.jobId);
    else setProblem(answer?.problem ?? UNREACHABLE);
  };
  const refused = problem ?? lost ?? job?.problem ?? null;
  return { begin, refused, going: busy || (jobId !== null && !refused && job?.status !== 'cancelled') };
}
