/**
 * What has run, and which variables are bound, when a step begins.
 *
 * A forward analysis over next, rule, default and catch edges: `certain` holds on every way that leads to a step,
 * `possible` on some way. What a step gives depends on the edge by which it is left: its own `assign` on success, a
 * rule's or a catcher's on theirs. Inside a container what held before it holds too, save that a distributed Map's
 * children see no variables from outside. Made once per graph and kept with it.
 * @module
 */
import { isDraft } from 'immer';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { functionOf, variableOf } from './build';
import type { Parent, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from './schema';
import { childrenOf, edgesFrom, isContainer, mayGoOn, nodeOf, scopeKey, scopeOf, scopesOf } from './tree';

/** Steps are kept as `#id`, variables as `$name`. */
type Facts = Set<string>;
type Flow = { certain: Facts; possible: Facts };
const none = (): Flow => ({ certain: new Set(), possible: new Set() });
export const stepFact = (id: string) => `#${id}`;
export const variableFact = (name: string) => `$${name}`;

const flows = new WeakMap<Workflow, Map<string, Flow>>();

/** What holds when each step begins; a step that nothing reaches has no entry. */
export function flowOf(graph: Workflow): Map<string, Flow> {
  const known = flows.get(graph);
  if (known) return known;
  const found = new Map<string, Flow>();
  spread(graph, null, none(), found);
  if (!isDraft(graph)) flows.set(graph, found);
  return found;
}

function spread(graph: Workflow, parent: Parent | null, base: Flow, found: Map<string, Flow>): void {
  for (const [id, flow] of localFlow(graph, parent).at) {
    const node = nodeOf(graph, id)!;
    const full = { certain: union(base.certain, flow.certain), possible: union(base.possible, flow.possible) };
    found.set(id, full);
    for (const { parent: inner } of scopesOf(node)) {
      spread(
        graph,
        inner,
        isDistributed(node) ? { certain: steps(full.certain), possible: steps(full.possible) } : full,
        found,
      );
    }
  }
}

export const isDistributed = (node: WorkflowNode): boolean =>
  node.kind === 'map' && node.processorConfig?.Mode === 'DISTRIBUTED';

/** What the scope's own steps add: nothing is ever unbound, so what held before it is simply added. */
function localFlow(graph: Workflow, parent: Parent | null): { at: Map<string, Flow>; exit: Flow } {
  const at = new Map<string, Flow>();
  const startAt = scopeOf(graph, parent)?.startAt;
  const start = startAt ? nodeOf(graph, startAt) : undefined;
  const ends: Flow[] = [];
  if (!start || scopeKey(start.parent) !== scopeKey(parent)) return { at, exit: none() };
  at.set(start.id, none());
  const given = new Map<string, Flow>(); // what a container's inside adds
  const waiting = [start.id];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = nodeOf(graph, id)!;
    const inside = given.get(id) ?? insideOf(graph, node);
    given.set(id, inside);
    for (const edge of edgesFrom(graph, id)) {
      const to = nodeOf(graph, edge.to);
      if (!to || scopeKey(to.parent) !== scopeKey(parent)) continue;
      if (meet(at, to.id, after(at.get(id)!, node, edge, inside))) waiting.push(to.id);
    }
  }
  for (const [id, flow] of at) {
    const node = nodeOf(graph, id)!;
    if (isEnd(graph, node)) ends.push(after(flow, node, null, given.get(id)!));
  }
  const exit = ends.length
    ? { certain: ends.map((e) => e.certain).reduce(intersection), possible: ends.map((e) => e.possible).reduce(union) }
    : none();
  return { at, exit };
}

/** Whether a step may end its scope with an output. */
export const isEnd = (graph: Workflow, node: WorkflowNode): boolean =>
  node.kind === 'succeed' ||
  (mayGoOn(node) && !edgesFrom(graph, node.id).some((edge) => edge.kind === 'next') && node.extra?.Next === undefined);

/** Steps inside a container that have run once it ended; their variables stay inside. */
function insideOf(graph: Workflow, node: WorkflowNode): Flow {
  const flow = none();
  for (const { parent } of scopesOf(node)) {
    const { exit } = localFlow(graph, parent);
    for (const fact of steps(exit.certain)) flow.certain.add(fact);
    for (const fact of steps(exit.possible)) flow.possible.add(fact);
  }
  return flow;
}

/** What holds behind an edge (`null`: the end of the scope). */
function after(flow: Flow, node: WorkflowNode, edge: WorkflowEdge | null, inside: Flow): Flow {
  const names = boundBy(node, edge).map(variableFact);
  if (edge?.kind === 'catch') return { certain: add(flow.certain, names), possible: add(flow.possible, names) };
  const own = [stepFact(node.id), ...names];
  return {
    certain: add(flow.certain, [...own, ...inside.certain]),
    possible: add(flow.possible, [...own, ...inside.possible]),
  };
}

