/**
 * Proves a workflow before anyone sees it, as far as that can be done without calling anything.
 *
 *   document, manifests ──prove()──▶ types through the functions' schemas, compilation, validation,
 *                                    and a dry run along every branch: counts for a card, diagnostics for what fails
 *
 * Pure but for the time it takes, which is bounded. Never throws for a workflow's own faults.
 * @module
 */
import { validateDefinition } from '@/lib/asl/validate';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { Diagnostic } from '@/lib/base/problem';
import { compile, definitionText } from '@/lib/compile';
import type { Machine } from '@/lib/engine/types';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import {
  check,
  inputRead,
  literalMisfits,
  type Mapping,
  MISSING_FUNCTION,
  mappingSchema,
  mergeDiagnostics,
  payloadOf,
  running,
  type WorkflowDocument,
  type WorkflowNode,
} from '@/lib/graph';
import { type DryRun, dryRun, type Evaluate, type Stage } from './dry-run';
import { askRules } from './led';
import { armsOf, routeTo } from './routes';
import { sampleOf } from './sample';
import { evaluateTrusted } from './trust';

/** `typed`: mappings whose type is known and fits; `ran`: branches that were taken to a good end. */
export type Proof = {
  steps: number;
  mappings: { typed: number; total: number };
  branches: { ran: number; total: number };
  /** why not every branch was tried; `null` where each was */
  notTried: string | null;
  diagnostics: Diagnostic[];
  /** nothing failed */
  ok: boolean;
};
/** Ids of what was taken by a run that came to a good end. */
export type Covered = { nodes: string[]; edges: string[] };

export type ProveOptions = {
  /** default: what is harmless in this process; the rest counts as not tried */
  evaluate?: Evaluate;
  /** routes that are run; default 60 */
  maxRuns?: number;
  /** steps of the engine a run; default 1,500 */
  maxSteps?: number;
  /** ms for all of it; default 2,000 */
  budgetMs?: number;
  signal?: AbortSignal;
};

/** Whose type is in error: the mapping does not count as typed. */
const TYPE_CODES = new Set([
  'ARGUMENT_TYPE',
  'REFERENCE_FIELD_UNKNOWN',
  'REFERENCE_UNKNOWN',
  'REFERENCE_HIDDEN',
  'STEP_OFF_READ',
]);

/** A definition that came without a description of its input is tried with what its steps read of one. */
const described = ({ input, graph }: WorkflowDocument): JsonSchema =>
  Object.keys(input.properties ?? {}).length > 0
    ? input
    : { ...inputRead(graph), ...(input.default !== undefined && { default: input.default }) };

export async function prove(
  whole: WorkflowDocument,
  manifests: readonly FunctionManifest[],
  options: ProveOptions = {},
): Promise<Proof & { covered: Covered }> {
  const graph = running(whole.graph);
  const document = { ...whole, graph };
  const checked = check(whole, [...manifests]);
  const { definition, diagnostics: compiled } = compile(graph);
  const found = mergeDiagnostics(checked, compiled);
  const covered = { nodes: new Set<string>(), edges: new Set<string>() };
  const proof: Proof = {
    steps: graph.nodes.length,
    mappings: mappingsOf(document, [...manifests], checked),
    branches: { ran: 0, total: armsOf(graph).length },
    notTried: null,
    diagnostics: found,
    ok: false,
  };
  const machine = stageable(definition, graph.nodes.some(isMissing));
  const refused = validateDefinition(definitionText(machine)).find(({ severity }) => severity === 'ERROR');
  const broken = found.some(({ severity, code }) => severity === 'error' && !EXCUSED.has(code));
  if (refused && !broken)
    proof.diagnostics.push({
      code: 'WORKFLOW_INVALID',
      severity: 'error',
      message: `${refused.message}${refused.location ? ` (at ${refused.location})` : ''}`,
      hint: refused.hint,
      at: {},
    });
  if (graph.nodes.length === 0) proof.notTried = 'there is no step yet';
  else if (refused || compiled.some(({ severity }) => severity === 'error'))
    proof.notTried = 'the workflow has to be sound first';
  else await tryBranches(proof, covered, document, machine, manifests, options);
  proof.ok = !proof.diagnostics.some(({ severity }) => severity === 'error');
  return { ...proof, covered: { nodes: [...covered.nodes], edges: [...covered.edges] } };
}

