/**
 * A run begun again from one of its steps, with the workflow as it is now: where it failed, or wherever a person says and
 * with what they changed of it.
 *
 *   run ──retryPlan()──▶ the step it begins with, its input and variables, what changed since
 *   run, a step's visit ──forkPlan()──▶ the same of that step, and what of it the step reads
 *
 * It begins with a step of the workflow itself: a step inside of a Map or Parallel is done again with the whole of that
 * container, so that what comes after it has all of its results.
 * @module
 */
import { z } from 'zod';
import { type Json, jsonEqual } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import {
  ancestorsOf,
  descendantsOf,
  isVariableName,
  languageOf,
  nodeOf,
  type Workflow,
  type WorkflowNode,
} from '@/lib/graph';
import type { HistoryEvent } from '@/lib/history/events';
import { terminalStatus, timeline } from '@/lib/history/timeline';
import { type StoredRun, type StoredWorkflow, unknownWorkflow } from '@/lib/store/types';
import type { Deps } from './deps';
import { unknownRun } from './read';
import { seenIn } from './samples-of-run';
import { startTrialJob } from './try';
import type { ForkView, RetryView } from './types';

type Needs = {
  store: { runs: Pick<Deps['store']['runs'], 'get'>; workflows: Pick<Deps['store']['workflows'], 'get'> };
  cloud: Pick<Deps['cloud'], 'history'>;
};
type Chosen = { step: WorkflowNode; first: WorkflowNode };
type Plan = { run: StoredRun; workflow: StoredWorkflow; asked: WorkflowNode; view: Omit<RetryView, 'failed'> };

const Id = z.string().min(1).max(200);

/** @throws Problem RUN_UNKNOWN, WORKFLOW_UNKNOWN, RUN_NOT_FAILED, RUN_STEP_GONE */
export async function retryPlan(deps: Needs, id: string): Promise<RetryView> {
  const { view, asked } = await planOf(deps, id, failedIn);
  return { ...view, failed: asked.name };
}

export const RetryRun = z.object({
  id: Id,
  /** the workflow that the person saw; another one by now is not run */
  revision: z.number().int(),
});
/** Begins it as a job, for the page. @throws Problem as `retryPlan`, and WORKFLOW_CHANGED */
export async function retryRunJob(deps: Deps, { id, revision }: z.infer<typeof RetryRun>) {
  const plan = await planOf(deps, id, failedIn);
  return begin(deps, plan, revision, { ...plan.view, workflowInput: plan.run.input });
}

/** `event`: the id of the event by which the step was entered, so that one of several visits is meant. */
export const ForkAt = z.object({ id: Id, event: z.number().int().min(1) });
/** @throws Problem RUN_UNKNOWN, WORKFLOW_UNKNOWN, RUN_STEP_GONE */
export async function forkPlan(deps: Needs, { id, event }: z.infer<typeof ForkAt>): Promise<ForkView> {
  const { run, workflow, asked, view } = await planOf(deps, id, enteredBy(event));
  const { graph } = workflow.document;
  return {
    ...view,
    asked: asked.name,
    workflowInput: run.input,
    reads: readsOf(graph, view.step.id, Object.keys(view.variables)),
    whole: graph.startAt === view.step.id && Object.keys(view.variables).length === 0,
  };
}

export const ForkRun = ForkAt.extend({
  revision: z.number().int(),
  input: z.json(),
  variables: z.record(z.string(), z.json()),
  workflowInput: z.json(),
});
/** Begins it as a job, for the page. @throws Problem as `forkPlan`, and WORKFLOW_CHANGED, VARIABLE_NAME */
export async function forkRunJob(deps: Deps, { id, event, revision, ...found }: z.infer<typeof ForkRun>) {
  const plan = await planOf(deps, id, enteredBy(event));
  return begin(deps, plan, revision, found as Found);
}

type Found = { input: Json; variables: Record<string, Json>; workflowInput: Json };

function begin(deps: Deps, { run, workflow, view }: Plan, revision: number, found: Found) {
  if (workflow.revision !== revision)
    throw new Problem(
      'WORKFLOW_CHANGED',
      `"${workflow.name}" was changed while the dialog was open.`,
      'Close the dialog and open it again: it then shows what would be run.',
    );
  const odd = Object.keys(found.variables).find((name) => !isVariableName(name));
  if (odd !== undefined)
    throw new Problem(
      'VARIABLE_NAME',
      `"${odd}" is no name that a variable can have.`,
      'A name begins with a letter and holds letters, digits and _ only, at most 80 of them.',
    );
  const was: Found = { input: view.input, variables: view.variables, workflowInput: run.input };
  const edited = !jsonEqual(found.input, was.input) || !jsonEqual(found.variables, was.variables);
  return startTrialJob(
    deps,
    {
      workflowId: workflow.id,
      document: workflow.document,
      from: view.step.id,
      until: null,
      input: found.input,
      variables: found.variables,
      workflowInput: found.workflowInput,
      mocked: false,
    },
    {
      id: run.id,
      step: view.step.name,
      edited: edited || !jsonEqual(found.workflowInput, was.workflowInput),
    },
  );
}

