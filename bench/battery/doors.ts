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
import { Cloud, withCloud } from './cloud';
import { createFunction } from './life';
import { notRun, type Part, Tally } from './types';
import { ask, type Client, each, sleep } from './wire';

/** Every operation that AWS has, whether this cloud has it or not. */
const OPERATIONS = Object.keys(sfn)
  .filter((name) => name.endsWith('Command') && name !== '$Command')
  .map((name) => name.slice(0, -'Command'.length));

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
        ...['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) =>
          [
            '/2015-03-31/functions',
            '/2015-03-31/functions/kept',
            '/2015-03-31/functions/kept/code',
            '/2015-03-31/functions/kept/configuration',
            '/2015-03-31/functions/kept/invocations',
          ].flatMap((to) =>
            types.map((type) => ({
              method,
              path: to,
              headers: { 'content-type': type },
              ...(method !== 'GET' && { body: '{}' }),
            })),
          ),
        ),
        ...['GET', 'POST', 'PUT', 'DELETE', 'HEAD'].flatMap((method) =>
          [
            '/',
            '/kept',
            '/kept/object',
            '/new-bucket',
            '/kept?delete',
            '/kept/object?uploads',
            '/_action-engine/health',
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
      const own = await ask(port, {
        method: 'POST',
        headers: { origin: `http://localhost:${port}`, 'x-amz-target': 'AWSStepFunctions.ListStateMachines' },
        body: '{}',
      });
      tally.check('its own page may', own.status === 200 || String(own.status));
      return [
        tally.row(
          'D1',
          `${foreign.length} foreign origins x ${tried.length} routes (all ${OPERATIONS.length} operations of Step Functions): all refused, nothing changed`,
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

export const outward: Part = {
  ids: ['D5'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('outward')}/data` }, async ({ client, data }) => {
      const tally = new Tally();
      const connection = 'arn:aws:events:us-east-1:000000000000:connection/battery/1';
      writeFileSync(
        path.join(data, 'cloud', 'connections.json'),
        JSON.stringify({ [connection]: { Authorization: 'Bearer canary' } }),
      );
      let connects = 0;
      const sink = net.createServer((socket) => {
        connects++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
      bench.atEnd(() => sink.close());
      const { port } = sink.address() as net.AddressInfo;
      const task = (url: string) => ({
        StartAt: 'H',
        States: {
          H: {
            Type: 'Task',
            Resource: 'arn:aws:states:::http:invoke',
            Parameters: { ApiEndpoint: url, Method: 'GET', Authentication: { ConnectionArn: connection } },
            End: true,
          },
        },
      });
      const run = async (url: string) =>
        client.ended(await client.start(await client.create(`h-${Math.random()}`.replace('.', ''), task(url))), 15_000);
      const probe = await run(`https://127.0.0.1:${port}/`);
      if (/has no service "http"/.test(String(probe.cause)))
        return [notRun('D5', 'the local cloud has no http:invoke')];
      const names = [
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
      const urls = [
        ...names.flatMap((name) => [`http://${name}:${port}/`, `https://${name}:${port}/`]),
        'file:///etc/passwd',
        'gopher://127.0.0.1/',
        'data:text/plain,x',
        'ftp://127.0.0.1/',
      ];
      await each(urls, 8, async (url) => {
        const said = await run(url).catch(
          (error: Error) => ({ status: 'REFUSED', cause: error.message }) as JsonObject,
        );
        tally.check(url, said.status === 'FAILED' || said.status === 'REFUSED' || String(said.status));
      });
      tally.check('no connection', connects === 0 || `${connects} connections`);
      return [
        tally.row(
          'D5',
          `${urls.length} addresses, ${connects} connections to this machine; names that change between check and call were not tried`,
        ),
      ];
    }),
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

export const secrets: Part = {
  ids: ['D12'],
  async run(bench) {
    const tally = new Tally();
    const outer = bench.folder('secrets');
    const names = [
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
      'ANTHROPIC_API_KEY',
      'SLACK_WEBHOOK',
      'SSH_AUTH_SOCK',
    ];
    const planted = names.map(
      (name, i) => [name, `canary-${i}-${Math.floor(bench.random() * 1e12).toString(36)}-kept/secret`] as const,
    );
    const forms = (value: string) => [
      value,
      Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1),
      encodeURIComponent(value),
    ];
    const cloud = new Cloud(bench, { data: `${outer}/data`, env: Object.fromEntries(planted) });
    await cloud.start();
    const said: [string, string][] = [];
    const code = `const fs = require('fs'); exports.handler = async () => { const out = [JSON.stringify(process.env)];
      for (const p of fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).slice(0, 400)) for (const f of ['environ', 'cmdline']) try { out.push(fs.readFileSync('/proc/' + p + '/' + f, 'latin1')); } catch {}
      return { seen: out.join('\\n').slice(0, 200000) }; };`;
    await createFunction(cloud.client, 'looks', code, { Timeout: 20 });
    // Whoever started the server still has them; a function of level 0 sees that process, and the health page says so.
    const health = await cloud.health();
    const seen = await cloud.client.lambda('POST', '/looks/invocations', {});
    if (health.text.includes('"namespace"')) said.push(['what a function sees', seen.text]);
    said.push(['health', health.text]);
    const machine = await cloud.client
      .create('m', {
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: 'arn:aws:states:::nothing:here', End: true } },
      })
      .catch(() => '');
    if (machine)
      said.push(['a failed run', JSON.stringify(await cloud.client.ended(await cloud.client.start(machine)))]);
    said.push([
      'an error',
      (await ask(cloud.port, { method: 'POST', headers: { 'x-amz-target': 'AWSStepFunctions.X' }, body: '{' })).text,
    ]);
    said.push(['the environment of the server', readFileSync(`/proc/${cloud.pid}/environ`, 'latin1')]);
    said.push(['the command line of the server', readFileSync(`/proc/${cloud.pid}/cmdline`, 'latin1')]);
    await cloud.stop();
    said.push(['its log', cloud.log]);
    for (const file of filesOf(outer, '\0').filter((name) => !name.endsWith('/'))) {
      const name = file.slice(0, file.lastIndexOf(' '));
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
