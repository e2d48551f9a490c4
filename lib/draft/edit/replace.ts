/** One function takes the place of another: arguments and readers follow by name, else by what fits. */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { compatible } from '@/lib/functions/types';
import {
  functionOf,
  languageOf,
  type Mapping,
  mappingAt,
  nodeOf,
  payloadOf,
  renameNode,
  rewrite,
  setArgument,
  setField,
  taskForFunction,
  uniqueName,
  variableOf,
} from '@/lib/graph';
import { standsFor } from './sources';
import { type Bench, mapLeaves } from './value';

/** How well types have to agree for one field to stand for another. */
const FITS = 0.5;

export function replaceFunction(bench: Bench, id: string, manifest: FunctionManifest): void {
  const { graph } = bench.document;
  const node = nodeOf(graph, id)!;
  const old = bench.manifests.get(functionOf(node) ?? '');
  const payload = payloadOf(node);
  const variable = variableOf(node);
  const task = taskForFunction(manifest, { name: node.name });
  const keptArgs: [string, Mapping][] = Object.entries(manifest.input.properties ?? {}).flatMap(([name, schema]) => {
    const same = mappingAt(payload, [name]);
    const given = old?.input.properties?.[name];
    if (same && (!given || compatible(given, schema) >= FITS)) return [[name, same] as [string, Mapping]];
    const best = Object.entries(old?.input.properties ?? {})
      .filter(([other]) => !Object.hasOwn(manifest.input.properties ?? {}, other))
      .filter(([, source]) => standsFor(source, schema))
      .map(([other, source]) => ({ value: mappingAt(payload, [other]), fit: compatible(source, schema) }))
      .filter(({ value }) => value && value.kind !== 'literal')
      .sort((a, b) => b.fit - a.fit)[0];
    if (best?.value && manifest.input.required?.includes(name)) return [[name, best.value] as [string, Mapping]];
    // One thing where several are taken is a list of one.
    const { items } = schema;
    if (schema.type !== 'array' || !items || !manifest.input.required?.includes(name)) return [];
    const [single] = Object.entries(old?.input.properties ?? {})
      .filter(([, source]) => standsFor(source, items))
      .flatMap(([other]) => mappingAt(payload, [other]) ?? [])
      .filter(({ kind }) => kind === 'reference');
    return single ? [[name, { kind: 'list', items: [single] }] as [string, Mapping]] : [];
  });
  let document = setField(bench.document, id, 'resource', task.resource).document;
  document = setField(document, id, 'arguments', task.arguments).document;
  document = setField(document, id, 'output', task.output).document;
  document = setField(document, id, 'comment', undefined).document;
  if (node.kind === 'task' && !node.retry) document = setField(document, id, 'retry', task.retry).document;
  for (const [name, value] of keptArgs) document = setArgument(document, id, [name], value).document;
  if (variable) document = readersFollow(document, id, variable, old, manifest);
  if (old === undefined || node.name === old.title) {
    const taken = (name: string) => document.graph.nodes.some((other) => other.name === name && other.id !== id);
    document = renameNode(document, id, uniqueName(manifest.title, taken)).document;
  }
  bench.document = document;
}

/** Fields that the new function does not give are read from the one that fits best. */
function readersFollow(
  document: Bench['document'],
  id: string,
  variable: string,
  old: FunctionManifest | undefined,
  manifest: FunctionManifest,
): Bench['document'] {
  const fields = manifest.output.properties ?? {};
  const heirs = new Map<string, (string | number)[]>();
  for (const [name, schema] of Object.entries(old?.output.properties ?? {})) {
    if (Object.hasOwn(fields, name)) continue;
    const best = Object.entries(fields)
      .flatMap(([other, wanted]) => [
        { other: [other] as (string | number)[], fit: compatible(wanted, schema) },
        // of a list of such things, the first
        ...(wanted.type === 'array' && wanted.items && standsFor(schema, wanted.items)
          ? [{ other: [other, 0], fit: 0.9 * compatible(wanted.items, schema) }]
          : []),
      ])
      .sort((a, b) => b.fit - a.fit)[0];
    if (best && best.fit >= FITS) heirs.set(name, best.other);
  }
  if (heirs.size === 0) return document;
  const { graph } = document;
  const nodes = graph.nodes.map((reader) =>
    reader.id === id
      ? reader
      : rewrite(reader, languageOf(graph, reader), (mapping) =>
          mapLeaves(mapping, (leaf) => {
            if (leaf.kind !== 'reference' || leaf.from.kind !== 'variable' || leaf.from.name !== variable) return leaf;
            const heir = heirs.get(String(leaf.path[0]));
            return heir ? { ...leaf, path: [...heir, ...leaf.path.slice(1)] } : leaf;
          }),
        ),
  );
  return { ...document, graph: { ...graph, nodes } };
}
