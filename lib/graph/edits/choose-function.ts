/**
 * Another function in the place of a step's present one, or in the place of none.
 *
 * Arguments of the same name are kept, and so is everything around: what a variable kept of the old result, it keeps of
 * the new one.
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { payloadOf, resultOf, taskForFunction } from '../build';
import type { Mapping, NodeOf, WorkflowDocument } from '../schema';
import { setField } from './fields';

export function chooseFunction(
  document: WorkflowDocument,
  node: NodeOf<'task'>,
  manifest: Pick<FunctionManifest, 'name' | 'title'>,
): { document: WorkflowDocument } {
  const payload = payloadOf(node);
  const made = taskForFunction(manifest, { id: node.id, name: node.name, ...(payload && { payload }) });
  let next = setField(document, node.id, 'resource', made.resource);
  next = setField(next.document, node.id, 'arguments', made.arguments);
  const [from, to] = [resultOf(node).path, resultOf(made).path];
  if (node.assign && JSON.stringify(from) !== JSON.stringify(to)) {
    const moved = node.assign.map((entry) => ({ ...entry, value: movedResult(entry.value, from, to) }));
    next = setField(next.document, node.id, 'assign', moved);
  }
  if (!node.output) next = setField(next.document, node.id, 'output', made.output);
  if (!node.retry) next = setField(next.document, node.id, 'retry', made.retry);
  return next;
}

function movedResult(value: Mapping, from: (string | number)[], to: (string | number)[]): Mapping {
  if (value.kind !== 'reference' || value.from.kind !== 'result') return value;
  if (JSON.stringify(value.path.slice(0, from.length)) !== JSON.stringify(from)) return value;
  return { ...value, path: [...to, ...value.path.slice(from.length)] };
}
