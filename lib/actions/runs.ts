'use server';
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import { getMapItem, getMapItems, MapItemOf, MapItems } from '@/lib/usecases/map-items';
import { getRun, getRunLogs, listRuns, RunsQuery, runsPage } from '@/lib/usecases/read';
import { RedriveRun, redriveRun } from '@/lib/usecases/runs-redrive';
import { ForkAt, ForkRun, forkPlan, forkRunJob, RetryRun, retryPlan, retryRunJob } from '@/lib/usecases/runs-retry';
import { startRunJob } from '@/lib/usecases/start-once';
import { StartRun } from '@/lib/usecases/start-run';
import { stopRun } from '@/lib/usecases/stop-run';
import type {
  ForkView,
  LogLine,
  MapItemDetail,
  MapItemsView,
  RetryView,
  RunDetail,
  RunSummary,
  RunsPage,
  RunsWanted,
} from '@/lib/usecases/types';
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

/** More of the runs than the list began with. */
export async function runsPageAction(form: RunsWanted): Promise<Result<RunsPage>> {
  return answer(RunsQuery, form, runsPage);
}

export async function stopRunAction(id: string): Promise<Result<void>> {
  return answer(Id, id, stopRun);
}

export async function getRunLogsAction(id: string): Promise<Result<LogLine[]>> {
  return answer(Id, id, getRunLogs);
}

/** The items of a distributed Map: no history of the run tells of them. */
export async function getMapItemsAction(form: { id: string; mapRunArn: string }): Promise<Result<MapItemsView>> {
  return answer(MapItems, form, getMapItems);
}

export async function getMapItemAction(form: {
  id: string;
  mapRunArn: string;
  executionArn: string;
}): Promise<Result<MapItemDetail>> {
  return answer(MapItemOf, form, getMapItem);
}

/** With what a failed run would be begun again where it failed. */
export async function retryPlanAction(id: string): Promise<Result<RetryView>> {
  return answer(Id, id, retryPlan);
}

export async function retryRunAction(form: { id: string; revision: number }): Promise<Result<{ jobId: string }>> {
  return answer(RetryRun, form, async (deps, request) => ({ jobId: (await retryRunJob(deps, request)).id }));
}

/** A run that ended badly goes on from where it failed. `seen`: the last event that the page knows. */
export async function redriveRunAction(form: { id: string; seen: number }): Promise<Result<RunSummary>> {
  return answer(RedriveRun, form, redriveRun);
}

/** With what a run would be begun again from one of its steps. `event`: the one by which the step was entered. */
export async function forkPlanAction(form: { id: string; event: number }): Promise<Result<ForkView>> {
  return answer(ForkAt, form, forkPlan);
}

export async function forkRunAction(form: {
  id: string;
  event: number;
  revision: number;
  input: Json;
  variables: Record<string, Json>;
  workflowInput: Json;
}): Promise<Result<{ jobId: string }>> {
  return answer(ForkRun, form, async (deps, request) => ({ jobId: (await forkRunJob(deps, request)).id }));
}
