/** Edits of what a step says: its arguments, its fields, its retries; and the workflow's own. */

import type { JsonSchema } from '@/lib/functions/manifest';
import { payloadPath, withMapping } from '../build';
import type { Mapping, NodeKind, NodeOf, Note, Retrier, Workflow, WorkflowDocument, WorkflowNode } from '../schema';
import { type Edited, need, needKind, replaceNode, withField, withGraph } from './base';

/**
 * Sets one argument of a step, or removes it.
 *
 * @param path field names from where the step's own arguments begin: `['width']` is the function's argument `width`
 *   (below `Payload`); for any other task the fields of `Arguments`; for a Map those of its item selector. `[]` is all.
 * @param mapping `undefined` removes the argument
 */
export function setArgument(
  document: WorkflowDocument,
  id: string,
  path: string[],
  mapping: Mapping | undefined,
): Edited {
  const node = need(document.graph, id);
  if (node.kind === 'map') {
    return setField(document, id, 'itemSelector', withMapping(node.itemSelector, path, mapping));
  }
  const holder = needKind(document.graph, id, 'task', 'pass', 'parallel');
  const all = [...payloadPath(holder), ...path];
  // A function is always given a payload, if an empty one.
  const value = mapping ?? (path.length === 0 && all.length > 0 ? { kind: 'literal' as const, value: {} } : undefined);
  return setField(document, id, 'arguments', withMapping(holder.arguments, all, value));
}

type FieldOf = { [K in NodeKind]: Exclude<keyof NodeOf<K>, 'id' | 'kind' | 'parent' | 'name'> }[NodeKind];
type ValueOf<F extends string> = { [K in NodeKind]: F extends keyof NodeOf<K> ? NodeOf<K>[F] : never }[NodeKind];

/** Sets a field of a step; `undefined` removes it. Names have `renameNode`, arguments `setArgument`. */
export const setField = <F extends FieldOf>(
  document: WorkflowDocument,
  id: string,
  field: F,
  value: ValueOf<F> | undefined,
): Edited => ({
  document: withGraph(
    document,
    replaceNode(document.graph, withField<WorkflowNode>(need(document.graph, id), field, value)),
  ),
});

/** @param retry `undefined` or `[]`: no retries, and no `Retry` in the definition */
export function setRetry(document: WorkflowDocument, id: string, retry: Retrier[] | undefined): Edited {
  needKind(document.graph, id, 'task', 'parallel', 'map');
  return setField(document, id, 'retry', retry?.length ? retry : undefined);
}

/** Sets a field of the workflow itself: its comment, its timeout in seconds, its query language. */
export const setWorkflowField = <F extends 'comment' | 'version' | 'timeoutSeconds' | 'queryLanguage'>(
  document: WorkflowDocument,
  field: F,
  value: Workflow[F],
): Edited => ({ document: { ...document, graph: withField(document.graph, field, value) } });

/** What a run needs, as a JSON Schema. */
export const setInput = (document: WorkflowDocument, input: JsonSchema): Edited => ({
  document: { ...document, input },
});

/** Adds a note, or changes the one with the same id. */
export function setNote(document: WorkflowDocument, note: Note): Edited {
  const known = document.notes.some((other) => other.id === note.id);
  const notes = known
    ? document.notes.map((other) => (other.id === note.id ? note : other))
    : [...document.notes, note];
  return { document: { ...document, notes } };
}

export const removeNote = (document: WorkflowDocument, id: string): Edited => ({
  document: { ...document, notes: document.notes.filter((note) => note.id !== id) },
});

/** Where a person put steps: they stay there when the rest is tidied. Positions are relative to the container. */
export const moveTo = (document: WorkflowDocument, positions: Record<string, { x: number; y: number }>): Edited => {
  const pinned = Object.entries(positions).map(([id, { x, y }]) => [id, { x, y, pinned: true }]);
  return {
    document: {
      ...document,
      layout: { ...document.layout, positions: { ...document.layout.positions, ...Object.fromEntries(pinned) } },
    },
  };
};
