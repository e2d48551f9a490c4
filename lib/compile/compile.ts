/**
 * Turns a workflow graph into an Amazon States Language definition.
 *
 *   Workflow ──compile()──▶ definition ──decompile()──▶ Workflow
 *
 * Pure, and exact: it adds nothing and moves nothing, save a Pass for a step that is switched off. What the graph says and the language cannot is left out and
 * reported, never guessed. Runs in the browser. The table of fields is `fields.ts`, the text `text.ts`. Longer than most
 * files, because each piece of the language has its few lines here and is read beside its mirror in `decompile.ts`.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { Diagnostic } from '@/lib/base/problem';
import { running } from '@/lib/graph/off';
import type { Parent, Workflow, WorkflowEdge, WorkflowNode } from '@/lib/graph/schema';
import {
  childrenOf,
  edgesFrom,
  languageOf,
  mayCatch,
  mayGoOn,
  nodeOf,
  type ScopeFields,
  scopeKey,
} from '@/lib/graph/tree';
import { CATCHER, CONDITION, itemSelector, ROWS, type RowContext, RULE, WAITS, without, writeRows } from './fields';
import { ordered } from './text';

export { definitionHash, definitionText } from './text';

type Entries = [string, Json][];
type Say = (diagnostic: Omit<Diagnostic, 'severity'> & { severity?: Diagnostic['severity'] }) => void;
type Context = { graph: Workflow; say: Say; done: Set<string> };

export function compile(whole: Workflow): { definition: JsonObject; diagnostics: Diagnostic[] } {
  const graph = running(whole);
  const diagnostics: Diagnostic[] = [];
  const context: Context = {
    graph,
    done: new Set(),
    say: (diagnostic) => diagnostics.push({ severity: 'error', ...diagnostic }),
  };
  const own: Entries = [];
  if (graph.version !== undefined) own.push(['Version', graph.version]);
  if (graph.timeoutSeconds !== undefined) own.push(['TimeoutSeconds', graph.timeoutSeconds]);
  const definition = ordered(writeScope(graph, null, own, context));
  for (const node of graph.nodes) {
    if (context.done.has(node.id)) continue;
    context.say({
      code: 'NODE_LOST',
      message: `"${node.name}" is inside a container or branch that does not exist.`,
      hint: 'Move the step into an existing container, or delete it.',
      at: { node: node.id },
    });
  }
  return { definition, diagnostics };
}

// ------------------------------------------------------------------ scopes

function writeScope(scope: ScopeFields, parent: Parent | null, own: Entries, context: Context): JsonObject {
  const { graph, say } = context;
  const at = parent ? { node: parent.id } : {};
  const where = parent ? `"${nodeOf(graph, parent.id)?.name}"` : 'the workflow';
  const entries: Entries = [...own];
  if (scope.comment !== undefined) entries.push(['Comment', scope.comment]);
  if (scope.queryLanguage !== undefined) entries.push(['QueryLanguage', scope.queryLanguage]);

  const states: Entries = [];
  const names = new Set<string>();
  for (const node of childrenOf(graph, parent)) {
    context.done.add(node.id);
    if (names.has(node.name)) {
      say({
        code: 'NAME_TWICE',
        message: `Two steps in ${where} are called "${node.name}"; the second is left out.`,
        hint: 'Rename one of them.',
        at: { node: node.id, path: ['name'] },
      });
      continue;
    }
    names.add(node.name);
    states.push([node.name, writeState(node, context)]);
  }
  const unread = scope.extra?.States; // states of no known type
  const start = scope.startAt === null ? undefined : nodeOf(graph, scope.startAt);
  if (start && scopeKey(start.parent) === scopeKey(parent)) entries.push(['StartAt', start.name]);
  else if (scope.extra?.StartAt === undefined || scope.startAt !== null) {
    say(
      states.length === 0
        ? {
            code: 'SCOPE_EMPTY',
            message: parent
              ? `${where} has nothing to run${parent.branch ? ` in branch ${parent.branch + 1}` : ''}.`
              : 'The workflow has no steps.',
            hint: parent ? 'Put a step into it, or delete it.' : 'Add a first step.',
            at,
          }
        : {
            code: 'START_MISSING',
            message: `Nothing says where ${where} begins.`,
            hint: 'Set a step as the start.',
            at,
          },
    );
  }
  entries.push(['States', { ...(unread as JsonObject | undefined), ...Object.fromEntries(states) }]);
  return Object.fromEntries([...without(scope.extra, entries), ...entries]);
}

// ------------------------------------------------------------------ states

const TYPES: Record<WorkflowNode['kind'], string> = {
  task: 'Task',
  pass: 'Pass',
  choice: 'Choice',
  wait: 'Wait',
  parallel: 'Parallel',
  map: 'Map',
  succeed: 'Succeed',
  fail: 'Fail',
};

function writeState(node: WorkflowNode, context: Context): JsonObject {
  const say: Say = (d) => context.say({ ...d, at: { node: node.id, ...d.at } });
  const row = rowContext(node, context);
  const entries: Entries = [['Type', TYPES[node.kind]], ...writeRows(ROWS[node.kind], node, row)];
  entries.push(...writeInside(node, row, context, say));
  if (mayCatch(node) && node.catchers)
    entries.push(['Catch', node.catchers.map((_, i) => writeCatcher(node, i, context))]);
  const edges = edgesOut(node, context, say);
  const next = edges.get('next');
  if (next !== undefined) entries.push(['Next', next]);
  else if (mayGoOn(node) && node.extra?.Next === undefined && node.extra?.End === undefined)
    entries.push(['End', true]);
  const otherwise = edges.get('default');
  if (otherwise !== undefined) entries.push(['Default', otherwise]);
  return Object.fromEntries([...without(node.extra, entries), ...entries]);
}

function rowContext(node: WorkflowNode, { graph, say }: Context, path: (string | number)[] = []): RowContext {
  return {
    language: languageOf(graph, node),
    kind: node.kind,
    cannot: (code, message, hint) =>
      say({ code, message: `"${node.name}": ${message}`, hint, severity: 'error', at: { node: node.id, path } }),
  };
}

/** What only this kind of state has. */
function writeInside(node: WorkflowNode, row: RowContext, context: Context, say: Say): Entries {
  switch (node.kind) {
    case 'task':
      if (!node.resource && node.extra?.Resource === undefined) {
        say({
          code: 'RESOURCE_MISSING',
          message: `"${node.name}" does not say what it does.`,
          hint: 'Choose a function for it.',
          at: { path: ['resource'] },
        });
      }
      return [];
    case 'pass':
    case 'succeed':
    case 'fail':
      return [];
    case 'wait': {
      if (!node.wait) {
        const held = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].some(
          (key) => node.extra?.[key] !== undefined,
        );
        if (!held) {
          say({
            code: 'WAIT_UNSET',
            message: `"${node.name}" does not say how long to wait.`,
            hint: 'Set seconds or a time.',
            at: { path: ['wait'] },
          });
        }
        return [];
      }
      const { row: how } = WAITS.find((wait) => wait.for === node.wait?.for)!;
      return [how.write(node.wait.value, row)];
    }
    case 'choice': {
      if (node.rules.length === 0 && node.extra?.Choices === undefined) {
        say({
          code: 'CHOICE_EMPTY',
          message: `"${node.name}" has no rule.`,
          hint: 'Add a rule.',
          at: { path: ['rules'] },
        });
      }
      if (node.rules.length === 0 && node.extra?.Choices !== undefined) return [];
      return [['Choices', node.rules.map((_, i) => writeRule(node, i, context, say))]];
    }
    case 'parallel': {
      if (node.branches.length === 0 && node.extra?.Branches !== undefined) return [];
      if (node.branches.length === 0) {
        say({
          code: 'SCOPE_EMPTY',
          message: `"${node.name}" has no branch.`,
          hint: 'Add a branch with a step, or delete it.',
          at: { path: ['branches'] },
        });
      }
      return [
        ['Branches', node.branches.map((scope, branch) => writeScope(scope, { id: node.id, branch }, [], context))],
      ];
    }
    case 'map': {
      const entries: Entries = [];
      if (node.itemSelector) entries.push(itemSelector(node.legacy?.parameters === true).write(node.itemSelector, row));
      const key = node.legacy?.iterator ? 'Iterator' : 'ItemProcessor';
      const empty = childrenOf(context.graph, { id: node.id, branch: 0 }).length === 0;
      if (empty && node.processor.startAt === null && node.extra?.[key] !== undefined) return entries;
      const own: Entries = node.processorConfig ? [['ProcessorConfig', node.processorConfig]] : [];
      return [...entries, [key, writeScope(node.processor, { id: node.id, branch: 0 }, own, context)]];
    }
  }
}

