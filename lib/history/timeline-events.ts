/**
 * What each type of event says of a run: one row a type, at the end. Longer than most, because the rows lean on one
 * another; each reader is a few lines.
 * @module
 */
import { isObject, type Json } from '@/lib/base/json';
import type { HistoryEvent } from './events';
import type { Attempt, Fold, Iteration, Lane, OpenVisit, StepStatus } from './timeline';

type Reader = (fold: Fold, event: HistoryEvent) => void;
type Details = { [field: string]: Json };

const CONTAINERS = new Set(['Parallel', 'Map']);
const isActive = (status: StepStatus): boolean =>
  status === 'queued' || status === 'running' || status === 'waiting' || status === 'retrying';
const isOpen = (visit: OpenVisit): boolean => visit.exitedAt === null && isActive(visit.status);
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

/** The one object of details that an event has. */
function detailsOf(event: HistoryEvent): Details {
  for (const [key, value] of Object.entries(event)) if (key.endsWith('EventDetails') && isObject(value)) return value;
  return {};
}

// ------------------------------------------------------------------ states

const entered =
  (type: string): Reader =>
  (fold, event) => {
    const details = detailsOf(event);
    const from = fold.link(event.previousEventId);
    const before = fold.visit(from?.visit);
    let lane: Lane | null = before?.lane ?? null;
    let parent = before?.parent ?? null;
    if (before && from?.opens) {
      let { index } = from.opens;
      if (from.opens.kind === 'parallel') index = fold.edit(before).lanes++;
      lane = { container: before.name, kind: from.opens.kind, index, within: before.lane };
      parent = before.id;
    }
    const visit = fold.add({
      name: text(details.name) ?? '',
      type,
      status: type === 'Wait' ? 'waiting' : 'running',
      enteredAt: event.timestamp,
      exitedAt: null,
      enteredEventId: event.id,
      input: text(details.input),
      arguments: null,
      result: null,
      output: null,
      assigned: null,
      error: null,
      cause: null,
      attempts: [],
      lane,
      iterations: [],
      length: null,
      mapRunArn: null,
      parent,
      lanes: 0,
    });
    fold.belongsTo(visit);
  };

const exited: Reader = (fold, event) => {
  const details = detailsOf(event);
  const name = text(details.name);
  const found =
    fold.outwards(event.previousEventId, (visit) => visit.name === name) ??
    (name === null ? undefined : fold.lastOf(name, isOpen));
  if (!found) return;
  const visit = fold.edit(found);
  visit.exitedAt = event.timestamp;
  visit.output = text(details.output);
  visit.assigned = isObject(details.assignedVariables) ? (details.assignedVariables as Record<string, string>) : null;
  // a state that goes on after an error was helped by a catcher
  visit.status = visit.error === null && visit.status !== 'failed' ? 'succeeded' : 'caught';
  if (CONTAINERS.has(visit.type)) {
    closeAttempt(visit, event.timestamp, visit.status === 'caught' ? 'failed' : 'succeeded');
    stopWithin(fold, visit, event.timestamp);
  }
  fold.close(visit);
  fold.belongsTo(visit);
};

/** Whatever still runs inside a container that ended was stopped. */
function stopWithin(fold: Fold, container: OpenVisit, at: number, status: StepStatus = 'aborted'): void {
  for (const visit of fold.openVisits()) if (isWithin(fold, visit, container)) stop(fold, visit, at, status);
}

function isWithin(fold: Fold, visit: OpenVisit, container: OpenVisit): boolean {
  for (let outer = fold.visit(visit.parent); outer; outer = fold.visit(outer.parent))
    if (outer.id === container.id) return true;
  return false;
}

function stop(fold: Fold, stopped: OpenVisit, at: number, status: StepStatus): void {
  const visit = fold.edit(stopped);
  fold.close(visit);
  visit.status =
    // A Fail state fails as soon as it is entered: no event of its own says so.
    visit.error !== null || visit.status === 'failed' || visit.type === 'Fail'
      ? visit.attempts.at(-1)?.status === 'timed-out'
        ? 'timed-out'
        : 'failed'
      : status;
  visit.exitedAt = at;
  closeAttempt(visit, at, visit.status);
  if (visit.iterations.some((iteration) => isActive(iteration.status))) {
    visit.iterations = visit.iterations.map((iteration) =>
      isActive(iteration.status) ? { ...iteration, status, stoppedAt: at } : iteration,
    );
  }
}

