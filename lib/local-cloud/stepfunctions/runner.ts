/**
 * Keeps every running execution and does what the engine asks: calls services, sets timers, starts children.
 *
 *   open(): RUNNING rows ─▶ fold the log ─▶ perform what was pending, with the same ids as before
 *
 * Start at `perform`: one line per kind of command.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Command, Host } from '@/lib/engine/types';
import { ChainBroken, type ExecutionRow, type RunLog } from '@/lib/local-cloud/log';
import type { CloudContext } from '@/lib/local-cloud/service';
import { reach } from '../failpoint';
import { createChildren } from './children';
import { type Clock, isLimit, isWait, Timers } from './clock';
import { createMachineCache } from './definition';
import { serviceError, unavailable } from './errors';
import { type Effects, Execution, type Happening } from './execution';
import { createIntegrations, type IntegrationOptions } from './integrations';
import { createItems } from './integrations/items';
import type { Inside } from './integrations/states';
import type { Mocks } from './mocks';
import { createTasks } from './tasks';

const EXPRESS_LIMIT_MS = 5 * 60_000;
const STANDARD_LIMIT_MS = 365 * 24 * 3600_000;
/** what is left of a close for the events that are already queued */
const DRAIN_MS = 400;

type Options = {
  context: CloudContext;
  log: RunLog;
  clock: Clock;
  evaluate: Host['evaluate'];
  inside: Inside;
  integrations?: IntegrationOptions;
  mocks?: Mocks;
};

export type Runner = ReturnType<typeof createRunner>;

