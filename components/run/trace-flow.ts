/**
 * How data goes through a state, as its definition says: where a place of its output was before, in JSONPath; what bound
 * a variable; what a path leads to. Pure.
 * @module
 */
import { isObject, type Json } from '@/lib/base/json';
import type { Mapping, Segment, WorkflowNode } from '@/lib/graph';
import type { StateVisit } from '@/lib/history/timeline';
import { pathReference } from './trace-reads';

/** What bound a variable: the step itself, or, where it went on by a rule or a catcher, that. */
export function assignedIn(node: WorkflowNode, { status }: StateVisit, name: string): Mapping | undefined {
  const rules = node.kind === 'choice' ? node.rules : 'catchers' in node ? (node.catchers ?? []) : [];
  const own = node.assign ?? [];
  const all =
    status === 'caught' || node.kind === 'choice' ? [...rules.flatMap((one) => one.assign ?? []), ...own] : own;
  return all.find((one) => one.name === name)?.value;
}

export const hasOutputs = (node: WorkflowNode): boolean => ruleOutput(node) !== undefined;
export const ruleOutput = (node: WorkflowNode): Mapping | undefined =>
  node.kind === 'choice' ? node.rules.find(({ output }) => output)?.output : undefined;

/** Where a path of a JSONPath state's output was before: in its result, in its input, or in both. */
export function ofJsonPathOutput(
  node: WorkflowNode,
  path: Segment[],
): { kind: 'result' | 'input' | 'both'; path: Segment[] } {
  const whole = [...(pathReference(node.outputPath ?? '$') ?? []), ...path];
  if (node.kind === 'choice' || node.kind === 'wait' || node.kind === 'succeed' || node.kind === 'fail')
    return { kind: 'input', path: withInputPath(node, whole) };
  if (node.resultPath === null) return { kind: 'input', path: whole };
  const at = pathReference(node.resultPath ?? '$') ?? [];
  if (startsWith(whole, at)) return { kind: 'result', path: whole.slice(at.length) };
  return startsWith(at, whole) ? { kind: 'both', path: [] } : { kind: 'input', path: whole };
}

/** Of a caught error that went on: the path inside of the error, or what else stands there. */
export function whereCaught(node: WorkflowNode, path: Segment[]): Segment[] | 'input' | 'both' {
  const resultPath = 'catchers' in node ? node.catchers?.find((one) => one.resultPath)?.resultPath : undefined;
  const at = pathReference(resultPath ?? '$') ?? [];
  if (startsWith(path, at)) return path.slice(at.length);
  return startsWith(at, path) ? 'both' : 'input';
}

export const withInputPath = (node: WorkflowNode | undefined, path: Segment[]): Segment[] => [
  ...(pathReference(node?.inputPath ?? '$') ?? []),
  ...path,
];

const startsWith = (path: Segment[], start: Segment[]): boolean => start.every((part, i) => path[i] === part);

/** The deepest mapping on a path, and what is left of the path inside of it. */
export function within(mapping: Mapping, path: Segment[]): [Mapping | undefined, Segment[]] {
  const [first, ...rest] = path;
  if (first === undefined) return [mapping, path];
  if (mapping.kind === 'object') {
    const field = mapping.fields.find(({ name }) => name === first);
    return field ? within(field.value, rest) : [undefined, rest];
  }
  if (mapping.kind !== 'list') return [mapping, path];
  const item = typeof first === 'number' ? mapping.items[first] : undefined;
  return item ? within(item, rest) : [undefined, rest];
}

/** A field of a list is that field of each of its items, as in JSONata. */
export function valueAt(value: Json | undefined, path: Segment[]): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined || value === undefined) return value;
  if (Array.isArray(value)) {
    if (typeof first === 'number') return valueAt(value.at(first), rest);
    const each = value.flatMap((item) => valueAt(item, path) ?? []);
    return each.length > 0 ? each : undefined;
  }
  if (typeof first === 'number') return first === 0 ? valueAt(value, rest) : undefined;
  return isObject(value) && Object.hasOwn(value, first) ? valueAt(value[first] as Json, rest) : undefined;
}
