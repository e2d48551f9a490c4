/** One step, as it was in another state of the workflow. */
import { Problem } from '@/lib/base/problem';
import type { WorkflowDocument, WorkflowEdge } from '../schema';
import { edgesFrom, edgesTo, nodeOf, scopeKey, scopeOf, scopesOf } from '../tree';
import { type Broken, type Edited, withGraph } from './base';
import { newlyBroken } from './broken';

/**
 * Brings one step back as `from` has it: its settings, and where it leads as far as those steps still stand beside it. One
 * that is gone comes back where it was, a container empty of steps that are gone too.
 *
 * @returns `broken`: references that have lost what they refer to
 * @throws Problem NODE_UNKNOWN where `from` has no such step
 */
export function restoreStep(
  document: WorkflowDocument,
  from: WorkflowDocument,
  id: string,
): Edited & { broken: Broken[] } {
  const old = nodeOf(from.graph, id);
  if (!old)
    throw new Problem('NODE_UNKNOWN', `That version has no step "${id}".`, 'Choose a step that it has.', { node: id });
  const { graph } = document;
  const now = nodeOf(graph, id);
  const parent = now ? now.parent : old.parent && scopeOf(graph, old.parent) ? old.parent : null;
  const taken = graph.nodes.some((node) => node.id !== id && node.name === old.name);
  const node = { ...old, parent, name: taken ? (now?.name ?? freeName(graph.nodes, old.name)) : old.name };
  // What stands inside keeps its place: a branch or a list's steps begin where they begin now.
  const inside = new Map(now ? scopesOf(now).map(({ parent: at, scope }) => [scopeKey(at), scope.startAt]) : []);
  const stands = (start: string | null, key: string) =>
    inside.get(key) ?? (start !== null && nodeOf(graph, start) ? start : null);
  if (node.kind === 'map')
    node.processor = { ...node.processor, startAt: stands(node.processor.startAt, scopeKey({ id, branch: 0 })) };
  if (node.kind === 'parallel')
    node.branches = node.branches.map((scope, branch) => ({
      ...scope,
      startAt: stands(scope.startAt, scopeKey({ id, branch })),
    }));

  const nodes = now ? graph.nodes.map((other) => (other.id === id ? node : other)) : [...graph.nodes, node];
  const beside = (other: string) => {
    const found = other === id ? node : nodeOf(graph, other);
    return found !== undefined && scopeKey(found.parent) === scopeKey(parent);
  };
  const leads = edgesFrom(from.graph, id).filter((edge) => beside(edge.to));
  const arrives = now ? [] : edgesTo(from.graph, id).filter((edge) => edge.from !== id && beside(edge.from));
  const replaced = new Set(arrives.map((edge) => edge.id));
  const rest = graph.edges.filter((edge) => edge.from !== id && !replaced.has(edge.id));
  const edges: WorkflowEdge[] = [...rest, ...arrives.filter((edge) => fits(edge, nodes)), ...leads];
  const startAt = !parent && graph.startAt === null ? id : graph.startAt;
  const made = withGraph(document, { nodes, edges, startAt });
  return { document: made, broken: newlyBroken(graph, made.graph) };
}

/** A rule or a catcher that is gone leads nowhere. */
function fits(edge: WorkflowEdge, nodes: WorkflowDocument['graph']['nodes']): boolean {
  const from = nodes.find(({ id }) => id === edge.from);
  if (edge.kind === 'rule') return from?.kind === 'choice' && (edge.index ?? 0) < from.rules.length;
  if (edge.kind === 'catch') return (edge.index ?? 0) < ((from && 'catchers' in from && from.catchers?.length) || 0);
  return true;
}

function freeName(nodes: { name: string }[], name: string): string {
  const names = new Set(nodes.map((node) => node.name));
  for (let i = 2; ; i++) if (!names.has(`${name} ${i}`)) return `${name} ${i}`;
}
