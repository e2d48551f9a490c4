/**
 * Trying a workflow, or a part of it: from a step on, until a step, one state by itself, with mocked answers, or dry
 * along every branch. What is tried is what is on the screen, saved or not.
 */
import { z } from 'zod';
import { OUT_OF_TIME } from '@/lib/asl/jsonata';
import type { MockedAnswer } from '@/lib/aws/types';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { functionOf, INVOKE, nodeOf, running } from '@/lib/graph';
import { MISSING_FUNCTION, WorkflowDocument } from '@/lib/graph/schema';
import { prove } from '@/lib/proof/prove';
import { type StoredRun, unknownWorkflow } from '@/lib/store/types';
import { checkInput } from './check-input';
import type { Deps } from './deps';
import { followRun } from './follow-run';
import type { JobUpdate } from './jobs';
import { foundAt } from './samples-of-run';
import { deployed, prepare, trialMachineName } from './start-run';
import { firstOf, partOf } from './try-part';
import type { CoverageView, FoundView, StateTestView } from './types';

const Id = z.string().min(1).max(200);
const Asked = z.object({ workflowId: Id, document: WorkflowDocument });
const Part = { from: Id.nullable(), until: Id.nullable() };
const Variables = z.record(z.string(), z.json());

export const FindSample = Asked.extend(Part);
/** What the first step of a part would find, for a person to look at and change. */
export async function findSample(deps: Deps, request: z.infer<typeof FindSample>): Promise<FoundView> {
  const first = firstOf(request.document, request);
  return foundAt(deps, request.workflowId, request.document, first.id);
}

export const StartTrial = Asked.extend({
  ...Part,
  /** what the first step is given; of a whole workflow, its input */
  input: z.json(),
  variables: Variables.default({}),
  /** the workflow's own input, where the part reads it */
  workflowInput: z.json().optional(),
  /** tasks answer what was said of them, instead of doing their work */
  mocked: z.boolean().default(false),
});
type StartTrial = z.infer<typeof StartTrial>;

type Progress = { signal?: AbortSignal; update?(change: JobUpdate): void };

/**
 * Runs a part of a workflow as a workflow of its own; the whole where neither end is named.
 * @throws Problem MOCKS_LOCAL_ONLY, MOCKS_UNAVAILABLE, PART_APART, and what a run throws: nothing was started
 */
export async function startTrial(
  deps: Deps,
  request: StartTrial,
  progress: Progress = {},
  parent?: StoredRun['parent'],
): Promise<StoredRun> {
  const workflow = await deps.store.workflows.get(request.workflowId);
  if (!workflow) throw unknownWorkflow(request.workflowId);
  const { document, from, until } = request;
  const whole = from === null && until === null;
  // Where a part begins with the workflow itself, the input is the workflow's.
  const first = whole ? null : firstOf(document, request);
  const begins = whole || (first?.id === document.graph.startAt && Object.keys(request.variables).length === 0);
  if (begins) checkInput(document.input, request.input);
  const found = begins ? null : { input: request.input as Json, variables: request.variables as Record<string, Json> };
  const cut = whole ? document : partOf(document, request, found);
  const mocks = request.mocked ? mocksOf(cut) : {};
  const part = withStandIns(cut, mocks);
  const mocked = Object.keys(mocks).length > 0;
  if (mocked) assertMocks(deps);

  const { definition, functions } = await prepare(deps, part);
  // A function that only mocked steps call is not needed.
  const called = (isMocked: boolean) =>
    part.graph.nodes.flatMap((node) => (Object.hasOwn(mocks, node.name) === isMocked ? (functionOf(node) ?? []) : []));
  const idle = new Set(called(true));
  for (const used of called(false)) idle.delete(used);
  const name = trialMachineName(workflow.id);
  const needed = functions.filter((manifest) => !idle.has(manifest.name));
  const machine = await deployed(deps, { name, definition, tag: workflow.id }, needed, progress);
  const testCase = mocked ? await deps.cloud.mocks?.put(name, mocks) : undefined;
  progress.update?.({ phase: 'starting', detail: null });
  const id = deps.newId();
  const input = (begins ? request.input : (request.workflowInput ?? request.input)) as Json;
  const { executionArn, startedAt } = await deps.cloud.start({
    versionArn: machine.versionArn,
    name: id,
    input: JSON.stringify(input),
    ...(testCase !== undefined && { testCase }),
  });
  const run: StoredRun = {
    id,
    executionArn,
    workflowId: workflow.id,
    workflowName: labelOf(workflow.name, document, request, mocked),
    revision: workflow.revision,
    document: part,
    input,
    status: 'RUNNING',
    output: null,
    error: null,
    cause: null,
    startedAt,
    stoppedAt: null,
    trigger: 'page',
    ...(parent && { parent }),
  };
  await deps.store.runs.add(run);
  void followRun(deps, run);
  return run;
}

