'use client';
import { nameVersionAction } from '@/lib/actions/versions';
import type { WorkflowDocument } from '@/lib/graph';

/** Characters of a wish that a version's name repeats. */
const REPEATED = 72;

/**
 * What stood before a wish was fulfilled, among the versions: it is found again when undo is long forgotten.
 * Nobody waits for it, and where it cannot be kept undo still has it.
 */
export function checkpoint(workflowId: string, wish: string, document: WorkflowDocument): void {
  if (document.graph.nodes.length === 0) return;
  const said = wish.replaceAll(/\s+/g, ' ').trim();
  const words = said.length > REPEATED ? `${said.slice(0, REPEATED - 1)}…` : said;
  const name = words === '' ? 'Before a proposed fix' : `Before “${words}”`;
  nameVersionAction({ workflowId, name, document }).catch(() => undefined);
}
