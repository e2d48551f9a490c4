/**
 * D1, D2: whose requests are refused. D5: addresses of http:invoke. D6: keys that look like paths. D12: secrets that were
 * planted are nowhere. D13: who can reach the sockets.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import * as sfn from '@aws-sdk/client-sfn';
import type { JsonObject } from '@/lib/base/json';
import { LOGS_OPERATIONS } from '@/lib/local-cloud/lambda/logs-api';
import { LAMBDA_WIRE } from '@/lib/local-cloud/lambda/routes';
import { S3_WIRE } from '@/lib/local-cloud/s3/index';
import { Cloud, type CloudOptions, withCloud } from './cloud';
import { createFunction } from './life';
import { type Names, nameServer } from './names';
import { type Bench, notRun, type Part, Tally } from './types';
import { ask, type Client, each, functionArn, type Refused, sleep } from './wire';

/** Every operation that AWS has, whether this cloud has it or not. */
const OPERATIONS = Object.keys(sfn)
  .filter((name) => name.endsWith('Command') && name !== '$Command')
  .map((name) => name.slice(0, -'Command'.length));
const LOGS = Object.keys(LOGS_OPERATIONS);
const HASH = 'a'.repeat(64);

/** What a page of another site could change: names of everything there is. */
async function inventory(client: Client): Promise<string> {
  const machines = await client.pages('ListStateMachines', {}, 'stateMachines');
  const activities = await client.pages('ListActivities', {}, 'activities');
  const executions = await client.pages(
    'ListExecutions',
    { stateMachineArn: String(machines[0]?.stateMachineArn) },
    'executions',
  );
  const functions = await client.lambda('GET', '/');
  const objects = [(await client.s3('GET', '/')).text, (await client.s3('GET', '/kept?list-type=2')).text].map((xml) =>
    xml.replace(/<(RequestId|HostId)>[^<]*/g, ''),
  );
  return JSON.stringify([machines, activities, executions, functions.text, objects]);
}

