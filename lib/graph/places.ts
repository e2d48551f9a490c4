/**
 * Every place of a step where a value comes from somewhere, to be read or rewritten.
 *
 * `before` the step works (arguments, items, conditions), `after` (result selector, assign, output), on `error`
 * (a catcher's assign and output). Raw JSON (item readers, JSONPath conditions, unknown fields) is visited as mappings too.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { expressionFromText, expressionToText, mappingFromJson, mappingToJson } from './mappings';
import type { Assignments, Mapping, QueryLanguage, WorkflowNode } from './schema';

export type Path = (string | number)[];
export type Phase = 'before' | 'after' | 'error';
export type Visit = (mapping: Mapping, path: Path, phase: Phase) => Mapping;

const BEFORE = [
  'arguments',
  'credentials',
  'timeout',
  'heartbeat',
  'items',
  'itemSelector',
  'maxConcurrency',
  'toleratedFailureCount',
  'toleratedFailurePercentage',
  'error',
  'cause',
] as const;
const RAW = ['itemReader', 'itemBatcher', 'resultWriter', 'extra'] as const;

/** The node with each of its mappings, whole, replaced by what `visit` answers. Nothing changed: the same node. */
export function rewrite(node: WorkflowNode, language: QueryLanguage, visit: Visit): WorkflowNode {
  const next: Record<string, unknown> = { ...node };
  let changed = false;
  const set = (field: string, old: unknown, value: unknown) => {
    if (value === old) return;
    next[field] = value;
    changed = true;
  };
  const fields = node as unknown as Record<string, Mapping | undefined>;
  for (const field of BEFORE) {
    const old = fields[field];
    if (old) set(field, old, visit(old, [field], 'before'));
  }
  for (const field of RAW) {
    const old = (node as unknown as Record<string, JsonObject | undefined>)[field];
    if (old)
      set(
        field,
        old,
        raw(old, language, (m) => visit(m, [field], 'before')),
      );
  }
  if (node.kind === 'wait' && node.wait) {
    const value = visit(node.wait.value, ['wait', 'value'], 'before');
    if (value !== node.wait.value) set('wait', node.wait, { ...node.wait, value });
  }
  if (node.kind === 'choice') {
    set(
      'rules',
      node.rules,
      mapped(node.rules, (rule, i) => {
        const { condition } = rule;
        const value =
          condition.language === 'JSONata'
            ? visit(condition.value, ['rules', i, 'condition'], 'before')
            : comparison(condition.value, (m) => visit(m, ['rules', i, 'condition'], 'before'));
        const made =
          value === condition.value ? rule : { ...rule, condition: { ...condition, value } as typeof condition };
        return outcome(made, ['rules', i], 'after', visit);
      }),
    );
  }
  if (node.resultSelector)
    set('resultSelector', node.resultSelector, visit(node.resultSelector, ['resultSelector'], 'after'));
  if ('catchers' in node && node.catchers) {
    set(
      'catchers',
      node.catchers,
      mapped(node.catchers, (catcher, i) => outcome(catcher, ['catchers', i], 'error', visit)),
    );
  }
  const own = outcome(node, [], 'after', visit);
  set('assign', node.assign, own.assign);
  set('output', node.output, own.output);
  return changed ? (next as WorkflowNode) : node;
}

/** Calls `see` with every mapping of a node. */
export const visitMappings = (
  node: WorkflowNode,
  language: QueryLanguage,
  see: (mapping: Mapping, path: Path, phase: Phase) => void,
): void => {
  rewrite(node, language, (mapping, path, phase) => {
    see(mapping, path, phase);
    return mapping;
  });
};

/** `assign` and `output`, of a state, a rule or a catcher. */
function outcome<T extends { assign?: Assignments; output?: Mapping }>(
  of: T,
  path: Path,
  phase: Phase,
  visit: Visit,
): T {
  const assign =
    of.assign &&
    mapped(of.assign, (entry) => {
      const value = visit(entry.value, [...path, 'assign', entry.name], phase);
      return value === entry.value ? entry : { ...entry, value };
    });
  const output = of.output && visit(of.output, [...path, 'output'], phase);
  return assign === of.assign && output === of.output
    ? of
    : { ...of, ...(assign && { assign }), ...(output && { output }) };
}

function mapped<T>(list: T[], change: (item: T, index: number) => T): T[] {
  const made = list.map(change);
  return made.every((item, i) => item === list[i]) ? list : made;
}

/** JSON kept as it stands, seen as a mapping. */
function raw(json: JsonObject, language: QueryLanguage, visit: (mapping: Mapping) => Mapping): JsonObject {
  const mapping = mappingFromJson(json, { language });
  const made = mapping.kind === 'literal' ? mapping : visit(mapping);
  return made === mapping ? json : (mappingToJson(made, { language }) as JsonObject);
}

/** A tree of JSONPath comparisons: `Variable` and fields that end in `Path` hold paths. */
function comparison(json: JsonObject, visit: (mapping: Mapping) => Mapping): JsonObject {
  let changed = false;
  const entries = Object.entries(json).map(([key, value]): [string, Json] => {
    const made = part(key, value, visit);
    if (made !== value) changed = true;
    return [key, made];
  });
  return changed ? Object.fromEntries(entries) : json;
}

function part(key: string, value: Json, visit: (mapping: Mapping) => Mapping): Json {
  if (typeof value === 'string' && (key === 'Variable' || key.endsWith('Path'))) {
    const mapping = expressionFromText(value, { language: 'JSONPath' });
    const made = visit(mapping);
    if (made === mapping || (made.kind !== 'reference' && made.kind !== 'expression')) return value;
    return expressionToText(made, { language: 'JSONPath' });
  }
  if (Array.isArray(value)) return mapped(value, (item) => (isObject(item) ? comparison(item, visit) : item));
  return isObject(value) ? comparison(value, visit) : value;
}
