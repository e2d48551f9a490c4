/**
 * Two people changed one workflow from the same beginning: what both changed, as far as it is not the same thing.
 *
 *   base, mine, theirs ──▶ merged, and the steps and fields in which both changed the same (there mine stands)
 *
 * Steps, connections and notes are told apart by their ids, and within them field by field. What one changed and the other
 * deleted stays: a deletion is easily made again, an edit is not.
 * @module
 */
import { jsonEqual } from '@/lib/base/json';
import { idFromName, uniqueName } from './names';
import type { Named } from './operation';
import {
  edgeId,
  type Layout,
  type Workflow,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from './schema';
import { isContainer, scopeKey } from './tree';

/** `where`: a step by its name, or in words what else; `field`: within it, `null` where one of the two had deleted it. */
export type Overlap = { where: string; field: string | null };
export type Merged = Named & { overlaps: Overlap[] };

export function merge(base: Named, mine: Named, theirs: Named): Merged {
  const overlaps: Overlap[] = [];
  const [b, t] = [base.document, theirs.document];
  const m = withOwnIds(b, mine.document, t);
  const nameOf = new Map([...b.graph.nodes, ...t.graph.nodes, ...m.graph.nodes].map(({ id, name }) => [id, name]));
  const of = (id: string) => nameOf.get(id) ?? id;
  const nodes = lists<WorkflowNode>(b.graph.nodes, m.graph.nodes, t.graph.nodes, of, overlaps);
  const edges = lists<WorkflowEdge>(
    b.graph.edges,
    m.graph.edges,
    t.graph.edges,
    (id) => {
      const edge = [...m.graph.edges, ...t.graph.edges, ...b.graph.edges].find((one) => one.id === id);
      return edge ? of(edge.from) : id;
    },
    overlaps,
  );
  const whole = (graph: Workflow) => {
    const { nodes: _nodes, edges: _edges, ...fields } = graph;
    return fields;
  };
  const workflow = fieldsOf(whole(b.graph), whole(m.graph), whole(t.graph), 'The workflow', overlaps);
  const graph = standing({ ...workflow, nodes: distinct(nodes, b.graph, m.graph), edges });
  const input = fieldsOf(b.input, m.input, t.input, 'What a run needs', overlaps);
  const name = one(base.name, mine.name, theirs.name, () => overlaps.push({ where: 'The name', field: 'name' }));
  const ignore = () => undefined; // where both moved a step, mine is as good as theirs
  const document: WorkflowDocument = {
    graph,
    layout: layoutOf(b.layout, m.layout, t.layout, graph),
    notes: lists(b.notes, m.notes, t.notes, () => 'A note', overlaps),
    input,
  };
  const trial = one(b.trial, m.trial, t.trial, ignore);
  const text = one(b.text, m.text, t.text, ignore);
  return { document: { ...document, ...(trial && { trial }), ...(text && { text }) }, name, overlaps };
}

/** An id is made from a name, so that two people who add a Wait make one id for two steps: mine takes another. */
function withOwnIds(base: WorkflowDocument, mine: WorkflowDocument, theirs: WorkflowDocument): WorkflowDocument {
  const ids = (document: WorkflowDocument) => new Map(document.graph.nodes.map((node) => [node.id, node]));
  const [b, m, t] = [ids(base), ids(mine), ids(theirs)];
  const moved = new Map<string, string>();
  for (const [id, node] of m) {
    if (b.has(id) || !t.has(id)) continue;
    const taken = (wish: string) => b.has(wish) || m.has(wish) || t.has(wish) || [...moved.values()].includes(wish);
    moved.set(id, idFromName(node.name, taken));
  }
  if (moved.size === 0) return mine;
  const now = (id: string) => moved.get(id) ?? id;
  const keys = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).map(([id, value]) => [now(id), value]));
  const { graph, layout, trial } = mine;
  return {
    ...mine,
    graph: {
      ...graph,
      startAt: graph.startAt === null ? null : now(graph.startAt),
      nodes: graph.nodes.map((node) => ({
        ...withStarts(node, now),
        id: now(node.id),
        parent: node.parent && { ...node.parent, id: now(node.parent.id) },
      })),
      edges: graph.edges.map((edge) => {
        const next = { ...edge, from: now(edge.from), to: now(edge.to) };
        return { ...next, id: edgeId(next) };
      }),
    },
    layout: { positions: keys(layout.positions), collapsed: layout.collapsed.map(now) },
    ...(trial && { trial: { ...trial, pins: keys(trial.pins), mocks: keys(trial.mocks) } }),
  };
}

/** The one that differs from the base; where both do, and from one another, mine. */
function one<T>(base: T, mine: T, theirs: T, clash: () => unknown): T {
  if (same(base, mine)) return theirs;
  if (!same(base, theirs) && !same(mine, theirs)) clash();
  return mine;
}

const same = (a: unknown, b: unknown): boolean => a === b || (a !== undefined && b !== undefined && jsonEqual(a, b));

function fieldsOf<T extends object>(base: T, mine: T, theirs: T, where: string, overlaps: Overlap[]): T {
  const [b, m, t] = [base, mine, theirs] as Record<string, unknown>[];
  const merged: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = one(b?.[field], m?.[field], t?.[field], () => overlaps.push({ where, field }));
    if (value !== undefined) merged[field] = value;
  }
  return merged as T;
}

