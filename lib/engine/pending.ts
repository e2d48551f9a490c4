/**
 * What an execution has begun and not finished, as commands with the ids they had: performed again after a restart.
 * @module
 */
import { EXECUTION_TIMER } from './answer-event';
import { wakeTimer } from './flow';
import { type ExecutionFrame, frameOf, type MapRunFrame, type TaskFrame, type ThreadFrame } from './frames';
import { pendingOf } from './map-run';
import { startCommand, timersOf } from './states/task';
import type { Command, Host, Pending } from './types';
import { Work } from './work';

/** Nothing is computed here: what is pending was decided before. */
const SILENT: Host = {
  evaluate: () => undefined,
  random: () => 0,
  uuid: () => '',
};

export const pending: Pending = (machine, snapshot) => {
  const execution = frameOf<ExecutionFrame>(snapshot, 'execution');
  if (execution?.status !== 'RUNNING') return [];
  const work = new Work(snapshot, 0);
  const commands: Command[] = [];
  if (execution.timeoutAt !== undefined)
    commands.push({ kind: 'SetTimer', timer: EXECUTION_TIMER, dueAt: execution.timeoutAt });
  for (const id of Object.keys(snapshot.frames)) {
    if (id.startsWith('task:')) {
      const frame = work.get<TaskFrame>(id);
      commands.push(startCommand(frame));
      for (const { timer, dueAt } of timersOf(frame)) commands.push({ kind: 'SetTimer', timer, dueAt });
    } else if (id.startsWith('thread:')) {
      const thread = work.get<ThreadFrame>(id);
      if (thread.phase === 'blocked' && thread.wakeAt !== undefined)
        commands.push({ kind: 'SetTimer', timer: wakeTimer(thread), dueAt: thread.wakeAt });
    } else if (id.startsWith('map-run:') && !/:(items|output|child):/.test(id)) {
      commands.push(...pendingOf(work, { machine, host: SILENT }, work.get<MapRunFrame>(id)));
    }
  }
  if (execution.ready.length > 0) commands.push({ kind: 'Continue' });
  return commands;
};
