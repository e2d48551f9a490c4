/**
 * The ways out of a conflict: what is on the screen, or what both made of what they began from. What is stored is never lost.
 * @module
 */

import { nameVersionAction } from '@/lib/actions/versions';
import { getWorkflowAction } from '@/lib/actions/workflows';
import type { ProblemView } from '@/lib/base/problem';
import { merge, type Named, type Overlap } from '@/lib/graph';
import type { WorkflowDetail } from '@/lib/usecases/types';
import { clockText } from '../../ui/format';
import type { EditorStore } from './store';

const AWAY: ProblemView = {
  code: 'SERVER_UNREACHABLE',
  message: 'The server did not answer.',
  hint: 'Your changes are kept in this browser. Try again when it is back.',
};

/**
 * Names what is stored as a version, so that it can be gone back to; then lets the screen's be saved over it.
 * @returns why it could not be done; then nothing has changed
 */
export async function keepMine(store: EditorStore): Promise<ProblemView | null> {
  const { id } = store.getState();
  try {
    const theirs = await getWorkflowAction(id);
    if (!theirs.ok) return theirs.problem;
    const problem = await nameTheirs(id, theirs.value);
    if (problem) return problem;
    // Whoever saved again in between makes another conflict.
    store.getState().setSave({ kind: 'unsaved' }, theirs.value.revision);
    return null;
  } catch {
    return AWAY;
  }
}

/**
 * Puts both together, as one step of undo. Where both changed the same, what is on the screen stands, and what is stored
 * becomes a named version.
 * @param base what both began from
 */
export async function mergeBoth(
  store: EditorStore,
  base: Named,
): Promise<{ overlaps: Overlap[] } | { problem: ProblemView }> {
  const { id } = store.getState();
  try {
    const theirs = await getWorkflowAction(id);
    if (!theirs.ok) return { problem: theirs.problem };
    const { document, name, overlaps } = merge(base, store.getState(), theirs.value);
    const problem = overlaps.length > 0 ? await nameTheirs(id, theirs.value) : null;
    if (problem) return { problem };
    store.getState().setSave({ kind: 'unsaved' }, theirs.value.revision);
    store.getState().replace(document, name);
    return { overlaps };
  } catch {
    return { problem: AWAY };
  }
}

async function nameTheirs(id: string, { document, updatedAt }: WorkflowDetail): Promise<ProblemView | null> {
  const name = `Saved elsewhere, ${clockText(updatedAt)}`;
  const named = await nameVersionAction({ workflowId: id, name, document });
  return named.ok ? null : named.problem;
}
