/**
 * New steps, and what a step says about itself.
 *
 *   manifest ──taskForFunction()──▶ TaskNode ──functionOf() payloadOf() variableOf()──▶ what is in it
 *
 * New steps are JSONata. Names and ids are made unique by the edits that put a step into a graph.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { Reference } from './data';
import { idFromName } from './names';
import {
  type Mapping,
  MISSING_FUNCTION,
  type NodeKind,
  type NodeOf,
  type Retrier,
  type TaskNode,
  type Workflow,
  type WorkflowNode,
} from './schema';

export const INVOKE = 'arn:aws:states:::lambda:invoke';

/** Errors of Lambda itself that pass by themselves, as AWS's Workflow Studio sets them for each new Lambda step. */
export const defaultRetry = (): Retrier[] => [
  {
    errorEquals: [
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    intervalSeconds: 1,
    maxAttempts: 3,
    backoffRate: 2,
    jitterStrategy: 'FULL',
  },
];

export type Identity = { id?: string; name?: string };
const identity = (wish: string, { id, name = wish }: Identity = {}) => {
  const short = name.slice(0, 80) || 'Step';
  return { id: id ?? idFromName(short, () => false), name: short, parent: null };
};

/** A step that calls a function with an empty payload; its output is what the function answers. */
export const taskForFunction = (
  manifest: Pick<FunctionManifest, 'name' | 'title'>,
  options: Identity & { payload?: Mapping } = {},
): TaskNode => ({
  ...identity(manifest.title, options),
  kind: 'task',
  resource: INVOKE,
  arguments: invokeArguments(manifest.name, options.payload),
  output: { kind: 'reference', from: { kind: 'result' }, path: ['Payload'] },
  retry: defaultRetry(),
});

const invokeArguments = (name: string, payload: Mapping = { kind: 'literal', value: {} }): Mapping =>
  payload.kind === 'literal'
    ? { kind: 'literal', value: { FunctionName: name, Payload: payload.value } }
    : {
        kind: 'object',
        fields: [
          { name: 'FunctionName', value: { kind: 'literal', value: name } },
          { name: 'Payload', value: payload },
        ],
      };

/** A step that nothing can do yet. `check` reports it; `description` says what it should do. */
export const missingTask = (
  name: string,
  description: string,
  options: { id?: string; payload?: Mapping } = {},
): TaskNode => ({
  ...identity(name, { ...options, name }),
  kind: 'task',
  resource: MISSING_FUNCTION,
  comment: description,
  arguments: options.payload ?? { kind: 'literal', value: {} },
});

/** A new step of any other kind, as the palette offers it. A Parallel has two empty branches, a Choice one open rule. */
export function newNode<K extends Exclude<NodeKind, 'task'>>(kind: K, options: Identity = {}): NodeOf<K> {
  const nodes: { [T in Exclude<NodeKind, 'task'>]: () => NodeOf<T> } = {
    pass: () => ({ ...identity('Pass', options), kind: 'pass' }),
    choice: () => ({ ...identity('Choice', options), kind: 'choice', rules: [newRule()] }),
    wait: () => ({
      ...identity('Wait', options),
      kind: 'wait',
      wait: { for: 'seconds', value: { kind: 'literal', value: 5 } },
    }),
    parallel: () => ({
      ...identity('Parallel', options),
      kind: 'parallel',
      branches: [{ startAt: null }, { startAt: null }],
    }),
    map: () => ({
      ...identity('For each', options),
      kind: 'map',
      processorConfig: { Mode: 'INLINE' },
      processor: { startAt: null },
    }),
    succeed: () => ({ ...identity('Done', options), kind: 'succeed' }),
    fail: () => ({ ...identity('Fail', options), kind: 'fail' }),
  };
  return nodes[kind]() as NodeOf<K>;
}

/** A rule that is never true until someone says when. */
export const newRule = (): NodeOf<'choice'>['rules'][number] => ({
  condition: { language: 'JSONata', value: { kind: 'expression', text: ' false ' } },
});

// ------------------------------------------------------------------ what a step says about itself

const isInvoke = (node: TaskNode) => /^arn:aws[\w-]*:states:::lambda:invoke(\.waitForTaskToken)?$/.test(node.resource);
const FUNCTION_ARN = /^(?:arn:aws[\w-]*:lambda:[\w-]*:\d*:function:|\d{12}:function:)?([A-Za-z0-9_-]+)(?::[\w$-]+)?$/;

/** The name of the Lambda function that a step calls; `null` where it calls none, or one that is only known at run time. */
export function functionOf(node: WorkflowNode): string | null {
  if (node.kind !== 'task') return null;
  if (isInvoke(node)) {
    const name = mappingAt(node.arguments, ['FunctionName']);
    return name?.kind === 'literal' && typeof name.value === 'string'
      ? (FUNCTION_ARN.exec(name.value)?.[1] ?? null)
      : null;
  }
  return node.resource.includes(':lambda:') ? (FUNCTION_ARN.exec(node.resource)?.[1] ?? null) : null;
}

/** Where in `arguments` a step's own arguments begin: below `Payload` for a function, else at the top. */
export const payloadPath = (node: WorkflowNode): string[] =>
  node.kind === 'task' && isInvoke(node) ? ['Payload'] : [];

/** What a step is given: a function's payload, else all of `arguments` (a Map's: what each item is given). */
export function payloadOf(node: WorkflowNode): Mapping | undefined {
  if (node.kind === 'map') return node.itemSelector;
  return 'arguments' in node ? mappingAt(node.arguments, payloadPath(node)) : undefined;
}

/** What a step's result is, within its own `assign` and `output`: the function's answer, or all of the result. */
export const resultOf = (node: WorkflowNode): Reference => ({
  kind: 'reference',
  from: { kind: node.kind === 'wait' || node.kind === 'choice' || node.kind === 'succeed' ? 'state-input' : 'result' },
  path: payloadPath(node),
});

/** The variable that keeps the whole of a step's result; `null` where there is none. */
export function variableOf(node: WorkflowNode): string | null {
  const result = JSON.stringify(resultOf(node));
  const output = JSON.stringify(node.output ?? null);
  const keeps = (value: Mapping) => {
    const text = JSON.stringify(value);
    return text === result || (node.output !== undefined && text === output);
  };
  return node.assign?.find(({ value }) => keeps(value))?.name ?? null;
}

/**
 * The steps that keep something under a variable's name, the one whose result it is first; a choice only hands on.
 * @param reader only those that may have run before it, where there are any
 */
export function keepersOf(graph: Workflow, variable: string, reader?: string): WorkflowNode[] {
  const keeps = graph.nodes.filter(
    (node) => node.kind !== 'choice' && node.assign?.some(({ name }) => name === variable),
  );
  const sorted = keeps.sort((a, b) => Number(variableOf(b) === variable) - Number(variableOf(a) === variable));
  if (reader === undefined || sorted.length < 2) return sorted;
  const before = earlierThan(graph, reader);
  const earlier = sorted.filter(({ id }) => before.has(id));
  // Who is followed by another that keeps it anew is not read any more.
  const last = earlier.filter(
    ({ id }) => !earlier.some((other) => other.id !== id && earlierThan(graph, other.id).has(id)),
  );
  return last.length > 0 ? last : earlier.length > 0 ? earlier : sorted;
}

/** The steps, at any level, from which edges lead to a step. */
function earlierThan(graph: Workflow, step: string): Set<string> {
  const before = new Set<string>();
  const waiting = [step];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const parent = graph.nodes.find((node) => node.id === id)?.parent;
    const led = [...graph.edges.filter(({ to }) => to === id).map(({ from }) => from), ...(parent ? [parent.id] : [])];
    for (const each of led)
      if (!before.has(each)) {
        before.add(each);
        waiting.push(each);
      }
  }
  return before;
}

