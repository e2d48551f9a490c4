/**
 * What has run, and which variables are bound, when a step begins.
 *
 * A forward analysis over next, rule, default and catch edges: `certain` holds on every way that leads to a step,
 * `possible` on some way. What a step gives depends on the edge by which it is left: its own `assign` on success, a
 * rule's or a catcher's on theirs. Inside a container what held before it holds too, save that a distributed Map's
 * children see no variables from outside. Made once per graph and kept with it.
 *
 * Facts are bits, and steps are visited in the order in which they are reached: a workflow of a thousand steps with a
 * hundred choices takes milliseconds, where sets of strings took ten seconds.
 * @module
 */
import { isDraft } from 'immer';
import type { Parent, Workflow, WorkflowEdge, WorkflowNode } from './schema';
import { childrenOf, edgesFrom, mayGoOn, nodeOf, scopeKey, scopeOf, scopesOf } from './tree';

/** Steps are kept as `#id`, variables as `$name`. */
export const stepFact = (id: string) => `#${id}`;
export const variableFact = (name: string) => `$${name}`;
type Facts = { has: (fact: string) => boolean };
type Flow = { certain: Facts; possible: Facts };

type Bits = Uint32Array;
type Known = { certain: Bits; possible: Bits };
type Local = { at: Map<string, Known>; exit: Known };
/** Each fact's number, and the scopes that were looked at. */
type Work = { graph: Workflow; numbers: Map<string, number>; words: number; steps: Bits; locals: Map<string, Local> };

const flows = new WeakMap<Workflow, Map<string, Flow>>();

/** What holds when each step begins; a step that nothing reaches has no entry. */
export function flowOf(graph: Workflow): Map<string, Flow> {
  const known = flows.get(graph);
  if (known) return known;
  const found = new Map<string, Flow>();
  const work = numbered(graph);
  spread(work, null, none(work), found);
  if (!isDraft(graph)) flows.set(graph, found);
  return found;
}

function numbered(graph: Workflow): Work {
  const numbers = new Map<string, number>();
  for (const { id } of graph.nodes) numbers.set(stepFact(id), numbers.size);
  const count = numbers.size;
  const keep = (assign: { name: string }[] | undefined) => {
    for (const { name } of assign ?? []) {
      const fact = variableFact(name);
      if (!numbers.has(fact)) numbers.set(fact, numbers.size);
    }
  };
  for (const node of graph.nodes) {
    keep(node.assign);
    if (node.kind === 'choice') for (const rule of node.rules) keep(rule.assign);
    if ('catchers' in node) for (const catcher of node.catchers ?? []) keep(catcher.assign);
  }
  const words = Math.ceil(numbers.size / 32);
  const steps = new Uint32Array(words);
  for (let i = 0; i < count; i++) setBit(steps, i);
  return { graph, numbers, words, steps, locals: new Map() };
}

function spread(work: Work, parent: Parent | null, base: Known, found: Map<string, Flow>): void {
  for (const [id, flow] of localFlow(work, parent).at) {
    const node = nodeOf(work.graph, id)!;
    const full = { certain: union(base.certain, flow.certain), possible: union(base.possible, flow.possible) };
    found.set(id, { certain: factsOf(work, full.certain), possible: factsOf(work, full.possible) });
    const within = isDistributed(node)
      ? { certain: intersection(full.certain, work.steps), possible: intersection(full.possible, work.steps) }
      : full;
    for (const { parent: inner } of scopesOf(node)) spread(work, inner, within, found);
  }
}

const factsOf = ({ numbers }: Work, bits: Bits): Facts => ({
  has: (fact) => {
    const at = numbers.get(fact);
    return at !== undefined && ((bits[at >>> 5]! >>> (at & 31)) & 1) === 1;
  },
});

export const isDistributed = (node: WorkflowNode): boolean =>
  node.kind === 'map' && node.processorConfig?.Mode === 'DISTRIBUTED';

