/**
 * A failed run begun again where it failed, with the workflow as it is now.
 *
 *   run ──retryPlan()──▶ the step it begins with, its input and variables, what changed since
 *
 * It begins with a step of the workflow itself: where a step inside of a Map or Parallel failed, the whole of that
 * container is done again, so that what comes after it has all of its results.
 * @module
 */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { ancestorsOf, nodeOf, type WorkflowNode } from '@/lib/graph';
import { terminalStatus, timeline } from '@/lib/history/timeline';
import { type StoredRun, type StoredWorkflow, unknownWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';
import { unknownRun } from './read';
import { seenIn } from './samples-of-run';
import { startTrialJob } from './try';
import type { RetryView } from './types';

type Needs = {
  store: { runs: Pick<Deps['store']['runs'], 'get'>; workflows: Pick<Deps['store']['workflows'], 'get'> };
  cloud: Pick<Deps['cloud'], 'history'>;
};
type Plan = { run: StoredRun; workflow: StoredWorkflow; view: RetryView };

/** @throws Problem RUN_UNKNOWN, WORKFLOW_UNKNOWN, RUN_NOT_FAILED, RUN_STEP_GONE */
export const retryPlan = async (deps: Needs, id: string): Promise<RetryView> => (await planOf(deps, id)).view;

export const RetryRun = z.object({
  id: z.string().min(1).max(200),
  /** the workflow that the person saw; another one by now is not run */
  revision: z.number().int(),
});
/** Begins it as a job, for the page. @throws Problem as `retryPlan`, and WORKFLOW_CHANGED */
export async function retryRunJob(deps: Deps, { id, revision }: z.infer<typeof RetryRun>) {
  const { run, workflow, view } = await planOf(deps, id);
  if (workflow.revision !== revision)
    throw new Problem(
      'WORKFLOW_CHANGED',
      `"${workflow.name}" was changed while the dialog was open.`,
      'Close the dialog and open it again: it then shows what would be run.',
    );
  return startTrialJob(deps, {
    workflowId: workflow.id,
    document: workflow.document,
    from: view.step.id,
    until: null,
    input: view.input,
    variables: view.variables,
    workflowInput: run.input,
    mocked: false,
  });
}

async function planOf(deps: Needs, id: string): Promise<Plan> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  const workflow = run.workflowId === null ? null : await deps.store.workflows.get(run.workflowId);
  if (!workflow) throw unknownWorkflow(run.workflowId ?? '');
  const events = await deps.cloud.history(run.executionArn, 0).catch(() => []);
  const failed = failedIn(run, events);
  const now = nodeOf(workflow.document.graph, failed.first.id);
  if (!now || now.parent !== null) throw gone(failed.first.name);
  const seen = seenIn(run, events, run.document, failed.first);
  if (!seen?.input) throw gone(failed.first.name);
  return {
    run,
    workflow,
    view: {
      step: { id: now.id, name: now.name },
      failed: failed.step.name,
      input: seen.input.value,
      variables: seen.variables,
      revision: workflow.revision,
      ranRevision: run.revision,
    },
  };
}

const ENDED_BADLY = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);
const LEFT_OPEN = new Set(['failed', 'timed-out', 'aborted']);

/** The innermost step that failed, and the step of the workflow itself that holds it. */
function failedIn(run: StoredRun, events: Parameters<typeof timeline>[0]): { step: WorkflowNode; first: WorkflowNode } {
  if (!ENDED_BADLY.has(terminalStatus(events) ?? run.status)) throw notFailed();
  const visits = Object.values(timeline(events).states).flatMap((state) => state.visits);
  visits.sort((a, b) => b.enteredEventId - a.enteredEventId);
  const { graph } = run.document;
  const last =
    visits.find(({ status }) => status === 'failed' || status === 'timed-out') ??
    visits.find(({ status }) => LEFT_OPEN.has(status));
  const step = graph.nodes.find(({ name }) => name === last?.name);
  if (!step) throw notFailed();
  return {
    step,
    first: ancestorsOf(graph, step).find(({ container }) => container.parent === null)?.container ?? step,
  };
}

const notFailed = () =>
  new Problem('RUN_NOT_FAILED', 'No step of this run failed.', 'Open the workflow and run it as a whole.');
const gone = (name: string) =>
  new Problem(
    'RUN_STEP_GONE',
    `"${name}", where the run failed, cannot be begun with: it is no step of the workflow any more, or its input is not kept.`,
    'Open the workflow and run it as a whole.',
  );