function writeRule(
  node: Extract<WorkflowNode, { kind: 'choice' }>,
  index: number,
  context: Context,
  say: Say,
): JsonObject {
  const rule = node.rules[index]!;
  const row = rowContext(node, context, ['rules', index]);
  const { condition } = rule;
  const entries: Entries =
    condition.language === 'JSONPath'
      ? Object.entries(condition.value)
      : [...writeRows([CONDITION], { condition: condition.value }, { ...row, language: 'JSONata' })];
  if (condition.language !== row.language) {
    say({
      code: 'CONDITION_IN_OTHER_LANGUAGE',
      message: `Rule ${index + 1} of "${node.name}" is written in ${condition.language}, but the step's query language is ${row.language}.`,
      hint: 'Rewrite the condition, or change the step’s query language.',
      at: { path: ['rules', index, 'condition'] },
    });
  }
  entries.push(...writeRows(RULE, rule, row));
  return withNext(node, 'rule', index, rule.extra, entries, context);
}

function writeCatcher(
  node: Extract<WorkflowNode, { kind: 'task' | 'parallel' | 'map' }>,
  index: number,
  context: Context,
): JsonObject {
  const catcher = node.catchers![index]!;
  const row = rowContext(node, context, ['catchers', index]);
  const entries: Entries = [['ErrorEquals', catcher.errorEquals], ...writeRows(CATCHER, catcher, row)];
  return withNext(node, 'catch', index, catcher.extra, entries, context);
}

