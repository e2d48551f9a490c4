/** HTTP Tasks: what they send and answer, and that no address is reached which must not be. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '@/lib/base/json';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import { isPublic, type Resolve } from './addresses';
import { formOf } from './encoding';
import { httpInvoke } from './http-task';
import type { StartTask, TaskFailure } from './types';

const ARN = 'arn:aws:events:us-east-1:000000000000:connection/test/1';
let folder: string;
let server: http.Server;
let port: number;
/** what reached the server on loopback */
let seen: { method?: string; url?: string; headers: http.IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'http-task-'));
  mkdirSync(path.join(folder, 'cloud'));
  writeFileSync(
    path.join(folder, 'cloud', 'connections.json'),
    JSON.stringify({ [ARN]: { Authorization: 'Bearer secret' } }),
  );
  server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    const where = new URL(request.url ?? '', 'http://x').pathname;
    if (where === '/redirect') return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (where === '/large') return void response.end('x'.repeat(300_000));
    if (where === '/bytes') return void response.end(Buffer.from([0xff, 0xfe]));
    if (where === '/text') return void response.setHeader('content-type', 'text/plain').end('plain');
    const status = Number(/^\/status\/(\d+)$/.exec(where)?.[1] ?? 200);
    response.writeHead(status, [
      ['Content-Type', 'application/json'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ] as unknown as http.OutgoingHttpHeaders);
    response.end(JSON.stringify({ ok: true }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  seen = [];
});

type Options = { allow?: string[]; resolve?: Resolve };
const call = async (input: JsonObject, { allow = ['127.0.0.1'], resolve }: Options = {}) => {
  const task = { input: { Authentication: { ConnectionArn: ARN }, ...input } } as unknown as StartTask;
  const integration = httpInvoke({ dataDir: folder, allow, ...(resolve && { resolve }) });
  return integration.call({ task, execution: {} as ExecutionRow, signal: new AbortController().signal });
};
const failure = async (input: JsonObject, options?: Options): Promise<TaskFailure> =>
  call(input, options).then(
    (output: Json) => {
      throw new Error(`it succeeded: ${JSON.stringify(output)}`);
    },
    (error: TaskFailure) => error,
  );
const here = (where: string) => `http://127.0.0.1:${port}${where}`;

test('sends what it was given, and answers in the shape of AWS', async () => {
  const answer = await call({
    ApiEndpoint: here('/json?a=1'),
    Method: 'POST',
    Headers: { 'X-Own': ['one', 'two'] },
    QueryParameters: { q: 'x y', tag: ['b', 'c'], none: null },
    RequestBody: { n: 1 },
  });
  expect(answer).toMatchObject({ ResponseBody: { ok: true }, StatusCode: 200, StatusText: 'OK' });
  expect((answer as JsonObject).Headers).toMatchObject({
    'content-type': ['application/json'],
    'set-cookie': ['a=1', 'b=2'],
  });
  expect(seen).toMatchObject([{ method: 'POST', url: '/json?a=1&q=x%20y&tag=b&tag=c', body: '{"n":1}' }]);
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'content-type': 'application/json',
    'x-own': 'one,two',
  });
});

test('what is not JSON stays text', async () => {
  expect(await call({ ApiEndpoint: here('/text'), Method: 'GET' })).toMatchObject({ ResponseBody: 'plain' });
});

test('a body may be a form', async () => {
  await call({
    ApiEndpoint: here('/json'),
    Method: 'POST',
    RequestBody: { a: [1, 2], b: { c: 'x y' } },
    Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat: 'BRACKETS' } },
  });
  expect(seen[0]).toMatchObject({
    body: 'a%5B%5D=1&a%5B%5D=2&b%5Bc%5D=x%20y',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
});

test.each([
  ['INDICES', 'a%5B0%5D=1&a%5B1%5D=2'],
  ['REPEAT', 'a=1&a=2'],
  ['COMMAS', 'a=1%2C2'],
  ['BRACKETS', 'a%5B%5D=1&a%5B%5D=2'],
] as const)('lists as %s', (format, text) => expect(formOf({ a: [1, 2] }, format)).toBe(text));

test.each([404, 429, 503])('status %i fails with its own name', async (status) => {
  const { error, cause } = await failure({ ApiEndpoint: here(`/status/${status}`), Method: 'GET' });
  expect([error, cause]).toEqual([`States.Http.StatusCode.${status}`, http.STATUS_CODES[status]]);
});

