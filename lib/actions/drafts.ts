'use server';
import type { Result } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { ProveDocument, proveDocument } from '@/lib/usecases/drafts-proof';
import { StartDraft, startDraft } from '@/lib/usecases/start-draft';
import type { JobView, ProofView } from '@/lib/usecases/types';
import { answer, Id } from './answer';

/** A draft that is done this soon opens at once; a longer one is followed. An answer comes within a second either way. */
const PATIENCE_MS = 400;

/** `workflowId` is set when the draft is done already. */
export async function startDraftAction(form: {
  prompt: string;
  files: unknown[];
  planner?: 'auto' | 'offline' | 'model';
  run?: boolean;
}): Promise<Result<{ jobId: string; workflowId: string | null }>> {
  return answer(StartDraft, form, async (deps, request) => {
    const { id } = await startDraft(deps, request);
    const job = await deps.jobs.within(id, PATIENCE_MS);
    return { jobId: id, workflowId: job.status === 'done' && !request.run ? job.workflowId : null };
  });
}

export async function getJobAction(id: string): Promise<Result<JobView>> {
  return answer(Id, id, (deps, jobId) => deps.jobs.get(jobId));
}

export async function cancelJobAction(id: string): Promise<Result<JobView>> {
  return answer(Id, id, (deps, jobId) => deps.jobs.cancel(jobId));
}

/** Tries a workflow along every branch, on example data, calling nothing. */
export async function proveAction(form: { document: WorkflowDocument }): Promise<Result<ProofView>> {
  return answer(ProveDocument, form, proveDocument);
}
