'use server';
import type { Diagnostic, Result } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { ReviewEdits, reviewEdits, StartEdit, SwapFunction, startEdit, swapFunction } from '@/lib/usecases/edits';
import type { JobView, ReviewView } from '@/lib/usecases/types';
import { answer } from './answer';

/** A proposal that is there this soon is answered with; a longer one is followed as a job. */
const PATIENCE_MS = 600;

/** Asks for a change of the workflow on the screen; nothing is changed by it. */
export async function startEditAction(form: {
  text: string;
  name: string;
  document: WorkflowDocument;
  selected: string[];
  planner?: 'auto' | 'offline';
  faults?: {
    problems: Diagnostic[];
    failure: { node: string | null; error: string; cause: string } | null;
  } | null;
}): Promise<Result<JobView>> {
  return answer(StartEdit, form, (deps, request) => deps.jobs.within(startEdit(deps, request).id, PATIENCE_MS));
}

/** What a plan of edits makes of a workflow, with only those edits that are kept. */
export async function reviewEditsAction(form: {
  document: WorkflowDocument;
  plan: unknown;
  keep: string[];
}): Promise<Result<ReviewView>> {
  return answer(ReviewEdits, form, reviewEdits);
}

/** The workflow with another function doing a step, wired anew; `words`: what asked for the step. */
export async function swapFunctionAction(form: {
  document: WorkflowDocument;
  node: string;
  functionName: string;
  words: string;
}): Promise<Result<{ document: WorkflowDocument }>> {
  return answer(SwapFunction, form, swapFunction);
}
