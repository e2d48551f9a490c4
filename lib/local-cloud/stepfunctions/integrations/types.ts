/** What a service integration is: one call, and for jobs the wait for their end. */
import type { Json } from '@/lib/base/json';
import type { Command } from '@/lib/engine/types';
import type { ExecutionRow } from '@/lib/local-cloud/log';

export type StartTask = Extract<Command, { kind: 'StartTask' }>;
export type TaskCall = {
  task: StartTask;
  execution: ExecutionRow;
  signal: AbortSignal;
  /** told what an HTTP Task sent and got, as TestState shows it; `secret` names the headers that its connection added */
  onHttp?: (
    request: { method: string; url: string; headers: Record<string, string>; body?: string; secret: string[] },
    response: { status: number; text: string; headers: Record<string, string[]>; body: string },
  ) => void;
};

export type Integration = {
  /** One request; answers the whole result. @throws TaskFailure */
  call(call: TaskCall): Promise<Json>;
  /** `.sync`: the job's result. @param submitted what `call` answered, perhaps before a restart @throws TaskFailure */
  untilEnd?(call: TaskCall, submitted: Json): Promise<Json>;
};

/** why a call is given up when the process ends: the task itself goes on after the next start */
export const CLOSING = 'closing';

/** A task that failed in a way a workflow may catch: `error` and `cause` as AWS names them. */
export class TaskFailure extends Error {
  constructor(
    readonly error?: string,
    override readonly cause?: string,
  ) {
    super(`${error ?? 'failed'}: ${cause ?? ''}`);
  }
}
