/**
 * The saved workflows as examples for the next draft: which words led to which function, what a person put in its place,
 * and what flows where.
 *
 *   store ──savedExamples()──▶ DraftExample[], the last changed first; the same list while nothing was saved
 *
 * Nothing else of a workflow goes into a draft: no values, no notes, no inputs. Each is read once a revision.
 * @module
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { DraftExample, ExampleFlow, ExampleStep } from '@/lib/draft/offline';
import { functionOf, languageOf, leaves, payloadOf, type Workflow, type WorkflowNode } from '@/lib/graph';
import type { Store, StoredWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';

type Read = { revision: number; example: DraftExample | null };
type Kept = { reads: Map<string, Read>; list: readonly DraftExample[] };
const kept = new WeakMap<Store, Kept>();

/** Workflows that are read before others get a turn. */
const AT_ONCE = 10;

export async function savedExamples({ store }: Pick<Deps, 'store'>): Promise<readonly DraftExample[]> {
  const there = await store.workflows.revisions();
  const known = kept.get(store);
  const reads = new Map<string, Read>();
  let fresh = 0;
  for (const { id, revision } of there) {
    const read = known?.reads.get(id);
    if (read?.revision === revision) {
      reads.set(id, read);
      continue;
    }
    if (++fresh % AT_ONCE === 0) await turn();
    // One that cannot be read is a workflow's own trouble, which its page tells.
    const workflow = await store.workflows.get(id).catch(() => null);
    reads.set(id, { revision, example: workflow && exampleOf(workflow) });
  }
  const list = [...reads.values()].flatMap(({ example }) => example ?? []);
  const same = known && list.length === known.list.length && list.every((one, at) => one === known.list[at]);
  const now = { reads, list: same ? known.list : list };
  kept.set(store, now);
  return now.list;
}

/** @returns `null` for one that calls no function */
export function exampleOf(
  workflow: Pick<StoredWorkflow, 'id' | 'name' | 'prompt' | 'plan' | 'document'>,
): DraftExample | null {
  const { graph } = workflow.document;
  const explained = new Map(workflow.plan?.explanation?.steps.map((step) => [step.node, step]));
  const steps = graph.nodes.flatMap((node): ExampleStep[] => {
    const functionName = functionOf(node);
    if (functionName === null) return [];
    const drafted = explained.get(node.id);
    return [
      {
        functionName,
        words: drafted ? drafted.asked.map(({ text }) => text).join(' ') : null,
        ...(drafted && drafted.taken !== functionName ? { instead: drafted.taken } : {}),
      },
    ];
  });
  if (steps.length === 0) return null;
  return {
    id: workflow.id,
    title: workflow.name,
    prompt: workflow.prompt ?? workflow.name,
    steps,
    flows: [...dataFlows(graph), ...orders(graph)],
  };
}

/** What a step keeps of its result goes, by a variable, into the inputs of others. */
function dataFlows(graph: Workflow): ExampleFlow[] {
  const givers = new Map<string, { from: string; output: string | null }>();
  for (const node of graph.nodes) {
    const from = functionOf(node);
    if (from === null) continue;
    for (const { name, value } of node.assign ?? [])
      if (value.kind === 'reference' && value.from.kind === 'result')
        givers.set(name, { from, output: fieldIn(value.path.filter((part) => part !== 'Payload')) });
  }
  return graph.nodes.flatMap((node) => {
    const to = functionOf(node);
    const given = payloadOf(node);
    if (to === null || given === undefined || languageOf(graph, node) !== 'JSONata') return [];
    return leaves(given).flatMap(({ mapping, path }): ExampleFlow[] => {
      if (mapping.kind !== 'reference' || mapping.from.kind !== 'variable') return [];
      const giver = givers.get(mapping.from.name);
      if (!giver) return [];
      return [{ from: giver.from, to, output: giver.output ?? fieldIn(mapping.path), input: fieldIn(path) }];
    });
  });
}

const fieldIn = (path: readonly (string | number)[]): string | null => (typeof path[0] === 'string' ? path[0] : null);

/** One right behind the other, whatever flows. */
function orders({ nodes, edges }: Workflow): ExampleFlow[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const calls = (node: WorkflowNode | undefined) => (node ? functionOf(node) : null);
  return edges.flatMap((edge): ExampleFlow[] => {
    const [from, to] = [calls(byId.get(edge.from)), calls(byId.get(edge.to))];
    return edge.kind === 'next' && from !== null && to !== null ? [{ from, to, output: null, input: null }] : [];
  });
}
