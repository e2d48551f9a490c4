/** Copying steps. */
import { uniqueName } from '../names';
import type { WorkflowDocument, WorkflowNode } from '../schema';
import { descendantsOf, nodeOf } from '../tree';
import { boundVariables, namesInUse } from '../variables';
import { type Edited, edge, withGraph } from './base';
import { renameIn } from './rename';

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
