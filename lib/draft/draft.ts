/**
 * Drafts a workflow from a prompt: with the model where there is one, else (or when it fails) with the offline planner.
 *
 *   prompt, files, manifests ─▶ plan (model | offline) ─▶ assemble ─▶ document, diagnostics
 *
 * Knows no network: the model is a `complete` function that is handed in. Throws only for what nobody could draft.
 * @module
 */
import type { Diagnostic } from '@/lib/base/problem';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { type Assembled, assemble } from './assemble';
import { explainDraft } from './explain/explain';
import type { Complete } from './model/complete';
import { withLimit } from './model/limit';
import { planWithModel } from './model/plan-with-model';
import { type Compare, type DraftExample, type Likeness, namedText, planWithReasons, textsToCompare } from './offline';
import type { AttachedFile, DraftExplanation, DraftPhase, DraftPlan } from './plan';

export type { Complete } from './model/complete';

export type DraftRequest = {
  prompt: string;
  files: AttachedFile[];
  manifests: FunctionManifest[];
  /** for "tomorrow" */
  now: Date;
  /** auto: the model if there is one */
  planner: 'auto' | 'offline' | 'model';
  /** earlier workflows, newest first, from which the offline planner learns; the same list while nothing changed */
  examples?: readonly DraftExample[] | undefined;
};
export type DraftPorts = {
  complete?: Complete | undefined;
  /** the plan as far as it is known; `null` before anything is */
  onProgress?(phase: DraftPhase, plan: DraftPlan | null): void;
  /** what trying a document along its branches shows to be wrong: a model is asked to mend it */
  prove?(document: WorkflowDocument): Promise<Diagnostic[]>;
  /** asks an embedding model, where one is wanted; only the offline planner does */
  compare?: Compare | undefined;
  signal?: AbortSignal | undefined;
};
export type Draft = {
  plan: DraftPlan;
  document: WorkflowDocument;
  diagnostics: Diagnostic[];
  /** why it is as it is */
  explanation: DraftExplanation;
  by: 'offline' | 'model';
  /** why the model was not used although it was asked for; `null` otherwise */
  fallback: string | null;
};

/** @throws Problem PROMPT_EMPTY, PROMPT_NOT_UNDERSTOOD; the signal's reason when it was cancelled */
export async function draft(request: DraftRequest, ports: DraftPorts = {}): Promise<Draft> {
  const { signal, onProgress, prove } = ports;
  signal?.throwIfAborted();
  if (!/[\p{L}\p{N}]/u.test(request.prompt)) {
    throw new Problem(
      'PROMPT_EMPTY',
      'The prompt is empty.',
      'Say in a sentence what should happen, for example: shrink the photo I upload and give me a link.',
    );
  }
  onProgress?.('understanding', null);
  let fallback: string | null = null;
  if (request.planner !== 'offline' && ports.complete) {
    const answer = await planWithModel(request, withLimit(ports.complete), { signal, onProgress, prove });
    signal?.throwIfAborted();
    if (answer.ok) return { ...told(request, answer.draft, 'model'), by: 'model', fallback: null };
    fallback = answer.reason;
  } else if (request.planner === 'model') {
    fallback = 'No language model is chosen, so the offline planner drafted it. Choose one in Settings.';
  }
  onProgress?.('picking', null);
  const { likeness, note } = await compared(request, ports.compare);
  signal?.throwIfAborted();
  const { plan, reasons } = planWithReasons({ ...request, likeness });
  if (note) plan.notes.push(note);
  onProgress?.('wiring', plan);
  const made = assemble(plan, request.manifests);
  onProgress?.('checking', plan);
  return { ...told(request, { plan, ...made }, 'offline', reasons), by: 'offline', fallback };
}

/** Asked before the planner begins, which waits for nothing. */
async function compared(
  request: DraftRequest,
  compare: Compare | undefined,
): Promise<{ likeness: Likeness | null; note: string | null }> {
  const texts = compare ? textsToCompare(request) : [];
  if (!compare || texts.length === 0) return { likeness: null, note: null };
  return compare(texts, request.manifests.map(namedText));
}

function told(
  { prompt, manifests }: DraftRequest,
  { plan, document, diagnostics, nodes }: { plan: DraftPlan } & Assembled,
  by: 'offline' | 'model',
  reasons?: ReadonlyMap<string, string>,
): Pick<Draft, 'plan' | 'document' | 'diagnostics' | 'explanation'> {
  return { plan, document, diagnostics, explanation: explainDraft({ prompt, plan, nodes, manifests, by, reasons }) };
}
