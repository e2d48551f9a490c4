/** The workflow as an indented list, in the order in which it runs. Pure. */
import {
  childrenOf,
  edgesFrom,
  isContainer,
  nodeOf,
  type Parent,
  scopeKey,
  scopeOf,
  scopesOf,
  type Workflow,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';

export type Row = {
  node: WorkflowNode;
  /** from 1 */
  level: number;
  /** place among its siblings, from 1 */
  position: number;
  siblings: number;
  /** of a Parallel's steps: the branch, from 1 */
  branch: number | null;
  /** `null`: holds nothing */
  expanded: boolean | null;
};

export function rowsOf({ graph, layout }: WorkflowDocument): Row[] {
  const rows: Row[] = [];
  const walk = (parent: Parent | null, level: number, many: boolean, first: number, siblings: number) => {
    inOrder(graph, parent).forEach((node, i) => {
      const scopes = scopesOf(node);
      const holds = isContainer(node);
      const expanded = holds ? !layout.collapsed.includes(node.id) : null;
      const branch = many && parent ? parent.branch + 1 : null;
      rows.push({ node, level, position: first + i + 1, siblings, branch, expanded });
      if (!expanded) return;
      const counts = scopes.map(({ parent: inner }) => childrenOf(graph, inner).length);
      const all = counts.reduce((sum, count) => sum + count, 0);
      let before = 0;
      scopes.forEach(({ parent: inner }, at) => {
        walk(inner, level + 1, scopes.length > 1, before, all);
        before += counts[at] ?? 0;
      });
    });
  };
  walk(null, 1, false, 0, childrenOf(graph, null).length);
  return rows;
}

/** The steps of a scope from its start along the connections; those that nothing leads to come last. */
export function inOrder(graph: Workflow, parent: Parent | null): WorkflowNode[] {
  const all = childrenOf(graph, parent);
  const seen = new Set<string>();
  const ordered: WorkflowNode[] = [];
  const visit = (start: string | null | undefined) => {
    const waiting = start ? [start] : [];
    while (waiting.length > 0) {
      const id = waiting.shift()!;
      const node = nodeOf(graph, id);
      if (!node || seen.has(id) || scopeKey(node.parent) !== scopeKey(parent)) continue;
      seen.add(id);
      ordered.push(node);
      waiting.push(...edgesFrom(graph, id).map(({ to }) => to));
    }
  };
  visit(scopeOf(graph, parent)?.startAt);
  for (const { id } of all) visit(id);
  return ordered;
}

/** How a connection is said: `then Upload`, `when rule 2: Refuse`, `on an error: Tell me`. */
export function leadsTo(graph: Workflow, edge: WorkflowEdge): string {
  const to = nodeOf(graph, edge.to)?.name ?? '?';
  if (edge.kind === 'rule') return `when rule ${(edge.index ?? 0) + 1}: ${to}`;
  if (edge.kind === 'default') return `otherwise: ${to}`;
  if (edge.kind === 'catch') return `on an error: ${to}`;
  return `then ${to}`;
}

/** Every place that a step could be moved to, by the names of what it would be in. */
export function placesFor({ graph }: WorkflowDocument, id: string): { label: string; parent: Parent | null }[] {
  const step = nodeOf(graph, id);
  if (!step) return [];
  const insideOf = (node: WorkflowNode): boolean =>
    node.id === id || (node.parent !== null && insideOf(nodeOf(graph, node.parent.id)!));
  const places = graph.nodes.filter(isContainer).flatMap((node) =>
    insideOf(node)
      ? []
      : scopesOf(node).map(({ parent }) => ({
          label: node.kind === 'parallel' ? `${node.name}, branch ${parent.branch + 1}` : node.name,
          parent,
        })),
  );
  return [{ label: 'The main line', parent: null }, ...places].filter(
    ({ parent }) => scopeKey(parent) !== scopeKey(step.parent),
  );
}
