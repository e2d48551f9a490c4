/** The proof of a workflow as the screens see it; see lib/proof. */
import { z } from 'zod';
import type { Diagnostic } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { WorkflowDocument } from '@/lib/graph/schema';
import { proofText, prove } from '@/lib/proof/prove';
import type { Deps } from './deps';
import type { ProofView } from './types';

export const ProveDocument = z.object({ document: WorkflowDocument });

export async function proveDocument(
  deps: Pick<Deps, 'manifests'>,
  { document }: z.infer<typeof ProveDocument>,
): Promise<ProofView> {
  return viewOfProof(document, await deps.manifests());
}

export async function viewOfProof(
  document: WorkflowDocument,
  manifests: FunctionManifest[],
  signal?: AbortSignal,
): Promise<ProofView> {
  const proof = await prove(document, manifests, signal ? { signal } : {});
  return { ...proof, text: proofText(proof) };
}

/** What only a dry run finds: for a planner to mend. */
export const provenBy =
  (manifests: FunctionManifest[], signal?: AbortSignal) =>
  async (document: WorkflowDocument): Promise<Diagnostic[]> =>
    (await viewOfProof(document, manifests, signal)).diagnostics.filter(({ code }) => code.startsWith('DRY_RUN_'));
