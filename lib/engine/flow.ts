/**
 * Walks threads from state to state: enter, exit, retry, catch, and the end of branches and of the execution.
 *
 * Nothing here knows a state type; `states/` holds one file for each. Start at `run()`.
 * Longer than most: the ways a state can end call one another, and read best in one place.
 * @module
 */
import { backoffSeconds, matchesError, type Retrier } from '@/lib/asl/retry';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { childEnded, childFailed, closeExecution, stopInside } from './containers';
import { type Ending, endingWithError } from './data';
import { DATA_LIMIT, failureOf, StateFailure, tooMuch, whileExecuting } from './failure';
import type { ContainerFrame, ThreadFrame } from './frames';
import { handlers } from './states';
import { type Move, settle } from './states/handler';
import { textOf, tooLarge } from './text';
import type { Host, Machine } from './types';
import { assign, scopeAt, Visit } from './visit';
import { HistoryFull, inputDetails, outputDetails, type Work } from './work';

/**
 * What one step may do before others have a turn, and before it is written: states entered, resumed or retried count one,
 * expressions that had to be waited for four more.
 */
const TURN = 1000;
/** Of the first step, which whoever started the execution waits for. */
export const FIRST_TURN = 200;
const EVALUATION = 4;
/** characters of data that one step records, about: a step is written and kept in memory as a whole */
const TURN_TEXT = 4_000_000;

export type Stage = { work: Work; machine: Machine; host: Host };

/** Lets a thread go on in this step, or in the next. */
export function wake(work: Work, thread: string): void {
  if (!work.ready.includes(thread)) work.execution.ready = [...work.ready, thread];
}

/** Runs every thread that can go on, until all wait, the execution ends or the turn is over. */
export async function run(stage: Stage, turn = TURN): Promise<void> {
  const { work } = stage;
  let left = turn;
  const evaluate: Host['evaluate'] = (...asked) => {
    const answer = stage.host.evaluate(...asked);
    if (answer instanceof Promise) left -= EVALUATION;
    return answer;
  };
  const counted = { ...stage, host: { ...stage.host, evaluate } };
  for (; !work.end; left--) {
    const [id] = work.ready;
    if (id === undefined) return;
    if (left <= 0 || work.textRecorded > TURN_TEXT) return work.command({ kind: 'Continue' });
    if (canGoOn(work, id)) await advance(counted, work.edit<ThreadFrame>(id));
    if (!canGoOn(work, id)) work.execution.ready = work.ready.filter((other) => other !== id);
  }
}

const canGoOn = (work: Work, id: string): boolean => (work.find<ThreadFrame>(id)?.phase ?? 'blocked') !== 'blocked';

const typeOf = (visit: Visit): string => {
  const type = visit.field('Type');
  return typeof type === 'string' ? type : '';
};

/** One transition of one thread. Whatever is wrong with the workflow ends as its failure, never as an exception. */
async function advance(stage: Stage, thread: ThreadFrame): Promise<void> {
  const { work, machine, host } = stage;
  let visit: Visit;
  try {
    visit = new Visit(work, machine, host, thread, scopeAt(machine, thread.scope));
  } catch (thrown) {
    const failure = failureOf(thrown);
    return failExecution(work, thread.previous, failure.error, failure.reason);
  }
  try {
    const move = await act(visit);
    if (move.go === 'exit') await leave(stage, visit, move.ending, move.next);
    else if (thread.phase === 'enter' || thread.phase === 'again') thread.phase = 'blocked';
  } catch (thrown) {
    await fail(stage, visit, thrown);
  }
}

/** What the state does next: it is entered, tried again, or goes on with what it waited for. @throws what `failureOf` reads */
export function act(visit: Visit): Move | Promise<Move> {
  const { thread } = visit;
  const type = typeOf(visit);
  const handler = handlers[type as keyof typeof handlers] as (typeof handlers)[keyof typeof handlers] | undefined;
  if (!handler || !Object.hasOwn(handlers, type)) {
    throw new StateFailure(
      'States.Runtime',
      `The state has no known Type: ${JSON.stringify(visit.field('Type') ?? null)}.`,
      { fatal: true },
    );
  }
  if (thread.phase === 'enter') {
    enter(visit, type);
    thread.phase = 'again';
    return handler.enter(visit);
  }
  if (thread.phase === 'again') return handler.enter(visit);
  const signal = thread.signal ?? { kind: 'woken' };
  delete thread.signal;
  thread.phase = 'blocked';
  return settle(visit, signal);
}