// ------------------------------------------------------------------ attempts

function openAttempt(visit: OpenVisit, at: number, args: string | null, status: StepStatus): void {
  const attempt: Attempt = {
    startedAt: at,
    stoppedAt: null,
    status,
    arguments: args,
    result: null,
    error: null,
    cause: null,
  };
  visit.attempts = [...visit.attempts, attempt];
  visit.arguments = args;
  visit.status = status;
  visit.error = null;
  visit.cause = null;
}

function changeAttempt(visit: OpenVisit, change: Partial<Attempt>): void {
  const last = visit.attempts.at(-1);
  if (last) visit.attempts = [...visit.attempts.slice(0, -1), { ...last, ...change }];
}

function closeAttempt(visit: OpenVisit, at: number, status: StepStatus): void {
  const last = visit.attempts.at(-1);
  if (last && last.stoppedAt === null) changeAttempt(visit, { stoppedAt: at, status });
}

/** The task's own visit, found through the event before. */
const taskVisit = (fold: Fold, event: HistoryEvent): OpenVisit | undefined => {
  const found = fold.outwards(event.previousEventId, (visit) => visit.type === 'Task' && visit.exitedAt === null);
  return found && fold.edit(found);
};

const scheduled: Reader = (fold, event) => {
  const visit = taskVisit(fold, event);
  if (!visit) return;
  const details = detailsOf(event);
  openAttempt(visit, event.timestamp, text(details.parameters ?? details.input), 'queued');
  fold.belongsTo(visit);
};

const toStatus =
  (status: (details: Details) => StepStatus): Reader =>
  (fold, event) => {
    const visit = taskVisit(fold, event);
    if (!visit) return;
    visit.status = status(detailsOf(event));
    changeAttempt(visit, { status: visit.status });
    fold.belongsTo(visit);
  };

const taskSucceeded: Reader = (fold, event) => {
  const visit = taskVisit(fold, event);
  if (!visit) return;
  const result = text(detailsOf(event).output);
  visit.result = result;
  visit.status = 'running';
  changeAttempt(visit, { stoppedAt: event.timestamp, status: 'succeeded', result });
  fold.belongsTo(visit);
};

const taskFailed =
  (status: StepStatus): Reader =>
  (fold, event) => {
    const visit = taskVisit(fold, event);
    if (!visit) return;
    const details = detailsOf(event);
    const error = text(details.error) ?? '';
    const cause = text(details.cause);
    visit.error = error;
    visit.cause = cause;
    // until the next event tells, it may be tried again
    visit.status = 'retrying';
    changeAttempt(visit, { stoppedAt: event.timestamp, status, error, cause });
    fold.belongsTo(visit);
  };

const evaluationFailed: Reader = (fold, event) => {
  const details = detailsOf(event);
  const name = text(details.state) ?? '';
  const found =
    fold.outwards(event.previousEventId, (visit) => visit.name === name && isOpen(visit)) ?? fold.lastOf(name, isOpen);
  if (!found) return;
  const visit = fold.edit(found);
  visit.error = text(details.error) ?? '';
  visit.cause = text(details.cause);
  visit.status = 'retrying';
  fold.belongsTo(visit);
};

// ------------------------------------------------------------------ containers

const container = (fold: Fold, event: HistoryEvent, type: string): OpenVisit | undefined => {
  const found = fold.outwards(event.previousEventId, (visit) => visit.type === type && isOpen(visit));
  return found && fold.edit(found);
};

const containerStarted =
  (type: 'Parallel' | 'Map'): Reader =>
  (fold, event) => {
    const visit = container(fold, event, type);
    if (!visit) return;
    if (visit.attempts.length > 0) {
      const failed = failedAt(fold, visit) ?? event.timestamp;
      closeAttempt(visit, failed, 'failed');
      stopWithin(fold, visit, failed);
    }
    openAttempt(visit, event.timestamp, null, 'running');
    visit.lanes = 0;
    visit.iterations = [];
    const { length } = detailsOf(event);
    visit.length = typeof length === 'number' ? length : null;
    fold.belongsTo(visit, type === 'Parallel' ? { kind: 'parallel', index: 0 } : undefined);
  };

