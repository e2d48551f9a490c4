/**
 * A Lambda endpoint that answers each invocation with its own payload, and counts the time that it takes itself: what a
 * step costs beside its function.
 * @module
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export const ECHO_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:echo';

export type Echo = { url: string; busyMs(): number; calls(): number; close(): void };

export async function openEcho(): Promise<Echo> {
  let busy = 0;
  let calls = 0;
  const server = http.createServer((request, response) => {
    const began = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls++;
      const body = Buffer.concat(chunks);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-amz-executed-version': '$LATEST',
      });
      response.end(body);
      busy += performance.now() - began;
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    busyMs: () => busy,
    calls: () => calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
