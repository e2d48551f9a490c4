/**
 * Follow-ups that bring a new step: what it is, where it goes, where its values come from, and who uses its result then.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { splitName } from '@/lib/functions/words';
import {
  ancestorsOf,
  childrenOf,
  edgesFrom,
  edgesTo,
  functionOf,
  isEnd,
  mappingAt,
  nodeOf,
  payloadOf,
  type Reference,
  taskForFunction,
  variableOf,
  type WorkflowNode,
} from '@/lib/graph';
import type { DraftPlan, PlanArgument, ValueFrom } from '../plan';
import { findStep, lastStep, mainLine } from './find';
import { heldValue } from './move';
import { valuesOf } from './offline-values';
import type { PlanEdit } from './plan';
import { isContent, mentionedIn, namedResult, sourceFor, standsFor, stepsBefore, termsOf } from './sources';
import * as W from './words';
import { argumentsOf, idOf, type Place, planned, reachedFrom, type Work } from './work';

export function added(work: Work, clause: string, given?: Place): PlanEdit[] {
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
      !(supplied.includes(step.functionName) || idle(work, step, all, wish, spot.place)),
  );
  const explicit = found.length === 0 && W.ADD.test(clause) && wish !== '';
  const steps = explicit ? [missingStep(wish)] : found;
  const known = work.request.document.graph.nodes;
  const maker = steps.length === 1 && steps[0]!.kind === 'function' ? steps[0]!.functionName : null;
  const made = spot.said ? undefined : work.request.manifests.find(({ name }) => name === maker);
  const early =
    maker !== null && !given && spot.place.where === 'before' && FIRST.test(spot.rest)
      ? whereItCan(work, maker, spot.place)
      : null;
  const place = early ?? (made && betterPlace(work, made, wish, clause)) ?? spot.place;
  // "translate it into French", where a step translates already: another value, not another step.
  const [only] = steps;
  if (only?.kind === 'function' && (steps.length === 1 || (!spot.said && !again)) && !W.ADD.test(clause)) {
    const same = known.filter((node) => functionOf(node) === only.functionName);
    const manifest = work.request.manifests.find(({ name }) => name === only.functionName)!;
    const edits = same.length === 1 ? valuesOf(work, same[0]!, manifest, wish) : [];
    if (edits.length > 0 && W.AS_WELL.test(clause)) return [beside(work, same[0]!, manifest, edits)];
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
    if (manifest?.effects === 'sends') args.push(...sameWords(work, manifest, args));
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

/** The same once more, with other values: it works on what the first works on, and stands behind it. */
function beside(work: Work, node: WorkflowNode, manifest: FunctionManifest, changes: readonly PlanEdit[]): PlanEdit {
  const other = (name: string) =>
    changes.flatMap((edit) => (edit.kind === 'set' && edit.argument === name ? [edit.from] : []))[0];
  const args = Object.keys(manifest.input.properties ?? {}).flatMap((name): PlanArgument[] => {
    const held = mappingAt(payloadOf(node), [name]);
    const from = other(name) ?? (held ? heldValue(held, work.request) : null);
    return from ? [{ name, from, because: null }] : [];
  });
  const id = idOf(work, 'add');
  work.last = id;
  work.fresh.unshift(taskForFunction(manifest, { id }));
  const place: Place = { where: 'after', step: node.id };
  const title = manifest.title;
  return {
    kind: 'add',
    id,
    because: null,
    title,
    functionName: manifest.name,
    description: null,
    arguments: args,
    place,
  };
}

const FIRST = /^(?:first|at the (?:start|beginning)|to begin with)\b|\b(?:first|at the (?:start|beginning))$/i;

