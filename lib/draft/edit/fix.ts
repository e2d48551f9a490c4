/**
 * Mends what the problem list or a failed run names, by rules: a known fault has a known way out.
 *
 *   graph, problems, failure ──planFix()──▶ a plan of edits; what no rule mends is told in its notes
 *
 * @module
 */
import type { Diagnostic } from '@/lib/base/problem';
import { createIndex, search } from '@/lib/functions/search';
import { functionOf, mappingAt, nodeOf, payloadOf, type WorkflowNode } from '@/lib/graph';
import { PlanInputs, titleOf } from '../offline/inputs';
import type { Scene } from './find';
import type { EditPlan, PlanEdit } from './plan';
import { sourceFor, stepsBefore } from './sources';

/** A run that failed: the step by id, and what it said. */
export type Failure = { node: string | null; error: string; cause: string };
export type Faults = { problems: readonly Diagnostic[]; failure: Failure | null };

/** Errors that pass by themselves. */
const PASSING =
  /timeout|timed ?out|throttl|too ?many|rate.?limit|unavailable|econn|enotfound|socket|network|\b(?:429|502|503|504)\b/i;

export function planFix(scene: Scene, { problems, failure }: Faults): EditPlan {
  const plan: EditPlan = { edits: [], inputs: [], answer: null, notes: [] };
  const inputs = new PlanInputs();
  const seen = new Set<string>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.at.node, problem.at.path]);
    if (problem.severity === 'info' || seen.has(key)) continue;
    seen.add(key);
    const edit = mended(scene, problem, inputs, `fix-${plan.edits.length + 1}`);
    if (edit) plan.edits.push(edit);
    else plan.notes.push(`${problem.message} ${problem.hint}`);
  }
  if (failure) {
    const node = failure.node ? nodeOf(scene.document.graph, failure.node) : undefined;
    const said = `${failure.error}: ${failure.cause}`.slice(0, 300);
    if (node?.kind === 'task' && PASSING.test(`${failure.error} ${failure.cause}`))
      plan.edits.push({
        kind: 'retry',
        id: `fix-${plan.edits.length + 1}`,
        because: `It failed with an error that passes by itself: ${said}`,
        step: node.id,
        attempts: 3,
        seconds: 2,
      });
    else
      plan.notes.push(
        node ? `“${node.name}” failed with ${said} Look at what it was given.` : `The run failed with ${said}`,
      );
  }
  return { ...plan, inputs: inputs.list };
}

function mended(scene: Scene, problem: Diagnostic, inputs: PlanInputs, id: string): PlanEdit | null {
  const node = problem.at.node ? nodeOf(scene.document.graph, problem.at.node) : undefined;
  if (!node) return null;
  const because = problem.message;
  switch (problem.code) {
    case 'FUNCTION_MISSING':
    case 'FUNCTION_UNKNOWN': {
      const wish = `${node.name} ${node.comment ?? ''}`;
      const [found, next] = search(createIndex(scene.manifests), wish, 2);
      // A weak match would put a wrong function where an honest gap was.
      return found && found.score > Math.max(4, (next?.score ?? 0) * 1.1)
        ? { kind: 'replace', id, because, step: node.id, functionName: found.manifest.name, arguments: [] }
        : null;
    }
    case 'UNREACHABLE':
      return { kind: 'remove', id, because, step: node.id };
    case 'ARGUMENT_MISSING':
    case 'ARGUMENT_TYPE':
    case 'REFERENCE_UNKNOWN':
    case 'REFERENCE_HIDDEN':
    case 'REFERENCE_FIELD_UNKNOWN':
    case 'DRY_RUN_TYPE':
      return filled(scene, node, problem, inputs, id);
    default:
      return null;
  }
}

/** The argument that a problem names gets another value: read as its type, from an earlier step, or asked for. */
function filled(
  scene: Scene,
  node: WorkflowNode,
  problem: Diagnostic,
  inputs: PlanInputs,
  id: string,
): PlanEdit | null {
  const manifest = scene.manifests.find(({ name }) => name === functionOf(node));
  const { path = [] } = problem.at;
  const name = path.map(String).find((part) => Object.hasOwn(manifest?.input.properties ?? {}, part));
  const schema = name === undefined ? undefined : manifest?.input.properties?.[name];
  if (!name || !schema) return null;
  const set = { kind: 'set' as const, id, because: problem.message, step: node.id, argument: name };
  const held = mappingAt(payloadOf(node), [name]);
  if (held?.kind === 'literal' && (schema.type === 'number' || schema.type === 'integer')) {
    const number = Number.parseFloat(String(held.value));
    if (Number.isFinite(number) && typeof held.value === 'string')
      return {
        ...set,
        from: { kind: 'literal', json: JSON.stringify(schema.type === 'integer' ? Math.round(number) : number) },
      };
  }
  if (
    held?.kind === 'literal' &&
    schema.type === 'string' &&
    (typeof held.value === 'number' || typeof held.value === 'boolean')
  )
    return { ...set, from: { kind: 'literal', json: JSON.stringify(String(held.value)) } };
  const before = stepsBefore(scene, { where: 'before', step: node.id });
  const from = sourceFor(name, schema, before, scene, { said: new Set(), pointed: true });
  if (from) return { ...set, from };
  const field = inputs.add({ name, schema, title: titleOf(name, schema), owner: node.name });
  return { ...set, from: { kind: 'input', field } };
}
