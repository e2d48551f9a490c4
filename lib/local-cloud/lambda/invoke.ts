/**
 * Invoke: headers and payload in, the function's answer out, as AWS wraps it.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { jsonDepth } from '@/lib/base/json';
import { LambdaError } from './errors';
import type { Logs } from './logs';
import type { FunctionRef } from './names';
import type { Operations } from './operations';
import type { Outcome } from './outcomes';
import { QueueFull } from './pool';
import type { Version } from './store';
import { Abandoned, type Invocation } from './worker';

/** bytes */
export const SYNC_LIMIT = 6_291_456;
const EVENT_LIMIT = 1_048_576;
/** What follows a payload through the cloud recurses; AWS's own parser stops at 1000 as well. */
const DEPTH_LIMIT = 1000;

export type InvokeTools = {
  operations: Operations;
  logs: Logs;
  run(name: string, version: Version, invocation: Invocation, gone?: AbortSignal): Promise<Outcome>;
  /** keeps an asynchronous invocation on disk, then sees to it */
  enqueue(name: string, qualifier: string | undefined, invocation: Invocation): void;
};
export type InvokeAnswer = { status: number; headers: OutgoingHttpHeaders; body: Buffer };

export async function invoke(
  tools: InvokeTools,
  ref: FunctionRef,
  request: { headers: IncomingHttpHeaders; payload: Buffer; gone?: AbortSignal; type?: string },
): Promise<InvokeAnswer> {
  const { headers, payload } = request;
  const type = request.type ?? headerOf(headers, 'x-amz-invocation-type') ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
    throw new LambdaError(
      'ValidationException',
      `1 validation error detected: Value '${type.slice(0, 50)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
    );
  }
  const record = tools.operations.recordOf(ref);
  const version = tools.operations.versionOf(record, ref);
  const executed = { 'X-Amz-Executed-Version': version.version };
  if (payload.length > SYNC_LIMIT) {
    throw new LambdaError(
      'RequestTooLargeException',
      `Request must be smaller than ${SYNC_LIMIT} bytes for the InvokeFunction operation`,
    );
  }
  if (type === 'Event' && payload.length > EVENT_LIMIT) {
    throw new LambdaError(
      'RequestTooLargeException',
      `${payload.length} byte payload is too large for the Event invocation type (limit ${EVENT_LIMIT} bytes)`,
    );
  }
  const event = payload.length === 0 ? Buffer.from('{}') : payload;
  checkJson(event);
  if (tools.operations.pending(record)) {
    throw new LambdaError(
      'ResourceConflictException',
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  }
  const invocation: Invocation = {
    requestId: requestIdOf(headers),
    payload: event,
    arn: ref.arn,
    clientContext: clientContextOf(headers),
    traceId: headerOf(headers, 'x-amzn-trace-id') ?? newTraceId(),
  };
  const common = { 'x-amzn-RequestId': invocation.requestId };
  if (type === 'DryRun') return { status: 204, headers: { ...common, ...executed }, body: Buffer.alloc(0) };
  if (type === 'Event') {
    tools.enqueue(record.name, ref.qualifier, invocation);
    return { status: 202, headers: { ...common, ...executed }, body: Buffer.alloc(0) };
  }
  const outcome = await run(tools, record.name, tools.operations.runnable(record, version), invocation, request.gone);
  return {
    status: 200,
    headers: {
      ...common,
      ...executed,
      'Content-Type': 'application/json',
      ...(outcome.failed ? { 'X-Amz-Function-Error': 'Unhandled' } : {}),
      ...(headerOf(headers, 'x-amz-log-type') === 'Tail' ? { 'X-Amz-Log-Result': outcome.log.tail() } : {}),
    },
    body: outcome.payload,
  };
}

/** As X-Ray names traces that nobody samples: on AWS every invocation has one. */
function newTraceId(): string {
  const digits = randomUUID().replaceAll('-', '');
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${randomUUID().replaceAll('-', '').slice(0, 16)};Sampled=0`;
}

/** Runs it and keeps what it printed. */
export async function run(
  tools: Pick<InvokeTools, 'run' | 'logs'>,
  name: string,
  version: Version,
  invocation: Invocation,
  gone?: AbortSignal,
): Promise<Outcome> {
  try {
    const outcome = await tools.run(name, version, invocation, gone);
    tools.logs.append(name, outcome.log.whole(), Date.now());
    return outcome;
  } catch (error) {
    if (error instanceof Abandoned)
      throw new LambdaError(
        'ServiceException',
        'The local cloud ended while the function ran. Call again when it is back.',
      );
    if (error instanceof QueueFull) throw new LambdaError('TooManyRequestsException', 'Rate Exceeded.');
    throw error;
  }
}

const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The caller's own id, where Step Functions sends one: a repeated call after a crash bears the same. */
function requestIdOf(headers: IncomingHttpHeaders): string {
  const own = headerOf(headers, 'x-action-engine-invocation-id');
  return own && /^[A-Za-z0-9_.:-]{1,128}$/.test(own) ? own : randomUUID();
}

function checkJson(payload: Buffer): void {
  const refuse = (why: string) =>
    new LambdaError('InvalidRequestContentException', `Could not parse request body into json: ${why}`);
  const text = payload.toString('utf8');
  if (jsonDepth(text) > DEPTH_LIMIT) throw refuse(`it nests deeper than ${DEPTH_LIMIT} levels`);
  try {
    JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

function clientContextOf(headers: IncomingHttpHeaders): string | undefined {
  const encoded = headerOf(headers, 'x-amz-client-context');
  if (!encoded) return undefined;
  const refuse = () =>
    new LambdaError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.');
  if (encoded.length > 3583 * 2) throw refuse();
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    throw refuse();
  }
  // The header that carries it on to the process takes no line breaks and only Latin letters.
  return JSON.stringify(JSON.parse(text)).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
