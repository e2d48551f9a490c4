/**
 * What every edit is made of. Edits are pure: a document goes in, another comes out, what did not change is shared.
 *
 * An edit that cannot be done throws a `Problem` that names the step; ask `canConnect` and its like beforehand.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import {
  type EdgeKind,
  edgeId,
  type NodeKind,
  type NodeOf,
  type Parent,
  type Workflow,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '../schema';
import { nodeOf, type ScopeFields } from '../tree';

export type Edited = { document: WorkflowDocument };
/** A reference that an edit leaves without what it refers to. `path` leads to the mapping within the node. */
export type Broken = { node: string; path: (string | number)[]; what: string };

export const withGraph = (document: WorkflowDocument, graph: Partial<Workflow>): WorkflowDocument => ({
  ...document,
  graph: { ...document.graph, ...graph },
});

/** @throws Problem NODE_UNKNOWN */
export function need(graph: Workflow, id: string): WorkflowNode {
  const node = nodeOf(graph, id);
  if (node) return node;
  throw new Problem('NODE_UNKNOWN', `There is no step "${id}".`, 'It may have been deleted. Choose another step.');
}

/** @throws Problem NODE_UNKNOWN, or NODE_KIND where the step is of another kind */
export function needKind<K extends NodeKind>(graph: Workflow, id: string, ...kinds: K[]): NodeOf<K> {
  const node = need(graph, id);
  if ((kinds as NodeKind[]).includes(node.kind)) return node as NodeOf<K>;
  throw new Problem(
    'NODE_KIND',
    `"${node.name}" is a ${node.kind}, not a ${kinds.join(' or ')}.`,
    'Choose another step.',
    {
      node: id,
    },
  );
}

export const replaceNode = (graph: Workflow, node: WorkflowNode): Workflow => ({
  ...graph,
  nodes: graph.nodes.map((other) => (other.id === node.id ? node : other)),
});

/** A field set, or taken away by `undefined`: absent fields stay absent in the definition. */
export function withField<T extends object>(object: T, field: string, value: unknown): T {
  const { [field]: _, ...others } = object as Record<string, unknown>;
  if (value === undefined) return others as T;
  return { ...object, [field]: value };
}

export const edge = (from: string, to: string, kind: EdgeKind, index?: number): WorkflowEdge => {
  const made = { from, to, kind, ...(index === undefined ? {} : { index }) };
  return { id: edgeId(made), ...made };
};

/** Changes the fields of a scope: of the graph itself, a branch, a processor. */
export function updateScope(
  graph: Workflow,
  parent: Parent | null,
  change: (scope: ScopeFields) => ScopeFields,
): Workflow {
  if (!parent) {
    const { startAt, comment, queryLanguage, extra } = graph;
    const scope: ScopeFields = { startAt };
    if (comment !== undefined) scope.comment = comment;
    if (queryLanguage !== undefined) scope.queryLanguage = queryLanguage;
    if (extra !== undefined) scope.extra = extra;
    const { comment: _c, queryLanguage: _q, extra: _e, ...others } = graph;
    return { ...others, ...change(scope) };
  }
  const container = need(graph, parent.id);
  if (container.kind === 'map') return replaceNode(graph, { ...container, processor: change(container.processor) });
  if (container.kind !== 'parallel') return graph;
  const branches = container.branches.map((scope, i) => (i === parent.branch ? change(scope) : scope));
  return replaceNode(graph, { ...container, branches });
}

/** Sets where a scope begins; a remembered name of a state that was not there gives way. */
export const withStart = (graph: Workflow, parent: Parent | null, startAt: string | null): Workflow =>
  updateScope(graph, parent, (scope) => {
    const { StartAt: _, ...extra } = scope.extra ?? {};
    return withField({ ...scope, startAt }, 'extra', Object.keys(extra).length ? extra : undefined);
  });

/** Adds an edge; one that holds the same place gives way, and so does a target remembered by name. */
export function withEdge(graph: Workflow, made: WorkflowEdge): Workflow {
  const edges = [...graph.edges.filter((other) => other.id !== made.id), made];
  const from = nodeOf(graph, made.from);
  const next = from && forgetTarget(from, made.kind, made.index);
  return next && next !== from ? { ...replaceNode(graph, next), edges } : { ...graph, edges };
}

/** A target kept by name in `extra`, because it was no state, would stand beside the new one. */
function forgetTarget(node: WorkflowNode, kind: EdgeKind, index?: number): WorkflowNode {
  if (kind === 'next') return dropExtra(dropExtra(node, 'Next'), 'End');
  if (kind === 'default') return dropExtra(node, 'Default');
  if (kind === 'rule' && node.kind === 'choice') {
    return { ...node, rules: node.rules.map((rule, i) => (i === index ? dropExtra(rule, 'Next') : rule)) };
  }
  if (kind === 'catch' && 'catchers' in node && node.catchers) {
    return { ...node, catchers: node.catchers.map((c, i) => (i === index ? dropExtra(c, 'Next') : c)) };
  }
  return node;
}

function dropExtra<T extends { extra?: WorkflowNode['extra'] }>(object: T, key: string): T {
  if (!object.extra || !Object.hasOwn(object.extra, key)) return object;
  const { [key]: _, ...extra } = object.extra;
  return withField(object, 'extra', Object.keys(extra).length ? extra : undefined);
}

/** Positions of steps that are gone, forgotten. */
export function withoutStaleLayout(document: WorkflowDocument): WorkflowDocument {
  const ids = new Set(document.graph.nodes.map((node) => node.id));
  const entries = Object.entries(document.layout.positions);
  const kept = entries.filter(([id]) => ids.has(id));
  const collapsed = document.layout.collapsed.filter((id) => ids.has(id));
  if (kept.length === entries.length && collapsed.length === document.layout.collapsed.length) return document;
  return { ...document, layout: { positions: Object.fromEntries(kept), collapsed } };
}

export const withPosition = (
  document: WorkflowDocument,
  id: string,
  position?: { x: number; y: number },
): WorkflowDocument =>
  position
    ? {
        ...document,
        layout: {
          ...document.layout,
          positions: { ...document.layout.positions, [id]: { x: position.x, y: position.y, pinned: true } },
        },
      }
    : document;
