/**
 * Node's HTTP server with this cloud's limits, and the search for a port.
 *
 * A request arrives here with its header read: at most 32 KB, within 30 s. Bodies are the concern of `slow-senders.ts`.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Problem } from '@/lib/base/problem';

const DEFAULT_PORT = 4566;
/** how many ports after the first are tried */
const PORTS_TRIED = 200;

/** @param expectsContinue the client waits for `100 Continue` before it sends the body */
type OnRequest = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => void;

export function createHttpServer(onRequest: OnRequest): Server {
  const server = createServer({ maxHeaderSize: 32 * 1024, keepAlive: true, connectionsCheckingInterval: 5000 });
  server.headersTimeout = 30_000;
  server.requestTimeout = 0; // an upload may be long; `slow-senders` cuts those that stand still
  server.keepAliveTimeout = 75_000; // longer than AWS's clients keep an idle socket
  server.maxHeadersCount = 0; // bounded in bytes; by count Node would drop the rest in silence
  server.on('request', (request, response) => onRequest(request, response, false));
  server.on('checkContinue', (request, response) => onRequest(request, response, true));
  server.on('checkExpectation', (_request, response) => response.writeHead(417, { 'content-length': 0 }).end());
  server.on('clientError', answerBrokenRequest);
  return server;
}

/** @returns the port; with none asked for, the first free one from 4566 on */
export async function listen(server: Server, host: string, asked: number | undefined): Promise<number> {
  const last = asked ?? DEFAULT_PORT + PORTS_TRIED;
  for (let port = asked ?? DEFAULT_PORT; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, exclusive: true }, () => {
          server.removeListener('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      server.removeAllListeners('error');
      if (code === 'EACCES') {
        throw new Problem(
          'PORT_REFUSED',
          `This user may not listen on port ${port}.`,
          'Choose one above 1023 with --port.',
        );
      }
      if (code !== 'EADDRINUSE') throw error;
      if (port >= last) {
        throw new Problem(
          'PORT_TAKEN',
          asked === undefined ? `Ports ${DEFAULT_PORT} to ${last} are all in use.` : `Port ${port} is in use.`,
          'Stop what listens there, or choose another one with --port.',
        );
      }
    }
  }
}

/** What Node's parser could not read has no request to answer, only a socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  socket.end(`HTTP/1.1 ${status} ${text}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
