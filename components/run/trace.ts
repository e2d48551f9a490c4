/**
 * Where a value of a run came from: back through variables, outputs and items, to where it was first.
 *
 *   graph as it was run, timeline ──tracer()──▶ (visit, mapping, path) ──▶ hops, each with those before it
 *
 * It follows what the definition says and what the history holds, in JSONata and JSONPath. A reference is followed field
 * by field; of an expression, whatever it reads. A function's answer is an end: what it was given is another question.
 * Pure. Longer than most files here, because each of its functions calls the others and all walk the one timeline; what
 * needs neither is in trace-flow.ts and trace-reads.ts.
 * @module
 */
import type { Json } from '@/lib/base/json';
import {
  type Dollar,
  expressionText,
  functionOf,
  INVOKE,
  languageOf,
  type Mapping,
  type QueryLanguage,
  type Segment,
  type Source,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import { jsonOf } from './result';
import {
  assignedIn,
  hasOutputs,
  ofJsonPathOutput,
  ruleOutput,
  valueAt,
  whereCaught,
  withInputPath,
  within,
} from './trace-flow';
import { reads } from './trace-reads';

/** One place that a value was at on its way. `by`, `visit`: the step that had it there; `null` where none had. */
export type Hop = {
  kind:
    | 'fixed' // written in the step
    | 'run-input'
    | 'context'
    | 'variable' // kept under `name`
    | 'handed' // what the step handed on
    | 'result' // what the step was answered
    | 'error' // what the step caught
    | 'item'; // item `index` of the step's list
  by: string | null;
  visit: number | null;
  name?: string;
  index?: number;
  path: Segment[];
  /** `undefined`: not known, or not there */
  value: Json | undefined;
  /** what made it there, where that is no plain reference */
  expression: string | null;
  from: Hop[];
  /** so many of the same kind are left out */
  more?: number;
};

type Visit = Timeline['trace']['visits'][number];
export type Tracer = (visit: StateVisit, mapping: Mapping, path?: Segment[]) => Hop[];

/** Longer ways than this are cut: a loop of a thousand rounds came from its first, and nobody reads that far. */
const DEEPEST = 24;
/** Items of a list that are followed, where all of them went in. */
const MOST_ITEMS = 3;
/** Mappings that are looked at for one value: an expression may read ten others, and each of them ten. */
const MOST_HOPS = 400;

/** Where a mapping stands: what `$` is there in JSONPath, and whether the result is the one before ResultSelector. */
type Place = { dollar: Dollar; raw: boolean };
const GIVEN: Place = { dollar: 'state-input', raw: false };
const SELECTED: Place = { dollar: 'result', raw: true };
const whenAssigned = ({ status }: StateVisit, node: WorkflowNode): Place => ({
  dollar: status === 'caught' ? 'error' : HAS_RESULT.has(node.kind) ? 'result' : 'state-input',
  raw: false,
});
const HAS_RESULT = new Set<WorkflowNode['kind']>(['task', 'pass', 'map', 'parallel']);

export function tracer(graph: Workflow, timeline: Timeline): Tracer {
  const { visits } = timeline.trace;
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const nodeOf = (visit: StateVisit) => nodes.get(visit.name);
  const languageAt = (node: WorkflowNode): QueryLanguage => languageOf(graph, node) ?? 'JSONPath';
  let depth = 0;
  let left = MOST_HOPS;

  const hop = (visit: StateVisit | null, kind: Hop['kind'], more: Partial<Hop>): Hop => ({
    kind,
    by: visit?.name ?? null,
    visit: visit?.id ?? null,
    path: [],
    value: undefined,
    expression: null,
    from: [],
    ...more,
  });
  const deeper = (follow: () => Hop[]): Hop[] => {
    if (depth >= DEEPEST) return [];
    depth++;
    try {
      return follow();
    } finally {
      depth--;
    }
  };

  /** What the mapping of a step made, at a path inside of it. */
  function ofMapping(visit: Visit, mapping: Mapping, path: Segment[], place: Place = GIVEN): Hop[] {
    const node = nodeOf(visit);
    if (!node || left <= 0) return [];
    left--;
    switch (mapping.kind) {
      case 'literal':
        return [hop(visit, 'fixed', { value: valueAt(mapping.value, path) })];
      case 'object': {
        const [first, ...rest] = path;
        const field = mapping.fields.find(({ name }) => name === first);
        if (first !== undefined) return field ? ofMapping(visit, field.value, rest, place) : [];
        return unique(mapping.fields.flatMap(({ value }) => ofMapping(visit, value, [], place)));
      }
      case 'list': {
        const [first, ...rest] = path;
        const item = typeof first === 'number' ? mapping.items[first] : undefined;
        if (first !== undefined) return item ? ofMapping(visit, item, rest, place) : [];
        return unique(mapping.items.flatMap((one) => ofMapping(visit, one, [], place)));
      }
      case 'reference':
        return ofSource(visit, node, mapping.from, [...mapping.path, ...path], place.raw, true);
      case 'expression':
        return unique(
          reads(mapping.text, languageAt(node), place.dollar).flatMap((read) =>
            ofSource(visit, node, read.from, read.path, place.raw, false),
          ),
        );
    }
  }

  /**
   * @param raw the result is the one before the step's ResultSelector
   * @param sure the source is named as such: a variable that no step kept is missing, and no name of the expression's own
   */
  function ofSource(
    visit: Visit,
    node: WorkflowNode,
    from: Source,
    path: Segment[],
    raw: boolean,
    sure: boolean,
  ): Hop[] {
    switch (from.kind) {
      case 'variable':
        return ofVariable(visit, from.name, path, sure);
      case 'state-input':
        return ofInput(visit, path);
      case 'result':
        return raw ? ofRawResult(visit, node, path) : ofResult(visit, node, path);
      case 'input':
        return [hop(null, 'run-input', { path, value: valueAt(jsonOf(timeline.input), path) })];
      case 'error':
        return [caught(visit, path)];
      case 'context': {
        const [map, item, value, ...rest] = path;
        if (map === 'Map' && item === 'Item' && value === 'Value') return ofItem(visit, rest);
        return [hop(null, 'context', { path })];
      }
    }
  }

  const caught = (visit: Visit, path: Segment[]) =>
    hop(visit, 'error', { path, value: valueAt({ Error: visit.error ?? '', Cause: visit.cause ?? '' }, path) });

  function ofVariable(visit: Visit, name: string, path: Segment[], sure: boolean): Hop[] {
    const scopes = around(visit);
    const giver = visits.findLast(
      (one) =>
        one.enteredEventId < visit.enteredEventId &&
        scopes.has(scopeKey(one)) &&
        one.assigned !== null &&
        Object.hasOwn(one.assigned, name),
    );
    // A name that no step kept is one of the expression's own.
    if (!giver) return sure ? [hop(null, 'variable', { name, path })] : [];
    const value = valueAt(jsonOf(giver.assigned?.[name]), path);
    const node = nodeOf(giver);
    const made = node && assignedIn(node, giver, name);
    const from = made ? deeper(() => ofMapping(giver, made, path, whenAssigned(giver, node))) : [];
    return [hop(giver, 'variable', { name, path, value, from, ...madeBy(made, node, path) })];
  }

  /** The expression that made what stands at a path of a mapping, where one did. */
  const madeBy = (whole: Mapping | undefined, node: WorkflowNode | undefined, path: Segment[]): Partial<Hop> => {
    const [mapping] = whole ? within(whole, path) : [];
    return mapping?.kind === 'expression' && node ? { expression: expressionText(mapping, languageAt(node)) } : {};
  };

  /** Scopes that a visit sees: its own, and those around it. */
  function around(visit: Visit): Set<string> {
    const seen = new Set<string>();
    for (let at: Visit | undefined = visit; at; at = at.parent === null ? undefined : visits[at.parent])
      seen.add(scopeKey(at));
    return seen;
  }

  function before(visit: Visit): Visit | undefined {
    const key = scopeKey(visit);
    const last = visits.findLast((one) => one.enteredEventId < visit.enteredEventId && scopeKey(one) === key);
    return last?.output === visit.input ? last : undefined;
  }

  /** A path inside of what a step found as its input. */
  function ofInput(visit: Visit, path: Segment[]): Hop[] {
    const value = valueAt(jsonOf(visit.input), path);
    const giver = before(visit);
    if (giver) {
      const from = deeper(() => ofOutput(giver, path));
      const [only] = from;
      const same = from.length === 1 && only?.visit === giver.id && only.kind !== 'fixed';
      if (same || (from.length > 0 && passesOn(giver, path))) return from;
      return [hop(giver, 'handed', { path, value, ...outputBy(giver, path), from })];
    }
    const outer = visit.parent === null ? undefined : visits[visit.parent];
    if (!outer) return [hop(null, 'run-input', { path, value })];
    const node = nodeOf(outer);
    if (visit.lane?.kind === 'map') return ofItem(visit, path, value);
    return node && 'arguments' in node && node.arguments
      ? ofMapping(outer, node.arguments, path)
      : ofInput(outer, withInputPath(node, path));
  }

  const outputBy = (visit: Visit, path: Segment[]): Partial<Hop> => {
    const node = nodeOf(visit);
    if (!node || languageAt(node) === 'JSONata') return madeBy(node?.output, node, path);
    const at = ofJsonPathOutput(node, path);
    const made = node.resultSelector ?? (node.kind === 'pass' ? node.arguments : undefined);
    return at.kind === 'result' ? madeBy(made, node, at.path) : {};
  };

  /** The step only let it through: it is no place that the value came from. */
  function passesOn(visit: Visit, path: Segment[]): boolean {
    const node = nodeOf(visit);
    if (!node || node.output) return false;
    if (visit.status === 'caught') return whereCaught(node, path) === 'input';
    if (node.kind === 'wait' || node.kind === 'succeed' || (node.kind === 'choice' && !hasOutputs(node))) return true;
    if (languageAt(node) === 'JSONata') return node.kind === 'pass';
    return node.kind === 'pass' && !node.arguments && node.result === undefined
      ? true
      : ofJsonPathOutput(node, path).kind === 'input';
  }

  function ofOutput(visit: Visit, path: Segment[]): Hop[] {
    const node = nodeOf(visit);
    if (!node) return [];
    if (visit.status === 'caught') return ofCaught(visit, node, path);
    if (languageAt(node) === 'JSONata') {
      const output = node.output ?? ruleOutput(node);
      if (output) return ofMapping(visit, output, path);
      return node.kind === 'task' || node.kind === 'map' || node.kind === 'parallel'
        ? ofResult(visit, node, path)
        : ofInput(visit, path);
    }
    const at = ofJsonPathOutput(node, path);
    if (at.kind === 'input') return ofInput(visit, at.path);
    const result = ofResult(visit, node, at.path);
    return at.kind === 'both' ? unique([...result, ...ofInput(visit, path)]) : result;
  }

  function ofCaught(visit: Visit, node: WorkflowNode, path: Segment[]): Hop[] {
    const made = 'catchers' in node ? node.catchers?.find(({ output }) => output)?.output : undefined;
    if (made) return ofMapping(visit, made, path);
    const where = whereCaught(node, path);
    const error = where === 'input' ? [] : [caught(visit, where === 'both' ? [] : where)];
    return where === 'input' || where === 'both' ? [...error, ...ofInput(visit, path)] : error;
  }

  /** A path inside of a state's result, before it was put into the output. */
  function ofResult(visit: Visit, node: WorkflowNode, path: Segment[]): Hop[] {
    if (node.resultSelector) return ofMapping(visit, node.resultSelector, path, SELECTED);
    return ofRawResult(visit, node, path);
  }

  function ofRawResult(visit: Visit, node: WorkflowNode, path: Segment[]): Hop[] {
    switch (node.kind) {
      case 'task': {
        const inside = node.resource === INVOKE && functionOf(node) !== null && path[0] === 'Payload';
        const shown = inside ? path.slice(1) : path;
        return [hop(visit, 'result', { path: shown, value: valueAt(jsonOf(visit.result), path) })];
      }
      case 'parallel':
      case 'map':
        return ofLanes(visit, path);
      case 'pass':
        if (node.result !== undefined) return [hop(visit, 'fixed', { value: valueAt(node.result, path) })];
        return node.arguments ? ofMapping(visit, node.arguments, path) : ofInput(visit, withInputPath(node, path));
      default:
        return ofInput(visit, path);
    }
  }

  /** What the branches or the items of a container ended with: a list, of which a path names one, or all. */
  function ofLanes(visit: Visit, path: Segment[]): Hop[] {
    const last = new Map<number, Visit>();
    for (const one of visits)
      if (one.parent === visit.id && one.lane && one.output !== null) last.set(one.lane.index, one);
    const [first] = path;
    const rest = typeof first === 'number' ? path.slice(1) : path;
    const chosen = [...last].filter(([index]) => typeof first !== 'number' || index === first).map(([, one]) => one);
    const found = chosen.slice(0, MOST_ITEMS).map((one) =>
      hop(one, 'handed', {
        path: rest,
        value: valueAt(jsonOf(one.output), rest),
        ...outputBy(one, rest),
        from: deeper(() => ofOutput(one, rest)),
      }),
    );
    const end = found.at(-1);
    if (end && chosen.length > MOST_ITEMS) end.more = chosen.length - MOST_ITEMS;
    return found.length > 0 ? found : [hop(visit, 'result', { path, value: valueAt(jsonOf(visit.output), path) })];
  }

  /** The item that the visit, or what it is in, was begun for. */
  function ofItem(visit: Visit, path: Segment[], known?: Json): Hop[] {
    let inside: Visit | undefined = visit;
    while (inside && inside.lane?.kind !== 'map') inside = inside.parent === null ? undefined : visits[inside.parent];
    const outer = inside?.parent == null ? undefined : visits[inside.parent];
    const index = inside?.lane?.index;
    const node = outer && nodeOf(outer);
    if (!outer || index === undefined || node?.kind !== 'map') return [hop(null, 'context', { path })];
    const item = (deep: Segment[]): Hop[] => {
      const from = deeper(() => ofItems(outer, node, [index, ...deep]));
      return [hop(outer, 'item', { index, path: deep, value: known ?? from[0]?.value, from })];
    };
    // What each item is given may be made by a selector, which reads the item by its context.
    if (visit.parent === outer.id && known !== undefined && node.itemSelector)
      return ofSelector(outer, node.itemSelector, path, item);
    return item(path);
  }

  function ofSelector(outer: Visit, selector: Mapping, path: Segment[], item: (path: Segment[]) => Hop[]): Hop[] {
    const [mapping, rest] = within(selector, path);
    if (mapping?.kind === 'reference' && mapping.from.kind === 'context') {
      const [map, part, value, ...deep] = mapping.path;
      if (map === 'Map' && part === 'Item' && value === 'Value') return item([...deep, ...rest]);
    }
    if (mapping?.kind === 'expression' && /Map\.Item\.Value/.test(mapping.text)) return item([]);
    return mapping ? ofMapping(outer, mapping, rest) : [];
  }

  function ofItems(visit: Visit, node: Extract<WorkflowNode, { kind: 'map' }>, path: Segment[]): Hop[] {
    if (node.itemReader || node.itemBatcher) return [];
    if (node.items) return ofMapping(visit, node.items, path);
    return ofInput(visit, withInputPath(node, path));
  }

  return (visit, mapping, path = []) => {
    const known = visits[visit.id];
    left = MOST_HOPS;
    return known ? ofMapping(known, mapping, path) : [];
  };
}

const scopeKey = ({ parent, lane }: Visit): string => `${parent ?? ''}/${lane?.index ?? ''}`;

const unique = (hops: Hop[]): Hop[] => {
  const seen = new Set<string>();
  return hops.filter((one) => {
    const key = JSON.stringify([
      one.kind,
      one.visit,
      one.name,
      one.index,
      one.path,
      one.kind === 'fixed' ? one.value : 0,
    ]);
    return !seen.has(key) && seen.add(key);
  });
};
