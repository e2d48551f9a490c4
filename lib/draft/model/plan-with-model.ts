import type { Diagnostic } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import type { DraftPhase, DraftPlan } from '../plan';
import type { DraftRequest } from '../draft';
import type { Complete } from './complete';

export type ModelAnswer = { ok: true; draft: { plan: DraftPlan; document: WorkflowDocument; diagnostics: Diagnostic[] } } | { ok: false; reason: string };

export async function planWithModel(_request: DraftRequest, _complete: Complete, _ports: { signal?: AbortSignal | undefined; onProgress?: ((phase: DraftPhase, plan: DraftPlan | null) => void) | undefined }): Promise<ModelAnswer> {
  return { ok: false, reason: 'The model planner is not there yet.' };
}
