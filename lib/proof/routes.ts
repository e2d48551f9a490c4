/**
 * The ways that a run can take, and how to lead one along each.
 *
 *   graph ──armsOf()──▶ every rule, default and catch, each Map with and without items; always one where nothing fails
 *   graph, arm ──routeTo()──▶ what has to be chosen, or has to fail, on the way there
 * @module
 */
import {
  ancestorsOf,
  childrenOf,
  edgesFrom,
  isDistributed,
  languageOf,
  nodeOf,
  type Parent,
  scopeOf,
  type Workflow,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';

/** One way of one step. A Map's two ways are `items` and `empty`; a workflow that parts only where something fails has `through` besides. */
export type Arm = { id: string; node: string; edge: WorkflowEdge | null; way: 'edge' | 'items' | 'empty' | 'through' };

/** By step id: the edge by which it is to be left, and Maps that are to find nothing in their list. */
export type Route = { leave: Map<string, WorkflowEdge>; empty: Set<string> };

export function armsOf(graph: Workflow): Arm[] {
  const arms = graph.nodes.flatMap((node): Arm[] => {
    const edges = edgesFrom(graph, node.id)
      .filter(({ kind }) => kind !== 'next')
      .map((edge): Arm => ({ id: edge.id, node: node.id, edge, way: 'edge' }));
    // What a distributed Map reads from a file is not known here.
    const lists = node.kind === 'map' && node.items && !(isDistributed(node) && node.itemReader);
    // Where a list is a path, a run cannot be told to find nothing there.
    const both = languageOf(graph, node) === 'JSONata';
    const ways = !lists ? [] : both ? (['items', 'empty'] as const) : (['items'] as const);
    return [...edges, ...ways.map((way): Arm => ({ id: `${node.id}:${way}`, node: node.id, edge: null, way }))];
  });
  // Where every arm needs a failure, the way on which nothing fails is one more.
  const good = arms.some(
    (arm) => ![...(routeTo(graph, arm)?.leave.values() ?? [])].some(({ kind }) => kind === 'catch'),
  );
  return good ? arms : [{ id: 'through', node: '', edge: null, way: 'through' }, ...arms];
}

/** @returns `null` where nothing leads to the step */
export function routeTo(graph: Workflow, arm: Arm): Route | null {
  const route: Route = { leave: new Map(), empty: new Set() };
  if (arm.way === 'through') return route;
  const node = nodeOf(graph, arm.node);
  if (!node) return null;
  const around = ancestorsOf(graph, node);
  for (const step of [...around.map(({ container }) => container as WorkflowNode), node]) {
    const way = wayTo(graph, step);
    if (!way) return null;
    for (const edge of way) if (edge.kind !== 'next') route.leave.set(edge.from, edge);
  }
  if (arm.edge) route.leave.set(arm.node, arm.edge);
  if (arm.way === 'empty') route.empty.add(arm.node);
  return route;
}

/** The shortest way from where a step's scope begins to the step; errors are taken last. */
function wayTo(graph: Workflow, step: WorkflowNode): WorkflowEdge[] | null {
  const start = scopeOf(graph, step.parent)?.startAt;
  if (!start) return null;
  const came = new Map<string, WorkflowEdge | null>([[start, null]]);
  const waiting = [start];
  const late: string[] = [];
  for (let at = waiting.shift() ?? late.shift(); at !== undefined; at = waiting.shift() ?? late.shift()) {
    if (at === step.id) break;
    const edges = edgesFrom(graph, at);
    for (const edge of [
      ...edges.filter(({ kind }) => kind !== 'catch'),
      ...edges.filter(({ kind }) => kind === 'catch'),
    ]) {
      if (came.has(edge.to)) continue;
      came.set(edge.to, edge);
      (edge.kind === 'catch' ? late : waiting).push(edge.to);
    }
  }
  if (!came.has(step.id)) return null;
  const way: WorkflowEdge[] = [];
  for (let edge = came.get(step.id); edge; edge = came.get(edge.from)) way.unshift(edge);
  return way;
}

/** The tasks that can make a step fail: itself, or what is inside it. */
export function tasksOf(graph: Workflow, node: WorkflowNode): WorkflowNode[] {
  if (node.kind === 'task') return [node];
  if (node.kind !== 'map' && node.kind !== 'parallel') return [];
  const branches: Parent[] =
    node.kind === 'map' ? [{ id: node.id, branch: 0 }] : node.branches.map((_, branch) => ({ id: node.id, branch }));
  return branches.flatMap((branch) => childrenOf(graph, branch)).flatMap((child) => tasksOf(graph, child));
}