export function createRunner({ context, log, clock, evaluate, inside, integrations, mocks }: Options) {
  const active = new Map<number, Execution>();
  const byArn = new Map<string, Execution>();
  const timers = new Timers();
  const report = (line: string) => context.log(`stepfunctions: ${line}`);
  const host: Host = {
    evaluate,
    random: Math.random,
    uuid: randomUUID,
    exists: (activity) => log.machines.activity(activity) !== undefined,
  };
  const effects: Effects = { perform, ended, now: clock.now, host, log, report };
  const integrationFor = createIntegrations(context, inside, integrations);
  const tasks = createTasks(log, integrationFor, report, mocks);
  const children = createChildren({ log, effects, running: (id) => active.get(id), begin, redrive });
  const items = createItems(context);
  const machineOf = createMachineCache((key) => log.machines.definition(key));
  let closing = false;

  function perform(execution: Execution, command: Command): void {
    if (closing) return; // the log remembers it
    switch (command.kind) {
      case 'StartTask':
        tasks.start(execution, command);
        break;
      case 'CancelTask':
        tasks.end(execution, command.task);
        break;
      case 'SetTimer':
        setTimer(execution, command.timer, command.dueAt, { kind: 'TimerFired', timer: command.timer });
        break;
      case 'ClearTimer':
        clearTimer(execution, command.timer);
        break;
      case 'ReadItems':
        void tasks.background(execution, command.task, async () => {
          const read = await items.read(command.reader);
          return { kind: 'ItemsRead', task: command.task, ...read };
        });
        break;
      case 'StartChild':
        children.start(execution, command);
        break;
      case 'StopChildren':
        children.stopAll(execution, command.task);
        break;
      case 'WriteResults':
        void tasks.background(execution, command.task, async () => {
          const rows = log.executions.children(command.mapRunArn);
          const output = await items.write(command.writer, rows, command.results, command.mapRunArn);
          return { kind: 'ResultsWritten', task: command.task, output };
        });
        break;
      case 'Continue':
        // Others have their turn first.
        setImmediate(() => void execution.deliver({ kind: 'Continue' }));
        break;
    }
  }

  /** @param dueAt ms since 1970 by the execution's own time */
  function setTimer(execution: Execution, timer: string, dueAt: number, happening: Happening): void {
    const left = dueAt - execution.now();
    const shortened = clock.scale !== 1 && isWait(timer);
    execution.timers.set(timer, dueAt);
    const fire = () => {
      reach('fire');
      // One after the other: what comes of the first may be due before the second.
      if (shortened && execution.waking) return execution.held.push({ timer, again: arm });
      execution.timers.delete(timer);
      if (shortened) void wake(execution, dueAt, happening);
      else void execution.deliver(happening);
    };
    // A skipped wait is due at once, whenever it began: among them the order is that of the times they stand for.
    const due = !shortened ? clock.now() + left : clock.scale === 0 ? 0 : clock.now() + left * clock.scale;
    const arm = () => timers.set(`${execution.row.id} ${timer}`, Math.ceil(due), fire, dueAt);
    arm();
  }

  /** The end of a shortened wait; what it goes past is heard of first. */
  async function wake(execution: Execution, at: number, happening: Happening): Promise<void> {
    execution.waking = true;
    for (const [timer, dueAt] of execution.timers) {
      if (!isLimit(timer) || dueAt >= at) continue;
      clearTimer(execution, timer);
      execution.leap(dueAt);
      await execution.deliver({ kind: 'ExecutionTimedOut' });
    }
    execution.leap(at);
    await execution.deliver(happening);
    execution.waking = false;
    for (const { timer, again } of execution.held.splice(0)) if (execution.timers.has(timer)) again();
  }

  function clearTimer(execution: Execution, timer: string): void {
    execution.timers.delete(timer);
    timers.clear(`${execution.row.id} ${timer}`);
  }

  function begin(execution: Execution): void {
    const { row } = execution;
    active.set(row.id, execution);
    byArn.set(row.arn, execution);
    const limit = row.type === 'EXPRESS' ? EXPRESS_LIMIT_MS : STANDARD_LIMIT_MS;
    setTimer(execution, 'longest run', (row.redrivenAt ?? row.startedAt) + limit, { kind: 'ExecutionTimedOut' });
  }

  function forget(execution: Execution): void {
    active.delete(execution.row.id);
    mocks?.forget(execution.row.id);
    if (byArn.get(execution.row.arn) === execution) byArn.delete(execution.row.arn);
    for (const task of [...execution.tasks.keys()]) tasks.end(execution, task);
    for (const timer of [...execution.timers.keys()]) clearTimer(execution, timer);
  }

  /**
   * What ended without success goes on; resolves when that is on the disk.
   * @param number how many redrives there are then; absent: one more than before
   * @returns when (ms since 1970); undefined where its records do not tell how to go on
   * @throws AwsError InternalFailure when it could not be written: then nothing has changed
   */
  async function redrive(row: ExecutionRow, token: string | null, number?: number): Promise<number | undefined> {
    const again: ExecutionRow = {
      ...row,
      ...{ status: 'RUNNING', output: null, error: null, cause: null, stoppedAt: null, redrivenAt: clock.now() },
    };
    const execution = new Execution(again, machineOf(row.definition), effects);
    begin(execution);
    try {
      const count = number ?? (row.redriveCount ?? 0) + 1;
      if (await execution.redrive(token, count, row.type === 'EXPRESS')) return execution.row.redrivenAt ?? undefined;
    } catch (error) {
      execution.halt();
      forget(execution);
      if (error instanceof ChainBroken) return undefined;
      throw serviceError(`The redrive could not be written: ${(error as Error).message}`);
    }
    forget(execution);
    return undefined;
  }

  function ended(execution: Execution): void {
    forget(execution);
    children.stopAll(execution);
    children.ended(execution);
  }

  return {
    tasks,
    host,
    integrationFor,
    /** waits and backoffs are multiplied by it */
    timeScale: clock.scale,
    running: (arn: string): Execution | undefined => byArn.get(arn),
    runningTotal: () => active.size,

    /**
     * Resolves when the row is on the disk; the first steps are taken meanwhile.
     * @throws AwsError ServiceUnavailableException when it could not be written: then nothing has begun
     */
    async start(row: ExecutionRow): Promise<void> {
      const execution = new Execution(row, machineOf(row.definition), effects);
      execution.written = log
        .commit(() => log.executions.add(row))
        .catch((error: Error) => {
          const wayOut = /full|space/i.test(error.message) ? 'Make room in' : 'Look at the disk of';
          throw unavailable(`The execution could not be written: ${error.message}. ${wayOut} ${context.dataDir}.`);
        });
      begin(execution);
      execution.start();
      try {
        await execution.written;
        reach('row-written');
      } catch (error) {
        execution.halt();
        forget(execution);
        throw error;
      }
    },

    redrive,

    /** A synchronous Express execution: nothing of it is kept. */
    startSync(row: ExecutionRow): Execution {
      const execution = new Execution(row, machineOf(row.definition), effects, false);
      begin(execution);
      execution.start();
      return execution;
    },

    /** @returns the row once it ended; undefined when there is none of that ARN */
    async whenEnded(arn: string): Promise<ExecutionRow | undefined> {
      return byArn.get(arn)?.whenEnded() ?? log.executions.byArn(arn);
    },

    /**
     * Takes up every execution that was running. One whose records are damaged, or that killed the last three starts, is
     * named and left alone: the others go on.
     */
    open(): void {
      const { suspects } = log;
      const leaveAlone = (execution: Execution, why: string) => {
        report(`${execution.row.arn} is not taken up: ${why}`);
        forget(execution);
      };
      const executions = log.executions.running().map((row) => new Execution(row, machineOf(row.definition), effects));
      for (const execution of executions) begin(execution);
      for (const execution of executions) {
        if (suspects.isSetAside(execution.row.id)) {
          const way = `Stop it and start it anew; or, to have it tried again, stop this cloud and delete ${suspects.file}.`;
          leaveAlone(execution, `the last three starts died while they did so. ${way}`);
          continue;
        }
        try {
          suspects.watch(execution.row.id, () => execution.resume());
        } catch (error) {
          const way = 'put back the folder from a backup, or stop the execution and start it anew.';
          leaveAlone(execution, `${(error as Error).message}. Its records in ${context.dataDir} are damaged: ${way}`);
          continue;
        }
        children.adopt(execution);
      }
      suspects.done();
    },

    /** Calls under way may be answered within `graceMs`; then everything stops where the log says it is. */
    async close(graceMs: number): Promise<void> {
      const deadline = Date.now() + graceMs + DRAIN_MS;
      closing = true;
      timers.stop();
      await tasks.close(graceMs);
      for (const execution of active.values()) tasks.abandon(execution);
      const busy = () => [...active.values()].some(({ idle }) => !idle);
      while (Date.now() < deadline && busy()) await new Promise((resolve) => setImmediate(resolve));
      for (const execution of active.values()) execution.halt();
    },
  };
}
