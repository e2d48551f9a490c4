/** Values of an edit's plan as mappings of the graph, and mappings changed leaf by leaf. */
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { compatible } from '@/lib/functions/types';
import {
  expressionText,
  functionOf,
  itemOf,
  type Mapping,
  mappingAt,
  nodeOf,
  payloadOf,
  refer,
  setInput,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import type { PlanInput, ValueFrom } from '../plan';

export type Bench = {
  document: WorkflowDocument;
  manifests: ReadonlyMap<string, FunctionManifest>;
  /** graph ids of what the plan added, by the edit's id */
  added: Map<string, string>;
  inputs: readonly PlanInput[];
  /** steps that the plan took away, by id: who would have read their result reads what they were given */
  gone: Map<string, WorkflowNode>;
};

/** What a step was given that stands for a field of its result: a picture for the picture made of it. */
export function heirOf(bench: Bench, node: WorkflowNode, field: string): Mapping | undefined {
  const manifest = bench.manifests.get(functionOf(node) ?? '');
  const output = manifest?.output.properties?.[field];
  if (!manifest || !output) return undefined;
  const payload = payloadOf(node);
  const best = Object.entries(manifest.input.properties ?? {})
    .map(([name, schema]) => ({ value: mappingAt(payload, [name]), fit: compatible(output, schema) }))
    .filter(({ value, fit }) => value && value.kind !== 'literal' && fit >= 0.5)
    .sort((a, b) => b.fit - a.fit)[0];
  return best?.value;
}

/** The graph's id of a step that a plan names. @throws Problem EDIT_STEP_UNKNOWN */
export function stepOf(bench: Bench, name: string): string {
  const id = bench.added.get(name) ?? name;
  if (nodeOf(bench.document.graph, id)) return id;
  const byName = bench.document.graph.nodes.find((node) => node.name === name);
  if (byName) return byName.id;
  throw new Problem(
    'EDIT_STEP_UNKNOWN',
    `The change refers to a step "${name}", which is not there.`,
    'Say the step’s name as it stands on the canvas, or keep the change that adds it as well.',
  );
}

/** The mapping by which a step reads a value; the document changes where a result has to be kept or an input added. */
export function mappingFrom(bench: Bench, target: string, from: ValueFrom): Mapping {
  switch (from.kind) {
    case 'literal':
      return { kind: 'literal', value: jsonOf(from.json) };
    case 'input':
      declare(bench, from.field);
      return { kind: 'reference', from: { kind: 'input' }, path: pathOf(from.field) };
    case 'item': {
      const { document, mapping } = itemOf(bench.document, target, pathOf(from.field));
      bench.document = document;
      return mapping;
    }
    case 'step': {
      const gone = bench.gone.get(from.step);
      const heir = gone && from.field ? heirOf(bench, gone, from.field) : undefined;
      if (heir) return heir;
      const step = stepOf(bench, from.step);
      const name = functionOf(nodeOf(bench.document.graph, step)!);
      const schema = name === null ? undefined : bench.manifests.get(name)?.output;
      const { document, mapping } = refer(bench.document, target, {
        step,
        path: pathOf(from.field),
        ...(schema ? { schema } : {}),
      });
      bench.document = document;
      return mapping;
    }
    case 'text': {
      const parts = from.parts.map((part) =>
        part.kind === 'words'
          ? JSON.stringify(part.text)
          : writtenOut(bench, part, expressionText(mappingFrom(bench, target, part), 'JSONata')),
      );
      return { kind: 'expression', text: ` ${parts.join(' & ') || '""'} ` };
    }
  }
}

/** A value within a text: texts one after the other, all else as it is written. */
function writtenOut(bench: Bench, part: ValueFrom, text: string): string {
  const node = part.kind === 'step' ? nodeOf(bench.document.graph, bench.added.get(part.step) ?? part.step) : undefined;
  const output = node && bench.manifests.get(functionOf(node) ?? '')?.output.properties;
  const given = part.kind === 'step' && part.field !== null ? output?.[part.field] : undefined;
  return given?.type === 'array' && given.items?.type === 'string' ? `$join(${text}, ", ")` : `$string(${text})`;
}

/** What is no JSON is a text. */
function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A number as it stands in an expression, not part of another or of a name. */
export const numberIn = (number: string): RegExp =>
  new RegExp(`(?<![\\w.$-])${number.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.])`, 'g');

export const pathOf = (field: string | null): (string | number)[] =>
  field
    ? field
        .replace(/\[(\d+)\]/g, '.$1')
        .split('.')
        .filter(Boolean)
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    : [];

/** An input that the plan lists becomes one of the workflow. @throws Problem EDIT_INPUT_UNKNOWN */
function declare(bench: Bench, field: string): void {
  const name = String(pathOf(field)[0] ?? '');
  const { input } = bench.document;
  if (Object.hasOwn(input.properties ?? {}, name)) return;
  const wish = bench.inputs.find((other) => other.field === name);
  if (!wish)
    throw new Problem(
      'EDIT_INPUT_UNKNOWN',
      `The change refers to an input "${name}", which the workflow does not have.`,
      'Name one of its inputs, or list the new one among the plan’s inputs.',
    );
  const said = {
    ...(wish.format ? { format: wish.format } : {}),
    ...(wish.contentMediaType ? { contentMediaType: wish.contentMediaType } : {}),
  };
  addInput(
    bench,
    name,
    {
      type: wish.type,
      title: wish.title || name,
      ...(wish.description ? { description: wish.description } : {}),
      ...(wish.type === 'array' ? { items: { type: 'string', ...said } } : said),
      ...(wish.json === null ? {} : { default: jsonOf(wish.json) }),
    },
    wish.required,
  );
}

export function addInput(bench: Bench, name: string, schema: JsonSchema, required: boolean): void {
  const { input } = bench.document;
  const names = [...(input.required ?? []), ...(required ? [name] : [])];
  bench.document = setInput(bench.document, {
    ...input,
    type: 'object',
    properties: { ...input.properties, [name]: schema },
    ...(names.length > 0 ? { required: names } : {}),
  }).document;
}

/** A mapping with its references and expressions replaced; what is not replaced is shared. */
export function mapLeaves(mapping: Mapping, change: (leaf: Mapping) => Mapping): Mapping {
  switch (mapping.kind) {
    case 'literal':
      return mapping;
    case 'reference':
    case 'expression':
      return change(mapping);
    case 'object': {
      const fields = mapping.fields.map((field) => ({ ...field, value: mapLeaves(field.value, change) }));
      return fields.every(({ value }, i) => value === mapping.fields[i]!.value) ? mapping : { kind: 'object', fields };
    }
    case 'list': {
      const items = mapping.items.map((item) => mapLeaves(item, change));
      return items.every((item, i) => item === mapping.items[i]) ? mapping : { kind: 'list', items };
    }
  }
}

/** A reference's text within an expression, where it ends with a whole name: `$a.b`, never `$a.bc`. */
export function replaceWhole(text: string, old: string, fresh: string): string {
  let out = '';
  let at = 0;
  for (let found = text.indexOf(old); found >= 0; found = text.indexOf(old, at)) {
    const whole = !/[\p{ID_Continue}]/u.test(text[found + old.length] ?? '') || /[`\]]$/.test(old);
    out += text.slice(at, found) + (whole ? fresh : old);
    at = found + old.length;
  }
  return out + text.slice(at);
}
