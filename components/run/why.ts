/**
 * Why a step was given what it was given: each of its arguments with its value in the run, and where that came from.
 *
 *   graph as it was run, timeline, visit ──originsOf()──▶ a row for each place of what the step was given
 *
 * Of a step that gives no arguments, what it made or went by: what a Pass handed on and kept, a Choice's conditions, a
 * Map's items, a Fail's error. How a value got there is told by trace.ts. Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { isObject, own } from '@/lib/base/json';
import {
  expressionText,
  languageOf,
  type Mapping,
  parseReference,
  payloadOf,
  type Segment,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import { jsonOf } from './result';
import { type Hop, tracer } from './trace';
import { valueAt } from './trace-flow';

/** `value: undefined`: it was not there, or the run did not come so far as to make it. */
export type ArgumentOrigin = { path: string; value: Json | undefined; expression: string | null; from: Hop[] };

/** @param visit of a step of the graph that was run; `[]` where the step is given nothing of its own */
export function originsOf(graph: Workflow, timeline: Timeline, visit: StateVisit): ArgumentOrigin[] {
  const node = graph.nodes.find(({ name }) => name === visit.name);
  const language = node && languageOf(graph, node);
  if (!node || !language) return [];
  const trace = tracer(graph, timeline);
  return givenTo(node, visit).flatMap(({ label, mapping: whole, made }) =>
    places(whole).map(({ mapping, path }) => {
      const from = trace(visit, mapping);
      const fixed = mapping.kind === 'literal' ? mapping.value : undefined;
      const seen = fixed ?? valueAt(made, path);
      return {
        path: pathText(path, label),
        // Where the step failed before its arguments were made, a reference leads to the value all the same.
        value: seen ?? (mapping.kind === 'reference' ? from[0]?.value : undefined),
        expression: mapping.kind === 'literal' ? null : expressionText(mapping, language),
        from,
      };
    }),
  );
}

type Given = { label: string; mapping: Mapping; made: Json | undefined };

function givenTo(node: WorkflowNode, visit: StateVisit): Given[] {
  const one = (label: string, mapping: Mapping | undefined, made?: Json): Given[] =>
    mapping ? [{ label, mapping, made }] : [];
  const output = jsonOf(visit.output);
  const ends = [
    ...one('', node.output, output),
    ...(node.assign ?? []).flatMap(({ name, value }) => one(`$${name}`, value, jsonOf(visit.assigned?.[name]))),
  ];
  switch (node.kind) {
    case 'pass':
      return [...one('', node.arguments, output), ...ends];
    case 'task':
    case 'parallel': {
      // What comes after the answer is of interest where the answer came.
      const late = visit.result !== null && visit.error !== null ? ends : [];
      return [...one('', payloadOf(node), payloadValue(node, jsonOf(visit.arguments))), ...late];
    }
    case 'map':
      return [...one('Items', node.items), ...one('', node.itemSelector)];
    case 'choice':
      return node.rules.flatMap(({ condition }, i) => {
        const label = node.rules.length > 1 ? `Rule ${i + 1}` : 'Rule';
        if (condition.language === 'JSONata') return one(label, condition.value);
        return variablesOf(condition.value).flatMap((path) => one(`${label}: ${path}`, reference(path)));
      });
    case 'wait':
      return one(node.wait?.for === 'timestamp' ? 'Until' : 'Seconds', node.wait?.value);
    case 'fail':
      return [...one('Error', node.error), ...one('Cause', node.cause)];
    default:
      return ends;
  }
}

/** The paths that a JSONPath condition compares, each once. */
function variablesOf(condition: Json): string[] {
  if (Array.isArray(condition)) return [...new Set(condition.flatMap(variablesOf))];
  if (!isObject(condition)) return [];
  const here = Object.entries(condition).flatMap(([key, value]) =>
    (key === 'Variable' || key.endsWith('Path')) && typeof value === 'string' ? [value] : variablesOf(value as Json),
  );
  return [...new Set(here)];
}
const reference = (path: string): Mapping => parseReference(path, 'JSONPath') ?? { kind: 'expression', text: path };

/** Every value of a mapping that is told by itself: where objects and lists end. */
function places(mapping: Mapping, path: Segment[] = []): { mapping: Mapping; path: Segment[] }[] {
  if (mapping.kind === 'object' && mapping.fields.length > 0)
    return mapping.fields.flatMap(({ name, value }) => places(value, [...path, name]));
  if (mapping.kind === 'list' && mapping.items.length > 0)
    return mapping.items.flatMap((item, i) => places(item, [...path, i]));
  return [{ mapping, path }];
}

/** `order.items[0].name`, after `start` */
export const pathText = (path: Segment[], start = ''): string =>
  path.reduce<string>(
    (before, part) => (typeof part === 'number' ? `${before}[${part}]` : before ? `${before}.${part}` : part),
    start,
  );

/** A function is given its payload; in the history of an invocation that stands below `Payload`. */
function payloadValue(node: WorkflowNode, value: Json | undefined): Json | undefined {
  if (node.kind !== 'task' || !isObject(value) || node.arguments === payloadOf(node)) return value;
  return own(value, 'Payload') ?? value;
}
