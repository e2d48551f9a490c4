'use server';
import type { Result } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { CompareDrafts, compareDrafts } from '@/lib/usecases/compare-drafts';
import type { ComparisonView, DraftsComparison, VersionSummary } from '@/lib/usecases/types';
import {
  CompareWorkflow,
  compareWorkflow,
  deleteVersion,
  listVersions,
  NameVersion,
  nameVersion,
} from '@/lib/usecases/versions';
import { answer, Id } from './answer';

export async function listVersionsAction(workflowId: string): Promise<Result<VersionSummary[]>> {
  return answer(Id, workflowId, listVersions);
}

export async function nameVersionAction(form: {
  workflowId: string;
  name: string;
  document?: WorkflowDocument;
}): Promise<Result<VersionSummary>> {
  return answer(NameVersion, form, nameVersion);
}

export async function compareWorkflowAction(form: {
  workflowId: string;
  versionId: string | null;
  document: WorkflowDocument;
}): Promise<Result<ComparisonView>> {
  return answer(CompareWorkflow, form, compareWorkflow);
}

export async function deleteVersionAction(id: string): Promise<Result<void>> {
  return answer(Id, id, deleteVersion);
}

/** @param form ids of two workflows */
export async function compareDraftsAction(form: { before: string; after: string }): Promise<Result<DraftsComparison>> {
  return answer(CompareDrafts, form, compareDrafts);
}
