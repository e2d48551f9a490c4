/** Edits of containers: move steps in and out, wrap them, unwrap them; branches. */
import { Problem } from '@/lib/base/problem';
import { newNode } from '../build';
import { idFromName, uniqueName } from '../names';
import { rewrite } from '../places';
import { doubtfulReferences } from '../references';
import type { Mapping, NodeOf, Parent, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from '../schema';
import { isInside } from '../scope';
import {
  childrenOf,
  descendantsOf,
  isContainer,
  languageOf,
  nodeOf,
  scopeKey,
  scopeLanguage,
  scopeOf,
  scopesOf,
} from '../tree';
import { renameVariables } from '../variables';
import {
  type Broken,
  type Edited,
  edge,
  need,
  needKind,
  replaceNode,
  withEdge,
  withGraph,
  withoutStaleLayout,
  withStart,
} from './base';
import { newlyBroken } from './broken';
import { carryOut } from './carry';
import { detach } from './nodes';
import type { Work } from './work';

/**
 * Moves steps, with all that is inside them, into another scope. Edges among them stay; the gap that they leave closes;
 * results that are used outside of a Parallel's branch are carried out.
 *
 * @returns `broken`: references that have lost what they refer to
 * @throws Problem SCOPE_UNKNOWN, MOVE_INTO_ITSELF
 */
export function moveNodes(
  document: WorkflowDocument,
  ids: string[],
  parent: Parent | null,
): Edited & { broken: Broken[] } {
  const { graph } = document;
  if (!scopeOf(graph, parent)) {
    throw new Problem('SCOPE_UNKNOWN', 'This container or branch does not exist.', 'Choose another place.');
  }
  const moving = outermost(graph, ids).filter((node) => scopeKey(node.parent) !== scopeKey(parent));
  for (const node of moving) {
    const target = parent && nodeOf(graph, parent.id);
    if (target && (target.id === node.id || isInside(graph, target, node.id))) {
      throw new Problem('MOVE_INTO_ITSELF', `"${node.name}" cannot go into itself.`, 'Choose another container.', {
        node: node.id,
      });
    }
  }
  const moved = relocate(graph, moving, parent, true);
  const mended = mend(graph, moved);
  return { document: forgetPositions(withGraph(document, mended), moving), broken: newlyBroken(graph, mended) };
}

/** Where a step stood was relative to its old container. */
function forgetPositions(document: WorkflowDocument, nodes: WorkflowNode[]): WorkflowDocument {
  const positions = Object.fromEntries(
    Object.entries(document.layout.positions).filter(([id]) => !nodes.some((node) => node.id === id)),
  );
  return withoutStaleLayout({ ...document, layout: { ...document.layout, positions } });
}

const outermost = (graph: Workflow, ids: string[]): WorkflowNode[] => {
  const nodes = graph.nodes.filter((node) => ids.includes(node.id));
  return nodes.filter((node) => !nodes.some((other) => other.id !== node.id && isInside(graph, node, other.id)));
};

function relocate(graph: Workflow, moving: WorkflowNode[], parent: Parent | null, reconnect: boolean): Workflow {
  const ids = new Set(moving.map((node) => node.id));
  const inner = graph.edges.filter((e) => ids.has(e.from) && ids.has(e.to));
  const detached = detach(graph, ids, reconnect);
  const language = (node: WorkflowNode): WorkflowNode => {
    // A step that took its language from the scope keeps it.
    const spoken = languageOf(graph, node);
    return node.queryLanguage || scopeLanguage(graph, parent) === spoken ? node : { ...node, queryLanguage: spoken };
  };
  let next: Workflow = {
    ...detached,
    nodes: detached.nodes.map((node) => (ids.has(node.id) ? { ...language(node), parent } : node)),
    edges: [...detached.edges, ...inner],
  };
  if (!scopeOf(next, parent)?.startAt) {
    const entered = new Set(inner.map((e) => e.to));
    const first = moving.find((node) => !entered.has(node.id)) ?? moving[0];
    if (first) next = withStart(next, parent, first.id);
  }
  return next;
}

/** Carries results out of Parallel branches for the references that a move left behind. */
function mend(before: Workflow, after: Workflow): Workflow {
  const sound = new Set(doubtfulReferences(before).map((d) => JSON.stringify([d.node, d.path, d.variable])));
  let graph = after;
  for (const doubt of doubtfulReferences(after)) {
    const [binder, ...others] = doubt.binders;
    if (
      doubt.why !== 'hidden' ||
      !binder ||
      others.length ||
      sound.has(JSON.stringify([doubt.node, doubt.path, doubt.variable]))
    )
      continue;
    graph = mendOne(graph, doubt.node, binder, doubt.variable) ?? graph;
  }
  return graph;
}

function mendOne(graph: Workflow, reader: string, binder: string, variable: string): Workflow | null {
  const source = need(graph, binder);
  // Past a Map the value becomes a list: that is for a person to decide.
  for (let at = source.parent; at && !isInside(graph, need(graph, reader), at.id); at = need(graph, at.id).parent) {
    if (need(graph, at.id).kind === 'map') return null;
  }
  const work: Work = { graph, broken: [] };
  try {
    const carried = carryOut(work, binder, reader, []);
    if (carried.from.kind !== 'variable' || work.broken.length) return null;
    const { name } = carried.from;
    const node = need(work.graph, reader);
    const language = languageOf(work.graph, node);
    return replaceNode(
      work.graph,
      rewrite(node, language, (m: Mapping) => renameVariables(m, language, (old) => (old === variable ? name : old))),
    );
  } catch (error) {
    if (error instanceof Problem) return null; // stays broken, and is told
    throw error;
  }
}

/**
 * Puts steps of one scope into a new container that takes their place. A Parallel holds them in its first branch and has
 * a second, empty one; a Map runs them for each item.
 *
 * @returns `broken`: past a Map a result is a list of results, so references to steps inside are left for a person
 * @throws Problem WRAP_NOTHING, WRAP_ACROSS where the steps are in different scopes
 */
export function wrapNodes(
  document: WorkflowDocument,
  ids: string[],
  kind: 'parallel' | 'map',
  options: { name?: string } = {},
): Edited & { id: string; broken: Broken[] } {
  const { graph } = document;
  const nodes = outermost(graph, ids);
  const first = nodes[0];
  if (!first) throw new Problem('WRAP_NOTHING', 'No step was chosen.', 'Choose the steps to wrap.');
  const stranger = nodes.find((node) => scopeKey(node.parent) !== scopeKey(first.parent));
  if (stranger) {
    throw new Problem(
      'WRAP_ACROSS',
      `"${first.name}" and "${stranger.name}" are in different containers.`,
      'Choose steps of one container.',
    );
  }
  const wish = newNode(kind, options);
  const name = uniqueName(wish.name, (other) => graph.nodes.some((node) => node.name === other));
  const id = idFromName(name, (other) => !!nodeOf(graph, other));
  const chosen = new Set(nodes.map((node) => node.id));
  const container = { ...wish, id, name, parent: first.parent } as NodeOf<'parallel'> | NodeOf<'map'>;
  if (scopeLanguage(graph, first.parent) === 'JSONPath') container.queryLanguage = 'JSONata';

  const entries = graph.edges.filter((e) => !chosen.has(e.from) && chosen.has(e.to));
  const exits = graph.edges.filter((e) => chosen.has(e.from) && !chosen.has(e.to));
  const start = scopeOf(graph, first.parent)?.startAt;
  const entered = entries[0]?.to ?? (start && chosen.has(start) ? start : null);
  const inner = graph.edges.filter((e) => chosen.has(e.from) && chosen.has(e.to));
  const others = graph.edges.filter((e) => !chosen.has(e.from) && !chosen.has(e.to));
  const inside: Parent = { id, branch: 0 };
  const place = graph.nodes.findIndex((node) => node.id === first.id);
  let next: Workflow = {
    ...graph,
    nodes: graph.nodes
      .map((node) => (chosen.has(node.id) ? { ...node, parent: inside } : node))
      .toSpliced(place, 0, container),
    edges: [...others, ...inner, ...entries.map((e): WorkflowEdge => ({ ...e, to: id }))],
  };
  const way = exits.find((e) => e.kind === 'next') ?? exits.find((e) => e.kind === 'default') ?? exits[0];
  if (way) next = withEdge(next, edge(id, way.to, 'next'));
  if (start && chosen.has(start)) next = withStart(next, first.parent, id);
  const heads = nodes.filter((node) => !inner.some((e) => e.to === node.id));
  next = withStart(next, inside, entered ?? heads[0]?.id ?? first.id);
  const mended = kind === 'parallel' ? mend(graph, next) : next;
  return { document: forgetPositions(withGraph(document, mended), nodes), id, broken: newlyBroken(graph, mended) };
}

/**
 * Takes a container away and leaves the steps of its branches, one branch after the other, in its place.
 * @returns `broken`: what read the container's own result
 */
export function unwrap(document: WorkflowDocument, id: string): Edited & { broken: Broken[] } {
  const { graph } = document;
  const container = needKind(graph, id, 'parallel', 'map');
  const { parent } = container;
  const filled = scopesOf(container).filter(({ scope }) => scope.startAt !== null && nodeOf(graph, scope.startAt));
  const led = graph.edges.find((e) => e.from === id && e.kind === 'next')?.to;
  const after = led === id ? filled[0]?.scope.startAt : led; // a container that led back to itself
  const starts = [...filled.map(({ scope }) => scope.startAt!), after];
  const first = starts[0] ?? null;
  let next: Workflow = {
    ...graph,
    nodes: graph.nodes
      .filter((node) => node.id !== id)
      .map((node) => (node.parent?.id === id ? { ...node, parent } : node)),
    edges: graph.edges.flatMap((e): WorkflowEdge[] =>
      e.from === id ? [] : e.to !== id ? [e] : first ? [{ ...e, to: first }] : [],
    ),
  };
  if (scopeOf(graph, parent)?.startAt === id) next = withStart(next, parent, first);
  for (const [i, { parent: branch }] of filled.entries()) {
    const to = starts[i + 1];
    if (!to) continue;
    for (const child of childrenOf(graph, branch)) {
      const ends = child.kind !== 'choice' && child.kind !== 'fail' && child.kind !== 'succeed';
      if (ends && !graph.edges.some((e) => e.from === child.id && e.kind === 'next'))
        next = withEdge(next, edge(child.id, to, 'next'));
    }
  }
  const children = filled.flatMap(({ parent: branch }) => childrenOf(graph, branch));
  return { document: forgetPositions(withGraph(document, next), children), broken: newlyBroken(graph, next) };
}

// ------------------------------------------------------------------ branches

/** Adds an empty branch at the end of a Parallel. */
export function addBranch(document: WorkflowDocument, id: string): Edited & { branch: number } {
  const node = needKind(document.graph, id, 'parallel');
  const made = replaceNode(document.graph, { ...node, branches: [...node.branches, { startAt: null }] });
  return { document: withGraph(document, made), branch: node.branches.length };
}

/** Removes a branch with its steps; what the Parallel takes from later branches follows. */
export function removeBranch(document: WorkflowDocument, id: string, branch: number): Edited & { broken: Broken[] } {
  const { graph } = document;
  const node = needKind(graph, id, 'parallel');
  const gone = new Set(
    childrenOf(graph, { id, branch }).flatMap((n) => [n.id, ...descendantsOf(graph, n.id).map((d) => d.id)]),
  );
  const broken: Broken[] = [];
  const follow =
    (path: (string | number)[]) =>
    (mapping: Mapping): Mapping => {
      if (mapping.kind === 'object')
        return { kind: 'object', fields: mapping.fields.map((f) => ({ ...f, value: follow(path)(f.value) })) };
      if (mapping.kind === 'list') return { kind: 'list', items: mapping.items.map(follow(path)) };
      const [head, ...rest] = mapping.kind === 'reference' ? mapping.path : [];
      if (mapping.kind !== 'reference' || mapping.from.kind !== 'result' || typeof head !== 'number') return mapping;
      if (head === branch) broken.push({ node: id, path, what: `the result of branch ${branch + 1}` });
      return head > branch ? { ...mapping, path: [head - 1, ...rest] } : mapping;
    };
  const parallel = rewrite(node, languageOf(graph, node), (mapping, path) =>
    follow(path)(mapping),
  ) as NodeOf<'parallel'>;
  const nodes = graph.nodes
    .filter((other) => !gone.has(other.id))
    .map((other): WorkflowNode => {
      if (other.id === id) return { ...parallel, branches: node.branches.toSpliced(branch, 1) };
      const { parent } = other;
      return parent?.id === id && parent.branch > branch
        ? { ...other, parent: { id, branch: parent.branch - 1 } }
        : other;
    });
  const edges = graph.edges.filter((e) => !gone.has(e.from) && !gone.has(e.to));
  const next = { ...graph, nodes, edges };
  return { document: withoutStaleLayout(withGraph(document, next)), broken: [...broken, ...newlyBroken(graph, next)] };
}

/** Shows a container as small as a step, or opens it. */
export function setCollapsed(document: WorkflowDocument, id: string, collapsed: boolean): Edited {
  if (!isContainer(need(document.graph, id))) return { document };
  const others = document.layout.collapsed.filter((other) => other !== id);
  return { document: { ...document, layout: { ...document.layout, collapsed: collapsed ? [...others, id] : others } } };
}
