/** Example data for mapping: what a step would see, and what an expression over it comes to. */
import { z } from 'zod';
import { parseJsonata } from '@/lib/asl/jsonata';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { functionOf, languageOf, nodeOf } from '@/lib/graph';
import { Mapping, WorkflowDocument } from '@/lib/graph/schema';
import { type StateVisit, timeline } from '@/lib/history/timeline';
import type { StoredRun } from '@/lib/store/types';
import type { Deps } from './deps';
import { fillMapping, type Observed, type Scene, type Seen, walk } from './sample-walk';
import type { EvaluationView, Sampled, SampleView } from './types';

const Source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), runId: z.string().nullable() }),
  z.object({ kind: z.literal('schema') }),
  z.object({ kind: z.literal('own'), input: z.json() }),
]);
export const ReadSample = z.object({
  workflowId: z.string(),
  document: WorkflowDocument,
  node: z.string(),
  source: Source,
});
/** `phase`: whether the step's own result, or its error, is there too. */
export const EvaluateMapping = ReadSample.extend({
  mapping: Mapping,
  phase: z.enum(['before', 'after', 'error']).default('before'),
});

type Needs = Pick<Deps, 'manifests' | 'evaluate'> & {
  store: { runs: Pick<Deps['store']['runs'], 'list' | 'get'> };
  cloud: Pick<Deps['cloud'], 'history'>;
};

/** What a step would see, cut short for showing. A workflow that was never run answers from its schemas. */
export async function readSample(deps: Needs, request: z.infer<typeof ReadSample>): Promise<SampleView> {
  const { run, scene } = await sceneOf(deps, request);
  const clip = ({ value, origin }: Sampled): Sampled => ({ value: clipped(value), origin });
  const each = (all: Record<string, Sampled>) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, clip(value)]));
  return {
    run,
    input: clip(scene.input),
    stateInput: clip(scene.stateInput),
    item: scene.item && clip(scene.item),
    result: scene.result && clip(scene.result),
    results: each(scene.results),
    variables: each(scene.variables),
    context: clipped(scene.context),
  };
}

/** What a mapping comes to. A mapping's own faults are an answer, never an exception. */
export async function evaluateMapping(deps: Needs, request: z.infer<typeof EvaluateMapping>): Promise<EvaluationView> {
  const { mapping, phase, document, node: id } = request;
  const node = nodeOf(document.graph, id);
  const language = node ? languageOf(document.graph, node) : 'JSONata';
  if (mapping.kind === 'expression' && language === 'JSONata') {
    const parsed = parseJsonata(mapping.text);
    if (!parsed.ok) {
      const place = placeOf(mapping.text, parsed.position);
      return { ok: false, message: parsed.message, hint: 'Correct the expression here.', ...place };
    }
  }
  const { run, scene } = await sceneOf(deps, request);
  const started = performance.now();
  try {
    const states: JsonObject = { input: scene.stateInput.value, context: scene.context };
    if (phase === 'after' && scene.result) states.result = scene.result.value;
    if (phase === 'error') states.errorOutput = { Error: 'States.TaskFailed', Cause: 'What went wrong, in words.' };
    const variables = Object.fromEntries(Object.entries(scene.variables).map(([name, { value }]) => [name, value]));
    const value = await fillMapping(mapping, language, deps.evaluate, { variables, states });
    return { ok: true, value: value === undefined ? undefined : clipped(value), ms: performance.now() - started, run };
  } catch (error) {
    const message = error instanceof Error ? plainly(error.message) : String(error);
    return { ok: false, message, hint: hintOf(message), offset: null, line: null, column: null };
  }
}

const plainly = (message: string): string => message.replace(/^(?:Error: )?[A-Z]\d{4}: /, '');
const hintOf = (message: string): string =>
  /undefined|not.*found|nothing/i.test(message)
    ? 'Look in the available data for what is there, or choose another sample.'
    : 'Correct the expression, or choose another sample.';

/** Without the blanks that stand around an expression: what a person typed is counted. */
function placeOf(text: string, position: number) {
  const lead = text.length - text.trimStart().length;
  const offset = Math.max(0, Math.min(position - lead, text.trim().length));
  const above = text.trimStart().slice(0, offset).split('\n');
  return { offset, line: above.length, column: (above.at(-1)?.length ?? 0) + 1 };
}