/** The mapping at a path of field names inside another, whether it is spelled out or part of a literal. */
export function mappingAt(mapping: Mapping | undefined, path: (string | number)[]): Mapping | undefined {
  if (mapping === undefined || path.length === 0) return mapping;
  const [head, ...rest] = path;
  if (mapping.kind === 'object') return mappingAt(mapping.fields.find((field) => field.name === head)?.value, rest);
  if (mapping.kind === 'list') return mappingAt(typeof head === 'number' ? mapping.items[head] : undefined, rest);
  if (mapping.kind !== 'literal' || typeof mapping.value !== 'object' || mapping.value === null) return undefined;
  if (!Object.hasOwn(mapping.value, head!)) return undefined;
  const value = (mapping.value as Record<string | number, typeof mapping.value>)[head!];
  return value === undefined ? undefined : mappingAt({ kind: 'literal', value }, rest);
}

/** A mapping in normal form: one literal where nothing inside is anything else. */
export function normal(mapping: Mapping): Mapping {
  if (mapping.kind === 'list') {
    const items = mapping.items.map(normal);
    return items.every((item) => item.kind === 'literal')
      ? { kind: 'literal', value: items.map((item) => item.value) }
      : { kind: 'list', items };
  }
  if (mapping.kind !== 'object') return mapping;
  const fields = mapping.fields.map((field) => ({ name: field.name, value: normal(field.value) }));
  const values = fields.flatMap(({ name, value }) => (value.kind === 'literal' ? [[name, value.value] as const] : []));
  return values.length === fields.length
    ? { kind: 'literal', value: Object.fromEntries(values) }
    : { kind: 'object', fields };
}

/** A mapping with one field set, or removed by `undefined`. Fields on the way are made; normal form is kept. */
export function withMapping(
  mapping: Mapping | undefined,
  path: string[],
  value: Mapping | undefined,
): Mapping | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return value && normal(value);
  const fields = fieldsOf(mapping);
  const inner = withMapping(fields.find((field) => field.name === head)?.value, rest, value);
  const at = fields.findIndex((field) => field.name === head);
  const next =
    inner === undefined
      ? fields.filter((_, i) => i !== at)
      : at < 0
        ? [...fields, { name: head, value: inner }]
        : fields.map((field, i) => (i === at ? { name: head, value: inner } : field));
  return normal({ kind: 'object', fields: next });
}

const fieldsOf = (mapping: Mapping | undefined): { name: string; value: Mapping }[] => {
  if (mapping?.kind === 'object') return mapping.fields;
  if (mapping?.kind !== 'literal' || typeof mapping.value !== 'object' || mapping.value === null) return [];
  return Array.isArray(mapping.value)
    ? []
    : Object.entries(mapping.value).map(([name, value]) => ({ name, value: { kind: 'literal', value } }));
};
