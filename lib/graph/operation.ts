/**
 * One change of a workflow as data: small, typed, and with a way back.
 *
 *   before, after ──operationOf()──▶ Operation ──apply()──▶ after
 *                                    invert(Operation) ──apply()──▶ before
 *
 * Every edit, whatever made it (a gesture, a form, the text, a draft, tidying), comes down to the same few kinds of change.
 * A history is a row of operations, so it can be kept, and read again in another session. Pure.
 * @module
 */
import { jsonEqual } from '@/lib/base/json';
import type { Layout, Note, SourceText, Trial, Workflow, WorkflowDocument, WorkflowEdge, WorkflowNode } from './schema';

/** One that came, went or changed. `at`: its place in the list, for one that comes or, inverted, comes back. */
type Swap<T> = { id: string; from: T | null; to: T | null; at: number };
type Place = Layout['positions'][string];
type Fields = Omit<Workflow, 'nodes' | 'edges'>;

export type Change =
  | ({ what: 'step' } & Swap<WorkflowNode>)
  | ({ what: 'connection' } & Swap<WorkflowEdge>)
  | ({ what: 'note' } & Swap<Note>)
  | { what: 'places'; from: Record<string, Place | null>; to: Record<string, Place | null> }
  | { what: 'folded'; from: string[]; to: string[] }
  | { what: 'workflow'; from: Fields; to: Fields }
  | { what: 'input'; from: WorkflowDocument['input']; to: WorkflowDocument['input'] }
  | { what: 'name'; from: string; to: string }
  | { what: 'trial'; from: Trial | null; to: Trial | null }
  /** from the character `at` on, what stood there and what stands there; `null`: there was, or is, no such text */
  | { what: 'text'; format: 'json' | 'yaml'; at: number; from: string | null; to: string | null }
  /** what stood before was put in another order, which the single changes cannot say */
  | { what: 'order'; of: 'step' | 'connection' | 'note'; from: string[]; to: string[] };
export type Operation = Change[];

/** What has a history: a workflow and its name. */
export type Named = { document: WorkflowDocument; name: string };

export function operationOf(before: Named, after: Named): Operation {
  const [old, now] = [before.document, after.document];
  const { nodes: oldNodes, edges: oldEdges, ...oldFields } = old.graph;
  const { nodes, edges, ...fields } = now.graph;
  const operation: Operation = [
    ...listChanges('step', oldNodes, nodes),
    ...listChanges('connection', oldEdges, edges),
    ...listChanges('note', old.notes, now.notes),
  ];
  const places = placesChange(old.layout.positions, now.layout.positions);
  if (places) operation.push(places);
  if (!jsonEqual(old.layout.collapsed, now.layout.collapsed))
    operation.push({ what: 'folded', from: old.layout.collapsed, to: now.layout.collapsed });
  if (!jsonEqual(oldFields, fields)) operation.push({ what: 'workflow', from: oldFields, to: fields });
  if (old.input !== now.input && !jsonEqual(old.input, now.input))
    operation.push({ what: 'input', from: old.input, to: now.input });
  if (old.trial !== now.trial && !jsonEqual(old.trial ?? null, now.trial ?? null))
    operation.push({ what: 'trial', from: old.trial ?? null, to: now.trial ?? null });
  operation.push(...textChanges(old.text, now.text));
  if (before.name !== after.name) operation.push({ what: 'name', from: before.name, to: after.name });
  return operation;
}

/** The way back. */
export const invert = (operation: Operation): Operation =>
  operation.map((change) => ({ ...change, from: change.to, to: change.from }) as Change).reverse();

/** The state after an operation. What it does not touch is shared. */
export function apply(operation: Operation, { document, name }: Named): Named {
  let { layout, notes, input, graph, trial, text } = document;
  const swaps = <T>(what: Change['what']) => operation.filter((change) => change.what === what) as unknown as Swap<T>[];
  const nodes = swapped(graph.nodes, swaps<WorkflowNode>('step'), orderOf(operation, 'step'));
  const edges = swapped(graph.edges, swaps<WorkflowEdge>('connection'), orderOf(operation, 'connection'));
  notes = swapped(notes, swaps<Note>('note'), orderOf(operation, 'note'));
  if (nodes !== graph.nodes || edges !== graph.edges) graph = { ...graph, nodes, edges };
  for (const change of operation) {
    if (change.what === 'places') layout = { ...layout, positions: placed(layout.positions, change.to) };
    else if (change.what === 'folded') layout = { ...layout, collapsed: change.to };
    else if (change.what === 'workflow') graph = { ...change.to, nodes: graph.nodes, edges: graph.edges };
    else if (change.what === 'input') input = change.to;
    else if (change.what === 'name') name = change.to;
    else if (change.what === 'trial') trial = change.to ?? undefined;
    else if (change.what === 'text') text = textAfter(text, change);
  }
  const { trial: _trial, text: _text, ...rest } = document;
  const beside = { ...(trial && { trial }), ...(text && { text }) };
  return { document: { ...rest, graph, layout, notes, input, ...beside }, name };
}

