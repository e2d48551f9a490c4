/**
 * Follow-ups: a wish about the workflow on the screen becomes a proposal to review, change by change. Nothing is stored
 * and nothing is changed here: what is kept goes into the editor, as one step of its history.
 */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { applyEdits, type EditOutcome } from '@/lib/draft/edit/apply';
import { differenceOf } from '@/lib/draft/edit/difference';
import { overlay } from '@/lib/draft/edit/overlay';
import { EditPlan, type PlanEdit } from '@/lib/draft/edit/plan';
import { swapPlan } from '@/lib/draft/explain/swap';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { check, nodeOf } from '@/lib/graph';
import { WorkflowDocument } from '@/lib/graph/schema';
import type { Deps } from './deps';
import { viewOfProof } from './drafts-proof';
import type { EditView, Ghosts, JobView, ReviewView } from './types';

const DiagnosticInput = z.object({
  code: z.string().max(100),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string().max(5000),
  hint: z.string().max(5000),
  at: z.object({ node: z.string().optional(), path: z.array(z.union([z.string(), z.number()])).optional() }),
});

export const StartEdit = z.object({
  text: z.string().max(100_000).default(''),
  name: z.string().max(500),
  document: WorkflowDocument,
  selected: z.array(z.string()).max(1000).default([]),
  planner: z.enum(['auto', 'offline']).default('auto'),
  faults: z
    .object({
      problems: z.array(DiagnosticInput).max(200),
      failure: z
        .object({ node: z.string().nullable(), error: z.string().max(1000), cause: z.string().max(40_000) })
        .nullable(),
    })
    .nullable()
    .default(null),
});
export type StartEdit = z.infer<typeof StartEdit>;

/** Begins at once; the proposal comes with the job's end. */
export const startEdit = (deps: Deps, request: StartEdit): JobView =>
  deps.jobs.begin('edit', async ({ signal, update }) => {
    const manifests = await deps.manifests();
    const proposal = await deps.propose(
      { ...request, manifests, now: new Date(deps.now()) },
      {
        signal,
        onProgress: (plan) => {
          const { document, outcomes } = applyEdits(request.document, plan, manifests);
          const coming = outcomes.map(({ edit, before, after }) => wordsFor(edit, plan, before, after));
          const small = document.graph.nodes.length <= SENT_AGAIN;
          update({ coming, ...(small && { ghosts: ghostsOf(request.document, document) }) });
        },
      },
    );
    signal.throwIfAborted();
    const by = {
      by: proposal.by,
      model: proposal.by === 'model' ? (deps.model?.model ?? null) : null,
      fallback: proposal.fallback,
    };
    if (proposal.kind !== 'edits') return update({ ghosts: null, proposal: { ...by, ...proposal } });
    const review = await reviewOf(request.document, proposal.plan, manifests);
    update({ ghosts: null, proposal: { ...by, kind: 'edits', plan: proposal.plan, review } });
  });

/** Steps up to which the picture of what has been written so far is sent with each change. */
const SENT_AGAIN = 200;

function ghostsOf(before: WorkflowDocument, after: WorkflowDocument): Ghosts {
  const { document: preview, marks, edgeMarks } = overlay(before, after);
  return { preview, marks, edgeMarks };
}

export const ReviewEdits = z.object({
  document: WorkflowDocument,
  plan: EditPlan,
  /** ids of the edits that the person keeps */
  keep: z.array(z.string()).max(1000),
});

export async function reviewEdits(
  deps: Pick<Deps, 'manifests'>,
  { document, plan, keep }: z.infer<typeof ReviewEdits>,
): Promise<ReviewView> {
  return reviewOf(document, plan, await deps.manifests(), keep);
}

export const SwapFunction = z.object({
  document: WorkflowDocument,
  node: z.string(),
  functionName: z.string(),
  words: z.string().max(20_000).default(''),
});

/**
 * The workflow with another function doing a step; nothing is stored.
 * @throws Problem FUNCTION_UNKNOWN, EDIT_STEP_UNKNOWN
 */
