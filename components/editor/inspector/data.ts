/**
 * The data that a step may use, as a tree to pick from, with the values of a sample; and what a reference is called.
 *
 *   document, step, sample ──dataFor()──▶ workflow input · the loop's item · results of earlier steps · variables · the run
 *
 * Where no schema describes a value, the sample's own fields are shown. Worked out once for a graph, an input and a sample,
 * however many pickers ask. Pure.
 * @module
 */
import { isObject, type Json, own } from '@/lib/base/json';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import {
  ancestorsOf,
  available,
  boundVariables,
  flowOf,
  isContainer,
  itemOf,
  keepersOf,
  languageOf,
  type Mapping,
  mappingSchema,
  nodeOf,
  type Phase,
  payloadPath,
  type Reference,
  refer,
  resultSchema,
  typeOfJson,
  variableOf,
  type Workflow,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import type { Sampled, SampleView } from '@/lib/usecases/types';
import { typeText } from '../../ui/schema';

export type Path = (string | number)[];
/** Makes the reference: the document in which it may be used, and the mapping that says it. */
export type Pick = (document: WorkflowDocument, target: string) => { document: WorkflowDocument; mapping: Mapping };
export type DataRow = {
  id: string;
  label: string;
  type: string;
  depth: number;
  schema: JsonSchema | null;
  doubtful: boolean;
  /** whether rows below it belong to it */
  opens: boolean;
  /** of the sample; absent: it has none */
  value?: Json;
  origin?: Sampled['origin'];
  pick: Pick;
};
export type DataGroup = { id: string; title: string; hint: string; rows: DataRow[] };
type Functions = ReadonlyMap<string, FunctionManifest>;

const DEPTH = 4;
const MAX_FIELDS = 60;

const manifestLists = new WeakMap<Functions, FunctionManifest[]>();
export function manifestsOf(functions: Functions): FunctionManifest[] {
  const known = manifestLists.get(functions);
  if (known) return known;
  const list = [...functions.values()];
  manifestLists.set(functions, list);
  return list;
}

type Kept = { input: JsonSchema; functions: Functions; sample: SampleView | null; groups: DataGroup[] };
const kept = new WeakMap<Workflow, Map<string, Kept>>();

export function dataFor(
  document: WorkflowDocument,
  target: string,
  functions: Functions,
  sample: SampleView | null = null,
  phase: Phase = 'before',
): DataGroup[] {
  const { graph, input } = document;
  const key = `${phase} ${target}`;
  const byTarget = kept.get(graph) ?? new Map<string, Kept>();
  kept.set(graph, byTarget);
  const known = byTarget.get(key);
  if (known && known.input === input && known.functions === functions && known.sample === sample) return known.groups;
  const groups = groupsFor(document, target, manifestsOf(functions), sample, phase);
  byTarget.set(key, { input, functions, sample, groups });
  return groups;
}

function groupsFor(
  document: WorkflowDocument,
  target: string,
  manifests: FunctionManifest[],
  sample: SampleView | null,
  phase: Phase,
): DataGroup[] {
  const { graph } = document;
  const groups: DataGroup[] = [];
  const from =
    (source: Reference['from']) =>
    (path: Path): Pick =>
    (now) => ({ document: now, mapping: { kind: 'reference', from: source, path } });
  groups.push({
    id: 'input',
    title: 'Workflow input',
    hint: 'What the run is given',
    rows: tree('input', 'the whole input', document.input, sample?.input, from({ kind: 'input' }), false),
  });
  const node = nodeOf(graph, target);
  if (!node) return groups;
  if (phase === 'after' && (node.kind === 'task' || node.kind === 'pass' || isContainer(node))) {
    const own_ = payloadPath(node);
    const at = sample?.result && own_.reduce<Json | undefined>((value, name) => own(value, name), sample.result.value);
    groups.unshift({
      id: 'result',
      title: 'Result of this step',
      hint: 'What it answers itself',
      rows: tree(
        'result',
        'the whole result',
        resultSchema(graph, node, manifests),
        at === undefined || !sample?.result ? undefined : { value: at, origin: sample.result.origin },
        (path) => from({ kind: 'result' })([...own_, ...path]),
        false,
      ),
    });
  }
  if (languageOf(graph, node) === 'JSONPath')
    groups.push({
      id: 'state-input',
      title: 'Input of this step',
      hint: 'What the step before hands on',
      rows: tree('state-input', 'all of it', null, sample?.stateInput, from({ kind: 'state-input' }), false),
    });
  const loop = ancestorsOf(graph, node).find(({ container }) => container.kind === 'map')?.container;
  if (loop) {
    groups.push({
      id: 'item',
      title: `Item of ${loop.name}`,
      hint: 'The one this step works on',
      rows: [
        ...tree(
          'item',
          'the whole item',
          itemSchema(document, loop, manifests),
          sample?.item ?? undefined,
          (path) => (now, id) => itemOf(now, id, path),
          false,
        ),
        {
          id: 'item-index',
          label: 'its number, from 0',
          type: 'whole number',
          depth: 1,
          schema: { type: 'integer' },
          doubtful: false,
          opens: false,
          pick: from({ kind: 'context' })(['Map', 'Item', 'Index']),
        },
      ],
    });
  }
  for (const source of available(document, node.id, manifests).toReversed()) {
    const { schema } = source;
    groups.push({
      id: `step:${source.node}`,
      title: source.name,
      hint: source.certain ? 'An earlier step' : 'May not have run on every way here',
      rows: tree(
        `step:${source.node}`,
        'the whole result',
        schema,
        sample?.results[source.node],
        (path) => (now, id) => refer(now, id, { step: source.node, path, ...(schema && { schema }) }),
        !source.certain,
      ),
    });
  }
  const variables = variableRows(document, node, manifests, sample, from);
  if (variables.length > 0)
    groups.push({ id: 'variables', title: 'Variables', hint: 'Kept by earlier steps', rows: variables });
  groups.push({
    id: 'context',
    title: 'This run',
    hint: 'Facts of the run itself',
    rows: contextRows(node, sample, from),
  });
  return groups;
}

/** Variables besides those that keep a step's whole result, which the step's own group offers. */
function variableRows(
  document: WorkflowDocument,
  node: WorkflowNode,
  manifests: FunctionManifest[],
  sample: SampleView | null,
  from: (source: Reference['from']) => (path: Path) => Pick,
): DataRow[] {
  const { graph } = document;
  const flow = flowOf(graph).get(node.id);
  if (!flow) return [];
  const whole = new Set(graph.nodes.map(variableOf));
  const names = [...new Set(boundVariables(graph).map(({ name }) => name))];
  return names.flatMap((name) => {
    if (whole.has(name) || !flow.possible.has(`$${name}`)) return [];
    const source = { kind: 'variable' as const, name };
    const { schema } = mappingSchema(document, node, { kind: 'reference', from: source, path: [] }, manifests);
    return tree(
      `variable:${name}`,
      `$${name}`,
      schema,
      sample?.variables[name],
      from(source),
      !flow.certain.has(`$${name}`),
    );
  });
}

function contextRows(
  node: WorkflowNode,
  sample: SampleView | null,
  from: (source: Reference['from']) => (path: Path) => Pick,
): DataRow[] {
  const row = (label: string, path: string[]): DataRow => {
    const value = path.reduce<Json | undefined>((at, name) => own(at, name), sample?.context);
    return {
      id: `context:${path.join('.')}`,
      label,
      type: 'text',
      depth: 0,
      schema: { type: 'string' },
      doubtful: false,
      opens: false,
      ...(value !== undefined && { value, origin: sample?.run ? 'run' : 'schema' }),
      pick: from({ kind: 'context' })(path),
    };
  };
  return [
    row('its name', ['Execution', 'Name']),
    row('its address (ARN)', ['Execution', 'Id']),
    row('when it started', ['Execution', 'StartTime']),
    row('when this step began', ['State', 'EnteredTime']),
    row('name of the state machine', ['StateMachine', 'Name']),
    ...(node.kind === 'task' && node.resource.endsWith('.waitForTaskToken')
      ? [row('token for the callback', ['Task', 'Token'])]
      : []),
  ];
}

function tree(
  id: string,
  whole: string,
  schema: JsonSchema | null,
  sampled: Sampled | undefined,
  pick: (path: Path) => Pick,
  doubtful: boolean,
): DataRow[] {
  const rows: DataRow[] = [];
  const walk = (at: JsonSchema | null, value: Json | undefined, path: Path, label: string, depth: number) => {
    const shape = describedBy(at) ? at : (shapeOf(value) ?? at);
    const fields = depth < DEPTH ? fieldsOf(shape).slice(0, MAX_FIELDS) : [];
    rows.push({
      id: `${id}/${path.join('/')}`,
      label,
      type: typeText(shape ?? undefined),
      depth,
      schema: shape,
      doubtful,
      opens: fields.length > 0,
      ...(value !== undefined && sampled && { value, origin: sampled.origin }),
      pick: pick(path),
    });
    const list = shape?.type === 'array';
    for (const [name, property] of fields) {
      // A field of each item, as a list.
      const inner: JsonSchema = list ? { type: 'array', items: property } : property;
      const given = list && Array.isArray(value) ? value.flatMap((item) => own(item, name) ?? []) : own(value, name);
      walk(inner, given, [...path, name], list ? `each ${name}` : name, depth + 1);
    }
  };
  walk(schema, sampled?.value, [], whole, 0);
  return rows;
}

/** Whether a schema says what is inside. */
const describedBy = (schema: JsonSchema | null): boolean =>
  schema !== null &&
  (fieldsOf(schema).length > 0 ||
    (schema.type !== undefined && schema.type !== 'object' && !(schema.type === 'array' && !schema.items)));

const fieldsOf = (schema: JsonSchema | null): [string, JsonSchema][] =>
  Object.entries((schema?.type === 'array' ? schema.items?.properties : schema?.properties) ?? {});

/** The shape of a value, where nothing describes it. */
export function shapeOf(value: Json | undefined, depth = 0): JsonSchema | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) {
    const items = depth < DEPTH ? shapeOf(value[0], depth + 1) : null;
    return { type: 'array', ...(items && { items }) };
  }
  if (!isObject(value)) return { type: typeOfJson(value) };
  const properties = Object.entries(value)
    .slice(0, MAX_FIELDS)
    .map(([name, field]): [string, JsonSchema] => [name, (depth < DEPTH && shapeOf(field, depth + 1)) || {}]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** The value of a reference in a sample; `undefined` where it has none. */
export function sampledAt(reference: Reference, sample: SampleView | null): Sampled | undefined {
  if (!sample) return undefined;
  const { from, path } = reference;
  const origin: Sampled['origin'] = sample.run ? 'run' : 'schema';
  const start: Sampled | null | undefined = (() => {
    switch (from.kind) {
      case 'input':
        return sample.input;
      case 'state-input':
        return sample.stateInput;
      case 'variable':
        return own(sample.variables as never, from.name) as Sampled | undefined;
      case 'result':
        return sample.result;
      case 'context':
        return { value: sample.context, origin };
      case 'error':
        return null;
    }
  })();
  if (!start) return undefined;
  const value = path.reduce<Json | undefined>((at, segment) => {
    if (Array.isArray(at)) {
      if (typeof segment === 'number') return at.at(segment);
      return at.flatMap((item) => own(item, segment) ?? []);
    }
    return own(at, String(segment));
  }, start.value);
  return value === undefined ? undefined : { value, origin: start.origin };
}

/** A value in a few words: `"Ann"`, `12.5`, `3 items`, `{ name, total }`. */
export function valueText(value: Json, length = 48): string {
  if (Array.isArray(value))
    return value.length === 1 ? `1 item: ${valueText(value[0] ?? null, length - 8)}` : `${value.length} items`;
  if (isObject(value)) {
    const text = `{ ${Object.keys(value).join(', ')} }`;
    return text.length > length ? `${text.slice(0, length - 3)}… }` : text;
  }
  const text = JSON.stringify(value);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function itemSchema(document: WorkflowDocument, loop: WorkflowNode, manifests: FunctionManifest[]): JsonSchema | null {
  if (loop.kind !== 'map' || !loop.items) return null;
  return mappingSchema(document, loop, loop.items, manifests).schema?.items ?? null;
}

/** What a reference is called: the step or place it begins at, and the way from there. */
export function referenceName(
  document: WorkflowDocument,
  mapping: Extract<Mapping, { kind: 'reference' }>,
  reader?: string,
): { source: string; path: string; missing: boolean } {
  const path = mapping.path.map((part) => (typeof part === 'number' ? `#${part + 1}` : part)).join(' › ');
  switch (mapping.from.kind) {
    case 'input':
      return { source: 'Workflow input', path, missing: false };
    case 'state-input':
      return { source: 'This step’s input', path, missing: false };
    case 'result':
      return { source: 'Result', path: path.replace(/^Payload( › |$)/, ''), missing: false };
    case 'error':
      return { source: 'The error', path, missing: false };
    case 'context': {
      const [first, second, third, ...rest] = mapping.path;
      if (first === 'Map' && second === 'Item' && third === 'Value')
        return { source: 'Item', path: rest.join(' › '), missing: false };
      if (first === 'Map' && second === 'Item' && third === 'Index')
        return { source: 'Item’s number', path: '', missing: false };
      return { source: 'This run', path, missing: false };
    }
    case 'variable': {
      const { name } = mapping.from;
      const whole = document.graph.nodes.find((node) => variableOf(node) === name);
      // Where the ways of a choice meet, it is of whichever was taken.
      const names = keepersOf(document.graph, name, reader).map((node) => node.name);
      if (whole) return { source: names.join(' or '), path, missing: false };
      const bound = boundVariables(document.graph).some((binding) => binding.name === name);
      return { source: `$${name}`, path, missing: !bound };
    }
  }
}
