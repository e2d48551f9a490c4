/** What the screens show, read from the store and the cloud. */
import { z } from 'zod';
import type { LogLine } from '@/lib/aws/types';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { functionOf } from '@/lib/graph';
import { type RunRow, type StoredWorkflow, unknownWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';
import { sketchOf } from './sketch';
import type {
  FunctionDetail,
  FunctionErrorView,
  FunctionSummary,
  QuerySummary,
  RunDetail,
  RunSummary,
  RunsPage,
  WorkflowDetail,
  WorkflowSummary,
} from './types';

export const summaryOf = (run: RunRow): RunSummary => ({
  id: run.id,
  executionArn: run.executionArn,
  workflowId: run.workflowId,
  workflowName: run.workflowName,
  revision: run.revision,
  status: run.status,
  startedAt: run.startedAt,
  stoppedAt: run.stoppedAt,
  ...(run.redriven && { redriven: run.redriven }),
  ...(run.parent && { parent: run.parent }),
  ...(run.trigger && { trigger: run.trigger }),
});

const workflowSummary = (
  workflow: StoredWorkflow,
  last: Pick<RunRow, 'id' | 'status' | 'startedAt'> | undefined,
): WorkflowSummary => ({
  id: workflow.id,
  name: workflow.name,
  revision: workflow.revision,
  createdAt: workflow.createdAt,
  updatedAt: workflow.updatedAt,
  steps: workflow.document.graph.nodes.length,
  lastRun: last ? { id: last.id, status: last.status, startedAt: last.startedAt } : null,
  prompt: workflow.prompt,
  sketch: sketchOf(workflow.document),
});

export const workflowNames = (deps: Pick<Deps, 'store'>): Promise<{ id: string; name: string }[]> =>
  deps.store.workflows.names();

/** @param limit the first so many of those changed last; absent: all that are listed */
export async function listWorkflows(deps: Deps, limit?: number): Promise<WorkflowSummary[]> {
  const [workflows, last] = await Promise.all([deps.store.workflows.list(limit), deps.store.runs.last()]);
  return workflows.map((workflow) => workflowSummary(workflow, last.get(workflow.id)));
}

/** @throws Problem WORKFLOW_UNKNOWN */
export async function getWorkflow(deps: Deps, id: string): Promise<WorkflowDetail> {
  const workflow = await deps.store.workflows.get(id);
  if (!workflow) throw unknownWorkflow(id);
  const [last] = await deps.store.runs.list({ workflowId: id, limit: 1 });
  return {
    ...workflowSummary(workflow, last),
    document: workflow.document,
    plan: workflow.plan,
    planner: workflow.planner,
    invokePath: `/api/v1/workflows/${workflow.id}/invoke`,
  };
}

export const listRuns = async (deps: Deps, filter: { workflowId?: string } = {}): Promise<RunSummary[]> =>
  (await deps.store.runs.page(filter, { limit: 200 })).runs.map(summaryOf);

const STATUS = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
export const RunsQuery = z.object({
  workflowId: z.string().max(100).optional(),
  statuses: z.array(STATUS).optional(),
  text: z.string().max(500).default(''),
  before: z
    .object({ startedAt: z.number(), id: z.string().max(100) })
    .nullable()
    .default(null),
});
/** rows that a table draws at once */
const RUNS_PAGE = 100;

/** The newest runs first, a page at a time, of all that there are. */
export async function runsPage(
  deps: Pick<Deps, 'store'>,
  { text, before, ...wanted }: z.infer<typeof RunsQuery>,
): Promise<RunsPage> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const { runs, matching } = await deps.store.runs.page(
    { ...wanted, words },
    { limit: RUNS_PAGE + 1, ...(before && { before }) },
  );
  return { runs: runs.slice(0, RUNS_PAGE).map(summaryOf), matching, more: runs.length > RUNS_PAGE };
}