/** "sort them first", where what is sorted is only there after the first step: as early as it can be done. */
function whereItCan(work: Work, maker: string, start: Place): Place | null {
  const manifest = work.request.manifests.find(({ name }) => name === maker)!;
  const line = mainLine(work.request.document);
  const lacking = (place: Place) =>
    (manifest.input.required ?? []).filter((name) => {
      const schema = manifest.input.properties?.[name];
      const before = stepsBefore(work.request, place);
      const told = { said: new Set<string>(), pointed: true };
      const asked = Object.hasOwn(work.request.document.input.properties ?? {}, name);
      const wanted = schema?.type === 'array' || (schema?.type === 'string' && isContent(name) && !asked);
      return schema && wanted && sourceFor(name, schema, before, work.request, told) === null;
    }).length;
  if (lacking(start) === 0) return null;
  const found = line.find(({ id }) => lacking({ where: 'after', step: id }) === 0);
  return found ? { where: 'after', step: found.id } : null;
}

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
  if (FIRST.test(rest)) {
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

export function waited(work: Work, clause: string, seconds: number): PlanEdit[] {
  const { place } = placeIn(work, clause);
  const id = idOf(work, 'wait');
  work.last = id;
  const where = place.where === 'failure' ? 'after' : place.where;
  return [{ kind: 'wait', id, because: null, seconds, place: { ...place, where } }];
}

/**
 * A step that the planner put in front only because nothing came before: it reads some file that nobody spoke of, and its
 * words are those of the step that it serves.
 */
function idle(
  work: Work,
  step: Extract<DraftPlan['steps'][number], { kind: 'function' }>,
  all: DraftPlan['steps'],
  wish: string,
  place: Place,
): boolean {
  const manifest = work.request.manifests.find(({ name }) => name === step.functionName);
  const needs = (manifest?.input.required ?? []).filter(
    (name) => manifest?.input.properties?.[name]?.format === 's3-uri',
  );
  const served = all.find(
    (other) =>
      other !== step && 'arguments' in other && JSON.stringify(other.arguments).includes(`"step":"${step.id}"`),
  );
  if (needs.length === 0 || step.because === null) return needs.length > 0;
  if (served?.because?.includes(step.because)) return true;
  // "save the keywords to a text file": nobody asked for another file to be read, and the keywords are there.
  return (
    !wish.includes(step.because) && mentionedIn(stepsBefore(work.request, place), termsOf(wish), work.request) !== null
  );
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

/** "send it to Slack, and also by e-mail": says the same there. */
function sameWords(work: Work, manifest: FunctionManifest, args: readonly PlanArgument[]): PlanArgument[] {
  const told = work.plan.edits.findLast((edit) => edit.kind === 'add' && edit.id === work.last);
  if (told?.kind !== 'add' || told.functionName === null) return [];
  const before = told.arguments.find(({ name }) => isContent(name));
  return (manifest.input.required ?? []).flatMap((name) =>
    before && isContent(name) && !args.some((argument) => argument.name === name) ? [{ ...before, name }] : [],
  );
}

const isText = (name: string): boolean => /text|body|message|content|subject/i.test(name);

/** What the words gave; then what the steps before give; what is left is asked for when the edit is applied. */
export function wired(
  work: Work,
  manifest: FunctionManifest,
  args: readonly PlanArgument[],
  before: readonly WorkflowNode[],
  ids: ReadonlyMap<string, string>,
  words: { said: ReadonlySet<string>; pointed: boolean; inside: readonly string[] },
): PlanArgument[] {
  const wanted = Object.entries(manifest.input.properties ?? {});
  const along = manifest.effects === 'sends' ? fileNamed(work, before, words.said) : null;
  return wanted.flatMap(([name, schema]): PlanArgument[] => {
    if (along && (schema.items ?? schema).format === 's3-uri') return [{ name, from: along.from, because: null }];
    const given = args.find((argument) => argument.name === name);
    if (given?.from.kind === 'step') {
      const step = ids.get(given.from.step);
      if (step) return [{ ...given, from: { ...given.from, step } }];
    }
    // Words that only point ("the result") are no value of their own.
    if (given?.from.kind === 'literal' && !isPointing(given.from.json)) {
      const value: unknown = JSON.parse(given.from.json);
      // What goes along is not what is said of it.
      if (along && typeof value === 'string' && [...termsOf(value)].every((each) => along.words.has(each))) return [];
      const named = typeof value === 'string' ? namedResult(value, schema, before, work.request) : null;
      return [named ? { ...given, from: named } : given];
    }
    if (!given && !manifest.input.required?.includes(name)) return [];
    const tells = manifest.effects === 'sends';
    const from = sourceFor(name, schema, before, work.request, { ...words, tells });
    return from ? [{ name, from, because: null }] : [];
  });
}

/** "e-mail me the chart": the file that a step makes, by that step's name. */
function fileNamed(
  work: Work,
  before: readonly WorkflowNode[],
  said: ReadonlySet<string>,
): { from: ValueFrom; words: ReadonlySet<string> } | null {
  for (const node of before) {
    const manifest = work.request.manifests.find(({ name }) => name === functionOf(node));
    const file = Object.entries(manifest?.output.properties ?? {}).find(([, output]) => output.format === 's3-uri');
    const words = termsOf(`${node.name} ${manifest?.title ?? ''} ${file?.[1].title ?? ''}`);
    if (file && [...said].some((each) => words.has(each)))
      return { from: { kind: 'step', step: node.id, field: file[0] }, words };
  }
  return null;
}

/**
 * A step in the middle that makes of something another of its kind: who took the first takes the second, as its place
 * says. Each is a change of its own, which a person may leave out.
 */
export function followers(
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
      ([made, output]) => schema && (standsFor(schema, output) || sameText(name, schema, made, output)),
    );
    if (!field || from.kind === 'literal' || from.kind === 'text') continue;
    for (const reader of document.graph.nodes) {
      if (!later.has(reader.id)) continue;
      for (const [argument, wanted] of argumentsOf(reader, work.request.manifests)) {
        const held = mappingAt(payloadOf(reader), [argument]);
        if (held?.kind !== 'reference') continue;
        if (!standsFor(wanted, field[1]) && !sameText(argument, wanted, field[0], field[1])) continue;
        const source =
          from.kind === 'item'
            ? held.from.kind === 'context' && held.path.join('.') === 'Map.Item.Value'
            : from.kind === 'input'
              ? held.from.kind === 'input' && held.path.join('.') === from.field
              : readsOf(held, nodeOf(document.graph, from.step) ?? reader, from.field);
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

/** What makes another text of a text: who read the first reads the second. */
const sameText = (name: string, schema: JsonSchema, made: string, output: JsonSchema): boolean =>
  name === made && isContent(name) && schema.type === 'string' && output.type === 'string';

/** Does a reference read that field of a step's result, by the result's name or by one under which the step keeps it? */
function readsOf({ from, path }: Reference, node: WorkflowNode, field: string | null): boolean {
  if (from.kind !== 'variable') return false;
  if (from.name === variableOf(node)) return path.join('.') === (field ?? '');
  const kept = node.assign?.find(({ name }) => name === from.name)?.value;
  const part = kept && path.length === 1 ? mappingAt(kept, path) : undefined;
  return part?.kind === 'reference' && part.from.kind === 'result' && part.path.at(-1) === field;
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
