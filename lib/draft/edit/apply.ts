/**
 * Applies a plan of edits to a document, all of it or only what a person keeps.
 *
 *   document, plan, kept ids ──applyEdits()──▶ document after, and what became of each edit
 *
 * Pure: the document that goes in stays as it is. An edit that cannot be done is refused with its reason; those that
 * need it are refused as well, the rest is done. What an edit leaves open (an argument that nothing gives any more) is
 * asked for as an input, so that the result can run.
 * @module
 */
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  functionOf,
  INVOKE,
  type Mapping,
  mappingSchema,
  missingTask,
  newNode,
  nodeOf,
  payloadOf,
  renameNode,
  setArgument,
  setField,
  setRetry,
  taskForFunction,
  uniqueName,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import { titleOf } from '../offline/inputs';
import type { PlanArgument } from '../plan';
import { pruneInputs } from './inputs';
import { onlyWhere } from './only';
import { place } from './place';
import type { EditOf, EditPlan, PlanEdit } from './plan';
import { removeStep } from './remove';
import { repeatSteps } from './repeat';
import { replaceFunction } from './replace';
import { addInput, type Bench, mappingFrom, numberIn, stepOf } from './value';
import { keptOnItsWay } from './ways';

/** `left`: not kept by the person. */
export type EditOutcome = {
  id: string;
  edit: PlanEdit;
  status: 'done' | 'refused' | 'left';
  /** why it was refused */
  why: { message: string; hint: string } | null;
  before: WorkflowDocument;
  after: WorkflowDocument;
};