/** When what a container is tried again for went wrong: nothing else tells how long it then waited. ms since 1970 */
function failedAt(fold: Fold, container: OpenVisit): number | null {
  let last: number | null = null;
  const see = (at: number | null | undefined) => {
    if (at !== null && at !== undefined && at > (last ?? 0)) last = at;
  };
  for (const one of container.iterations) if (one?.status === 'failed') see(one.stoppedAt);
  for (const visit of fold.openVisits()) {
    if (!isWithin(fold, visit, container)) continue;
    if (visit.type === 'Fail') see(visit.enteredAt);
    else if (visit.error !== null) see(visit.attempts.at(-1)?.stoppedAt);
  }
  return last;
}

const containerSucceeded =
  (type: string): Reader =>
  (fold, event) => {
    const visit = container(fold, event, type);
    if (!visit) return;
    closeAttempt(visit, event.timestamp, 'succeeded');
    fold.belongsTo(visit);
  };

/** The error of a container is that of what failed in it. */
const containerFailed =
  (type: string): Reader =>
  (fold, event) => {
    const failed = fold.visit(fold.link(event.previousEventId)?.visit);
    const visit = container(fold, event, type);
    if (!visit) return;
    visit.error = visit.error ?? failed?.error ?? null;
    visit.cause = visit.cause ?? failed?.cause ?? null;
    visit.status = 'failed';
    changeAttempt(visit, { stoppedAt: event.timestamp, status: 'failed', error: visit.error, cause: visit.cause });
    if (failed && failed.id !== visit.id && failed.exitedAt === null) stop(fold, failed, event.timestamp, 'failed');
    stopWithin(fold, visit, event.timestamp);
    fold.belongsTo(visit);
  };

const iteration =
  (status: StepStatus): Reader =>
  (fold, event) => {
    const details = detailsOf(event);
    const found = fold.outwards(event.previousEventId, (visit) => visit.name === details.name);
    const index = details.index;
    if (!found || typeof index !== 'number') return;
    const visit = fold.edit(found);
    const failing = fold.visit(fold.link(event.previousEventId)?.visit);
    const known = visit.iterations[index];
    const next: Iteration = {
      index,
      status,
      startedAt: known?.startedAt ?? event.timestamp,
      stoppedAt: status === 'running' ? null : event.timestamp,
      error: status === 'failed' ? (failing?.error ?? null) : null,
      cause: status === 'failed' ? (failing?.cause ?? null) : null,
    };
    fold.setIteration(visit, next);
    if (status === 'failed' || status === 'aborted') {
      for (const one of fold.openVisits()) {
        if (one.parent !== visit.id || one.lane?.index !== index) continue;
        stop(fold, one, event.timestamp, one.id === failing?.id ? 'failed' : 'aborted');
        stopWithin(fold, one, event.timestamp);
      }
    }
    fold.belongsTo(visit, status === 'running' ? { kind: 'map', index } : undefined);
  };

const mapRun =
  (change: (visit: OpenVisit, details: Details, at: number) => void): Reader =>
  (fold, event) => {
    const visit = container(fold, event, 'Map');
    if (!visit) return;
    change(visit, detailsOf(event), event.timestamp);
    fold.belongsTo(visit);
  };

// ------------------------------------------------------------------ the execution

const started: Reader = (fold, event) => {
  fold.execution.startedAt = event.timestamp;
  fold.execution.input = text(detailsOf(event).input);
};

const ended =
  (status: Fold['execution']['status'], leftover: StepStatus): Reader =>
  (fold, event) => {
    const details = detailsOf(event);
    Object.assign(fold.execution, {
      status,
      stoppedAt: event.timestamp,
      output: text(details.output),
      error: text(details.error),
      cause: text(details.cause),
    });
    const failing = status === 'FAILED' ? fold.visit(fold.link(event.previousEventId)?.visit) : undefined;
    for (let visit = failing; visit; visit = fold.visit(visit.parent)) {
      if (visit.exitedAt !== null && visit.status !== 'failed' && visit.status !== 'timed-out') continue;
      const one = fold.edit(visit);
      one.error = one.error ?? text(details.error);
      one.cause = one.cause ?? text(details.cause);
      stop(fold, one, event.timestamp, 'failed');
    }
    for (const visit of fold.openVisits()) stop(fold, visit, event.timestamp, leftover);
  };

