/**
 * The data that a step would see: walks the workflow as a run does, and takes what each step answered from a run that was,
 * else from what its function's manifest says.
 *
 *   document, answers of a run ──walk()──▶ input · results · variables · the step's own input and item, each with its origin
 *
 * Expressions on the way go through the `evaluate` that is passed in. One that fails leaves out what it would have bound.
 */
import { setAtReferencePath } from '@/lib/asl/jsonpath';
import { fillJsonata, fillTemplate } from '@/lib/asl/template';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import type { FunctionManifest } from '@/lib/functions/manifest';
import {
  ancestorsOf,
  childrenOf,
  edgesFrom,
  flowOf,
  functionOf,
  isEnd,
  languageOf,
  type Mapping,
  mappingToJson,
  nodeOf,
  type Parent,
  payloadPath,
  type QueryLanguage,
  scopeOf,
  scopesOf,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import { answerOf, sampleOf } from '@/lib/proof/sample';
import type { Sampled } from './types';

export type Evaluate = (expression: string, bindings: JsonObject) => Json | undefined | Promise<Json | undefined>;
/** What a step answered in a run; `assigned` are variables as they were called then. */
export type Seen = {
  input: Json | undefined;
  result: Json | undefined;
  output: Json | undefined;
  assigned: JsonObject;
};
/** What is known of a run, by the ids of steps. `item`: of the loop in which the step stands. */
export type Observed = {
  input: Json;
  context: JsonObject;
  steps: Map<string, Seen>;
  /** of a step inside of a loop: what each round answered */
  rounds: Map<string, Json[]>;
  index: number;
};

/** What the step sees. `result`: what it answers itself, for its output and its variables. */
export type Scene = {
  language: QueryLanguage;
  input: Sampled;
  stateInput: Sampled;
  item: Sampled | null;
  result: Sampled | null;
  /** as a reader of the step's result finds it: a function's answer, and a list where a loop is left */
  results: Record<string, Sampled>;
  variables: Record<string, Sampled>;
  context: JsonObject;
};

type Origin = Sampled['origin'];
const ROUNDS = 2;

export async function walk(
  document: WorkflowDocument,
  target: string,
  manifests: readonly FunctionManifest[],
  evaluate: Evaluate,
  seen: { run: Observed | null; own?: Json },
): Promise<Scene> {
  const { graph } = document;
  const node = nodeOf(graph, target);
  const known = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const { run } = seen;
  const input: Sampled =
    seen.own !== undefined
      ? { value: seen.own, origin: 'own' }
      : run
        ? { value: run.input, origin: 'run' }
        : { value: sampleOf({ ...document.input, type: 'object' }), origin: 'schema' };
  const variables: Record<string, Sampled> = {};
  const results: Record<string, Sampled> = {};
  const outputs = new Map<string, Sampled>();
  const inputs = new Map<string, Sampled>();
  const items = new Map<string, Sampled>();
  const around = node ? ancestorsOf(graph, node).map(({ container }) => container.id) : [];
  const before = flowOf(graph).get(target)?.possible ?? new Set<string>();
  const wanted = (id: string) => id === target || before.has(`#${id}`) || around.includes(id);

  const contextFor = (step: WorkflowNode): JsonObject => {
    const loop = ancestorsOf(graph, step).find(({ container }) => items.has(container.id))?.container.id;
    const item = loop ? items.get(loop) : undefined;
    return {
      ...(run?.context ?? EXAMPLE_CONTEXT),
      Execution: { ...(own(run?.context ?? EXAMPLE_CONTEXT, 'Execution') as JsonObject), Input: input.value },
      State: { Name: step.name, EnteredTime: EXAMPLE_TIME, RetryCount: 0 },
      ...(item && { Map: { Item: { Index: run?.index ?? 0, Value: item.value } } }),
    };
  };
  const fill = async (step: WorkflowNode, mapping: Mapping, extra: JsonObject): Promise<Json | undefined> => {
    const values = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
    const given = inputs.get(step.id)?.value ?? {};
    return fillMapping(mapping, languageOf(graph, step), evaluate, {
      variables: values,
      states: { input: given, context: contextFor(step), ...extra },
    }).catch(() => undefined);
  };

  /** @returns what the scope gives when it ends */
  async function scope(parent: Parent | null, given: Sampled): Promise<Sampled> {
    let last = given;
    for (const step of inOrder(document, parent)) {
      if (!wanted(step.id)) continue;
      const from = childrenOf(graph, parent).find(
        (other) => outputs.has(other.id) && edgesFrom(graph, other.id).some(({ to }) => to === step.id),
      );
      const visit = run?.steps.get(step.id);
      const own_ = visit?.input === undefined ? null : ({ value: visit.input, origin: 'run' } as Sampled);
      inputs.set(step.id, own_ ?? (from ? outputs.get(from.id)! : given));
      const raw = await answer(step, visit);
      if (step.id === target || around.includes(step.id)) continue;
      await keep(step, raw, visit);
      const output = outputs.get(step.id);
      if (output && isEnd(graph, step)) last = output;
    }
    return last;
  }

  async function answer(step: WorkflowNode, visit: Seen | undefined): Promise<Sampled> {
    const inner: Sampled[] = [];
    const given = inputs.get(step.id) ?? input;
    if (step.kind === 'map') {
      const list = step.items ? await fill(step, step.items, {}) : given.value;
      const item = Array.isArray(list) ? list[run?.index ?? 0] : undefined;
      if (item !== undefined) items.set(step.id, { value: item, origin: given.origin });
    }
    for (const { parent } of scopesOf(step)) {
      const item = items.get(step.id);
      const handed = step.kind === 'map' ? await handedIn(step, item ?? given) : given;
      inner.push(await scope(parent, handed));
    }
    if (visit?.result !== undefined) return { value: visit.result, origin: 'run' };
    if (visit?.output !== undefined) return { value: visit.output, origin: 'run' };
    const origin: Origin = inner[0]?.origin ?? 'schema';
    if (step.kind === 'parallel') return { value: inner.map(({ value }) => value), origin };
    if (step.kind === 'map') return { value: Array.from({ length: ROUNDS }, () => inner[0]!.value), origin };
    const name = functionOf(step);
    const manifest = name === null ? undefined : known.get(name);
    if (manifest) {
      const made = answerOf(manifest);
      return {
        value: payloadPath(step).length > 0 ? { ExecutedVersion: '$LATEST', Payload: made, StatusCode: 200 } : made,
        origin: 'schema',
      };
    }
    if (step.kind === 'pass' && step.result !== undefined) return { value: step.result as Json, origin: 'schema' };
    return given;
  }

  async function handedIn(step: WorkflowNode, item: Sampled): Promise<Sampled> {
    if (step.kind !== 'map' || !step.itemSelector) return item;
    const context = { ...contextFor(step), Map: { Item: { Index: 0, Value: item.value } } };
    const value = await fill(step, step.itemSelector, { context });
    return value === undefined ? item : { value, origin: item.origin };
  }

  async function keep(step: WorkflowNode, raw: Sampled, visit: Seen | undefined): Promise<void> {
    const answer = payloadPath(step).reduce<Json | undefined>((at, name) => own(at, name), raw.value);
    const rounds = run?.rounds.get(step.id);
    const outside = ancestorsOf(graph, step).some(
      ({ container }) => container.kind === 'map' && !around.includes(container.id),
    );
    if (answer !== undefined)
      results[step.id] = outside
        ? { value: rounds ?? Array.from({ length: ROUNDS }, () => answer), origin: rounds ? 'run' : raw.origin }
        : { value: answer, origin: raw.origin };
    for (const { name, value } of step.assign ?? []) {
      const kept = visit && own(visit.assigned, name);
      const made = kept ?? (await fill(step, value, { result: raw.value }));
      if (made !== undefined) variables[name] = { value: made, origin: raw.origin };
    }
    if (visit?.output !== undefined) outputs.set(step.id, { value: visit.output, origin: 'run' });
    else if (step.output) {
      const value = await fill(step, step.output, { result: raw.value });
      if (value !== undefined) outputs.set(step.id, { value, origin: raw.origin });
    } else outputs.set(step.id, handsOn(step, inputs.get(step.id)!, raw));
  }

  await scope(null, input);
  const context = node ? contextFor(node) : EXAMPLE_CONTEXT;
  const loop = around.find((id) => items.has(id));
  const raw = node && HAS_RESULT.has(node.kind) ? await answer(node, run?.steps.get(target)) : null;
  return {
    language: node ? languageOf(graph, node) : 'JSONata',
    input,
    stateInput: inputs.get(target) ?? input,
    item: loop ? items.get(loop)! : null,
    result: raw,
    results,
    variables,
    context,
  };
}

const HAS_RESULT = new Set<WorkflowNode['kind']>(['task', 'pass', 'parallel', 'map']);
const EXAMPLE_TIME = '2030-01-01T12:00:00Z';
const EXAMPLE_CONTEXT: JsonObject = {
  Execution: {
    Id: 'arn:aws:states:us-east-1:000000000000:execution:example:run-1',
    Name: 'run-1',
    RoleArn: 'arn:aws:iam::000000000000:role/example',
    StartTime: EXAMPLE_TIME,
  },
  StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:example', Name: 'example' },
};

/** What a JSONPath state hands on; a JSONata state its result. */
function handsOn(step: WorkflowNode, input: Sampled, raw: Sampled): Sampled {
  if (step.resultPath === null) return input;
  if (typeof step.resultPath !== 'string' || step.resultPath === '$') return raw;
  try {
    const value = setAtReferencePath(structuredClone(input.value), step.resultPath, raw.value);
    return { value, origin: raw.origin };
  } catch {
    return raw; // a path that is no path yet
  }
}

/** The steps of a scope as a run comes to them, each once; those behind a branch after all that lead to them. */
function inOrder({ graph }: WorkflowDocument, parent: Parent | null): WorkflowNode[] {
  const startAt = scopeOf(graph, parent)?.startAt;
  const done: WorkflowNode[] = [];
  const met = new Set<string>();
  // Without recursion: a chain may be thousands long.
  const stack: { id: string; next: string[] }[] = [];
  const enter = (id: string) => {
    if (met.has(id) || !nodeOf(graph, id)) return;
    met.add(id);
    stack.push({ id, next: edgesFrom(graph, id).map(({ to }) => to) });
  };
  if (startAt) enter(startAt);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.next.pop();
    if (next !== undefined) enter(next);
    else {
      done.push(nodeOf(graph, top.id)!);
      stack.pop();
    }
  }
  return done.reverse();
}

/**
 * The value of a mapping, by the rules of its language.
 * @throws StatesError, or what `evaluate` throws
 */
export async function fillMapping(
  mapping: Mapping,
  language: QueryLanguage,
  evaluate: Evaluate,
  { variables, states }: { variables: JsonObject; states: JsonObject },
): Promise<Json | undefined> {
  if (language === 'JSONata') {
    if (mapping.kind === 'expression') return evaluate(mapping.text, { ...variables, states });
    const template = mappingToJson(mapping, { language });
    return fillJsonata(template, (expression) => evaluate(expression, { ...variables, states }), 'Value');
  }
  // In JSONPath `$` is the result where there is one.
  const scope = {
    input: own(states, 'errorOutput') ?? own(states, 'result') ?? own(states, 'input') ?? {},
    context: own(states, 'context') ?? {},
    variables,
  };
  const template = mappingToJson({ kind: 'object', fields: [{ name: 'value', value: mapping }] }, { language });
  const filled = fillTemplate(template, scope);
  return isObject(filled) ? filled.value : undefined;
}
