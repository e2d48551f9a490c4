/** Edits of steps: add, remove, rename, duplicate. */
import { Problem } from '@/lib/base/problem';
import { variableOf } from '../build';
import { idFromName, MAX_NAME, uniqueName, variableFromName } from '../names';
import { rewrite } from '../places';
import type { Parent, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from '../schema';
import {
  ancestorsOf,
  childrenOf,
  descendantsOf,
  edgeOf,
  edgesFrom,
  languageOf,
  mayGoOn,
  nodeOf,
  scopeKey,
  scopeLanguage,
  scopeOf,
} from '../tree';
import { boundVariables, namesInUse, renameVariables } from '../variables';
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
  | { into: Parent | null }
  | { start: Parent | null }
  | { loose: Parent | null };

// ------------------------------------------------------------------ add

/**
 * Adds a step. Its id and name are kept where they are free, else numbered; in a JSONPath machine it says that it is JSONata.
 *
 * On an edge or after a step it comes between the two; after a choice it becomes, or comes into, the default.
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

// ------------------------------------------------------------------ rename

/** Why a step cannot be called so; `null` where it can. */
export function nameProblem(document: WorkflowDocument, id: string, name: string): Problem | null {
  const at = { node: id, path: ['name'] };
  if (name.trim() === '') return new Problem('NAME_EMPTY', 'A step needs a name.', 'Type a name.', at);
  if (name.length > MAX_NAME) {
    return new Problem(
      'NAME_TOO_LONG',
      `The name has ${name.length} characters; ${MAX_NAME} are allowed.`,
      'Shorten it.',
      at,
    );
  }
  if (!document.graph.nodes.some((other) => other.id !== id && other.name === name)) return null;
  return new Problem('NAME_TAKEN', `Another step is already called "${name}".`, 'Choose another name.', at);
}

/**
 * Renames a step. The variable that was made from its name, and those that carry its result out of containers, are
 * renamed with it, in every mapping and expression.
 *
 * @returns `variables`: old and new names
 * @throws Problem what `nameProblem` says
 */
export function renameNode(
  document: WorkflowDocument,
  id: string,
  name: string,
): Edited & { variables: { from: string; to: string }[] } {
  const problem = nameProblem(document, id, name);
  if (problem) throw problem;
  const { graph } = document;
  const node = need(graph, id);
  const names = variableRenames(graph, node, name);
  const nodes = graph.nodes.map((other) => {
    const renamed = names.size ? renameIn(graph, other, names) : other;
    return other.id === id ? { ...renamed, name } : renamed;
  });
  return { document: withGraph(document, { nodes }), variables: [...names].map(([from, to]) => ({ from, to })) };
}

function variableRenames(graph: Workflow, node: WorkflowNode, name: string): Map<string, string> {
  const renames = new Map<string, string>();
  const variable = variableOf(node);
  const base = variableFromName(node.name, () => false);
  if (!variable || !numbered(variable, base)) return renames;
  const binders = boundVariables(graph);
  const taken = namesInUse(graph);
  const own = (wish: string, holder: string) => binders.every((b) => b.name !== wish || b.node === holder);
  const give = (from: string, wish: string) => {
    taken.delete(from);
    const to = variableFromName(wish, (other) => taken.has(other));
    taken.add(to);
    if (to !== from) renames.set(from, to);
  };
  if (own(variable, node.id)) give(variable, name);
  for (const { container } of ancestorsOf(graph, node)) {
    for (const { name: carried } of container.assign ?? []) {
      const tail = carried.slice(base.length);
      if (carried.startsWith(base) && CARRIED.test(tail) && own(carried, container.id)) {
        give(carried, `${variableFromName(name, () => false)}${tail.replace(/\d+$/, '')}`);
      }
    }
  }
  return renames;
}

/** How `referTo` ends the names of variables that carry a result out of a container. */
const CARRIED = /^(\p{Lu}\S*)?Results?\d*$/u;
const numbered = (name: string, base: string) => name.startsWith(base) && /^\d*$/.test(name.slice(base.length));

/** A node with variables renamed wherever it names or binds them. */
export function renameIn(graph: Workflow, node: WorkflowNode, names: Map<string, string>): WorkflowNode {
  const language = languageOf(graph, node);
  const to = (name: string) => names.get(name) ?? name;
  const named = rewrite(node, language, (mapping) => renameVariables(mapping, language, to));
  const bind = <T extends { assign?: WorkflowNode['assign'] }>(of: T): T =>
    of.assign?.some((entry) => names.has(entry.name))
      ? { ...of, assign: of.assign.map((entry) => ({ ...entry, name: to(entry.name) })) }
      : of;
  const bound = bind(named);
  if (bound.kind === 'choice') return { ...bound, rules: bound.rules.map(bind) };
  if ('catchers' in bound && bound.catchers) return { ...bound, catchers: bound.catchers.map(bind) };
  return bound;
}

// ------------------------------------------------------------------ duplicate

/**
 * Copies steps with all that is inside them, edges among them included, unconnected beside the originals.
 * The copies keep their results in variables of their own and use those of one another.
 *
 * @returns `ids`: from each original to its copy
 */
export function duplicateNodes(document: WorkflowDocument, ids: string[]): Edited & { ids: Record<string, string> } {
  const { graph } = document;
  const chosen = new Set(
    ids.filter((id) => nodeOf(graph, id)).flatMap((id) => [id, ...descendantsOf(graph, id).map((n) => n.id)]),
  );
  const idsTaken = new Set(graph.nodes.map((node) => node.id));
  const namesTaken = new Set(graph.nodes.map((node) => node.name));
  const take = (set: Set<string>, made: string) => {
    set.add(made);
    return made;
  };
  const originals = graph.nodes.filter((node) => chosen.has(node.id));
  const idOf = new Map(
    originals.map((n) => [
      n.id,
      take(
        idsTaken,
        uniqueName(n.id, (wish) => idsTaken.has(wish), '-', 40),
      ),
    ]),
  );
  const nameOf = new Map(
    originals.map((n) => [
      n.id,
      take(
        namesTaken,
        uniqueName(n.name, (wish) => namesTaken.has(wish)),
      ),
    ]),
  );
  const variablesTaken = namesInUse(graph);
  const variables = new Map<string, string>();
  for (const { node, name } of boundVariables(graph)) {
    if (!chosen.has(node) || variables.has(name)) continue;
    variables.set(
      name,
      take(
        variablesTaken,
        uniqueName(name, (wish) => variablesTaken.has(wish), ''),
      ),
    );
  }
  const copies = originals.map((node) => {
    const parent = node.parent && { ...node.parent, id: idOf.get(node.parent.id) ?? node.parent.id };
    const copy = { ...renameIn(graph, node, variables), id: idOf.get(node.id)!, name: nameOf.get(node.id)!, parent };
    return withStarts(copy as WorkflowNode, idOf);
  });
  const edges = graph.edges
    .filter((e) => chosen.has(e.from) && chosen.has(e.to))
    .map((e) => edge(idOf.get(e.from)!, idOf.get(e.to)!, e.kind, e.index));
  const positions = { ...document.layout.positions };
  for (const node of originals) {
    const before = positions[node.id];
    if (!before) continue;
    const outer = !node.parent || !chosen.has(node.parent.id);
    positions[idOf.get(node.id)!] = outer ? { ...before, x: before.x + 40, y: before.y + 40 } : before;
  }
  const next = withGraph(document, { nodes: [...graph.nodes, ...copies], edges: [...graph.edges, ...edges] });
  return { document: { ...next, layout: { ...document.layout, positions } }, ids: Object.fromEntries(idOf) };
}

function withStarts(node: WorkflowNode, idOf: Map<string, string>): WorkflowNode {
  const of = <T extends { startAt: string | null }>(scope: T): T => ({
    ...scope,
    startAt: scope.startAt === null ? null : (idOf.get(scope.startAt) ?? null),
  });
  if (node.kind === 'map') return { ...node, processor: of(node.processor) };
  if (node.kind === 'parallel') return { ...node, branches: node.branches.map(of) };
  return node;
}
