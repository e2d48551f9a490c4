/**
 * What the tasks of an Argo export share: the shapes of its parts, what is said about losses, templates that several
 * tasks use, retries, and how a value is written into a parameter.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { Diagnostic } from '@/lib/base/problem';
import type { Mapping, NodeOf, Retrier, Workflow, WorkflowNode } from '@/lib/graph/schema';
import { isDistributed } from '@/lib/graph/scope';
import { mappingValue, type ScopeData } from './argo-data';
import { pick } from './argo-values';

export type Parameter = { name: string; value?: string; default?: string; valueFrom?: Record<string, string> };
export type Task = {
  name: string;
  template: string;
  depends?: string;
  when?: string;
  withParam?: string;
  arguments?: { parameters: Parameter[] };
};
export type Template = {
  name: string;
  inputs?: { parameters: Parameter[] };
  outputs?: { parameters: Parameter[] };
  parallelism?: number;
  activeDeadlineSeconds?: number;
  retryStrategy?: Record<string, Json>;
  dag?: { tasks: Task[] };
  suspend?: { duration?: string };
  container?: { image: string; command?: string[]; args: string[] };
};

export type Context = {
  graph: Workflow;
  templates: Template[];
  templateName: (wish: string) => string;
  /** templates that several tasks share, by what they say */
  shared: Map<string, string>;
  diagnostics: Diagnostic[];
  comments: Map<object, string[]>;
};

// ------------------------------------------------------------------ what is lost

export type Say = (code: string, message: string, hint: string, severity?: Diagnostic['severity']) => void;

export function sayAt({ diagnostics, comments }: Context, node: WorkflowNode | null, place: object): Say {
  return (code, message, hint, severity = 'warning') => {
    diagnostics.push({ code, severity, message, hint, at: node ? { node: node.id } : {} });
    comments.set(place, [...(comments.get(place) ?? []), `${code}: ${message} ${hint}`]);
  };
}

export function sayMapLimits(node: NodeOf<'map'>, own: Template, say: Say): void {
  const limit = node.maxConcurrency?.kind === 'literal' ? node.maxConcurrency.value : null;
  if (typeof limit === 'number' && limit > 0) {
    own.parallelism = Math.min(own.parallelism ?? limit, limit);
    say(
      'ARGO_MAP',
      `The limit of ${limit} at a time of "${node.name}" holds in Argo for all of its template.`,
      'Nothing is to be done: the rest only takes longer.',
      'info',
    );
  } else if (node.maxConcurrency && limit === null) {
    say(
      'ARGO_MAP',
      `How many items "${node.name}" takes at a time is only known at run time, which Argo does not allow.`,
      'Set a number.',
    );
  }
  const lost = [
    node.itemBatcher && 'batches',
    node.resultWriter && 'the result writer',
    (node.toleratedFailureCount || node.toleratedFailurePercentage) && 'tolerated failures',
    isDistributed(node) && !node.itemReader && 'runs of its own for each item',
  ].filter((what) => typeof what === 'string');
  if (lost.length > 0)
    say('ARGO_MAP', `"${node.name}" loses ${lost.join(', ')} in Argo.`, 'Do without, or do it in a step.');
}

export function sayCatchers(node: NodeOf<'task' | 'parallel' | 'map'>, say: Say): void {
  const [first, ...others] = node.catchers ?? [];
  const all = (names: string[]) => names.some((name) => name === 'States.ALL' || name === 'States.TaskFailed');
  if (!first || (others.length === 0 && all(first.errorEquals))) return;
  say(
    'ARGO_CATCH',
    `Argo does not tell errors apart: ${others.length > 0 ? 'all catchers' : 'the catcher'} of "${node.name}" would run after any failure.`,
    'Look at the error in the step that the catcher leads to.',
  );
}

// ------------------------------------------------------------------ what tasks share

/** @returns `null` where nothing is tried again */
export function retryStrategy(
  retriers: Retrier[] | undefined,
  say: Say,
  node: WorkflowNode,
): Record<string, Json> | null {
  const [first, ...others] = (retriers ?? []).filter((retrier) => retrier.maxAttempts !== 0);
  if (!first) return null;
  const names = first.errorEquals;
  const any = names.includes('States.ALL') || names.includes('States.TaskFailed');
  const transient = names.every((name) => name.startsWith('Lambda.')); // the platform's own faults, not the function's
  const factor = first.backoffRate ?? 2;
  const lost = [
    others.length > 0 && 'all but its first retrier',
    !any && !transient && `the errors ${names.join(', ')}: any failure is tried again`,
    first.maxDelaySeconds !== undefined && 'the longest delay',
    !Number.isInteger(factor) && `the backoff rate ${factor}, which is rounded`,
  ].filter((what) => typeof what === 'string');
  if (lost.length > 0)
    say(
      'ARGO_RETRY',
      `The retry of "${node.name}" loses in Argo ${lost.join('; ')}.`,
      'Look at its template’s retryStrategy.',
      'info',
    );
  return {
    limit: String(first.maxAttempts ?? 3),
    retryPolicy: transient ? 'OnError' : any ? 'Always' : 'OnFailure',
    backoff: { duration: `${first.intervalSeconds ?? 1}s`, factor: String(Math.max(1, Math.round(factor))) },
  };
}

const PLAIN: Record<'nothing' | 'wait' | 'wait-for-resume' | 'fail', Omit<Template, 'name'>> = {
  nothing: { suspend: { duration: '0' } },
  wait: { inputs: { parameters: [{ name: 'seconds' }] }, suspend: { duration: '{{inputs.parameters.seconds}}' } },
  'wait-for-resume': { suspend: {} },
  fail: {
    inputs: { parameters: [{ name: 'error' }, { name: 'cause' }] },
    container: {
      image: 'busybox:stable',
      command: ['sh', '-c', 'echo "$0: $1" >&2; exit 1'],
      args: ['{{inputs.parameters.error}}', '{{inputs.parameters.cause}}'],
    },
  },
};
export const plainTemplate = (context: Context, name: keyof typeof PLAIN): string =>
  sharedTemplate(context, name, PLAIN[name]);

/** One template for all tasks that need the same. */
export function sharedTemplate(context: Context, wish: string, template: Omit<Template, 'name'>): string {
  const key = `${wish} ${JSON.stringify(template)}`;
  const known = context.shared.get(key);
  if (known !== undefined) return known;
  const name = context.templateName(wish);
  context.shared.set(key, name);
  context.templates.push({ name, ...template });
  return name;
}

// ------------------------------------------------------------------ parameters

/** A mapping as a parameter's value, JSON text; `null` where Argo cannot say it. */
export function argument(data: ScopeData, node: WorkflowNode, mapping: Mapping): string | null {
  const text = mapping.kind === 'literal' ? JSON.stringify(mapping.value) : null;
  return text !== null && !/\{\{|\}\}/.test(text) ? text : tagOf(mappingValue(data, node, mapping)([]));
}

export const tagOf = (expression: string | null): string | null => (expression === null ? null : jsonTag(expression));
export const jsonTag = (expression: string): string => simpleTag(expression) ?? `{{=toJson(${expression})}}`;

/** A whole parameter needs no expression: it is JSON text already. */
export function simpleTag(expression: string | null): string | null {
  const source = expression && /^jsonpath\(([\w.'[\]-]+), '\$'\)$/.exec(expression)?.[1];
  return source && pick(source, []) === expression ? `{{${source.replace(/\['([\w-]+)'\]/g, '.$1')}}}` : null;
}
