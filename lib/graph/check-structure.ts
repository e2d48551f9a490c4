/** What leads where: starts, edges, unreachable steps, names. One part of `check`. */
import type { Say } from './check';
import { MAX_NAME } from './names';
import { MISSING_FUNCTION, type Parent, type Workflow, type WorkflowDocument, type WorkflowNode } from './schema';
import { flowOf } from './scope';
import { childrenOf, edgeOf, edgesFrom, mayCatch, nodeOf, type ScopeFields, scopeKey, scopeOf, scopesOf } from './tree';

export function checkStructure({ graph }: WorkflowDocument, say: Say): void {
  checkScope(graph, null, graph, say);
  const flow = flowOf(graph);
  const byName = new Map<string, WorkflowNode>();
  for (const node of graph.nodes) {
    checkName(graph, node, byName, say);
    for (const { parent, scope } of scopesOf(node)) checkScope(graph, parent, scope, say);
    checkNode(graph, node, say);
    const started = (scopeOf(graph, node.parent)?.startAt ?? null) !== null;
    const reachable = node.parent === null || flow.has(node.parent.id);
    if (!flow.has(node.id) && started && reachable) {
      say('UNREACHABLE', 'error', `Nothing leads to "${node.name}".`, 'Connect an earlier step to it, or delete it.', {
        node: node.id,
      });
    }
  }
}

function checkScope(graph: Workflow, parent: Parent | null, scope: ScopeFields, say: Say): void {
  const container = parent && nodeOf(graph, parent.id);
  const at = parent ? { node: parent.id } : {};
  const start = scope.startAt === null ? undefined : nodeOf(graph, scope.startAt);
  if (start && scopeKey(start.parent) === scopeKey(parent)) return;
  const where = container ? `"${container.name}"` : 'the workflow';
  const branch = container?.kind === 'parallel' ? ` in branch ${parent!.branch + 1}` : '';
  if (childrenOf(graph, parent).length === 0) {
    say(
      'SCOPE_EMPTY',
      'error',
      container ? `${where} has nothing to run${branch}.` : 'The workflow has no steps.',
      container ? 'Put a step into it, or delete it.' : 'Add a first step.',
      at,
    );
  } else say('START_MISSING', 'error', `Nothing says where ${where} begins${branch}.`, 'Set a step as the start.', at);
}

function checkName(graph: Workflow, node: WorkflowNode, byName: Map<string, WorkflowNode>, say: Say): void {
  const at = { node: node.id, path: ['name'] };
  if (node.name.trim() === '') say('NAME_EMPTY', 'error', `A ${node.kind} step has no name.`, 'Give it a name.', at);
  if (node.name.length > MAX_NAME) {
    say(
      'NAME_TOO_LONG',
      'error',
      `The name of "${node.name.slice(0, 30)}…" has ${node.name.length} characters; ${MAX_NAME} are allowed.`,
      'Shorten it.',
      at,
    );
  }
  const other = byName.get(node.name);
  if (!other) byName.set(node.name, node);
  else if (scopeKey(other.parent) === scopeKey(node.parent)) {
    say('NAME_TWICE', 'error', `Two steps are called "${node.name}".`, 'Rename one of them.', at);
  } else {
    const where = node.parent ? `"${nodeOf(graph, node.parent.id)?.name}"` : 'the workflow';
    say(
      'NAME_TWICE',
      'warning',
      `Another step is called "${node.name}", like the one in ${where}.`,
      'Rename one of them: names should be unique in a workflow.',
      at,
    );
  }
}

