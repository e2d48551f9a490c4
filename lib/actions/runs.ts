'use server';
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import { getRun, getRunLogs, listRuns } from '@/lib/usecases/read';
import { RetryRun, retryPlan, retryRunJob } from '@/lib/usecases/runs-retry';
import { startRunJob } from '@/lib/usecases/start-once';
import { StartRun } from '@/lib/usecases/start-run';
import { stopRun } from '@/lib/usecases/stop-run';
import type { LogLine, RetryView, RunDetail, RunSummary } from '@/lib/usecases/types';
import { answer, Id } from './answer';

/** `key`: made by the caller, the same one when it asks for the same run again. */
export async function startRunAction(form: {
  workflowId: string;
  input: Json;
  key?: string;
}): Promise<Result<{ jobId: string }>> {
  return answer(StartRun, form, (deps, request) => ({ jobId: startRunJob(deps, request).id }));
}

export async function getRunAction(id: string): Promise<Result<RunDetail>> {
  return answer(Id, id, getRun);
}

export async function listRunsAction(filter: { workflowId?: string } = {}): Promise<Result<RunSummary[]>> {
  return answer(z.object({ workflowId: z.string().optional() }), filter, listRuns);
}

export async function stopRunAction(id: string): Promise<Result<void>> {
  return answer(Id, id, stopRun);
}

export async function getRunLogsAction(id: string): Promise<Result<LogLine[]>> {
  return answer(Id, id, getRunLogs);
}

/** With what a failed run would be begun again where it failed. */
export async function retryPlanAction(id: string): Promise<Result<RetryView>> {
  return answer(Id, id, retryPlan);
}

export async function retryRunAction(form: { id: string; revision: number }): Promise<Result<{ jobId: string }>> {
  return answer(RetryRun, form, async (deps, request) => ({ jobId: (await retryRunJob(deps, request)).id }));
}
