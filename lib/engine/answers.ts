/**
 * What the runner tells the engine of outstanding work: each answer becomes events, and wakes the thread that waited.
 *
 * An answer to work that is already closed changes nothing: it was late, or came twice.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { DATA_LIMIT, tooMuch } from './failure';
import { wake, wakeTimer } from './flow';
import type { ContainerFrame, Signal, TaskFrame, ThreadFrame } from './frames';
import { closeTask, familyOf, heartbeatTimer, namesOf, recordTask, timeoutTimer } from './states/task';
import { textOf, tooLarge } from './text';
import type { Work } from './work';
import { outputDetails } from './work';

/** The task's thread, if it still waits for it. */
function waiting(work: Work, task: string): { frame: TaskFrame; thread: ThreadFrame } | undefined {
  const frame = task.startsWith('task:') ? work.find<TaskFrame>(task) : undefined;
  const thread = frame && work.find<ThreadFrame>(frame.thread);
  return frame && thread?.task === task ? { frame, thread: work.edit<ThreadFrame>(thread.id) } : undefined;
}

function settle(work: Work, frame: TaskFrame, thread: ThreadFrame, signal: Signal, cancel: boolean): void {
  closeTask(work, frame.id, cancel);
  delete thread.task;
  thread.phase = 'resume';
  thread.signal = signal;
  wake(work, thread.id);
}

export function taskSubmitted(work: Work, task: string, output: Json): void {
  const found = waiting(work, task);
  if (!found || found.frame.isSubmitted || familyOf(found.frame) !== 'Task') return;
  const frame = work.edit<TaskFrame>(task);
  frame.isSubmitted = true;
  frame.submitted = output;
  found.thread.previous = recordTask(work, frame, found.thread.previous, 'Submitted', outputDetails(textOf(output)));
}

/** Only activities begin later than they are scheduled. */
export function taskStarted(work: Work, task: string, workerName: string | undefined): void {
  const found = waiting(work, task);
  if (!found || found.frame.started) return;
  const frame = work.edit<TaskFrame>(task);
  frame.started = true;
  found.thread.previous = recordTask(
    work,
    frame,
    found.thread.previous,
    'Started',
    workerName === undefined ? {} : { workerName },
  );
}

export function taskSucceeded(work: Work, task: string, output: Json): void {
  const found = waiting(work, task);
  if (!found) return;
  const { frame, thread } = found;
  const text = textOf(output);
  if (tooLarge(text)) {
    const name = familyOf(frame) === 'Task' ? namesOf(frame).resourceType : frame.resource;
    taskFailed(work, task, DATA_LIMIT, tooMuch(name));
    return;
  }
  thread.previous = recordTask(work, frame, thread.previous, 'Succeeded', outputDetails(text));
  settle(work, frame, thread, { kind: 'result', value: output }, false);
}

export function taskFailed(work: Work, task: string, error: string | undefined, cause: string | undefined): void {
  const found = waiting(work, task);
  if (!found) return;
  const { frame, thread } = found;
  const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  thread.previous = recordTask(work, frame, thread.previous, 'Failed', details);
  settle(work, frame, thread, { kind: 'failed', ...details }, false);
}

export function taskHeartbeat(work: Work, task: string): void {
  const found = waiting(work, task);
  if (found?.frame.heartbeatSeconds === undefined) return;
  const frame = work.edit<TaskFrame>(task);
  frame.heartbeatAt = work.at + (frame.heartbeatSeconds ?? 0) * 1000;
  work.setTimer(heartbeatTimer(task), frame.heartbeatAt);
}

function taskTimedOut(work: Work, task: string, heartbeat: boolean): void {
  const found = waiting(work, task);
  if (!found) return;
  const { frame, thread } = found;
  const dueAt = heartbeat ? frame.heartbeatAt : frame.timeoutAt;
  if (dueAt === undefined || work.at < dueAt) return;
  thread.previous = recordTask(work, frame, thread.previous, 'TimedOut', { error: 'States.Timeout' });
  settle(work, frame, thread, { kind: 'failed', error: 'States.Timeout', ...(heartbeat && { heartbeat }) }, true);
}

/** Tasks side by side that are due at the same moment time out together, before any of them fails what they are in. */
function tasksTimedOut(work: Work, task: string): void {
  const frame = work.find<TaskFrame>(task);
  const container = frame && work.find<ThreadFrame>(frame.thread)?.container;
  taskTimedOut(work, task, false);
  const beside = container === undefined ? {} : (work.find<ContainerFrame>(container)?.running ?? {});
  for (const id of Object.values(beside)) {
    const sibling = work.find<ThreadFrame>(id)?.task;
    if (sibling !== undefined) taskTimedOut(work, sibling, false);
  }
}

/** A timer of a thread (a Wait, a retry) or of a task. Early, late and unknown ones change nothing. */
export function timerFired(work: Work, timer: string): void {
  const task = timer.slice(0, timer.lastIndexOf(':'));
  if (timer === timeoutTimer(task)) tasksTimedOut(work, task);
  else if (timer === heartbeatTimer(task)) taskTimedOut(work, task, true);
  else threadWoken(work, timer);
}

function threadWoken(work: Work, timer: string): void {
  const waiting = work.find<ThreadFrame>(timer.slice(0, Math.max(0, timer.indexOf(':wake:'))));
  if (waiting?.phase !== 'blocked' || waiting.wakeAt === undefined) return;
  if (wakeTimer(waiting) !== timer || work.at < waiting.wakeAt) return;
  const thread = work.edit<ThreadFrame>(waiting.id);
  thread.phase = thread.retrying ? 'again' : 'resume';
  if (!thread.retrying) thread.signal = { kind: 'woken' };
  delete thread.wakeAt;
  delete thread.retrying;
  wake(work, thread.id);
}
