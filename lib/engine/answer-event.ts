/** Every kind of event has one row: what it does to the execution before its threads go on. */

import { taskFailed, taskHeartbeat, taskStarted, taskSubmitted, taskSucceeded, timerFired } from './answers';
import { closeExecution } from './containers';
import { runtimeFailure } from './failure';
import { failExecution, type Stage, wake } from './flow';
import type { ExecutionFrame, FactsFrame, ThreadFrame } from './frames';
import { childOfRunEnded, itemsRead, mapRunFailed, resultsWritten } from './map-run';
import { mapRunChanged } from './map-run-again';
import { redriven } from './redrive';
import { parsed } from './text';
import type { EngineEvent } from './types';
import { machineScope } from './visit';
import { inputDetails } from './work';

type Of<K extends EngineEvent['kind']> = Extract<EngineEvent, { kind: K }>;
type Answers = { [K in EngineEvent['kind']]: (stage: Stage, event: Of<K>) => void | Promise<void> };

export const EXECUTION_TIMER = 'execution:timeout';
const isMapRun = (task: string): boolean => task.startsWith('map-run:');

const answers: Answers = {
  Start: start,
  Continue: () => {},
  TimerFired: (stage, { timer }) => (timer === EXECUTION_TIMER ? timeOut(stage) : timerFired(stage.work, timer)),
  TaskSubmitted: ({ work }, { task, output }) => taskSubmitted(work, task, output),
  TaskStarted: ({ work }, { task, workerName }) => taskStarted(work, task, workerName),
  TaskSucceeded: ({ work }, { task, output }) => taskSucceeded(work, task, output),
  TaskFailed: (stage, { task, error, cause }) =>
    isMapRun(task) ? mapRunFailed(stage, task, error, cause) : taskFailed(stage.work, task, error, cause),
  TaskHeartbeat: ({ work }, { task }) => taskHeartbeat(work, task),
  ItemsRead: (stage, { task, items }) => itemsRead(stage, task, items),
  ChildEnded: childOfRunEnded,
  ResultsWritten: ({ work }, { task, output }) => resultsWritten(work, task, output),
  Stop: (stage, { error, cause }) => endFromOutside(stage, 'ExecutionAborted', 'ABORTED', error, cause),
  ExecutionTimedOut: (stage) => timeOut(stage),
  MapRunChanged: mapRunChanged,
  Redrive: redriven,
};

export const answer = <E extends EngineEvent>(stage: Stage, event: E): void | Promise<void> =>
  (answers[event.kind] as (stage: Stage, event: E) => void | Promise<void>)(stage, event);

function start({ work, machine }: Stage, { facts, at }: Of<'Start'>): void {
  work.put<ExecutionFrame>({ id: 'execution', status: 'RUNNING', lastEventId: 0, serial: 0, ready: [] });
  work.put<FactsFrame>({ id: 'facts', facts });
  work.record('ExecutionStarted', 0, 'executionStarted', { ...inputDetails(facts.input), roleArn: facts.roleArn });
  try {
    const scope = machineScope(machine);
    const id = `thread:${work.serial()}`;
    work.put<ThreadFrame>({
      id,
      scope: '',
      state: scope.startAt,
      input: parsed(facts.input),
      phase: 'enter',
      previous: 0,
      beforeEntry: 0,
      entered: 0,
      enteredAt: at,
      retries: 0,
      attempts: [],
      ownVariables: false,
      index: 0,
    });
    wake(work, id);
  } catch {
    const failure = runtimeFailure('The definition or the input of the execution cannot be read.');
    failExecution(work, 0, failure.error, failure.reason);
    return;
  }
  const seconds = machine.TimeoutSeconds;
  if (typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds)) {
    const timeoutAt = facts.startedAt + seconds * 1000;
    work.execution.timeoutAt = timeoutAt;
    work.setTimer(EXECUTION_TIMER, timeoutAt);
  }
}

const timeOut = (stage: Stage): void => endFromOutside(stage, 'ExecutionTimedOut', 'TIMED_OUT', undefined, undefined);

function endFromOutside(
  { work }: Stage,
  type: string,
  status: 'ABORTED' | 'TIMED_OUT',
  error: string | undefined,
  cause: string | undefined,
): void {
  work.mark();
  const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  const name = type.charAt(0).toLowerCase() + type.slice(1);
  work.recordLast(type, work.execution.lastEventId, name, details);
  work.end = { status, ...details };
  closeExecution(work);
}