// ------------------------------------------------------------------ edges

const SPOKEN = { next: 'next step', default: 'default', rule: 'rule', catch: 'catcher' };

/** `Next` of a rule or a catcher: where its edge leads, else what `extra` remembers, else nothing and a word about it. */
function withNext(
  node: WorkflowNode,
  kind: 'rule' | 'catch',
  index: number,
  extra: JsonObject | undefined,
  entries: Entries,
  context: Context,
): JsonObject {
  const edge = edgesFrom(context.graph, node.id).find((e) => e.kind === kind && e.index === index);
  const to = edge && target(node, edge, context);
  if (to) entries.push(['Next', to]);
  else if (!edge && extra?.Next === undefined) {
    context.say({
      code: kind === 'rule' ? 'RULE_WITHOUT_EDGE' : 'CATCHER_WITHOUT_EDGE',
      message: `${kind === 'rule' ? 'Rule' : 'Catcher'} ${index + 1} of "${node.name}" leads nowhere.`,
      hint: 'Connect it to a step, or remove it.',
      at: { node: node.id, path: [kind === 'rule' ? 'rules' : 'catchers', index] },
    });
  }
  return Object.fromEntries([...without(extra, entries), ...entries]);
}

/** The targets of `next` and `default`; every edge that the state cannot have is reported. */
function edgesOut(node: WorkflowNode, context: Context, say: Say): Map<'next' | 'default', string> {
  const targets = new Map<'next' | 'default', string>();
  const seen = new Set<string>();
  for (const edge of edgesFrom(context.graph, node.id)) {
    const slot = `${edge.kind}:${edge.index}`;
    const allowed = edgeAllowed(node, edge);
    if (!allowed || seen.has(slot)) {
      say({
        code: allowed ? 'EDGE_TWICE' : 'EDGE_WITHOUT_SOURCE',
        message: allowed
          ? `"${node.name}" has two edges for the same ${SPOKEN[edge.kind]}; the second is left out.`
          : `An edge leaves "${node.name}" by a ${SPOKEN[edge.kind]} that it does not have.`,
        hint: 'Delete the edge.',
        at: { path: ['edges', edge.id] },
      });
      continue;
    }
    seen.add(slot);
    if (edge.kind !== 'next' && edge.kind !== 'default') continue;
    const to = target(node, edge, context);
    if (to !== undefined) targets.set(edge.kind, to);
  }
  return targets;
}

function edgeAllowed(node: WorkflowNode, edge: WorkflowEdge): boolean {
  if (edge.kind === 'next') return mayGoOn(node);
  if (edge.kind === 'default') return node.kind === 'choice';
  if (edge.kind === 'rule') return node.kind === 'choice' && edge.index !== undefined && edge.index < node.rules.length;
  return mayCatch(node) && edge.index !== undefined && edge.index < (node.catchers?.length ?? 0);
}

/** The name of the state that an edge leads to. */
function target(node: WorkflowNode, edge: WorkflowEdge, { graph, say }: Context): string | undefined {
  const to = nodeOf(graph, edge.to);
  if (to && scopeKey(to.parent) === scopeKey(node.parent)) return to.name;
  say({
    code: to ? 'EDGE_LEAVES_SCOPE' : 'EDGE_TO_NOWHERE',
    message: to
      ? `The edge from "${node.name}" to "${to.name}" crosses the border of a container.`
      : `The ${SPOKEN[edge.kind]} of "${node.name}" leads to a step that does not exist.`,
    hint: to ? 'Connect steps of the same container only.' : 'Connect it to a step, or delete the edge.',
    at: { node: node.id, path: ['edges', edge.id] },
  });
  return undefined;
}
