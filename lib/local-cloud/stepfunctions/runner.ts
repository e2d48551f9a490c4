/**
 * Keeps every running execution and does what the engine asks: calls services, sets timers, starts children.
 *
 *   open(): RUNNING rows ─▶ fold the log ─▶ perform what was pending, with the same ids as before
 *
 * Start at `perform`: one line per kind of command.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Command, ExecutionStatus, Host, Machine } from '@/lib/engine/types';
import type { ExecutionRow, RunLog } from '@/lib/local-cloud/log';
import type { CloudContext } from '@/lib/local-cloud/service';
import { Activities } from './activities';
import { executionArn } from './arns';
import { type Clock, Timers } from './clock';
import { createMachineCache } from './definition';
import { invalidToken, serviceError, taskTimedOut } from './errors';
import { type Effects, Execution, type Happening } from './execution';
import { createIntegrations } from './integrations';
import { createItems } from './integrations/items';
import type { Inside } from './integrations/states';
import { CLOSING, type StartTask, TaskFailure } from './integrations/types';

const EXPRESS_LIMIT_MS = 5 * 60_000;
const STANDARD_LIMIT_MS = 366 * 24 * 3600_000;

type Options = {
  context: CloudContext;
  log: RunLog;
  clock: Clock;
  evaluate: Host['evaluate'];
  inside: Inside;
};
type StartChild = Extract<Command, { kind: 'StartChild' }>;

export type Runner = ReturnType<typeof createRunner>;

export function createRunner({ context, log, clock, evaluate, inside }: Options) {
  const active = new Map<number, Execution>();
  const byArn = new Map<string, Execution>();
  const tokens = new Map<string, { execution: Execution; task: string }>();
  const timers = new Timers(clock);
  const activities = new Activities();
  const integrationFor = createIntegrations(context, inside);
  const items = createItems(context);
  const machineOf = createMachineCache((key) => log.machines.definition(key));
  const definitions = new WeakMap<Machine, string>();
  let closing = false;
  let calls = 0;
  let settled: (() => void) | undefined;

  const effects: Effects = {
    perform,
    ended,
    now: clock.now,
    host: { evaluate, random: Math.random, uuid: randomUUID },
    log,
    report: (line) => context.log(`stepfunctions: ${line}`),
  };

  function perform(execution: Execution, command: Command): void {
    if (closing) return; // the log remembers it
    switch (command.kind) {
      case 'StartTask':
        startTask(execution, command);
        break;
      case 'CancelTask':
        endTask(execution, command.task);
        break;
      case 'SetTimer':
        setTimer(execution, command.timer, command.dueAt, { kind: 'TimerFired', timer: command.timer });
        break;
      case 'ClearTimer':
        clearTimer(execution, command.timer);
        break;
      case 'ReadItems':
        void inBackground(execution, command.task, async () => {
          const read = await items.read(command.reader);
          return { kind: 'ItemsRead', task: command.task, ...read };
        });
        break;
      case 'StartChild':
        void startChild(execution, command);
        break;
      case 'StopChildren':
        stopChildren(execution, command.task);
        break;
      case 'WriteResults':
        void inBackground(execution, command.task, async () => {
          const children = log.executions.children(command.mapRunArn);
          const output = await items.write(command.writer, children, command.results, command.mapRunArn);
          return { kind: 'ResultsWritten', task: command.task, output };
        });
        break;
      case 'Continue':
        // Others have their turn first.
        setImmediate(() => void execution.deliver({ kind: 'Continue' }));
        break;
    }
  }

  // ── executions ──────────────────────────────────────────────────────────────────────────────────────────────────

  function begin(execution: Execution): void {
    active.set(execution.row.id, execution);
    byArn.set(execution.row.arn, execution);
    const { row } = execution;
    // An execution sleeping for months needs a timer for its own end only if the end is nearer than the workflow's.
    const limit = row.type === 'EXPRESS' ? EXPRESS_LIMIT_MS : STANDARD_LIMIT_MS;
    setTimer(execution, 'limit', row.startedAt + limit, { kind: 'ExecutionTimedOut' });
  }

  /** @returns once the row is on the disk; the first steps are taken meanwhile */
  async function start(row: ExecutionRow, machine = machineOf(row.definition)): Promise<Execution> {
    const execution = new Execution(row, machine, effects);
    execution.written = log
      .commit(() => log.executions.add(row))
      .catch((error: Error) => {
        throw serviceError(`The execution could not be written: ${error.message}`);
      });
    begin(execution);
    execution.start();
    try {
      await execution.written;
    } catch (error) {
      execution.halt();
      forget(execution);
      throw error;
    }
    return execution;
  }

  /** A synchronous Express execution: nothing of it is kept. */
  function startSync(row: ExecutionRow): Execution {
    const execution = new Execution(row, machineOf(row.definition), effects, false);
    begin(execution);
    execution.start();
    return execution;
  }

  function forget(execution: Execution): void {
    active.delete(execution.row.id);
    if (byArn.get(execution.row.arn) === execution) byArn.delete(execution.row.arn);
    for (const task of [...execution.tasks.keys()]) endTask(execution, task);
    for (const timer of [...execution.timers]) clearTimer(execution, timer);
  }

  function ended(execution: Execution): void {
    forget(execution);
    const { row } = execution;
    for (const child of execution.children) void stopExecution(child);
    const parent = row.parent === null ? undefined : active.get(row.parent);
    if (!parent) return;
    parent.children.delete(execution);
    tellParent(parent, row);
  }

  const stopExecution = (execution: Execution, error?: string, cause?: string) =>
    execution.deliver({ kind: 'Stop', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });

  // ── timers ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function setTimer(execution: Execution, timer: string, dueAt: number, happening: Happening): void {
    execution.timers.add(timer);
    timers.set(`${execution.row.id} ${timer}`, dueAt, () => {
      execution.timers.delete(timer);
      void execution.deliver(happening);
    });
  }

  function clearTimer(execution: Execution, timer: string): void {
    execution.timers.delete(timer);
    timers.clear(`${execution.row.id} ${timer}`);
  }

  // ── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function startTask(execution: Execution, task: StartTask): void {
    const controller = new AbortController();
    execution.tasks.set(task.task, controller);
    if (task.token) {
      execution.tokens.set(task.task, task.token);
      tokens.set(task.token, { execution, task: task.task });
    }
    if (task.integration === 'activity') scheduleActivity(execution, task);
    else void callService(execution, task, controller.signal);
  }

  function endTask(execution: Execution, task: string, reason?: string): void {
    const token = execution.tokens.get(task);
    if (token !== undefined) tokens.delete(token);
    execution.tokens.delete(task);
    execution.tasks.get(task)?.abort(reason);
    execution.tasks.delete(task);
    activities.cancel(execution, task);
  }

  async function callService(execution: Execution, task: StartTask, signal: AbortSignal): Promise<void> {
    const call = { task, execution: execution.row, signal };
    const finish = (happening: Happening) => {
      if (signal.aborted) return;
      endTask(execution, task.task);
      return execution.deliver(happening);
    };
    calls++;
    try {
      const integration = integrationFor(task);
      let submitted = task.submitted;
      if (submitted === undefined) {
        const output = await integration.call(call);
        if (signal.aborted) return;
        if (task.pattern === 'request-response') return void finish({ kind: 'TaskSucceeded', task: task.task, output });
        await execution.deliver({ kind: 'TaskSubmitted', task: task.task, output });
        submitted = output;
      }
      if (task.pattern === 'waitForTaskToken') return; // its token ends it
      if (!integration.untilEnd)
        throw new TaskFailure('States.Runtime', `The resource ${task.resource} cannot be waited for.`);
      const output = await integration.untilEnd(call, submitted);
      void finish({ kind: 'TaskSucceeded', task: task.task, output });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof TaskFailure)) effects.report(`${task.resource}: ${(error as Error).stack}`);
      const failure =
        error instanceof TaskFailure ? error : new TaskFailure('States.Runtime', (error as Error).message);
      const { error: name, cause } = failure;
      void finish({
        kind: 'TaskFailed',
        task: task.task,
        ...(name !== undefined && { error: name }),
        ...(cause !== undefined && { cause }),
      });
    } finally {
      calls--;
      if (calls === 0) settled?.();
    }
  }

  /** Reading items and writing results: work of the Map itself. */
  async function inBackground(execution: Execution, task: string, work: () => Promise<Happening>): Promise<void> {
    calls++;
    try {
      const happening = await work();
      if (!closing) void execution.deliver(happening);
    } catch (error) {
      const failure =
        error instanceof TaskFailure ? error : new TaskFailure('States.Runtime', (error as Error).message);
      if (!closing) void execution.deliver({ kind: 'TaskFailed', task, error: failure.error, cause: failure.cause });
    } finally {
      calls--;
      if (calls === 0) settled?.();
    }
  }

  /** @throws AwsError InvalidToken for one never given out, TaskTimedOut for one whose task is over */
  function checkToken(token: string): { execution: Execution; task: string } {
    const known = tokens.get(token);
    if (!known) throw log.executions.token(token) ? taskTimedOut() : invalidToken();
    return known;
  }

  /**
   * What a worker or a callback reports of a task.
   * @throws AwsError InvalidToken, TaskTimedOut; InternalFailure when it could not be written, then it may be sent again
   */
  async function report(token: string, happening: (task: string) => Happening): Promise<void> {
    const known = checkToken(token);
    const told = happening(known.task);
    let accepted: boolean;
    try {
      accepted = await known.execution.deliver(told, false);
    } catch (error) {
      throw serviceError(`The report could not be written: ${(error as Error).message}`);
    }
    if (told.kind === 'TaskHeartbeat') return;
    endTask(known.execution, known.task);
    if (!accepted) throw taskTimedOut();
  }

  // ── activities ──────────────────────────────────────────────────────────────────────────────────────────────────

  function scheduleActivity(execution: Execution, task: StartTask): void {
    if (task.submitted !== undefined) return; // a worker has it already
    const activity = task.resource;
    if (!log.machines.activity(activity)) {
      endTask(execution, task.task);
      void execution.deliver({
        kind: 'TaskFailed',
        task: task.task,
        error: 'States.Runtime',
        cause: `The activity ${activity} does not exist.`,
      });
      return;
    }
    const input = JSON.stringify(task.input);
    activities.schedule({ activity, execution, task: task.task, token: task.token ?? '', input });
  }

  // ── children of a distributed Map ───────────────────────────────────────────────────────────────────────────────

  async function startChild(parent: Execution, command: StartChild): Promise<void> {
    const there = log.executions.byItem(command.mapRunArn, command.index);
    if (there) {
      // After a restart: it runs already and will tell, or it ended and nobody heard.
      const running = active.get(there.id);
      if (running) parent.children.add(running);
      else tellParent(parent, there);
      return;
    }
    let text = definitions.get(command.definition);
    if (text === undefined) {
      text = JSON.stringify(command.definition);
      definitions.set(command.definition, text);
    }
    const machineName = `${parent.row.machineName}/${command.label}`;
    const name = randomUUID();
    const row: ExecutionRow = {
      ...parent.row,
      id: log.executions.newId(),
      arn: executionArn(machineName, name),
      name,
      machineArn: `${parent.row.machineArn}/${command.label}`,
      machineName,
      definition: '',
      type: command.type,
      status: 'RUNNING',
      input: JSON.stringify(command.input),
      output: null,
      error: null,
      cause: null,
      startedAt: clock.now(),
      stoppedAt: null,
      startedBy: null,
      mapRun: command.mapRunArn,
      label: command.label,
      parent: parent.row.id,
      parentTask: command.task,
      item: command.index,
    };
    const definitionText = text;
    const child = new Execution(row, command.definition, effects);
    parent.children.add(child);
    try {
      await log.commit(() => {
        row.definition = log.machines.putDefinition(definitionText);
        log.executions.add(row);
      });
    } catch (error) {
      parent.children.delete(child);
      effects.report(`${row.arn}: could not be written, tried again: ${(error as Error).message}`);
      setTimeout(() => active.has(parent.row.id) && perform(parent, command), 1_000);
      return;
    }
    begin(child);
    child.start();
  }

  function tellParent(parent: Execution, row: ExecutionRow): void {
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

  function stopChildren(parent: Execution, task: string): void {
    for (const child of [...parent.children]) if (child.row.parentTask === task) void stopExecution(child);
  }

  // ── life ────────────────────────────────────────────────────────────────────────────────────────────────────────

  return {
    activities,
    start,
    startSync,
    report,
    checkToken,
    stop: stopExecution,
    running: (arn: string): Execution | undefined => byArn.get(arn),
    runningTotal: () => active.size,

    /** Takes up every execution that was running. One whose records are damaged is named and left alone. */
    open(): void {
      const executions = log.executions.running().map((row) => new Execution(row, machineOf(row.definition), effects));
      for (const execution of executions) begin(execution);
      for (const execution of executions) {
        if (execution.row.parent !== null) active.get(execution.row.parent)?.children.add(execution);
      }
      for (const execution of executions) {
        try {
          execution.resume();
        } catch (error) {
          effects.report(
            `${execution.row.arn} is not taken up: ${(error as Error).message}. Its log in ${context.dataDir} is damaged; ` +
              'stop it with StopExecution, or put back the folder from a backup.',
          );
        }
      }
    },

    /** @returns the row once it ended; undefined when there is none of that ARN */
    async whenEnded(arn: string): Promise<ExecutionRow | undefined> {
      return byArn.get(arn)?.whenEnded() ?? log.executions.byArn(arn);
    },

    /** Service calls under way may end within `graceMs`; then everything stops where the log says it is. */
    async close(graceMs: number): Promise<void> {
      const deadline = Date.now() + graceMs + 400;
      closing = true;
      timers.stop();
      activities.close();
      if (calls > 0) {
        await new Promise<void>((resolve) => {
          settled = resolve;
          setTimeout(resolve, graceMs).unref();
        });
      }
      for (const execution of active.values()) {
        for (const task of [...execution.tasks.keys()]) endTask(execution, task, CLOSING);
      }
      while (Date.now() < deadline && [...active.values()].some(({ idle }) => !idle))
        await new Promise((resolve) => setImmediate(resolve));
      for (const execution of active.values()) execution.halt();
    },
  };
}
