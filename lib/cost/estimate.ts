/**
 * What a run would cost on AWS and how long it would take, before it is run.
 *
 *   document, functions, assumptions ──estimate()──▶ state transitions, Lambda GB-seconds, dollars, ms: expected values
 *
 * Every way out of a choice is taken equally often; a loop goes round once; nothing fails. Prices are those of
 * us-east-1 in 2025 without the free tier: https://aws.amazon.com/step-functions/pricing/ and
 * https://aws.amazon.com/lambda/pricing/ (x86). Pure.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  childrenOf,
  edgesFrom,
  functionOf,
  nodeOf,
  type Parent,
  running,
  scopeOf,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';

export type Assumptions = {
  type: 'STANDARD' | 'EXPRESS';
  /** a Map's list, where it is not written down */
  items: number;
  /** ms that a task takes */
  taskMs: number;
  /** seconds that a Wait takes whose time is not written down */
  waitSeconds: number;
};
export const ASSUMED: Assumptions = { type: 'STANDARD', items: 10, taskMs: 300, waitSeconds: 60 };

export type Estimate = {
  /** steps that are entered */
  transitions: number;
  calls: number;
  gbSeconds: number;
  /** US dollars: of Step Functions, of Lambda, and both */
  workflowUsd: number;
  lambdaUsd: number;
  usd: number;
  ms: number;
};

const PER_TRANSITION = 0.025 / 1000;
const PER_EXPRESS_RUN = 1 / 1_000_000;
const PER_EXPRESS_GB_SECOND = 0.000_016_67;
/** An Express run is charged for at least this much memory, in GB. */
const EXPRESS_GB = 64 / 1024;
const PER_CALL = 0.2 / 1_000_000;
const PER_GB_SECOND = 0.000_016_666_7;
/** What a function has that says nothing of memory, in MB: Lambda's own default. */
const MEMORY_MB = 128;

type Sum = { transitions: number; calls: number; gbSeconds: number; ms: number };
const NOTHING: Sum = { transitions: 0, calls: 0, gbSeconds: 0, ms: 0 };
const plus = (a: Sum, b: Sum, times = 1): Sum => ({
  transitions: a.transitions + b.transitions * times,
  calls: a.calls + b.calls * times,
  gbSeconds: a.gbSeconds + b.gbSeconds * times,
  ms: a.ms + b.ms * times,
});

export function estimate(
  graph: Workflow,
  manifests: ReadonlyMap<string, FunctionManifest>,
  assumed: Assumptions,
): Estimate {
  const sum = ofScope(running(graph), null, manifests, assumed);
  const standard = priced(sum);
  if (assumed.type === 'STANDARD') return { ...sum, ...standard };
  const workflowUsd = PER_EXPRESS_RUN + (Math.max(sum.ms, 100) / 1000) * EXPRESS_GB * PER_EXPRESS_GB_SECOND;
  return { ...sum, ...standard, workflowUsd, usd: workflowUsd + standard.lambdaUsd };
}

/** The price of a Standard run, in US dollars. */
export function priced(sum: Pick<Estimate, 'transitions' | 'calls' | 'gbSeconds'>) {
  const workflowUsd = sum.transitions * PER_TRANSITION;
  const lambdaUsd = sum.calls * PER_CALL + sum.gbSeconds * PER_GB_SECOND;
  return { workflowUsd, lambdaUsd, usd: workflowUsd + lambdaUsd };
}

/** How often each step of a scope is entered, on average, and what comes of it. */
function ofScope(
  graph: Workflow,
  parent: Parent | null,
  manifests: ReadonlyMap<string, FunctionManifest>,
  assumed: Assumptions,
): Sum {
  const start = scopeOf(graph, parent)?.startAt;
  if (!start || !nodeOf(graph, start)) return NOTHING;
  const often = new Map<string, number>([[start, 1]]);
  let sum = NOTHING;
  for (const id of inOrder(graph, parent, start)) {
    const times = often.get(id) ?? 0;
    const node = nodeOf(graph, id);
    if (!node || times === 0) continue;
    sum = plus(sum, ofNode(graph, node, manifests, assumed), times);
    const ways = waysOf(graph, id);
    for (const to of ways) often.set(to, (often.get(to) ?? 0) + times / ways.length);
  }
  return sum;
}

/** Where a step leads when nothing fails. */
const waysOf = (graph: Workflow, id: string): string[] =>
  edgesFrom(graph, id)
    .filter(({ kind }) => kind !== 'catch')
    .map(({ to }) => to);

/** Each step after all that lead to it, but for the ways back of a loop. */
function inOrder(graph: Workflow, parent: Parent | null, start: string): string[] {
  const inside = new Set(childrenOf(graph, parent).map(({ id }) => id));
  const done: string[] = [];
  const seen = new Set<string>([start]);
  const open: { id: string; ways: string[] }[] = [{ id: start, ways: waysOf(graph, start) }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.ways.pop();
    if (next === undefined) {
      done.unshift(top.id);
      open.pop();
    } else if (!seen.has(next) && inside.has(next)) {
      seen.add(next);
      open.push({ id: next, ways: waysOf(graph, next) });
    }
  }
  return done;
}

function ofNode(
  graph: Workflow,
  node: WorkflowNode,
  manifests: ReadonlyMap<string, FunctionManifest>,
  assumed: Assumptions,
): Sum {
  const own: Sum = { ...NOTHING, transitions: 1 };
  switch (node.kind) {
    case 'task': {
      const manifest = manifests.get(functionOf(node) ?? '');
      const seconds = assumed.taskMs / 1000;
      const gb = (manifest?.memory ?? MEMORY_MB) / 1024;
      const called = functionOf(node) !== null;
      return { transitions: 1, calls: called ? 1 : 0, gbSeconds: called ? seconds * gb : 0, ms: assumed.taskMs };
    }
    case 'wait': {
      const told =
        node.wait?.for === 'seconds' && node.wait.value.kind === 'literal' ? node.wait.value.value : undefined;
      return { ...own, ms: (typeof told === 'number' ? told : assumed.waitSeconds) * 1000 };
    }
    case 'parallel': {
      const branches = node.branches.map((_, branch) => ofScope(graph, { id: node.id, branch }, manifests, assumed));
      const all = branches.reduce((sum, branch) => plus(sum, branch), own);
      return { ...all, ms: Math.max(0, ...branches.map(({ ms }) => ms)) };
    }
    case 'map': {
      const list =
        node.items?.kind === 'literal' && Array.isArray(node.items.value) ? node.items.value.length : assumed.items;
      const each = ofScope(graph, { id: node.id, branch: 0 }, manifests, assumed);
      const limit = node.maxConcurrency?.kind === 'literal' ? Number(node.maxConcurrency.value) : 0;
      const rounds = Math.ceil(list / (limit > 0 ? limit : INLINE_AT_ONCE));
      return { ...plus(own, each, list), ms: each.ms * rounds };
    }
    default:
      return own;
  }
}

/** Iterations of an inline Map that Step Functions runs at once, where nothing is said. */
const INLINE_AT_ONCE = 40;

/** "$0.0004", "$1.20": enough digits to see that it is not nothing. */
export function usdText(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 0.01) return `$${usd.toFixed(2)}`;
  const digits = Math.min(9, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0+$/, '')}`;
}
