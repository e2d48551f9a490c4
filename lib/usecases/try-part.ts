/**
 * A part of a workflow as a workflow of its own: from a step on, until a step, or that step alone.
 *
 *   document, { from, until }, what had been there ──partOf()──▶ a document whose run begins there and stops there
 *
 * The part stays within the steps' container: a Map's item processor or a branch becomes a machine. What the steps
 * would have found is set by a first step: the state's input and the variables. Ids are kept, so that the run is drawn
 * on the whole graph. Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import {
  childrenOf,
  descendantsOf,
  edgeId,
  edgesFrom,
  isVariableName,
  type Mapping,
  newNode,
  nodeOf,
  normal,
  type Parent,
  scopeLanguage,
  scopeOf,
  uniqueName,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph';

/** `from: null`: from where the container, or the workflow, begins. `until: null`: to its end. */
export type Part = { from: string | null; until: string | null };
/** What the first step of a part finds. */
export type Found = { input: Json; variables: Record<string, Json> };

/** The step that a part begins with. @throws Problem NODE_UNKNOWN, PART_APART, START_MISSING */
export function firstOf({ graph }: WorkflowDocument, { from, until }: Part): WorkflowNode {
  const [first, last] = [from, until].map((id) => (id === null ? null : need(graph, id)));
  if (first && last && key(first.parent) !== key(last.parent))
    throw new Problem(
      'PART_APART',
      `"${first.name}" and "${last.name}" are not in the same container: no run goes from one to the other by itself.`,
      'Choose two steps of the same container.',
      { node: last.id },
    );
  if (first) return first;
  const scope = scopeOf(graph, last?.parent ?? null);
  const start = scope?.startAt ? nodeOf(graph, scope.startAt) : undefined;
  if (!start) throw new Problem('START_MISSING', 'Nothing says where it begins.', 'Set a step as the start.');
  return start;
}

function need(graph: WorkflowDocument['graph'], id: string): WorkflowNode {
  const node = nodeOf(graph, id);
  if (node) return node;
  throw new Problem('NODE_UNKNOWN', 'The step is not there any more.', 'Choose another step.', { node: id });
}
const key = (parent: Parent | null) => (parent ? `${parent.id}/${parent.branch}` : '');

/**
 * @param found `null`: nothing is set, the run's own input is the first step's
 * @throws Problem as `firstOf`
 */
export function partOf(document: WorkflowDocument, part: Part, found: Found | null): WorkflowDocument {
  const { graph } = document;
  const first = firstOf(document, part);
  const last = part.until === null ? undefined : need(graph, part.until);
  const inScope = new Set(childrenOf(graph, first.parent).map(({ id }) => id));
  const leaves = (id: string) => edgesFrom(graph, id).filter((edge) => id !== last?.id || edge.kind === 'catch');

  const reached = new Set([first.id]);
  const waiting = [first.id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { to } of leaves(at)) {
      if (reached.has(to) || !inScope.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  const kept = new Set([...reached, ...[...reached].flatMap((id) => descendantsOf(graph, id).map((node) => node.id))]);
  const edges = graph.edges.filter(({ id, from, to }) =>
    reached.has(from) ? leaves(from).some((edge) => edge.id === id) && reached.has(to) : kept.has(from),
  );
  const nodes = graph.nodes
    .filter(({ id }) => kept.has(id))
    .map((node) => (reached.has(node.id) ? { ...node, parent: null } : node))
    .map((node) => (node.id === last?.id ? ending(node) : node));

  const language = scopeLanguage(graph, first.parent);
  const made: WorkflowDocument['graph'] = { queryLanguage: language, startAt: first.id, nodes, edges };
  if (last?.kind === 'choice') stopAfter(made, edgesFrom(graph, last.id));
  if (found) beginWith(made, first, found);
  const { text: _text, ...beside } = document;
  return { ...beside, graph: made, input: { type: 'object', properties: {} } };
}

/** Whatever a text said of where it leads is gone with its edges. */
function ending(node: WorkflowNode): WorkflowNode {
  const { Next: _next, ...left } = node.extra ?? {};
  const { extra: _extra, ...rest } = node;
  return (Object.keys(left).length > 0 ? { ...rest, extra: left } : rest) as WorkflowNode;
}

/** A choice cannot end a run: all its ways lead to a step that does. */
function stopAfter(graph: WorkflowDocument['graph'], ways: WorkflowEdge[]): void {
  const stop = { ...newNode('succeed', free(graph, 'stop-here', 'Stop here')), parent: null };
  graph.nodes = [...graph.nodes, stop];
  graph.edges = [...graph.edges, ...ways.map((edge) => ({ ...edge, to: stop.id }))];
}

function beginWith(graph: WorkflowDocument['graph'], first: WorkflowNode, { input, variables }: Found): void {
  const assign = Object.entries(variables)
    .filter(([name]) => isVariableName(name))
    .map(([name, value]) => ({ name, value: fixed(value) }));
  const begin = newNode('pass', free(graph, 'begin-here', 'Begin here'));
  begin.queryLanguage = 'JSONata';
  begin.output = fixed(input);
  if (assign.length > 0) begin.assign = assign;
  graph.nodes = [begin, ...graph.nodes];
  const edge = { from: begin.id, to: first.id, kind: 'next' as const };
  graph.edges = [{ id: edgeId(edge), ...edge }, ...graph.edges];
  graph.startAt = begin.id;
}

const free = (graph: WorkflowDocument['graph'], id: string, name: string) => ({
  id: uniqueName(id, (wish) => graph.nodes.some((node) => node.id === wish), '-'),
  name: uniqueName(name, (wish) => graph.nodes.some((node) => node.name === wish)),
});

const isExpression = (text: string): boolean => text.startsWith('{%') && text.endsWith('%}');

/** A value as it stands, also where it holds a text that reads as an expression. */
function fixed(value: Json): Mapping {
  if (typeof value === 'string' && isExpression(value))
    return { kind: 'expression', text: ` ${JSON.stringify(value)} ` };
  if (Array.isArray(value)) return normal({ kind: 'list', items: value.map(fixed) });
  if (typeof value === 'object' && value !== null)
    return normal({
      kind: 'object',
      fields: Object.entries(value).map(([name, held]) => ({ name, value: fixed(held as Json) })),
    });
  return { kind: 'literal', value };
}
