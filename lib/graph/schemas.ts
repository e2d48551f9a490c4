/**
 * What a mapping's value will look like, as far as the functions' schemas and the workflow's input tell.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { payloadPath } from './build';
import type { Reference } from './data';
import type { Mapping, WorkflowDocument, WorkflowNode } from './schema';
import { isDistributed, isEnd, isInside, resultSchema } from './scope';
import { childrenOf, nodeOf } from './tree';
import { type AtPath, schemaAt, typeOfJson } from './types';

const unknown: AtPath = { schema: null, doubt: null };

/** `node` is the step that the mapping belongs to. */
export function mappingSchema(
  document: WorkflowDocument,
  node: WorkflowNode,
  mapping: Mapping,
  manifests: FunctionManifest[],
  depth = 0,
): AtPath {
  if (depth > 20) return unknown; // a variable made of itself, in a loop
  const inside = (value: Mapping) => mappingSchema(document, node, value, manifests, depth + 1).schema ?? {};
  switch (mapping.kind) {
    case 'literal':
      return { schema: { type: typeOfJson(mapping.value) }, doubt: null };
    case 'object':
      return {
        schema: {
          type: 'object',
          properties: Object.fromEntries(mapping.fields.map((field) => [field.name, inside(field.value)])),
          required: mapping.fields.map((field) => field.name),
        },
        doubt: null,
      };
    case 'list':
      return { schema: { type: 'array' }, doubt: null };
    case 'expression':
      return unknown;
    case 'reference':
      return referenceSchema(document, node, mapping, manifests, depth);
  }
}

function referenceSchema(
  document: WorkflowDocument,
  node: WorkflowNode,
  { from, path }: Reference,
  manifests: FunctionManifest[],
  depth: number,
): AtPath {
  const { graph } = document;
  switch (from.kind) {
    case 'input': {
      // Inside a distributed Map it is the item.
      const item = graph.nodes.some((other) => isDistributed(other) && isInside(graph, node, other.id));
      // An input that nobody described may hold anything.
      const described = Object.keys(document.input.properties ?? {}).length > 0;
      return item || !described ? unknown : schemaAt(document.input, path);
    }
    case 'variable': {
      const holders = graph.nodes.flatMap((other) =>
        (other.assign ?? []).filter(({ name }) => name === from.name).map(({ value }) => ({ other, value })),
      );
      if (holders.length !== 1) return unknown;
      const { other, value } = holders[0]!;
      return schemaAt(mappingSchema(document, other, value, manifests, depth + 1).schema, path);
    }
    case 'result':
      return schemaAt(
        ownResult(document, node, path, manifests, depth),
        node.kind === 'parallel' ? path.slice(2) : path.slice(payloadPath(node).length),
      );
    case 'context':
      return path.join('.') === 'Map.Item.Index'
        ? { schema: { type: 'integer' }, doubt: null }
        : itemSchema(document, node, path, manifests, depth);
    case 'state-input':
    case 'error':
      return unknown;
  }
}

/** The schema of a step's own result, after the part of the path that only names it. */
function ownResult(
  document: WorkflowDocument,
  node: WorkflowNode,
  path: (string | number)[],
  manifests: FunctionManifest[],
  depth: number,
): JsonSchema | null {
  const { graph } = document;
  if (node.kind === 'parallel') {
    const [branch, key] = path;
    if (typeof branch !== 'number' || typeof key !== 'string') return null;
    const ends = childrenOf(graph, { id: node.id, branch }).filter((child) => isEnd(graph, child));
    const field =
      ends.length === 1 && ends[0]?.output?.kind === 'object'
        ? ends[0].output.fields.find(({ name }) => name === key)
        : undefined;
    return field ? mappingSchema(document, ends[0]!, field.value, manifests, depth + 1).schema : null;
  }
  const own = payloadPath(node);
  return own.every((segment, i) => path[i] === segment) ? resultSchema(graph, node, manifests) : null;
}

/** The item of the Map around a step: what its list is made of. */
function itemSchema(
  document: WorkflowDocument,
  node: WorkflowNode,
  path: (string | number)[],
  manifests: FunctionManifest[],
  depth: number,
): AtPath {
  if (path[0] !== 'Map' || path[1] !== 'Item' || path[2] !== 'Value') return unknown;
  let at: WorkflowNode | undefined = node;
  // No loop with this step in its head: the page's bundler lost the name of what is imported there.
  while (at && at.kind !== 'map') at = at.parent ? nodeOf(document.graph, at.parent.id) : undefined;
  if (!at) return unknown;
  const list = at.items && mappingSchema(document, at, at.items, manifests, depth + 1).schema;
  return list?.items ? schemaAt(list.items, path.slice(3)) : unknown;
}
