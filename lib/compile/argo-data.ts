/**
 * Where each value of a step comes from, said for Argo: results of earlier tasks, the workflow's input, what a scope was
 * handed.
 *
 * AWS keeps state inputs, outputs and variables; Argo has outputs of tasks only. So a value is followed back to the task
 * that made it, through every Pass, Choice and variable on the way; what cannot be followed is `null`.
 * @module
 */
import { functionOf, mappingAt, payloadPath } from '@/lib/graph/build';
import { parseReference, type Reference, type Segment } from '@/lib/graph/data';
import type { Mapping, Parent, Workflow, WorkflowEdge, WorkflowNode } from '@/lib/graph/schema';
import { isDistributed } from '@/lib/graph/scope';
import { languageOf, nodeOf, scopeKey } from '@/lib/graph/tree';
import { boundVariables } from '@/lib/graph/variables';
import type { Flow } from './argo-flow';
import { fromJsonata, literal, member, pick, record } from './argo-values';

/** The expression of a part of a value; `null` where Argo has none. */
export type Value = (path: Segment[]) => string | null;

export type ScopeData = {
  graph: Workflow;
  parent: Parent | null;
  flow: Flow;
  /** tasks by node id */
  taskOf: Map<string, string>;
  /** the tasks of a Parallel's branches, by its node id */
  branchesOf: Map<string, string[]>;
  /** around this scope; `null` for the workflow itself */
  outer: ScopeData | null;
  /** parameters that the caller passes, with their expression in the caller's scope, by key */
  handed: Map<string, { name: string; value: string }>;
  nameOf: (wish: string) => string;
  memo: Map<string, string | null>;
};

const RESULT = "outputs.parameters['result']";
const nothing: Value = () => null;

/** A value of the caller's scope as a parameter of this one's template. */
function handIn(scope: ScopeData, key: string, wish: string, make: () => string | null): Value {
  return (path) => {
    let known = scope.handed.get(key);
    if (!known) {
      const value = make();
      if (value === null) return null;
      known = { name: scope.nameOf(wish), value };
      scope.handed.set(key, known);
    }
    return pick(`inputs.parameters['${known.name}']`, path);
  };
}

const container = (scope: ScopeData): WorkflowNode | undefined =>
  scope.parent ? nodeOf(scope.graph, scope.parent.id) : undefined;

// ------------------------------------------------------------------ inputs, results, outputs

/** What a step is given. */
export function inputOf(scope: ScopeData, node: WorkflowNode): Value {
  const whole: Value = (path) =>
    remembered(scope, `in ${node.id} ${JSON.stringify(path)}`, () => {
      if (scope.flow.start?.id === node.id) return scopeInput(scope)(path);
      const ways = scope.flow.incoming(node.id).map((edge) => behind(scope, edge)(path));
      return ways.every((way) => way === ways[0]) ? (ways[0] ?? null) : null;
    });
  return languageOf(scope.graph, node) === 'JSONPath' ? atPath(whole, node.inputPath) : whole;
}

/** Values are asked for again and again, from every step behind; a circle ends in `null`. */
function remembered(scope: ScopeData, key: string, make: () => string | null): string | null {
  const known = scope.memo.get(key);
  if (known !== undefined) return known;
  scope.memo.set(key, null);
  const made = make();
  scope.memo.set(key, made);
  return made;
}

/** What a scope's first step is given. */
function scopeInput(scope: ScopeData): Value {
  const holder = container(scope);
  if (!scope.outer || !holder) return (path) => pick("workflow.parameters['input']", path);
  const outer = scope.outer;
  if (holder.kind === 'map') return item;
  return handIn(scope, 'input', 'input', () => argumentsOf(outer, holder)([]));
}
/** The parameter that each run of a Map's template gets. */
const item: Value = (path) => pick("inputs.parameters['item']", path);

/** `Arguments` or `Parameters`, else the input. */
export function argumentsOf(scope: ScopeData, node: WorkflowNode): Value {
  const given = 'arguments' in node ? node.arguments : undefined;
  return given ? mappingValue(scope, node, given) : inputOf(scope, node);
}

