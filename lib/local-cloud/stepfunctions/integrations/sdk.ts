/**
 * `aws-sdk:<service>:<operation>`: any operation of a service, by its SDK's commands: of Lambda and S3, which the local
 * cloud has; of another one when its client is installed and `AWS_ENDPOINT_URL_<SERVICE>` says where the service is.
 *
 * Parameters and results are in Pascal case, as AWS has them in a state machine; times become ISO texts; a text
 * parameter given as an object is sent as its JSON.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { type CloudContext, REGION } from '@/lib/local-cloud/service';
import { packageOf, variableOf } from './service-names';
import { type Integration, type TaskCall, TaskFailure } from './types';

type Client = { send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown> };
type Commands = Record<string, unknown>;
type Loaded = { client: Client; commands: Commands; shown: string };

/** Where services are, by the end of the variable's name: `{ SQS: 'http://127.0.0.1:4100', SECRETS_MANAGER: … }`. */
export type ServiceEndpoints = Readonly<Record<string, string>>;

/**
 * @param service as in the resource ARN: `s3`, `lambda`, `dynamodb`, `secretsmanager`
 * @param optimized the resource is `<service>:<operation>`, whose results also tell of the transport
 */
export function sdkIntegration(
  context: CloudContext,
  service: string,
  endpoints: ServiceEndpoints,
  optimized = false,
): Integration {
  let loaded: Promise<Loaded> | undefined;
  return {
    async call(call) {
      loaded ??= (LOADERS[service] ?? loadOther)(context, service, endpoints).catch((error: unknown) => {
        loaded = undefined; // the client may be installed, the variable set, before the next call
        throw error instanceof TaskFailure ? error : absent(service, call.task.resource, endpoints);
      });
      const { client, commands, shown } = await loaded;
      const operation = call.task.integration.split(':').pop()!;
      const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
      const Command = commands[`${name}Command`];
      if (typeof Command !== 'function') {
        throw new TaskFailure(
          'States.Runtime',
          `${service} has no operation "${operation}" (resource ${call.task.resource}).`,
        );
      }
      return run(
        service,
        optimized ? shown : javaName(shown),
        client,
        Command as new (
          input: object,
        ) => object,
        call,
        optimized,
      );
    },
  };
}

const LOADERS: Record<string, typeof loadOther> = {
  s3: async (context) => {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      endpoint: context.s3Endpoint(),
      region: REGION,
      credentials: context.credentials.self,
      forcePathStyle: true,
    });
    return { client: client as unknown as Client, commands: sdk as unknown as Commands, shown: 'S3' };
  },
  lambda: async (context) => {
    const sdk = await import('@aws-sdk/client-lambda');
    const client = new sdk.LambdaClient({
      endpoint: context.lambdaEndpoint(),
      region: REGION,
      credentials: context.credentials.self,
    });
    return { client: client as unknown as Client, commands: sdk as unknown as Commands, shown: 'Lambda' };
  },
};

async function loadOther(context: CloudContext, service: string, endpoints: ServiceEndpoints): Promise<Loaded> {
  const endpoint = endpoints[variableOf(service)];
  if (endpoint === undefined || !/^[a-z0-9]+$/.test(service)) throw new Error('not redirected');
  const sdk = (await import(packageOf(service))) as Commands;
  const name = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key));
  if (!name) throw new Error('no client in it');
  const Client = sdk[name] as new (options: object) => Client;
  const client = new Client({ endpoint, region: REGION, credentials: context.credentials.self });
  return { client, commands: sdk, shown: name.replace(/Client$/, '') };
}

/** A service that cannot be called here: which package and which variable it would take. */
function absent(service: string, resource: string, endpoints: ServiceEndpoints): TaskFailure {
  const isSet = endpoints[variableOf(service)] !== undefined;
  const steps = [
    `install its client (npm install ${packageOf(service)})`,
    ...(isSet ? [] : [`set AWS_ENDPOINT_URL_${variableOf(service)} to the address of a server that has it`]),
  ].join(' and ');
  return new TaskFailure(
    'States.Runtime',
    `The local cloud has no service "${service}", which the resource ${resource} calls. To call it, ${steps}; ` +
      'or call the service from a Lambda function, or run this workflow on AWS with ACTION_ENGINE_TARGET=aws.',
  );
}

/** `DynamoDB` as it stands in the errors of SDK integrations: `DynamoDb`. */
const javaName = (shown: string): string =>
  shown.replace(/([A-Z])([A-Z]+)(?=[A-Z][a-z]|$)/g, (_, first: string, rest: string) => first + rest.toLowerCase());

type SdkError = Error & {
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string; attempts?: number };
};

/** members that are texts on the wire, and may be given as JSON values; elsewhere the same names are structures */
const TEXTS: Record<string, string> = {
  events: 'Detail',
  eventbridge: 'Detail',
  lambda: 'Payload',
  s3: 'Body',
  secretsmanager: 'SecretString',
  sns: 'Message',
  sqs: 'MessageBody',
};

async function run(
  service: string,
  shown: string,
  client: Client,
  Command: new (input: object) => object,
  call: TaskCall,
  optimized: boolean,
): Promise<Json> {
  const input = asTexts(isObject(call.task.input) ? call.task.input : {}, TEXTS[service]) as JsonObject;
  try {
    const answer = (await client.send(new Command(input), { abortSignal: call.signal })) as {
      $metadata?: SdkError['$metadata'];
    };
    const result = (await plain(answer, new Set(['$metadata']))) as JsonObject;
    if (!optimized) return result;
    const { httpStatusCode = 200, requestId = '' } = answer.$metadata ?? {};
    return {
      ...result,
      SdkHttpMetadata: { HttpStatusCode: httpStatusCode },
      SdkResponseMetadata: { RequestId: requestId },
    };
  } catch (error) {
    throw sdkFailure(shown, error as SdkError);
  }
}

function asTexts(value: Json, member: string | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => asTexts(item, member));
  if (!isObject(value) || member === undefined) return value;
  const text = (item: Json) => (typeof item === 'string' && member !== 'Payload' ? item : JSON.stringify(item));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === member ? text(item) : asTexts(item, member)]),
  );
}

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
