/** Edits of what leads where: connect, disconnect, reconnect, rules, catchers, start. */
import { Problem } from '@/lib/base/problem';
import type { Catcher, ChoiceRule, EdgeKind, Workflow, WorkflowDocument, WorkflowEdge } from '../schema';
import { edgeOf, mayCatch, mayGoOn, nodeOf, scopeKey } from '../tree';
import { type Edited, edge, need, needKind, replaceNode, withEdge, withField, withGraph, withStart } from './base';

/** Why two steps cannot be connected; `null` where they can. For React Flow's `isValidConnection`. */
export function canConnect(document: WorkflowDocument, from: string, to: string, kind?: EdgeKind): Problem | null {
  const [source, target] = [nodeOf(document.graph, from), nodeOf(document.graph, to)];
  if (!source || !target)
    return new Problem('NODE_UNKNOWN', 'One of the two steps does not exist.', 'Choose other steps.');
  if (scopeKey(source.parent) !== scopeKey(target.parent)) {
    return new Problem(
      'EDGE_LEAVES_SCOPE',
      `"${source.name}" and "${target.name}" are not in the same container.`,
      'Connect steps of the same container, or move one of them first.',
      { node: from },
    );
  }
  const wanted = kind ?? (source.kind === 'choice' ? 'default' : 'next');
  const able = wanted === 'next' ? mayGoOn(source) : wanted === 'catch' ? mayCatch(source) : source.kind === 'choice';
  if (able) return null;
  return new Problem(
    'EDGE_NOT_ALLOWED',
    source.kind === 'succeed' || source.kind === 'fail'
      ? `"${source.name}" ends the run: nothing comes after it.`
      : `"${source.name}" cannot have a ${wanted} edge.`,
    source.kind === 'choice' ? 'Connect one of its rules or its default.' : 'Start from another step.',
    { node: from },
  );
}

/**
 * Connects two steps. An edge that holds the same place (each step has one `next`, each rule one target) gives way.
 *
 * @param kind absent: `default` from a choice that has none yet, a new rule from one that has, else `next`
 * @param index of the rule or catcher; absent with `rule` or `catch`: a new one is added
 * @throws Problem what `canConnect` says
 */
export function connect(
  document: WorkflowDocument,
  from: string,
  to: string,
  kind?: EdgeKind,
  index?: number,
): Edited & { edge: string } {
  const refused = canConnect(document, from, to, kind);
  if (refused) throw refused;
  const source = need(document.graph, from);
  const wanted =
    kind ?? (source.kind !== 'choice' ? 'next' : edgeOf(document.graph, from, 'default') ? 'rule' : 'default');
  if (wanted === 'rule' && index === undefined) return addRule(document, from, undefined, to);
  if (wanted === 'catch' && index === undefined) return addCatcher(document, from, undefined, to);
  const made = edge(from, to, wanted, wanted === 'rule' || wanted === 'catch' ? index : undefined);
  return { document: withGraph(document, withEdge(document.graph, made)), edge: made.id };
}

/** Removes an edge. The rule or the catcher that it belonged to stays, and leads nowhere. */
export const disconnect = (document: WorkflowDocument, edgeId: string): Edited => ({
  document: withGraph(document, { edges: document.graph.edges.filter((e) => e.id !== edgeId) }),
});

/**
 * Moves one end of an edge. Dragged to another source, a rule or catcher becomes that step's `next` (or default).
 * @throws Problem EDGE_UNKNOWN, or what `canConnect` says
 */
export function reconnect(
  document: WorkflowDocument,
  edgeId: string,
  ends: { from?: string; to?: string },
): Edited & { edge: string } {
  const old = document.graph.edges.find((e) => e.id === edgeId);
  if (!old) throw new Problem('EDGE_UNKNOWN', 'This edge does not exist any more.', 'Draw it again.');
  const [from, to] = [ends.from ?? old.from, ends.to ?? old.to];
  const sameSource = from === old.from;
  const refused = canConnect(document, from, to, sameSource ? old.kind : undefined);
  if (refused) throw refused;
  const { document: without } = disconnect(document, edgeId);
  return sameSource ? connect(without, from, to, old.kind, old.index) : connect(without, from, to);
}

/** Where the step's scope begins. */
export function setStart(document: WorkflowDocument, id: string): Edited {
  const node = need(document.graph, id);
  return { document: withGraph(document, withStart(document.graph, node.parent, id)) };
}

// ------------------------------------------------------------------ rules

/** A rule that is never true until someone says when. */
const openRule = (): ChoiceRule => ({
  condition: { language: 'JSONata', value: { kind: 'expression', text: ' false ' } },
});

/** Adds a rule at the end, or `at` an index; later ones move on with their edges. */
export function addRule(
  document: WorkflowDocument,
  id: string,
  rule = openRule(),
  to?: string,
  at?: number,
): Edited & { edge: string } {
  const node = needKind(document.graph, id, 'choice');
  assertConnects(document, id, to, 'rule');
  const index = Math.min(at ?? node.rules.length, node.rules.length);
  let graph = shift(document.graph, id, 'rule', (i) => (i >= index ? i + 1 : i));
  graph = replaceNode(graph, { ...node, rules: node.rules.toSpliced(index, 0, rule) });
  const made = edge(id, to ?? id, 'rule', index);
  if (to !== undefined) graph = withEdge(graph, made);
  return { document: withGraph(document, graph), edge: made.id };
}

