/**
 * Follow-ups with a condition: "only turn it grey if it is wider than 1000 pixels", "if the total is over 100, e-mail me".
 *
 * What is done only sometimes is a step that is there, or one that the same wish adds. What the condition compares comes
 * from a step before; where none tells it, one that does is added in front.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import { ancestorsOf, childrenOf, functionOf, mappingAt, nodeOf, payloadOf, type WorkflowNode } from '@/lib/graph';
import { planOffline } from '../offline';
import type { DraftPlan, PlanCondition } from '../plan';
import { findSteps } from './find';
import { added, wired } from './offline-add';
import type { PlanEdit } from './plan';
import { stepsBefore, termsOf } from './sources';
import * as W from './words';
import { type Place, planned, type Work } from './work';

type Wish = { what: string; condition: string; holds: boolean };

/** "only …", "skip …", "… unless …", "if …, …": what is done, when, and whether then or otherwise; `null` for no such wish. */
function wishIn(clause: string): Wish | null {
  for (const { pattern, holds } of W.SOMETIMES) {
    const { what, condition } = pattern.exec(clause)?.groups ?? {};
    // Of "them", one is asked at a time.
    const one = condition
      ?.replace(/^(?:they|these|those) are\b/i, 'it is')
      .replace(/^(?:they|these|those) have\b/i, 'it has');
    if (what && one) return { what: W.plain(what.replace(/,$/, '')), condition: one, holds };
  }
  return null;
}

/** @returns none where it is no such wish, or with `work.told` where it cannot be done */
export function onlyWhen(work: Work, clause: string): PlanEdit[] {
  const wish = wishIn(clause);
  if (!wish) return [];
  const fresh = /^(?:also|additionally|then|as well)\b/i.test(wish.what);
  const there = fresh ? [] : stepsMeant(work, wish.what);
  const last = work.last;
  const made = there.length > 0 ? [] : added(work, wish.what);
  const steps = there.length > 0 ? there.map(({ id }) => id) : made.flatMap((e) => (e.kind === 'add' ? [e.id] : []));
  if (steps.length === 0) return [];
  const place: Place = there[0] ? { where: 'before', step: there[0].id } : placeOf(made);
  const known = conditionFor(work, wish, place, there[0]?.name ?? wish.what);
  if (!known) {
    work.last = last;
    work.told = `No step tells whether “${W.short(wish.condition)}”: add one that does, or a choice on the canvas.`;
    return [];
  }
  const number = work.plan.edits.length + made.length + 1;
  const teller = tellerOf(work, wish, known, place, steps[0]!, `add-${number}`);
  const left = teller && known.condition.left.kind === 'step' ? { ...known.condition.left, step: teller.id } : null;
  return [
    ...made,
    ...(teller ? [teller] : []),
    {
      kind: 'only',
      id: `only-${number + 1}`,
      because: null,
      steps,
      title: titleOf(wish),
      condition: left ? { ...known.condition, left } : known.condition,
      holds: wish.holds,
    },
  ];
}

const titleOf = ({ condition }: Wish): string => `If ${condition.trim()}`.slice(0, 80).replace(/[.,;:\s]+$/, '');

/** Where the wish adds steps, the condition is asked in front of the first of them. */
function placeOf(made: readonly PlanEdit[]): Place {
  const first = made.find((edit) => edit.kind === 'add');
  return first?.kind === 'add' ? first.place : { where: 'end', step: null };
}

/** Steps that are there, by their name or because a step that would be made from the words is there already. */
function stepsMeant(work: Work, what: string): WorkflowNode[] {
  const { document, manifests } = work.request;
  const several = what.split(/\s*,\s*(?:and\s+)?|\s+and\s+/).map((part) => findSteps(part, work.request)[0]);
  if (several.every((node) => node !== undefined)) return [...new Set(several as WorkflowNode[])];
  const [named] = findSteps(what, work.request);
  if (named) return [named];
  const [made, ...more] = planned(work, what, manifests).filter(({ kind }) => kind === 'function');
  const same = document.graph.nodes.filter(
    (node) => made?.kind === 'function' && functionOf(node) === made.functionName,
  );
  return same.length === 1 && more.length === 0 ? same : [];
}

/** `teller`: the step of the plan that tells what is compared, where the workflow has none. */
type Known = {
  condition: PlanCondition;
  teller: Extract<DraftPlan['steps'][number], { kind: 'function' }> | null;
  /** what is told is told of what comes in, not of what a step made of it */
  original: boolean;
};

/**
 * The offline planner reads the condition, first behind what the workflow does before ("… more than 10 rows"), then alone.
 */
function conditionFor(work: Work, wish: Wish, place: Place, what: string): Known | null {
  const before = stepsBefore(work.request, place).filter((node) => functionOf(node) !== null);
  const { manifests, now } = work.request;
  const done = [...before].reverse().flatMap((node) => manifests.find(({ name }) => name === functionOf(node)) ?? []);
  const context = done.map(({ title }) => `${title}. `).join('');
  let original = false;
  for (const prefix of [context, '']) {
    const plan = attempt(`${prefix}If ${wish.condition}, ${what}`);
    const choice = plan?.steps.find(({ kind }) => kind === 'choice');
    if (!plan || choice?.kind !== 'choice') continue;
    const { condition } = choice;
    const { left } = condition;
    if (left.kind === 'step') {
      const teller = plan.steps.find(({ id }) => id === left.step);
      if (teller?.kind !== 'function') continue;
      const own = before.find((node) => functionOf(node) === teller.functionName && sameLevel(work, node, place));
      // "wider than 1000" is not asked of what was just made 640 wide.
      const given = own && left.field !== null && mappingAt(payloadOf(own), [left.field])?.kind === 'literal';
      original ||= given === true;
      if (given) continue;
      if (own) return { condition: { ...condition, left: { ...left, step: own.id } }, teller: null, original };
      return { condition, teller, original };
    }
    // Yes or no would be asked of the person at every run: that is no condition on the data.
    if (left.kind !== 'input' || condition.operator === 'is true') continue;
    const input = plan.inputs.find(({ field }) => field === left.field);
    if (input && !Object.hasOwn(work.request.document.input.properties ?? {}, input.field))
      work.plan.inputs.push(input);
    return { condition, teller: null, original };
  }
  return null;

  function attempt(prompt: string): DraftPlan | null {
    try {
      return planOffline({ prompt, files: [], manifests: [...manifests], now });
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }
}

/** What a step inside a loop tells is told of each item. */
function sameLevel({ request }: Work, node: WorkflowNode, { step }: Place): boolean {
  const { graph } = request.document;
  const anchor = step === null ? undefined : nodeOf(graph, step);
  return childrenOf(graph, anchor?.parent ?? null).some(({ id }) => id === node.id);
}

function tellerOf(
  work: Work,
  wish: Wish,
  { teller: step, original }: Known,
  place: Place,
  first: string,
  id: string,
): Extract<PlanEdit, { kind: 'add' }> | null {
  if (!step) return null;
  const manifest = work.request.manifests.find(({ name }) => name === step.functionName)!;
  const before = original ? [] : stepsBefore(work.request, place);
  const anchor = place.step === null ? undefined : nodeOf(work.request.document.graph, place.step);
  const inside = anchor ? ancestorsOf(work.request.document.graph, anchor).map(({ container }) => container.id) : [];
  const words = { said: termsOf(wish.condition), pointed: true, inside };
  return {
    kind: 'add',
    id,
    because: null,
    title: manifest.title,
    functionName: manifest.name,
    description: null,
    arguments: wired(work, manifest, step.arguments, before, new Map(), words),
    place: { where: 'before', step: first },
  };
}