export const origins: Part = {
  ids: ['D1'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('origins')}/data` }, async ({ client, port }) => {
      const tally = new Tally();
      const machine = await client.create('kept', {
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 3600, End: true } },
      });
      await client.start(machine, {}, 'kept');
      await createFunction(client, 'kept', 'exports.handler = async () => 1;');
      await client.s3('PUT', '/kept');
      await client.s3('PUT', '/kept/object', 'text');
      const before = await inventory(client);
      const foreign: Record<string, string>[] = [
        { origin: 'null' },
        { origin: 'http://evil.com' },
        { origin: `http://localhost.evil.com:${port}` },
        { origin: `http://127.0.0.1:${port + 1}` },
        { origin: `https://localhost:${port}` },
        { origin: `http://127.0.0.1:${port}@evil.com` },
        { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site', host: 'evil.com' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      const types = [
        'application/x-amz-json-1.0',
        'application/json',
        'application/x-www-form-urlencoded',
        'text/plain',
        'multipart/form-data; boundary=x',
      ];
      const body = JSON.stringify({
        stateMachineArn: machine,
        name: 'evil',
        executionArn: machine.replace(':stateMachine:', ':execution:').concat(':kept'),
        definition: '{}',
        roleArn: 'x',
      });
      const routes: { method: string; path: string; headers: Record<string, string>; body?: string }[] = [
        ...OPERATIONS.flatMap((name) =>
          types.map((type) => ({
            method: 'POST',
            path: '/',
            headers: { 'x-amz-target': `AWSStepFunctions.${name}`, 'content-type': type },
            body,
          })),
        ),
        ...['GET', 'PUT', 'DELETE'].map((method) => ({
          method,
          path: '/',
          headers: { 'x-amz-target': 'AWSStepFunctions.CreateStateMachine' },
        })),
        ...Object.values(LAMBDA_WIRE).flatMap(([method, template]) =>
          types.map((type) => ({
            method,
            path: template.replace('{name}', 'kept').replace('{rest}', functionArn('kept')).replace('{hash}', HASH),
            headers: { 'content-type': type },
            ...(method !== 'GET' && { body: '{}' }),
          })),
        ),
        ...LOGS.map((name) => ({
          method: 'POST',
          path: '/',
          headers: { 'x-amz-target': `Logs_20140328.${name}` },
          body,
        })),
        ...S3_WIRE.methods.flatMap((method) =>
          [
            ...['/', '/kept', '/kept/object', '/new-bucket', '/_action-engine/health'],
            ...S3_WIRE.bucket.map((name) => `/kept?${name}`),
            ...S3_WIRE.object.map((name) => `/kept/object?${name}`),
          ].map((to) => ({
            method,
            path: to,
            headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } as Record<string, string>,
          })),
        ),
        {
          method: 'GET',
          path: '/',
          headers: {
            connection: 'Upgrade',
            upgrade: 'websocket',
            'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
            'sec-websocket-version': '13',
          },
        },
        { method: 'GET', path: '/_action-engine/health', headers: { accept: 'text/event-stream' } },
      ];
      const tried = bench.mode === 'short' ? routes.filter((_, i) => i % 4 === bench.seed % 4) : routes;
      for (const from of foreign) {
        await each(tried, 16, async (route) => {
          const answer = await ask(port, { ...route, headers: { ...route.headers, ...from } }).catch(
            (error: Error) => ({ status: 0, text: error.message, headers: {} as Record<string, string> }),
          );
          tally.check(
            `${route.method} ${route.path} ${route.headers['x-amz-target'] ?? ''} ${JSON.stringify(from)}`,
            answer.status === 403 || `${answer.status} ${answer.text.slice(0, 100)}`,
          );
        });
      }
      tally.check('nothing was changed', (await inventory(client)) === before || 'the inventory differs');
      for (const name of OPERATIONS) {
        await ask(port, {
          method: 'GET',
          path: `/?Action=${name}`,
          headers: { 'x-amz-target': `AWSStepFunctions.${name}`, authorization: 'AWS x:y' },
        });
      }
      tally.check('no GET changes anything', (await inventory(client)) === before || 'the inventory differs');
      for (const name of OPERATIONS) {
        const said = await client.call(name, {}).then(
          () => '',
          (error: Refused) => error.type,
        );
        tally.check(`${name} is one of the router's`, said !== 'UnknownOperationException');
      }
      const own = await ask(port, {
        method: 'POST',
        headers: { origin: `http://localhost:${port}`, 'x-amz-target': 'AWSStepFunctions.ListStateMachines' },
        body: '{}',
      });
      tally.check('its own page may', own.status === 200 || String(own.status));
      return [
        tally.row(
          'D1',
          `${foreign.length} foreign origins x ${tried.length} routes (all ${OPERATIONS.length} operations of Step Functions, and what the routers of Lambda and S3 tell apart): all refused, nothing changed`,
        ),
      ];
    }),
};

/** @returns the status that a request of these very bytes gets; 0 when the socket was closed without one */
function raw(port: number, text: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    let said = '';
    const end = () => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 0));
    };
    socket.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('\r\n\r\n')) end();
    });
    socket.on('close', end);
    socket.on('error', end);
    socket.setTimeout(5000, end);
  });
}