async function planOf(
  deps: Needs,
  id: string,
  choose: (run: StoredRun, events: HistoryEvent[]) => Chosen & { events: HistoryEvent[] },
): Promise<Plan> {
  const run = await deps.store.runs.get(id);
  if (!run) throw unknownRun(id);
  const workflow = run.workflowId === null ? null : await deps.store.workflows.get(run.workflowId);
  if (!workflow) throw unknownWorkflow(run.workflowId ?? '');
  const { step, first, events } = choose(run, await deps.cloud.history(run.executionArn, 0).catch(() => []));
  const now = nodeOf(workflow.document.graph, first.id);
  if (!now || now.parent !== null) throw gone(first.name);
  const seen = seenIn(run, events, run.document, first);
  if (!seen?.input) throw gone(first.name);
  return {
    run,
    workflow,
    asked: step,
    view: {
      step: { id: now.id, name: now.name },
      input: seen.input.value,
      variables: seen.variables,
      revision: workflow.revision,
      ranRevision: run.revision,
    },
  };
}

/** The step of the workflow itself that holds a step. */
const outermost = (graph: Workflow, step: WorkflowNode): WorkflowNode =>
  ancestorsOf(graph, step).find(({ container }) => container.parent === null)?.container ?? step;

/** What a step, with all that it holds, reads of what it finds. */
function readsOf(graph: Workflow, id: string, names: string[]): ForkView['reads'] {
  const own = nodeOf(graph, id);
  if (!own) return { input: true, workflowInput: false, variables: [] };
  const textOf = (nodes: WorkflowNode[]) =>
    JSON.stringify(nodes.map(({ name: _name, comment: _comment, ...node }) => node));
  const text = textOf([own, ...descendantsOf(graph, id)]);
  // Steps inside of a Map find its items as their input, those of a Parallel find its own.
  const around = own.kind === 'map' ? textOf([own]) : text;
  return {
    // In JSONPath a step works on its input unless it says otherwise.
    input:
      languageOf(graph, own) === 'JSONPath' ||
      (own.kind === 'map' && !own.items) ||
      /"kind":"state-input"|\$states\.input/.test(around),
    workflowInput: /"from":\{"kind":"input"\}|Execution\.Input/.test(text),
    variables: names.filter(
      (name) =>
        text.includes(`{"kind":"variable","name":${JSON.stringify(name)}}`) ||
        new RegExp(`\\$${name}(?![\\w$])`).test(text),
    ),
  };
}

const enteredBy = (id: number) => (run: StoredRun, events: HistoryEvent[]) => {
  const { graph } = run.document;
  const visit = Object.values(timeline(events).states)
    .flatMap((state) => state.visits)
    .find(({ enteredEventId }) => enteredEventId === id);
  const step = graph.nodes.find(({ name }) => name === visit?.name);
  if (!step) throw gone(visit?.name ?? `step ${id}`);
  // What came later is as if it had not been: of a step in a loop, this visit is the last.
  return { step, first: outermost(graph, step), events: events.filter((event) => event.id <= id) };
};

const ENDED_BADLY = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);
const LEFT_OPEN = new Set(['failed', 'timed-out', 'aborted']);

/** The innermost step that failed, and the step of the workflow itself that holds it. */
function failedIn(run: StoredRun, events: HistoryEvent[]) {
  if (!ENDED_BADLY.has(terminalStatus(events) ?? run.status)) throw notFailed();
  const visits = Object.values(timeline(events).states).flatMap((state) => state.visits);
  visits.sort((a, b) => b.enteredEventId - a.enteredEventId);
  const { graph } = run.document;
  const last =
    visits.find(({ status }) => status === 'failed' || status === 'timed-out') ??
    visits.find(({ status }) => LEFT_OPEN.has(status));
  const step = graph.nodes.find(({ name }) => name === last?.name);
  if (!step) throw notFailed();
  return { step, first: outermost(graph, step), events };
}

const notFailed = () =>
  new Problem('RUN_NOT_FAILED', 'No step of this run failed.', 'Open the workflow and run it as a whole.');
const gone = (name: string) =>
  new Problem(
    'RUN_STEP_GONE',
    `A run cannot begin with "${name}": it is no step of the workflow any more, or its input is not kept.`,
    'Begin with another step, or open the workflow and run it as a whole.',
  );
