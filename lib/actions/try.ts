'use server';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import {
  DryRun,
  dryRunAll,
  FindSample,
  findSample,
  StartTrial,
  startTrialJob,
  TestStep,
  testStep,
} from '@/lib/usecases/try';
import type { CoverageView, FoundView, StateTestView } from '@/lib/usecases/types';
import { answer } from './answer';

type Asked = { workflowId: string; document: WorkflowDocument };
type Part = { from: string | null; until: string | null };
type Given = { input: Json; variables?: Record<string, Json>; workflowInput?: Json };

/** What the first step of a part would find: pinned, or of the last run. */
export async function findSampleAction(form: Asked & Part): Promise<Result<FoundView>> {
  return answer(FindSample, form, findSample);
}

/** Runs what is on the screen: from a step, until a step, or all of it with mocked steps. */
export async function startTrialAction(
  form: Asked & Part & Given & { mocked?: boolean },
): Promise<Result<{ jobId: string }>> {
  return answer(StartTrial, form, (deps, request) => ({ jobId: startTrialJob(deps, request).id }));
}

export async function testStepAction(form: Asked & Given & { node: string }): Promise<Result<StateTestView>> {
  return answer(TestStep, form, testStep);
}

export async function dryRunAction(form: { document: WorkflowDocument }): Promise<Result<CoverageView>> {
  return answer(DryRun, form, dryRunAll);
}