export const hosts: Part = {
  ids: ['D2'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('hosts')}/data` }, async ({ port }) => {
      const tally = new Tally();
      const good = [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`];
      const bad = [
        'evil.com',
        `evil.com:${port}`,
        `127.0.0.1.nip.io:${port}`,
        'localhost:1',
        `localhost:${port + 1}`,
        '[::1]',
        `0.0.0.0:${port}`,
        '',
        `localhost.:${port}`,
        `127.0.0.1:${port}.evil.com`,
        `127.1:${port}`,
        `2130706433:${port}`,
        `[::ffff:127.0.0.1]:${port}`,
        `localhost:${port}@evil.com`,
        'localhost',
        `user@localhost:${port}`,
      ];
      const forms: [string, (host: string) => string][] = [
        [
          'POST',
          (host) =>
            `POST / HTTP/1.1\r\nHost: ${host}\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 2\r\n\r\n{}`,
        ],
        ['health', (host) => `GET /_action-engine/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
        [
          'absolute',
          (host) => `GET http://${host || 'evil.com'}/_action-engine/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        ],
      ];
      for (const [form, make] of forms) {
        for (const host of good) tally.check(`${form} to ${host}`, (await raw(port, make(host))) === 200);
        for (const host of bad) {
          const status = await raw(port, make(host));
          tally.check(`${form} to "${host}"`, status === 403 || status === 400 || String(status));
        }
      }
      const odd = [
        `GET /_action-engine/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.com\r\n\r\n`,
        `GET http://evil.com/_action-engine/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
        'GET /_action-engine/health HTTP/1.1\r\n\r\n',
        'GET /_action-engine/health HTTP/1.0\r\n\r\n',
      ];
      for (const text of odd) {
        const status = await raw(port, text);
        tally.check(JSON.stringify(text.slice(0, 80)), status === 403 || status === 400 || String(status));
      }
      return [tally.row('D2', `${good.length} names admitted, ${bad.length * forms.length + odd.length} refused`)];
    }),
};

/** Public (a black hole for stray questions to name servers), and nobody listens on the port that is asked for. */
const PUBLIC = '192.31.196.1';

/** Counts who comes, and answers what it is told to. */
async function sink(
  bench: Bench,
  answer?: string,
): Promise<{ port: number; count: { connects: number }; heard(): string }> {
  const count = { connects: 0 };
  let text = '';
  const server = net.createServer((socket) => {
    count.connects++;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (answer !== undefined) socket.end(answer);
    });
    if (answer === undefined) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bench.atEnd(() => server.close());
  return { port: (server.address() as net.AddressInfo).port, count, heard: () => text };
}

export const outward: Part = {
  ids: ['D5'],
  async run(bench) {
    const tally = new Tally();
    const connection = 'arn:aws:events:us-east-1:000000000000:connection/battery/1';
    const closed = await sink(bench);
    const redirects: [string, Awaited<ReturnType<typeof sink>>][] = [];
    for (const [status, where] of [
      [301, `http://127.0.0.1:${closed.port}/`],
      [302, `http://localhost:${closed.port}/`],
      [303, `http://[::ffff:127.0.0.1]:${closed.port}/`],
      [307, `https://127.0.0.1:${closed.port}/`],
      [308, `//127.0.0.1:${closed.port}/`],
      [302, 'file:///etc/passwd'],
    ] as const)
      redirects.push([
        `${status} to ${where}`,
        await sink(
          bench,
          `HTTP/1.1 ${status} Moved\r\nLocation: ${where}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        ),
      ]);
    const names: Names = {
      'private.test': [['127.0.0.1']],
      'lan.test': [['10.0.0.1']],
      'metadata.test': [['169.254.169.254']],
      'six.test': [['::1']],
      'mapped.test': [['::ffff:127.0.0.1']],
      'translated.test': [['64:ff9b::7f00:1']],
      'local6.test': [['fd00::1']],
      'mixed.test': [[PUBLIC, '127.0.0.1']],
      'mixed-last.test': [['127.0.0.1', PUBLIC]],
      'mixed6.test': [[PUBLIC, '::1']],
      'zero.test': [['0.0.0.0']],
      'flip-1.test': [[PUBLIC], ['127.0.0.1']],
      'flip-2.test': [[PUBLIC], [PUBLIC], ['127.0.0.1']],
      'flip-3.test': [['127.0.0.1'], [PUBLIC]],
      'flip6.test': [[PUBLIC], ['::1']],
      'nowhere.test': [[]],
    };
    const resolver = await nameServer(bench, names);
    const data = `${bench.folder('outward')}/data`;
    const options: CloudOptions = {
      data,
      env: { ACTION_ENGINE_HTTP_ALLOW: redirects.map(([, { port }]) => `127.0.0.1:${port}`).join(',') },
      ...(resolver && { under: resolver.under }),
    };
    const cloud = new Cloud(bench, options);
    const named = resolver !== null;
    try {
      await cloud.start();
    } catch (error) {
      if (!resolver) throw error;
      return [
        notRun('D5', `this system lets no name server be put in front of a program: ${String(error).slice(0, 200)}`),
      ];
    }
    const { client } = cloud;
    writeFileSync(
      path.join(data, 'cloud', 'connections.json'),
      JSON.stringify({ [connection]: { Authorization: 'Bearer canary' } }),
    );
    const task = (url: string) => ({
      StartAt: 'H',
      States: {
        H: {
          Type: 'Task',
          Resource: 'arn:aws:states:::http:invoke',
          Parameters: { ApiEndpoint: url, Method: 'GET', Authentication: { ConnectionArn: connection } },
          TimeoutSeconds: 5,
          End: true,
        },
      },
    });
    const run = async (url: string) =>
      client.ended(await client.start(await client.create(`h-${Math.random()}`.replace('.', ''), task(url))), 15_000);
    const literals = [
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.1',
      '0',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[fe80::1%25eth0]',
      'localhost',
      'LOCALHOST',
      'localhost.',
      '127.0.0.1.',
      '169.254.169.254',
      '10.0.0.1',
      '192.168.0.1',
      '172.16.0.1',
      '100.64.0.1',
      '[fe80::1]',
      '[fd00::1]',
      'user@127.0.0.1',
      'example.com@127.0.0.1',
    ];
    const both = (name: string, port: number) => [`http://${name}:${port}/`, `https://${name}:${port}/`];
    const urls = [
      ...literals.flatMap((name) => both(name, closed.port)),
      ...(named ? Object.keys(names).map((name) => `https://${name}:${closed.port}/`) : []),
      ...both('127.0.0.1', cloud.port),
      ...both('localhost', cloud.port),
      'file:///etc/passwd',
      'gopher://127.0.0.1/',
      'data:text/plain,x',
      'ftp://127.0.0.1/',
    ];
    await each(urls, 8, async (url) => {
      const said = await run(url).catch((error: Error) => ({ status: 'REFUSED', cause: error.message }) as JsonObject);
      tally.check(url, said.status === 'FAILED' || said.status === 'REFUSED' || String(said.status));
    });
    for (const [what, from] of redirects) {
      const said = await run(`http://127.0.0.1:${from.port}/`);
      tally.check(
        what,
        /^States\.Http\.StatusCode\.30\d$/.test(String(said.error)) || JSON.stringify(said).slice(0, 300),
      );
      tally.check(`${what}: its own host was asked, with the header`, from.heard().includes('Bearer canary'));
    }
    const { connects } = closed.count;
    tally.check('no connection', connects === 0 || `${connects} connections`);
    if (resolver) {
      // The server must really have asked: else these names prove nothing.
      for (const name of Object.keys(names)) {
        const questions = resolver.asked.get(`${name} 1`) ?? 0;
        tally.check(`${name} was looked up once`, questions === 1 || `${questions} times`);
      }
    }
    await cloud.kill();
    return [
      tally.row(
        'D5',
        `${urls.length} addresses${named ? `, ${Object.keys(names).length} of them names with private, mixed and changing addresses` : ' (names with changing addresses were not tried: no name server is allowed here)'}, ${redirects.length} redirects: ${connects} connections to a denied address`,
      ),
    ];
  },
};

/** every file below, with its size */
const filesOf = (folder: string, skip: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (file.startsWith(skip)) return [];
    return entry.isDirectory() ? [`${file}/`, ...filesOf(file, skip)] : [`${file} ${statSync(file).size}`];
  });

