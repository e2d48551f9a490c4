/**
 * One run of a workflow in the engine itself, led along a route, with functions answered from their schemas.
 *
 *   definition, route ──dryRun()──▶ the ways that it took, and how it ended
 *
 * A condition on the route is evaluated and then answered as the route asks, the first time a step is come to; the next
 * times its other ways are taken in turn, so that a loop that waits for something ends.
 * @module
 */
import { jsonataOf } from '@/lib/asl/jsonata-parse';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { type RunResult, runToEnd, type TaskAnswer } from '@/lib/engine/driver';
import type { Machine } from '@/lib/engine/types';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { edgesFrom, languageOf, nodeOf, type Workflow, type WorkflowNode } from '@/lib/graph';
import { type Asked, answerRule } from './led';
import type { Route } from './routes';
import { tasksOf } from './routes';
import { answerOf, sampleOf } from './sample';
import { NotTried } from './trust';

export type Evaluate = (expression: string, bindings: JsonObject) => Promise<Json | undefined>;
export type DryRun = {
  /** ids of the arms that were taken */
  taken: Set<string>;
  end: Pick<RunResult, 'status' | 'error' | 'cause' | 'events'> | null;
  /** what a function was given */
  given: { node: WorkflowNode; manifest: FunctionManifest; payload: Json }[];
  /** why its end proves nothing: an expression or an answer that is not known here; `null` where it does */
  unknown: string | null;
};
export type Stage = {
  graph: Workflow;
  definition: Machine;
  /** each state of the definition, by its name, with its step */
  states: ReadonlyMap<string, { state: JsonObject; node: WorkflowNode }>;
  manifests: ReadonlyMap<string, FunctionManifest>;
  evaluate: Evaluate;
  /** comparisons of JSONPath, by the expressions that stand for them */
  asked: Asked;
  input: Json;
  maxSteps: number;
};

/** An error that nobody catches by name. */
const NOBODYS = 'DryRun.Error';
const WILD = new Set(['States.ALL', 'States.TaskFailed']);

export async function dryRun(stage: Stage, route: Route): Promise<DryRun> {
  const run: DryRun = { taken: new Set(), end: null, given: [], unknown: null };
  const failing = failuresOf(stage.graph, route);
  const at = new Map<string, { rule: number; visit: number }>();

  const evaluate: Evaluate = async (expression, bindings) => {
    const context = own(own(bindings, 'states'), 'context');
    const held = stage.states.get(String(own(own(context, 'State'), 'Name')));
    const comparison = stage.asked.get(expression);
    const value = comparison
      ? answerRule(comparison, bindings)
      : await stage.evaluate(expression, bindings).catch((error: unknown) => {
          if (error instanceof NotTried) run.unknown = error.message;
          throw error;
        });
    if (held?.node.kind === 'choice' && typeof value === 'boolean')
      return rule(stage.graph, route, run, at, held, expression, value);
    if (held?.node.kind === 'map' && same(held.state.Items, expression))
      return items(stage, route, run, held.node, value);
    return value;
  };

  const answer = (command: { kind: string; state?: string; input?: Json; integration?: string }): TaskAnswer => {
    if (command.kind !== 'StartTask') {
      run.unknown ??= 'what a reader or a writer of a Map answers is not known here';
      return { output: command.kind === 'ReadItems' ? [] : {} };
    }
    const node = stage.states.get(command.state ?? '')?.node;
    const error = node && failing.get(node.id);
    if (error) return { error, cause: 'A dry run tries what happens then.' };
    const invoked = command.integration === 'lambda:invoke';
    const named = invoked ? own(command.input, 'FunctionName') : undefined;
    const name = String(named ?? '')
      .split(':function:')
      .at(-1)!;
    const manifest = stage.manifests.get(name);
    if (!node || !manifest) {
      run.unknown ??= `what "${node?.name ?? command.state}" answers is not known here`;
      return { output: invoked ? { Payload: {}, StatusCode: 200 } : {} };
    }
    run.given.push({ node, manifest, payload: own(command.input, 'Payload') ?? null });
    return { output: { ExecutedVersion: '$LATEST', Payload: answerOf(manifest), StatusCode: 200 } };
  };

  try {
    run.end = await runToEnd(stage.definition, stage.input, { evaluate, answer, maxSteps: stage.maxSteps });
  } catch (error) {
    run.unknown ??= error instanceof Error ? error.message : String(error);
    return run;
  }
  for (const id of chosenByPath(stage.graph, run.end.events)) run.taken.add(id);
  const entered = new Set(run.end.events.map(({ stateEnteredEventDetails: details }) => details?.name));
  // JSONPath asks nothing of `evaluate` for its lists: what was entered tells.
  for (const { name, parent } of stage.graph.nodes)
    if (parent && entered.has(name)) run.taken.add(`${parent.id}:items`);
  for (const edge of route.leave.values())
    if (edge.kind === 'catch' && entered.has(nodeOf(stage.graph, edge.to)?.name)) run.taken.add(edge.id);
  return run;
}

