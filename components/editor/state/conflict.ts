/** The way out of a conflict in which a person chose what is on the screen. */

import { nameVersionAction } from '@/lib/actions/versions';
import { getWorkflowAction } from '@/lib/actions/workflows';
import type { ProblemView } from '@/lib/base/problem';
import { clockText } from '../../ui/format';
import type { EditorStore } from './store';

/**
 * Names what is stored as a version, so that it can be gone back to; then lets the screen's be saved over it.
 * @returns why it could not be done; then nothing has changed
 */
export async function keepMine(store: EditorStore): Promise<ProblemView | null> {
  const { id } = store.getState();
  try {
    const theirs = await getWorkflowAction(id);
    if (!theirs.ok) return theirs.problem;
    const { document, updatedAt, revision } = theirs.value;
    const named = await nameVersionAction({
      workflowId: id,
      name: `Saved elsewhere, ${clockText(updatedAt)}`,
      document,
    });
    if (!named.ok) return named.problem;
    // Whoever saved again in between makes another conflict.
    store.getState().setSave({ kind: 'unsaved' }, revision);
    return null;
  } catch {
    return {
      code: 'SERVER_UNREACHABLE',
      message: 'The server did not answer.',
      hint: 'Your changes are kept in this browser. Try again when it is back.',
    };
  }
}