test('a redirect is a failure, not another call', async () => {
  expect((await failure({ ApiEndpoint: here('/redirect'), Method: 'GET' })).error).toBe('States.Http.StatusCode.302');
  expect(seen).toHaveLength(1);
});

test.each([
  ['/large', 'States.DataLimitExceeded'],
  ['/bytes', 'States.Runtime'],
])('%s fails with %s', async (where, error) => {
  expect((await failure({ ApiEndpoint: here(where), Method: 'GET' })).error).toBe(error);
});

test('nobody there', async () => {
  expect((await failure({ ApiEndpoint: 'http://127.0.0.1:1/', Method: 'GET' })).error).toBe('States.Http.Socket');
});

describe('what is asked wrongly', () => {
  test.each<[string, JsonObject, RegExp]>([
    ['no connection', { Authentication: {} }, /ConnectionArn is required/],
    ['an unknown connection', { Authentication: { ConnectionArn: `${ARN}2` } }, /connections\.json/],
    ['credentials as a header', { Headers: { Authorization: 'x' } }, /"Authorization" cannot be set/],
    ['a header of two lines', { Headers: { 'x-a': 'b\r\nx-c: d' } }, /does not allow|not allow/],
    ['a method that is none', { Method: 'BREW' }, /BREW/],
    ['no URL', { ApiEndpoint: 'somewhere' }, /not a URL/],
    ['a user in the URL', { ApiEndpoint: 'https://user:pw@example.com/' }, /user or a password/],
    ['plain http', { ApiEndpoint: 'http://example.com/' }, /https:\/\//],
    ['a file', { ApiEndpoint: 'file:///etc/passwd' }, /https:\/\//],
  ])('%s', async (_, more, cause) => {
    const failed = await failure({ ApiEndpoint: here('/json'), Method: 'GET', ...more });
    expect(failed.error).toBe('States.Runtime');
    expect(failed.cause).toMatch(cause);
    expect(seen).toEqual([]);
  });
});

describe('addresses that are not public', () => {
  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
  ])('%s is refused', async (host) => {
    const failed = await failure({ ApiEndpoint: `https://${host}:${port}/`, Method: 'GET' }, { allow: [] });
    expect(failed.error).toBe('States.Http.AccessDenied');
    expect(failed.cause).toMatch(/ACTION_ENGINE_HTTP_ALLOW/);
    expect(seen).toEqual([]);
  });

  test('a name is judged by every address that it has', async () => {
    const found =
      (...addresses: string[]): Resolve =>
      async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    for (const resolve of [found('127.0.0.1'), found('93.184.216.34', '10.0.0.1'), found('::ffff:127.0.0.1')]) {
      const failed = await failure(
        { ApiEndpoint: `https://innocent.test:${port}/`, Method: 'GET' },
        { allow: [], resolve },
      );
      expect(failed.error).toBe('States.Http.AccessDenied');
    }
    const local = await failure({ ApiEndpoint: `https://localhost:${port}/`, Method: 'GET' }, { allow: [] });
    expect(local.error).toBe('States.Http.AccessDenied');
    expect(seen).toEqual([]);
  });

  test('a name that changes between the check and the connection gains nothing: it is asked once', async () => {
    let asked = 0;
    const resolve: Resolve = async () => [{ address: asked++ === 0 ? '192.0.0.8' : '127.0.0.1', family: 4 }];
    const failed = await failure(
      { ApiEndpoint: `https://rebind.test:${port}/`, Method: 'GET' },
      { allow: [], resolve },
    );
    expect(failed.error).toBe('States.Http.AccessDenied');
    expect([asked, seen.length]).toEqual([1, 0]);
  });

  test('a port may be allowed alone', async () => {
    expect(await call({ ApiEndpoint: here('/json'), Method: 'GET' }, { allow: [`127.0.0.1:${port}`] })).toBeTruthy();
    const failed = await failure(
      { ApiEndpoint: 'https://127.0.0.1:1/', Method: 'GET' },
      { allow: [`127.0.0.1:${port}`] },
    );
    expect(failed.error).toBe('States.Http.AccessDenied');
  });

  test.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });
  test.each(['', 'example.com', 'fe80::1%eth0', '1.2.3'])('"%s" is no public address', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});