const encoded = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) =>
      /[A-Za-z0-9._~/-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');

export const keys: Part = {
  ids: ['D6'],
  run: async (bench) => {
    const outer = bench.folder('keys');
    const data = path.join(outer, 'a', 'data');
    writeFileSync(path.join(outer, 'canary.txt'), 'do not touch');
    return withCloud(bench, { data }, async ({ client }) => {
      const tally = new Tally();
      await client.s3('PUT', '/keys-bucket');
      const up = '../'.repeat(12);
      const legal = [
        'a/../b',
        'a/./b',
        'a//b',
        '/a',
        '//a',
        'a/',
        '..',
        '../x',
        `${up}canary.txt`,
        '..\\..\\canary.txt',
        'C:\\x',
        '%2e%2e%2fcanary.txt',
        '%252e%252e/x',
        'a∕b',
        '．．／x',
        'con',
        'nul.txt',
        'x'.repeat(1024),
        'a\u0001b',
        'ünï',
      ];
      const manifest = () =>
        filesOf(outer, data)
          .filter((file) => !file.includes('.log '))
          .join('\n');
      const before = manifest();
      for (const [i, key] of legal.entries()) {
        const put = await client.s3('PUT', `/keys-bucket/${encoded(key)}`, `content ${i}`);
        tally.check(`PUT ${key.slice(0, 40)}`, put.status === 200 || `${put.status} ${put.text.slice(0, 100)}`);
      }
      for (const [i, key] of legal.entries()) {
        const got = await client.s3('GET', `/keys-bucket/${encoded(key)}`);
        tally.check(
          `GET ${key.slice(0, 40)}`,
          got.text === `content ${i}` || `${got.status} ${got.text.slice(0, 100)}`,
        );
        tally.check(
          `HEAD ${key.slice(0, 40)}`,
          (await client.s3('HEAD', `/keys-bucket/${encoded(key)}`)).status === 200,
        );
      }
      const hostile = [
        '%2e%2e/canary.txt',
        '%2e%2e%2f%2e%2e%2fcanary.txt',
        '..%5c..%5ccanary.txt',
        '%00',
        'a%00../../canary.txt',
        `${'%2e%2e%2f'.repeat(12)}etc/passwd`,
        '....//....//canary.txt',
        '%c0%ae%c0%ae/canary.txt',
        `${'y'.repeat(1025)}`,
      ];
      const places = ['/keys-bucket/', '/', '/2015-03-31/functions/', '/2015-03-31/layers/'];
      for (const key of hostile) {
        for (const place of places) {
          for (const method of ['GET', 'PUT', 'HEAD', 'DELETE', 'POST']) {
            const said = await client.s3(
              method,
              `${place}${key}${method === 'POST' ? '?uploads' : ''}`,
              method === 'PUT' || method === 'POST' ? '{}' : undefined,
            );
            tally.check(
              `${method} ${place}${key.slice(0, 40)}`,
              (said.status < 500 && !/do not touch|root:x/.test(said.text)) ||
                `${said.status} ${said.text.slice(0, 100)}`,
            );
          }
        }
        const copied = await client.s3('PUT', '/keys-bucket/copy', '', { 'x-amz-copy-source': `/keys-bucket/${key}` });
        tally.check(`COPY ${key.slice(0, 40)}`, copied.status < 500 || String(copied.status));
      }
      tally.check('nothing outside was written', manifest() === before || 'the files around the data directory differ');
      return [
        tally.row(
          'D6',
          `${legal.length} legal keys kept apart, ${hostile.length} hostile ones x ${places.length} places x 6 ways: nothing outside the data directory was read or written`,
        ),
      ];
    });
  },
};

/** Waits in a run for its token, which the run's own history tells. */
async function callbackToken(client: Client): Promise<string> {
  const machine = await client.create('waits', {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'looks', Payload: { 'token.$': '$$.Task.Token' } },
        End: true,
      },
    },
  });
  const arn = await client.start(machine);
  for (let i = 0; i < 100; i++) {
    const found = /"token\\?\\?\\?":\s?\\?\\?\\?"([^"\\]+)/.exec(JSON.stringify(await client.history(arn)));
    if (found?.[1]) {
      await client.call('StopExecution', { executionArn: arn });
      return found[1];
    }
    await sleep(50);
  }
  return '';
}

