/**
 * A step that no function does gets one: a stub, whose input is what the step is given and whose output is what later
 * steps read of it.
 */
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { type StubWish, stubFiles, stubName } from '@/lib/functions/stub';
import {
  functionOf,
  languageOf,
  leaves,
  type Mapping,
  mappingSchema,
  nodeOf,
  payloadOf,
  resultOf,
  schemaAt,
  typeOfJson,
  visitMappings,
  type WorkflowNode,
} from '@/lib/graph';
import { WorkflowDocument } from '@/lib/graph/schema';
import { sampleOf } from '@/lib/proof/sample';
import type { Deps } from './deps';

export const MakeStub = z.object({ document: WorkflowDocument, node: z.string().min(1) });

/** @throws Problem NODE_UNKNOWN */
export async function makeStub(
  deps: Pick<Deps, 'manifests'> & { userFunctions: Pick<Deps['userFunctions'], 'has' | 'write'> },
  { document, node }: z.infer<typeof MakeStub>,
): Promise<FunctionManifest> {
  const manifests = await deps.manifests();
  const { manifest, files } = stubOf(deps, wishOf(document, node, manifests), manifests);
  await deps.userFunctions.write(manifest.name, files);
  return manifest;
}

/** The stub of a wish, under a name that is free; nothing is written. */
export function stubOf(
  deps: { userFunctions: Pick<Deps['userFunctions'], 'has'> },
  wish: StubWish,
  manifests: FunctionManifest[],
): ReturnType<typeof stubFiles> {
  const name = stubName(wish.title, (one) => deps.userFunctions.has(one) || manifests.some((m) => m.name === one));
  return stubFiles(name, wish, { input: sampleOf(wish.input), output: sampleOf(wish.output) });
}

/** What a step asks of the function that it does not have yet. */
export function wishOf(document: WorkflowDocument, id: string, manifests: FunctionManifest[]): StubWish {
  const node = nodeOf(document.graph, id);
  if (node?.kind !== 'task')
    throw new Problem('NODE_UNKNOWN', `There is no step "${id}" that could call a function.`, 'Choose a step again.');
  return {
    title: node.name,
    description: node.comment?.trim() || node.name,
    input: inputOf(document, node, manifests),
    output: outputOf(document, node, manifests),
  };
}

function inputOf(document: WorkflowDocument, node: WorkflowNode, manifests: FunctionManifest[]): JsonSchema {
  const payload = payloadOf(node);
  const fields: [string, Mapping][] =
    payload?.kind === 'object'
      ? payload.fields.map(({ name, value }) => [name, value])
      : payload?.kind === 'literal' && typeof payload.value === 'object' && payload.value !== null
        ? Object.entries(payload.value).map(([name, value]) => [name, { kind: 'literal', value: value as Json }])
        : [];
  const properties = fields.map(([name, value]): [string, JsonSchema] => {
    if (value.kind === 'literal')
      return [name, { ...titled(name), type: typeOfJson(value.value), examples: [value.value] }];
    const { schema } = mappingSchema(document, node, value, manifests);
    return [name, { ...titled(name), ...schema }];
  });
  return { type: 'object', required: fields.map(([name]) => name), properties: Object.fromEntries(properties) };
}

/** Each field that a later step reads, with the type that it needs there. */
function outputOf(document: WorkflowDocument, node: WorkflowNode, manifests: FunctionManifest[]): JsonSchema {
  const { graph } = document;
  const base = resultOf(node).path.length;
  /** variables of this step, with the path in its result that they keep */
  const kept = new Map(
    (node.assign ?? []).flatMap(({ name, value }) =>
      value.kind === 'reference' && value.from.kind === 'result'
        ? [[name, value.path.slice(base).map(String)] as const]
        : [],
    ),
  );
  const properties = new Map<string, JsonSchema>();
  let whole: JsonSchema | null = null;
  const put = (path: string[], schema: JsonSchema) => {
    const [field, ...inner] = path;
    if (field === undefined) {
      whole ??= Object.keys(schema).length > 0 ? schema : null;
      return;
    }
    const nested = inner.length > 0 ? objectOf(inner, schema) : schema;
    const known = properties.get(field);
    if (!known || Object.keys(known).length === 1) properties.set(field, { ...titled(field), ...nested });
  };
  for (const [, path] of kept) if (path.length > 0) put(path, {});
  for (const other of graph.nodes) {
    if (other.id === node.id) continue;
    visitMappings(other, languageOf(graph, other), (mapping, at) => {
      for (const leaf of leaves(mapping)) {
        if (leaf.mapping.kind === 'reference' && leaf.mapping.from.kind === 'variable') {
          const path = kept.get(leaf.mapping.from.name);
          if (!path) continue;
          const wanted = wantedAt(other, [...at, ...leaf.path], manifests);
          put([...path, ...leaf.mapping.path.map(String)], wanted);
        } else if (leaf.mapping.kind === 'expression') {
          for (const [name, path] of kept)
            readIn(leaf.mapping.text, name, (inner, schema) => put([...path, ...inner], schema));
        }
      }
    });
  }
  if (properties.size === 0 && whole) return whole;
  if (properties.size === 0) properties.set('result', { ...titled('result'), type: 'string' });
  return { type: 'object', required: [...properties.keys()], properties: Object.fromEntries(properties) };
}

/** What stands at this place of a step: a function's parameter, the list of a loop, the seconds of a wait. */
function wantedAt(node: WorkflowNode, at: (string | number)[], manifests: FunctionManifest[]): JsonSchema {
  if (node.kind === 'map' && at[0] === 'items') return { type: 'array', items: { type: 'string' } };
  if (node.kind === 'wait')
    return node.wait?.for === 'seconds' ? { type: 'integer', minimum: 1 } : { type: 'string', format: 'date-time' };
  const called = functionOf(node);
  const manifest = manifests.find(({ name }) => name === called);
  if (!manifest || at[0] !== 'arguments' || at[1] !== 'Payload') return {};
  const {
    title: _title,
    description: _description,
    default: _default,
    ...schema
  } = schemaAt(manifest.input, at.slice(2)).schema ?? {};
  return schema;
}

/** Fields that an expression reads of a variable; what it compares them with tells their type. */
function readIn(text: string, variable: string, found: (path: string[], schema: JsonSchema) => void): void {
  const READ = /\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)(\s*(?:[<>]=?|!?=)\s*(?:(-?\d)|(true|false)\b|(["'])))?/g;
  for (const [, name, fields, compared, digit, truth] of text.matchAll(READ)) {
    if (name !== variable || !fields) continue;
    const type = digit ? 'number' : truth ? 'boolean' : compared ? 'string' : null;
    found(fields.slice(1).split('.'), type ? { type } : {});
  }
}

const objectOf = ([field, ...inner]: string[], schema: JsonSchema): JsonSchema =>
  field === undefined
    ? schema
    : { type: 'object', required: [field], properties: { [field]: objectOf(inner, schema) } };

const titled = (name: string): JsonSchema => {
  const words =
    name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/[_-]+/g, ' ')
      .trim() || name;
  return { title: words.charAt(0).toUpperCase() + words.slice(1) };
};
