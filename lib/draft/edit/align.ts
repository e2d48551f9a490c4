/**
 * Two workflows that were drafted apart have ids of their own. For their difference to be read, a step that does the same
 * work in both has to be the same step.
 *
 *   before, after ──align()──▶ before, with the ids of `after` at the steps that correspond
 *
 * Steps correspond that call the same function, or are of the same kind, within containers of the same kinds; where several
 * do, those of the same name, else those that come first. What corresponds to nothing gets an id that `after` has not.
 * @module
 */
import { functionOf, nodeOf, type Workflow, type WorkflowDocument, type WorkflowNode } from '@/lib/graph';
import { edgeId } from '@/lib/graph/schema';

/** Pure. For looking only: what a person typed as text and tries is left out. */
export function align(before: WorkflowDocument, after: WorkflowDocument): WorkflowDocument {
  const renamed = idsFor(before.graph, after.graph);
  const to = (id: string) => renamed.get(id) ?? id;
  const scope = <T extends { startAt: string | null }>(one: T): T => ({
    ...one,
    startAt: one.startAt === null ? null : to(one.startAt),
  });
  const nodes = before.graph.nodes.map((node): WorkflowNode => {
    const moved = { ...node, id: to(node.id), parent: node.parent && { ...node.parent, id: to(node.parent.id) } };
    if (moved.kind === 'parallel') return { ...moved, branches: moved.branches.map(scope) };
    if (moved.kind === 'map') return { ...moved, processor: scope(moved.processor) };
    return moved;
  });
  const edges = before.graph.edges.map((edge) => {
    const moved = { ...edge, from: to(edge.from), to: to(edge.to) };
    return { ...moved, id: edgeId(moved) };
  });
  const positions = Object.fromEntries(Object.entries(before.layout.positions).map(([id, at]) => [to(id), at]));
  return {
    ...before,
    graph: { ...scope(before.graph), nodes, edges },
    layout: { positions, collapsed: before.layout.collapsed.map(to) },
    trial: undefined,
    text: undefined,
  };
}

function idsFor(before: Workflow, after: Workflow): Map<string, string> {
  const renamed = new Map<string, string>();
  const left = [...after.nodes];
  const pair = (node: WorkflowNode, fits: (other: WorkflowNode) => boolean) => {
    if (renamed.has(node.id)) return;
    const found = left.findIndex((other) => workOf(after, other) === workOf(before, node) && fits(other));
    if (found < 0) return;
    renamed.set(node.id, left[found]!.id);
    left.splice(found, 1);
  };
  for (const node of before.nodes) pair(node, ({ name }) => name === node.name);
  for (const node of before.nodes) pair(node, () => true);
  const taken = new Set([...after.nodes.map(({ id }) => id), ...renamed.values()]);
  for (const { id } of before.nodes) {
    if (renamed.has(id)) continue;
    let free = id;
    for (let n = 2; taken.has(free); n++) free = `${id}-${n}`;
    taken.add(free);
    renamed.set(id, free);
  }
  return renamed;
}

/** What a step does and within what: `map/task:resizeimage`. */
function workOf(graph: Workflow, node: WorkflowNode): string {
  const holder = node.parent ? nodeOf(graph, node.parent.id) : undefined;
  const own = node.kind === 'task' ? `task:${functionOf(node) ?? node.resource}` : node.kind;
  return holder ? `${workOf(graph, holder)}/${own}` : own;
}
