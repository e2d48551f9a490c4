'use server';
import type { Result } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { getWorkflow, listQueries, listWorkflows } from '@/lib/usecases/read';
import type { QuerySummary, WorkflowDetail, WorkflowSummary } from '@/lib/usecases/types';
import {
  CreateWorkflow,
  createWorkflow,
  deleteWorkflow,
  ImportDefinition,
  importDefinition,
  SaveWorkflow,
  saveWorkflow,
} from '@/lib/usecases/workflows';
import { answer, Id, Nothing } from './answer';

export async function listWorkflowsAction(): Promise<Result<WorkflowSummary[]>> {
  return answer(Nothing, undefined, (deps) => listWorkflows(deps));
}

export async function listQueriesAction(): Promise<Result<QuerySummary[]>> {
  return answer(Nothing, undefined, (deps) => listQueries(deps));
}

export async function getWorkflowAction(id: string): Promise<Result<WorkflowDetail>> {
  return answer(Id, id, getWorkflow);
}

export async function createWorkflowAction(form: {
  name: string;
  document: WorkflowDocument;
}): Promise<Result<{ id: string }>> {
  return answer(CreateWorkflow, form, createWorkflow);
}

export async function saveWorkflowAction(form: {
  id: string;
  name: string;
  document: WorkflowDocument;
  revision: number;
}): Promise<Result<{ revision: number; updatedAt: number }>> {
  return answer(SaveWorkflow, form, saveWorkflow);
}

export async function importDefinitionAction(form: { name: string; text: string }): Promise<Result<{ id: string }>> {
  return answer(ImportDefinition, form, importDefinition);
}

export async function deleteWorkflowAction(id: string): Promise<Result<void>> {
  return answer(Id, id, deleteWorkflow);
}

/** What a caller outside the page needs; asked for when a person wants to see it, never part of a page by itself. */
export async function getInvokeAction(id: string): Promise<Result<{ path: string; token: string }>> {
  return answer(Id, id, async (deps, workflowId) => {
    const { invokePath } = await getWorkflow(deps, workflowId);
    return { path: invokePath, token: deps.token };
  });
}
