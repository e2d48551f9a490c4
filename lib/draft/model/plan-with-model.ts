/**
 * The model planner: asks a language model for a draft plan, checks the answer as strictly as any other, and has it
 * repaired from the checker's own words at most twice. Whatever goes wrong comes back as a reason, for the offline
 * planner to step in.
 * @module
 */
import { type Diagnostic, Problem } from '@/lib/base/problem';
import type { WorkflowDocument } from '@/lib/graph/schema';
import { type Assembled, assemble } from '../assemble';
import type { DraftRequest } from '../draft';
import { planOffline } from '../offline';
import type { DraftPhase, DraftPlan } from '../plan';
import type { Complete } from './complete';
import { narrowed, planSchema, repairPrompt, SYSTEM, userPrompt } from './prompt';
import { jsonIn, partialPlan, planFrom } from './read-answer';
import { settled } from './settle';

export type ModelDraft = { plan: DraftPlan } & Assembled;
export type ModelAnswer = { ok: true; draft: ModelDraft } | { ok: false; reason: string };

type Ports = {
  signal?: AbortSignal | undefined;
  onProgress?: ((phase: DraftPhase, plan: DraftPlan | null) => void) | undefined;
  prove?: ((document: WorkflowDocument) => Promise<Diagnostic[]>) | undefined;
};

const REPAIRS = 2;
/** @throws only the signal's reason, when it was cancelled */
export async function planWithModel(
  request: DraftRequest,
  complete: Complete,
  { signal, onProgress, prove }: Ports,
): Promise<ModelAnswer> {
  const catalogue = narrowed(request.prompt, request.manifests, offlineGuess(request));
  const user = userPrompt(request.prompt, request.files, catalogue, request.now);
  const schema = planSchema();
  let ask = user;
  let faults: string[] = [];
  try {
    for (let round = 0; round <= REPAIRS; round++) {
      let shown = 0;
      let closed = -1;
      const answer = await complete({
        system: SYSTEM,
        user: ask,
        schema,
        signal,
        onText: (text) => {
          // A step is whole with its last brace, which may come in the middle of a piece.
          const brace = text.lastIndexOf('}');
          if (round > 0 || brace <= closed) return;
          closed = brace;
          const partial = partialPlan(text);
          if (!partial || partial.steps.length <= shown) return;
          shown = partial.steps.length;
          onProgress?.('picking', settled(partial, request));
        },
      });
      const read = readAnswer(answer);
      if ('plan' in read) {
        const plan = settled(read.plan, request);
        onProgress?.('wiring', plan);
        const made = assemble(plan, request.manifests);
        onProgress?.('checking', plan);
        const faulty = ({ severity, at }: Diagnostic) => severity === 'error' && !isMissing(made.document, at.node);
        let errors = made.diagnostics.filter(faulty);
        // The last round's faults on one branch are told with the draft: better than none.
        if (errors.length === 0 && prove && round < REPAIRS) errors = (await prove(made.document)).filter(faulty);
        if (errors.length === 0) return { ok: true, draft: { plan, ...made } };
        faults = errors.slice(0, 12).map(({ message, hint }) => `${message} ${hint}`);
      } else faults = read.faults;
      ask = repairPrompt(user, answer, faults);
    }
    return {
      ok: false,
      reason: `The model's plan could not be used after ${REPAIRS} corrections: ${faults[0]} The offline planner drafted it instead.`,
    };
  } catch (error) {
    signal?.throwIfAborted();
    const said =
      error instanceof Problem
        ? `${error.message} ${error.hint}`
        : error instanceof Error
          ? error.message
          : String(error);
    return { ok: false, reason: `${said} The offline planner drafted it instead.` };
  }
}

function readAnswer(answer: string): ReturnType<typeof planFrom> {
  const json = jsonIn(answer);
  return json ? planFrom(json) : { faults: ['The answer is not a JSON object.'] };
}

/** A missing step has errors of its own (nothing can do it), which no repair takes away. */
const isMissing = (document: WorkflowDocument, id: string | undefined): boolean => {
  const node = document.graph.nodes.find((other) => other.id === id);
  return node?.kind === 'task' && node.resource.startsWith('action-engine:');
};

/** What the offline planner would take belongs into the catalogue that the model sees. */
function offlineGuess({ prompt, files, manifests, now }: DraftRequest): string[] {
  try {
    return planOffline({ prompt, files, manifests, now }).steps.flatMap((step) =>
      step.kind === 'function' ? [step.functionName, ...step.alternatives] : [],
    );
  } catch {
    return [];
  }
}