/** Begins it as a job, for the page. `parent`: the run that it goes on from. */
export const startTrialJob = (deps: Deps, request: StartTrial, parent?: StoredRun['parent']) =>
  deps.jobs.begin('run', async ({ signal, update }) => {
    update({ workflowId: request.workflowId });
    const run = await startTrial(deps, request, { signal, update }, parent);
    update({ runId: run.id });
  });

/** A list of runs says which of them were no whole or no real ones. */
function labelOf(
  name: string,
  { graph }: WorkflowDocument,
  { from, until }: { from: string | null; until: string | null },
  mocked: boolean,
): string {
  const [first, last] = [from, until].map((id) => (id === null ? null : (nodeOf(graph, id)?.name ?? null)));
  const part =
    first && first === last
      ? `only “${first}”`
      : [first && `from “${first}”`, last && `until “${last}”`].filter(Boolean).join(' ');
  const words = [part, mocked && 'mocked'].filter(Boolean).join(', ');
  return words ? `${name} (${words})` : name;
}

// ------------------------------------------------------------------ mocks

/** By the names of states: what their tasks answer. */
function mocksOf({ graph, trial }: WorkflowDocument): Record<string, MockedAnswer> {
  return Object.fromEntries(
    running(graph).nodes.flatMap((node): [string, MockedAnswer][] => {
      const mock = node.kind === 'task' ? trial?.mocks[node.id] : undefined;
      if (!mock || node.kind !== 'task') return [];
      if (mock.kind === 'error') return [[node.name, { Throw: { Error: mock.error, Cause: mock.cause } }]];
      // The function's answer, in the shape that the invocation gives it in.
      const value =
        node.resource === INVOKE ? { ExecutedVersion: '$LATEST', Payload: mock.value, StatusCode: 200 } : mock.value;
      return [[node.name, { Return: value }]];
    }),
  );
}

/** A mocked step that nothing can do yet is tried all the same. */
function withStandIns(document: WorkflowDocument, mocks: Record<string, MockedAnswer>): WorkflowDocument {
  const nodes = document.graph.nodes.map((node) =>
    node.kind === 'task' && node.resource === MISSING_FUNCTION && Object.hasOwn(mocks, node.name)
      ? { ...node, resource: NOBODYS_FUNCTION }
      : node,
  );
  return { ...document, graph: { ...document.graph, nodes } };
}
const NOBODYS_FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:mocked';

function assertMocks({ cloud }: Deps): void {
  if (cloud.target === 'aws')
    throw new Problem(
      'MOCKS_LOCAL_ONLY',
      'Steps of this workflow are mocked, and AWS runs the real ones only.',
      'Run without mocks, or run on the local cloud.',
    );
  if (!cloud.mocks)
    throw new Problem(
      'MOCKS_UNAVAILABLE',
      'The local cloud in use reads a mock configuration of its own.',
      'Start without SFN_MOCK_CONFIG and without ACTION_ENGINE_CLOUD to mock steps here, or run without mocks.',
    );
}

