/**
 * What a step would find if it were run by itself: from what is pinned, else from the last run.
 *
 *   document, node ──foundAt()──▶ the state's input, the variables that it sees, the workflow's own input, and where they are from
 * @module
 */
import type { Json } from '@/lib/base/json';
import { ancestorsOf, edgesTo, nodeOf, type Parent, type WorkflowDocument, type WorkflowNode } from '@/lib/graph';
import { type StateVisit, timeline } from '@/lib/history/timeline';
import type { StoredRun } from '@/lib/store/types';
import type { Deps } from './deps';
import type { FoundView } from './types';

type Needs = { store: { runs: Pick<Deps['store']['runs'], 'list'> }; cloud: Pick<Deps['cloud'], 'history'> };
/** Runs that are looked at for one that came to the step. */
const LOOKED_AT = 5;

export async function foundAt(
  deps: Needs,
  workflowId: string,
  document: WorkflowDocument,
  id: string,
): Promise<FoundView> {
  const node = nodeOf(document.graph, id);
  const found: FoundView = { input: null, variables: {}, workflowInput: null, from: null, runId: null };
  if (!node) return found;
  const runs = await deps.store.runs.list({ workflowId, limit: LOOKED_AT });
  for (const run of runs) {
    // A part that was run by itself was not given the workflow's own input for sure.
    const whole = run.document.graph.startAt === document.graph.startAt;
    if (whole) found.workflowInput ??= { value: run.input };
    const seen = seenIn(run, await deps.cloud.history(run.executionArn, 0).catch(() => []), document, node);
    if (!seen) continue;
    const workflowInput = whole ? { value: run.input } : (found.workflowInput ?? { value: run.input });
    Object.assign(found, seen, { from: 'run', runId: run.id, workflowInput });
    break;
  }
  return pinned(found, document, node);
}

/** The last time that a run came to the step, or to the one before it. */
export function seenIn(
  run: StoredRun,
  events: Parameters<typeof timeline>[0],
  { graph }: WorkflowDocument,
  node: WorkflowNode,
): Pick<FoundView, 'input' | 'variables'> | null {
  const visits = Object.values(timeline(events).states).flatMap((state) => state.visits);
  visits.sort((a, b) => a.enteredEventId - b.enteredEventId);
  const ids = new Map(run.document.graph.nodes.map(({ name, id }) => [name, id]));
  const own = visits.findLast((visit) => ids.get(visit.name) === node.id);
  const before = new Set(edgesTo(graph, node.id).map(({ from }) => from));
  const earlier = own ? undefined : visits.findLast((visit) => before.has(ids.get(visit.name) ?? '') && visit.output);
  const input = own ? own.input : earlier?.output;
  if (input === undefined || input === null) return null;
  const until = own ? own.enteredEventId : Number.MAX_SAFE_INTEGER;
  // A variable is seen in its own scope and in those inside of it.
  const around = new Set([
    keyOf(node.parent),
    ...ancestorsOf(graph, node).map(({ container }) => keyOf(container.parent)),
  ]);
  const visible = visits.filter(({ name, enteredEventId }) => {
    const other = nodeOf(graph, ids.get(name) ?? '');
    return enteredEventId < until && other && around.has(keyOf(other.parent));
  });
  return { input: { value: parse(input) }, variables: Object.assign({}, ...visible.map(assignedBy)) };
}

const keyOf = (parent: Parent | null): string => (parent ? `${parent.id}/${parent.branch}` : '');
const parse = (text: string): Json => JSON.parse(text) as Json;
const assignedBy = ({ assigned }: StateVisit): Record<string, Json> =>
  Object.fromEntries(Object.entries(assigned ?? {}).map(([name, text]) => [name, parse(text)]));

/** What a person pinned counts for more than what a run gave. */
function pinned(found: FoundView, { graph, trial }: WorkflowDocument, node: WorkflowNode): FoundView {
  const pins = trial?.pins ?? {};
  const own = pins[node.id]?.input;
  const before = edgesTo(graph, node.id).find(({ from }) => pins[from]);
  const input = own ?? (before && pins[before.from]?.output);
  const variables = Object.assign({}, found.variables, ...Object.values(pins).map(({ assigned }) => assigned));
  return input === undefined ? { ...found, variables } : { ...found, input: { value: input }, variables, from: 'pin' };
}