export function applyEdits(
  document: WorkflowDocument,
  plan: EditPlan,
  manifests: readonly FunctionManifest[],
  keep?: readonly string[],
): { document: WorkflowDocument; outcomes: EditOutcome[] } {
  const bench: Bench = {
    document,
    manifests: new Map(manifests.map((manifest) => [manifest.name, manifest])),
    added: new Map(),
    inputs: plan.inputs,
    gone: new Map(),
  };
  const outcomes = plan.edits.map((edit): EditOutcome => {
    const before = bench.document;
    const outcome = { id: edit.id, edit, before, after: before };
    if (keep && !keep.includes(edit.id)) return { ...outcome, status: 'left', why: null };
    try {
      EDITS[edit.kind](bench, edit as never);
      bench.document = pruneInputs(before, bench.document);
      return { ...outcome, after: bench.document, status: 'done', why: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      bench.document = before;
      bench.added.delete(edit.id);
      for (const { id } of before.graph.nodes) bench.gone.delete(id);
      return { ...outcome, status: 'refused', why: { message: error.message, hint: error.hint } };
    }
  });
  return { document: bench.document, outcomes };
}

const EDITS: { [K in PlanEdit['kind']]: (bench: Bench, edit: EditOf<K>) => void } = {
  add(bench, edit) {
    const manifest = edit.functionName === null ? undefined : bench.manifests.get(edit.functionName);
    const title = edit.title.trim().slice(0, 80) || manifest?.title || 'Step';
    const task = manifest
      ? taskForFunction(manifest, { name: title })
      : missingTask(title, edit.description ?? (edit.functionName ? `${title} (${edit.functionName})` : title));
    const id = place(bench, task, edit.place);
    bench.added.set(edit.id, id);
    give(bench, id, edit.arguments);
    if (manifest) askForRest(bench, id, manifest);
  },
  wait(bench, edit) {
    const seconds = Math.min(99_999_999, Math.max(0, Math.round(edit.seconds)));
    const node = { ...newNode('wait', { name: `Wait ${seconds} s` }), wait: waitOf(seconds) };
    bench.added.set(edit.id, place(bench, node, edit.place));
  },
  remove(bench, edit) {
    removeStep(bench, stepOf(bench, edit.step));
    askForAll(bench);
  },
  replace(bench, edit) {
    const id = stepOf(bench, edit.step);
    const manifest = bench.manifests.get(edit.functionName);
    if (!manifest)
      throw new Problem(
        'FUNCTION_UNKNOWN',
        `There is no function "${edit.functionName}".`,
        'Choose one of the functions that are listed on the Functions page.',
        { node: id },
      );
    replaceFunction(bench, id, manifest);
    give(bench, id, edit.arguments);
    askForRest(bench, id, manifest);
  },
  rename(bench, edit) {
    const id = stepOf(bench, edit.step);
    const taken = (name: string) => bench.document.graph.nodes.some((node) => node.name === name && node.id !== id);
    bench.document = renameNode(bench.document, id, uniqueName(edit.title.trim() || 'Step', taken)).document;
  },
  set(bench, edit) {
    const id = stepOf(bench, edit.step);
    const node = nodeOf(bench.document.graph, id)!;
    if (node.kind === 'wait') {
      const value = mappingFrom(bench, id, edit.from);
      const until = value.kind === 'literal' && typeof value.value === 'string';
      bench.document = setField(bench.document, id, 'wait', { for: until ? 'timestamp' : 'seconds', value }).document;
      return;
    }
    if (node.kind === 'map' && edit.argument === 'maxConcurrency') {
      const value = mappingFrom(bench, id, edit.from);
      bench.document = setField(bench.document, id, 'maxConcurrency', value).document;
      return;
    }
    if (node.kind === 'choice') return threshold(bench, node, edit);
    const manifest = bench.manifests.get(functionOf(node) ?? '');
    const { properties, additionalProperties } = manifest?.input ?? {};
    if (properties && !additionalProperties && !Object.hasOwn(properties, edit.argument))
      throw new Problem(
        'ARGUMENT_UNKNOWN',
        `"${node.name}" takes no "${edit.argument}".`,
        `It takes: ${Object.keys(properties).join(', ')}.`,
        { node: id },
      );
    if (keptOnItsWay(bench, edit)) return;
    give(bench, id, [{ name: edit.argument, from: edit.from, because: null }]);
  },
  repeat(bench, edit) {
    repeatSteps(bench, edit);
    askForAll(bench);
  },
  only: onlyWhere,
  retry(bench, edit) {
    const id = stepOf(bench, edit.step);
    const node = nodeOf(bench.document.graph, id)!;
    const others = ('retry' in node ? (node.retry ?? []) : []).filter(
      ({ errorEquals }) => !errorEquals.includes('States.ALL'),
    );
    const maxAttempts = Math.min(99_999_999, Math.max(0, Math.round(edit.attempts)));
    const seconds = edit.seconds === null ? null : Math.max(1, Math.round(edit.seconds));
    // What is said of all errors holds for those that have a line of their own as well.
    const told = others.map((each) => ({ ...each, maxAttempts, ...(seconds && { intervalSeconds: seconds }) }));
    const all = { errorEquals: ['States.ALL'], intervalSeconds: seconds ?? 1, maxAttempts };
    bench.document = setRetry(bench.document, id, [...told, all]).document;
  },
};

/** In a choice, what is named is a number of its conditions: "change 100 to 200". */
function threshold(bench: Bench, node: Extract<WorkflowNode, { kind: 'choice' }>, edit: EditOf<'set'>): void {
  const value = edit.from.kind === 'literal' ? edit.from.json : '';
  const plain = /^-?\d+(?:\.\d+)?$/;
  let found = false;
  const rules = node.rules.map((rule) => {
    const { condition } = rule;
    if (condition.language !== 'JSONata' || condition.value.kind !== 'expression') return rule;
    const text = condition.value.text.replace(numberIn(edit.argument), value);
    found ||= text !== condition.value.text;
    return { ...rule, condition: { ...condition, value: { ...condition.value, text } } };
  });
  if (!found || !plain.test(edit.argument) || !plain.test(value))
    throw new Problem(
      'ARGUMENT_UNKNOWN',
      `No condition of "${node.name}" compares with ${edit.argument}.`,
      'Change its rules in the inspector.',
      { node: node.id },
    );
  bench.document = setField(bench.document, node.id, 'rules', rules).document;
}

const waitOf = (seconds: number) => ({
  for: 'seconds' as const,
  value: { kind: 'literal' as const, value: seconds },
});

// ------------------------------------------------------------------ what

function give(bench: Bench, id: string, args: readonly PlanArgument[]): void {
  for (const { name, from } of args) {
    const mapping = mappingFrom(bench, id, from);
    bench.document = setArgument(bench.document, id, [name], listed(bench, id, name, mapping)).document;
  }
}

/** One thing where several are taken is a list of one. */
function listed(bench: Bench, id: string, name: string, mapping: Mapping): Mapping {
  const node = nodeOf(bench.document.graph, id)!;
  const schema = bench.manifests.get(functionOf(node) ?? '')?.input.properties?.[name];
  if (schema?.type !== 'array' || mapping.kind === 'expression' || mapping.kind === 'list') return mapping;
  const { schema: given } = mappingSchema(bench.document, node, mapping, [...bench.manifests.values()]);
  const single = given?.type !== undefined && ![given.type].flat().includes('array');
  if (!single) return mapping;
  return mapping.kind === 'literal' ? { kind: 'literal', value: [mapping.value] } : { kind: 'list', items: [mapping] };
}

/** What a function needs and nobody gave is asked for: an input of the workflow. */
function askForRest(bench: Bench, id: string, manifest: FunctionManifest): void {
  const node = nodeOf(bench.document.graph, id)!;
  const payload = payloadOf(node);
  const has = (name: string) =>
    payload?.kind === 'object'
      ? payload.fields.some((field) => field.name === name)
      : payload?.kind === 'literal'
        ? Object.hasOwn((payload.value ?? {}) as object, name)
        : payload !== undefined;
  for (const name of manifest.input.required ?? []) {
    const schema = manifest.input.properties?.[name] ?? { type: 'string' };
    if (has(name) || schema.default !== undefined) continue;
    const { properties = {} } = bench.document.input;
    const alike = (field: string) =>
      properties[field]?.type === schema.type &&
      properties[field]?.format === schema.format &&
      properties[field]?.contentMediaType === schema.contentMediaType;
    const field = Object.hasOwn(properties, name)
      ? alike(name)
        ? name
        : uniqueName(`${name}_2`, (wish) => Object.hasOwn(properties, wish), '')
      : name;
    if (!Object.hasOwn(properties, field))
      addInput(
        bench,
        field,
        { ...schema, title: titleOf(name, schema), description: schema.description ?? `Needed by ${manifest.title}.` },
        true,
      );
    const mapping = { kind: 'reference' as const, from: { kind: 'input' as const }, path: [field] };
    bench.document = setArgument(bench.document, id, [name], mapping).document;
  }
}

/** After an edit that takes something away. */
function askForAll(bench: Bench): void {
  for (const node of bench.document.graph.nodes) {
    const manifest = bench.manifests.get(functionOf(node) ?? '');
    if (manifest && node.kind === 'task' && node.resource === INVOKE) askForRest(bench, node.id, manifest);
  }
}
