/**
 * Lambda on the wire: a table of methods and paths, each with what it does.
 * @module
 */

import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCOUNT_ID } from '../service';
import { LambdaError } from './errors';
import { type InvokeAnswer, SYNC_LIMIT } from './invoke';
import type { Locations } from './locations';
import { type FunctionRef, parseFunctionName } from './names';
import type { Operations } from './operations';
import type { Body } from './requests';
import type { FunctionStore } from './store';

export type RouteTools = {
  operations: Operations;
  store: FunctionStore;
  locations: Locations;
  invoke(
    ref: FunctionRef,
    request: { headers: IncomingMessage['headers']; payload: Buffer; gone: AbortSignal; type?: string },
  ): Promise<InvokeAnswer>;
};
type Call = {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** what the path's parentheses caught, decoded */
  caught: string[];
  json(): Promise<Body>;
};
type Answer = (call: Call) => Promise<void> | void;

const FUNCTIONS = '/2015-03-31/functions';
const TAGS = '/2017-03-31/tags/{rest}';
/** Every request that Lambda answers here; `package` is the address that GetFunction gives for a download. */
export const LAMBDA_WIRE = {
  Invoke: ['POST', `${FUNCTIONS}/{name}/invocations`],
  InvokeAsync: ['POST', '/2014-11-13/functions/{name}/invoke-async'],
  ListFunctions: ['GET', FUNCTIONS],
  CreateFunction: ['POST', FUNCTIONS],
  GetFunction: ['GET', `${FUNCTIONS}/{name}`],
  DeleteFunction: ['DELETE', `${FUNCTIONS}/{name}`],
  UpdateFunctionCode: ['PUT', `${FUNCTIONS}/{name}/code`],
  GetFunctionConfiguration: ['GET', `${FUNCTIONS}/{name}/configuration`],
  UpdateFunctionConfiguration: ['PUT', `${FUNCTIONS}/{name}/configuration`],
  PublishVersion: ['POST', `${FUNCTIONS}/{name}/versions`],
  ListVersionsByFunction: ['GET', `${FUNCTIONS}/{name}/versions`],
  CreateAlias: ['POST', `${FUNCTIONS}/{name}/aliases`],
  ListAliases: ['GET', `${FUNCTIONS}/{name}/aliases`],
  GetAlias: ['GET', `${FUNCTIONS}/{name}/aliases/{alias}`],
  UpdateAlias: ['PUT', `${FUNCTIONS}/{name}/aliases/{alias}`],
  DeleteAlias: ['DELETE', `${FUNCTIONS}/{name}/aliases/{alias}`],
  package: ['GET', `${FUNCTIONS}/{name}/package/{hash}.zip`],
  ListTags: ['GET', TAGS],
  TagResource: ['POST', TAGS],
  UntagResource: ['DELETE', TAGS],
  GetAccountSettings: ['GET', '/2016-08-19/account-settings'],
} as const satisfies Record<string, readonly [method: string, path: string]>;

