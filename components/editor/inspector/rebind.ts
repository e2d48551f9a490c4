/**
 * References that lose what they refer to when steps are deleted, what could take its place, and putting it there.
 *
 *   document, steps ──lostBy()──▶ who reads what that would be gone
 *   who, what ──proposalsFor()──▶ data that fits, likeliest first
 *   document, choices ──removeAndRebind()──▶ the document without the steps, and with the other data
 *
 * Pure.
 * @module
 */
import { jsonEqual, own } from '@/lib/base/json';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { nameFit } from '@/lib/functions/types';
import {
  expressionText,
  functionOf,
  keepersOf,
  languageOf,
  leaves,
  type Mapping,
  nodeOf,
  parseReference,
  payloadPath,
  type Reference,
  referenceText,
  removeNodes,
  rewrite,
  schemaAt,
  variablesOf,
  visitMappings,
  type WorkflowDocument,
} from '@/lib/graph';
import { fitOf } from './convert';
import { type DataRow, dataFor } from './data';
import { replaceWhole } from './inputs';

/** `places`: how often the step reads it. `field`: where, in words. `wanted`: what is expected there. */
export type Lost = {
  id: string;
  node: string;
  reference: Reference;
  /** the step whose result it was */
  source: string;
  field: string;
  places: number;
  wanted: JsonSchema;
};
export type Proposal = { row: DataRow; group: string };
type Functions = ReadonlyMap<string, FunctionManifest>;

/** What would be lost, reader by reader; empty where the steps may go without harm. */
export function lostBy(document: WorkflowDocument, ids: string[], functions: Functions): Lost[] {
  const { document: after, broken } = removeNodes(document, ids);
  const found = new Map<string, Lost>();
  for (const { node: id, path, what } of broken) {
    const variable = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u.exec(what)?.[1];
    const node = nodeOf(after.graph, id);
    if (!variable || !node) continue;
    const language = languageOf(after.graph, node);
    visitMappings(node, language, (mapping, place) => {
      for (const leaf of leaves(mapping)) {
        const at = [...place, ...leaf.path];
        if (JSON.stringify(at) !== JSON.stringify(path)) continue;
        for (const reference of referencesIn(leaf.mapping, variable, language)) {
          const key = `${id}\0${referenceText(reference, language)}`;
          const known = found.get(key);
          if (known) {
            found.set(key, { ...known, places: known.places + 1 });
            continue;
          }
          const [keeper] = keepersOf(document.graph, variable);
          const manifest = functions.get(functionOf(node) ?? '');
          const base = ['arguments', ...payloadPath(node)];
          const argument = base.every((part, i) => at[i] === part) ? at.slice(base.length) : null;
          found.set(key, {
            id: key,
            node: id,
            reference,
            source: keeper?.name ?? `$${variable}`,
            field: argument ? argument.join(' › ') : fieldWords(at),
            places: 1,
            wanted: (argument && manifest && schemaAt(manifest.input, argument).schema) || {},
          });
        }
      }
    });
  }
  return [...found.values()];
}

const WORDS: Record<string, string> = {
  items: 'the list',
  rules: 'a rule',
  assign: 'a variable',
  output: 'its output',
  catchers: 'a catcher',
  wait: 'the time',
  itemSelector: 'what each item is given',
};
const fieldWords = (path: (string | number)[]): string =>
  (own(WORDS, String(path[0])) as string | undefined) ?? String(path[0]);

/** A reference itself; of an expression, each way that it goes from the variable. */
function referencesIn(mapping: Mapping, variable: string, language: 'JSONata' | 'JSONPath'): Reference[] {
  if (mapping.kind === 'reference')
    return mapping.from.kind === 'variable' && mapping.from.name === variable ? [mapping] : [];
  if (mapping.kind !== 'expression' || !variablesOf(mapping, language).has(variable)) return [];
  const found = new Map<string, Reference>();
  const ways = new RegExp(
    `\\$${variable}(?![\\p{ID_Continue}])((?:\\.[\\p{ID_Start}_][\\p{ID_Continue}]*(?!\\()|\\[\\d+\\])*)`,
    'gu',
  );
  for (const [text] of mapping.text.matchAll(ways)) {
    const reference = parseReference(text, language);
    if (reference) found.set(text, reference);
  }
  return [...found.values()];
}

/** Data that could take the place, likeliest first: by type, then by name. */
export function proposalsFor(document: WorkflowDocument, lost: Lost, functions: Functions, limit = 8): Proposal[] {
  const last = String(lost.reference.path.at(-1) ?? lost.field);
  return dataFor(document, lost.node, functions)
    .flatMap(({ id, title, rows }) => (id === 'context' ? [] : rows.map((row) => ({ row, group: title }))))
    .flatMap((proposal) => {
      const { fit } = fitOf(proposal.row.schema, lost.wanted);
      if (fit === 'not') return [];
      const name = Math.max(nameFit(proposal.row.label, last), nameFit(proposal.row.label, lost.field));
      return [{ proposal, score: name * 2 + (fit === 'fits' ? 1 : 0) - proposal.row.depth * 0.01 }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ proposal }) => proposal);
}

/** Whether the likeliest is so likely that it is chosen beforehand: it is called the same and fits. */
export const isSure = ({ row }: Proposal, lost: Lost): boolean =>
  fitOf(row.schema, lost.wanted).fit === 'fits' &&
  nameFit(row.label, String(lost.reference.path.at(-1) ?? lost.field)) >= 0.8;

/** The steps removed and what was lost replaced, as one edit. */
export function removeAndRebind(
  document: WorkflowDocument,
  ids: string[],
  choices: { lost: Lost; row: DataRow }[],
): ReturnType<typeof removeNodes> {
  const removed = removeNodes(document, ids);
  let now = removed.document;
  for (const { lost, row } of choices) {
    const { document: ready, mapping } = row.pick(now, lost.node);
    const node = nodeOf(ready.graph, lost.node);
    if (!node) continue;
    const language = languageOf(ready.graph, node);
    const [old, fresh] = [referenceText(lost.reference, language), expressionText(mapping, language)];
    const follow = (at: Mapping): Mapping => {
      switch (at.kind) {
        case 'literal':
          return at;
        case 'reference':
          return jsonEqual(at, lost.reference) ? mapping : at;
        case 'expression': {
          const text = replaceWhole(at.text, old, fresh);
          return text === at.text ? at : { kind: 'expression', text };
        }
        case 'object': {
          const fields = at.fields.map((field) => ({ ...field, value: follow(field.value) }));
          return fields.every(({ value }, i) => value === at.fields[i]?.value) ? at : { kind: 'object', fields };
        }
        case 'list': {
          const items = at.items.map(follow);
          return items.every((item, i) => item === at.items[i]) ? at : { kind: 'list', items };
        }
      }
    };
    const made = rewrite(node, language, follow);
    now = {
      ...ready,
      graph: { ...ready.graph, nodes: ready.graph.nodes.map((one) => (one.id === made.id ? made : one)) },
    };
  }
  return { ...removed, document: now };
}

/** Mappings that name one of the variables: what a renaming updates. */
export function countNaming(document: WorkflowDocument, names: ReadonlySet<string>): number {
  let count = 0;
  for (const node of document.graph.nodes) {
    const language = languageOf(document.graph, node);
    visitMappings(node, language, (mapping) => {
      for (const leaf of leaves(mapping))
        if ([...variablesOf(leaf.mapping, language)].some((name) => names.has(name))) count++;
    });
  }
  return count;
}
