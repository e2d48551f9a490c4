/**
 * A change as a picture: the document after, with what was taken away still in it, and a mark for each thing that differs.
 *
 *   before, after ──overlay()──▶ a document to look at, marks of steps, marks of connections
 *   half a plan, manifests ──emerging()──▶ the same, of a draft that is still being written
 *
 * What a person placed by hand stays where it is; a container is unfolded where something in it differs. The document
 * is for looking only: a connection that is taken away has an id of its own (`removed:…`), since its place may be taken.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  emptyDocument,
  layout,
  nodeOf,
  type Workflow,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';
import { assemble } from '../assemble';
import type { DraftPlan } from '../plan';
import { differenceOf, type EdgeChange, edgesOnlyIn, type Mark } from './difference';

export type Overlay = {
  document: WorkflowDocument;
  /** by node id */
  marks: Record<string, Mark>;
  /** by edge id of `document` */
  edgeMarks: Record<string, EdgeChange['mark']>;
};

export function overlay(before: WorkflowDocument, after: WorkflowDocument): Overlay {
  const { steps } = differenceOf(before, after);
  const marks = Object.fromEntries(steps.map(({ node, mark }) => [node, mark]));
  const gone = before.graph.nodes.filter((node) => marks[node.id] === 'removed' && stands(node, before, after));
  const ghosts = new Set(gone.map(({ id }) => id));
  const nodes = [...after.graph.nodes, ...gone];
  const places = new Map(nodes.map((node) => [node.id, node.parent ? `${node.parent.id}/${node.parent.branch}` : '']));
  // A step that moved into a container cannot be joined to one that stayed outside.
  const taken = edgesOnlyIn(before.graph, after.graph)
    .filter(({ from, to }) => places.has(from) && places.get(from) === places.get(to))
    .map((edge): WorkflowEdge => ({ ...edge, id: `removed:${edge.id}` }));
  // The steps that are taken away stand where they stood. Other old ways must not push apart what stays.
  const holding = taken.filter(({ from, to }) => ghosts.has(from) || ghosts.has(to));
  const graph: Workflow = { ...after.graph, nodes, edges: [...after.graph.edges, ...holding] };
  const open = new Set(nodes.flatMap((node) => (marks[node.id] ? holdersOf(graph, node) : [])));
  const collapsed = after.layout.collapsed.filter((id) => !open.has(id));
  const laid = layout({ ...after, graph, layout: { ...after.layout, collapsed } });
  const edgeMarks: Overlay['edgeMarks'] = {};
  for (const { id } of edgesOnlyIn(after.graph, before.graph)) edgeMarks[id] = 'added';
  for (const { id } of taken) edgeMarks[id] = 'removed';
  return {
    document: { ...after, graph: { ...graph, edges: [...after.graph.edges, ...taken] }, layout: laid },
    marks,
    edgeMarks,
  };
}

/**
 * A draft as far as it is written: every step of it is new. A step keeps its id while others come, because ids are made
 * from titles, so what was drawn stays drawn.
 * @returns `null` while the plan cannot be drawn: a half-written step may refer to what is not there yet
 */
export function emerging(plan: DraftPlan, manifests: readonly FunctionManifest[]): Overlay | null {
  if (plan.steps.length === 0) return null;
  try {
    return overlay(emptyDocument(), assemble(plan, manifests).document);
  } catch {
    return null;
  }
}

/** Whether there still is a place where a step stood: a container, and in it its branch. */
function stands(node: WorkflowNode, before: WorkflowDocument, after: WorkflowDocument): boolean {
  if (!node.parent) return true;
  const holder = nodeOf(after.graph, node.parent.id) ?? nodeOf(before.graph, node.parent.id);
  return holder?.kind === 'map' || (holder?.kind === 'parallel' && holder.branches.length > node.parent.branch);
}

/** The containers that a step lies in, from the inside out. */
function holdersOf(graph: Workflow, node: WorkflowNode): string[] {
  const holder = node.parent ? nodeOf(graph, node.parent.id) : undefined;
  return holder ? [holder.id, ...holdersOf(graph, holder)] : [];
}
