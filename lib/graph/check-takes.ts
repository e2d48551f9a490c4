/**
 * What is there already for a value that a step still needs.
 *
 *   document, step, its argument's path and schema ──takeFixes()──▶ [{ label, apply }]: at most one, the likeliest
 *
 * Looked for in the loop's item, in what the steps before answer for certain, and in what the run is given. Offered only
 * where the kind of thing says it (a picture's address for a picture) or its name does: two numbers are not the same thing
 * because both are numbers. Nothing is connected by itself. Pure.
 * @module
 */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { compatible, nameFit } from '@/lib/functions/types';
import type { Fix } from './check-fixes';
import { setArgument } from './edits/fields';
import { itemOf } from './edits/hand-in';
import { refer } from './edits/refer';
import type { Mapping, WorkflowDocument, WorkflowNode } from './schema';
import { mappingSchema } from './schemas';
import { available } from './scope';
import { ancestorsOf } from './tree';

/** Below it, the types only happen to allow it. */
const FITS = 0.7;
/** From here on, two names speak of the same thing. */
const SAME_NAME = 0.7;

type Pick = (document: WorkflowDocument) => { document: WorkflowDocument; mapping: Mapping };
type Found = { label: string; name: string; schema: JsonSchema; pick: Pick };

export function takeFixes(
  document: WorkflowDocument,
  node: WorkflowNode,
  own: string[],
  wanted: JsonSchema,
  manifests: readonly FunctionManifest[],
): Fix[] {
  const name = own.at(-1)!;
  let best: { found: Found; score: number } | undefined;
  for (const found of [
    ...ofItem(document, node, manifests),
    ...ofSteps(document, node, manifests),
    ...ofInput(document),
  ]) {
    const fit = compatible(found.schema, wanted);
    const named = nameFit(found.name, name);
    const told = wanted.format !== undefined && wanted.format === found.schema.format;
    if (fit < FITS || (!told && named < SAME_NAME)) continue;
    const score = fit + named;
    if (!best || score > best.score) best = { found, score };
  }
  if (!best) return [];
  const { label, pick } = best.found;
  return [
    {
      label,
      apply: (now) => {
        const taken = pick(now);
        return setArgument(taken.document, node.id, own, taken.mapping);
      },
    },
  ];
}

function ofItem(document: WorkflowDocument, node: WorkflowNode, manifests: readonly FunctionManifest[]): Found[] {
  const loop = ancestorsOf(document.graph, node).find(({ container }) => container.kind === 'map')?.container;
  if (loop?.kind !== 'map' || !loop.items || loop.itemSelector) return [];
  const item = mappingSchema(document, loop, loop.items, [...manifests]).schema?.items;
  if (!item) return [];
  const take =
    (path: string[]): Pick =>
    (now) =>
      itemOf(now, node.id, path);
  return [
    { label: `Take the item of “${loop.name}”`, name: 'item', schema: item, pick: take([]) },
    ...Object.entries(item.properties ?? {}).map(([name, schema]) => ({
      label: `Take “${name}” of the item of “${loop.name}”`,
      name,
      schema,
      pick: take([name]),
    })),
  ];
}

/** Those nearest before it first: of two that fit alike, the nearer is taken. */
function ofSteps(document: WorkflowDocument, node: WorkflowNode, manifests: readonly FunctionManifest[]): Found[] {
  return available(document, node.id, [...manifests])
    .toReversed()
    .flatMap(({ node: step, name: title, certain, schema }) =>
      certain && schema
        ? Object.entries(schema.properties ?? {}).map(([name, field]) => ({
            label: `Take “${name}” of “${title}”`,
            name,
            schema: field,
            pick: (now: WorkflowDocument) => refer(now, node.id, { step, path: [name], schema }),
          }))
        : [],
    );
}

const ofInput = ({ input }: WorkflowDocument): Found[] =>
  Object.entries(input.properties ?? {}).map(([name, schema]) => ({
    label: `Take “${name}” of the input`,
    name,
    schema,
    pick: (now) => ({ document: now, mapping: { kind: 'reference', from: { kind: 'input' }, path: [name] } }),
  }));
