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
  addCatcher,
  addNode,
  childrenOf,
  connect,
  edgesFrom,
  edgesTo,
  expressionText,
  functionOf,
  INVOKE,
  isEnd,
  type Mapping,
  mappingAt,
  mappingSchema,
  missingTask,
  newNode,
  nodeOf,
  payloadOf,
  reconnect,
  renameNode,
  type Spot,
  scopeOf,
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
import { caughtOnly } from './find';
import { pruneInputs } from './inputs';
import type { EditOf, EditPlan, PlanEdit } from './plan';
import { removeStep } from './remove';
import { repeatSteps } from './repeat';
import { replaceFunction } from './replace';
import { addInput, type Bench, mappingFrom, numberIn, replaceWhole, stepOf } from './value';

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
    give(bench, id, [{ name: edit.argument, from: edit.from, because: null }]);
  },
  repeat(bench, edit) {
    repeatSteps(bench, edit);
    askForAll(bench);
  },
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

// ------------------------------------------------------------------ where

type Place = EditOf<'add'>['place'];

function place(bench: Bench, node: WorkflowNode, { where, step }: Place): string {
  if (where === 'end' || step === null) return atEnd(bench, node);
  const at = stepOf(bench, step);
  if (where === 'before') return before(bench, node, at);
  if (where === 'failure') return onFailure(bench, node, at);
  const anchor = nodeOf(bench.document.graph, at)!;
  // Nothing comes after what ends the run: it goes before it.
  if (anchor.kind === 'succeed' || anchor.kind === 'fail') return before(bench, node, at);
  return put(bench, node, { after: at });
}

/** Where all errors lead somewhere already, it comes first on that way. @throws Problem NODE_KIND */
function onFailure(bench: Bench, node: WorkflowNode, at: string): string {
  const anchor = nodeOf(bench.document.graph, at)!;
  if (anchor.kind !== 'task' && anchor.kind !== 'map' && anchor.kind !== 'parallel')
    throw new Problem(
      'NODE_KIND',
      `“${anchor.name}” is a ${anchor.kind}, which catches no errors.`,
      'Name a step that calls a function.',
      { node: at },
    );
  const all = (anchor.catchers ?? []).findIndex(({ errorEquals }) => errorEquals.includes('States.ALL'));
  const way = edgesFrom(bench.document.graph, at).find(({ kind, index }) => kind === 'catch' && index === all);
  if (way) return put(bench, node, { edge: way.id });
  const id = put(bench, node, { loose: anchor.parent });
  bench.document =
    all >= 0
      ? connect(bench.document, at, id, 'catch', all).document
      : addCatcher(bench.document, at, undefined, id).document;
  return id;
}

function put(bench: Bench, node: WorkflowNode, spot: Spot): string {
  const { document, id } = addNode(bench.document, node, spot);
  bench.document = document;
  return id;
}

function before(bench: Bench, node: WorkflowNode, at: string): string {
  const { graph } = bench.document;
  const anchor = nodeOf(graph, at)!;
  const entries = edgesTo(graph, at);
  const starts = scopeOf(graph, anchor.parent)?.startAt === at;
  const [first, ...others] = entries;
  const id = starts || !first ? put(bench, node, { start: anchor.parent }) : put(bench, node, { edge: first.id });
  for (const edge of starts ? entries : others)
    bench.document = reconnect(bench.document, edge.id, { to: id }).document;
  return id;
}

/** After everything: where several ways end, all of them lead to it. */
function atEnd(bench: Bench, node: WorkflowNode): string {
  const { graph } = bench.document;
  const all = childrenOf(graph, null).filter((each) => isEnd(graph, each));
  // What a failure led to has ended: it does not go on as if nothing had been.
  const caught = caughtOnly(bench.document);
  const good = all.filter(({ id }) => !caught.has(id));
  const ends = good.length > 0 ? good : all;
  const open = ends.filter(({ kind }) => kind !== 'succeed');
  if (open.length === 0) {
    const succeed = ends[0];
    return succeed ? before(bench, node, succeed.id) : put(bench, node, { into: null });
  }
  const id = put(bench, node, { after: open[0]!.id });
  for (const end of open.slice(1)) bench.document = connect(bench.document, end.id, id, 'next').document;
  for (const edge of ends
    .filter(({ kind }) => kind === 'succeed')
    .flatMap((end) => edgesTo(bench.document.graph, end.id))
    .filter(({ from }) => from !== id))
    bench.document = reconnect(bench.document, edge.id, { to: id }).document;
  return id;
}

// ------------------------------------------------------------------ what

function give(bench: Bench, id: string, args: readonly PlanArgument[]): void {
  for (const { name, from } of args) {
    const held = mappingAt(payloadOf(nodeOf(bench.document.graph, id)!), [name]);
    const mapping = mappingFrom(bench, id, from);
    const met = from.kind === 'step' && held ? onItsWay(bench, held, stepOf(bench, from.step), mapping) : null;
    bench.document = setArgument(bench.document, id, [name], met ?? listed(bench, id, name, mapping)).document;
  }
}

/**
 * Behind a choice a step reads what either way gave (`$exists($a.image) ? $a.image : $b.image`): what is made of the one takes
 * its place there, and the other stays. `null` where the step reads no such thing.
 */
function onItsWay(bench: Bench, held: Mapping, from: string, mapping: Mapping): Mapping | null {
  if (held.kind !== 'expression' || !/^\s*\$exists\(/.test(held.text)) return null;
  const payload = payloadOf(nodeOf(bench.document.graph, from)!);
  const given = payload?.kind === 'object' ? payload.fields.map(({ value }) => value) : [];
  for (const old of given) {
    if (old.kind !== 'reference') continue;
    const text = replaceWhole(held.text, expressionText(old, 'JSONata'), expressionText(mapping, 'JSONata'));
    if (text !== held.text) return { kind: 'expression', text };
  }
  return null;
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
