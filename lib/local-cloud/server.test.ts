import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCloudAddress, registerPage } from './data-dir';
import { type LocalCloud, startLocalCloud } from './server';

const root = process.cwd();
const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(path.join(tmpdir(), 'server-'));
  folders.push(made);
  return made;
};
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };
/** Unlike `fetch`, sends whatever headers it is told to. */
const ask = (port: number, options: http.RequestOptions & { body?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    request.on('error', reject).end(options.body);
  });

/** Speaks raw bytes; resolves with what came back when the server closed, or after `ms`. */
const speak = (port: number, text: string, ms = 3000): Promise<string> =>
  new Promise((resolve) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(got);
    });
  });

describe('a running cloud', () => {
  let cloud: LocalCloud;
  let dataDir: string;
  let port: number;
  let client: S3Client;
  beforeAll(async () => {
    dataDir = folder();
    cloud = await startLocalCloud({ root, dataDir, port: 0, pageOrigins: ['http://laptop.local:3000'] });
    port = Number(new URL(cloud.url).port);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new S3Client({ region: 'us-east-1', endpoint: cloud.url, forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: 'files' }));
    await client.send(
      new PutObjectCommand({ Bucket: 'files', Key: 'a.txt', Body: 'hello', ContentType: 'text/plain' }),
    );
  });
  afterAll(() => cloud.close(0));
  const link = () => getSignedUrl(client, new GetObjectCommand({ Bucket: 'files', Key: 'a.txt' }), { expiresIn: 60 });

  test('tells its health and no secret', async () => {
    const { status, body } = await ask(port, { path: '/_action-engine/health' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      ready: true,
      version: expect.any(String),
      isolation: expect.any(String),
      isolationLevel: expect.any(Number),
      uptimeSeconds: expect.any(Number),
    });
    const { credentials } = readCloudAddress(dataDir)!;
    expect(body).not.toContain(credentials.secretAccessKey);
  });

  test('routes to each service, which answers in its own form', async () => {
    const target = {
      'x-amz-target': 'AWSStepFunctions.ListStateMachines',
      'content-type': 'application/x-amz-json-1.0',
    };
    expect(JSON.parse((await ask(port, { method: 'POST', headers: target, body: '{}' })).body)).toEqual({
      stateMachines: [],
    });
    expect(JSON.parse((await ask(port, { path: '/2015-03-31/functions' })).body)).toMatchObject({ Functions: [] });
    expect((await ask(port)).body).toContain('<Code>AccessDenied</Code>');
  });

  test('says who its caller is, and what it has not', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const said = await ask(port, { method: 'POST', headers: form, body });
    expect([said.status, said.body]).toEqual([200, expect.stringContaining('<Account>000000000000</Account>')]);
    const roles = await ask(port, { method: 'POST', headers: form, body: 'Action=ListRoles&Version=2010-05-08' });
    expect([roles.status, roles.body]).toEqual([400, expect.stringMatching(/<Code>InvalidAction<.*no ListRoles/)]);
    const queue = { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' };
    const queues = await ask(port, { method: 'POST', headers: queue, body: '{}' });
    expect([queues.status, queues.body]).toEqual([
      400,
      expect.stringMatching(/no AmazonSQS\.ListQueues.*AWS_ENDPOINT_URL_/),
    ]);
    // a form on another site's page
    const foreign = await ask(port, { method: 'POST', headers: { ...form, origin: 'http://evil.example' }, body });
    expect([foreign.status, foreign.body]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    expect(foreign.body).not.toContain('000000000000');
  });

  test('a refusal has the form that the service has', async () => {
    const evil = { host: 'evil.example' };
    const s3 = await ask(port, { path: '/files/a.txt', headers: evil });
    expect([s3.status, s3.headers['content-type']]).toEqual([403, 'application/xml']);
    expect(s3.body).toMatch(/<Error><Code>AccessDenied<\/Code>/);
    const lambda = await ask(port, { path: '/2015-03-31/functions', headers: evil });
    expect([lambda.status, lambda.headers['x-amzn-errortype']]).toEqual([403, 'AccessDeniedException']);
    const steps = await ask(port, {
      method: 'POST',
      headers: { ...evil, 'x-amz-target': 'AWSStepFunctions.ListStateMachines' },
    });
    expect([steps.status, (JSON.parse(steps.body) as { __type: string }).__type]).toEqual([
      403,
      'AccessDeniedException',
    ]);
    const head = await ask(port, { method: 'HEAD', path: '/files/a.txt', headers: evil });
    expect([head.status, head.body]).toEqual([403, '']);
  });

  test('a link is good in a stranger’s page, and says nothing to its script', async () => {
    const { pathname, search } = new URL(await link());
    const answer = await ask(port, {
      path: pathname + search,
      headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect([answer.status, answer.body]).toEqual([200, 'hello']);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('the page may read, and see the headers it needs', async () => {
    registerPage(dataDir, ['http://localhost:3000']);
    const { pathname, search } = new URL(await link());
    const answer = await ask(port, {
      path: pathname + search,
      headers: { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.headers['access-control-allow-origin']).toBe('http://localhost:3000');
    expect(answer.headers['access-control-expose-headers']).toMatch(/ETag.*Content-Range/);
    const preflight = await ask(port, {
      method: 'OPTIONS',
      path: '/files/new',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([
      200,
      'GET, HEAD, PUT, POST, DELETE',
    ]);
  });

  test('keeps a connection for the next request, a HEAD among them', async () => {
    const { pathname, search } = new URL(await link());
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (const method of ['GET', 'HEAD', 'GET'])
      statuses.push((await ask(port, { method, path: pathname + search, agent })).status);
    expect(statuses).toEqual([200, 403, 200]); // the link was signed for GET
    const sockets = Object.values(agent.freeSockets).flat().length;
    agent.destroy();
    expect(sockets).toBe(1);
  });

  test('asks for the body of a client that waits, and not when it refuses', async () => {
    const lines = (host: string) =>
      `PUT /files/waited HTTP/1.1\r\nhost: ${host}\r\nauthorization: AWS4-HMAC-SHA256 x\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n`;
    expect(await speak(port, lines('evil.example'), 500)).toMatch(/^HTTP\/1.1 403 /);
    expect(await speak(port, `${lines(`127.0.0.1:${port}`)}hi`)).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/,
    );
  });

  test.each([
    ['a flood of headers', `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(20_000)}\r\n`, 431],
    ['one endless header', `GET / HTTP/1.1\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`, 431],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['two lengths', 'PUT /b/k HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'PUT /b/k HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n\r\n', 403],
    ['another expectation', 'GET / HTTP/1.1\r\nhost: x\r\nexpect: 200-maybe\r\nconnection: close\r\n\r\n', 417],
  ])('%s is refused, and the server goes on', async (_, text, status) => {
    expect(await speak(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await ask(port, { path: '/_action-engine/health' })).status).toBe(200);
  });

  test('a connection that ends in the middle of a body leaves nothing behind', async () => {
    const start = `PUT /files/half HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: AWS4-HMAC-SHA256 x\r\ncontent-length: 1000\r\n\r\nhalf`;
    await speak(port, start, 200);
    await expect.poll(() => leftovers(dataDir)).toEqual([]);
    await expect(client.send(new GetObjectCommand({ Bucket: 'files', Key: 'half' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  test('a taken port and a held directory are named', async () => {
    await expect(startLocalCloud({ root, dataDir: folder(), port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `Port ${port} is in use.`,
    });
    await expect(startLocalCloud({ root, dataDir, port: 0 })).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(cloud.url),
    });
  });

  test('without a port, takes 4566 or one after it', async () => {
    const second = await startLocalCloud({ root, dataDir: folder() });
    expect(Number(new URL(second.url).port)).toBeGreaterThanOrEqual(4566);
    await second.close(0);
  });
});

const leftovers = (dataDir: string) => {
  const { stdout } = spawnSync('find', [path.join(dataDir, 'cloud', 's3', 'tmp'), '-type', 'f'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean);
};

describe('the life of a cloud', () => {
  let cloud: LocalCloud | undefined;
  afterEach(() => cloud?.close(0));

  test('its address is there while it runs, and gone afterwards', async () => {
    const dataDir = folder();
    cloud = await startLocalCloud({ root, dataDir, port: 0 });
    expect(readCloudAddress(dataDir)).toMatchObject({ url: cloud.url, pid: process.pid });
    expect(statSync(path.join(dataDir, 'cloud.json')).mode & 0o777).toBe(0o600);
    await cloud.close(0);
    await cloud.done;
    expect(existsSync(path.join(dataDir, 'cloud.json'))).toBe(false);
    await expect(ask(Number(new URL(cloud.url).port))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('ends although a client holds a connection open and says nothing', async () => {
    cloud = await startLocalCloud({ root, dataDir: folder(), port: 0 });
    const socket = net.connect(Number(new URL(cloud.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('connect', resolve));
    const before = Date.now();
    await cloud.close(1000);
    await closed;
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test('ends itself when nobody uses it, and not while a run goes on', async () => {
    const dataDir = folder();
    cloud = await startLocalCloud({ root, dataDir, port: 0, idleMs: 400 });
    const port = Number(new URL(cloud.url).port);
    const call = async (operation: string, input: object) => {
      const headers = { 'x-amz-target': `AWSStepFunctions.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
      return JSON.parse((await ask(port, { method: 'POST', headers, body: JSON.stringify(input) })).body) as Record<
        string,
        string
      >;
    };
    const definition = JSON.stringify({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 2, End: true } } });
    const roleArn = 'arn:aws:iam::000000000000:role/any';
    const { stateMachineArn } = await call('CreateStateMachine', { name: 'waits', definition, roleArn });
    const { executionArn } = await call('StartExecution', { stateMachineArn });
    expect(executionArn).toContain(':execution:waits:');
    const began = Date.now();
    await cloud.done;
    expect(Date.now() - began).toBeGreaterThan(1900);
  });
});

test.runIf(process.platform === 'linux')(
  'the process shows no secret of its environment, and is ready within seconds',
  async () => {
    const env = {
      NODE_ENV: 'test' as const,
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_SECRET_ACCESS_KEY: 'shown-to-nobody',
      OPENAI_API_KEY: 'shown-to-nobody',
      AWS_REGION: 'eu-west-1',
    };
    const child = spawn(process.execPath, ['bin/action-engine.mjs', 'local-cloud', '--port', '0', '--data', folder()], {
      env,
    });
    try {
      const ready = await new Promise<string>((resolve, reject) => {
        child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
        child.once('exit', () => reject(new Error('ended before it was ready')));
      });
      expect(ready).toMatch(/^local cloud ready on http:\/\/127\.0\.0\.1:\d+\n$/);
      const shown = readFileSync(`/proc/${child.pid}/environ`, 'utf8');
      expect(shown).toContain('AWS_REGION=eu-west-1');
      expect(shown).not.toContain('shown-to-nobody');
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  },
);