function checkNode(graph: Workflow, node: WorkflowNode, say: Say): void {
  const at = (...path: (string | number)[]) => ({ node: node.id, path });
  for (const edge of edgesFrom(graph, node.id)) {
    const to = nodeOf(graph, edge.to);
    if (!to) {
      say(
        'EDGE_TO_NOWHERE',
        'error',
        `An edge of "${node.name}" leads to a step that does not exist.`,
        'Connect it to a step, or delete the edge.',
        at('edges', edge.id),
      );
    } else if (scopeKey(to.parent) !== scopeKey(node.parent)) {
      say(
        'EDGE_LEAVES_SCOPE',
        'error',
        `The edge from "${node.name}" to "${to.name}" crosses the border of a container.`,
        'Connect steps of the same container only.',
        at('edges', edge.id),
      );
    }
  }
  if (node.kind === 'choice') {
    if (node.rules.length === 0 && node.extra?.Choices === undefined)
      say('CHOICE_EMPTY', 'error', `"${node.name}" has no rule.`, 'Add a rule.', at('rules'));
    for (const [i, rule] of node.rules.entries()) {
      if (!edgeOf(graph, node.id, 'rule', i) && rule.extra?.Next === undefined) {
        say(
          'RULE_WITHOUT_EDGE',
          'error',
          `Rule ${i + 1} of "${node.name}" leads nowhere.`,
          'Connect it to a step, or remove it.',
          at('rules', i),
        );
      }
      if (rule.condition.language === 'JSONata' && isNever(rule.condition.value)) {
        say(
          'RULE_UNSET',
          'warning',
          `Rule ${i + 1} of "${node.name}" is never true.`,
          'Say when it applies.',
          at('rules', i, 'condition'),
        );
      }
    }
    if (!edgeOf(graph, node.id, 'default') && node.extra?.Default === undefined) {
      say(
        'DEFAULT_MISSING',
        'warning',
        `"${node.name}" fails the run when no rule applies.`,
        'Connect its default to a step.',
        at('default'),
      );
    }
  }
  sayTargets(graph, node, say);
  if (mayCatch(node)) {
    for (const [i, catcher] of (node.catchers ?? []).entries()) {
      if (edgeOf(graph, node.id, 'catch', i) || catcher.extra?.Next !== undefined) continue;
      say(
        'CATCHER_WITHOUT_EDGE',
        'error',
        `Catcher ${i + 1} of "${node.name}" leads nowhere.`,
        'Connect it to a step, or remove it.',
        at('catchers', i),
      );
    }
  }
  if (
    node.kind === 'wait' &&
    !node.wait &&
    !Object.keys(node.extra ?? {}).some((key) => /^(Seconds|Timestamp)(Path)?$/.test(key))
  ) {
    say('WAIT_UNSET', 'error', `"${node.name}" does not say how long to wait.`, 'Set seconds or a time.', at('wait'));
  }
  if (node.kind === 'task' && node.resource === '' && node.extra?.Resource === undefined) {
    say(
      'RESOURCE_MISSING',
      'error',
      `"${node.name}" does not say what it does.`,
      'Choose a function for it.',
      at('resource'),
    );
  }
  if (node.kind === 'task' && node.resource === MISSING_FUNCTION) {
    say(
      'FUNCTION_MISSING',
      'error',
      `No function does "${node.name}" yet${node.comment ? `: ${node.comment}` : '.'}`,
      'Choose a function for it, make a stub of one, or delete the step.',
      at('resource'),
    );
  }
}

/** Names of steps that a text gave and that no step has: kept as they stand, and nothing that could run. */
function sayTargets(graph: Workflow, node: WorkflowNode, say: Say): void {
  const tell = (to: unknown, drawn: unknown, ...path: (string | number)[]) => {
    if (to === undefined || drawn) return;
    say(
      'TARGET_UNKNOWN',
      'error',
      `"${node.name}" leads to ${JSON.stringify(to)}, which is no step beside it.`,
      'Correct the name, or connect the step on the canvas.',
      { node: node.id, path },
    );
  };
  tell(node.extra?.Next, edgeOf(graph, node.id, 'next'), 'next');
  if (node.kind === 'choice') {
    tell(node.extra?.Default, edgeOf(graph, node.id, 'default'), 'default');
    for (const [i, rule] of node.rules.entries()) tell(rule.extra?.Next, edgeOf(graph, node.id, 'rule', i), 'rules', i);
  }
  if (mayCatch(node))
    for (const [i, catcher] of (node.catchers ?? []).entries())
      tell(catcher.extra?.Next, edgeOf(graph, node.id, 'catch', i), 'catchers', i);
}

const isNever = (condition: { kind: string; text?: string; value?: unknown }) =>
  condition.kind === 'literal'
    ? condition.value === false
    : condition.kind === 'expression' && condition.text?.trim() === 'false';
