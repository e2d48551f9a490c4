/**
 * Follow-ups about steps that are there: renamed, removed, moved, replaced, repeated, tried again, caught.
 *
 * Each reader gives the edits that it sees in a clause, or none; `work.told` says why, where that is known.
 * @module
 */
import { ancestorsOf, childrenOf, functionOf, mappingAt, payloadOf, type WorkflowNode } from '@/lib/graph';
import type { PlanArgument } from '../plan';
import { findStep, findSteps } from './find';
import { heldValue, moveIn } from './move';
import { added, followers } from './offline-add';
import { limitChanged, valuesChanged } from './offline-values';
import type { PlanEdit } from './plan';
import { repeatOf } from './repeat-offline';
import { sourceFor, standsFor, stepsBefore } from './sources';
import * as W from './words';
import { argumentsOf, idOf, type Place, planned, reachedFrom, said, setOf, type Work } from './work';

export function renamed(work: Work, clause: string): PlanEdit[] {
  for (const pattern of W.RENAME) {
    const [, words, title] = pattern.exec(clause) ?? [];
    const step = words && findStep(words, work.request);
    if (step && title)
      return [{ kind: 'rename', id: idOf(work, 'rename'), because: null, step: step.id, title: W.unquoted(title) }];
  }
  return [];
}

export function removed(work: Work, clause: string): PlanEdit[] {
  const rest = W.REMOVE_REST.exec(clause);
  const words = W.REMOVE.exec(clause)?.[1];
  if (rest) return restOf(work, rest[1]!, rest[2]!);
  // "don't do it for each": once instead of often is another workflow, not one step less.
  if (!words || /^(?:everything|all)\b/i.test(words) || W.REPEATED.test(words)) return [];
  const several = words.split(/\s*,\s*(?:and\s+)?|\s+and\s+/);
  const steps = several.map((part) => findStep(part, work.request));
  const found = steps.every((step) => step !== null) ? steps : [findStep(words, work.request)];
  return [...new Set(found)].flatMap((step, at): PlanEdit[] =>
    step ? [{ kind: 'remove', id: `remove-${work.plan.edits.length + 1 + at}`, because: null, step: step.id }] : [],
  );
}

/** "delete everything after the resize" */
function restOf(work: Work, where: string, words: string): PlanEdit[] {
  const { graph } = work.request.document;
  const anchor = findStep(words, work.request);
  if (!anchor) return [];
  const later = reachedFrom(work.request.document, anchor, false);
  const siblings = childrenOf(graph, anchor.parent).filter(({ id }) => id !== anchor.id);
  const earlier = (node: WorkflowNode) => reachedFrom(work.request.document, node, false).has(anchor.id);
  const gone = siblings.filter((node) => (/after|behind|follow/i.test(where) ? later.has(node.id) : earlier(node)));
  if (gone.length === 0) work.told = `Nothing comes ${where.toLowerCase()} “${anchor.name}”.`;
  return gone.map(({ id }, at) => ({
    kind: 'remove',
    id: `remove-${work.plan.edits.length + 1 + at}`,
    because: null,
    step: id,
  }));
}

/** "do the crop before the resize", "swap the first two": out where it is, and in again elsewhere. */
export function moved(work: Work, clause: string): PlanEdit[] {
  const move = moveIn(clause, work.request);
  if (move === null) return [];
  if (typeof move === 'string') {
    work.told = move;
    return [];
  }
  const { step, where, anchor } = move;
  const manifest = work.request.manifests.find(({ name }) => name === functionOf(step));
  if (!manifest) return [];
  const place: Place = { where, step: anchor.id };
  const { graph } = work.request.document;
  const before = stepsBefore(work.request, place).filter(({ id }) => id !== step.id);
  const inside = ancestorsOf(graph, anchor).map(({ container }) => container.id);
  const args = Object.entries(manifest.input.properties ?? {}).flatMap(([name, schema]): PlanArgument[] => {
    const held = mappingAt(payloadOf(step), [name]);
    if (!held) return [];
    const value = heldValue(held, work.request);
    const carried = Object.values(manifest.output.properties ?? {}).some((output) => standsFor(schema, output));
    const there = value?.kind !== 'step' || before.some(({ id }) => id === value.step);
    // What it makes something of is what has come so far; the rest it keeps.
    const from =
      (carried || !there || value === null) && value?.kind !== 'literal'
        ? (sourceFor(name, schema, before, work.request, { said: new Set(), pointed: true, inside }) ??
          (there ? value : null))
        : value;
    return from ? [{ name, from, because: null }] : [];
  });
  const out: PlanEdit = { kind: 'remove', id: idOf(work, 'remove'), because: null, step: step.id };
  const id = `add-${work.plan.edits.length + 2}`;
  work.last = id;
  return [
    out,
    {
      kind: 'add',
      id,
      because: null,
      title: step.name,
      functionName: manifest.name,
      description: null,
      arguments: args,
      place,
    },
    ...followers(work, id, manifest, args, place, 2).filter((edit) => edit.kind !== 'set' || edit.step !== step.id),
  ];
}

/** "if the resize fails, tell me on Slack" */
export function caught(work: Work, clause: string): PlanEdit[] {
  for (const pattern of W.FAILS) {
    const { step: words, rest } = pattern.exec(clause)?.groups ?? {};
    if (words === undefined || rest === undefined) continue;
    const step = findStep(/^(?:something|anything|one|any of them)$/i.test(words) ? 'it' : words, work.request);
    if (!step) continue;
    const last = work.last;
    const edits = added(work, rest, { where: 'failure', step: step.id });
    work.last = last;
    return edits;
  }
  return [];
}