function boundBy(node: WorkflowNode, edge: WorkflowEdge | null): string[] {
  const assign =
    edge?.kind === 'rule' && node.kind === 'choice'
      ? node.rules[edge.index ?? 0]?.assign
      : edge?.kind === 'catch' && 'catchers' in node
        ? node.catchers?.[edge.index ?? 0]?.assign
        : node.assign;
  return (assign ?? []).map(({ name }) => name);
}

/** Joins another way that leads to a step. @returns whether that changed anything */
function meet(at: Map<string, Flow>, id: string, flow: Flow): boolean {
  const before = at.get(id);
  if (!before) {
    at.set(id, flow);
    return true;
  }
  const certain = intersection(before.certain, flow.certain);
  const possible = union(before.possible, flow.possible);
  if (certain.size === before.certain.size && possible.size === before.possible.size) return false;
  at.set(id, { certain, possible });
  return true;
}

const union = (a: Facts, b: Facts): Facts => new Set([...a, ...b]);
const intersection = (a: Facts, b: Facts): Facts => new Set([...a].filter((fact) => b.has(fact)));
const add = (facts: Facts, more: Iterable<string>): Facts => new Set([...facts, ...more]);
const steps = (facts: Facts): Facts => new Set([...facts].filter((fact) => fact.startsWith('#')));

// ------------------------------------------------------------------ for the picker

/**
 * A step whose result another may use. `variable`: where it is kept, `null` until something refers to it (`referTo`
 * adds it) or while it is kept inside a container only. `certain`: it has run on every way.
 * `schema`: of the function's answer; inside a Map that the other is not in, the list of all iterations'.
 */
export type Available = {
  node: string;
  name: string;
  variable: string | null;
  schema: JsonSchema | null;
  certain: boolean;
};

/** What a step may use, in the graph's order. */
export function available(document: WorkflowDocument, nodeId: string, manifests: FunctionManifest[]): Available[] {
  const { graph } = document;
  const flow = flowOf(graph).get(nodeId);
  const target = nodeOf(graph, nodeId);
  if (!flow || !target) return [];
  return graph.nodes.flatMap((node): Available[] => {
    const fact = stepFact(node.id);
    if (node.id === nodeId || !flow.possible.has(fact) || !HAS_RESULT.has(node.kind)) return [];
    const { loops, visible } = between(graph, node, target);
    return [
      {
        node: node.id,
        name: node.name,
        variable: visible ? variableOf(node) : null,
        schema: loops.reduce<JsonSchema | null>(
          (items) => ({ type: 'array', ...(items && { items }) }),
          resultSchema(graph, node, manifests),
        ),
        certain: flow.certain.has(fact),
      },
    ];
  });
}

const HAS_RESULT = new Set<WorkflowNode['kind']>(['task', 'pass', 'parallel', 'map']);

/** The Maps that a step's result must leave to reach another step, and whether its variable is seen there as it is. */
function between(graph: Workflow, from: WorkflowNode, to: WorkflowNode): { loops: string[]; visible: boolean } {
  const around = new Set<string>();
  let far = false;
  const seen = new Set<string>();
  for (let at: Parent | null = to.parent; at && !seen.has(scopeKey(at)); at = nodeOf(graph, at.id)?.parent ?? null) {
    seen.add(scopeKey(at));
    around.add(scopeKey(at));
  }
  const loops: string[] = [];
  let visible = true;
  for (let at = from.parent; at && !around.has(scopeKey(at)); at = nodeOf(graph, at.id)?.parent ?? null) {
    visible = false;
    if (nodeOf(graph, at.id)?.kind === 'map') loops.push(at.id);
    if (loops.length > 100) break;
  }
  // From outside a distributed Map into it: variables do not pass.
  for (
    let at = to.parent;
    at && scopeKey(at) !== scopeKey(from.parent) && !far;
    at = nodeOf(graph, at.id)?.parent ?? null
  ) {
    const container = nodeOf(graph, at.id);
    if (container && isDistributed(container) && !isInside(graph, from, container.id)) far = true;
  }
  return { loops, visible: visible && !far };
}

export function isInside(graph: Workflow, node: WorkflowNode, container: string): boolean {
  for (let at = node.parent, depth = 0; at && depth < 100; at = nodeOf(graph, at.id)?.parent ?? null, depth++) {
    if (at.id === container) return true;
  }
  return false;
}

/** What a step's result looks like, as far as the functions tell; `null`: unknown. */
export function resultSchema(graph: Workflow, node: WorkflowNode, manifests: FunctionManifest[]): JsonSchema | null {
  const name = functionOf(node);
  if (name !== null) return manifests.find((manifest) => manifest.name === name)?.output ?? null;
  if (!isContainer(node)) return null;
  const branches = scopesOf(node).map(({ parent }) => {
    const ends = childrenOf(graph, parent).filter((child) => isEnd(graph, child));
    const only = ends.length === 1 && ends[0] ? ends[0] : null;
    const plain = only && (!only.output || (only.output.kind === 'reference' && only.output.from.kind === 'result'));
    return only && plain ? resultSchema(graph, only, manifests) : null;
  });
  return node.kind === 'map' ? { type: 'array', ...(branches[0] && { items: branches[0] }) } : { type: 'array' };
}
