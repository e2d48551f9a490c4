/**
 * Follow-ups without a language model: the commonest forms, read by rules.
 *
 *   request, graph, functions ──planEditOffline()──▶ undo | an answer in words | a plan of edits
 *
 * Pure; knows no function by name. What a step takes and which function does something is the offline planner's work. The
 * forms are tried one after another: their words are in `words.ts`, the readers in `offline-steps.ts`, `offline-values.ts`
 * and `offline-add.ts`.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import { functionOf } from '@/lib/graph';
import { explain } from './explain';
import type { Scene } from './find';
import { added, waited } from './offline-add';
import { onlyWhen } from './offline-only';
import { atATime, caught, conditioned, moved, removed, renamed, repeated, replaced, retried } from './offline-steps';
import { changed } from './offline-values';
import type { EditPlan, PlanEdit } from './plan';
import { isContent, termsOf } from './sources';
import { mended } from './spelling';
import * as W from './words';
import type { EditRequest, Work } from './work';

export type EditAnswer = { kind: 'undo' } | { kind: 'answer'; text: string } | { kind: 'edits'; plan: EditPlan };

/** @throws Problem EDIT_EMPTY, EDIT_NOT_UNDERSTOOD */
export function planEditOffline(request: EditRequest): EditAnswer {
  const text = corrected(W.plain(request.text), request);
  if (!/[\p{L}\p{N}]/u.test(text))
    throw new Problem(
      'EDIT_EMPTY',
      'Nothing was asked.',
      'Say what should change, for example: also make a share link.',
    );
  if (W.UNDO.test(text)) return { kind: 'undo' };
  if (W.EXPLAIN.test(text)) return { kind: 'answer', text: explain(request, text) };
  const plan: EditPlan = { edits: [], inputs: [], answer: null, notes: [] };
  const work: Work = { request, plan, last: null, fresh: [], told: null };
  for (const clause of W.clauses(text)) {
    const edits = editsOf(work, clause);
    if (edits.length === 0) plan.notes.push(work.told ?? `Not understood: “${clause}”.`);
    for (const edit of edits) plan.edits.push({ ...edit, because: clause });
  }
  if (plan.edits.length === 0) {
    if (work.told)
      throw new Problem(
        'EDIT_NOT_UNDERSTOOD',
        work.told,
        'Nothing was changed. Say it differently, or change it on the canvas.',
      );
    throw new Problem(
      'EDIT_NOT_UNDERSTOOD',
      `“${W.short(text)}” names nothing here that could be changed or added.`,
      'Say it in one of these ways: also …, remove …, use … instead of …, rename … to …, make it 512 wide, do it for every file, undo that. With a language model (see the settings), freer wording is read as well.',
    );
  }
  return { kind: 'edits', plan };
}

/** Slips of the keyboard in words that ask for something or name a step of this workflow. */
function corrected(text: string, { document, manifests }: Scene): string {
  const used = new Set(document.graph.nodes.map(functionOf));
  const words = (from: string) => from.toLowerCase().match(/[a-z]+/g) ?? [];
  const names = document.graph.nodes.flatMap(({ name }) => words(name));
  const titles = manifests.flatMap(({ name, title }) => (used.has(name) ? words(title) : []));
  const known = manifests.flatMap(({ title, description, keywords = [] }) =>
    words(`${title} ${description} ${keywords.join(' ')}`),
  );
  return mended(text, [...names, ...titles], new Set(known));
}

function editsOf(work: Work, said: string): PlanEdit[] {
  const clause = W.plain(said.replace(W.DONE, ' '));
  if (clause !== said && clause !== '' && !W.CONDITION.test(clause)) {
    const edits = added(work, clause, { where: 'end', step: null });
    if (edits.length > 0 || work.told) return edits.map((edit) => saysDone(work, edit));
  }
  const wait = !W.RETRY.test(clause) && W.secondsIn(clause);
  for (const read of [renamed, moved, replaced, removed, atATime, repeated, retried, caught, onlyWhen, conditioned]) {
    const edits = read(work, clause);
    if (edits.length > 0) return edits;
    if (work.told) return [];
  }
  if (wait) return waited(work, clause, wait);
  // What names a step that is not there is no wish for another one.
  if (W.RENAME.some((pattern) => pattern.test(clause)) || W.REPLACE.some(({ pattern }) => pattern.test(clause)))
    return [];
  if (W.REMOVE.test(clause)) return takesAway(work, clause);
  const [, only] = /^(?:to|use|into|in)?\s*(.+?)\s+instead$/i.exec(clause) ?? [];
  const changes = only !== undefined || (W.SET.test(clause) && !W.MAKE_NEW.test(clause));
  if (!changes) return added(work, clause);
  const edits = changed(work, only === undefined ? clause : `use ${only}`);
  if (edits.length > 0 || work.told || /^\w+\s+(?:the\s+)?-?\d+(?:\.\d+)?\s+(?:to|into)\s/i.test(clause)) return edits;
  const made = added(work, clause);
  // Another value was meant, not the same step once more.
  const there = new Set(work.request.document.graph.nodes.map(functionOf));
  const fresh = made.some(
    (edit) => edit.kind !== 'add' || (edit.functionName !== null && !there.has(edit.functionName)),
  );
  return fresh ? made : forget(work, made);
}

/** "Tell me when it is done", and of nothing else: that it is done. */
function saysDone({ request }: Work, edit: PlanEdit): PlanEdit {
  const manifest = request.manifests.find(({ name }) => edit.kind === 'add' && name === edit.functionName);
  if (edit.kind !== 'add' || manifest?.effects !== 'sends') return edit;
  const open = (manifest.input.required ?? []).filter(
    (name) => isContent(name) && edit.arguments.every((argument) => argument.name !== name),
  );
  const json = JSON.stringify(`“${request.name}” is done.`);
  const said = open.map((name) => ({ name, from: { kind: 'literal' as const, json }, because: null }));
  return { ...edit, arguments: [...edit.arguments, ...said] };
}

/** "Make it nicer" is no step, even a missing one. */
function forget(work: Work, made: readonly PlanEdit[]): PlanEdit[] {
  if (made.some(({ id }) => id === work.last)) work.last = null;
  return [];
}

/** "remove the background", where a function does that: it speaks of taking away, and of what is taken. */
function takesAway(work: Work, clause: string): PlanEdit[] {
  const [first = '', ...others] = clause.split(' ');
  const verb = [...termsOf(first)];
  const taken = [...termsOf(others.join(' '))];
  if (/\b(?:steps?|everything|all)\b/i.test(clause) || W.REPEATED.test(clause)) return [];
  const made = added(work, clause);
  const does = made.some((edit) => {
    const manifest = work.request.manifests.find(({ name }) => edit.kind === 'add' && name === edit.functionName);
    const words = termsOf(
      `${manifest?.title ?? ''} ${manifest?.description ?? ''} ${(manifest?.keywords ?? []).join(' ')}`,
    );
    return verb.some((each) => words.has(each)) && taken.some((each) => words.has(each));
  });
  return does ? made : forget(work, made);
}
