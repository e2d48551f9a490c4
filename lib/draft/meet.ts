/**
 * Where the ways of a choice meet, what one of them made is read whichever was taken.
 *
 * "If it is wide, resize it, otherwise turn it grey; then give me a link": the link is to the picture that there is. Each
 * way keeps its own under the same name: what the other way made of the same kind, or, where it made none, what the step
 * would have worked on.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { compatible } from '@/lib/functions/types';
import {
  type Mapping,
  nodeOf,
  resultOf,
  setField,
  variableOf,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import type { DraftPlan, PlanStep, ValueFrom } from './plan';

type Called = Extract<PlanStep, { kind: 'function' }>;
type Meeting = {
  document: WorkflowDocument;
  steps: ReadonlyMap<string, PlanStep>;
  manifests: ReadonlyMap<string, FunctionManifest>;
  ids: ReadonlyMap<string, string>;
};
/** How a step of the graph reads a value of the plan; may change the document. */
type Read = (target: string, from: ValueFrom) => Mapping | null;

export function meetWays(work: Meeting, plan: DraftPlan, read: Read): void {
  for (const step of plan.steps)
    if (step.kind === 'function' || step.kind === 'missing')
      for (const { from } of step.arguments) meet(work, step, from, read);
  if (plan.result) meet(work, null, plan.result, read);
}

/** Whether what a step in one way of a choice made is there whichever way was taken, since the other keeps it as well. */
export function isThere({ document, steps, ids }: Meeting, from: ValueFrom): boolean {
  if (from.kind !== 'step') return false;
  const step = steps.get(from.step);
  const choice = step?.inside && steps.get(step.inside.step);
  const node = nodeOf(document.graph, ids.get(from.step) ?? '');
  const name = node && variableOf(node);
  if (choice?.kind !== 'choice' || !name) return false;
  const [field] = (from.field ?? '').split('.');
  const keeps = (assign: WorkflowNode['assign']) =>
    assign?.some((kept) => kept.name === name && fieldsIn(kept.value).includes(field ?? '')) === true;
  return document.graph.nodes.some(
    (other) =>
      other.id !== node.id &&
      (keeps(other.assign) || (other.kind === 'choice' && other.rules.some((rule) => keeps(rule.assign)))),
  );
}

function meet(work: Meeting, reader: PlanStep | null, from: ValueFrom, read: Read): void {
  if (from.kind === 'text') for (const part of from.parts) if (part.kind !== 'words') meet(work, reader, part, read);
  if (from.kind !== 'step' || from.field === null || /[.[]/.test(from.field)) return;
  const step = work.steps.get(from.step);
  const choice = step?.inside && work.steps.get(step.inside.step);
  if (step?.kind !== 'function' || choice?.kind !== 'choice' || isIn(work, reader, step)) return;
  const node = nodeOf(work.document.graph, work.ids.get(step.id) ?? '');
  const schema = work.manifests.get(step.functionName)?.output.properties?.[from.field];
  const name = node && variableOf(node);
  if (!schema || !name) return;
  const wanted = from.field;
  const others = [...work.steps.values()].filter(
    (other): other is Called =>
      other.kind === 'function' &&
      other.inside?.step === choice.id &&
      other.inside.branch !== step.inside?.branch &&
      other.inside.branch !== 'failed',
  );
  for (const other of others.reverse()) {
    const output = Object.entries(work.manifests.get(other.functionName)?.output.properties ?? {});
    const [field] = output.find(([name, given]) => alike(name, given, wanted, schema)) ?? [];
    const made = nodeOf(work.document.graph, work.ids.get(other.id) ?? '');
    if (field === undefined || !made) continue;
    const result = resultOf(made);
    keep(work, made, name, from.field, { ...result, path: [...result.path, field] });
    return;
  }
  const taken = madeOf(work, step, schema, from.field);
  const id = work.ids.get(choice.id);
  const value = taken && id !== undefined ? read(id, taken) : null;
  const at = id === undefined ? undefined : nodeOf(work.document.graph, id);
  if (!value || at?.kind !== 'choice') return;
  if (step.inside?.branch === 'then') {
    keep(work, at, name, from.field, value);
    return;
  }
  const rules = at.rules.map((rule, i) =>
    i === 0 ? { ...rule, assign: kept(rule.assign, name, from.field!, value) } : rule,
  );
  work.document = setField(work.document, at.id, 'rules', rules).document;
}

/** Is the reader on the same way as the step? */
function isIn(work: Meeting, reader: PlanStep | null, step: PlanStep): boolean {
  for (let at: PlanStep | undefined | null = reader; at?.inside; at = work.steps.get(at.inside.step))
    if (at.inside.step === step.inside?.step) return true;
  return false;
}

/** What it was made of, from before the choice; `null` where nothing of its kind went in. */
function madeOf(work: Meeting, step: Called, schema: JsonSchema, field: string): ValueFrom | null {
  for (let at: PlanStep | undefined = step; at?.kind === 'function'; ) {
    const inputs = work.manifests.get(at.functionName)?.input.properties ?? {};
    const own: ValueFrom | undefined = at.arguments.find(
      ({ name }) => inputs[name] && alike(name, inputs[name], field, schema),
    )?.from;
    if (own?.kind !== 'step') return own && own.kind !== 'literal' ? own : null;
    const before: PlanStep | undefined = work.steps.get(own.step);
    if (before?.inside?.step !== step.inside?.step) return own;
    at = before;
  }
  return null;
}

/** A file for a file of its kind; of all else, what has the same name. */
const alike = (name: string, given: JsonSchema, otherName: string, other: JsonSchema): boolean =>
  given.format || other.format
    ? given.format === other.format && given.type === other.type && compatible(given, other) >= 0.6
    : given.type === other.type && name === otherName;

const fieldsIn = (value: Mapping): string[] => (value.kind === 'object' ? value.fields.map(({ name }) => name) : []);

/** Assignments in which a name keeps one more field. */
export function kept(assign: WorkflowNode['assign'], name: string, field: string, value: Mapping) {
  const before = assign?.find((one) => one.name === name);
  const fields = before?.value.kind === 'object' ? before.value.fields.filter((one) => one.name !== field) : [];
  const made = { name, value: { kind: 'object' as const, fields: [...fields, { name: field, value }] } };
  return [...(assign ?? []).filter((one) => one.name !== name), made];
}

function keep(work: Meeting, node: WorkflowNode, name: string, field: string, value: Mapping): void {
  work.document = setField(work.document, node.id, 'assign', kept(node.assign, name, field, value)).document;
}
