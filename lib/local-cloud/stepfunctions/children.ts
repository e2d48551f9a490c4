/**
 * Children of distributed Maps: executions of their own, told apart from others by their Map Run.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Command, ExecutionStatus, Machine } from '@/lib/engine/types';
import type { ExecutionRow, RunLog } from '@/lib/local-cloud/log';
import { reach } from '../failpoint';
import { executionArn } from './arns';
import { type Effects, Execution } from './execution';

type StartChild = Extract<Command, { kind: 'StartChild' }>;
const AGAIN_MS = 1_000;

type Family = {
  log: RunLog;
  effects: Effects;
  running(id: number): Execution | undefined;
  /** takes it among the running ones */
  begin(execution: Execution): void;
  redrive(row: ExecutionRow, token: null, number: number): Promise<number | undefined>;
};

export function createChildren({ log, effects, running, begin, redrive }: Family) {
  const texts = new WeakMap<Machine, string>();
  const textOf = (definition: Machine): string => {
    const text = texts.get(definition) ?? JSON.stringify(definition);
    texts.set(definition, text);
    return text;
  };
  const stopping = new WeakSet<Execution>();
  const stop = (child: Execution) => {
    stopping.add(child);
    void child.deliver({ kind: 'Stop' });
  };

  async function start(parent: Execution, command: StartChild): Promise<void> {
    const there = log.executions.byItem(command.mapRunArn, command.index);
    if (there) {
      // After a restart: it runs already and will tell, or it ended and nobody heard.
      const child = running(there.id);
      if (child && stopping.has(child)) {
        // The run was redriven before its children had heard of its end.
        await child.whenEnded();
        if (running(parent.row.id) === parent) await start(parent, command);
      } else if (child) parent.children.add(child);
      else if (there.status !== 'SUCCEEDED' && (there.redriveCount ?? 0) < (command.redrive ?? 0))
        await again(parent, command, there);
      else tell(parent, there);
      return;
    }
    const row = rowOf(parent.row, command, log.executions.newId(), effects.now());
    const child = new Execution(row, command.definition, effects);
    parent.children.add(child);
    try {
      await log.commit(() => {
        row.definition = log.machines.putDefinition(textOf(command.definition));
        log.executions.add(row);
      });
    } catch (error) {
      parent.children.delete(child);
      effects.report(`${row.arn}: could not be written, tried again: ${(error as Error).message}`);
      setTimeout(() => running(parent.row.id) && void start(parent, command), AGAIN_MS);
      return;
    }
    reach('child-written');
    begin(child);
    child.start();
    // Given up while it was written: it began, so it also ends.
    if (!parent.children.has(child)) stop(child);
  }

  /** A child that ended without success goes on, with the run that it belongs to. */
  async function again(parent: Execution, command: StartChild, row: ExecutionRow): Promise<void> {
    try {
      const at = await redrive(row, null, command.redrive ?? 1);
      const child = running(row.id);
      if (at === undefined || !child) return tell(parent, log.executions.byId(row.id) ?? row);
      parent.children.add(child);
      if (running(parent.row.id) !== parent) stop(child);
    } catch (error) {
      effects.report(`${row.arn}: could not be redriven, tried again: ${(error as Error).message}`);
      setTimeout(() => running(parent.row.id) === parent && void start(parent, command), AGAIN_MS);
    }
  }

  function tell(parent: Execution, row: ExecutionRow): void {
    void parent.deliver({
      kind: 'ChildEnded',
      task: row.parentTask ?? '',
      index: row.item ?? 0,
      status: row.status as ExecutionStatus,
      ...(row.output !== null && { output: row.output }),
      ...(row.error !== null && { error: row.error }),
      ...(row.cause !== null && { cause: row.cause }),
      executionArn: row.arn,
      startedAt: row.startedAt,
      stoppedAt: row.stoppedAt ?? row.startedAt,
    });
  }

  return {
    start: (parent: Execution, command: StartChild) => void start(parent, command),

    /** @param task the Map's; absent: all of them */
    stopAll(parent: Execution, task?: string): void {
      for (const child of [...parent.children]) {
        if (task !== undefined && child.row.parentTask !== task) continue;
        if (running(child.row.id)) stop(child);
        else parent.children.delete(child);
      }
    },

    /** A child ended: its parent hears of it, if it still runs. */
    ended(child: Execution): void {
      const parent = child.row.parent === null ? undefined : running(child.row.parent);
      if (!parent) return;
      parent.children.delete(child);
      tell(parent, child.row);
    },

    /** After a restart: finds its parent again, or ends because that one did. */
    adopt(child: Execution): void {
      if (child.row.parent === null) return;
      const parent = running(child.row.parent);
      if (parent) parent.children.add(child);
      else stop(child);
    },
  };
}

function rowOf(parent: ExecutionRow, command: StartChild, id: number, startedAt: number): ExecutionRow {
  const machineName = `${parent.machineName}/${command.label}`;
  const name = randomUUID();
  return {
    ...parent,
    id,
    arn: executionArn(machineName, name),
    name,
    machineArn: `${parent.machineArn}/${command.label}`,
    machineName,
    definition: '',
    type: command.type,
    status: 'RUNNING',
    input: JSON.stringify(command.input),
    output: null,
    error: null,
    cause: null,
    startedAt,
    stoppedAt: null,
    startedBy: null,
    redriveCount: 0,
    redrivenAt: null,
    mapRun: command.mapRunArn,
    label: command.label,
    parent: parent.id,
    parentTask: command.task,
    item: command.index,
  };
}
