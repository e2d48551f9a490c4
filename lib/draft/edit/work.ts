/**
 * What the readers of a follow-up share: the request, what is planned so far, and small things that each of them does.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { createIndex, search } from '@/lib/functions/search';
import { descendantsOf, edgesFrom, functionOf, type WorkflowNode } from '@/lib/graph';
import { planOffline } from '../offline';
import type { DraftPlan, PlanArgument } from '../plan';
import type { Scene } from './find';
import type { EditOf, EditPlan, PlanEdit } from './plan';

export type EditRequest = Scene & { text: string; name: string; now: Date };

export type Work = {
  request: EditRequest;
  plan: EditPlan;
  /** the edit that added a step last: "then …" comes after it */
  last: string | null;
  /** what the plan adds, by the edits' ids, the last first: later steps may use it */
  fresh: WorkflowNode[];
  /** why what was asked for cannot be done, where that is known */
  told: string | null;
};

export type Place = EditOf<'add'>['place'];

export const idOf = ({ plan }: Work, kind: string) => `${kind}-${plan.edits.length + 1}`;

export const setOf = (work: Work, step: string, argument: string, value: unknown, at: number): PlanEdit => ({
  kind: 'set',
  id: `set-${work.plan.edits.length + 1 + at}`,
  because: null,
  step,
  argument,
  from: { kind: 'literal', json: JSON.stringify(value) },
});

export const argumentsOf = (node: WorkflowNode, manifests: readonly FunctionManifest[]) =>
  Object.entries(manifests.find(({ name }) => name === functionOf(node))?.input.properties ?? {});

/** Only what the words gave: what is asked for is the graph's own business. */
export const said = (args: readonly PlanArgument[]): PlanArgument[] =>
  args.filter(({ from }) => from.kind === 'literal');

/** What comes after a step, at its own level and inside of what comes there. */
export function reachedFrom({ graph }: Scene['document'], anchor: WorkflowNode, itself: boolean): Set<string> {
  const found = new Set<string>(itself ? [anchor.id] : []);
  const waiting = edgesFrom(graph, anchor.id).map(({ to }) => to);
  for (let id = itself ? anchor.id : waiting.shift(); id !== undefined; id = waiting.shift()) {
    if (found.has(id) && id !== anchor.id) continue;
    found.add(id);
    for (const inner of descendantsOf(graph, id)) found.add(inner.id);
    for (const { to } of edgesFrom(graph, id)) if (!found.has(to)) waiting.push(to);
  }
  if (!itself) found.delete(anchor.id);
  return found;
}

/** Steps that the offline planner sees in some words; where it sees none, the function whose words fit best. */
export function planned(work: Work, wish: string, manifests: readonly FunctionManifest[]): DraftPlan['steps'] {
  const { now } = work.request;
  const attempt = (prompt: string): DraftPlan['steps'] => {
    try {
      return planOffline({ prompt, files: [], manifests: [...manifests], now }).steps;
    } catch (error) {
      if (error instanceof Problem) return [];
      throw error;
    }
  };
  const works = (steps: DraftPlan['steps']) => steps.some(({ kind }) => kind === 'function');
  const first = attempt(wish);
  if (works(first)) return first;
  // Some nouns are verbs as well: "e-mail me the result" sends an e-mail.
  const verbal = wish.replace(/^(e-?mail|mail|text|message|ping)\b(?:\s+(?:me|us|them|him|her))?/i, 'send an $1 with');
  const second = verbal === wish ? [] : attempt(verbal);
  if (works(second)) return second;
  const telling = wish.replace(/\b(?:make|do|get|give|have|let|put|use|take|it|me|us)\b/gi, ' ');
  const [found, next] = search(createIndex(manifests), telling, 2);
  if (found && manifests.length > 1 && found.score > Math.max(3, (next?.score ?? 0) * 1.15)) {
    const third = attempt(found.manifest.title);
    if (works(third)) return third.slice(0, 1);
  }
  return first;
}