/** In the order of theirs; what only mine has stands after what it follows there. */
function lists<T extends { id: string }>(
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  nameOf: (id: string) => string,
  overlaps: Overlap[],
): T[] {
  const [b, m, t] = [base, mine, theirs].map((list) => new Map(list.map((item) => [item.id, item])));
  const merged: T[] = [];
  const pick = (id: string): T | undefined => {
    const [was, my, their] = [b!.get(id), m!.get(id), t!.get(id)];
    if (my && their) return was ? fieldsOf(was, my, their, nameOf(id), overlaps) : my;
    const left = my ?? their;
    if (!was || !left) return left;
    if (same(was, left)) return undefined; // deleted by one, untouched by the other
    overlaps.push({ where: nameOf(id), field: null });
    return left;
  };
  for (const { id } of theirs) {
    const item = pick(id);
    if (item) merged.push(item);
  }
  for (const [i, { id }] of mine.entries()) {
    if (t!.has(id)) continue;
    const item = pick(id);
    if (!item) continue;
    const before = mine[i - 1]?.id;
    const at = before === undefined ? 0 : merged.findIndex((other) => other.id === before) + 1;
    merged.splice(before !== undefined && at === 0 ? merged.length : at, 0, item);
  }
  return merged;
}

/** Two steps may have come with one name, or been given it: mine, where it is the newer, takes another. */
function distinct(nodes: WorkflowNode[], base: Workflow, mine: Workflow): WorkflowNode[] {
  const old = new Map(base.nodes.map(({ id, name }) => [id, name]));
  const my = new Map(mine.nodes.map(({ id, name }) => [id, name]));
  const taken = new Set(
    nodes.filter(({ id, name }) => my.get(id) !== name || old.get(id) === name).map(({ name }) => name),
  );
  return nodes.map((node) => {
    if (my.get(node.id) !== node.name || old.get(node.id) === node.name) return node;
    const name = uniqueName(node.name, (wish) => taken.has(wish));
    taken.add(name);
    return name === node.name ? node : { ...node, name };
  });
}

/** Whole again: nothing leads to or lies in a step that is gone, and every scope begins with a step of its own. */
function standing(graph: Workflow): Workflow {
  let { nodes } = graph;
  for (let before = -1; before !== nodes.length; ) {
    before = nodes.length;
    const by = new Map(nodes.map((node) => [node.id, node]));
    nodes = nodes.filter(({ parent }) => !parent || isContainer(by.get(parent.id)));
  }
  const inScope = new Map<string, string[]>();
  for (const { id, parent } of nodes) {
    const key = scopeKey(parent);
    inScope.set(key, [...(inScope.get(key) ?? []), id]);
  }
  const start = (startAt: string | null, key: string): string | null => {
    const ids = inScope.get(key) ?? [];
    return startAt === null || ids.includes(startAt) ? startAt : (ids[0] ?? null);
  };
  const whole = nodes.map((node): WorkflowNode => {
    if (node.kind === 'map') {
      const startAt = start(node.processor.startAt, scopeKey({ id: node.id, branch: 0 }));
      return { ...node, processor: { ...node.processor, startAt } };
    }
    if (node.kind !== 'parallel') return node;
    const inside = nodes.flatMap(({ parent }) => (parent?.id === node.id ? parent.branch : []));
    const count = Math.max(node.branches.length, ...inside.map((branch) => branch + 1));
    const branches = Array.from({ length: count }, (_, branch) => ({
      ...node.branches[branch],
      startAt: start(node.branches[branch]?.startAt ?? null, scopeKey({ id: node.id, branch })),
    }));
    return { ...node, branches };
  });
  const by = new Map(whole.map((node) => [node.id, node]));
  const edges = graph.edges.filter((edge) => {
    const [from, to] = [by.get(edge.from), by.get(edge.to)];
    return from && to && scopeKey(from.parent) === scopeKey(to.parent) && has(from, edge);
  });
  return { ...graph, startAt: start(graph.startAt, scopeKey(null)), nodes: whole, edges };
}

/** A rule or a catcher that is gone leads nowhere. */
function has(node: WorkflowNode, { kind, index = 0 }: WorkflowEdge): boolean {
  if (kind === 'rule') return node.kind === 'choice' && index < node.rules.length;
  if (kind === 'catch') return index < (('catchers' in node && node.catchers?.length) || 0);
  return true;
}

/** The ids in which a container's branches begin, put through `now`. */
function withStarts(node: WorkflowNode, now: (id: string) => string): WorkflowNode {
  const moved = <T extends { startAt: string | null }>(scope: T): T => ({
    ...scope,
    startAt: scope.startAt === null ? null : now(scope.startAt),
  });
  if (node.kind === 'map') return { ...node, processor: moved(node.processor) };
  return node.kind === 'parallel' ? { ...node, branches: node.branches.map(moved) } : node;
}

function layoutOf(base: Layout, mine: Layout, theirs: Layout, { nodes }: Workflow): Layout {
  const ignore = () => undefined;
  const positions: Layout['positions'] = {};
  for (const { id } of nodes) {
    const place = one(base.positions[id], mine.positions[id], theirs.positions[id], ignore) ?? theirs.positions[id];
    if (place) positions[id] = place;
  }
  const ids = new Set(nodes.map(({ id }) => id));
  return {
    positions,
    collapsed: one(base.collapsed, mine.collapsed, theirs.collapsed, ignore).filter((id) => ids.has(id)),
  };
}
