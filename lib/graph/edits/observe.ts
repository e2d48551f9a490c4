/** Who reads what a container's branches put out, and how they go on reading it when a branch puts out more. */
import { rewrite } from '../places';
import type { Mapping, Workflow, WorkflowNode } from '../schema';
import { isEnd } from '../scope';
import { type Container, languageOf } from '../tree';
import { leaves } from '../variables';
import { need, replaceNode, withField } from './base';
import type { Work } from './work';

/** What a JSONata state puts out that has no `Output`. */
export const plainOutput = (node: WorkflowNode): Mapping => ({
  kind: 'reference',
  from: { kind: node.kind === 'task' || node.kind === 'map' || node.kind === 'parallel' ? 'result' : 'state-input' },
  path: [],
});

/** Whether anything reads what a container's branches put out. */
export function isObserved(graph: Workflow, container: WorkflowNode): boolean {
  const reads = (mapping: Mapping | undefined) =>
    mapping !== undefined && leaves(mapping).some((leaf) => readsFrom(leaf.mapping, 'result'));
  if (reads(container.output) || container.assign?.some((entry) => !isCarry(entry.value) && reads(entry.value)))
    return true;
  if (container.output) return false;
  const next = graph.edges.filter((edge) => edge.from === container.id && edge.kind === 'next');
  // At the end it is the scope's own result.
  if (next.length === 0) return container.parent === null || isObserved(graph, need(graph, container.parent.id));
  return next.some((edge) => readsInput(graph, edge.to, new Set()));
}

const isCarry = (value: Mapping) =>
  value.kind === 'reference'
    ? value.path.length === 2 && typeof value.path[0] === 'number' && typeof value.path[1] === 'string'
    : value.kind === 'expression' && value.text.startsWith(' $append([], $map($states.result, function($item)');

const readsFrom = (mapping: Mapping, kind: 'result' | 'state-input'): boolean =>
  mapping.kind === 'reference'
    ? mapping.from.kind === kind
    : mapping.kind === 'expression' &&
        /\$states(?!\.(context|errorOutput|input|result)\b)|\$\$?(?![\p{ID_Start}_$])/u.test(mapping.text)
      ? true
      : mapping.kind === 'expression' && mapping.text.includes(kind === 'result' ? '$states.result' : '$states.input');

/** Whether a step reads its input, or hands it on. */
function readsInput(graph: Workflow, id: string, seen: Set<string>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const node = need(graph, id);
  if (languageOf(graph, node) === 'JSONPath') return true;
  let reads = false;
  rewrite(node, 'JSONata', (mapping) => {
    if (leaves(mapping).some((leaf) => readsFrom(leaf.mapping, 'state-input'))) reads = true;
    return mapping;
  });
  if (reads) return true;
  if (node.kind === 'fail') return false;
  if (node.kind === 'parallel' || (node.kind === 'map' && !node.items)) return true;
  if (node.kind === 'task' && !node.arguments) return true;
  const handsOn = node.kind === 'pass' || node.kind === 'wait' || node.kind === 'choice' || node.kind === 'succeed';
  if (!handsOn || node.output) return false;
  if (isEnd(graph, node)) return true;
  return graph.edges.some((edge) => edge.from === id && readsInput(graph, edge.to, seen));
}

/** A branch now puts out `{ result, … }`: what reads the container's result is led to `result`. */
export function adapt(work: Work, container: Container, branch: number): void {
  const inside = (mapping: Mapping): Mapping => {
    if (mapping.kind === 'object')
      return { kind: 'object', fields: mapping.fields.map((f) => ({ ...f, value: inside(f.value) })) };
    if (mapping.kind === 'list') return { kind: 'list', items: mapping.items.map(inside) };
    if (!readsFrom(mapping, 'result')) return mapping;
    if (mapping.kind === 'reference') {
      const [head, ...rest] = mapping.path;
      if (container.kind === 'parallel' && typeof head === 'number')
        return head === branch ? { ...mapping, path: [head, 'result', ...rest] } : mapping;
      if (container.kind === 'map' && typeof head === 'number') return { ...mapping, path: [head, 'result', ...rest] };
      if (mapping.path.length === 0) return whole(container, branch);
    }
    work.broken.push({ node: container.id, path: ['output'], what: 'the container’s result, which has a new shape' });
    return mapping;
  };
  const assign = container.assign?.map((entry) =>
    isCarry(entry.value) ? entry : { ...entry, value: inside(entry.value) },
  );
  const output = container.output ? inside(container.output) : whole(container, branch);
  work.graph = replaceNode(work.graph, withField({ ...container, output }, 'assign', assign));
}

/** The container's result as it was before one branch put out more. */
function whole(container: Container, branch: number): Mapping {
  if (container.kind === 'map') return collect('result');
  const items = container.branches.map(
    (_, i): Mapping => ({ kind: 'reference', from: { kind: 'result' }, path: i === branch ? [i, 'result'] : [i] }),
  );
  return { kind: 'list', items };
}

/** A list whatever the number of items and whatever they are: JSONata takes lists of one apart, and lists in lists. */
export const collect = (key: string): Mapping => ({
  kind: 'expression',
  text: ` $append([], $map($states.result, function($item) { $lookup($item, ${JSON.stringify(key)}) })[]) `,
});
