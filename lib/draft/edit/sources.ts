/**
 * What an argument of a step could be given from the steps before it.
 * @module
 */
import type { JsonSchema } from '@/lib/functions/manifest';
import { compatible, nameFit } from '@/lib/functions/types';
import { splitName, terms } from '@/lib/functions/words';
import {
  ancestorsOf,
  childrenOf,
  edgesTo,
  functionOf,
  isEnd,
  mappingSchema,
  nodeOf,
  type WorkflowNode,
} from '@/lib/graph';
import type { ValueFrom } from '../plan';
import { caughtOnly, type Scene } from './find';
import type { Place } from './work';

/** The steps that have run before a place, the nearest first. */
export function stepsBefore({ document }: Scene, place: Place): WorkflowNode[] {
  const { graph } = document;
  const anchor = place.step ? nodeOf(graph, place.step) : undefined;
  const found: WorkflowNode[] = [];
  const seen = new Set<string>();
  const caught = caughtOnly(document);
  let waiting = anchor
    ? place.where === 'before' || place.where === 'failure'
      ? edgesTo(graph, anchor.id).map(({ from }) => from)
      : [anchor.id]
    : childrenOf(graph, null)
        .filter((node) => isEnd(graph, node) && !caught.has(node.id))
        .map(({ id }) => id);
  if (anchor && place.where === 'before' && waiting.length === 0 && anchor.parent) waiting = [];
  while (waiting.length > 0) {
    const id = waiting.shift()!;
    const node = nodeOf(graph, id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    found.push(node);
    // The result of a Parallel is what its branches end with.
    if (node.kind === 'parallel') {
      const { output } = node;
      const answer =
        output?.kind === 'reference' && output.from.kind === 'result' ? Number(output.path[0]) : Number.NaN;
      const order = node.branches
        .map((_, branch) => branch)
        .sort((a, b) => Number(b === answer) - Number(a === answer));
      for (const branch of order)
        waiting.push(
          ...childrenOf(graph, { id: node.id, branch })
            .filter((child) => isEnd(graph, child))
            .map((child) => child.id),
        );
    }
    if (node.kind === 'map')
      waiting.push(
        ...childrenOf(graph, { id: node.id, branch: 0 })
          .filter((child) => isEnd(graph, child))
          .map((child) => child.id),
      );
    waiting.push(...edgesTo(graph, id).map(({ from }) => from));
  }
  return found;
}

/** Types that say what a thing is, so that one that fits is surely meant. */
const isTelling = (schema: JsonSchema): boolean =>
  schema.format === 's3-uri' ||
  schema.type === 'array' ||
  schema.type === 'object' ||
  schema.contentMediaType !== undefined;

type Told = { said: ReadonlySet<string>; pointed: boolean; inside?: readonly string[]; tells?: boolean };

/**
 * @param tells the new step tells somebody something, so that not any text will do
 * @param said the words of the wish that do not name the new step itself: "the link" in "make a QR code of the link"
 * @param inside ids of the containers that the new step is in: what other loops give is a list
 * @param pointed the words point at what was there before ("it", "the result")
 * @returns `null` where nothing fits well enough: then a person is asked
 */
export function sourceFor(
  name: string,
  schema: JsonSchema,
  before: readonly WorkflowNode[],
  scene: Scene,
  { said, pointed, inside = [], tells = true }: Told,
): ValueFrom | null {
  let best: { from: ValueFrom; score: number; mentioned: number } | null = null;
  const steps = before.filter((node) => functionOf(node) !== null);
  for (const [distance, node] of steps.entries()) {
    const manifest = scene.manifests.find((each) => each.name === functionOf(node));
    for (const [field, output] of Object.entries(manifest?.output.properties ?? {})) {
      const given: JsonSchema = looped(scene, node, inside) ? { type: 'array', items: output } : output;
      const single = schema.type === 'array' && schema.items && isTelling(schema.items) && given.type !== 'array';
      const fit = single ? 0.9 * compatible(given, schema.items ?? {}) : compatible(given, schema);
      const named = nameFit(field, name);
      const told = [...termsOf(`${splitName(field).join(' ')} ${output.title ?? ''} ${output.description ?? ''}`)];
      const about = [...termsOf(`${node.name} ${manifest?.title ?? ''}`)];
      const mentioned = told.some((each) => said.has(each)) ? 1 : about.some((each) => said.has(each)) ? 0.6 : 0;
      const sure = isTelling(schema)
        ? fit >= 0.6
        : fit >= 0.5 &&
          isFree(schema) &&
          (mentioned > 0 || pointed || (!tells && named >= 0.9 && isContent(name))) &&
          (isContent(name) || named >= 0.7);
      const score = fit + 0.4 * named + 0.5 * mentioned - 0.12 * distance;
      if (sure && (!best || score > best.score))
        best = { from: { kind: 'step', step: node.id, field }, score, mentioned };
    }
  }
  // "mail me the word count": what it names is told, be it a number or a list.
  const named = isFree(schema) && isContent(name) ? mentionedIn(steps, said, scene) : null;
  if (best && (best.mentioned > 0 || !named)) return best.from;
  const [last] = steps;
  if (named) return { kind: 'text', parts: [named] };
  // "the result", whatever it is: as a text.
  if (pointed && last && isFree(schema) && isContent(name))
    return { kind: 'text', parts: [{ kind: 'step', step: last.id, field: null }] };
  if (!isTelling(schema)) return null;
  const [around] = inside.map((id) => nodeOf(scene.document.graph, id)).filter((node) => node?.kind === 'map');
  if (around?.kind === 'map' && around.items) {
    const { schema: list } = mappingSchema(scene.document, around, around.items, [...scene.manifests]);
    if (list?.items && compatible(list.items, schema) >= 0.6) return { kind: 'item', field: null };
  }
  const inputs = Object.entries(scene.document.input.properties ?? {});
  const held = inputs.find(([, input]) => compatible(input, schema) >= 0.7);
  return held ? { kind: 'input', field: held[0] } : null;
}

/** The step that the words name, and of what it gives the part that they name best. */
export function mentionedIn(
  steps: readonly WorkflowNode[],
  said: ReadonlySet<string>,
  { manifests }: Scene,
): Extract<ValueFrom, { kind: 'step' }> | null {
  const shared = (text: string) => [...termsOf(text)].filter((each) => said.has(each)).length;
  let best: { node: WorkflowNode; score: number } | null = null;
  for (const node of steps) {
    const manifest = manifests.find((each) => each.name === functionOf(node));
    const score = shared(`${node.name} ${manifest?.title ?? ''}`);
    if (score > 0 && score > (best?.score ?? 0)) best = { node, score };
  }
  if (!best) return null;
  const output = manifests.find((each) => each.name === functionOf(best.node))?.output.properties ?? {};
  const [field] = Object.entries(output)
    .map(([name, { title = '' }]) => ({ name, score: shared(`${splitName(name).join(' ')} ${title}`) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return { kind: 'step', step: best.node.id, field: field?.name ?? null };
}

/** Seen from outside of a Map, what a step in it gives is a list. */
const looped = ({ document }: Scene, node: WorkflowNode, inside: readonly string[]): boolean =>
  ancestorsOf(document.graph, node).some(({ container }) => container.kind === 'map' && !inside.includes(container.id));

/** A text that the words took for a value, but that names what an earlier step gives: "post the receipt". */
export function namedResult(
  text: string,
  schema: JsonSchema,
  before: readonly WorkflowNode[],
  scene: Scene,
): ValueFrom | null {
  const wanted = termsOf(text);
  if (wanted.size === 0 || wanted.size > 3) return null;
  for (const node of before) {
    const manifest = scene.manifests.find((each) => each.name === functionOf(node));
    for (const [field, output] of Object.entries(manifest?.output.properties ?? {})) {
      const called = termsOf(`${splitName(field).join(' ')} ${output.title ?? ''}`);
      if (!schema.enum && compatible(output, schema) >= 0.5 && [...wanted].every((each) => called.has(each)))
        return { kind: 'step', step: node.id, field };
    }
  }
  return null;
}

export const termsOf = (text: string): Set<string> => new Set(terms(text));

/** What a thing says, not to whom or under which title. */
export const isContent = (name: string): boolean => /text|body|message|content|note|caption|html|markdown/i.test(name);

/** Any text will do. */
const isFree = (schema: JsonSchema): boolean =>
  schema.type === 'string' && schema.enum === undefined && schema.format === undefined && schema.pattern === undefined;

/** What a new step in the middle gives, where it may stand for what it was given: a picture for a picture. */
export function standsFor(given: JsonSchema, output: JsonSchema): boolean {
  return isTelling(given) && compatible(output, given) >= 0.6;
}
