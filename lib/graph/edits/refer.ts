/**
 * Wiring: an argument of one step takes the result of another.
 *
 * The referred step keeps its result in a variable. Variables bound inside a Parallel's branch or a Map are not seen
 * outside, so the result is carried out: the steps that end the branch put it into their `Output`, the container's
 * `Assign` binds it again (for a Map: the list of all iterations'). A distributed Map sees no variables from outside, so
 * its `ItemSelector` hands the value in.
 */
import { Problem } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';
import { referenceText, type Segment } from '../data';
import type { Mapping, Workflow, WorkflowDocument, WorkflowNode } from '../schema';
import { isInside } from '../scope';
import { ancestorsOf, languageOf } from '../tree';
import { type Broken, type Edited, need, withGraph } from './base';
import { carryOut } from './carry';
import { setArgument } from './fields';
import { handIn } from './hand-in';
import type { Work } from './work';

/** `schema`, of the step's result: where the path leads through a list by name, the value is made a list for certain. */
export type From = { step: string; path: Segment[]; schema?: JsonSchema };

/**
 * Sets an argument of `target` to a result of another step.
 * @param argumentPath as in `setArgument`
 * @throws Problem what `refer` says
 */
export function referTo(
  document: WorkflowDocument,
  target: string,
  argumentPath: string[],
  from: From,
): Edited & { broken: Broken[] } {
  const { document: ready, mapping, broken } = refer(document, target, from);
  return { ...setArgument(ready, target, argumentPath, mapping), broken };
}

/**
 * The mapping by which `target` can read another step's result, and the document in which it may: put it where it is
 * wanted (an argument, a Map's items, a condition).
 *
 * @returns `broken`: what reads a container's result in an expression that could not be adapted to its new shape
 * @throws Problem REFERENCE_TO_SELF, REFERENCE_NOT_ENDED, REFERENCE_ACROSS_BRANCHES, REFERENCE_NEEDS_JSONATA
 */
export function refer(
  document: WorkflowDocument,
  target: string,
  from: From,
): Edited & { mapping: Mapping; broken: Broken[] } {
  const [source, reader] = [need(document.graph, from.step), need(document.graph, target)];
  assertReachable(document.graph, source, reader);
  const work: Work = { graph: document.graph, broken: [] };
  const carried = carryOut(work, source.id, target, from.path);
  const made = handIn(work, carried, target);
  const listed = from.schema && crossesList(from.schema, from.path) && made.path.length > 0;
  const mapping: Mapping = listed
    ? { kind: 'expression', text: ` [${referenceText(made, languageOf(work.graph, reader))}] ` }
    : made;
  return { document: withGraph(document, work.graph), mapping, broken: work.broken };
}

function assertReachable(graph: Workflow, source: WorkflowNode, reader: WorkflowNode): void {
  const at = { node: reader.id };
  if (source.id === reader.id) {
    throw new Problem(
      'REFERENCE_TO_SELF',
      `"${source.name}" cannot use its own result.`,
      'Choose an earlier step.',
      at,
    );
  }
  if (isInside(graph, reader, source.id) || isInside(graph, source, reader.id)) {
    const [outer, inner] = isInside(graph, reader, source.id) ? [source, reader] : [reader, source];
    throw new Problem(
      'REFERENCE_NOT_ENDED',
      `"${inner.name}" is inside "${outer.name}", which has not ended while its steps run.`,
      'Choose a step that ends before.',
      at,
    );
  }
  const branches = new Map(ancestorsOf(graph, source).map(({ container, branch }) => [container.id, branch]));
  for (const { container, branch } of ancestorsOf(graph, reader)) {
    const other = branches.get(container.id);
    if (other === undefined) continue;
    if (other === branch) return;
    throw new Problem(
      'REFERENCE_ACROSS_BRANCHES',
      `"${source.name}" and "${reader.name}" run at the same time, in two branches of "${container.name}".`,
      `Move "${reader.name}" behind "${container.name}", or into the same branch.`,
      at,
    );
  }
}

/** Whether a path leads into a list by a name, which gives each item's field. */
function crossesList(schema: JsonSchema, path: Segment[]): boolean {
  let at: JsonSchema | undefined = schema;
  for (const segment of path) {
    if (!at) return false;
    if (typeof segment === 'string' && at.type === 'array') return true;
    at = typeof segment === 'string' ? at.properties?.[segment] : at.items;
  }
  return false;
}