/** What stands in the way of a run, not of a dry run. */
const EXCUSED = new Set(['FUNCTION_MISSING', 'FUNCTION_UNKNOWN', 'ARGUMENT_MISSING', 'ARGUMENT_TYPE']);

const isMissing = (node: WorkflowNode): boolean => node.kind === 'task' && node.resource === MISSING_FUNCTION;

// ------------------------------------------------------------------ mappings

/** What steps are given, field by field: how much of it has a type that is known and fits. */
function mappingsOf(
  document: WorkflowDocument,
  manifests: FunctionManifest[],
  checked: readonly Diagnostic[],
): Proof['mappings'] {
  const wrong = new Set(
    checked.filter(({ code }) => TYPE_CODES.has(code)).map(({ at }) => `${at.node}\0${String(at.path?.at(-1))}`),
  );
  let [typed, total] = [0, 0];
  const count = (node: WorkflowNode, name: string, value: Mapping) => {
    total++;
    const { schema, doubt } = mappingSchema(document, node, value, manifests);
    const known = value.kind === 'literal' || value.kind === 'expression' || (schema !== null && doubt !== 'absent');
    if (known && !wrong.has(`${node.id}\0${name}`)) typed++;
  };
  for (const node of document.graph.nodes) {
    const payload = payloadOf(node);
    if (payload?.kind === 'object') for (const { name, value } of payload.fields) count(node, name, value);
    else if (payload?.kind === 'literal' && isObject(payload.value))
      for (const [name, value] of Object.entries(payload.value)) count(node, name, { kind: 'literal', value });
    else if (payload) count(node, '', payload);
    if (node.kind === 'map' && node.items) count(node, 'items', node.items);
  }
  return { typed, total };
}

// ------------------------------------------------------------------ branches

/**
 * The definition as a dry run wants it: without retries, which only take time, and with a function of no name where one
 * is missing.
 */
function stageable(definition: JsonObject, missing: boolean): JsonObject {
  const copy = structuredClone(definition);
  visitStates(copy, (_, state) => {
    delete state.Retry;
    if (missing && state.Resource === MISSING_FUNCTION)
      state.Resource = 'arn:aws:lambda:us-east-1:000000000000:function:missing';
  });
  return copy;
}

function visitStates(scope: Json | undefined, visit: (name: string, state: JsonObject) => void): void {
  const states = isObject(scope) && isObject(scope.States) ? scope.States : {};
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    visit(name, state);
    for (const inner of [state.ItemProcessor, state.Iterator, ...(Array.isArray(state.Branches) ? state.Branches : [])])
      visitStates(inner, visit);
  }
}

async function tryBranches(
  proof: Proof,
  covered: { nodes: Set<string>; edges: Set<string> },
  document: WorkflowDocument,
  machine: JsonObject,
  manifests: readonly FunctionManifest[],
  { evaluate = evaluateTrusted, maxRuns = 60, maxSteps = 1500, budgetMs = 2000, signal }: ProveOptions,
): Promise<void> {
  const { graph } = document;
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const states = new Map<string, { state: JsonObject; node: WorkflowNode }>();
  visitStates(machine, (name, state) => {
    const node = byName.get(name);
    if (node) states.set(name, { state, node });
  });
  const asked = askRules(
    machine,
    [...states].map(([name, { state }]) => [name, state] as const),
  );
  const stage: Stage = {
    graph,
    definition: machine as Machine,
    states,
    manifests: new Map(manifests.map((manifest) => [manifest.name, manifest])),
    evaluate,
    asked,
    input: sampleOf({ ...described(document), type: 'object' }),
    maxSteps,
  };
  const arms = armsOf(graph);
  const ran = new Set<string>();
  const until = performance.now() + budgetMs;
  let runs = 0;
  for (const arm of arms) {
    signal?.throwIfAborted();
    if (ran.has(arm.id)) continue;
    const route = routeTo(graph, arm);
    if (!route) continue; // that nothing leads there is told by `check`
    if (++runs > maxRuns || performance.now() > until) {
      proof.notTried = `${arms.length} branches are more than a dry run takes`;
      break;
    }
    const run = await dryRun(stage, route);
    if (arm.way === 'through') run.taken.add('through');
    const failure = failureOf(graph, run, route.leave.get(arm.node)?.kind === 'catch');
    if (!failure && run.end) cover(graph, run, covered);
    if (!failure && run.unknown === null) for (const id of run.taken) ran.add(id);
    else if (run.unknown !== null) {
      // Where nothing failed, what is not known here did no harm.
      if (!failure && run.end) for (const id of run.taken) ran.add(id);
      else proof.notTried ??= run.unknown;
    } else if (failure) tell(proof, failure);
    for (const given of run.given) for (const wrong of misfitsOf(given)) tell(proof, wrong);
  }
  proof.branches.ran = arms.filter(({ id }) => ran.has(id)).length;
}

