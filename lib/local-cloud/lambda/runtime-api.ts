/**
 * Lambda's Runtime API, version 2018-06-01, as one process of a function sees it. Any runtime that speaks it works.
 *
 * One listener a process: its port says who is asking, because clients append the paths to `AWS_LAMBDA_RUNTIME_API` and
 * leave no room for a secret. A page in a browser is refused: it would show itself by its headers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** bytes; AWS's own odd number */
export const RESPONSE_LIMIT = 6_291_556;

export type RuntimeApiEvents = {
  /** the process asks for work; answer with `send` */
  next(send: (headers: Record<string, string>, payload: Buffer) => void): void;
  /** @returns false when no such invocation is under way */
  response(requestId: string, payload: Buffer): boolean;
  /** the answer was larger than RESPONSE_LIMIT and was not kept */
  responseTooLarge(requestId: string): boolean;
  error(requestId: string, payload: Buffer): boolean;
  initError(payload: Buffer): void;
};

export type RuntimeApi = { address: string; close(): void };
/** A network of its own to listen in. */
export type Doorway = {
  listen(onConnection: (socket: Socket) => void): Promise<{ port: number; close(): void }>;
};

const PREFIX = '/2018-06-01/runtime/';

/** @param doorway null: at this machine's own loopback */
export async function openRuntimeApi(events: RuntimeApiEvents, doorway: Doorway | null = null): Promise<RuntimeApi> {
  let address = '';
  const answer = (response: ServerResponse, status: number, body: object) => {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
      .end(text);
  };
  const refuse = (response: ServerResponse, status: number, errorType: string, errorMessage: string) =>
    answer(response, status, { errorMessage, errorType });
  const done = (response: ServerResponse, known: boolean) =>
    known ? answer(response, 202, { status: 'OK' }) : refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { host, origin } = request.headers;
    if (host !== address || origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
      return refuse(response, 403, 'Forbidden', 'Only the process that this address was given to may ask here.');
    }
    const url = request.url ?? '';
    if (!url.startsWith(PREFIX)) return refuse(response, 404, 'NotFound', `No such path: ${url}`);
    const rest = url.slice(PREFIX.length);
    if (request.method === 'GET' && rest === 'invocation/next') {
      events.next((headers, payload) => {
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': payload.length, ...headers })
          .end(payload);
      });
      return;
    }
    if (request.method !== 'POST') return refuse(response, 404, 'NotFound', `No such path: ${url}`);
    const body = await read(request);
    if (rest === 'init/error') {
      events.initError(body ?? Buffer.from('{}'));
      return done(response, true);
    }
    const [, id = '', verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(rest) ?? [];
    if (!verb) return refuse(response, 404, 'NotFound', `No such path: ${url}`);
    if (!body) {
      events.responseTooLarge(id);
      return refuse(
        response,
        413,
        'RequestEntityTooLarge',
        `Exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
      );
    }
    done(response, verb === 'response' ? events.response(id, body) : events.error(id, body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0; // idle for minutes is a warm function's life
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  const door = await doorway?.listen((socket) => server.emit('connection', socket));
  if (!door)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
  address = `127.0.0.1:${door?.port ?? (server.address() as AddressInfo).port}`;
  return {
    address,
    close() {
      door?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** `null`: more than RESPONSE_LIMIT; read to its end, so that the process hears our answer. */
async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= RESPONSE_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > RESPONSE_LIMIT ? null : Buffer.concat(chunks);
}
