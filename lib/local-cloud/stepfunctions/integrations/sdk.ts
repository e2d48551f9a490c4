/**
 * `aws-sdk:<service>:<operation>`: any operation of the services that the local cloud has, by their SDK's commands.
 *
 * Parameters and results are in Pascal case, as AWS has them in a state machine; times become ISO texts; a text
 * parameter given as an object is sent as its JSON.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { type CloudContext, REGION } from '@/lib/local-cloud/service';
import { type Integration, type TaskCall, TaskFailure } from './types';

type Client = { send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown> };
type Commands = Record<string, unknown>;
type Loaded = { client: Client; commands: Commands };

/** `service` is `s3` or `lambda`: the names in the resource ARN. */
export function sdkIntegration(context: CloudContext, service: string): Integration | undefined {
  const load = LOADERS[service];
  if (!load) return undefined;
  let loaded: Promise<Loaded> | undefined;
  return {
    async call(call) {
      loaded ??= load(context);
      const { client, commands } = await loaded;
      const operation = call.task.integration.split(':').pop()!;
      const name = `${operation[0]!.toUpperCase()}${operation.slice(1)}`;
      const Command = commands[`${name}Command`];
      if (typeof Command !== 'function') {
        throw new TaskFailure(
          'States.Runtime',
          `${service} has no operation "${operation}" (resource ${call.task.resource}).`,
        );
      }
      return run(service, client, Command as new (input: object) => object, call);
    },
  };
}

const LOADERS: Record<string, (context: CloudContext) => Promise<Loaded>> = {
  s3: async (context) => {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      endpoint: context.s3Endpoint(),
      region: REGION,
      credentials: context.credentials.self,
      forcePathStyle: true,
    });
    return { client: client as unknown as Client, commands: sdk as unknown as Commands };
  },
  lambda: async (context) => {
    const sdk = await import('@aws-sdk/client-lambda');
    const client = new sdk.LambdaClient({
      endpoint: context.lambdaEndpoint(),
      region: REGION,
      credentials: context.credentials.self,
    });
    return { client: client as unknown as Client, commands: sdk as unknown as Commands };
  },
};

type SdkError = Error & {
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string; attempts?: number };
};

async function run(
  service: string,
  client: Client,
  Command: new (input: object) => object,
  call: TaskCall,
): Promise<Json> {
  const input = isObject(call.task.input) ? { ...call.task.input } : {};
  // Bodies are given as JSON values; the wire wants bytes.
  for (const name of ['Body', 'Payload']) {
    const value = input[name];
    if (value !== undefined && typeof value !== 'string') input[name] = JSON.stringify(value);
    else if (name === 'Payload' && typeof value === 'string') input[name] = JSON.stringify(value);
  }
  try {
    return (await plain(
      await client.send(new Command(input), { abortSignal: call.signal }),
      new Set(['$metadata']),
    )) as Json;
  } catch (error) {
    throw sdkFailure(SHOWN[service] ?? service, error as SdkError);
  }
}

const SHOWN: Record<string, string> = { s3: 'S3', lambda: 'Lambda' };

export function sdkFailure(shown: string, error: SdkError): TaskFailure {
  const { httpStatusCode, requestId, extendedRequestId } = error.$metadata ?? {};
  if (httpStatusCode === undefined)
    return new TaskFailure(`${shown}.SdkClientException`, `Unable to execute HTTP request: ${error.message}`);
  const name = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
  const ids = `Request ID: ${requestId ?? ''}${extendedRequestId ? `, Extended Request ID: ${extendedRequestId}` : ''}`;
  return new TaskFailure(
    `${shown}.${name}`,
    `${error.message} (Service: ${shown}, Status Code: ${httpStatusCode}, ${ids})`,
  );
}

/** An SDK's answer as JSON: streams read, bytes as text, times as ISO texts, what is undefined left out. */
async function plain(value: unknown, without = new Set<string>()): Promise<unknown> {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if ('transformToString' in value && typeof value.transformToString === 'function')
    return value.transformToString() as Promise<string>;
  if (Array.isArray(value)) return Promise.all(value.map((item) => plain(item)));
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined && !without.has(key)) result[key] = (await plain(item)) as Json;
  }
  return result;
}