/** Steps that were entered, and connections between two of them that were taken. */
function cover(
  graph: WorkflowDocument['graph'],
  run: DryRun,
  { nodes, edges }: { nodes: Set<string>; edges: Set<string> },
) {
  const entered = new Set(run.end?.events.map(({ stateEnteredEventDetails: details }) => details?.name));
  const here = new Set(graph.nodes.filter(({ name }) => entered.has(name)).map(({ id }) => id));
  for (const id of here) nodes.add(id);
  for (const { id, from, to, kind } of graph.edges)
    if (run.taken.has(id) || (kind === 'next' && here.has(from) && here.has(to))) edges.add(id);
}

/** A run that ended badly, unless it was led to: to a step that fails the run on purpose. */
function failureOf(graph: WorkflowDocument['graph'], run: DryRun, led: boolean): Diagnostic | null {
  if (!run.end || run.end.status === 'SUCCEEDED') return null;
  const entered = run.end.events.flatMap(({ stateEnteredEventDetails: details }) =>
    typeof details?.name === 'string' ? [details.name] : [],
  );
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const last = nodes.get(entered.at(-1) ?? '');
  if (last?.kind === 'fail' || (led && run.taken.size === 0 && run.end.error === 'DryRun.Error')) return null;
  const { cause = '', error = '' } = run.end;
  const name = /the state '([^']+)' \(entered/.exec(cause)?.[1] ?? entered.at(-1) ?? '';
  const node = nodes.get(name);
  const reason = cause.replace(
    /^An error occurred while executing the state '[^']*' \(entered at the event id #\d+\)\. /,
    '',
  );
  return {
    code: 'DRY_RUN_FAILED',
    severity: 'error',
    message: `Tried with example data, "${node?.name ?? name}" fails${error ? ` with ${error}` : ''}: ${reason.slice(0, 300) || 'no reason was given'}`,
    hint: 'Look at what this step is given, and choose other data or correct the expression.',
    at: node ? { node: node.id } : {},
  };
}

/** What a function was given at last, against the types that it takes. */
function misfitsOf({ node, manifest, payload }: DryRun['given'][number]): Diagnostic[] {
  if (!isObject(payload)) return [];
  return Object.entries(manifest.input.properties ?? {}).flatMap(([name, schema]): Diagnostic[] => {
    const value = payload[name];
    if (value === undefined || schema.type === undefined) return [];
    const [misfit] = literalMisfits(value, { type: schema.type });
    if (!misfit || (value === null && schema.default === undefined && !manifest.input.required?.includes(name)))
      return [];
    return [
      {
        code: 'DRY_RUN_TYPE',
        severity: 'error',
        message: `Tried with example data, "${node.name}" is given ${JSON.stringify(value).slice(0, 60)} as "${name}", which ${misfit.message}.`,
        hint: 'Take it from somewhere else, or convert it in between.',
        at: { node: node.id, path: ['arguments', 'Payload', name] },
      },
    ];
  });
}

/** Once for each place: branches share steps. */
function tell(proof: Proof, diagnostic: Diagnostic): void {
  const key = ({ code, at }: Diagnostic) => JSON.stringify([code, at.node, at.path]);
  const known = proof.diagnostics.some(
    (other) =>
      key(other) === key(diagnostic) ||
      (diagnostic.code === 'DRY_RUN_TYPE' &&
        other.code === 'ARGUMENT_TYPE' &&
        key({ ...other, code: '' }) === key({ ...diagnostic, code: '' })),
  );
  if (!known) proof.diagnostics.push(diagnostic);
}

/** "7 steps, 12 values checked, 4 of 4 ways tried out." */
export function proofText({ steps, mappings, branches }: Pick<Proof, 'steps' | 'mappings' | 'branches'>): string {
  const counted = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  const typed =
    mappings.typed === mappings.total
      ? `${counted(mappings.total, 'value')} checked`
      : `${mappings.typed} of ${counted(mappings.total, 'value')} checked`;
  return `${counted(steps, 'step')}, ${typed}, ${branches.ran} of ${counted(branches.total, 'way')} tried out`;
}
