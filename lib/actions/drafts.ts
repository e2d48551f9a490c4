'use server';
import type { Result } from '@/lib/base/problem';
import { StartDraft, startDraft } from '@/lib/usecases/start-draft';
import type { JobView } from '@/lib/usecases/types';
import { answer, Id } from './answer';

export async function startDraftAction(form: {
  prompt: string;
  files: unknown[];
  planner?: 'auto' | 'offline' | 'model';
  run?: boolean;
}): Promise<Result<{ jobId: string }>> {
  return answer(StartDraft, form, async (deps, request) => ({ jobId: (await startDraft(deps, request)).id }));
}

export async function getJobAction(id: string): Promise<Result<JobView>> {
  return answer(Id, id, (deps, jobId) => deps.jobs.get(jobId));
}

export async function cancelJobAction(id: string): Promise<Result<JobView>> {
  return answer(Id, id, (deps, jobId) => deps.jobs.cancel(jobId));
}
