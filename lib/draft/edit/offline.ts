/**
 * Follow-ups without a language model: the commonest forms, read by rules.
 *
 *   request, graph, functions ──planEditOffline()──▶ undo | an answer in words | a plan of edits
 *
 * Pure; knows no function by name. What a step takes and which function does something is the offline planner's work.
 * Long, because the forms are tried one after another on the same state, and each is a few lines: their words are in
 * `words.ts`, moving in `move.ts`, where values come from in `sources.ts`.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { createIndex, search } from '@/lib/functions/search';
import { splitName } from '@/lib/functions/words';
import {
  ancestorsOf,
  childrenOf,
  descendantsOf,
  edgesFrom,
  edgesTo,
  functionOf,
  isEnd,
  mappingAt,
  nodeOf,
  payloadOf,
  taskForFunction,
  variableOf,
  type WorkflowNode,
} from '@/lib/graph';
import { planOffline } from '../offline';
import type { DraftPlan, PlanArgument } from '../plan';
import { explain } from './explain';
import { findStep, findSteps, lastStep, mainLine, type Scene } from './find';
import { heldValue, moveIn } from './move';
import type { EditOf, EditPlan, PlanEdit } from './plan';
import { repeatOf } from './repeat-offline';
import { namedResult, sourceFor, standsFor, stepsBefore, termsOf } from './sources';
import { mended } from './spelling';
import { numberIn } from './value';
import * as W from './words';

export type EditRequest = Scene & { text: string; name: string; now: Date };
export type EditAnswer = { kind: 'undo' } | { kind: 'answer'; text: string } | { kind: 'edits'; plan: EditPlan };
export type Place = EditOf<'add'>['place'];

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
    const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
    throw new Problem(
      'EDIT_NOT_UNDERSTOOD',
      `“${shown}” names nothing here that could be changed or added.`,
      'Say it in one of these ways: also …, remove …, use … instead of …, rename … to …, make it 512 wide, do it for every file, undo that. With a language model (see the settings), freer wording is read as well.',
    );
  }
  return { kind: 'edits', plan };
}

type Work = {
  request: EditRequest;
  plan: EditPlan;
  /** the edit that added a step last: "then …" comes after it */
  last: string | null;
  /** what the plan adds, by the edits' ids, the last first: later steps may use it */
  fresh: WorkflowNode[];
  /** why what was asked for cannot be done, where that is known */
  told: string | null;
};

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

const idOf = ({ plan }: Work, kind: string) => `${kind}-${plan.edits.length + 1}`;