/** Choices in JSONPath ask nothing of `evaluate`: the history tells where they led. */
function chosenByPath(graph: Workflow, events: RunResult['events']): string[] {
  const exited = new Map(
    events.flatMap(({ id, type, stateExitedEventDetails: details }) =>
      type === 'ChoiceStateExited' ? [[id, details?.name] as const] : [],
    ),
  );
  return events.flatMap(({ previousEventId, stateEnteredEventDetails: details }) => {
    const from = exited.get(previousEventId);
    const choice = graph.nodes.find(({ name, kind }) => kind === 'choice' && name === from);
    if (!details || !choice || languageOf(graph, choice) === 'JSONata') return [];
    const ways = edgesFrom(graph, choice.id).filter(({ to }) => nodeOf(graph, to)?.name === details.name);
    return ways.length === 1 ? [ways[0]!.id] : [];
  });
}

/** The tasks that are to fail so that a catcher on the route is used, with the error that it waits for. */
function failuresOf(graph: Workflow, route: Route): Map<string, string> {
  const failing = new Map<string, string>();
  for (const edge of route.leave.values()) {
    const node = edge.kind === 'catch' ? nodeOf(graph, edge.from) : undefined;
    if (!node || !('catchers' in node)) continue;
    const waits = node.catchers?.[edge.index ?? 0]?.errorEquals ?? [];
    const error = waits.find((name) => !WILD.has(name)) ?? NOBODYS;
    for (const task of tasksOf(graph, node)) failing.set(task.id, error);
  }
  return failing;
}

const same = (template: Json | undefined, expression: string): boolean =>
  typeof template === 'string' && jsonataOf(template) === expression;

/** What a rule's condition is to come to. */
function rule(
  graph: Workflow,
  route: Route,
  run: DryRun,
  places: Map<string, { rule: number; visit: number }>,
  { state, node }: { state: JsonObject; node: WorkflowNode },
  expression: string,
  value: boolean,
): boolean {
  const rules = Array.isArray(state.Choices) ? state.Choices.filter(isObject) : [];
  const place = places.get(node.id) ?? { rule: 0, visit: 0 };
  places.set(node.id, place);
  while (place.rule < rules.length && !same(rules[place.rule]?.Condition, expression)) place.rule++;
  if (place.rule >= rules.length) {
    place.rule = 0; // not a condition: what the rule puts out
    return value;
  }
  const ways = edgesFrom(graph, node.id);
  const first = ways.findIndex(({ id }) => id === route.leave.get(node.id)?.id);
  const wanted = first < 0 ? undefined : ways[(first + place.visit) % ways.length];
  const holds = wanted ? wanted.kind === 'rule' && (wanted.index ?? 0) === place.rule : value;
  const taken = holds
    ? ways.find(({ kind, index }) => kind === 'rule' && (index ?? 0) === place.rule)
    : place.rule === rules.length - 1
      ? ways.find(({ kind }) => kind === 'default')
      : undefined;
  if (taken) run.taken.add(taken.id);
  if (holds || place.rule === rules.length - 1) {
    place.rule = 0;
    place.visit++;
  } else place.rule++;
  return holds;
}

/** The list that a Map is to go through. */
function items(
  _stage: Stage,
  route: Route,
  run: DryRun,
  node: WorkflowNode,
  value: Json | undefined,
): Json | undefined {
  if (!Array.isArray(value)) return value;
  if (route.empty.has(node.id)) {
    run.taken.add(`${node.id}:empty`);
    return [];
  }
  if (value.length === 0) {
    run.unknown ??= `what "${node.name}" goes through is not known here`;
    run.taken.add(`${node.id}:items`);
    return [sampleOf({})];
  }
  run.taken.add(`${node.id}:items`);
  return value.slice(0, 3);
}
