/**
 * The graph as a tree of scopes: who is in which, what leads where, which language holds.
 *
 * Indexes are made once per graph (graphs are never changed in place) and forgotten with it.
 * @module
 */
import { isDraft } from 'immer';
import type {
  EdgeKind,
  MapNode,
  ParallelNode,
  Parent,
  QueryLanguage,
  Workflow,
  WorkflowEdge,
  WorkflowNode,
} from './schema';

/** A scope's states with its own fields: the machine, a Parallel's branch, a Map's processor. */
export type ScopeFields = ParallelNode['branches'][number];
export type Container = ParallelNode | MapNode;

export const scopeKey = (parent: Parent | null): string => (parent ? `${parent.id}/${parent.branch}` : '');
export const isContainer = (node: WorkflowNode | undefined): node is Container =>
  node?.kind === 'parallel' || node?.kind === 'map';

export type GraphIndex = {
  node: Map<string, WorkflowNode>;
  /** by `scopeKey`, in order */
  children: Map<string, WorkflowNode[]>;
  outgoing: Map<string, WorkflowEdge[]>;
  incoming: Map<string, WorkflowEdge[]>;
};

const indexes = new WeakMap<Workflow, GraphIndex>();

export function indexOf(graph: Workflow): GraphIndex {
  const known = indexes.get(graph);
  if (known) return known;
  const index: GraphIndex = { node: new Map(), children: new Map(), outgoing: new Map(), incoming: new Map() };
  for (const node of graph.nodes) {
    index.node.set(node.id, node);
    push(index.children, scopeKey(node.parent), node);
  }
  for (const edge of graph.edges) {
    push(index.outgoing, edge.from, edge);
    push(index.incoming, edge.to, edge);
  }
  if (!isDraft(graph)) indexes.set(graph, index); // a draft under immer is still changing
  return index;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export const nodeOf = (graph: Workflow, id: string): WorkflowNode | undefined => indexOf(graph).node.get(id);
export const childrenOf = (graph: Workflow, parent: Parent | null): WorkflowNode[] =>
  indexOf(graph).children.get(scopeKey(parent)) ?? [];
export const edgesFrom = (graph: Workflow, id: string): WorkflowEdge[] => indexOf(graph).outgoing.get(id) ?? [];
export const edgesTo = (graph: Workflow, id: string): WorkflowEdge[] => indexOf(graph).incoming.get(id) ?? [];
export const edgeOf = (graph: Workflow, from: string, kind: EdgeKind, index?: number): WorkflowEdge | undefined =>
  edgesFrom(graph, from).find((edge) => edge.kind === kind && edge.index === index);

/** The scopes a container holds, each with the `Parent` its states name. */
export function scopesOf(node: WorkflowNode): { parent: Parent; scope: ScopeFields }[] {
  if (node.kind === 'map') return [{ parent: { id: node.id, branch: 0 }, scope: node.processor }];
  if (node.kind !== 'parallel') return [];
  return node.branches.map((scope, branch) => ({ parent: { id: node.id, branch }, scope }));
}

/** @returns `undefined` where the container or the branch does not exist */
export function scopeOf(graph: Workflow, parent: Parent | null): ScopeFields | undefined {
  if (!parent) return graph;
  const container = nodeOf(graph, parent.id);
  return container && scopesOf(container)[parent.branch]?.scope;
}

/** The language of a scope's states that name none: its own, else the enclosing scope's; JSONPath in the end. */
export function scopeLanguage(graph: Workflow, parent: Parent | null): QueryLanguage {
  for (let at = parent, depth = 0; at && depth < 100; depth++) {
    const own = scopeOf(graph, at)?.queryLanguage;
    if (own) return own;
    at = nodeOf(graph, at.id)?.parent ?? null;
  }
  return graph.queryLanguage ?? 'JSONPath';
}

export const languageOf = (graph: Workflow, node: WorkflowNode): QueryLanguage =>
  node.queryLanguage ?? scopeLanguage(graph, node.parent);

/** The containers around a node, innermost first. */
export function ancestorsOf(graph: Workflow, node: WorkflowNode): { container: Container; branch: number }[] {
  const found: { container: Container; branch: number }[] = [];
  for (let parent = node.parent; parent && found.length < 100; ) {
    const container = nodeOf(graph, parent.id);
    if (!isContainer(container)) break;
    found.push({ container, branch: parent.branch });
    parent = container.parent;
  }
  return found;
}

/** Every node inside a container, at any depth. */
export function descendantsOf(graph: Workflow, id: string): WorkflowNode[] {
  const node = nodeOf(graph, id);
  if (!node) return [];
  return scopesOf(node).flatMap(({ parent }) =>
    childrenOf(graph, parent).flatMap((child) => [child, ...descendantsOf(graph, child.id)]),
  );
}

/** Kinds after which their scope may go on: `Next` or `End`. A Choice goes on by its rules only. */
export const mayGoOn = (node: WorkflowNode): boolean =>
  node.kind !== 'choice' && node.kind !== 'succeed' && node.kind !== 'fail';
export const mayCatch = (node: WorkflowNode): node is Extract<WorkflowNode, { kind: 'task' | 'parallel' | 'map' }> =>
  node.kind === 'task' || isContainer(node);
