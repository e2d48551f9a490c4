/**
 * A follow-up becomes a proposal: with the model where there is one, else (or when it fails) by rules.
 *
 *   request, graph ─▶ undo | an answer in words | a plan of edits         never a changed workflow: that is the person's to keep
 *
 * @module
 */
import { Problem } from '@/lib/base/problem';
import type { Complete } from '../model/complete';
import { withLimit } from '../model/limit';
import { type Faults, planFix } from './fix';
import { planEditWithModel } from './model';
import { type EditAnswer, planEditOffline } from './offline';
import type { EditPlan } from './plan';
import type { EditRequest } from './work';

export type EditPorts = {
  complete?: Complete | undefined;
  signal?: AbortSignal | undefined;
  /** the edits that a model has written so far; only to be shown */
  onProgress?: ((plan: EditPlan) => void) | undefined;
};
export type FollowUp = EditRequest & {
  /** auto: the model if there is one */
  planner: 'auto' | 'offline';
  /** what is to be mended, where that was asked */
  faults: Faults | null;
};
/** `fallback`: why the model was not used although there is one. */
export type Proposal = EditAnswer & { by: 'offline' | 'model'; fallback: string | null };

/** @throws Problem EDIT_EMPTY, EDIT_TOO_LONG, EDIT_NOT_UNDERSTOOD; the signal's reason when it was cancelled */
export async function proposeEdit(
  request: FollowUp,
  { complete, signal, onProgress }: EditPorts = {},
): Promise<Proposal> {
  signal?.throwIfAborted();
  const { faults, text } = request;
  if (!faults && !/[\p{L}\p{N}]/u.test(text))
    throw new Problem(
      'EDIT_EMPTY',
      'Nothing was asked.',
      'Say what should change, for example: also make a share link.',
    );
  if (text.length > MOST)
    throw new Problem(
      'EDIT_TOO_LONG',
      `The follow-up has ${text.length.toLocaleString('en')} characters.`,
      `Say in at most ${MOST.toLocaleString('en')} what should change; attach long texts as files.`,
    );
  let fallback: string | null = null;
  if (complete && request.planner !== 'offline') {
    // What undoes nothing but an edit needs no model.
    const simple = faults ? null : undoOf(request);
    if (simple) return { ...simple, by: 'offline', fallback: null };
    const answer = await planEditWithModel(request, withLimit(complete), signal, onProgress);
    signal?.throwIfAborted();
    if (answer.ok) return { ...answer.answer, by: 'model', fallback: null };
    fallback = answer.reason;
  }
  if (faults) return { kind: 'edits', plan: planFix(request, faults), by: 'offline', fallback };
  try {
    return { ...planEditOffline(request), by: 'offline', fallback };
  } catch (error) {
    if (fallback && error instanceof Problem) throw new Problem(error.code, `${fallback} ${error.message}`, error.hint);
    throw error;
  }
}

const MOST = 4000;

function undoOf(request: EditRequest): EditAnswer | null {
  return /^\s*(?:please )?undo\b/i.test(request.text) ? planEditOffline({ ...request, text: 'undo' }) : null;
}