function enter(visit: Visit, type: string): void {
  const { thread, work } = visit;
  thread.beforeEntry = thread.previous;
  thread.entered = work.record(`${type}StateEntered`, thread.previous, 'stateEntered', {
    name: visit.name,
    ...inputDetails(textOf(thread.input)),
  });
  thread.previous = thread.entered;
  thread.enteredAt = work.at;
  thread.retries = 0;
  thread.attempts = [];
}

/** The state is left: its event, its variables, and on to the next one or out of the scope. */
async function leave(stage: Stage, visit: Visit, { output, assigned }: Ending, next: string | null): Promise<void> {
  const { work } = stage;
  const { thread } = visit;
  const text = textOf(output);
  if (tooLarge(text)) throw new StateFailure(DATA_LIMIT, tooMuch(visit.name), { bare: true });
  thread.previous = work.record(`${typeOf(visit)}StateExited`, thread.previous, 'stateExited', {
    name: visit.name,
    ...outputDetails(text),
    ...(assigned && { assignedVariables: textsOf(assigned), assignedVariablesDetails: { truncated: false } }),
  });
  if (assigned) assign(work, thread, assigned);
  for (const key of ['inside', 'task', 'wakeAt', 'signal', 'retrying'] as const)
    if (thread[key] !== undefined) delete thread[key];
  if (next === null) return ended(stage, thread, output);
  thread.state = next;
  thread.input = output;
  thread.phase = 'enter';
}

const textsOf = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));

/** A thread came to the end of its scope. */
async function ended(stage: Stage, thread: ThreadFrame, output: Json): Promise<void> {
  const { work } = stage;
  if (thread.container === undefined) {
    const text = textOf(output);
    work.recordLast('ExecutionSucceeded', thread.previous, 'executionSucceeded', outputDetails(text));
    work.end = { status: 'SUCCEEDED', output: text };
    closeExecution(work);
    return;
  }
  await childEnded(stage, thread, output);
}

// ------------------------------------------------------------------ failure

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const names = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

/** Does a retrier or catcher speak of this error? A missed heartbeat answers to both of its names. */
function matches(handler: JsonObject, error: string | undefined, heartbeat: boolean): boolean {
  const listed = names(handler.ErrorEquals);
  if (heartbeat && matchesError(listed, 'States.HeartbeatTimeout')) return true;
  return matchesError(listed, error ?? '');
}

/** A state failed: it is tried again, or the error is caught, or its thread fails. */
export async function fail(stage: Stage, visit: Visit, thrown: unknown): Promise<void> {
  if (thrown instanceof HistoryFull) throw thrown;
  const failure = failureOf(thrown);
  const { work } = stage;
  const { thread, name } = visit;
  const { how } = failure;
  const type = typeOf(visit);
  const error = failure.error;
  const cause =
    how.bare || failure.reason === undefined ? failure.reason : whileExecuting(name, thread.entered, failure.reason);
  if (how.evaluation) recordEvaluationFailed(visit, error, cause, how.location);
  // what follows takes apart what is inside the state; should nothing catch the failure, a redrive needs it as it is
  work.mark();
  if (how.fatal) return failExecution(work, thread.previous, error, cause);

  const retry = retriedBy(stage.host, visit, failure);
  if (retry) {
    work.unmark();
    stopInside(work, thread);
    thread.retries++;
    thread.phase = 'blocked';
    thread.retrying = true;
    thread.wakeAt = work.at + Math.round(retry.delay * 1000);
    work.setTimer(wakeTimer(thread), thread.wakeAt);
    return;
  }
  if (type === 'Parallel' || type === 'Map') thread.previous = work.record(`${type}StateFailed`, thread.previous);
  stopInside(work, thread);

  const caught = caughtBy(visit, failure);
  if (caught) {
    try {
      const ending = await endingWithCatch(visit, caught, error, cause);
      work.unmark();
      return await leave(stage, visit, ending, caught.next);
    } catch (thrown) {
      if (thrown instanceof HistoryFull) throw thrown;
      const second = failureOf(thrown);
      const reason =
        second.how.bare || second.reason === undefined
          ? second.reason
          : whileExecuting(name, thread.entered, second.reason);
      if (second.how.evaluation) recordEvaluationFailed(visit, second.error, reason, second.how.location);
      if (second.how.fatal) return failExecution(work, thread.previous, second.error, reason);
      return threadFailed(stage, thread, second.error, reason, type);
    }
  }
  return threadFailed(stage, thread, error, cause, type);
}