function editsOf(work: Work, clause: string): PlanEdit[] {
  const wait = !W.RETRY.test(clause) && W.secondsIn(clause);
  for (const read of [renamed, moved, replaced, removed, atATime, repeated, retried, caught, conditioned]) {
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
  if (edits.length > 0 || work.told || /^\w+\s+-?\d+(?:\.\d+)?\s+(?:to|into)\s/i.test(clause)) return edits;
  const made = added(work, clause);
  // Another value was meant, not the same step once more.
  const there = new Set(work.request.document.graph.nodes.map(functionOf));
  const fresh = made.some(
    (edit) => edit.kind !== 'add' || (edit.functionName !== null && !there.has(edit.functionName)),
  );
  return fresh ? made : forget(work, made);
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

// ------------------------------------------------------------------ steps that are there

function renamed(work: Work, clause: string): PlanEdit[] {
  for (const pattern of W.RENAME) {
    const [, words, title] = pattern.exec(clause) ?? [];
    const step = words && findStep(words, work.request);
    if (step && title)
      return [{ kind: 'rename', id: idOf(work, 'rename'), because: null, step: step.id, title: W.unquoted(title) }];
  }
  return [];
}

function removed(work: Work, clause: string): PlanEdit[] {
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
function moved(work: Work, clause: string): PlanEdit[] {
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
function caught(work: Work, clause: string): PlanEdit[] {
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

function replaced(work: Work, clause: string): PlanEdit[] {
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

/** "use webp instead of png": the arguments that hold the old value now, each a change that may be left out. */
function valuesChanged(work: Work, was: string, wish: string): PlanEdit[] {
  const edits: PlanEdit[] = [];
  for (const node of work.request.document.graph.nodes) {
    for (const [name, schema] of argumentsOf(node, work.request.manifests)) {
      const held = mappingAt(payloadOf(node), [name]);
      if (held?.kind !== 'literal' || String(held.value).toLowerCase() !== W.unquoted(was).toLowerCase()) continue;
      const number = schema.type === 'number' || schema.type === 'integer';
      const choice = schema.enum?.find((option) => String(option).toLowerCase() === W.unquoted(wish).toLowerCase());
      const value = number ? Number.parseFloat(wish) : (choice ?? W.unquoted(wish));
      if (number && Number.isNaN(value)) continue;
      edits.push(setOf(work, node.id, name, value, edits.length));
    }
  }
  const number = Number(wish);
  for (const node of work.request.document.graph.nodes)
    if (node.kind === 'choice' && /^-?\d+(?:\.\d+)?$/.test(was) && Number.isFinite(number) && holds(node, was))
      edits.push(setOf(work, node.id, was, number, edits.length));
  return edits;
}

/** "make the limit 2000": the one number that the conditions of the workflow compare with. */
function limitChanged(work: Work, clause: string, sure = false): PlanEdit[] {
  const { document, manifests } = work.request;
  const [word] = W.LIMIT.exec(clause) ?? [];
  const numbers = clause.match(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)/g) ?? [];
  if ((!word && !sure) || numbers.length !== 1) return [];
  const taken =
    !sure &&
    document.graph.nodes.some((node) =>
      argumentsOf(node, manifests).some(([name]) => name.toLowerCase().includes(word!.toLowerCase())),
    );
  const compared = document.graph.nodes.flatMap((node) =>
    node.kind === 'choice'
      ? node.rules.flatMap(({ condition }) =>
          (JSON.stringify(condition.value).match(/(?<![\w.$-])-?\d+(?:\.\d+)?(?![\w.])/g) ?? []).map((number) => ({
            node,
            number,
          })),
        )
      : [],
  );
  const [only] = compared;
  return only && compared.length === 1 && !taken ? [setOf(work, only.node.id, only.number, Number(numbers[0]), 0)] : [];
}

/** Whether a condition of a choice compares with a number. */
const holds = (node: WorkflowNode, number: string): boolean =>
  node.kind === 'choice' && node.rules.some(({ condition }) => numberIn(number).test(JSON.stringify(condition.value)));

function repeated(work: Work, said: string): PlanEdit[] {
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
function atATime(work: Work, clause: string): PlanEdit[] {
  const { count, single } = W.AT_A_TIME.exec(clause)?.groups ?? {};
  const { graph } = work.request.document;
  const loops = graph.nodes.filter(({ kind }) => kind === 'map');
  const [loop] = loops;
  const items = single ? 1 : W.countOf(count ?? '');
  return loop && loops.length === 1 && items ? [setOf(work, loop.id, 'maxConcurrency', items, 0)] : [];
}

/** A condition is a choice on the canvas; only the number that one compares with is changed by words. */
function conditioned(work: Work, clause: string): PlanEdit[] {
  if (!W.CONDITION.test(clause) || W.FAILS.some((pattern) => pattern.test(clause))) return [];
  const edits = /^(?:only )?(?:if|when|unless)\b[^,]*$/i.test(clause) ? limitChanged(work, clause, true) : [];
  if (edits.length === 0)
    work.told = `“${clause.slice(0, 60)}” needs a choice: add one on the canvas in front of the step, and say in it when.`;
  return edits;
}

function retried(work: Work, clause: string): PlanEdit[] {
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

/** "make it 512 wide", "change the format to webp", "double the width" */
function changed(work: Work, clause: string): PlanEdit[] {
  const { document, manifests, selected } = work.request;
  const [, was, wish] = /^(?:change|set|switch|turn)\s+(.+?)\s+(?:to|into)\s+(.+)$/i.exec(clause) ?? [];
  const one = was && wish ? argumentNamed(work, was, wish) : null;
  if (one) return [one];
  const values = was && wish ? valuesChanged(work, was, wish) : limitChanged(work, clause);
  if (values.length > 0) return values;
  if (was && /^\d+(?:\.\d+)?$/.test(was)) return []; // a number that is nowhere
  const named = findSteps(clause.replace(W.SET, ''), work.request).map(({ id }) => id);
  const rest = clause
    .replace(W.SET, '')
    .replace(/^\s*(?:it|this|that|them|the)\b/i, '')
    .trim();
  const seconds = W.secondsIn(`wait ${/\d+\s*\w+/.exec(clause)?.[0] ?? ''}`);
  let best: { edits: PlanEdit[]; score: number } = { edits: [], score: 0 };
  for (const [at, node] of [...mainLine(document), ...document.graph.nodes.filter(({ parent }) => parent)].entries()) {
    if (node.kind === 'wait' && seconds !== null && /\bwait|\bpause|\bdelay/i.test(clause))
      return [setOf(work, node.id, 'seconds', seconds, 0)];
    const manifest = manifests.find(({ name }) => name === functionOf(node));
    if (!manifest) continue;
    const edits = [...scaled(work, node, manifest, clause), ...valuesOf(work, node, manifest, rest)];
    const score =
      edits.length + (selected.includes(node.id) ? 0.5 : 0) + (named.includes(node.id) ? 0.4 : 0) - at * 0.001;
    if (edits.length > 0 && score > best.score) best = { edits, score };
  }
  if (best.edits.length > 0) work.told = null;
  return best.edits.length > 0 ? best.edits : work.told ? [] : onlyNumber(work, clause);
}

/** "make it 512 wide", where one step takes one number that a person could mean. */
function onlyNumber(work: Work, clause: string): PlanEdit[] {
  const numbers = clause.match(/(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)/g) ?? [];
  if (numbers.length !== 1) return [];
  const numeric = work.request.document.graph.nodes.flatMap((node) =>
    argumentsOf(node, work.request.manifests)
      .filter(([, schema]) => schema.type === 'integer' || schema.type === 'number')
      .map(([name, schema]) => ({ node, name, about: `${name} ${schema.title ?? ''} ${schema.description ?? ''}` })),
  );
  const sizes = W.SIZE.test(clause) ? numeric.filter(({ about }) => W.SIZE.test(about)) : [];
  const takers = sizes.length > 0 ? sizes : numeric;
  const [only] = takers;
  return only && takers.length === 1 ? [setOf(work, only.node.id, only.name, Number(numbers[0]), 0)] : [];
}

const setOf = (work: Work, step: string, argument: string, value: unknown, at: number): PlanEdit => ({
  kind: 'set',
  id: `set-${work.plan.edits.length + 1 + at}`,
  because: null,
  step,
  argument,
  from: { kind: 'literal', json: JSON.stringify(value) },
});

/** The offline planner reads the values, as it would in a prompt that begins with what the step does. */
function valuesOf(work: Work, node: WorkflowNode, manifest: FunctionManifest, rest: string): PlanEdit[] {
  const words = rest.toLowerCase();
  const told = dimensionOf(node, manifest, rest);
  if (told) {
    const held = mappingAt(payloadOf(node), [told.name]);
    if (held?.kind !== 'literal' || held.value !== told.value) return [setOf(work, node.id, told.name, told.value, 0)];
    work.told = `“${node.name}” has the ${told.name} ${told.value} already.`;
    return [];
  }
  const step = planned(work, `${manifest.title} ${rest}`, [manifest]).find((each) => each.kind === 'function');
  if (step?.kind !== 'function') return [];
  const now = payloadOf(node);
  return said(step.arguments)
    .filter(({ because }) => because !== null && words.includes(because.toLowerCase().trim()))
    .flatMap(({ name, from }, at): PlanEdit[] => {
      if (from.kind !== 'literal') return [];
      // A file is no words.
      if (manifest.input.properties?.[name]?.format === 's3-uri' && !from.json.startsWith('"s3://')) return [];
      const held = mappingAt(now, [name]);
      if (held?.kind === 'literal' && JSON.stringify(held.value) === from.json) return [];
      return [setOf(work, node.id, name, JSON.parse(from.json), at)];
    });
}

/** "change the message to …": the one argument that is called so, or is described so. */
function argumentNamed(work: Work, was: string, wish: string): PlanEdit | null {
  const wanted = termsOf(was);
  if (wanted.size === 0 || /\d/.test(was)) return null;
  const share = (text: string) => {
    const own = termsOf(text);
    return [...wanted].filter((each) => own.has(each)).length / wanted.size;
  };
  const found = work.request.document.graph.nodes.flatMap((node) =>
    argumentsOf(node, work.request.manifests).flatMap(([name, schema]) => {
      const value = typed(schema, W.unquoted(wish));
      const called = share(`${splitName(name).join(' ')} ${schema.title ?? ''} ${node.name}`);
      const content = ['text', 'body', 'message'].includes(name) ? share(`text message ${node.name}`) : 0;
      const score = Math.max(called, 0.9 * content, 0.6 * share(`${schema.description ?? ''} ${node.name}`));
      // The step's own name says which step, not which of its arguments.
      const own = share(
        `${splitName(name).join(' ')} ${schema.title ?? ''} ${schema.description ?? ''}${content > 0 ? ' text message' : ''}`,
      );
      return value === undefined || own === 0 ? [] : [{ node, name, value, score }];
    }),
  );
  const [best, next] = found.sort((a, b) => b.score - a.score);
  if (!best || best.score < 0.85 || best.score === next?.score) return null;
  return setOf(work, best.node.id, best.name, best.value, 0);
}

/** The words as a value of the type; `undefined` where they are none. */
function typed(schema: FunctionManifest['input'], words: string): string | number | boolean | undefined {
  if (schema.format === 's3-uri' && !words.startsWith('s3://')) return undefined;
  if (schema.enum) {
    const found = schema.enum.find((option) => String(option).toLowerCase() === words.toLowerCase());
    return typeof found === 'string' || typeof found === 'number' ? found : undefined;
  }
  if (schema.type === 'string') return words;
  if (schema.type === 'boolean')
    return /^(?:true|yes|on)$/i.test(words) || (/^(?:false|no|off)$/i.test(words) ? false : undefined);
  const number = /^-?\d+(?:\.\d+)?$/.test(words) ? Number(words) : undefined;
  return schema.type === 'number' || (schema.type === 'integer' && Number.isInteger(number)) ? number : undefined;
}

const DIMENSIONS: [RegExp, RegExp][] = [
  [/\b(?:wide|wider|narrow|narrower|width)\b/i, /width/i],
  [/\b(?:high|higher|tall|taller|height)\b/i, /height/i],
];
/** "800 pixels high": one number, and in which direction. */
function dimensionOf(
  node: WorkflowNode,
  manifest: FunctionManifest,
  words: string,
): { name: string; value: number } | null {
  const numbers = words.match(/(?<![\w.])\d+(?:\.\d+)?/g) ?? [];
  const meant = DIMENSIONS.filter(([said]) => said.test(words));
  if (numbers.length !== 1 || meant.length !== 1 || /\b(?:by|times|percent)\b|%/i.test(words)) return null;
  const takers = argumentsOf(node, [manifest]).filter(
    ([name, { type }]) => meant[0]![1].test(name) && (type === 'integer' || type === 'number'),
  );
  return takers.length === 1 ? { name: takers[0]![0], value: Number(numbers[0]) } : null;
}

const FACTORS: [RegExp, number][] = [
  [/\b(?:double|twice)\b/i, 2],
  [/\b(?:halve|half)\b/i, 0.5],
];
/** "double the width", "half as wide" */
function scaled(work: Work, node: WorkflowNode, manifest: FunctionManifest, clause: string): PlanEdit[] {
  const factor = FACTORS.find(([pattern]) => pattern.test(clause))?.[1];
  if (!factor) return [];
  const words = clause.toLowerCase().match(/[a-z]+/g) ?? [];
  return argumentsOf(node, [manifest]).flatMap(([name, schema], at): PlanEdit[] => {
    const held = mappingAt(payloadOf(node), [name]);
    const meant = words.some(
      (word) => word.length > 3 && (name.toLowerCase().startsWith(word.slice(0, 3)) || word === name),
    );
    if (!meant || held?.kind !== 'literal' || typeof held.value !== 'number') return [];
    const value = held.value * factor;
    return [setOf(work, node.id, name, schema.type === 'integer' ? Math.round(value) : value, at)];
  });
}

const argumentsOf = (node: WorkflowNode, manifests: readonly FunctionManifest[]) =>
  Object.entries(manifests.find(({ name }) => name === functionOf(node))?.input.properties ?? {});

/** Only what the words gave: what is asked for is the graph's own business. */
const said = (args: readonly PlanArgument[]): PlanArgument[] => args.filter(({ from }) => from.kind === 'literal');

// ------------------------------------------------------------------ new steps

/** Where the clause says that it goes, and the clause without it. */
function placeIn(work: Work, clause: string): { place: Place; rest: string; said: boolean } {
  for (const pattern of W.PLACE) {
    const { where = '', step = '', rest = '' } = pattern.exec(clause)?.groups ?? {};
    const anchor = step && !/^(?:that|this|all|everything|it)$/i.test(step) ? findStep(step, work.request) : null;
    if (anchor)
      return {
        place: { where: /before|front/i.test(where) ? 'before' : 'after', step: anchor.id },
        rest: W.plain(rest),
        said: true,
      };
  }
  const way = wayIn(work, clause);
  if (way) return { ...way, said: true };
  const rest = clause;
  if (/^(?:first|at the (?:start|beginning)|to begin with)\b|\b(?:first|at the (?:start|beginning))$/i.test(rest)) {
    const { graph } = work.request.document;
    const start = inLoop(work, graph.startAt, rest, 'start') ?? graph.startAt;
    return { place: start ? { where: 'before', step: start } : { where: 'end', step: null }, rest, said: true };
  }
  if (work.last) return { place: { where: 'after', step: work.last }, rest, said: true };
  const [chosen] = work.request.selected;
  const after =
    chosen && /^(?:then|next|after(?:wards| (?:that|this|it)))\b/i.test(rest)
      ? nodeOf(work.request.document.graph, chosen)
      : null;
  const last = inLoop(work, lastStep(work.request.document)?.id ?? null, rest, 'end');
  const step = after?.id ?? last;
  return { place: step ? { where: 'after', step } : { where: 'end', step: null }, rest, said: step !== null };
}

/** "in the other case": the last step of that way of the only choice, before the ways meet again. */
function wayIn(work: Work, clause: string): { place: Place; rest: string } | null {
  const { graph } = work.request.document;
  const choices = graph.nodes.filter(({ kind }) => kind === 'choice');
  const found = W.WAYS.find(({ pattern }) => pattern.test(clause));
  const [choice] = choices;
  if (!found || !choice || choices.length !== 1) return null;
  const first = edgesFrom(graph, choice.id).find(
    ({ kind, index }) => kind === found.way && (kind === 'default' || index === 0),
  )?.to;
  if (first === undefined || edgesTo(graph, first).length !== 1) return null;
  let step = first;
  for (;;) {
    const next = edgesFrom(graph, step).filter(({ kind }) => kind === 'next');
    if (next.length !== 1 || edgesTo(graph, next[0]!.to).length !== 1) break;
    step = next[0]!.to;
  }
  return { place: { where: 'after', step }, rest: W.plain(clause.replace(found.pattern, ' ')) };
}

/**
 * What makes something else of a picture that later steps use (a link to it) goes before those: nobody wants a link to
 * the picture without the watermark. Only on a straight line, and never where a copy is asked for.
 */
function betterPlace(work: Work, manifest: FunctionManifest, wish: string, clause: string): Place | null {
  const { document } = work.request;
  const { graph } = document;
  const line = mainLine(document);
  if (W.APART.test(clause) || line.some(({ id }) => edgesTo(graph, id).length > 1 || edgesFrom(graph, id).length > 1))
    return null;
  const before = stepsBefore(work.request, { where: 'end', step: null });
  for (const name of manifest.input.required ?? []) {
    const schema = manifest.input.properties?.[name];
    if (!schema || !Object.values(manifest.output.properties ?? {}).some((output) => standsFor(schema, output)))
      continue;
    const from = sourceFor(name, schema, before, work.request, { said: termsOf(wish), pointed: true });
    if (from?.kind !== 'step') continue;
    const maker = line.findIndex(({ id }) => id === from.step);
    return maker >= 0 && maker < line.length - 1 ? { where: 'after', step: from.step } : null;
  }
  return null;
}

/** Where everything is done for each, "it" is each: the first or the last step inside. */
function inLoop(work: Work, id: string | null, clause: string, end: 'start' | 'end'): string | null {
  const { graph } = work.request.document;
  const map = id === null ? undefined : nodeOf(graph, id);
  if (map?.kind !== 'map' || !/\b(?:it|each)\b/i.test(clause)) return null;
  if (end === 'start') return map.processor.startAt;
  const ends = childrenOf(graph, { id: map.id, branch: 0 }).filter((node) => isEnd(graph, node));
  return ends.length === 1 ? ends[0]!.id : null;
}

const wishIn = (clause: string): string =>
  W.plain(
    clause
      .replace(
        /^(?:also|then|next|after(?:wards| that)|finally|in the end|at the end|plus|additionally|first|to begin with|at the (?:start|beginning))[,\s]+/i,
        '',
      )
      .replace(
        /^(?:add|insert|append|include)\s+(?:an?\s+|another\s+)?(?:new\s+)?(?:step|node|function)?\s*(?:that|which|to|for|:)?\s*/i,
        '',
      )
      .replace(/\s+(?:at the end|in the end|as well|too|afterwards|first|at the (?:start|beginning))$/i, ''),
  );

function waited(work: Work, clause: string, seconds: number): PlanEdit[] {
  const { place } = placeIn(work, clause);
  const id = idOf(work, 'wait');
  work.last = id;
  const where = place.where === 'failure' ? 'after' : place.where;
  return [{ kind: 'wait', id, because: null, seconds, place: { ...place, where } }];
}

function added(work: Work, clause: string, given?: Place): PlanEdit[] {
  const spot = given ? { place: given, rest: clause, said: true } : placeIn(work, clause);
  const wish = wishIn(spot.rest);
  const supplied = stepsBefore(work.request, spot.place).map(functionOf);
  const again = W.AGAIN.test(clause);
  const all = planned(work, wish, work.request.manifests);
  // What is there already is not done once more to supply what is new.
  const reads = (id: string) =>
    all.some((step) => 'arguments' in step && JSON.stringify(step.arguments).includes(`"step":"${id}"`));
  const found = all.filter(
    (step) =>
      again ||
      step.kind !== 'function' ||
      !reads(step.id) ||
      !(supplied.includes(step.functionName) || idle(work, step, all)),
  );
  const explicit = found.length === 0 && W.ADD.test(clause) && wish !== '';
  const steps = explicit ? [missingStep(wish)] : found;
  const known = work.request.document.graph.nodes;
  const maker = steps.length === 1 && steps[0]!.kind === 'function' ? steps[0]!.functionName : null;
  const made = spot.said ? undefined : work.request.manifests.find(({ name }) => name === maker);
  const place = (made && betterPlace(work, made, wish, clause)) ?? spot.place;
  // "translate it into French", where a step translates already: another value, not another step.
  const [only] = steps;
  if (only?.kind === 'function' && (steps.length === 1 || (!spot.said && !again)) && !W.ADD.test(clause)) {
    const same = known.filter((node) => functionOf(node) === only.functionName);
    const manifest = work.request.manifests.find(({ name }) => name === only.functionName)!;
    const edits = same.length === 1 ? valuesOf(work, same[0]!, manifest, wish) : [];
    if (edits.length > 0 && steps.length === 1) return edits;
    if (work.told) return [];
    if (same.length > 0 && !again && !given) {
      work.told = `“${same[0]!.name}” does that already, and what should be different about it is not clear from “${clause}”.`;
      return [];
    }
  }
  const ids = new Map<string, string>();
  const edits: PlanEdit[] = [];
  let at = place;
  const anchored = place.step !== null && nodeOf(work.request.document.graph, place.step) !== undefined;
  const old = stepsBefore(work.request, anchored ? place : { where: 'end', step: null });
  const before = anchored ? old : [...work.fresh, ...old];
  const anchor = place.step === null ? undefined : nodeOf(work.request.document.graph, place.step);
  const inside = anchor ? ancestorsOf(work.request.document.graph, anchor).map(({ container }) => container.id) : [];
  const pointed = W.POINTS.test(wish) || W.POINTS.test(clause);
  for (const step of steps) {
    if (step.kind !== 'function' && step.kind !== 'missing') continue;
    const id = `add-${work.plan.edits.length + edits.length + 1}`;
    ids.set(step.id, id);
    const manifest =
      step.kind === 'function' ? work.request.manifests.find(({ name }) => name === step.functionName) : undefined;
    const own = termsOf(manifest ? `${manifest.title} ${splitName(manifest.name).join(' ')}` : '');
    const said = new Set([...termsOf(wish)].filter((each) => !own.has(each)));
    const args = manifest ? wired(work, manifest, step.arguments, before, ids, { said, pointed, inside }) : [];
    if (given?.where === 'failure' && manifest) args.push(...failureText(manifest, args, anchor));
    edits.push({
      kind: 'add',
      id,
      because: null,
      title: step.title,
      functionName: step.kind === 'function' ? step.functionName : null,
      description: step.kind === 'missing' ? step.description : null,
      arguments: args,
      place: at,
    });
    if (manifest) edits.push(...followers(work, id, manifest, args, at, edits.length));
    at = { where: 'after', step: id };
    work.last = id;
    if (manifest) work.fresh.unshift(taskForFunction(manifest, { id }));
  }
  return edits;
}

/**
 * A step that the planner put in front only because nothing came before: it reads some file that nobody spoke of, and its
 * words are those of the step that it serves.
 */
function idle(
  work: Work,
  step: Extract<DraftPlan['steps'][number], { kind: 'function' }>,
  all: DraftPlan['steps'],
): boolean {
  const manifest = work.request.manifests.find(({ name }) => name === step.functionName);
  const needs = (manifest?.input.required ?? []).filter(
    (name) => manifest?.input.properties?.[name]?.format === 's3-uri',
  );
  const served = all.find(
    (other) =>
      other !== step && 'arguments' in other && JSON.stringify(other.arguments).includes(`"step":"${step.id}"`),
  );
  return needs.length > 0 && (step.because === null || served?.because?.includes(step.because) === true);
}

/** Who is told of a failure, and of nothing else, is told what failed. */
function failureText(
  manifest: FunctionManifest,
  args: readonly PlanArgument[],
  failed: WorkflowNode | undefined,
): PlanArgument[] {
  return (manifest.input.required ?? []).flatMap((name) => {
    const schema = manifest.input.properties?.[name];
    if (args.some((argument) => argument.name === name) || schema?.type !== 'string' || !isText(name)) return [];
    return [{ name, from: { kind: 'literal', json: JSON.stringify(`“${failed?.name}” failed.`) }, because: null }];
  });
}
const isText = (name: string): boolean => /text|body|message|content|subject/i.test(name);

/** What the words gave; then what the steps before give; what is left is asked for when the edit is applied. */
function wired(
  work: Work,
  manifest: FunctionManifest,
  args: readonly PlanArgument[],
  before: readonly WorkflowNode[],
  ids: ReadonlyMap<string, string>,
  words: { said: ReadonlySet<string>; pointed: boolean; inside: readonly string[] },
): PlanArgument[] {
  const wanted = Object.entries(manifest.input.properties ?? {});
  return wanted.flatMap(([name, schema]): PlanArgument[] => {
    const given = args.find((argument) => argument.name === name);
    if (given?.from.kind === 'step') {
      const step = ids.get(given.from.step);
      if (step) return [{ ...given, from: { ...given.from, step } }];
    }
    // Words that only point ("the result") are no value of their own.
    if (given?.from.kind === 'literal' && !isPointing(given.from.json)) {
      const value: unknown = JSON.parse(given.from.json);
      const named = typeof value === 'string' ? namedResult(value, schema, before, work.request) : null;
      return [named ? { ...given, from: named } : given];
    }
    if (!given && !manifest.input.required?.includes(name)) return [];
    const tells = manifest.effects === 'sends';
    const from = sourceFor(name, schema, before, work.request, { ...words, tells });
    return from ? [{ name, from, because: null }] : [];
  });
}

/**
 * A step in the middle that makes of something another of its kind: who took the first takes the second, as its place
 * says. Each is a change of its own, which a person may leave out.
 */
function followers(
  work: Work,
  id: string,
  manifest: FunctionManifest,
  args: readonly PlanArgument[],
  place: Place,
  count: number,
): PlanEdit[] {
  const { document } = work.request;
  const anchor = place.step === null ? undefined : nodeOf(document.graph, place.step);
  if (!anchor || place.where === 'end' || place.where === 'failure') return [];
  const edits: PlanEdit[] = [];
  const later = reachedFrom(document, anchor, place.where === 'before');
  for (const { name, from } of args) {
    const schema = manifest.input.properties?.[name];
    const field = Object.entries(manifest.output.properties ?? {}).find(
      ([, output]) => schema && standsFor(schema, output),
    );
    if (!field || from.kind === 'literal' || from.kind === 'text') continue;
    for (const reader of document.graph.nodes) {
      if (!later.has(reader.id)) continue;
      for (const [argument, wanted] of argumentsOf(reader, work.request.manifests)) {
        const held = mappingAt(payloadOf(reader), [argument]);
        if (held?.kind !== 'reference' || !standsFor(wanted, field[1])) continue;
        const source =
          from.kind === 'item'
            ? held.from.kind === 'context' && held.path.join('.') === 'Map.Item.Value'
            : from.kind === 'input'
              ? held.from.kind === 'input' && held.path.join('.') === from.field
              : held.from.kind === 'variable' &&
                held.from.name === variableOf(nodeOf(document.graph, from.step) ?? reader) &&
                held.path.join('.') === (from.field ?? '');
        if (source)
          edits.push({
            kind: 'set',
            id: `set-${work.plan.edits.length + count + edits.length + 1}`,
            because: null,
            step: reader.id,
            argument,
            from: { kind: 'step', step: id, field: field[0] },
          });
      }
    }
  }
  return edits;
}

/** What comes after a step, at its own level and inside of what comes there. */
function reachedFrom({ graph }: Scene['document'], anchor: WorkflowNode, itself: boolean): Set<string> {
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

const missingStep = (wish: string): DraftPlan['steps'][number] => ({
  kind: 'missing',
  id: 'missing',
  title: wish.charAt(0).toUpperCase() + wish.slice(1, 80),
  description: wish,
  inside: null,
  after: [],
  because: wish,
  arguments: [],
});

const isPointing = (json: string): boolean =>
  /^"(?:me |us )?(?:the |its |this |that )?(?:result|results|output|answer|outcome|it|this|that|them|everything)"$/i.test(
    json,
  );

/** Steps that the offline planner sees in some words; where it sees none, the function whose words fit best. */
function planned(work: Work, wish: string, manifests: readonly FunctionManifest[]): DraftPlan['steps'] {
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
