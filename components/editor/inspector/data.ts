/**
 * The data that a step may use, as a tree to pick from; and what a reference is called.
 *
 *   document, step ──dataFor()──▶ workflow input · the loop's item · results of earlier steps · facts of the run
 *
 * Pure.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import {
  ancestorsOf,
  available,
  boundVariables,
  itemOf,
  type Mapping,
  mappingSchema,
  nodeOf,
  refer,
  variableOf,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import { typeText } from '../../ui/schema';

export type Path = (string | number)[];
/** Makes the reference: the document in which it may be used, and the mapping that says it. */
export type Pick = (document: WorkflowDocument, target: string) => { document: WorkflowDocument; mapping: Mapping };
export type DataRow = {
  id: string;
  label: string;
  type: string;
  depth: number;
  schema: JsonSchema | null;
  doubtful: boolean;
  pick: Pick;
};
export type DataGroup = { id: string; title: string; hint: string; rows: DataRow[] };

const DEPTH = 4;

export function dataFor(document: WorkflowDocument, target: string | null, manifests: FunctionManifest[]): DataGroup[] {
  const { graph } = document;
  const groups: DataGroup[] = [];
  const input =
    (path: Path): Pick =>
    (now) => ({ document: now, mapping: { kind: 'reference', from: { kind: 'input' }, path } });
  groups.push({
    id: 'input',
    title: 'Workflow input',
    hint: 'What the run is given',
    rows: tree('input', 'the whole input', document.input, (path) => input(path), false),
  });
  const node = target ? nodeOf(graph, target) : undefined;
  if (!node) return groups;
  const loop = ancestorsOf(graph, node).find(({ container }) => container.kind === 'map')?.container;
  if (loop) {
    groups.push({
      id: 'item',
      title: `Item of ${loop.name}`,
      hint: 'The one this step works on',
      rows: [
        ...tree(
          'item',
          'the whole item',
          itemSchema(document, loop, manifests),
          (path) => (now, id) => itemOf(now, id, path),
          false,
        ),
        {
          id: 'item-index',
          label: 'its number, from 0',
          type: 'whole number',
          depth: 1,
          schema: { type: 'integer' },
          doubtful: false,
          pick: (now) => ({
            document: now,
            mapping: { kind: 'reference', from: { kind: 'context' }, path: ['Map', 'Item', 'Index'] },
          }),
        },
      ],
    });
  }
  for (const source of available(document, node.id, manifests).reverse()) {
    const { schema } = source;
    groups.push({
      id: `step:${source.node}`,
      title: source.name,
      hint: source.certain ? 'An earlier step' : 'May not have run on every way here',
      rows: tree(
        `step:${source.node}`,
        'the whole result',
        schema,
        (path) => (now, id) => refer(now, id, { step: source.node, path, ...(schema && { schema }) }),
        !source.certain,
      ),
    });
  }
  const context = (label: string, path: Path): DataRow => ({
    id: `context:${path.join('.')}`,
    label,
    type: 'text',
    depth: 0,
    schema: { type: 'string' },
    doubtful: false,
    pick: (now) => ({ document: now, mapping: { kind: 'reference', from: { kind: 'context' }, path } }),
  });
  groups.push({
    id: 'context',
    title: 'This run',
    hint: 'Facts of the run itself',
    rows: [
      context('its name', ['Execution', 'Name']),
      context('its address (ARN)', ['Execution', 'Id']),
      context('when it started', ['Execution', 'StartTime']),
      context('when this step began', ['State', 'EnteredTime']),
    ],
  });
  return groups;
}

function tree(
  id: string,
  whole: string,
  schema: JsonSchema | null,
  pick: (path: Path) => Pick,
  doubtful: boolean,
): DataRow[] {
  const rows: DataRow[] = [];
  const walk = (at: JsonSchema | null, path: Path, label: string, depth: number) => {
    rows.push({
      id: `${id}/${path.join('/')}`,
      label,
      type: typeText(at ?? undefined),
      depth,
      schema: at,
      doubtful,
      pick: pick(path),
    });
    if (!at || depth >= DEPTH) return;
    for (const [name, property] of Object.entries(at.properties ?? {}))
      walk(property, [...path, name], name, depth + 1);
    if (at.type === 'array' && at.items?.properties) {
      for (const [name, property] of Object.entries(at.items.properties)) {
        // A field of each item, as a list.
        walk({ type: 'array', items: property }, [...path, name], `each ${name}`, depth + 1);
      }
    }
  };
  walk(schema, [], whole, 0);
  return rows;
}

function itemSchema(document: WorkflowDocument, loop: WorkflowNode, manifests: FunctionManifest[]): JsonSchema | null {
  if (loop.kind !== 'map' || !loop.items) return null;
  return mappingSchema(document, loop, loop.items, manifests).schema?.items ?? null;
}

/** What a reference is called: the step or place it begins at, and the way from there. */
export function referenceName(
  document: WorkflowDocument,
  mapping: Extract<Mapping, { kind: 'reference' }>,
): { source: string; path: string; missing: boolean } {
  const path = mapping.path.map((part) => (typeof part === 'number' ? `#${part + 1}` : part)).join(' › ');
  switch (mapping.from.kind) {
    case 'input':
      return { source: 'Workflow input', path, missing: false };
    case 'state-input':
      return { source: 'This step’s input', path, missing: false };
    case 'result':
      return { source: 'Result', path, missing: false };
    case 'error':
      return { source: 'The error', path, missing: false };
    case 'context': {
      const [first, second, third, ...rest] = mapping.path;
      if (first === 'Map' && second === 'Item' && third === 'Value')
        return { source: 'Item', path: rest.join(' › '), missing: false };
      if (first === 'Map' && second === 'Item' && third === 'Index')
        return { source: 'Item’s number', path: '', missing: false };
      return { source: 'This run', path, missing: false };
    }
    case 'variable': {
      const { name } = mapping.from;
      const whole = document.graph.nodes.find((node) => variableOf(node) === name);
      if (whole) return { source: whole.name, path, missing: false };
      const bound = boundVariables(document.graph).some((binding) => binding.name === name);
      return { source: `$${name}`, path, missing: !bound };
    }
  }
}