/** What the scope's own steps add: nothing is ever unbound, so what held before it is simply added. */
function localFlow(work: Work, parent: Parent | null): Local {
  const key = scopeKey(parent);
  const known = work.locals.get(key);
  if (known) return known;
  const { graph } = work;
  const at = new Map<string, Known>();
  const startAt = scopeOf(graph, parent)?.startAt;
  const start = startAt ? nodeOf(graph, startAt) : undefined;
  const made: Local = { at, exit: none(work) };
  work.locals.set(key, made);
  if (!start || scopeKey(start.parent) !== key) return made;

  const order = reached(graph, start, key);
  const rank = new Map(order.map((node, i) => [node.id, i]));
  const inside = order.map((node) => insideOf(work, node)); // what a container's inside adds
  at.set(start.id, none(work));
  // Only a way back makes a second round necessary: what it adds to a step goes on from there.
  const dirty = new Uint8Array(order.length).fill(1);
  for (let again = true; again; ) {
    again = false;
    for (const [i, node] of order.entries()) {
      const before = at.get(node.id);
      if (!dirty[i] || !before) continue;
      dirty[i] = 0;
      for (const edge of edgesFrom(graph, node.id)) {
        const to = rank.get(edge.to);
        if (to === undefined || !meet(at, edge.to, after(work, before, node, edge, inside[i]!))) continue;
        dirty[to] = 1;
        if (to <= i) again = true;
      }
    }
  }
  const ends = order.flatMap((node, i) =>
    isEnd(graph, node) ? [after(work, at.get(node.id)!, node, null, inside[i]!)] : [],
  );
  if (ends.length > 0) {
    made.exit = {
      certain: ends.map((end) => end.certain).reduce(intersection),
      possible: ends.map((end) => end.possible).reduce(union),
    };
  }
  return made;
}

/** The steps of a scope that its start leads to, each after those that lead to it, save on a way back. */
function reached(graph: Workflow, start: WorkflowNode, key: string): WorkflowNode[] {
  const seen = new Set([start.id]);
  const left: WorkflowNode[] = [];
  const way: { node: WorkflowNode; edges: WorkflowEdge[]; next: number }[] = [
    { node: start, edges: edgesFrom(graph, start.id), next: 0 },
  ];
  for (let top = way.at(-1); top; top = way.at(-1)) {
    const edge = top.edges[top.next++];
    if (!edge) {
      left.push(top.node);
      way.pop();
      continue;
    }
    const to = nodeOf(graph, edge.to);
    if (!to || seen.has(to.id) || scopeKey(to.parent) !== key) continue;
    seen.add(to.id);
    way.push({ node: to, edges: edgesFrom(graph, to.id), next: 0 });
  }
  return left.reverse();
}

/** Whether a step may end its scope with an output. */
export const isEnd = (graph: Workflow, node: WorkflowNode): boolean =>
  node.kind === 'succeed' ||
  (mayGoOn(node) && !edgesFrom(graph, node.id).some((edge) => edge.kind === 'next') && node.extra?.Next === undefined);

/** Steps inside a container that have run once it ended; their variables stay inside. */
function insideOf(work: Work, node: WorkflowNode): Known | null {
  const scopes = scopesOf(node).filter(({ parent }) => childrenOf(work.graph, parent).length > 0);
  if (scopes.length === 0) return null;
  const exits = scopes.map(({ parent }) => localFlow(work, parent).exit);
  return {
    certain: intersection(exits.map((exit) => exit.certain).reduce(union), work.steps),
    possible: intersection(exits.map((exit) => exit.possible).reduce(union), work.steps),
  };
}

/** What holds behind an edge (`null`: the end of the scope). */
function after(work: Work, flow: Known, node: WorkflowNode, edge: WorkflowEdge | null, inside: Known | null): Known {
  const names = boundBy(node, edge).map(variableFact);
  const caught = edge?.kind === 'catch';
  const own = caught ? names : [stepFact(node.id), ...names];
  const more = caught ? null : inside;
  return {
    certain: withFacts(work, flow.certain, own, more?.certain),
    possible: withFacts(work, flow.possible, own, more?.possible),
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
function meet(at: Map<string, Known>, id: string, flow: Known): boolean {
  const before = at.get(id);
  if (!before) {
    at.set(id, flow);
    return true;
  }
  const certain = intersection(before.certain, flow.certain);
  const possible = union(before.possible, flow.possible);
  if (same(certain, before.certain) && same(possible, before.possible)) return false;
  at.set(id, { certain, possible });
  return true;
}

// ------------------------------------------------------------------ bits

const none = ({ words }: Work): Known => ({ certain: new Uint32Array(words), possible: new Uint32Array(words) });
const setBit = (bits: Bits, at: number) => {
  bits[at >>> 5]! |= 1 << (at & 31);
};
const union = (a: Bits, b: Bits): Bits => a.map((word, i) => word | b[i]!);
const intersection = (a: Bits, b: Bits): Bits => a.map((word, i) => word & b[i]!);
const same = (a: Bits, b: Bits): boolean => a.every((word, i) => word === b[i]);
function withFacts({ numbers }: Work, bits: Bits, facts: string[], more: Bits | undefined): Bits {
  const made = more ? union(bits, more) : bits.slice();
  for (const fact of facts) setBit(made, numbers.get(fact)!);
  return made;
}
