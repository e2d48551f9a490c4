/**
 * Which node a state of a definition is: ids and order taken from the graph that was there before.
 * @module
 */
import { isObject } from '@/lib/base/json';
import { idFromName } from '@/lib/graph/names';
import type { Parent, Workflow, WorkflowNode } from '@/lib/graph/schema';
import { scopeKey } from '@/lib/graph/tree';

const slot = (name: string, parent: Parent | null) => `${scopeKey(parent)}\n${name}`;

/**
 * Ids by name and scope from `like`; a state that moved keeps its id where its name is the only one of its kind in
 * both; the rest get an id made from their name. The same question has the same answer.
 */
export function idsFor(definition: unknown, like?: Workflow): (name: string, parent: Parent | null) => string {
  const before = new Map<string, WorkflowNode>();
  const byName = new Map<string, WorkflowNode | null>(); // null: several
  for (const node of like?.nodes ?? []) {
    if (!before.has(slot(node.name, node.parent))) before.set(slot(node.name, node.parent), node);
    byName.set(node.name, byName.has(node.name) ? null : node);
  }
  const names = like ? countNames(definition, new Map()) : new Map<string, number>();
  const taken = new Set(like?.nodes.map((node) => node.id));
  const known = new Map<string, string>();
  return (name, parent) => {
    const key = slot(name, parent);
    const id = known.get(key) ?? before.get(key)?.id ?? (names.get(name) === 1 ? byName.get(name)?.id : undefined);
    if (id !== undefined) {
      known.set(key, id);
      return id;
    }
    const made = idFromName(name, (wish) => taken.has(wish));
    taken.add(made);
    known.set(key, made);
    return made;
  };
}

function countNames(scope: unknown, counts: Map<string, number>): Map<string, number> {
  if (!isObject(scope) || !isObject(scope.States)) return counts;
  for (const [name, state] of Object.entries(scope.States)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (!isObject(state)) continue;
    for (const inner of [
      state.ItemProcessor ?? state.Iterator,
      ...(Array.isArray(state.Branches) ? state.Branches : []),
    ]) {
      countNames(inner, counts);
    }
  }
  return counts;
}

/** The graph with its nodes and edges in the order of `like`, as far as the definition's own order allows. */
export function inOrderOf(like: Workflow, graph: Workflow): Workflow {
  const nodes = merge(like.nodes, graph.nodes, (node) => scopeKey(node.parent));
  const edges = merge(like.edges, graph.edges, (edge) => edge.from);
  return { ...graph, nodes: sameScopes(nodes, graph.nodes) ? nodes : graph.nodes, edges };
}

/** Those that `like` has, in its order; a new one after the one of its group that came before it. */
function merge<T extends { id: string }>(like: T[], items: T[], group: (item: T) => string): T[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const old = new Set(like.map((item) => item.id));
  const after = new Map<string | undefined, T[]>();
  const last = new Map<string, string>();
  let previous: string | undefined;
  for (const item of items) {
    if (old.has(item.id)) last.set(group(item), item.id);
    else {
      const anchor = last.get(group(item)) ?? previous;
      after.set(anchor, [...(after.get(anchor) ?? []), item]);
    }
    if (old.has(item.id)) previous = item.id;
  }
  const kept = like.flatMap((item) => byId.get(item.id) ?? []);
  return [...(after.get(undefined) ?? []), ...kept.flatMap((item) => [item, ...(after.get(item.id) ?? [])])];
}

/** Whether both orders give each scope the same `States`: as JSON objects order their names. */
function sameScopes(a: WorkflowNode[], b: WorkflowNode[]): boolean {
  const [left, right] = [namesByScope(a), namesByScope(b)];
  return [...left].every(([key, names]) => right.get(key)?.join('\n') === names.join('\n'));
}

function namesByScope(nodes: WorkflowNode[]): Map<string, string[]> {
  const scopes = new Map<string, string[]>();
  for (const node of nodes)
    scopes.set(scopeKey(node.parent), [...(scopes.get(scopeKey(node.parent)) ?? []), node.name]);
  // Names that look like numbers come first in a JavaScript object, wherever they were put.
  for (const [key, names] of scopes) scopes.set(key, Object.keys(Object.fromEntries(names.map((name) => [name, 0]))));
  return scopes;
}
