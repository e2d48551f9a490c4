/**
 * Steps that are switched off: kept as they are in the workflow, and passed by when it runs.
 *
 *   graph ──running()──▶ the graph as it runs: a Pass in the place of each that is off, without what only it led to
 *   running text, read again ──putBack()──▶ the graph with what is off as it was
 *
 * A Pass gives on what it was given; of a container what it holds is left out, of a choice its default way is gone, and
 * where a scope would have ended with an error it ends well. What was reached by its catchers or rules alone is left out
 * as well: AWS refuses a state that nothing leads to. Pure; made once per graph and kept with it.
 * @module
 */
import { isDraft } from 'immer';
import { jsonEqual } from '@/lib/base/json';
import { edgeId, type Workflow, type WorkflowEdge, type WorkflowNode } from './schema';
import { childrenOf, descendantsOf, edgeOf, edgesFrom, nodeOf, type ScopeFields, scopeOf, scopesOf } from './tree';

const made = new WeakMap<Workflow, Workflow>();
const passed = new WeakMap<Workflow, ReadonlyMap<string, string>>();

/** The graph as it runs; the same one where nothing is off. Ids stay, so that what is found in it has its place. */
export function running(graph: Workflow): Workflow {
  const known = made.get(graph);
  if (known) return known;
  const found = graph.nodes.some(({ off }) => off) ? withPasses(graph) : graph;
  if (!isDraft(graph)) made.set(graph, found);
  return found;
}

/** Steps that do not run because of one that is off: by their id, that one's. Those that are off are among them. */
export function passedBy(graph: Workflow): ReadonlyMap<string, string> {
  const known = passed.get(graph);
  if (known) return known;
  const found = graph.nodes.some(({ off }) => off) ? ownersIn(graph) : new Map<string, string>();
  if (!isDraft(graph)) passed.set(graph, found);
  return found;
}

function ownersIn(graph: Workflow): Map<string, string> {
  const owners = new Map<string, string>();
  const left = new Set(running(graph).nodes.map(({ id }) => id));
  for (const node of graph.nodes) {
    if (!node.off || !left.has(node.id) || stuckOn(graph, node)) continue;
    for (const { id } of [node, ...descendantsOf(graph, node.id)]) owners.set(id, node.id);
  }
  // What only a catcher or a rule of it led to, and what comes after that.
  for (const node of graph.nodes) {
    if (owners.get(node.id) !== node.id) continue;
    const open = edgesFrom(graph, node.id).map(({ to }) => to);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const behind = nodeOf(graph, id);
      if (!behind || left.has(id) || owners.has(id)) continue;
      for (const each of [behind, ...descendantsOf(graph, id)]) owners.set(each.id, node.id);
      open.push(...edgesFrom(graph, id).map(({ to }) => to));
    }
  }
  return owners;
}

/** Why a step cannot be switched off, as half a sentence; `null`: it can. */
export function stuckOn(graph: Workflow, node: WorkflowNode): string | null {
  if (node.kind === 'succeed') return 'it only ends the run';
  if (node.kind === 'choice' && !edgeOf(graph, node.id, 'default'))
    return 'it has no default way that could be gone instead';
  return null;
}

/** What stands for a step while it is off. */
function passOf(graph: Workflow, { id, name, parent, comment, queryLanguage, extra }: WorkflowNode): WorkflowNode {
  const way = ['Next', 'End', 'Default'].flatMap((key) => (extra?.[key] === undefined ? [] : [[key, extra[key]]]));
  const node = nodeOf(graph, id);
  return {
    id,
    name,
    parent,
    kind: 'pass',
    comment: comment ? `Switched off. ${comment}` : 'Switched off.',
    ...(queryLanguage && { queryLanguage }),
    ...(way.length > 0 && node?.kind !== 'choice' && { extra: Object.fromEntries(way) }),
  };
}

function withPasses(graph: Workflow): Workflow {
  const inside = new Set<string>();
  const off = new Set<string>();
  for (const node of graph.nodes) {
    if (!node.off || stuckOn(graph, node)) continue;
    off.add(node.id);
    for (const { id } of descendantsOf(graph, node.id)) inside.add(id);
  }
  if (off.size === 0) return graph;
  const nodes = graph.nodes.flatMap((node) =>
    inside.has(node.id) ? [] : off.has(node.id) ? [passOf(graph, node)] : [node],
  );
  const edges = graph.edges.flatMap((edge): WorkflowEdge[] => {
    if (inside.has(edge.from)) return [];
    if (!off.has(edge.from)) return [edge];
    const goesOn = nodeOf(graph, edge.from)?.kind === 'choice' ? 'default' : 'next';
    if (edge.kind !== goesOn) return [];
    const { index: _index, ...rest } = edge;
    return [{ ...rest, kind: 'next', id: edgeId({ from: edge.from, kind: 'next' }) }];
  });
  return pruned({ ...graph, nodes, edges }, graph);
}