// ------------------------------------------------------------------ text

const FORMATS = ['json', 'yaml'] as const;

function textChanges(before: SourceText | undefined, after: SourceText | undefined): Change[] {
  if (before === after) return [];
  return FORMATS.flatMap((format): Change[] => {
    const [old, now] = [before?.[format], after?.[format]];
    if (old === now) return [];
    if (old === undefined || now === undefined)
      return [{ what: 'text', format, at: 0, from: old ?? null, to: now ?? null }];
    const most = Math.min(old.length, now.length);
    let at = 0;
    while (at < most && old[at] === now[at]) at++;
    let end = 0;
    while (end < most - at && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
    return [{ what: 'text', format, at, from: old.slice(at, old.length - end), to: now.slice(at, now.length - end) }];
  });
}

function textAfter(
  text: SourceText | undefined,
  { format, at, from, to }: Extract<Change, { what: 'text' }>,
): SourceText | undefined {
  const { [format]: old, ...other } = text ?? {};
  if (to === null) return Object.keys(other).length > 0 ? other : undefined;
  if (from === null) return { ...other, [format]: to };
  return { ...other, [format]: (old ?? '').slice(0, at) + to + (old ?? '').slice(at + from.length) };
}

// ------------------------------------------------------------------ lists

type Listed = { id: string };

function listChanges<T extends Listed>(
  what: 'step' | 'connection' | 'note',
  before: readonly T[],
  after: readonly T[],
): Change[] {
  if (before === after) return [];
  const old = new Map(before.map((item, at) => [item.id, { item, at }]));
  const now = new Map(after.map((item, at) => [item.id, { item, at }]));
  const changes: Swap<T>[] = [];
  for (const { item, at } of old.values())
    if (!now.has(item.id)) changes.push({ id: item.id, from: item, to: null, at });
  for (const { item, at } of now.values()) {
    const was = old.get(item.id)?.item;
    if (!was) changes.push({ id: item.id, from: null, to: item, at });
    else if (was !== item && !jsonEqual(was, item)) changes.push({ id: item.id, from: was, to: item, at });
  }
  const stayed = before.filter(({ id }) => now.has(id)).map(({ id }) => id);
  const stands = after.filter(({ id }) => old.has(id)).map(({ id }) => id);
  const made = changes.map((change) => ({ what, ...change }) as Change);
  if (!stayed.every((id, i) => id === stands[i]))
    made.push({ what: 'order', of: what, from: before.map(({ id }) => id), to: after.map(({ id }) => id) });
  return made;
}

const orderOf = (operation: Operation, of: string): string[] | undefined => {
  const found = operation.find((change) => change.what === 'order' && change.of === of);
  return found?.what === 'order' ? found.to : undefined;
};

function swapped<T extends Listed>(list: T[], swaps: Swap<T>[], order: string[] | undefined): T[] {
  if (swaps.length === 0 && !order) return list;
  const by = new Map(swaps.map((swap) => [swap.id, swap]));
  const kept = list.flatMap((item) => {
    const swap = by.get(item.id);
    return swap ? (swap.to ?? []) : item;
  });
  const stand = new Set(kept.map(({ id }) => id));
  const come = swaps.filter(({ id, to }) => to && !stand.has(id)).sort((a, b) => a.at - b.at);
  for (const { at, to } of come) kept.splice(at, 0, to!);
  if (!order) return kept;
  const rank = new Map(order.map((id, i) => [id, i]));
  return kept.sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
}

// ------------------------------------------------------------------ places

function placesChange(before: Layout['positions'], after: Layout['positions']): Change | null {
  if (before === after) return null;
  const from: Record<string, Place | null> = {};
  const to: Record<string, Place | null> = {};
  for (const id of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[id] === after[id] || jsonEqual(before[id], after[id])) continue;
    from[id] = before[id] ?? null;
    to[id] = after[id] ?? null;
  }
  return Object.keys(to).length > 0 ? { what: 'places', from, to } : null;
}

function placed(positions: Layout['positions'], to: Record<string, Place | null>): Layout['positions'] {
  const next = { ...positions };
  for (const [id, place] of Object.entries(to)) {
    if (place) next[id] = place;
    else delete next[id];
  }
  return next;
}

// ------------------------------------------------------------------ sameness

/** A short mark that is the same for equal states, whatever the order of their keys. */
export function fingerprint({ document, name }: Named): string {
  const text = canonical({ document, name });
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return `${text.length.toString(36)}-${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );
