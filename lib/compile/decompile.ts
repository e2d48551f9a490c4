/**
 * Reads an Amazon States Language definition into a workflow graph: the exact inverse of `compile`.
 *
 * Any definition opens, JSONPath, JSONata or mixed; what the graph has no field for lands in `extra`, word for word, and
 * what leads nowhere is kept there by name and reported. Node ids come from `like` by name and scope, so that an edit of
 * the text keeps selection and layout; else they are made from the name. Runs in the browser. As long as `compile.ts`,
 * and for the same reason.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { Diagnostic } from '@/lib/base/problem';
import { mappingFromJson } from '@/lib/graph/mappings';
import { putBack } from '@/lib/graph/off';
import {
  type Catcher,
  type ChoiceRule,
  type EdgeKind,
  edgeId,
  type MapNode,
  type NodeKind,
  type Parent,
  type QueryLanguage,
  type Workflow,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph/schema';
import { mayCatch, mayGoOn, type ScopeFields, scopeKey } from '@/lib/graph/tree';
import { CATCHER, isNames, itemSelector, ROWS, type RowContext, RULE, readRows, WAITS } from './fields';
import { idsFor, inOrderOf } from './ids';

type Path = (string | number)[];
type Context = {
  idOf: (name: string, parent: Parent | null) => string;
  nodes: WorkflowNode[];
  edges: WorkflowEdge[];
  say: (code: string, message: string, hint: string, path: Path, severity?: Diagnostic['severity']) => void;
};

const KINDS = new Map<Json | undefined, NodeKind>([
  ['Task', 'task'],
  ['Pass', 'pass'],
  ['Choice', 'choice'],
  ['Wait', 'wait'],
  ['Parallel', 'parallel'],
  ['Map', 'map'],
  ['Succeed', 'succeed'],
  ['Fail', 'fail'],
]);

/** @returns `graph: null` only where there is nothing to draw: no object, or no `States` */
export function decompile(definition: unknown, like?: Workflow): { graph: Workflow | null; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const context: Context = {
    idOf: idsFor(definition, like),
    nodes: [],
    edges: [],
    say: (code, message, hint, path, severity = 'error') =>
      diagnostics.push({ code, severity, message, hint, at: { path } }),
  };
  if (!isScope(definition)) {
    context.say(
      'DEFINITION_UNREADABLE',
      'This is not a state machine: it has no "States".',
      'Give a JSON object with "StartAt" and "States".',
      [],
    );
    return { graph: null, diagnostics };
  }
  const { scope, extra } = readScope(definition, null, 'JSONPath', [], context);
  const graph: Workflow = { ...scope, nodes: context.nodes, edges: context.edges };
  for (const [key, value] of Object.entries(extra)) {
    if (key === 'Version' && typeof value === 'string') graph.version = value;
    else if (key === 'TimeoutSeconds' && typeof value === 'number') graph.timeoutSeconds = value;
    else continue;
    delete extra[key];
  }
  if (Object.keys(extra).length) graph.extra = extra;
  for (const d of diagnostics) d.at = { ...d.at, ...nodeAt(graph, d.at.path ?? []) };
  return { graph: like ? putBack(inOrderOf(like, graph), like) : graph, diagnostics };
}

const isScope = (json: unknown): json is JsonObject & { States: JsonObject } => isObject(json) && isObject(json.States);

/** The node that a path into the definition ends in. */
function nodeAt(graph: Workflow, path: Path): { node?: string } {
  let parent: Parent | null = null;
  let found: string | undefined;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === 'States' && i + 1 < path.length) {
      const key: string = scopeKey(parent);
      const node: WorkflowNode | undefined = graph.nodes.find(
        (n) => n.name === path[i + 1] && scopeKey(n.parent) === key,
      );
      if (!node) break;
      found = node.id;
      const branch: string | number | undefined = path[i + 2] === 'Branches' ? path[i + 3] : 0;
      parent = { id: node.id, branch: typeof branch === 'number' ? branch : 0 };
      i++;
    }
  }
  return found === undefined ? {} : { node: found };
}

// ------------------------------------------------------------------ scopes