export const secrets: Part = {
  ids: ['D12'],
  async run(bench) {
    const tally = new Tally();
    const outer = bench.folder('secrets');
    const inEnvironment = [
      'OPENAI_API_KEY',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'GITHUB_TOKEN',
      'NPM_TOKEN',
      'DATABASE_URL',
      'HF_TOKEN',
      'STRIPE_SECRET',
      'MY_PASSWORD',
      'SESSION_COOKIE',
      'ACTION_ENGINE_MODEL_KEY',
      'ACTION_ENGINE_TOKEN',
      'ANTHROPIC_API_KEY',
      'SLACK_WEBHOOK',
      'SSH_AUTH_SOCK',
      'PGPASSWORD',
      'KUBECONFIG',
    ];
    const inConnection = [
      'Authorization',
      'X-Api-Key',
      'Cookie',
      'X-Invoke-Secret',
      'Proxy-Authorization',
      'X-Client-Secret',
    ];
    const inRequests = ['authorization', 'x-amz-security-token', 'cookie', 'x-api-key', 'proxy-authorization'];
    const canary = (name: string, i: number) =>
      [name, `canary-${i}-${Math.floor(bench.random() * 1e12).toString(36)}-kept/secret`] as const;
    const environment = inEnvironment.map(canary);
    const headers = inConnection.map((name, i) => canary(name, 100 + i));
    const asked = inRequests.map((name, i) => canary(name, 200 + i));
    const planted: (readonly [string, string])[] = [...environment, ...headers, ...asked];
    const forms = (value: string) => [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1),
      encodeURIComponent(value),
    ];
    const refuses = await sink(bench, 'HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    const cloud = new Cloud(bench, {
      data: `${outer}/data`,
      env: { ...Object.fromEntries(environment), ACTION_ENGINE_HTTP_ALLOW: `127.0.0.1:${refuses.port}` },
    });
    await cloud.start();
    const connection = 'arn:aws:events:us-east-1:000000000000:connection/battery/1';
    const vault = path.join('data', 'cloud', 'connections.json');
    writeFileSync(path.join(outer, vault), JSON.stringify({ [connection]: Object.fromEntries(headers) }));
    const said: [string, string][] = [];
    const code = `const fs = require('fs'); exports.handler = async () => { const out = [JSON.stringify(process.env)];
      for (const p of fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).slice(0, 400)) for (const f of ['environ', 'cmdline']) try { out.push(fs.readFileSync('/proc/' + p + '/' + f, 'latin1')); } catch {}
      return { seen: out.join('\\n').slice(0, 200000) }; };`;
    await createFunction(cloud.client, 'looks', code, { Timeout: 20 });
    await createFunction(cloud.client, 'own', 'exports.handler = async () => process.env;');
    said.push(['the environment of a function', (await cloud.client.lambda('POST', '/own/invocations', {})).text]);
    // Whoever started the server still has them; a function of level 0 sees that process, and the health page says so.
    const health = await cloud.health();
    const seen = await cloud.client.lambda('POST', '/looks/invocations', {});
    if (health.text.includes('"namespace"')) said.push(['what a function sees', seen.text]);
    said.push(['health', health.text]);
    const { client } = cloud;
    const call = (ApiEndpoint: string, more: JsonObject = {}) => ({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::http:invoke',
          Parameters: { ApiEndpoint, Method: 'GET', Authentication: { ConnectionArn: connection }, ...more },
          End: true,
        },
      },
    });
    const runs: [string, object][] = [
      [
        'nothing',
        { StartAt: 'T', States: { T: { Type: 'Task', Resource: 'arn:aws:states:::nothing:here', End: true } } },
      ],
      ['refused', call(`http://127.0.0.1:${refuses.port}/`)],
      ['nobody there', call('http://127.0.0.1:1/')],
      ['a bad header', call(`http://127.0.0.1:${refuses.port}/`, { Headers: { Authorization: 'mine' } })],
    ];
    for (const [what, definition] of runs) {
      const machine = await client.create(what.replaceAll(' ', '-'), definition).catch(() => null);
      if (machine === null) continue;
      const arn = await client.start(machine);
      said.push([`a run: ${what}`, JSON.stringify(await client.ended(arn))]);
      said.push([`its history: ${what}`, JSON.stringify(await client.history(arn))]);
    }
    tally.check('the connection is used', refuses.heard().includes(headers[0]?.[1] ?? '-'));
    const mine = Object.fromEntries(asked);
    for (const [what, target, body] of [
      ['an unknown operation', 'AWSStepFunctions.X', '{'],
      ['a bad body', 'AWSStepFunctions.StartExecution', '{"stateMachineArn":'],
      ['a good one', 'AWSStepFunctions.ListStateMachines', '{}'],
    ] as const) {
      const answer = await ask(cloud.port, { method: 'POST', headers: { 'x-amz-target': target, ...mine }, body });
      said.push([what, answer.text + JSON.stringify(answer.headers)]);
    }
    for (const to of ['/bucket/object', '/2015-03-31/functions/none', '/nowhere?x=1']) {
      const answer = await ask(cloud.port, { path: to, headers: mine });
      said.push([`GET ${to}`, answer.text + JSON.stringify(answer.headers)]);
    }
    // A token for a callback is known to whoever was given it, and to nobody who reads the log.
    const token = await callbackToken(client);
    said.push(['the environment of the server', readFileSync(`/proc/${cloud.pid}/environ`, 'latin1')]);
    said.push(['the command line of the server', readFileSync(`/proc/${cloud.pid}/cmdline`, 'latin1')]);
    await cloud.stop();
    said.push(['its log', cloud.log]);
    tally.check('a callback token in its log', token.length > 20 && !cloud.log.includes(token));
    for (const file of filesOf(outer, '\0').filter((name) => !name.endsWith('/'))) {
      const name = file.slice(0, file.lastIndexOf(' '));
      if (path.relative(outer, name) === vault) continue;
      said.push([path.relative(outer, name), readFileSync(name, 'latin1')]);
    }
    for (const [where, text] of said) {
      for (const [name, value] of planted) {
        const hit = forms(value).find((form) => text.includes(form));
        tally.check(`${name} in ${where}`, hit === undefined || 'found');
      }
    }
    return [
      tally.row(
        'D12',
        `${planted.length} secrets, three spellings, ${said.length} places: 0 found${seen.text.includes('canary-') && !health.text.includes('"namespace"') ? ' (level 0: functions see the process that started the server)' : ''}`,
      ),
    ];
  },
};