async function sceneOf(
  deps: Needs,
  { workflowId, document, node, source }: z.infer<typeof ReadSample>,
): Promise<{ run: SampleView['run']; scene: Scene }> {
  const manifests = await deps.manifests();
  const stored = source.kind === 'run' ? await runOf(deps, workflowId, source.runId) : null;
  const observed = stored && (await observe(deps, stored, node));
  const scene = await walk(document, node, manifests, deps.evaluate, {
    run: observed,
    ...(source.kind === 'own' && { own: source.input as Json }),
  });
  return { run: stored && { id: stored.id, startedAt: stored.startedAt, status: stored.status }, scene };
}

async function runOf(deps: Needs, workflowId: string, id: string | null): Promise<StoredRun | null> {
  if (id !== null) return deps.store.runs.get(id);
  const [last] = await deps.store.runs.list({ workflowId, limit: 1 });
  return last ?? null;
}

/** Histories of runs that are over, of which nothing changes: a person typing asks again and again. */
const KEPT = 8;
const kept = new Map<string, StateVisit[]>();

async function visitsOf(deps: Needs, run: StoredRun): Promise<StateVisit[]> {
  const known = kept.get(run.id);
  if (known) return known;
  const events = await deps.cloud.history(run.executionArn, 0).catch(() => []);
  const visits = Object.values(timeline(events).states).flatMap((state) => state.visits);
  visits.sort((a, b) => a.enteredEventId - b.enteredEventId);
  if (run.status !== 'RUNNING' && visits.length > 0) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(run.id, visits);
  }
  return visits;
}

/** By the ids of steps, which survive a renaming since. Of several times, the last that belongs with the step's own. */
async function observe(deps: Needs, run: StoredRun, target: string): Promise<Observed> {
  const visits = await visitsOf(deps, run);
  const ids = new Map(run.document.graph.nodes.map((node) => [node.name, node]));
  const own = visits.findLast(({ name }) => ids.get(name)?.id === target);
  const steps = new Map<string, Seen>();
  const rounds = new Map<string, Json[]>();
  const ranks = new Map<string, number>();
  for (const visit of visits) {
    const node = ids.get(visit.name);
    if (!node) continue;
    const result = read(visit.result);
    const answer =
      functionOf(node) !== null && isObject(result) ? (result.Payload ?? result) : (result ?? read(visit.output));
    if (visit.lane && answer !== undefined) rounds.set(node.id, [...(rounds.get(node.id) ?? []), answer]);
    const rank = own && !together(visit, own) ? 0 : visit.exitedAt === null && visit !== own ? 0 : 1;
    if (rank < (ranks.get(node.id) ?? 0)) continue;
    ranks.set(node.id, rank);
    steps.set(node.id, {
      input: read(visit.input),
      result,
      output: read(visit.output),
      assigned: Object.fromEntries(
        Object.entries(visit.assigned ?? {}).flatMap(([name, text]) => {
          const value = read(text);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    });
  }
  const lane = own?.lane?.kind === 'map' ? own.lane : null;
  return {
    input: run.input,
    context: {
      Execution: { Id: run.executionArn, Name: run.id, StartTime: new Date(run.startedAt).toISOString() },
      StateMachine: { Name: run.workflowName },
    },
    steps,
    rounds,
    index: lane?.index ?? 0,
  };
}

/** Whether two visits happened in the same round of the loops that they share. */
function together(one: StateVisit, other: StateVisit): boolean {
  const laneOf = (visit: StateVisit) => {
    const lanes = new Map<string, number>();
    for (let lane = visit.lane; lane; lane = lane.within)
      if (lane.kind === 'map') lanes.set(lane.container, lane.index);
    return lanes;
  };
  const theirs = laneOf(other);
  return [...laneOf(one)].every(([container, index]) => (theirs.get(container) ?? index) === index);
}

function read(text: string | null): Json | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // AWS cuts a long one short
  }
}

// ------------------------------------------------------------------ for showing

const MAX_TEXT = 400;
const MAX_ITEMS = 30;
const MAX_FIELDS = 100;
const MAX_DEPTH = 8;

/** What fits on a screen. */
function clipped(value: Json, depth = 0): Json {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (Array.isArray(value))
    return depth >= MAX_DEPTH ? [] : value.slice(0, MAX_ITEMS).map((item) => clipped(item, depth + 1));
  if (!isObject(value)) return value;
  if (depth >= MAX_DEPTH) return {};
  const fields = Object.entries(value).slice(0, MAX_FIELDS);
  return Object.fromEntries(fields.map(([name, item]) => [name, clipped(item, depth + 1)]));
}
