/** Steps that were done once are done for each item of a list. */
import { Problem } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';
import {
  descendantsOf,
  itemOf,
  languageOf,
  nodeOf,
  referenceText,
  rewrite,
  setArgument,
  setField,
  setInput,
  wrapNodes,
} from '@/lib/graph';
import type { EditOf } from './plan';
import { type Bench, mapLeaves, mappingFrom, pathOf, replaceWhole, stepOf } from './value';

export function repeatSteps(bench: Bench, edit: EditOf<'repeat'>): void {
  const ids = edit.steps.map((step) => stepOf(bench, step));
  const first = nodeOf(bench.document.graph, ids[0] ?? '');
  if (!first)
    throw new Problem('WRAP_NOTHING', 'No step was chosen to be repeated.', 'Name the steps that are to be repeated.');
  const field = edit.over.kind === 'input' ? String(pathOf(edit.over.field)[0] ?? '') : null;
  const title = field ? bench.document.input.properties?.[field]?.title : null;
  const wrapped = wrapNodes(bench.document, ids, 'map', {
    name: `For each ${(title ?? field ?? 'item').toLowerCase()}`.slice(0, 80),
  });
  bench.document = wrapped.document;
  const items = mappingFrom(bench, wrapped.id, edit.over);
  bench.document = setField(bench.document, wrapped.id, 'items', items).document;
  if (field !== null) {
    becomeList(bench, field);
    readItems(bench, wrapped.id, field);
  } else if (edit.argument) {
    const { document, mapping } = itemOf(bench.document, first.id);
    bench.document = setArgument(document, first.id, [edit.argument], mapping).document;
  }
}

/** The input holds several now; what it held is the first of them. */
function becomeList(bench: Bench, field: string): void {
  const { input } = bench.document;
  const schema = input.properties?.[field];
  if (!schema || schema.type === 'array') return;
  const { title, description, default: first, ...item } = schema;
  const list: JsonSchema = {
    type: 'array',
    title: `${title ?? field}${/s$/i.test(title ?? field) ? '' : 's'}`,
    ...(description ? { description } : {}),
    items: { ...item, ...(title ? { title } : {}) },
    ...(first === undefined ? {} : { default: [first] }),
  };
  bench.document = setInput(bench.document, {
    ...input,
    properties: { ...input.properties, [field]: list },
  }).document;
}

/** Inside, what read the input reads the item. */
function readItems(bench: Bench, map: string, field: string): void {
  const { graph } = bench.document;
  const inside = new Set(descendantsOf(graph, map).map(({ id }) => id));
  const nodes = graph.nodes.map((node) => {
    if (!inside.has(node.id)) return node;
    const language = languageOf(graph, node);
    const { mapping: item } = itemOf(bench.document, node.id);
    if (item.kind !== 'reference') return node;
    const [old, fresh] = [
      referenceText({ from: { kind: 'input' }, path: [field] }, language),
      referenceText(item, language),
    ];
    return rewrite(node, language, (mapping) =>
      mapLeaves(mapping, (leaf) => {
        if (leaf.kind === 'reference' && leaf.from.kind === 'input' && leaf.path[0] === field)
          return { ...item, path: [...item.path, ...leaf.path.slice(1)] };
        if (leaf.kind !== 'expression') return leaf;
        const text = replaceWhole(leaf.text, old, fresh);
        return text === leaf.text ? leaf : { ...leaf, text };
      }),
    );
  });
  bench.document = { ...bench.document, graph: { ...graph, nodes } };
}
