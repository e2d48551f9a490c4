/**
 * Tasks under way: calls to services, activities, and what workers and callbacks report of them.
 * @module
 */
import type { RunLog } from '@/lib/local-cloud/log';
import { reach } from '../failpoint';
import { Activities } from './activities';
import { invalidToken, serviceError, taskTimedOut } from './errors';
import type { Execution, Happening } from './execution';
import { CLOSING, type Integration, type StartTask, TaskFailure } from './integrations/types';
import type { Mocked, Mocks } from './mocks';

export type Tasks = ReturnType<typeof createTasks>;

export function createTasks(
  log: RunLog,
  integrationFor: (task: StartTask) => Integration,
  report: (line: string) => void,
  mocks?: Mocks,
) {
  const tokens = new Map<string, { execution: Execution; task: string }>();
  const activities = new Activities();
  /** requests that have left and are not answered */
  let calls = 0;
  let answered: (() => void) | undefined;
  let closed = false;

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    calls++;
    try {
      return await work();
    } finally {
      calls--;
      if (calls === 0) answered?.();
    }
  }

  function start(execution: Execution, task: StartTask): void {
    const controller = new AbortController();
    execution.tasks.set(task.task, controller);
    if (task.token) {
      execution.tokens.set(task.task, task.token);
      tokens.set(task.token, { execution, task: task.task });
    }
    const mocked = mockedAnswer(execution, task);
    if (mocked) void answerMocked(execution, task, mocked, controller.signal);
    else if (task.integration === 'activity') scheduleActivity(execution, task);
    else void callService(execution, task, controller.signal);
  }

  /** @param reason told to the call that is given up */
  function end(execution: Execution, task: string, reason?: string): void {
    const token = execution.tokens.get(task);
    if (token !== undefined) tokens.delete(token);
    execution.tokens.delete(task);
    execution.tasks.get(task)?.abort(reason);
    execution.tasks.delete(task);
    activities.cancel(execution, task);
  }

  function failed(task: string, thrown: unknown): Happening {
    if (!(thrown instanceof TaskFailure)) report(`${task}: ${(thrown as Error).stack}`);
    const { error, cause } =
      thrown instanceof TaskFailure ? thrown : { error: 'States.Runtime', cause: (thrown as Error).message };
    return { kind: 'TaskFailed', task, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  }

  async function callService(execution: Execution, task: StartTask, signal: AbortSignal): Promise<void> {
    const call = { task, execution: execution.row, signal };
    const finish = (happening: Happening) => {
      if (signal.aborted) return;
      end(execution, task.task);
      void execution.deliver(happening);
    };
    try {
      const integration = integrationFor(task);
      let submitted = task.submitted;
      if (submitted === undefined) {
        reach('call');
        const output = await counted(() => integration.call(call));
        reach('returned');
        if (task.pattern === 'request-response') return finish({ kind: 'TaskSucceeded', task: task.task, output });
        if (signal.aborted) return;
        await execution.deliver({ kind: 'TaskSubmitted', task: task.task, output });
        submitted = output;
      }
      if (task.pattern === 'waitForTaskToken') return; // its token ends it
      if (!integration.untilEnd)
        throw new TaskFailure('States.Runtime', `The resource ${task.resource} cannot be waited for.`);
      finish({ kind: 'TaskSucceeded', task: task.task, output: await integration.untilEnd(call, submitted) });
    } catch (error) {
      finish(failed(task.task, error));
    }
  }

  function mockedAnswer(execution: Execution, task: StartTask): Mocked | undefined {
    try {
      return mocks?.answer(execution.row, task);
    } catch (error) {
      // The file was changed for the worse while the execution ran.
      return { failure: new TaskFailure('States.Runtime', (error as Error).message) };
    }
  }

  /** A mocked task goes through the events of a real one; its service hears nothing. */
  async function answerMocked(execution: Execution, task: StartTask, mocked: Mocked, signal: AbortSignal) {
    const id = task.task;
    if ('output' in mocked) {
      const { output } = mocked;
      if (task.integration === 'activity') await execution.deliver({ kind: 'TaskStarted', task: id });
      else if (task.pattern !== 'request-response' && task.submitted === undefined)
        await execution.deliver({ kind: 'TaskSubmitted', task: id, output });
      if (signal.aborted) return;
      end(execution, id);
      await execution.deliver({ kind: 'TaskSucceeded', task: id, output });
      return;
    }
    end(execution, id);
    await execution.deliver(failed(id, mocked.failure));
  }

  function scheduleActivity(
    execution: Execution,
    { task, token = '', resource: activity, input, submitted }: StartTask,
  ): void {
    if (submitted !== undefined) return; // a worker has it already
    if (log.machines.activity(activity)) {
      activities.schedule({ activity, execution, task, token, input: JSON.stringify(input) });
      return;
    }
    end(execution, task);
    void execution.deliver(failed(task, new TaskFailure('States.Runtime', `The activity ${activity} does not exist.`)));
  }

  /** @throws AwsError InvalidToken for one never given out, TaskTimedOut for one whose task is over */
  function checkToken(token: string): { execution: Execution; task: string } {
    const known = tokens.get(token);
    if (!known) throw log.executions.token(token) ? taskTimedOut() : invalidToken();
    return known;
  }

  return {
    activities,
    start,
    end,
    checkToken,

    /**
     * What a worker or a callback says of a task.
     * @throws AwsError InvalidToken, TaskTimedOut; InternalFailure when it could not be written: it may be said again
     */
    async report(token: string, happening: (task: string) => Happening): Promise<void> {
      const { execution, task } = checkToken(token);
      const told = happening(task);
      reach('token-returned');
      let accepted: boolean;
      try {
        accepted = await execution.deliver(told, false);
      } catch (error) {
        throw serviceError(`The report could not be written: ${(error as Error).message}`);
      }
      reach('token-used');
      if (told.kind === 'TaskHeartbeat') return;
      end(execution, task);
      if (!accepted) throw taskTimedOut();
    },

    /** Work of a state itself, as reading a Map's items: its failure is the task's. */
    async background(execution: Execution, task: string, work: () => Promise<Happening>): Promise<void> {
      const happening = await counted(work).catch((error) => failed(task, error));
      if (!closed) await execution.deliver(happening);
    },

    /** Requests under way may be answered within `graceMs`. */
    async close(graceMs: number): Promise<void> {
      activities.close();
      if (calls > 0) {
        await new Promise<void>((resolve) => {
          answered = resolve;
          setTimeout(resolve, graceMs).unref();
        });
      }
      closed = true;
    },

    /** Gives up what the execution waits for; after the next start it is begun again. */
    abandon(execution: Execution): void {
      for (const task of [...execution.tasks.keys()]) end(execution, task, CLOSING);
    },
  };
}
