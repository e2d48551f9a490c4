/**
 * Why a step was given what it was given: each of its arguments with its value in the run, and where that came from.
 *
 *   graph as it was run, timeline, visit ──originsOf()──▶ a row for each place of its arguments
 *
 * What an expression reads besides variables is not told one by one: the expression stands there itself. Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { isObject, own } from '@/lib/base/json';
import {
  expressionText,
  languageOf,
  type Mapping,
  payloadOf,
  variablesIn,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';
import type { Lane, StateVisit, Timeline } from '@/lib/history/timeline';
import { jsonOf } from './result';
import { laneText } from './steps';

export type Origin =
  | { kind: 'fixed' }
  | { kind: 'run-input' }
  | { kind: 'context' }
  /** what the step before it, or its loop, handed on: `visit: null` where it is the run's own */
  | { kind: 'handed'; by: string | null; visit: number | null }
  | { kind: 'variable'; name: string; by: string | null; visit: number | null };
/** `value: undefined`: it was not there, or the run did not come so far as to make it. */
export type ArgumentOrigin = { path: string; value: Json | undefined; expression: string | null; from: Origin[] };

/** @param visit of a step of the graph that was run; `[]` where the step is given nothing of its own */
export function originsOf(graph: Workflow, timeline: Timeline, visit: StateVisit): ArgumentOrigin[] {
  const node = graph.nodes.find(({ name }) => name === visit.name);
  const language = node && languageOf(graph, node);
  const given = node && mappingOf(node);
  if (!node || !language || !given) return [];
  // What another item or branch kept is not seen here.
  const around = lanesAround(visit.lane);
  const visits = allVisits(timeline).filter(
    ({ enteredEventId, lane }) => enteredEventId < visit.enteredEventId && around.has(laneText(lane)),
  );
  const value = payloadValue(node, jsonOf(visit.arguments));
  return places(given).map(({ mapping, path }) => {
    const expression = mapping.kind === 'literal' ? null : expressionText(mapping, language);
    const from =
      expression === null
        ? [{ kind: 'fixed' as const }]
        : fromOf(mapping, expression, variablesIn(expression, language), visits, visit);
    const made = mapping.kind === 'literal' ? mapping.value : at(value, path);
    return { path: pathText(path), value: made ?? resolved(mapping, from, timeline, visits, visit), expression, from };
  });
}

/** Every value of a mapping that is told by itself: where objects and lists end. */
function places(mapping: Mapping, path: Path = []): { mapping: Mapping; path: Path }[] {
  if (mapping.kind === 'object' && mapping.fields.length > 0)
    return mapping.fields.flatMap(({ name, value }) => places(value, [...path, name]));
  if (mapping.kind === 'list' && mapping.items.length > 0)
    return mapping.items.flatMap((item, i) => places(item, [...path, i]));
  return [{ mapping, path }];
}
type Path = (string | number)[];
const pathText = (path: Path): string =>
  path.reduce<string>(
    (before, part) => (typeof part === 'number' ? `${before}[${part}]` : before ? `${before}.${part}` : part),
    '',
  );

/** What a reference led to, where the step failed before its arguments were made. */
function resolved(
  mapping: Mapping,
  from: Origin[],
  timeline: Timeline,
  visits: StateVisit[],
  visit: StateVisit,
): Json | undefined {
  if (mapping.kind !== 'reference') return undefined;
  const [origin] = from;
  if (origin?.kind === 'variable') {
    const giver = visits.find(({ id }) => id === origin.visit);
    return at(jsonOf(giver?.assigned?.[origin.name]), mapping.path);
  }
  if (origin?.kind === 'run-input') return at(jsonOf(timeline.input), mapping.path);
  return origin?.kind === 'handed' ? at(jsonOf(visit.input), mapping.path) : undefined;
}

const mappingOf = (node: WorkflowNode): Mapping | undefined =>
  payloadOf(node) ?? (node.kind === 'pass' ? node.output : undefined);
const allVisits = (timeline: Timeline): StateVisit[] =>
  Object.values(timeline.states)
    .flatMap((state) => state.visits)
    .sort((a, b) => a.enteredEventId - b.enteredEventId);

const lanesAround = (lane: Lane | null): Set<string> =>
  new Set(lane ? [laneText(lane), ...lanesAround(lane.within)] : [laneText(null)]);

/** A function is given its payload; in the history of an invocation that stands below `Payload`. */
function payloadValue(node: WorkflowNode, value: Json | undefined): Json | undefined {
  if (node.kind !== 'task' || !isObject(value) || !('arguments' in node) || node.arguments === payloadOf(node))
    return value;
  return own(value, 'Payload') ?? value;
}

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (held, part) => (typeof part === 'number' ? (Array.isArray(held) ? held[part] : undefined) : own(held, part)),
    value,
  );
}

function fromOf(
  mapping: Mapping,
  expression: string,
  named: string[],
  visits: StateVisit[],
  visit: StateVisit,
): Origin[] {
  const from = named.flatMap((name): Origin[] => {
    if (name === 'states') return [];
    const giver = visits.findLast(({ assigned }) => assigned !== null && Object.hasOwn(assigned, name));
    // A name that no step kept is one of the expression's own.
    if (!giver && (mapping.kind !== 'reference' || mapping.from.kind !== 'variable')) return [];
    return [{ kind: 'variable', name, by: giver?.name ?? null, visit: giver?.id ?? null }];
  });
  const reads = readsOf(mapping, expression);
  if (reads.input) from.push({ kind: 'run-input' });
  if (reads.handed) {
    const giver = visits.findLast(({ output }) => output !== null && output === visit.input);
    from.push({ kind: 'handed', by: giver?.name ?? null, visit: giver?.id ?? null });
  }
  if (reads.context) from.push({ kind: 'context' });
  return from;
}

function readsOf(mapping: Mapping, text: string): { input: boolean; handed: boolean; context: boolean } {
  if (mapping.kind === 'reference') {
    const { kind } = mapping.from;
    return { input: kind === 'input', handed: kind === 'state-input', context: kind === 'context' };
  }
  const input = /\$states\.context\.Execution\.Input|\$\$\.Execution\.Input/.test(text);
  return {
    input,
    handed: /\$states\.input|(^|[\s(,])\$(?=[.[)\s,]|$)/.test(text), // `$` alone is the input in JSONPath
    context: !input && /\$states\.context|\$\$\./.test(text),
  };
}