function recordEvaluationFailed(
  visit: Visit,
  error: string | undefined,
  cause: string | undefined,
  location: string | undefined,
): void {
  const { thread, work } = visit;
  // AWS counts the entering of the state as done only once its fields were evaluated
  const previous = thread.previous === thread.entered ? thread.beforeEntry : thread.previous;
  thread.previous = work.record('EvaluationFailed', previous, 'evaluationFailed', {
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(location !== undefined && { location }),
    state: visit.name,
  });
}

/** The catcher that a failure leads to; undefined when there is none. */
export function caughtBy(visit: Visit, { error, how }: StateFailure): Caught | undefined {
  const catchers = list(visit.field('Catch'));
  const index = catchers.findIndex((catcher) => matches(catcher, error, how.heartbeat === true));
  const catcher = catchers[index];
  return catcher && typeof catcher.Next === 'string' ? { catcher, index, next: catcher.Next } : undefined;
}
export type Caught = { catcher: JsonObject; index: number; next: string };

/** What the state leaves behind when an error of it is caught. */
export const endingWithCatch = (visit: Visit, { catcher, index }: Caught, error?: string, cause?: string) =>
  endingWithError(visit, catcher, { Error: error ?? null, Cause: cause ?? null }, `Catch[${index}]/`);

/** @returns the retrier that takes the failure, with the seconds until the state is tried again; null when none does */
export function retriedBy(
  host: Host,
  visit: Visit,
  { error, how }: StateFailure,
): { index: number; delay: number } | null {
  const retriers = list(visit.field('Retry'));
  if (retriers.length === 0) return null;
  const index = retriers.findIndex((retrier) => matches(retrier, error, how.heartbeat === true));
  const retrier = retriers[index];
  if (!retrier) return null;
  const { thread } = visit;
  const attempt = (thread.attempts[index] ?? 0) + 1;
  const delay = backoffSeconds(retrier as unknown as Retrier, attempt, () => host.random());
  if (delay === null || !Number.isFinite(delay)) return null;
  const attempts = retriers.map((_, i) => thread.attempts[i] ?? 0);
  attempts[index] = attempt;
  thread.attempts = attempts;
  return { index, delay };
}

export const wakeTimer = (thread: ThreadFrame): string => `${thread.id}:wake:${thread.entered}:${thread.retries}`;

/** Nothing caught the error: it goes to the container, or ends the execution. */
async function threadFailed(
  stage: Stage,
  thread: ThreadFrame,
  error: string | undefined,
  cause: string | undefined,
  type: string,
): Promise<void> {
  const { work, machine, host } = stage;
  if (thread.container === undefined) return failExecution(work, thread.previous, error, cause);
  const container = work.get<ContainerFrame>(thread.container);
  const parent = work.edit<ThreadFrame>(container.thread);
  childFailed(stage, container, thread, type);
  const visit = new Visit(work, machine, host, parent, scopeAt(machine, parent.scope));
  await failFromOutside(stage, visit, new StateFailure(error, cause, { bare: true }));
}

/** A state fails while it is not its thread's turn: what runs inside it failed. Where the error is caught, it goes on. */
export async function failFromOutside(stage: Stage, visit: Visit, thrown: unknown): Promise<void> {
  await fail(stage, visit, thrown);
  if (canGoOn(stage.work, visit.thread.id)) wake(stage.work, visit.thread.id);
}

export function failExecution(
  work: Work,
  previous: number,
  error: string | undefined,
  cause: string | undefined,
): void {
  work.mark();
  const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  work.recordLast('ExecutionFailed', previous, 'executionFailed', details);
  work.end = { status: 'FAILED', ...details };
  closeExecution(work);
}
