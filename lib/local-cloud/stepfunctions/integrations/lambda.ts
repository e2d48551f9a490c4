/**
 * Lambda: the optimized `lambda:invoke`, and a function's own ARN as a resource.
 *
 * Each call bears the task's invocation id: a call repeated after a crash bears the same one.
 * @module
 */
import { isObject, type Json, type JsonObject, jsonDepth, own } from '@/lib/base/json';
import type { CloudContext } from '@/lib/local-cloud/service';
import { DEPTH_LIMIT } from '../wire';
import { type AwsResponse, awsRequest } from './http';
import { type Integration, type TaskCall, TaskFailure } from './types';

/** AWS gives a synchronous invocation's answer at most 6 MB; the engine holds it to its own limit afterwards. */
type Invocation = {
  name: string;
  qualifier?: string;
  payload: Json | undefined;
  type?: string;
  logType?: string;
  clientContext?: string;
};

/** `arn:aws:states:::lambda:invoke`: the result holds the payload among what HTTP said. */
export function lambdaInvoke(context: CloudContext): Integration {
  return {
    async call(call) {
      const asked = call.task.input;
      const response = await invoke(context, call, {
        name: text(own(asked, 'FunctionName')) ?? '',
        qualifier: text(own(asked, 'Qualifier')),
        payload: own(asked, 'Payload'),
        type: text(own(asked, 'InvocationType')),
        logType: text(own(asked, 'LogType')),
        clientContext: text(own(asked, 'ClientContext')),
      });
      const payload = parsePayload(response);
      if (response.headers['x-amz-function-error']) throw functionFailure(payload, response);
      const version = header(response, 'x-amz-executed-version');
      // AWS never leaves out the log that was asked for; another endpoint may.
      const logResult = header(response, 'x-amz-log-result') ?? (own(asked, 'LogType') === 'Tail' ? '' : undefined);
      return {
        ...(version !== undefined && { ExecutedVersion: version }),
        ...(logResult !== undefined && { LogResult: logResult }),
        Payload: payload,
        ...transport(response),
        StatusCode: response.status,
      };
    },
  };
}

/** A function's ARN: the result is the payload itself. */
export function lambdaFunction(context: CloudContext): Integration {
  return {
    async call(call) {
      const response = await invoke(context, call, { ...named(call.task.resource), payload: call.task.input });
      const payload = parsePayload(response);
      if (response.headers['x-amz-function-error']) throw functionFailure(payload, response);
      return payload;
    },
  };
}

/** `SdkHttpMetadata` and `SdkResponseMetadata` as optimized integrations show them. */
export function transport(response: Pick<AwsResponse, 'status' | 'headers'>): JsonObject {
  const flat: JsonObject = {};
  const lists: JsonObject = {};
  for (const [name, value] of Object.entries(response.headers)) {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    if (name === 'keep-alive' || values.length === 0) continue;
    const shown = HEADER_NAMES[name] ?? name;
    flat[shown] = values.join(',');
    lists[shown] = values;
  }
  return {
    SdkHttpMetadata: { AllHttpHeaders: lists, HttpHeaders: flat, HttpStatusCode: response.status },
    SdkResponseMetadata: { RequestId: String(response.headers['x-amzn-requestid'] ?? '') },
  };
}
const HEADER_NAMES: Record<string, string> = {
  connection: 'Connection',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
  date: 'Date',
  'x-amz-executed-version': 'X-Amz-Executed-Version',
  'x-amz-log-result': 'X-Amz-Log-Result',
  'x-amzn-requestid': 'x-amzn-RequestId',
  'x-amzn-trace-id': 'X-Amzn-Trace-Id',
  'x-amzn-remapped-content-length': 'x-amzn-Remapped-Content-Length',
};

const text = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
const header = ({ headers }: AwsResponse, name: string): string | undefined => headers[name]?.toString();

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]` */
function named(arn: string): { name: string; qualifier?: string } {
  const [name = '', qualifier] = arn.split(':function:')[1]?.split(':') ?? [arn];
  return { name, qualifier };
}

async function invoke(context: CloudContext, call: TaskCall, invocation: Invocation): Promise<AwsResponse> {
  const { name, qualifier, payload, type, logType, clientContext } = invocation;
  const { name: plain, qualifier: inArn } = name.includes(':function:') ? named(name) : { name, qualifier: undefined };
  const query = (qualifier ?? inArn) ? `?Qualifier=${encodeURIComponent((qualifier ?? inArn)!)}` : '';
  let response: AwsResponse;
  try {
    response = await awsRequest({
      endpoint: context.lambdaEndpoint(),
      service: 'lambda',
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(plain)}/invocations${query}`,
      headers: {
        'content-type': 'application/json',
        'x-amz-invocation-type': type ?? 'RequestResponse',
        'x-action-engine-invocation-id': call.task.invocationId,
        ...(logType && { 'x-amz-log-type': logType }),
        ...(clientContext && { 'x-amz-client-context': clientContext }),
      },
      body: payload === undefined || payload === null ? '{}' : JSON.stringify(payload),
      credentials: context.credentials.self,
      signal: call.signal,
    });
  } catch (error) {
    throw new TaskFailure('Lambda.SdkClientException', `Unable to execute HTTP request: ${(error as Error).message}`);
  }
  if (response.status >= 200 && response.status < 300) return response;
  throw refusal(response);
}

function parsePayload(response: AwsResponse): Json {
  const body = response.body.toString('utf8');
  if (body === '') return null;
  if (jsonDepth(body) > DEPTH_LIMIT) {
    throw new TaskFailure('States.TaskFailed', `The function's answer nests deeper than ${DEPTH_LIMIT} levels.`);
  }
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

/** A function that threw: the error is its type, the cause the whole payload as text. */
function functionFailure(payload: Json, response: AwsResponse): TaskFailure {
  const type = own(payload, 'errorType');
  const cause = response.body.toString('utf8');
  return new TaskFailure(typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown', cause);
}

/** Lambda refused the call, or the service itself failed. */
function refusal(response: AwsResponse): TaskFailure {
  const body = parsePayload(response);
  const typed =
    header(response, 'x-amzn-errortype') ?? (isObject(body) ? text(body.__type ?? body.Code) : undefined) ?? '';
  const plain = typed.split('#').pop()!.split(':')[0]!;
  const code = plain || (response.status >= 500 ? 'ServiceException' : 'AWSLambdaException');
  const message =
    (isObject(body) && text(body.Message ?? body.message)) || response.body.toString('utf8').slice(0, 1000);
  const requestId = header(response, 'x-amzn-requestid') ?? '';
  return new TaskFailure(
    `Lambda.${code}`,
    `${message} (Service: AWSLambda; Status Code: ${response.status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
  );
}