export function setRule(document: WorkflowDocument, id: string, index: number, rule: ChoiceRule): Edited {
  const node = needKind(document.graph, id, 'choice');
  const rules = node.rules.map((old, i) => (i === index ? rule : old));
  return { document: withGraph(document, replaceNode(document.graph, { ...node, rules })) };
}

/** Removes a rule and its edge; later ones move up. */
export function removeRule(document: WorkflowDocument, id: string, index: number): Edited {
  const node = needKind(document.graph, id, 'choice');
  const graph = shift(document.graph, id, 'rule', (i) => (i === index ? null : i > index ? i - 1 : i));
  return { document: withGraph(document, replaceNode(graph, { ...node, rules: node.rules.toSpliced(index, 1) })) };
}

/** Rules are tried in order, so their order matters. */
export function moveRule(document: WorkflowDocument, id: string, from: number, to: number): Edited {
  const node = needKind(document.graph, id, 'choice');
  const rule = node.rules[from];
  if (!rule) return { document };
  const graph = shift(document.graph, id, 'rule', moved(from, to));
  return {
    document: withGraph(
      document,
      replaceNode(graph, { ...node, rules: node.rules.toSpliced(from, 1).toSpliced(to, 0, rule) }),
    ),
  };
}

// ------------------------------------------------------------------ catchers

const openCatcher = (): Catcher => ({ errorEquals: ['States.ALL'] });

/** Adds a catcher at the end, or `at` an index. `States.ALL` must come last, so another goes before it by itself. */
export function addCatcher(
  document: WorkflowDocument,
  id: string,
  catcher = openCatcher(),
  to?: string,
  at?: number,
): Edited & { edge: string } {
  const node = needKind(document.graph, id, 'task', 'parallel', 'map');
  assertConnects(document, id, to, 'catch');
  const catchers = node.catchers ?? [];
  const all = catchers.findIndex((c) => c.errorEquals.includes('States.ALL'));
  const end = all >= 0 && !catcher.errorEquals.includes('States.ALL') ? all : catchers.length;
  const index = Math.min(at ?? end, catchers.length);
  let graph = shift(document.graph, id, 'catch', (i) => (i >= index ? i + 1 : i));
  graph = replaceNode(graph, { ...node, catchers: catchers.toSpliced(index, 0, catcher) });
  const made = edge(id, to ?? id, 'catch', index);
  if (to !== undefined) graph = withEdge(graph, made);
  return { document: withGraph(document, graph), edge: made.id };
}

export function setCatcher(document: WorkflowDocument, id: string, index: number, catcher: Catcher): Edited {
  const node = needKind(document.graph, id, 'task', 'parallel', 'map');
  const catchers = node.catchers?.map((old, i) => (i === index ? catcher : old));
  return { document: withGraph(document, replaceNode(document.graph, withField(node, 'catchers', catchers))) };
}

export function removeCatcher(document: WorkflowDocument, id: string, index: number): Edited {
  const node = needKind(document.graph, id, 'task', 'parallel', 'map');
  const left = (node.catchers ?? []).toSpliced(index, 1);
  const graph = shift(document.graph, id, 'catch', (i) => (i === index ? null : i > index ? i - 1 : i));
  return {
    document: withGraph(document, replaceNode(graph, withField(node, 'catchers', left.length ? left : undefined))),
  };
}

export function moveCatcher(document: WorkflowDocument, id: string, from: number, to: number): Edited {
  const node = needKind(document.graph, id, 'task', 'parallel', 'map');
  const catcher = node.catchers?.[from];
  if (!catcher) return { document };
  const catchers = node.catchers!.toSpliced(from, 1).toSpliced(to, 0, catcher);
  const graph = shift(document.graph, id, 'catch', moved(from, to));
  return { document: withGraph(document, replaceNode(graph, { ...node, catchers })) };
}

function assertConnects(document: WorkflowDocument, from: string, to: string | undefined, kind: EdgeKind): void {
  const refused = to === undefined ? null : canConnect(document, from, to, kind);
  if (refused) throw refused;
}

// ------------------------------------------------------------------ indexes

const moved = (from: number, to: number) => (i: number) =>
  i === from ? to : from < i && i <= to ? i - 1 : to <= i && i < from ? i + 1 : i;

/** Renumbers a step's rule or catch edges; `null` removes one. */
function shift(graph: Workflow, id: string, kind: 'rule' | 'catch', to: (index: number) => number | null): Workflow {
  const edges = graph.edges.flatMap((e): WorkflowEdge[] => {
    if (e.from !== id || e.kind !== kind) return [e];
    const index = to(e.index ?? 0);
    return index === null ? [] : [edge(id, e.to, kind, index)];
  });
  return { ...graph, edges };
}
