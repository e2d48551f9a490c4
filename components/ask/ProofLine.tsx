'use client';
import { useEffect, useState } from 'react';
import { proveAction } from '@/lib/actions/drafts';
import type { WorkflowDocument } from '@/lib/graph';
import type { ProofView } from '@/lib/usecases/types';

/** What trying a workflow along every branch showed, in a line; `waiting` stands there until it is known. */
export function ProofLine({ document, waiting }: { document: WorkflowDocument; waiting: string }) {
  const proof = useProof(document);
  if (!proof) return <span>{waiting}</span>;
  const failed = proof.diagnostics.filter(({ code }) => code.startsWith('DRY_RUN_'));
  return (
    <>
      <span title={proof.notTried ? `Not all was tried: ${proof.notTried}.` : undefined}>
        <span aria-hidden>{failed.length > 0 ? '✕ ' : proof.branches.ran === proof.branches.total ? '✓ ' : ''}</span>
        {proof.text}.
      </span>
      {failed[0] ? <span className="text-danger"> {failed[0].message}</span> : null}
    </>
  );
}

/** Asked for a moment after the last change; `null` until the server has answered. */
function useProof(document: WorkflowDocument): ProofView | null {
  const [proof, setProof] = useState<ProofView | null>(null);
  useEffect(() => {
    let live = true;
    const timer = setTimeout(() => {
      proveAction({ document })
        .then((answer) => live && answer.ok && setProof(answer.value))
        .catch(() => undefined);
    }, 250);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [document]);
  return proof;
}