function readScope(
  json: JsonObject & { States: JsonObject },
  parent: Parent | null,
  outer: QueryLanguage,
  path: Path,
  context: Context,
) {
  const { say, idOf } = context;
  const scope: ScopeFields = { startAt: null };
  const extra: [string, Json][] = [];
  if (typeof json.Comment === 'string') scope.comment = json.Comment;
  if (json.QueryLanguage === 'JSONPath' || json.QueryLanguage === 'JSONata') scope.queryLanguage = json.QueryLanguage;
  const language = scope.queryLanguage ?? outer;

  const known = new Set<string>();
  const unknown: [string, Json][] = [];
  for (const [name, state] of Object.entries(json.States)) {
    if (isObject(state) && KINDS.has(state.Type)) known.add(name);
    else {
      unknown.push([name, state]);
      say(
        'STATE_TYPE_UNKNOWN',
        isObject(state)
          ? `"${name}" has the unknown type ${JSON.stringify(state.Type)}.`
          : `"${name}" is not an object.`,
        'Use Task, Pass, Choice, Wait, Parallel, Map, Succeed or Fail. It is kept as it stands, but not drawn.',
        [...path, 'States', name],
      );
    }
  }
  const idIn = (name: Json | undefined): string | undefined =>
    typeof name === 'string' && known.has(name) ? idOf(name, parent) : undefined;
  for (const name of known)
    readState(name, json.States[name] as JsonObject, parent, language, [...path, 'States', name], idIn, context);

  scope.startAt = idIn(json.StartAt) ?? null;
  if (scope.startAt === null) {
    say(
      'START_MISSING',
      json.StartAt === undefined
        ? 'Nothing says which state comes first.'
        : `StartAt names ${JSON.stringify(json.StartAt)}, which is no state here.`,
      'Set "StartAt" to the name of a state.',
      [...path, 'StartAt'],
    );
  }
  for (const [key, value] of Object.entries(json)) {
    if (key === 'States' || (key === 'Comment' && scope.comment !== undefined)) continue;
    if ((key === 'QueryLanguage' && scope.queryLanguage) || (key === 'StartAt' && scope.startAt !== null)) continue;
    extra.push([key, value]);
  }
  if (unknown.length) extra.push(['States', Object.fromEntries(unknown)]);
  return { scope, extra: Object.fromEntries(extra) as JsonObject };
}

/** A scope inside a container. */
function readInner(
  json: JsonObject & { States: JsonObject },
  parent: Parent,
  language: QueryLanguage,
  path: Path,
  context: Context,
) {
  const { scope, extra } = readScope(json, parent, language, path, context);
  if (Object.keys(extra).length) scope.extra = extra;
  return scope;
}

// ------------------------------------------------------------------ states

type IdIn = (name: Json | undefined) => string | undefined;

function readState(
  name: string,
  state: JsonObject,
  parent: Parent | null,
  scopeLanguage: QueryLanguage,
  path: Path,
  idIn: IdIn,
  context: Context,
): void {
  const { say, edges } = context;
  const id = context.idOf(name, parent);
  const kind = KINDS.get(state.Type)!;
  const own = state.QueryLanguage;
  const language = own === 'JSONPath' || own === 'JSONata' ? own : scopeLanguage;
  const row: RowContext = { language, kind, cannot: () => {} };
  const { fields, taken } = readRows(ROWS[kind], state, row);
  taken.add('Type');
  const node = { id, name, kind, parent, ...fields } as WorkflowNode;

  /** Takes a target as an edge; `false` leaves its name where it stood, in `extra`. */
  const lead = (to: Json | undefined, edge: EdgeKind, index: number | undefined, at: Path): boolean => {
    if (to === undefined) return false;
    const target = idIn(to);
    if (target === undefined) {
      say(
        'TARGET_UNKNOWN',
        `"${name}" leads to ${JSON.stringify(to)}, which is no state in the same scope.`,
        'Correct the name, or connect the step on the canvas.',
        [...path, ...at],
      );
      return false;
    }
    const found = { from: id, to: target, kind: edge, ...(index === undefined ? {} : { index }) };
    edges.push({ id: edgeId(found), ...found });
    return true;
  };

  const place = context.nodes.push(node) - 1; // before its children: a container comes first
  if (mayGoOn(node)) {
    if (lead(state.Next, 'next', undefined, ['Next'])) taken.add('Next');
    else if (state.End === true && state.Next === undefined) taken.add('End');
    if (state.Next === undefined && state.End === undefined) {
      say(
        'NEXT_MISSING',
        `"${name}" says neither where to go next nor that it ends.`,
        'It is taken as the end. Add "Next" or "End".',
        path,
      );
    }
    // Both at once, which no machine may have: `Next` leads, `End` is kept beside it.
  }
  readInside(node, state, row, scopeLanguage, path, taken, lead, context);
  if (mayCatch(node) && Array.isArray(state.Catch) && state.Catch.every((c) => isObject(c) && isNames(c.ErrorEquals))) {
    taken.add('Catch');
    node.catchers = state.Catch.map((json, i) =>
      readCatcher(json as JsonObject, row, (to) => lead(to, 'catch', i, ['Catch', i, 'Next'])),
    );
  }
  const extra = Object.entries(state).filter(([key]) => !taken.has(key));
  if (extra.length) node.extra = Object.fromEntries(extra);
  context.nodes[place] = node;
}

type Lead = (to: Json | undefined, kind: EdgeKind, index: number | undefined, at: Path) => boolean;