const isUnsuccessful = (status: StepStatus): boolean =>
  status === 'failed' || status === 'timed-out' || status === 'aborted';

/** What was under way when the execution ended goes on: what failed or was stopped, in the last attempt of what it is in. */
const redriven: Reader = (fold) => {
  Object.assign(fold.execution, { status: 'RUNNING', stoppedAt: null, output: null, error: null, cause: null });
  const again = new Set<number>();
  for (const stopped of [...fold.visits]) {
    const outer = fold.visit(stopped.parent);
    const begun = outer?.attempts.at(-1)?.startedAt ?? 0;
    const isLast = !outer || (again.has(outer.id) && stopped.enteredAt >= begun);
    // a Fail state is entered anew
    if (!isUnsuccessful(stopped.status) || !isLast || stopped.type === 'Fail') continue;
    again.add(stopped.id);
    const visit = fold.edit(stopped);
    fold.reopen(visit);
    visit.exitedAt = null;
    visit.status = visit.type === 'Wait' ? 'waiting' : 'running';
    visit.error = null;
    visit.cause = null;
    if (!CONTAINERS.has(visit.type)) continue;
    changeAttempt(visit, { stoppedAt: null, status: 'running', error: null, cause: null });
    visit.iterations = visit.iterations.map((iteration) =>
      isUnsuccessful(iteration.status)
        ? { ...iteration, status: 'running', stoppedAt: null, error: null, cause: null }
        : iteration,
    );
  }
  fold.belongsTo(undefined);
};

// ------------------------------------------------------------------ all of them

const STATES = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const FAMILIES = ['Task', 'LambdaFunction', 'Activity'];

export const readers: Record<string, Reader | undefined> = {
  ExecutionStarted: started,
  ExecutionSucceeded: ended('SUCCEEDED', 'aborted'),
  ExecutionFailed: ended('FAILED', 'aborted'),
  ExecutionTimedOut: ended('TIMED_OUT', 'timed-out'),
  ExecutionAborted: ended('ABORTED', 'aborted'),
  ExecutionRedriven: redriven,
  ...Object.fromEntries(
    STATES.flatMap((type) => [
      [`${type}StateEntered`, entered(type)],
      [`${type}StateExited`, exited],
    ]),
  ),
  ...Object.fromEntries(
    FAMILIES.flatMap((family) => [
      [`${family}Scheduled`, scheduled],
      [`${family}Started`, toStatus(() => 'running')],
      [`${family}Succeeded`, taskSucceeded],
      [`${family}Failed`, taskFailed('failed')],
      [`${family}TimedOut`, taskFailed('timed-out')],
    ]),
  ),
  TaskSubmitted: toStatus((details) =>
    String(details.resource).endsWith('.waitForTaskToken') ? 'waiting' : 'running',
  ),
  TaskSubmitFailed: taskFailed('failed'),
  TaskStartFailed: taskFailed('failed'),
  LambdaFunctionScheduleFailed: taskFailed('failed'),
  LambdaFunctionStartFailed: taskFailed('failed'),
  ActivityScheduleFailed: taskFailed('failed'),
  EvaluationFailed: evaluationFailed,
  ParallelStateStarted: containerStarted('Parallel'),
  ParallelStateSucceeded: containerSucceeded('Parallel'),
  ParallelStateFailed: containerFailed('Parallel'),
  MapStateStarted: containerStarted('Map'),
  MapStateSucceeded: containerSucceeded('Map'),
  MapStateFailed: containerFailed('Map'),
  MapIterationStarted: iteration('running'),
  MapIterationSucceeded: iteration('succeeded'),
  MapIterationFailed: iteration('failed'),
  MapIterationAborted: iteration('aborted'),
  MapRunStarted: mapRun((visit, details) => {
    visit.mapRunArn = text(details.mapRunArn);
  }),
  MapRunRedriven: mapRun(() => {}),
  MapRunSucceeded: mapRun(() => {}),
  MapRunFailed: mapRun((visit, details, at) => {
    visit.error = text(details.error) ?? '';
    visit.cause = text(details.cause);
    changeAttempt(visit, { stoppedAt: at, status: 'failed', error: visit.error, cause: visit.cause });
    visit.status = 'retrying';
  }),
};