/** What comes along an edge. */
function behind(scope: ScopeData, edge: WorkflowEdge): Value {
  const node = nodeOf(scope.graph, edge.from);
  if (!node || edge.kind === 'catch') return nothing;
  const own = edge.kind === 'rule' && node.kind === 'choice' ? node.rules[edge.index ?? 0]?.output : undefined;
  return own ? mappingValue(scope, node, own) : outputOf(scope, node);
}

/** What a step's work gives, within its own `Assign` and `Output`. */
function resultOf(scope: ScopeData, node: WorkflowNode): Value {
  const task = scope.taskOf.get(node.id);
  switch (node.kind) {
    case 'task': {
      const envelope = functionOf(node) === null ? [] : payloadPath(node);
      return (path) => {
        const answer = `tasks['${task}'].${RESULT}`;
        if (envelope.length === 0) return pick(answer, path);
        if (path.length === 0) return record([['Payload', pick(answer, [])]]);
        return path[0] === 'Payload' ? pick(answer, path.slice(1)) : null;
      };
    }
    case 'map':
      return (path) => pick(`tasks['${task}'].${RESULT}`, path);
    case 'parallel':
      return ([branch, ...path]) => {
        const tasks = (scope.branchesOf.get(node.id) ?? []).map((name) => `tasks['${name}'].${RESULT}`);
        if (branch === undefined) return `[${tasks.map((source) => pick(source, [])).join(', ')}]`;
        const source = typeof branch === 'number' ? tasks.at(branch) : undefined;
        return source ? pick(source, path) : null;
      };
    case 'pass':
      if (node.result !== undefined) return mappingValue(scope, node, { kind: 'literal', value: node.result });
      return argumentsOf(scope, node);
    default:
      return inputOf(scope, node);
  }
}

/** What the next step is given. */
export function outputOf(scope: ScopeData, node: WorkflowNode): Value {
  if (languageOf(scope.graph, node) === 'JSONata') {
    return node.output ? mappingValue(scope, node, node.output) : resultOf(scope, node);
  }
  const result = node.resultSelector ? mappingValue(scope, node, node.resultSelector) : resultOf(scope, node);
  return atPath(placed(inputOf(scope, node), result, node.resultPath), node.outputPath);
}

/** JSONPath's `ResultPath`: the result put into the input. */
function placed(input: Value, result: Value, resultPath: string | null | undefined): Value {
  if (resultPath === undefined || resultPath === '$') return result;
  if (resultPath === null) return input;
  const place = parseReference(resultPath, 'JSONPath')?.path;
  if (!place) return nothing;
  return (path) => {
    if (place.every((segment, i) => path[i] === segment)) return result(path.slice(place.length));
    return path.every((segment, i) => place[i] === segment) ? null : input(path); // above the place: both, merged
  };
}

function atPath(value: Value, jsonPath: string | null | undefined): Value {
  if (jsonPath === undefined || jsonPath === '$') return value;
  if (jsonPath === null) return ofLiteral({});
  const found = parseReference(jsonPath, 'JSONPath');
  return found && found.from.kind === 'state-input' ? (path) => value([...found.path, ...path]) : nothing;
}

// ------------------------------------------------------------------ mappings

