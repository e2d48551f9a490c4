/**
 * Where the ways of a choice meet, a result is kept under one name on each way (see ../meet). Edits leave it so: a step
 * that comes into one way keeps its own under that name, and where a step of a way goes, what it was given is kept.
 * @module
 */
import {
  edgesTo,
  functionOf,
  keepersOf,
  type Mapping,
  mappingAt,
  nodeOf,
  payloadOf,
  resultOf,
  setField,
  variableOf,
  type WorkflowNode,
} from '@/lib/graph';
import { kept } from '../meet';
import type { EditOf } from './plan';
import { type Bench, heirOf, stepOf } from './value';
import { reachedFrom } from './work';

/**
 * "Also rotate it in the other case": who comes after both ways reads the name that both keep, so the new step keeps its
 * own under that name. @returns whether that was the case: the reader then stays as it is
 */
export function keptOnItsWay(bench: Bench, edit: EditOf<'set'>): boolean {
  const { document } = bench;
  const reader = nodeOf(document.graph, stepOf(bench, edit.step))!;
  const held = mappingAt(payloadOf(reader), [edit.argument]);
  if (edit.from.kind !== 'step' || !edit.from.field || held?.kind !== 'reference' || held.from.kind !== 'variable')
    return false;
  const [field, ...rest] = held.path;
  const { name } = held.from;
  const made = nodeOf(document.graph, stepOf(bench, edit.from.step))!;
  const apart = keepersOf(document.graph, name).some(
    (keeper) => keeper.id !== made.id && !reachedFrom(document, keeper, false).has(made.id),
  );
  if (!apart || typeof field !== 'string' || rest.length > 0 || functionOf(made) === null) return false;
  const result = resultOf(made);
  const value: Mapping = { ...result, path: [...result.path, edit.from.field] };
  bench.document = setField(document, made.id, 'assign', kept(made.assign, name, field, value)).document;
  return true;
}

/** What a step that goes kept for those behind the choice is kept by whatever led to it: what the step was given. */
export function keptWithout(bench: Bench, node: WorkflowNode): void {
  const own = variableOf(node);
  for (const { name, value } of node.assign ?? []) {
    const others = keepersOf(bench.document.graph, name).filter(({ id }) => id !== node.id);
    // Of its own result the others keep what is read behind the choice.
    const keeps = name === own ? others.map((other) => other.assign?.find((one) => one.name === name)?.value) : [value];
    const fields = others.length > 0 ? keeps.flatMap((one) => (one?.kind === 'object' ? one.fields : [])) : [];
    for (const { name: field, value: part } of fields) {
      const result = part.kind === 'reference' && part.from.kind === 'result' ? part.path.at(-1) : undefined;
      const made = name === own ? field : result;
      const heir = typeof made === 'string' ? heirOf(bench, node, made) : undefined;
      if (heir) for (const edge of edgesTo(bench.document.graph, node.id)) keepAt(bench, edge, name, field, heir);
    }
  }
}

function keepAt(
  bench: Bench,
  { from, kind, index = 0 }: ReturnType<typeof edgesTo>[number],
  name: string,
  field: string,
  heir: Mapping,
): void {
  const node = nodeOf(bench.document.graph, from)!;
  // A step's own result has no name yet where it is kept.
  const mine = heir.kind === 'reference' && heir.from.kind === 'variable' && heir.from.name === variableOf(node);
  const result = resultOf(node);
  const value: Mapping = mine ? { ...result, path: [...result.path, ...heir.path] } : heir;
  if (kind === 'rule' && node.kind === 'choice') {
    const rules = node.rules.map((rule, i) =>
      i === index ? { ...rule, assign: kept(rule.assign, name, field, value) } : rule,
    );
    bench.document = setField(bench.document, node.id, 'rules', rules).document;
  } else if (kind !== 'catch')
    bench.document = setField(bench.document, node.id, 'assign', kept(node.assign, name, field, value)).document;
}
