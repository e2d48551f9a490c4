/**
 * What stands for a value behind a choice, where the step that gives it stands on the way that was not taken.
 *
 *   if it is wide: shrink it (photo). Then: link to the shrunk one ──▶ else the photo itself
 *   if it is wide: crop, otherwise: turn.  Then: link to the cropped ──▶ else the turned one
 *
 * Pure; by the schemas of functions. @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import type { PlanStep, ValueFrom } from './plan';

type FromStep = Extract<ValueFrom, { kind: 'step' }>;

/** What stands for a value where its step did not run; `null` where it always has, or nothing of the kind is known. */
export function insteadOf(
  steps: ReadonlyMap<string, PlanStep>,
  manifests: ReadonlyMap<string, FunctionManifest>,
  target: PlanStep,
  from: FromStep,
): ValueFrom | null {
  const source = steps.get(from.step);
  const way = source?.inside;
  if (source?.kind !== 'function' || !way || !/^(then|otherwise)$/.test(way.branch) || from.field === null) return null;
  const { field } = from;
  const wanted = manifests.get(source.functionName)?.output.properties?.[field];
  if (!wanted || target.inside?.step === way.step) return null;
  for (const other of [...steps.values()].reverse()) {
    if (other.kind !== 'function' || other.inside?.step !== way.step || other.inside.branch === way.branch) continue;
    const outputs = manifests.get(other.functionName)?.output.properties ?? {};
    const found = Object.keys(outputs).find((name) => isAlike(name, outputs[name]!, field, wanted));
    if (found !== undefined) return { kind: 'step', step: other.id, field: found };
  }
  // What it was made of, from before the choice.
  for (let at: PlanStep | undefined = source; at?.kind === 'function'; ) {
    const inputs = manifests.get(at.functionName)?.input.properties ?? {};
    const own: ValueFrom | undefined = at.arguments.find(
      ({ name }) => inputs[name] && isAlike(name, inputs[name], field, wanted),
    )?.from;
    if (own?.kind !== 'step') return own?.kind === 'input' ? own : null;
    const before: PlanStep | undefined = steps.get(own.step);
    if (before?.inside?.step !== way.step || before.inside.branch !== way.branch) return own;
    at = before;
  }
  return null;
}

/** Files of one kind, or texts of one name. */
const isAlike = (name: string, schema: JsonSchema, otherName: string, other: JsonSchema): boolean =>
  schema.type === other.type &&
  schema.format === other.format &&
  (schema.format ? schema.contentMediaType === other.contentMediaType : name === otherName);