// ------------------------------------------------------------------ one state

export const TestStep = Asked.extend({
  node: Id,
  input: z.json(),
  variables: Variables.default({}),
  workflowInput: z.json().optional(),
});

/** TestState knows no input but the state's own: what reads the workflow's reads this variable instead. */
const OWN_INPUT = 'actionEngineWorkflowInput';

/** Runs one state by itself, with its real function. @throws Problem STATE_NOT_TESTABLE, and what a run throws */
export async function testStep(deps: Deps, request: z.infer<typeof TestStep>): Promise<StateTestView> {
  const { document, node: id } = request;
  const node = nodeOf(document.graph, id);
  if (!node) throw new Problem('NODE_UNKNOWN', 'The step is not there any more.', 'Choose another step.', { node: id });
  if (node.kind === 'map' || node.kind === 'parallel')
    throw new Problem(
      'STATE_NOT_TESTABLE',
      `"${node.name}" holds other steps: a single state cannot be tested by itself then.`,
      'Run it as a part: from this step until this step.',
      { node: id },
    );
  const { definition, functions } = await prepare(deps, partOf(document, { from: id, until: id }, null));
  await deps.cloud.ready();
  const own = functions.filter(({ name }) => name === functionOf(node));
  await Promise.all(own.map((manifest) => deps.cloud.deployFunction(manifest)));
  const reads = request.workflowInput !== undefined;
  const variables = { ...request.variables, ...(reads && { [OWN_INPUT]: request.workflowInput }) };
  const began = deps.now();
  const test = await deps.cloud.testState({
    definition: reads ? withOwnInput(definition) : definition,
    state: node.name,
    input: JSON.stringify(request.input),
    variables: JSON.stringify(variables),
  });
  const value = (text: string | undefined): Json | undefined => (text === undefined ? undefined : read(text));
  const kept = value(test.variables);
  const assigned =
    typeof kept === 'object' && kept !== null && !Array.isArray(kept)
      ? Object.fromEntries(Object.entries(kept).filter(([name]) => name !== OWN_INPUT))
      : {};
  return {
    status: test.status,
    input: read(test.input),
    arguments: value(test.arguments),
    result: value(test.result),
    output: value(test.output),
    assigned,
    error: test.error ?? null,
    cause: test.cause ?? null,
    next: test.nextState ?? null,
    ms: deps.now() - began,
  };
}

const withOwnInput = (definition: string): string =>
  definition
    .replaceAll('$states.context.Execution.Input', `$${OWN_INPUT}`)
    .replaceAll('$$.Execution.Input', `$${OWN_INPUT}`);

/** Texts of the service are JSON, but for what it cut short. */
function read(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

// ------------------------------------------------------------------ dry

export const DryRun = z.object({ document: WorkflowDocument });
/** ms after which no further branch is begun: a person asked for it, and waits for all of them */
const DRY_RUN_MS = 10_000;

/** Every branch in the engine, with functions answered from their schemas: which ways were taken. Nothing is called. */
export async function dryRunAll(deps: Deps, { document }: z.infer<typeof DryRun>): Promise<CoverageView> {
  const evaluate = async (...asked: Parameters<Deps['evaluate']>) => deps.evaluate(...asked);
  const proof = await prove(document, await deps.manifests(), {
    // On a busy machine the first answer can come too late for reasons that are not the expression's: it is asked once more.
    evaluate: (text, bindings) =>
      evaluate(text, bindings).catch((error: unknown) => {
        if (error instanceof Error && error.message === OUT_OF_TIME) return evaluate(text, bindings);
        throw error;
      }),
    budgetMs: DRY_RUN_MS,
  });
  const { branches, notTried, diagnostics, covered } = proof;
  return {
    branches,
    notTried,
    nodes: covered.nodes,
    edges: covered.edges,
    problems: diagnostics.filter(({ code }) => code === 'DRY_RUN_FAILED' || code === 'DRY_RUN_TYPE'),
  };
}
