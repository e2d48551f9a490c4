'use client';
import { useCallback, useEffect, useState } from 'react';
import { useJob } from '@/components/shell';
import { cancelJobAction } from '@/lib/actions/drafts';
import { startWritingAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import type { WrittenView } from '@/lib/usecases/types';

/** By the id of a step: what was written for it stays until it is kept or discarded, also while another is looked at. */
const waiting = new Map<string, { jobId: string | null; written: WrittenView | null }>();

export type Writing = {
  begin: (document: WorkflowDocument) => Promise<void>;
  cancel: () => void;
  busy: boolean;
  /** the handler as far as it is written */
  source: string;
  /** to be reviewed */
  written: WrittenView | null;
  problem: ProblemView | null;
  discard: () => void;
};

/** A function that a model writes for a step, from its asking until it is kept or discarded. */
export function useWriting(node: string): Writing {
  const [jobId, setJobId] = useState(() => waiting.get(node)?.jobId ?? null);
  const [written, setWritten] = useState(() => waiting.get(node)?.written ?? null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const { job, problem: lost } = useJob(jobId);

  const become = useCallback(
    (next: { jobId: string | null; written: WrittenView | null }) => {
      if (next.jobId || next.written) waiting.set(node, next);
      else waiting.delete(node);
      setJobId(next.jobId);
      setWritten(next.written);
    },
    [node],
  );
  useEffect(() => {
    if (!job || job.status === 'working') return;
    if (job.status === 'failed') setProblem(job.problem);
    become({ jobId: null, written: job.status === 'done' ? (job.written ?? null) : null });
  }, [job, become]);
  useEffect(() => {
    if (!lost) return;
    setProblem(lost);
    become({ jobId: null, written: null });
  }, [lost, become]);

  const begin = useCallback(
    async (document: WorkflowDocument) => {
      setSending(true);
      setProblem(null);
      become({ jobId: null, written: null });
      const begun = await startWritingAction({ document, node }).catch((error) => ({
        ok: false as const,
        problem: viewOf(error),
      }));
      setSending(false);
      if (begun.ok) become({ jobId: begun.value.id, written: null });
      else setProblem(begun.problem);
    },
    [node, become],
  );
  const cancel = useCallback(() => {
    if (jobId) void cancelJobAction(jobId);
    become({ jobId: null, written: null });
  }, [jobId, become]);
  const discard = useCallback(() => become({ jobId: null, written: null }), [become]);
  const source = job?.id === jobId ? (job?.source ?? '') : '';
  return { begin, cancel, busy: sending || jobId !== null, source, written, problem, discard };
}
