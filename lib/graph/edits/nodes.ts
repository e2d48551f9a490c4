/** Adding and removing steps. */
import { Problem } from '@/lib/base/problem';
import { idFromName, uniqueName } from '../names';
import type { Parent, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from '../schema';
import {
  childrenOf,
  descendantsOf,
  edgeOf,
  edgesFrom,
  mayGoOn,
  nodeOf,
  scopeKey,
  scopeLanguage,
  scopeOf,
} from '../tree';
import {
  type Broken,
  type Edited,
  edge,
  need,
  withEdge,
  withGraph,
  withoutStaleLayout,
  withPosition,
  withStart,
} from './base';
import { newlyBroken } from './broken';

/** Where a new step goes. `into` is the end of a scope's main line, `loose` leaves it unconnected. */
export type Spot =
  | { after: string }
  | { edge: string }
  /** the way out of a step: a choice's rule, what it does otherwise, what a catcher does */
  | { way: { from: string; kind: 'rule' | 'default' | 'catch'; index?: number } }
  | { into: Parent | null }
  | { start: Parent | null }
  | { loose: Parent | null };

// ------------------------------------------------------------------ add

/**
 * Adds a step. Its id and name are kept where they are free, else numbered; in a JSONPath machine it says that it is JSONata.
 *
 * On an edge, on a way out, or after a step it comes between the two; after a choice it becomes, or comes into, the default.
 * @param position px, relative to its container; given, it counts as placed by hand
 * @throws Problem NODE_UNKNOWN, EDGE_UNKNOWN, or EDGE_NOT_ALLOWED after a step that ends the run
 */
export function addNode(
  document: WorkflowDocument,
  node: WorkflowNode,
  at: Spot,
  position?: { x: number; y: number },
): Edited & { id: string } {
  const { graph } = document;
  const spot = settle(graph, at);
  const id = uniqueName(node.id || idFromName(node.name, () => false), (wish) => !!nodeOf(graph, wish), '-', 40);
  const name = uniqueName(node.name || 'Step', (wish) => graph.nodes.some((other) => other.name === wish));
  const made = { ...node, id, name, parent: spot.parent } as WorkflowNode;
  if (!made.queryLanguage && scopeLanguage(graph, spot.parent) === 'JSONPath') made.queryLanguage = 'JSONata';

  const place = spot.behind ? graph.nodes.findIndex((other) => other.id === spot.behind) + 1 : graph.nodes.length;
  let next: Workflow = { ...graph, nodes: graph.nodes.toSpliced(place, 0, made) };
  if (spot.entry === 'start') next = withStart(next, spot.parent, id);
  else if (spot.entry) next = withEdge(next, { ...spot.entry, to: id });
  if (spot.to && spot.to !== id) {
    if (mayGoOn(made)) next = withEdge(next, edge(id, spot.to, 'next'));
    else if (made.kind === 'choice') next = withEdge(next, edge(id, spot.to, 'default'));
  }
  return { document: withPosition(withGraph(document, next), id, position), id };
}

type Settled = {
  parent: Parent | null;
  /** the edge that will lead to it */
  entry: WorkflowEdge | 'start' | null;
  /** what it will lead to */
  to: string | null;
  /** after which step it stands in the list */
  behind: string | null;
};

function settle(graph: Workflow, at: Spot): Settled {
  if ('edge' in at) {
    const entry = graph.edges.find((e) => e.id === at.edge);
    if (!entry) throw new Problem('EDGE_UNKNOWN', 'This edge does not exist any more.', 'Choose another place.');
    return { parent: need(graph, entry.from).parent, entry, to: entry.to, behind: entry.from };
  }
  if ('way' in at) {
    const { from, kind, index } = at.way;
    const node = need(graph, from);
    const entry = edgeOf(graph, from, kind, index) ?? edge(from, '', kind, index);
    return { parent: node.parent, entry, to: entry.to || null, behind: from };
  }
  if ('after' in at) {
    const node = need(graph, at.after);
    const entry = exitOf(graph, node);
    if (entry) return { parent: node.parent, entry, to: entry.to || null, behind: node.id };
    throw new Problem(
      'EDGE_NOT_ALLOWED',
      `"${node.name}" ends the run: nothing comes after it.`,
      'Add the step elsewhere.',
      {
        node: node.id,
      },
    );
  }
  if ('loose' in at) return { parent: at.loose, entry: null, to: null, behind: null };
  const parent = 'start' in at ? at.start : at.into;
  const scope = scopeOf(graph, parent);
  if (!scope) throw new Problem('SCOPE_UNKNOWN', 'This container or branch does not exist.', 'Choose another place.');
  if ('start' in at || childrenOf(graph, parent).length === 0) {
    return { parent, entry: 'start', to: scope.startAt, behind: null };
  }
  const last = endOfLine(graph, scope.startAt);
  const entry = last ? exitOf(graph, last) : null;
  return { parent, entry: entry && !entry.to ? entry : null, to: null, behind: null };
}

/** The edge on which a step's main line goes on; `to` is '' where it does not yet. `null` after an end. */
function exitOf(graph: Workflow, node: WorkflowNode): WorkflowEdge | null {
  const kind = mayGoOn(node) ? 'next' : node.kind === 'choice' ? 'default' : null;
  return kind && (edgeOf(graph, node.id, kind) ?? edge(node.id, '', kind));
}

function endOfLine(graph: Workflow, from: string | null): WorkflowNode | undefined {
  const seen = new Set<string>();
  let at = from ? nodeOf(graph, from) : undefined;
  while (at && !seen.has(at.id)) {
    seen.add(at.id);
    const to = exitOf(graph, at)?.to;
    if (!to) return at;
    at = nodeOf(graph, to);
  }
  return undefined;
}

// ------------------------------------------------------------------ remove

/**
 * Removes steps with all that is inside them.
 *
 * @param options.reconnect (default true) what led to a removed step leads to the step that came after it
 * @returns `broken`: references in the remaining steps that have lost what they refer to; they are left as they are
 */
export function removeNodes(
  document: WorkflowDocument,
  ids: string[],
  options: { reconnect?: boolean } = {},
): Edited & { broken: Broken[] } {
  const { graph } = document;
  const gone = new Set(
    ids.filter((id) => nodeOf(graph, id)).flatMap((id) => [id, ...descendantsOf(graph, id).map((n) => n.id)]),
  );
  const detached = detach(graph, gone, options.reconnect ?? true);
  const next: Workflow = { ...detached, nodes: detached.nodes.filter((node) => !gone.has(node.id)) };
  const edited = withoutStaleLayout(withGraph(document, next));
  return { document: edited, broken: newlyBroken(graph, next) };
}

/** Takes the edges of some steps away and closes the gap. */
export function detach(graph: Workflow, gone: Set<string>, reconnect: boolean): Workflow {
  const edges = graph.edges.flatMap((e): WorkflowEdge[] => {
    if (gone.has(e.from)) return [];
    if (!gone.has(e.to)) return [e];
    const heir = reconnect ? successor(graph, e.to, gone) : null;
    return heir && !(heir === e.from && e.kind === 'next') ? [{ ...e, to: heir }] : [];
  });
  let next: Workflow = { ...graph, edges };
  const parents = new Map(graph.nodes.filter((n) => gone.has(n.id)).map((n) => [scopeKey(n.parent), n.parent]));
  for (const parent of parents.values()) {
    const startAt = scopeOf(graph, parent)?.startAt;
    if (startAt && gone.has(startAt)) next = withStart(next, parent, successor(graph, startAt, gone));
  }
  return next;
}

/** The step that comes after a removed one on its main line. */
function successor(graph: Workflow, id: string, gone: Set<string>): string | null {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at && !seen.has(at); ) {
    if (!gone.has(at)) return at;
    seen.add(at);
    const out: WorkflowEdge[] = edgesFrom(graph, at);
    at = (
      out.find((e) => e.kind === 'next') ??
      out.find((e) => e.kind === 'default') ??
      out.find((e) => e.kind === 'rule')
    )?.to;
  }
  return null;
}