/** Without what was reached and is not any more. */
function pruned(graph: Workflow, before: Workflow): Workflow {
  const gone = new Set<string>();
  const scopes = [{ parent: null, scope: graph as ScopeFields }, ...graph.nodes.flatMap((node) => scopesOf(node))];
  for (const { parent, scope } of scopes) {
    const was = reached(before, scopeOf(before, parent)?.startAt ?? null);
    const is = reached(graph, scope.startAt);
    for (const { id } of childrenOf(graph, parent)) {
      if (!was.has(id) || is.has(id)) continue;
      for (const each of [id, ...descendantsOf(graph, id).map((inner) => inner.id)]) gone.add(each);
    }
  }
  if (gone.size === 0) return graph;
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !gone.has(id)),
    edges: graph.edges.filter(({ from, to }) => !gone.has(from) && !gone.has(to)),
  };
}

function reached(graph: Workflow, start: string | null): Set<string> {
  const found = new Set<string>();
  const open = start === null ? [] : [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const { to } of edgesFrom(graph, id)) open.push(to);
  }
  return found;
}

/**
 * A graph that was read from the text of a running one, with what is off as `like` has it: a Pass that still is as it was
 * written, but for its comment, is the step that it stands for. One that was changed in the text is a Pass from now on.
 */
export function putBack(graph: Workflow, like: Workflow): Workflow {
  const written = running(like);
  if (written === like) return graph;
  const owners = passedBy(like);
  const stands = new Map<string, WorkflowNode>();
  for (const [id, owner] of owners) {
    const [now, then] = [nodeOf(graph, id), nodeOf(written, id)];
    if (id !== owner || !now || !then || !jsonEqual({ ...now, comment: '' }, { ...then, comment: '' })) continue;
    const { comment: _comment, ...step } = nodeOf(like, id)!;
    const comment = now.comment?.replace(/^Switched off\.\s*/, '');
    stands.set(id, { ...step, ...(comment && { comment }) } as WorkflowNode);
  }
  if (stands.size === 0) return graph;
  const here = new Set(graph.nodes.map(({ id }) => id));
  const hidden = (id: string) => !here.has(id) && stands.has(owners.get(id) ?? '');
  const nodes = inPlaces(
    graph.nodes.map((node) => stands.get(node.id) ?? node),
    like.nodes.filter(({ id, parent }) => hidden(id) && (!parent || here.has(parent.id) || hidden(parent.id))),
    like.nodes,
  );
  const all = new Set(nodes.map(({ id }) => id));
  const kept = graph.edges.map((edge) => {
    if (stands.get(edge.from)?.kind !== 'choice' || edge.kind !== 'next') return edge;
    return { ...edge, kind: 'default' as const, id: edgeId({ from: edge.from, kind: 'default' }) };
  });
  const back = like.edges.filter(({ from, to, kind }) => {
    const goesOn = nodeOf(like, from)?.kind === 'choice' ? 'default' : 'next';
    return all.has(from) && all.has(to) && (hidden(from) || (stands.has(from) && kind !== goesOn));
  });
  return { ...graph, nodes, edges: inPlaces(kept, back, like.edges) };
}

/** Those that come back, each behind the one that it stood behind. */
function inPlaces<T extends { id: string }>(now: T[], back: T[], like: T[]): T[] {
  const returning = new Map(back.map((one) => [one.id, one]));
  const list = [...now];
  let at = -1;
  for (const { id } of like) {
    const one = returning.get(id);
    if (one) list.splice(++at, 0, one);
    else
      at = Math.max(
        at,
        list.findIndex((other) => other.id === id),
      );
  }
  return list;
}

/** Switches steps on or off; those that cannot be are left as they are. */
export function setOff<D extends { graph: Workflow }>(document: D, ids: readonly string[], off: boolean): D {
  const { graph } = document;
  const nodes = graph.nodes.map((node) => {
    if (!ids.includes(node.id) || (node.off ?? false) === off || (off && stuckOn(graph, node))) return node;
    const { off: _off, ...rest } = node;
    return (off ? { ...rest, off } : rest) as WorkflowNode;
  });
  return nodes.every((node, i) => node === graph.nodes[i]) ? document : { ...document, graph: { ...graph, nodes } };
}
