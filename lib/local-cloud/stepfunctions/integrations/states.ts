/**
 * Step Functions calling itself: `states:startExecution` (with `.sync`, `.sync:2`) and `aws-sdk:sfn:*`.
 *
 * These go straight to the operations: the same code that answers the wire.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import { AwsError, badRequest } from '../errors';
import type { Operation } from '../wire';
import { transport } from './lambda';
import { CLOSING, type Integration, type TaskCall, TaskFailure } from './types';

export type Inside = {
  operations(): Record<string, Operation>;
  /** like StartExecution; the same invocation asking again gets the execution that it started */
  start(request: object, startedBy: string): Promise<ExecutionRow>;
  whenEnded(executionArn: string): Promise<ExecutionRow | undefined>;
};

export function startExecution(inside: Inside): Integration {
  return {
    async call(call) {
      const row = await start(inside, call, (error) => {
        const code = error.code.endsWith('Exception') ? error.code : `${error.code}Exception`;
        const ids = `Error Code: ${error.code}; Request ID: ${randomUUID()}; Proxy: null`;
        return new TaskFailure(
          `StepFunctions.${code}`,
          `${error.message} (Service: AWSStepFunctions; Status Code: ${error.statusCode}; ${ids})`,
        );
      });
      const answer = { ExecutionArn: row.arn, StartDate: row.startedAt };
      const headers = {
        'x-amzn-requestid': randomUUID(),
        connection: 'keep-alive',
        'content-length': String(JSON.stringify(answer).length),
        date: new Date().toUTCString(),
        'content-type': 'application/x-amz-json-1.0',
      };
      return { ExecutionArn: row.arn, ...transport({ status: 200, headers }), StartDate: row.startedAt };
    },

    async untilEnd(call, submitted) {
      const arn = String(own(submitted, 'ExecutionArn'));
      // Giving up the task gives up the execution that it waits for.
      const stop = () => {
        if (call.signal.reason === CLOSING) return;
        void Promise.resolve(inside.operations().StopExecution?.({ executionArn: arn }, call.signal)).catch(() => {});
      };
      call.signal.addEventListener('abort', stop, { once: true });
      const row = await inside.whenEnded(arn);
      call.signal.removeEventListener('abort', stop);
      if (!row) throw new TaskFailure('States.TaskFailed', `The execution is gone: ${arn}`);
      if (row.status !== 'SUCCEEDED') throw new TaskFailure('States.TaskFailed', JSON.stringify(ended(row, false)));
      return ended(row, call.task.pattern === 'sync:2');
    },
  };
}

/** @param parsed `.sync:2`: input and output as JSON values instead of texts */
function ended(row: ExecutionRow, parsed: boolean): JsonObject {
  const value = (text: string): Json => (parsed ? (JSON.parse(text) as Json) : text);
  return {
    ...(row.cause !== null && { Cause: row.cause }),
    ...(row.error !== null && { Error: row.error }),
    ExecutionArn: row.arn,
    Input: value(row.input),
    InputDetails: { Included: true },
    Name: row.name,
    ...(row.output !== null && { Output: value(row.output), OutputDetails: { Included: true } }),
    RedriveCount: 0,
    ...redriveView(row),
    StartDate: row.startedAt,
    StateMachineArn: row.machineArn,
    Status: row.status,
    StopDate: row.stoppedAt,
  };
}

const redriveView = ({ status }: ExecutionRow): JsonObject =>
  status === 'SUCCEEDED'
    ? { RedriveStatus: 'NOT_REDRIVABLE', RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }
    : { RedriveStatus: 'REDRIVABLE' };

export function sdkSfn(inside: Inside): Integration {
  return {
    async call(call) {
      const operation = call.task.integration.split(':').pop()!;
      const name = `${operation[0]!.toUpperCase()}${operation.slice(1)}`;
      if (name === 'StartExecution') {
        const row = await start(inside, call, sfnFailure);
        return { ExecutionArn: row.arn, StartDate: new Date(row.startedAt).toISOString() };
      }
      const perform = inside.operations()[name];
      if (!perform)
        throw new TaskFailure(
          'States.Runtime',
          `sfn has no operation "${operation}" (resource ${call.task.resource}).`,
        );
      try {
        return pascal(await perform(camel(call.task.input), call.signal)) as Json;
      } catch (error) {
        throw error instanceof AwsError ? sfnFailure(error) : error;
      }
    },
  };
}

const sfnFailure = (error: AwsError): TaskFailure =>
  new TaskFailure(
    `Sfn.${error.code.endsWith('Exception') ? error.code : `${error.code}Exception`}`,
    `${error.message} (Service: Sfn, Status Code: ${error.statusCode}, Request ID: ${randomUUID()}) (SDK Attempt Count: 1)`,
  );

async function start(inside: Inside, call: TaskCall, failure: (error: AwsError) => TaskFailure): Promise<ExecutionRow> {
  try {
    if (!isObject(call.task.input))
      throw badRequest('The parameters of startExecution are an object with a StateMachineArn.');
    const { StateMachineArn, Name, Input, TraceHeader } = call.task.input;
    const request = {
      ...(StateMachineArn !== undefined && { stateMachineArn: StateMachineArn }),
      // Stable over restarts, so that a call repeated after a crash finds what it began.
      name: Name ?? call.task.invocationId,
      ...(Input !== undefined &&
        Input !== null && { input: typeof Input === 'string' ? Input : JSON.stringify(Input) }),
      ...(TraceHeader !== undefined && { traceHeader: TraceHeader }),
    };
    return await inside.start(request, call.task.invocationId);
  } catch (error) {
    throw error instanceof AwsError ? failure(error) : error;
  }
}

const recase = (value: Json, rename: (key: string) => string, inner: (key: string, value: Json) => Json): Json => {
  if (Array.isArray(value)) return value.map((item) => recase(item, rename, inner));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), inner(key, item)]));
};
/** members that are JSON texts on the wire */
const TEXTS = new Set(['Input', 'Output', 'Definition', 'Cause']);
const camel = (value: Json): Json =>
  recase(
    value,
    (key) => `${key[0]?.toLowerCase() ?? ''}${key.slice(1)}`,
    (key, item) => (TEXTS.has(key) && typeof item === 'object' && item !== null ? JSON.stringify(item) : camel(item)),
  );
const pascal = (value: unknown): Json =>
  recase(
    value as Json,
    (key) => `${key[0]?.toUpperCase() ?? ''}${key.slice(1)}`,
    (key, item) =>
      /Date$|^timestamp$/.test(key) && typeof item === 'number' ? new Date(item * 1000).toISOString() : pascal(item),
  );