export function replaced(work: Work, clause: string): PlanEdit[] {
  for (const { pattern, old } of W.REPLACE) {
    const found = pattern.exec(clause);
    if (!found) continue;
    const [was, wish] = old === 1 ? [found[1]!, found[2]!] : [found[2]!, found[1]!];
    const values = valuesChanged(work, was, wish);
    if (values.length > 0) return values;
    const steps = findSteps(was, work.request);
    const step = likest(work, steps, wish);
    const others = step ? work.request.manifests.filter(({ name }) => name !== functionOf(step)) : [];
    const made = step ? planned(work, wish, others).find((each) => each.kind === 'function') : undefined;
    if (step && made?.kind === 'function')
      return [
        {
          kind: 'replace',
          id: idOf(work, 'replace'),
          because: null,
          step: step.id,
          functionName: made.functionName,
          arguments: said(made.arguments),
        },
      ];
  }
  return [];
}

/** Of several steps that the words may name, the one that the new function is most like. */
function likest(work: Work, steps: readonly WorkflowNode[], wish: string): WorkflowNode | undefined {
  if (steps.length < 2) return steps[0];
  const made = planned(work, wish, work.request.manifests).find(({ kind }) => kind === 'function');
  const manifest = work.request.manifests.find(({ name }) => made?.kind === 'function' && name === made.functionName);
  const takes = Object.keys(manifest?.input.properties ?? {});
  const alike = (node: WorkflowNode) =>
    argumentsOf(node, work.request.manifests).filter(([name]) => takes.includes(name)).length;
  return [...steps].sort((a, b) => alike(b) - alike(a))[0];
}

export function repeated(work: Work, said: string): PlanEdit[] {
  const clause = said.replace(/^(?:also|then|and)\s+/i, '');
  const found = W.REPEAT.exec(clause);
  if (!found) return [];
  const head = found[1]?.trim() ?? '';
  const steps = head && !W.REPEAT_VERB.test(head) ? findSteps(head, work.request).slice(0, 1) : [];
  if (!W.REPEAT_VERB.test(clause) && steps.length === 0 && head !== '') return [];
  const edit = repeatOf(work.request, steps, found[2]!);
  return edit ? [{ ...edit, id: idOf(work, 'repeat'), because: null }] : [];
}

/** "only three at a time", "one by one" */
export function atATime(work: Work, clause: string): PlanEdit[] {
  const { count, single } = W.AT_A_TIME.exec(clause)?.groups ?? {};
  const { graph } = work.request.document;
  const loops = graph.nodes.filter(({ kind }) => kind === 'map');
  const [loop] = loops;
  const items = single ? 1 : W.countOf(count ?? '');
  return loop && loops.length === 1 && items ? [setOf(work, loop.id, 'maxConcurrency', items, 0)] : [];
}

/** A condition is a choice on the canvas; only the number that one compares with is changed by words. */
export function conditioned(work: Work, clause: string): PlanEdit[] {
  if (!W.CONDITION.test(clause) || W.FAILS.some((pattern) => pattern.test(clause))) return [];
  const edits = /^(?:only )?(?:if|when|unless)\b[^,]*$/i.test(clause) ? limitChanged(work, clause, true) : [];
  if (edits.length === 0)
    work.told = `“${W.short(clause)}” needs a choice: add one on the canvas in front of the step, and say in it when.`;
  return edits;
}

export function retried(work: Work, clause: string): PlanEdit[] {
  if (!W.RETRY.test(clause)) return [];
  const attempts = W.timesIn(clause) ?? 3;
  const named = W.FAILS.map((pattern) => pattern.exec(clause)?.groups?.step).find((words) => words !== undefined);
  const words = (named && !/^(?:it|that|this|one)$/i.test(named) ? named : clause)
    .replace(/\b(?:wait\w*|with|after|every|in between|between|a pause of)\b.*\d.*$/i, ' ')
    .replace(
      /\b(?:retry|re-try|try (?:it |that |this )?again|try|up to|retries|if|when|fails?|failed|times|more|on failure|once|twice|\d+)\b/gi,
      ' ',
    )
    .replace(/[,.]/g, ' ')
    .trim();
  const step = (words && findStep(words, work.request)) || findStep('it', work.request);
  const seconds =
    W.secondsIn(clause) ??
    W.secondsIn(
      `wait ${/\d+(?:\.\d+)?\s*[a-z]+\b(?! times)/i.exec(clause.replace(/\d+ (?:more )?times/i, ''))?.[0] ?? ''}`,
    );
  // "each" of a loop is what is done with it, not the loop as a whole.
  if (step?.kind === 'map' && /\b(?:each|every|all|them)\b/i.test(clause))
    return childrenOf(work.request.document.graph, { id: step.id, branch: 0 }).flatMap(
      ({ id, kind }, at): PlanEdit[] =>
        kind === 'task'
          ? [
              {
                kind: 'retry',
                id: `retry-${work.plan.edits.length + 1 + at}`,
                because: null,
                step: id,
                attempts,
                seconds,
              },
            ]
          : [],
    );
  return step && (step.kind === 'task' || step.kind === 'map' || step.kind === 'parallel')
    ? [{ kind: 'retry', id: idOf(work, 'retry'), because: null, step: step.id, attempts, seconds }]
    : [];
}
