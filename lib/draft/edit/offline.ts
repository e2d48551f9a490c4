/**
 * Follow-ups without a language model: the commonest forms, read by rules.
 *
 *   request, graph, functions ──planEditOffline()──▶ undo | an answer in words | a plan of edits
 *
 * Pure; knows no function by name. What a step takes and which function does something is the offline planner's work.
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
import { findStep, findSteps, mainLine, type Scene } from './find';
import type { EditOf, EditPlan, PlanEdit } from './plan';
import { repeatOf } from './repeat-offline';
import { namedResult, sourceFor, standsFor, stepsBefore, termsOf } from './sources';
import { numberIn } from './value';
import * as W from './words';

export type EditRequest = Scene & { text: string; name: string; now: Date };
export type EditAnswer = { kind: 'undo' } | { kind: 'answer'; text: string } | { kind: 'edits'; plan: EditPlan };
export type Place = EditOf<'add'>['place'];

/** @throws Problem EDIT_EMPTY, EDIT_NOT_UNDERSTOOD */
export function planEditOffline(request: EditRequest): EditAnswer {
  const text = W.plain(request.text);
  if (!/[\p{L}\p{N}]/u.test(text))
    throw new Problem(
      'EDIT_EMPTY',
      'Nothing was asked.',
      'Say what should change, for example: also make a share link.',
    );
  if (W.UNDO.test(text)) return { kind: 'undo' };
  if (W.EXPLAIN.test(text)) return { kind: 'answer', text: explain(request, text) };
  const plan: EditPlan = { edits: [], inputs: [], answer: null, notes: [] };
  const work: Work = { request, plan, last: null, fresh: [] };
  for (const clause of W.clauses(text)) {
    const edits = editsOf(work, clause);
    if (edits.length === 0) plan.notes.push(`Not understood: “${clause}”.`);
    for (const edit of edits) plan.edits.push({ ...edit, because: clause });
  }
  if (plan.edits.length === 0) {
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
};

const idOf = ({ plan }: Work, kind: string) => `${kind}-${plan.edits.length + 1}`;

function editsOf(work: Work, clause: string): PlanEdit[] {
  const wait = !W.RETRY.test(clause) && W.secondsIn(clause);
  for (const read of [renamed, replaced, removed, repeated, retried]) {
    const edits = read(work, clause);
    if (edits.length > 0) return edits;
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
  if (edits.length > 0 || /^\w+\s+-?\d+(?:\.\d+)?\s+(?:to|into)\s/i.test(clause)) return edits;
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

/** "remove the background", where a function does that. */
function takesAway(work: Work, clause: string): PlanEdit[] {
  const verb = [...termsOf(clause.split(' ')[0]!)];
  const made = added(work, clause);
  const does = made.some((edit) => {
    const manifest = work.request.manifests.find(({ name }) => edit.kind === 'add' && name === edit.functionName);
    const words = termsOf(
      `${manifest?.title ?? ''} ${manifest?.description ?? ''} ${(manifest?.keywords ?? []).join(' ')}`,
    );
    return verb.some((each) => words.has(each));
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
  const words = W.REMOVE.exec(clause)?.[1];
  if (!words) return [];
  const several = words.split(/\s*,\s*(?:and\s+)?|\s+and\s+/);
  const steps = several.map((part) => findStep(part, work.request));
  const found = steps.every((step) => step !== null) ? steps : [findStep(words, work.request)];
  return [...new Set(found)].flatMap((step, at): PlanEdit[] =>
    step ? [{ kind: 'remove', id: `remove-${work.plan.edits.length + 1 + at}`, because: null, step: step.id }] : [],
  );
}

function replaced(work: Work, clause: string): PlanEdit[] {
  for (const { pattern, old } of W.REPLACE) {
    const found = pattern.exec(clause);
    if (!found) continue;
    const [was, wish] = old === 1 ? [found[1]!, found[2]!] : [found[2]!, found[1]!];
    const value = valueChanged(work, was, wish);
    if (value) return [value];
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

/** "use webp instead of png": the argument that holds the old value now. */
function valueChanged(work: Work, was: string, wish: string): PlanEdit | null {
  for (const node of work.request.document.graph.nodes) {
    for (const [name, schema] of argumentsOf(node, work.request.manifests)) {
      const held = mappingAt(payloadOf(node), [name]);
      if (held?.kind !== 'literal' || String(held.value).toLowerCase() !== W.unquoted(was).toLowerCase()) continue;
      const number = schema.type === 'number' || schema.type === 'integer';
      const choice = schema.enum?.find((option) => String(option).toLowerCase() === W.unquoted(wish).toLowerCase());
      const value = number ? Number.parseFloat(wish) : (choice ?? W.unquoted(wish));
      if (number && Number.isNaN(value)) continue;
      return {
        kind: 'set',
        id: idOf(work, 'set'),
        because: null,
        step: node.id,
        argument: name,
        from: { kind: 'literal', json: JSON.stringify(value) },
      };
    }
  }
  const number = Number(wish);
  const choice = work.request.document.graph.nodes.find(
    (node) => node.kind === 'choice' && /^-?\d+(?:\.\d+)?$/.test(was) && Number.isFinite(number) && holds(node, was),
  );
  return choice ? { ...setOf(work, choice.id, was, number, 0) } : null;
}

/** Whether a condition of a choice compares with a number. */
const holds = (node: WorkflowNode, number: string): boolean =>
  node.kind === 'choice' && node.rules.some(({ condition }) => numberIn(number).test(JSON.stringify(condition.value)));

function repeated(work: Work, clause: string): PlanEdit[] {
  const found = W.REPEAT.exec(clause);
  if (!found) return [];
  const head = found[1]?.trim() ?? '';
  const steps = head && !W.REPEAT_VERB.test(head) ? findSteps(head, work.request).slice(0, 1) : [];
  if (!W.REPEAT_VERB.test(clause) && steps.length === 0) return [];
  const edit = repeatOf(work.request, steps, found[2]!);
  return edit ? [{ ...edit, id: idOf(work, 'repeat'), because: null }] : [];
}

function retried(work: Work, clause: string): PlanEdit[] {
  if (!W.RETRY.test(clause)) return [];
  const attempts = W.timesIn(clause) ?? 3;
  const words = clause
    .replace(
      /\b(?:retry|re-try|try (?:it |that |this )?again|try|up to|retries|if|when|fails?|failed|times|more|on failure|once|twice|\d+)\b/gi,
      ' ',
    )
    .replace(/[,.]/g, ' ')
    .trim();
  const step = (words && findStep(words, work.request)) || findStep('it', work.request);
  const seconds = W.secondsIn(clause);
  return step && (step.kind === 'task' || step.kind === 'map' || step.kind === 'parallel')
    ? [{ kind: 'retry', id: idOf(work, 'retry'), because: null, step: step.id, attempts, seconds }]
    : [];
}

/** "make it 512 wide", "change the format to webp", "double the width" */
function changed(work: Work, clause: string): PlanEdit[] {
  const { document, manifests, selected } = work.request;
  const [, was, wish] = /^(?:change|set|switch|turn)\s+(.+?)\s+(?:to|into)\s+(.+)$/i.exec(clause) ?? [];
  const value = was && wish ? valueChanged(work, was, wish) : null;
  if (value) return [value];
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
  return best.edits.length > 0 ? best.edits : onlyNumber(work, clause);
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
  const step = planned(work, `${manifest.title} ${rest}`, [manifest]).find((each) => each.kind === 'function');
  if (step?.kind !== 'function') return [];
  const now = payloadOf(node);
  return said(step.arguments)
    .filter(({ because }) => because !== null && words.includes(because.toLowerCase().trim()))
    .flatMap(({ name, from }, at): PlanEdit[] => {
      if (from.kind !== 'literal') return [];
      const held = mappingAt(now, [name]);
      if (held?.kind === 'literal' && JSON.stringify(held.value) === from.json) return [];
      return [setOf(work, node.id, name, JSON.parse(from.json), at)];
    });
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
function placeIn(work: Work, clause: string): { place: Place; rest: string } {
  for (const pattern of W.PLACE) {
    const { where = '', step = '', rest = '' } = pattern.exec(clause)?.groups ?? {};
    const anchor = step && !/^(?:that|this|all|everything|it)$/i.test(step) ? findStep(step, work.request) : null;
    if (anchor)
      return {
        place: { where: /before|front/i.test(where) ? 'before' : 'after', step: anchor.id },
        rest: W.plain(rest),
      };
  }
  const rest = clause;
  if (/^(?:first|at the (?:start|beginning)|to begin with)\b|\b(?:first|at the (?:start|beginning))$/i.test(rest)) {
    const { graph } = work.request.document;
    const start = inLoop(work, graph.startAt, rest, 'start') ?? graph.startAt;
    return { place: start ? { where: 'before', step: start } : { where: 'end', step: null }, rest };
  }
  if (work.last) return { place: { where: 'after', step: work.last }, rest };
  const [chosen] = work.request.selected;
  const after =
    chosen && /^(?:then|next|after(?:wards| (?:that|this|it)))\b/i.test(rest)
      ? nodeOf(work.request.document.graph, chosen)
      : null;
  const last = inLoop(work, mainLine(work.request.document).at(-1)?.id ?? null, rest, 'end');
  const step = after?.id ?? last;
  return { place: step ? { where: 'after', step } : { where: 'end', step: null }, rest };
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
  return [{ kind: 'wait', id, because: null, seconds, place }];
}

function added(work: Work, clause: string): PlanEdit[] {
  const { place, rest } = placeIn(work, clause);
  const wish = wishIn(rest);
  const found = planned(work, wish, work.request.manifests);
  const explicit = found.length === 0 && W.ADD.test(clause) && wish !== '';
  const steps = explicit ? [missingStep(wish)] : found;
  const known = work.request.document.graph.nodes;
  // "translate it into French", where a step translates already: another value, not another step.
  const [only] = steps;
  if (steps.length === 1 && only?.kind === 'function' && !W.ADD.test(clause)) {
    const same = known.filter((node) => functionOf(node) === only.functionName);
    const manifest = work.request.manifests.find(({ name }) => name === only.functionName)!;
    const edits = same.length === 1 ? valuesOf(work, same[0]!, manifest, wish) : [];
    if (edits.length > 0) return edits;
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
    const from = sourceFor(name, schema, before, work.request, words);
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
  if (!anchor || place.where === 'end') return [];
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