const CATCH: Record<string, string> = {
  '{name}': '([^/]+)',
  '{alias}': '([^/]+)',
  '{rest}': '(.+)',
  '{hash}': '([0-9a-f]{64})',
};
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, (part) => CATCH[part] ?? part)}/?$`);

/** base64 of a package of 50 MB and the rest of the request; AWS's own figure */
const REQUEST_LIMIT = 70_167_211;

export function createRouter(tools: RouteTools) {
  const { operations } = tools;
  const refOf = ({ caught, query }: Call) => parseFunctionName(caught[0]!, query.get('Qualifier') ?? undefined);

  const invoking = async (call: Call, status?: number, type?: string) => {
    const ref = refOf(call);
    const payload = await readBody(call.request, SYNC_LIMIT + 1);
    const leaving = new AbortController();
    call.response.once('close', () => {
      if (!call.response.writableFinished) leaving.abort();
    });
    const { headers } = call.request;
    const answer = await tools.invoke(ref, { headers, payload, gone: leaving.signal, type });
    if (call.response.destroyed) return;
    call.response
      .writeHead(status ?? answer.status, { ...answer.headers, 'Content-Length': answer.body.length })
      .end(answer.body);
  };

  const answers: Record<keyof typeof LAMBDA_WIRE, Answer> = {
    Invoke: (call) => invoking(call),
    InvokeAsync: (call) => invoking(call, 202, 'Event'),
    ListFunctions: (call) => send(call, 200, operations.list(call.query)),
    CreateFunction: async (call) => send(call, 201, await operations.create(await call.json())),
    GetFunction: (call) => send(call, 200, operations.get(refOf(call))),
    DeleteFunction: (call) => {
      operations.delete(refOf(call));
      send(call, 204);
    },
    UpdateFunctionCode: async (call) => send(call, 200, await operations.updateCode(refOf(call), await call.json())),
    GetFunctionConfiguration: (call) => send(call, 200, operations.getConfiguration(refOf(call))),
    UpdateFunctionConfiguration: async (call) =>
      send(call, 200, operations.updateConfiguration(refOf(call), await call.json())),
    PublishVersion: async (call) => send(call, 201, operations.publish(refOf(call), await call.json())),
    ListVersionsByFunction: (call) => send(call, 200, operations.listVersions(refOf(call), call.query)),
    CreateAlias: async (call) => send(call, 201, operations.aliases.create(refOf(call), await call.json())),
    ListAliases: (call) => send(call, 200, operations.aliases.list(refOf(call), call.query)),
    GetAlias: (call) => send(call, 200, operations.aliases.get(refOf(call), call.caught[1]!)),
    UpdateAlias: async (call) =>
      send(call, 200, operations.aliases.update(refOf(call), call.caught[1]!, await call.json())),
    DeleteAlias: (call) => {
      operations.aliases.delete(refOf(call), call.caught[1]!);
      send(call, 204);
    },
    package: (call) => download(call, tools),
    ListTags: (call) => send(call, 200, operations.tags(refOf(call))),
    TagResource: async (call) => {
      operations.tag(refOf(call), await call.json());
      send(call, 204);
    },
    UntagResource: (call) => {
      operations.untag(refOf(call), call.query.getAll('tagKeys'));
      send(call, 204);
    },
    GetAccountSettings: (call) => send(call, 200, accountSettings(tools.store)),
  };
  const routes = Object.entries(LAMBDA_WIRE).map(([name, [method, path]]) => ({
    method,
    path: patternOf(path),
    answer: answers[name as keyof typeof LAMBDA_WIRE],
  }));

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lambda');
      for (const { method, path, answer } of routes) {
        const match = method === request.method ? path.exec(pathname) : null;
        if (!match) continue;
        const caught = match.slice(1).map(decode);
        return await answer({ request, response, query: searchParams, caught, json: () => readJson(request) });
      }
      throw new LambdaError(
        'UnknownOperationException',
        `The local cloud's Lambda does not know ${request.method} ${pathname}.`,
      );
    } catch (error) {
      refuse(request, response, error);
    }
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LambdaError('ValidationException', `The path holds "${text}", which is not percent-encoded UTF-8.`);
  }
}

function send({ response }: Pick<Call, 'response'>, status: number, body?: unknown): void {
  const headers = { 'x-amzn-RequestId': randomUUID() };
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { ...headers, 'Content-Type': 'application/json', 'Content-Length': text.length })
    .end(text);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known =
    error instanceof LambdaError
      ? error
      : new LambdaError('ServiceException', error instanceof Error ? error.message : String(error));
  const text = Buffer.from(known.body());
  // What was not read of the request would otherwise be taken for the next one.
  const rest = request.complete ? {} : { Connection: 'close' };
  response
    .writeHead(known.status, {
      ...rest,
      'x-amzn-RequestId': randomUUID(),
      'x-amzn-ErrorType': known.code,
      'Content-Type': 'application/json',
      'Content-Length': text.length,
    })
    .end(text);
  if (!request.complete) request.resume();
}

/** Stops keeping at `limit`, so that the caller sees that it is too much; reads on, so that the client hears the answer. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (bytes < limit) chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > 2 * REQUEST_LIMIT) break;
  }
  return Buffer.concat(chunks);
}

async function readJson(request: IncomingMessage): Promise<Body> {
  const bytes = await readBody(request, REQUEST_LIMIT + 1);
  if (bytes.length > REQUEST_LIMIT) {
    throw new LambdaError(
      'RequestEntityTooLargeException',
      `Request must be smaller than ${REQUEST_LIMIT} bytes for this operation`,
    );
  }
  if (bytes.length === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new LambdaError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new LambdaError(
      'InvalidRequestContentException',
      'Could not parse request body into json: it is not an object',
    );
  }
  return body as Body;
}

function download({ response, caught, query }: Call, { store, locations }: RouteTools): void {
  const hash = caught[1]!;
  if (!locations.isGood(hash, query)) {
    throw new LambdaError(
      'ResourceNotFoundException',
      'This link to a package has expired or was not made here. Call GetFunction for a new one.',
    );
  }
  response.writeHead(200, { 'Content-Type': 'application/zip' });
  createReadStream(store.zipOf({ hash, sha256: '', size: 0 }))
    .on('error', () => response.destroy())
    .pipe(response);
}

const accountSettings = (store: FunctionStore) => ({
  AccountLimit: {
    TotalCodeSize: 80_530_636_800,
    CodeSizeUnzipped: 262_144_000,
    CodeSizeZipped: 52_428_800,
    ConcurrentExecutions: 1000,
    UnreservedConcurrentExecutions: 1000,
  },
  AccountUsage: {
    TotalCodeSize: store.all().reduce((sum, { latest }) => sum + latest.code.size, 0),
    FunctionCount: store.all().length,
  },
  AccountId: ACCOUNT_ID,
});