/** The workflows that were run, by what they were called last. */
export const workflowsRun = async (deps: Pick<Deps, 'store'>): Promise<{ id: string; name: string }[]> =>
  [...(await deps.store.runs.last())]
    .map(([id, { workflowName }]) => ({ id, name: workflowName }))
    .sort((a, b) => a.name.localeCompare(b.name));

/** @throws Problem RUN_UNKNOWN */
export async function getRun(deps: Deps, id: string): Promise<RunDetail> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  return {
    ...summaryOf(run),
    input: run.input,
    output: run.output,
    error: run.error,
    cause: run.cause,
    document: run.document,
    // The cloud may be away, or its data gone; the run's end is known all the same.
    events: await deps.cloud.history(run.executionArn, 0).catch(() => []),
  };
}

/** Logs arrive a little late on AWS, and an invocation's last lines are written after its answer. */
const LOG_SLACK_MS = 2000;

/** What the functions of a run printed while it went on; runs at the same time of the same functions show there too. */
export async function getRunLogs(deps: Deps, id: string): Promise<LogLine[]> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  const functions = new Set(
    run.document.graph.nodes.flatMap((node) => (node.kind === 'task' ? (functionOf(node) ?? []) : [])),
  );
  return deps.cloud.logs([...functions], run.startedAt, (run.stoppedAt ?? deps.now()) + LOG_SLACK_MS);
}

export const unknownRun = (id: string) =>
  new Problem('RUN_UNKNOWN', `There is no run "${id}".`, 'Open the list of runs to find it.');

export const listQueries = async (deps: Deps): Promise<QuerySummary[]> => deps.store.queries.list(50);

export const listFunctions = (deps: Deps): Promise<FunctionManifest[]> => deps.manifests();

export async function functionsWithUse(deps: Deps): Promise<FunctionSummary[]> {
  const uses = new Map<string, number>();
  for (const { document } of await deps.store.workflows.list()) {
    const called = document.graph.nodes.flatMap((node) => (node.kind === 'task' ? (functionOf(node) ?? []) : []));
    for (const name of new Set(called)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const errors = await lastErrors(deps);
  return (await deps.manifests()).map((manifest) => ({
    ...manifest,
    lastError: errors.get(manifest.name) ?? null,
    usedBy: uses.get(manifest.name) ?? 0,
    own: deps.userFunctions.has(manifest.name),
  }));
}

/** @throws Problem FUNCTION_UNKNOWN */
export async function getFunction(deps: Deps, name: string): Promise<FunctionDetail> {
  const manifest = await manifestOf(deps, name);
  const workflows = await deps.store.workflows.list();
  const usedBy = workflows
    .filter(({ document }) => document.graph.nodes.some((node) => node.kind === 'task' && functionOf(node) === name))
    .map(({ id, name: title }) => ({ id, name: title }));
  const lastError = (await lastErrors(deps, name)).get(name) ?? null;
  return { manifest, source: await deps.sourceOf(name), usedBy, own: deps.userFunctions.has(name), lastError };
}

/** By the functions' names; of one alone, or of all that failed. */
async function lastErrors(deps: Deps, only?: string): Promise<Map<string, FunctionErrorView>> {
  const errors = (await deps.store.functionErrors.list()).filter(({ name }) => only === undefined || name === only);
  const runs = await deps.store.runs.names(errors.map(({ runId }) => runId));
  return new Map(errors.map(({ name, ...error }) => [name, { ...error, runName: runs.get(error.runId) ?? null }]));
}

export async function manifestOf(deps: Pick<Deps, 'manifests'>, name: string): Promise<FunctionManifest> {
  const manifest = (await deps.manifests()).find((candidate) => candidate.name === name);
  if (!manifest)
    throw new Problem(
      'FUNCTION_UNKNOWN',
      `There is no function "${name}".`,
      'Pick one that the list of functions shows.',
    );
  return manifest;
}
