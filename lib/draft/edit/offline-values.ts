/**
 * Follow-ups that change a value of a step that is there: "make it 512 wide", "webp instead of png", "double the width".
 *
 * Each reader gives the edits that it sees in a clause, or none.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { splitName } from '@/lib/functions/words';
import { functionOf, mappingAt, payloadOf, type WorkflowNode } from '@/lib/graph';
import { findSteps, mainLine } from './find';
import type { PlanEdit } from './plan';
import { termsOf } from './sources';
import { numberIn } from './value';
import * as W from './words';
import { argumentsOf, planned, said, setOf, type Work } from './work';

/** "use webp instead of png": the arguments that hold the old value now, each a change that may be left out. */
export function valuesChanged(work: Work, old: string, wish: string): PlanEdit[] {
  const was = old.replace(/^(?:the|a|an)\s+(?=[\d“"'])/i, '');
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
export function limitChanged(work: Work, clause: string, sure = false): PlanEdit[] {
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

/** "make it 512 wide", "change the format to webp", "double the width" */
export function changed(work: Work, clause: string): PlanEdit[] {
  const { document, manifests, selected } = work.request;
  const [, was, wish] = /^(?:change|set|switch|turn)\s+(.+?)\s+(?:to|into)\s+(.+)$/i.exec(clause) ?? [];
  const one = was && wish ? argumentNamed(work, was, wish) : null;
  if (one) return [one];
  const values = was && wish ? valuesChanged(work, was, wish) : limitChanged(work, clause);
  if (values.length > 0) return values;
  if (was && /^(?:the )?\d+(?:\.\d+)?$/i.test(was)) return []; // a number that is nowhere
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

/** The offline planner reads the values, as it would in a prompt that begins with what the step does. */
export function valuesOf(work: Work, node: WorkflowNode, manifest: FunctionManifest, rest: string): PlanEdit[] {
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