export const sockets: Part = {
  ids: ['D13'],
  run: async (bench) => {
    const tally = new Tally();
    const folder = bench.folder('sockets');
    let found: string[] = [];
    await withCloud(bench, { data: `${folder}/data` }, async (cloud) => {
      await createFunction(cloud.client, 'f', 'exports.handler = async () => 1;');
      await cloud.client.lambda('POST', '/f/invocations', {});
      await sleep(100);
      const lines = execFileSync('ss', ['-ltnpH'], { encoding: 'utf8' }).split('\n');
      found = lines
        .filter((line) => line.includes(`pid=${cloud.pid},`))
        .map((line) => line.trim().split(/\s+/)[3] ?? '');
      tally.check(
        'it listens',
        found.some((address) => address === `127.0.0.1:${cloud.port}`),
      );
      for (const address of found)
        tally.check(address, /^(127\.0\.0\.1|\[::1\]):\d+$/.test(address) || 'reachable from outside');
    });
    const open = new Cloud(bench, { data: `${folder}/open`, args: ['--host', '0.0.0.0'] });
    tally.check(
      '--host 0.0.0.0 is refused',
      await open.start(5000).then(
        () => 'it started',
        () => true,
      ),
    );
    await open.kill();
    return [tally.row('D13', `sockets: ${found.join(', ')}; --host 0.0.0.0 does not start`)];
  },
};