/** A mapping of a step. `$` in JSONPath, and `$states.result`, are what the step's work gave. */
export function mappingValue(scope: ScopeData, node: WorkflowNode, mapping: Mapping): Value {
  switch (mapping.kind) {
    case 'literal':
      return ofLiteral(mapping.value);
    case 'reference':
      return (path) => resolve(scope, node, { ...mapping, path: [...mapping.path, ...path] });
    case 'expression': {
      if (languageOf(scope.graph, node) === 'JSONPath') return nothing;
      return (path) => {
        const made = fromJsonata(mapping.text, (reference) => resolve(scope, node, reference));
        return made && member(made, path);
      };
    }
    case 'object':
      return (path) => {
        if (path.length > 0) {
          const inner = mappingAt(mapping, path.slice(0, 1));
          return inner ? mappingValue(scope, node, inner)(path.slice(1)) : null;
        }
        const fields = mapping.fields.map(({ name, value }) => [name, mappingValue(scope, node, value)([])] as const);
        const known = fields.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
        return known.length === fields.length ? record(known) : null;
      };
    case 'list':
      return (path) => {
        if (path.length > 0) {
          const inner = mappingAt(mapping, path.slice(0, 1));
          return inner ? mappingValue(scope, node, inner)(path.slice(1)) : null;
        }
        const items = mapping.items.map((inner) => mappingValue(scope, node, inner)([]));
        return items.every((inner) => inner !== null) ? `[${items.join(', ')}]` : null;
      };
  }
}

function ofLiteral(value: Extract<Mapping, { kind: 'literal' }>['value']): Value {
  return (path) => {
    const found = mappingAt({ kind: 'literal', value }, path);
    return found?.kind === 'literal' ? literal(found.value) : null;
  };
}

/** The expression of a reference that a step makes. */
export function resolve(scope: ScopeData, node: WorkflowNode, { from, path }: Reference): string | null {
  switch (from.kind) {
    case 'variable':
      return variable(scope, node, from.name)(path);
    case 'input':
      return executionInput(scope)(path);
    case 'context':
      return context(scope, node, path);
    case 'state-input':
      return inputOf(scope, node)(path);
    case 'result':
      return resultOf(scope, node)(path);
    case 'error':
      return null;
  }
}

/** A variable that one step sets, on the way here or around. */
function variable(scope: ScopeData, reader: WorkflowNode, name: string): Value {
  const binders = boundVariables(scope.graph).filter((bound) => bound.name === name);
  const [binder, ...others] = binders;
  if (binder?.by !== 'assign' || others.length > 0) return nothing;
  const setter = nodeOf(scope.graph, binder.node);
  const value = setter?.assign?.find((entry) => entry.name === name)?.value;
  if (!setter || !value) return nothing;
  if (scopeKey(setter.parent) === scopeKey(scope.parent)) {
    // Argo knows the outputs of earlier tasks only.
    return scope.flow.before(reader.id).has(setter.id)
      ? (path) => remembered(scope, `$${name} ${JSON.stringify(path)}`, () => mappingValue(scope, setter, value)(path))
      : nothing;
  }
  const { outer } = scope;
  const holder = container(scope);
  if (!outer || !holder) return nothing;
  return handIn(scope, `$${name}`, name, () => variable(outer, holder, name)([]));
}

/** The workflow's input; in a distributed Map, whose items run as executions of their own, the item. */
function executionInput(scope: ScopeData): Value {
  for (let at: ScopeData | null = scope; at; at = at.outer) {
    const holder = container(at);
    if (holder && isDistributed(holder)) return at === scope ? item : nothing;
  }
  return (path) => pick("workflow.parameters['input']", path);
}

function context(scope: ScopeData, node: WorkflowNode, path: Segment[]): string | null {
  const [first, second, third, ...rest] = path;
  if (first === 'Execution' && second === 'Input') return executionInput(scope)(path.slice(2));
  if (first === 'Execution' && (second === 'Id' || second === 'Name') && path.length === 2) return 'workflow.name';
  if (first === 'Execution' && second === 'StartTime' && path.length === 2) return 'workflow.creationTimestamp';
  if (first === 'State' && second === 'Name' && path.length === 2) return literal(node.name);
  if (first !== 'Map' || second !== 'Item' || third !== 'Value') return null;
  const holder = container(scope);
  // With an ItemSelector, what the template gets is the selection, not the item.
  if (holder?.kind === 'map') return holder.itemSelector ? null : item(rest);
  const { outer } = scope;
  if (!outer || !holder) return null;
  return handIn(scope, 'item', 'item', () => context(outer, holder, ['Map', 'Item', 'Value']))(rest);
}
