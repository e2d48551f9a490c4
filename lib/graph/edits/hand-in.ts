/** Handing values into distributed Maps, which see no variables from outside; and the item that a step works on. */
import { jsonEqual } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { withMapping } from '../build';
import type { Reference, Segment } from '../data';
import { uniqueName } from '../names';
import { rewrite } from '../places';
import type { Mapping, Workflow, WorkflowDocument, WorkflowNode } from '../schema';
import { isDistributed, isInside } from '../scope';
import { ancestorsOf, languageOf } from '../tree';
import { type Edited, need, replaceNode } from './base';
import { fieldsOf, type Work } from './work';

/** Hands a value through the item selectors of the distributed Maps between its variable and the target. */
export function handIn(work: Work, value: Reference, targetId: string): Reference {
  const holders = work.graph.nodes.filter((node) =>
    node.assign?.some(({ name }) => value.from.kind === 'variable' && name === value.from.name),
  );
  const maps = ancestorsOf(work.graph, need(work.graph, targetId))
    .map(({ container }) => container)
    .filter(
      (container) => isDistributed(container) && !holders.some((holder) => isInside(work.graph, holder, container.id)),
    )
    .reverse();
  let at = value;
  for (const { id } of maps) {
    const field = selectItem(
      work,
      id,
      { ...at, path: [] },
      at.from.kind === 'variable' ? at.from.name : String(at.path[0]),
    );
    const rest = at.from.kind === 'variable' ? at.path : at.path.slice(1);
    at = { kind: 'reference', from: { kind: 'input' }, path: [field, ...rest] };
  }
  return at;
}

const ITEM: Reference = { kind: 'reference', from: { kind: 'context' }, path: ['Map', 'Item', 'Value'] };

/** A field of what each child of a distributed Map is given. */
function selectItem(work: Work, id: string, value: Reference, wish: string): string {
  const map = need(work.graph, id);
  if (map.kind !== 'map') return wish;
  const wanted: Reference = value.from.kind === 'input' ? { ...value, path: [wish] } : value;
  const fields = fieldsOf(map.itemSelector);
  const known = fields?.find((field) => jsonEqual(field.value, wanted));
  if (known) return known.name;
  const name = uniqueName(
    wish,
    (other) => other === 'item' || (fields?.some((field) => field.name === other) ?? false),
    '',
  );
  if (fields) {
    work.graph = replaceNode(work.graph, { ...map, itemSelector: withMapping(map.itemSelector, [name], wanted)! });
    return name;
  }
  // Until now each child was given the item itself: it moves into a field, and what reads it follows.
  const item = map.itemSelector ?? ITEM;
  const selector: Mapping = {
    kind: 'object',
    fields: [
      { name: 'item', value: item },
      { name, value: wanted },
    ],
  };
  const inside = (node: WorkflowNode) => isInside(work.graph, node, id) && !betweenDistributed(work.graph, node, id);
  const nodes = work.graph.nodes.map((node) => {
    if (node.id === id) return { ...map, itemSelector: selector };
    return inside(node) ? intoItem(node, languageOf(work.graph, node), map.processor.startAt === node.id) : node;
  });
  work.graph = { ...work.graph, nodes };
  return name;
}

/** Whether a step is in a further distributed Map inside: its input is another. */
const betweenDistributed = (graph: Workflow, node: WorkflowNode, outer: string): boolean => {
  const around = ancestorsOf(graph, node).map(({ container }) => container);
  return around
    .slice(
      0,
      around.findIndex((container) => container.id === outer),
    )
    .some(isDistributed);
};

function intoItem(node: WorkflowNode, language: 'JSONata' | 'JSONPath', first: boolean): WorkflowNode {
  const follow = (mapping: Mapping): Mapping => {
    if (mapping.kind === 'object')
      return { kind: 'object', fields: mapping.fields.map((f) => ({ ...f, value: follow(f.value) })) };
    if (mapping.kind === 'list') return { kind: 'list', items: mapping.items.map(follow) };
    if (mapping.kind === 'reference') {
      const moved = mapping.from.kind === 'input' || (first && mapping.from.kind === 'state-input');
      return moved ? { ...mapping, path: ['item', ...mapping.path] } : mapping;
    }
    if (mapping.kind === 'literal') return mapping;
    const roots =
      language === 'JSONata'
        ? [/\$states\.context\.Execution\.Input\b/g, /\$states\.input\b/g]
        : [/\$\$\.Execution\.Input\b/g];
    const text = roots.slice(0, first ? 2 : 1).reduce((all, root) => all.replace(root, '$&.item'), mapping.text);
    return { kind: 'expression', text };
  };
  return rewrite(node, language, follow);
}

// ------------------------------------------------------------------ the item of a loop

/**
 * How a step inside a Map reads the item that it works on.
 *
 * @param map which Map, where it is inside several; absent: the innermost
 * @throws Problem ITEM_OUTSIDE where the step is in no Map, ITEM_OF_OUTER where a further Map is between
 */
export function itemOf(
  document: WorkflowDocument,
  target: string,
  path: Segment[] = [],
  map?: string,
): Edited & { mapping: Mapping } {
  const node = need(document.graph, target);
  const loops = ancestorsOf(document.graph, node).flatMap(({ container }) =>
    container.kind === 'map' ? [container] : [],
  );
  const loop = map === undefined ? loops[0] : loops.find(({ id }) => id === map);
  if (!loop)
    throw new Problem('ITEM_OUTSIDE', `"${node.name}" is not inside a Map.`, 'Move it into one.', { node: target });
  if (loop !== loops[0]) {
    throw new Problem(
      'ITEM_OF_OUTER',
      `"${node.name}" is inside "${loops[0]!.name}", so it sees that Map's item only.`,
      `Keep the item of "${loop.name}" in a variable, in a step before "${loops[0]!.name}".`,
      { node: target },
    );
  }
  if (!isDistributed(loop)) return { document, mapping: { ...ITEM, path: [...ITEM.path, ...path] } };
  const field = fieldsOf(loop.itemSelector)?.find(({ value }) => jsonEqual(value, ITEM));
  return {
    document,
    mapping: { kind: 'reference', from: { kind: 'input' }, path: [...(field ? [field.name] : []), ...path] },
  };
}