export async function swapFunction(
  deps: Pick<Deps, 'manifests' | 'now'>,
  request: z.infer<typeof SwapFunction>,
): Promise<{ document: WorkflowDocument }> {
  const manifests = await deps.manifests();
  const plan = swapPlan({ ...request, manifests, now: new Date(deps.now()) });
  const { document, outcomes } = applyEdits(request.document, plan, manifests);
  const why = outcomes[0]?.why;
  const known = manifests.some(({ name }) => name === request.functionName);
  if (why) throw new Problem(known ? 'EDIT_STEP_UNKNOWN' : 'FUNCTION_UNKNOWN', why.message, why.hint);
  return { document };
}

async function reviewOf(
  before: WorkflowDocument,
  plan: EditPlan,
  manifests: FunctionManifest[],
  keep?: string[],
): Promise<ReviewView> {
  const { document, outcomes } = applyEdits(before, plan, manifests, keep);
  const { edges, inputs } = differenceOf(before, document);
  const key = (problem: { code: string; at: object }) => JSON.stringify([problem.code, problem.at]);
  const old = new Set(check(before, manifests).map(key));
  const proof = await viewOfProof(document, manifests);
  return {
    document,
    ...ghostsOf(before, document),
    edits: outcomes.map((outcome) => viewOfEdit(outcome, plan, manifests)),
    edges,
    inputs,
    problems: proof.diagnostics.filter((problem) => problem.severity === 'error' && !old.has(key(problem))),
    proof,
  };
}

function viewOfEdit(
  { id, edit, status, why, before, after }: EditOutcome,
  plan: EditPlan,
  manifests: FunctionManifest[],
): EditView {
  const { steps } = differenceOf(before, after);
  const called = edit.kind === 'add' || edit.kind === 'replace' ? edit.functionName : null;
  const sends = manifests.find(({ name }) => name === called)?.effects === 'sends';
  const missing = edit.kind === 'add' && called === null;
  return {
    id,
    words: wordsFor(edit, plan, before, after),
    because: edit.because,
    status,
    why: why ? `${why.message} ${why.hint}` : null,
    alert: sends
      ? 'It sends something out of this machine.'
      : missing
        ? 'No function does this yet: the step is shown as missing.'
        : null,
    steps,
  };
}

/** A change in one line: "Add “Make QR code” after “Generate public URL”". */
function wordsFor(edit: PlanEdit, plan: EditPlan, before: WorkflowDocument, after: WorkflowDocument): string {
  /** A step of the graph, or one that the plan itself adds. */
  const named = (id: string) => {
    const made = plan.edits.find((other) => other.id === id);
    const title = made && 'title' in made ? made.title : 'the new step';
    return `“${(nodeOf(before.graph, id) ?? nodeOf(after.graph, id))?.name ?? title}”`;
  };
  const where = (place: { where: string; step: string | null }) =>
    place.where === 'end' || place.step === null
      ? ' at the end'
      : place.where === 'failure'
        ? `, when ${named(place.step)} fails`
        : ` ${place.where} ${named(place.step)}`;
  switch (edit.kind) {
    case 'add':
      return `Add “${edit.title}”${where(edit.place)}`;
    case 'wait':
      return `Wait ${edit.seconds} s${where(edit.place)}`;
    case 'remove':
      return `Remove ${named(edit.step)}`;
    case 'replace':
      return `Replace ${named(edit.step)} by ${edit.functionName}`;
    case 'rename':
      return `Rename ${named(edit.step)} to “${edit.title}”`;
    case 'set':
      return `Change ${edit.argument} of ${named(edit.step)}`;
    case 'repeat':
      return `Repeat ${edit.steps.map(named).join(', ')} for each`;
    case 'only':
      return `${edit.steps.map(named).join(', ')} only ${edit.holds ? '' : 'where it is not so: '}${edit.title.charAt(0).toLowerCase()}${edit.title.slice(1)}`;
    case 'retry':
      return `Try ${named(edit.step)} again, up to ${edit.attempts} times`;
  }
}