/** What only this kind of state has. */
function readInside(
  node: WorkflowNode,
  state: JsonObject,
  row: RowContext,
  outer: QueryLanguage,
  path: Path,
  taken: Set<string>,
  lead: Lead,
  context: Context,
): void {
  switch (node.kind) {
    case 'task':
      node.resource ??= '';
      return;
    case 'pass':
    case 'succeed':
    case 'fail':
      return;
    case 'wait':
      node.wait = null;
      for (const wait of WAITS) {
        const read = readRows([wait.row], state, row);
        if (node.wait || !('value' in read.fields)) continue;
        node.wait = { for: wait.for, value: read.fields.value as ReturnType<typeof mappingFromJson> };
        for (const key of read.taken) taken.add(key);
      }
      return;
    case 'choice':
      node.rules = [];
      if (Array.isArray(state.Choices) && state.Choices.every(isObject)) {
        taken.add('Choices');
        node.rules = state.Choices.map((json, i) =>
          readRule(json, row, (to) => lead(to, 'rule', i, ['Choices', i, 'Next'])),
        );
      }
      if (lead(state.Default, 'default', undefined, ['Default'])) taken.add('Default');
      return;
    case 'parallel':
      node.branches = [];
      if (!Array.isArray(state.Branches) || !state.Branches.every(isScope)) return;
      taken.add('Branches');
      node.branches = state.Branches.map((json, branch) =>
        readInner(
          json as JsonObject & { States: JsonObject },
          { id: node.id, branch },
          outer,
          [...path, 'Branches', branch],
          context,
        ),
      );
      return;
    case 'map':
      readMap(node, state, row, outer, path, taken, context);
      return;
  }
}

function readMap(
  node: MapNode,
  state: JsonObject,
  row: RowContext,
  outer: QueryLanguage,
  path: Path,
  taken: Set<string>,
  context: Context,
): void {
  const legacy: NonNullable<MapNode['legacy']> = {};
  for (const old of row.language === 'JSONPath' ? [false, true] : [false]) {
    const selector = readRows([itemSelector(old)], state, row);
    if (node.itemSelector !== undefined || !('itemSelector' in selector.fields)) continue;
    Object.assign(node, selector.fields);
    for (const key of selector.taken) taken.add(key);
    if (old) legacy.parameters = true;
  }
  node.processor = { startAt: null };
  const key = 'ItemProcessor' in state ? 'ItemProcessor' : 'Iterator';
  const inside = state[key];
  if (isScope(inside)) {
    taken.add(key);
    if (key === 'Iterator') legacy.iterator = true;
    const scope = readInner(inside, { id: node.id, branch: 0 }, outer, [...path, key], context);
    const { ProcessorConfig: config, ...others } = scope.extra ?? {};
    if (isObject(config)) {
      node.processorConfig = config;
      if (Object.keys(others).length) scope.extra = others;
      else delete scope.extra;
    }
    node.processor = scope;
  } else {
    context.say(
      'PROCESSOR_MISSING',
      `"${node.name}" has no readable "ItemProcessor".`,
      'Add one with "StartAt" and "States".',
      path,
    );
  }
  if (legacy.iterator || legacy.parameters) node.legacy = legacy;
}

function readRule(json: JsonObject, row: RowContext, lead: (to: Json | undefined) => boolean): ChoiceRule {
  const { fields, taken } = readRows(RULE, json, row);
  const extra: [string, Json][] = [];
  const comparison: [string, Json][] = [];
  const jsonata = row.language === 'JSONata' && Object.hasOwn(json, 'Condition');
  if (lead(json.Next)) taken.add('Next');
  for (const [key, value] of Object.entries(json)) {
    if (taken.has(key) || (jsonata && key === 'Condition')) continue;
    if (jsonata || key === 'Next' || key === 'Output' || key === 'Assign' || key === 'Comment')
      extra.push([key, value]);
    else comparison.push([key, value]);
  }
  return {
    condition: jsonata
      ? { language: 'JSONata', value: mappingFromJson(json.Condition!, { language: 'JSONata' }) }
      : { language: 'JSONPath', value: Object.fromEntries(comparison) },
    ...fields,
    ...(extra.length ? { extra: Object.fromEntries(extra) } : {}),
  };
}

function readCatcher(json: JsonObject, row: RowContext, lead: (to: Json | undefined) => boolean): Catcher {
  const { fields, taken } = readRows(CATCHER, json, row);
  if (lead(json.Next)) taken.add('Next');
  const extra = Object.entries(json).filter(([key]) => key !== 'ErrorEquals' && !taken.has(key));
  return {
    errorEquals: json.ErrorEquals as string[],
    ...fields,
    ...(extra.length ? { extra: Object.fromEntries(extra) } : {}),
  };
}
