/** Copying steps, within a workflow or from one into another. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { uniqueName } from '../names';
import { Layout, type Parent, Workflow, type WorkflowDocument, type WorkflowNode } from '../schema';
import { descendantsOf, languageOf, nodeOf, scopeLanguage, scopeOf } from '../tree';
import { boundVariables, namesInUse } from '../variables';
import { type Edited, edge, withGraph, withStart } from './base';
import { renameIn } from './rename';

/**
 * Copies steps with all that is inside them, edges among them included, unconnected beside the originals.
 * The copies keep their results in variables of their own and use those of one another.
 *
 * @returns `ids`: from each original to its copy
 */
export const duplicateNodes = (document: WorkflowDocument, ids: string[]): Edited & { ids: Record<string, string> } =>
  copyInto(document, { graph: document.graph, positions: document.layout.positions }, ids, undefined);

/** Steps on their way from one workflow to another, as text on a clipboard. */
export const Fragment = z.object({
  actionEngine: z.literal('steps'),
  graph: Workflow,
  positions: Layout.shape.positions,
});
export type Fragment = z.infer<typeof Fragment>;

/** These steps, all that is inside them, and the connections among them. */
export function fragmentOf({ graph, layout }: WorkflowDocument, ids: string[]): Fragment {
  const chosen = new Set(
    ids.filter((id) => nodeOf(graph, id)).flatMap((id) => [id, ...descendantsOf(graph, id).map((node) => node.id)]),
  );
  const nodes = graph.nodes
    .filter(({ id }) => chosen.has(id))
    .map((node): WorkflowNode => {
      const queryLanguage = languageOf(graph, node);
      const outer = !node.parent || !chosen.has(node.parent.id);
      return outer ? { ...node, parent: null, ...(queryLanguage !== graph.queryLanguage && { queryLanguage }) } : node;
    });
  const edges = graph.edges.filter(({ from, to }) => chosen.has(from) && chosen.has(to));
  const positions = Object.fromEntries(Object.entries(layout.positions).filter(([id]) => chosen.has(id)));
  return {
    actionEngine: 'steps',
    graph: { ...(graph.queryLanguage && { queryLanguage: graph.queryLanguage }), startAt: null, nodes, edges },
    positions,
  };
}

/**
 * Puts the steps of a fragment, under free names, into a scope; they are unconnected to what stands there.
 * @returns `ids`: from each step of the fragment to its copy
 * @throws Problem SCOPE_UNKNOWN
 */
export function pasteFragment(
  document: WorkflowDocument,
  { graph, positions }: Fragment,
  parent: Parent | null,
): Edited & { ids: Record<string, string> } {
  if (!scopeOf(document.graph, parent))
    throw new Problem('SCOPE_UNKNOWN', 'This container or branch does not exist.', 'Choose another place.');
  const all = graph.nodes.map(({ id }) => id);
  return copyInto(document, { graph, positions }, all, parent);
}

/** @param into the scope of the copies; `undefined`: that of their originals */
function copyInto(
  document: WorkflowDocument,
  source: { graph: Workflow; positions: Layout['positions'] },
  ids: string[],
  into: Parent | null | undefined,
): Edited & { ids: Record<string, string> } {
  const { graph } = source;
  const chosen = new Set(
    ids.filter((id) => nodeOf(graph, id)).flatMap((id) => [id, ...descendantsOf(graph, id).map((n) => n.id)]),
  );
  const idsTaken = new Set(document.graph.nodes.map((node) => node.id));
  const namesTaken = new Set(document.graph.nodes.map((node) => node.name));
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
  const variables = new Map<string, string>();
  const bound = boundVariables(graph).filter(({ node }) => chosen.has(node));
  // Every expression of the workflow is read for it: only where a copy binds something.
  const variablesTaken = bound.length > 0 ? namesInUse(document.graph) : new Set<string>();
  for (const { name } of bound) {
    if (variables.has(name)) continue;
    variables.set(
      name,
      take(
        variablesTaken,
        uniqueName(name, (wish) => variablesTaken.has(wish), ''),
      ),
    );
  }
  const copies = originals.map((node) => {
    const outer = !node.parent || !chosen.has(node.parent.id);
    const parent =
      outer && into !== undefined
        ? into
        : node.parent && { ...node.parent, id: idOf.get(node.parent.id) ?? node.parent.id };
    const copy = { ...renameIn(graph, node, variables), id: idOf.get(node.id)!, name: nameOf.get(node.id)!, parent };
    const spoken = languageOf(graph, node);
    const foreign =
      into !== undefined && outer && !node.queryLanguage && scopeLanguage(document.graph, into) !== spoken;
    return withStarts((foreign ? { ...copy, queryLanguage: spoken } : copy) as WorkflowNode, idOf);
  });
  const edges = graph.edges
    .filter((e) => chosen.has(e.from) && chosen.has(e.to))
    .map((e) => edge(idOf.get(e.from)!, idOf.get(e.to)!, e.kind, e.index));
  const positions = { ...document.layout.positions };
  for (const node of originals) {
    const before = source.positions[node.id];
    if (!before) continue;
    const outer = !node.parent || !chosen.has(node.parent.id);
    positions[idOf.get(node.id)!] = outer ? { ...before, x: before.x + 40, y: before.y + 40 } : before;
  }
  const { nodes: stood, edges: led } = document.graph;
  let next = withGraph(document, { nodes: [...stood, ...copies], edges: [...led, ...edges] });
  const [first] = into === undefined ? [] : copies.filter((copy) => !edges.some((e) => e.to === copy.id));
  if (first && into !== undefined && !scopeOf(document.graph, into)?.startAt)
    next = withGraph(next, withStart(next.graph, into, first.id));
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
