/**
 * The steps of one scope as Argo can run them: those that are reached, without the edges that lead back, with names
 * that Kubernetes takes.
 * @module
 */
import type { Parent, Workflow, WorkflowEdge, WorkflowNode } from '@/lib/graph/schema';
import { childrenOf, edgesFrom, nodeOf, scopeKey, scopeOf } from '@/lib/graph/tree';

export type Flow = {
  /** reached steps, in the graph's order */
  nodes: WorkflowNode[];
  start: WorkflowNode | null;
  /** edges that lead to a step, save those that lead back */
  incoming: (id: string) => WorkflowEdge[];
  /** every step that has ended, or was skipped, when this one begins */
  before: (id: string) => Set<string>;
  /** edges that would close a circle */
  back: WorkflowEdge[];
  lost: WorkflowNode[];
};

export function flowOf(graph: Workflow, parent: Parent | null): Flow {
  const startAt = scopeOf(graph, parent)?.startAt;
  const found = startAt ? nodeOf(graph, startAt) : undefined;
  const start = found && scopeKey(found.parent) === scopeKey(parent) ? found : null;
  const incoming = new Map<string, WorkflowEdge[]>();
  const back: WorkflowEdge[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const order: string[] = []; // what follows comes first
  // Depth first with a stack of its own: a chain may be longer than the call stack.
  const stack = start ? [{ id: start.id, edges: [...edgesFrom(graph, start.id)] }] : [];
  if (start) state.set(start.id, 'open');
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const edge = top.edges.shift();
    if (!edge) {
      state.set(top.id, 'done');
      order.push(top.id);
      stack.pop();
      continue;
    }
    const to = nodeOf(graph, edge.to);
    if (!to || scopeKey(to.parent) !== scopeKey(parent)) continue;
    if (state.get(to.id) === 'open') {
      back.push(edge);
      continue;
    }
    incoming.set(to.id, [...(incoming.get(to.id) ?? []), edge]);
    if (state.has(to.id)) continue;
    state.set(to.id, 'open');
    stack.push({ id: to.id, edges: [...edgesFrom(graph, to.id)] });
  }
  const before = new Map<string, Set<string>>();
  for (const id of order.toReversed()) {
    const all = new Set<string>();
    for (const { from } of incoming.get(id) ?? []) {
      all.add(from);
      for (const far of before.get(from) ?? []) all.add(far);
    }
    before.set(id, all);
  }
  const children = childrenOf(graph, parent);
  return {
    nodes: children.filter((node) => state.has(node.id)),
    start,
    incoming: (id) => incoming.get(id) ?? [],
    before: (id) => before.get(id) ?? new Set(),
    back,
    lost: children.filter((node) => !state.has(node.id)),
  };
}

/** Names of tasks, templates and parameters: lower case, digits and hyphens, a letter first; unique among those given. */
export function createNames(): (wish: string) => string {
  const taken = new Set<string>();
  return (wish) => {
    const plain = wish
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 48)
      .replace(/^-+|-+$/g, '');
    const base = /^[a-z]/.test(plain) ? plain : `step${plain ? `-${plain}` : ''}`;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    return name;
  };
}
