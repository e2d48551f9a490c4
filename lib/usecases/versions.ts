/** Named versions of a workflow: made, listed, compared, deleted. Restoring one is an edit like any other, in the editor. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { differenceOf } from '@/lib/draft/edit/difference';
import { overlay } from '@/lib/draft/edit/overlay';
import { WorkflowDocument } from '@/lib/graph/schema';
import { type StoredVersion, unknownWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';
import type { ComparisonView, VersionSummary } from './types';

const summaryOf = ({ id, name, revision, document, at }: StoredVersion): VersionSummary => ({
  id,
  name,
  revision,
  steps: document.graph.nodes.length,
  savedAt: at,
});

export const listVersions = async (deps: Deps, workflowId: string): Promise<VersionSummary[]> =>
  (await deps.store.versions.list(workflowId)).map(summaryOf);

export const NameVersion = z.object({
  workflowId: z.string().min(1),
  name: z
    .string()
    .transform((name) => name.replaceAll('\0', '').trim())
    .pipe(z.string().min(1, 'A version needs a name.').max(100, 'A name has at most 100 characters.')),
  /** what is on the screen; absent: what is stored */
  document: WorkflowDocument.optional(),
});
/** @throws Problem WORKFLOW_UNKNOWN */
export async function nameVersion(deps: Deps, request: z.infer<typeof NameVersion>): Promise<VersionSummary> {
  const workflow = await deps.store.workflows.get(request.workflowId);
  if (!workflow) throw unknownWorkflow(request.workflowId);
  const version: StoredVersion = {
    id: deps.newId(),
    workflowId: workflow.id,
    name: request.name,
    revision: workflow.revision,
    document: request.document ?? workflow.document,
    at: deps.now(),
  };
  await deps.store.versions.add(version);
  return summaryOf(version);
}

export const CompareWorkflow = z.object({
  workflowId: z.string().min(1),
  /** `null`: what is stored now, which somebody else may have changed */
  versionId: z.string().nullable(),
  document: WorkflowDocument,
});
/**
 * What the workflow on the screen has that the other state has not, and the other way round.
 * @throws Problem WORKFLOW_UNKNOWN, VERSION_UNKNOWN
 */
export async function compareWorkflow(deps: Deps, request: z.infer<typeof CompareWorkflow>): Promise<ComparisonView> {
  const { workflowId, versionId, document } = request;
  const other =
    versionId === null ? await deps.store.workflows.get(workflowId) : await deps.store.versions.get(versionId);
  if (!other) throw versionId === null ? unknownWorkflow(workflowId) : unknownVersion(versionId);
  const { document: preview, marks, edgeMarks } = overlay(other.document, document);
  return {
    name: other.name,
    revision: other.revision,
    document: other.document,
    preview,
    marks,
    edgeMarks,
    ...differenceOf(other.document, document),
  };
}

export const deleteVersion = (deps: Deps, id: string): Promise<void> => deps.store.versions.delete(id);

const unknownVersion = (id: string) =>
  new Problem('VERSION_UNKNOWN', `There is no version "${id}".`, 'It may have been deleted; open the versions again.');
