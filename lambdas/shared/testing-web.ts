/** For tests: a real web server on this machine, which functions may call while the test runs. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

export type Seen = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };

/** Call once at the top of a test file. `answer` gets what was sent. */
export function testWeb(answer: (seen: Seen, response: http.ServerResponse) => void) {
  const seen: Seen[] = [];
  let origin = '';
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      answer(one, response);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    origin = `http://127.0.0.1:${port}`;
    process.env.ACTION_ENGINE_HTTP_ALLOW = `127.0.0.1:${port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { seen, url: (path: string) => `${origin}${path}` };
}
