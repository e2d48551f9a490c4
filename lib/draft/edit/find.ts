/**
 * Which step of a workflow a person means: "the resize step", "it", "step 2", "the last one".
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { splitName, term, wordsOf } from '@/lib/functions/words';
import {
  childrenOf,
  edgesFrom,
  functionOf,
  nodeOf,
  scopeOf,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';

export type Scene = {
  document: WorkflowDocument;
  manifests: readonly FunctionManifest[];
  /** ids of the selected steps */
  selected: readonly string[];
};

/** The steps of the main line, in the order in which they run. */
export function mainLine({ graph }: WorkflowDocument): WorkflowNode[] {
  const line: WorkflowNode[] = [];
  const seen = new Set<string>();
  const waiting = [scopeOf(graph, null)?.startAt ?? ''];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const node = nodeOf(graph, id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    line.push(node);
    waiting.push(...edgesFrom(graph, id).map(({ to }) => to));
  }
  return [...line, ...childrenOf(graph, null).filter(({ id }) => !seen.has(id))];
}

/** Steps that only a failure leads to: what is done "at the end" or "then" is none of theirs. */
export function caughtOnly({ graph }: WorkflowDocument): Set<string> {
  const reached = new Set<string>();
  const waiting = [scopeOf(graph, null)?.startAt ?? ''];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    if (reached.has(id)) continue;
    reached.add(id);
    waiting.push(...edgesFrom(graph, id).flatMap(({ to, kind }) => (kind === 'catch' ? [] : [to])));
  }
  return new Set(childrenOf(graph, null).flatMap(({ id }) => (reached.has(id) ? [] : [id])));
}

/** The last step of a run in which nothing fails. */
export function lastStep(document: WorkflowDocument): WorkflowNode | undefined {
  const line = mainLine(document);
  const caught = caughtOnly(document);
  return line.filter(({ id }) => !caught.has(id)).at(-1) ?? line.at(-1);
}

const POINTING =
  /^(?:it|this|that|this (?:one|step)|that (?:one|step)|the (?:selected|current) (?:one|step)|the step|everything|them)$/i;
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const PLAIN = new Set([
  ...['step', 'the', 'a', 'an', 'part', 'bit', 'of', 'node', 'one', 'call', 'thing', 'my', 'its', 'workflow'],
  // "before giving me the link", "don't turn it grey": what a step does, in words that name none
  ...['it', 'this', 'that', 'them', 'me', 'us', 'to', 'any', 'be', 'is', 'are', 'and', 'do', 'does', 'doing'],
  ...[
    'give',
    'gives',
    'giving',
    'make',
    'makes',
    'making',
    'turn',
    'turning',
    'turns',
    'put',
    'get',
    'getting',
    'have',
  ],
]);

/** Share of the words that have to fit. */
const ENOUGH = 0.5;

/** @returns the best first; none where the words name no step */
export function findSteps(words: string, scene: Scene): WorkflowNode[] {
  const { document, manifests, selected } = scene;
  const { graph } = document;
  const said = words
    .trim()
    .replace(/^[“"'«]|[”"'»]$/g, '')
    .replace(/[.!?]$/, '')
    .trim();
  const exact = graph.nodes.filter(({ name }) => name.toLowerCase() === said.toLowerCase());
  if (exact.length > 0) return exact;
  if (POINTING.test(said)) {
    const chosen = selected.flatMap((id) => nodeOf(graph, id) ?? []);
    const last = chosen.length > 0 ? undefined : lastStep(document);
    return last ? [last] : chosen;
  }
  // "the first step in the loop", "the workflow's first step"
  const [, counted = said, where] = /^(.+?\b(?:step|one))\s+(?:in|of|inside|within)\s+(.+)$/i.exec(said) ?? [];
  const around = where && !/^(?:the |this )?workflow$/i.test(where) ? findSteps(where, scene) : [];
  const [container] = around.filter(({ kind }) => kind === 'map' || kind === 'parallel');
  const line = container ? insideOf(graph, container) : mainLine(document);
  const position = positionOf(counted.replace(/^(?:the|this) workflow's /i, ''));
  if (position === LAST) {
    const last = container ? line.at(-1) : lastStep(document);
    return last ? [last] : [];
  }
  if (position >= 0) return line[position] ? [line[position]] : [];

  const wanted = termsOf(said);
  if (wanted.length === 0) return [];
  return graph.nodes
    .map((node) => ({ node, score: scoreOf(node, wanted, manifests) }))
    .filter(({ score }) => score >= ENOUGH)
    .sort((a, b) => b.score - a.score)
    .map(({ node }) => node);
}

const LAST = -2;
/** @returns from 0; -1 where the words count nothing */
function positionOf(said: string): number {
  if (/^(?:the )?(?:very )?last(?: (?:one|step))?$/i.test(said)) return LAST;
  const at = ORDINALS.findIndex((word) => new RegExp(`^(?:the )?(?:very )?${word}(?: (?:one|step))?$`, 'i').test(said));
  const numbered = /^(?:the )?step (?:number )?(\d+)$/i.exec(said)?.[1];
  return at >= 0 ? at : numbered ? Number(numbered) - 1 : -1;
}

/** What a loop or a Parallel holds, in the order in which it runs. */
function insideOf(graph: WorkflowDocument['graph'], { id }: WorkflowNode): WorkflowNode[] {
  const children = graph.nodes.filter(({ parent }) => parent?.id === id);
  const line: WorkflowNode[] = [];
  const starts = children.filter((node) => scopeOf(graph, node.parent)?.startAt === node.id);
  for (const start of starts)
    for (let at: WorkflowNode | undefined = start; at && !line.includes(at); ) {
      line.push(at);
      const next: string | undefined = edgesFrom(graph, at.id).find(({ kind }) => kind === 'next')?.to;
      at = next === undefined ? undefined : nodeOf(graph, next);
    }
  return [...line, ...children.filter((node) => !line.includes(node))];
}

export const findStep = (words: string, scene: Scene): WorkflowNode | null => findSteps(words, scene)[0] ?? null;

const termsOf = (text: string): string[] =>
  wordsOf(text.toLowerCase())
    .filter((word) => !PLAIN.has(word))
    .map(term);

function scoreOf(node: WorkflowNode, wanted: readonly string[], manifests: readonly FunctionManifest[]): number {
  const name = functionOf(node);
  const manifest = manifests.find((each) => each.name === name);
  const called = new Set(termsOf(node.name));
  const titled = new Set([
    ...termsOf(manifest?.title ?? ''),
    ...splitName(manifest?.name ?? '').map(term),
    ...(manifest?.keywords ?? []).flatMap(termsOf),
    ...(node.kind === 'choice' ? ['choice', 'condition', 'if', 'rule'] : []).map(term),
    ...(node.kind === 'map' ? ['map', 'loop', 'repeat'] : []).map(term),
    ...(node.kind === 'wait' ? ['wait', 'pause', 'delay'] : []).map(term),
  ]);
  const about = new Set(termsOf(manifest?.description ?? ''));
  const run = (manifest?.name ?? '').toLowerCase();
  const points = wanted.map((each) =>
    called.has(each)
      ? 1
      : titled.has(each)
        ? 0.9
        : run && each.length > 3 && run.includes(each)
          ? 0.85
          : about.has(each)
            ? 0.5
            : 0,
  );
  return points.reduce<number>((sum, point) => sum + point, 0) / wanted.length;
}
