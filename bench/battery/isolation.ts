/**
 * What a function can do to the server and to others. H1, H2: its environment. H3: what it can read. H4: ways out of level 1.
 * H5: what it can waste. H6: whom it can call.
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '@/lib/base/json';
import { processesWith, withCloud } from './cloud';
import { createFunction } from './life';
import { notRun, type Part, Tally } from './types';
import { ask, sleep, until } from './wire';

const NAMES = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_V8_COVERAGE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_CHANNEL_FD',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'LD_AUDIT',
  'DYLD_INSERT_LIBRARIES',
  'DYLD_LIBRARY_PATH',
  'PATH',
  'BASH_ENV',
  'ENV',
  'IFS',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONHOME',
  'SHELLOPTS',
  'GCONV_PATH',
  'OPENSSL_CONF',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_LAMBDA_RUNTIME_API',
  '_HANDLER',
];

const DOCUMENTED = [
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  'AWS_SECRET_ACCESS_KEY',
  'HOME',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  'LANG',
  'MINE',
  'PATH',
  'TMPDIR',
  'TZ',
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
];

export const environment: Part = {
  ids: ['H1', 'H2'],
  run: (bench) =>
    withCloud(
      bench,
      { data: `${bench.folder('environment')}/data`, env: { SERVER_SECRET: 'x', AWS_PROFILE: 'x', FOO: 'x' } },
      async ({ client }) => {
        const refused = new Tally();
        for (const name of NAMES) {
          const said = await createFunction(
            client,
            `f-${name.replaceAll('_', '-')}`,
            'exports.handler = async () => 1;',
            { Environment: { Variables: { [name]: '--require /tmp/canary.js' } } },
          ).then(
            () => 'accepted',
            (error: Error) => error.message,
          );
          refused.check(name, (/ 400 /.test(said) && said.includes(name)) || said);
        }
        const set = new Tally();
        await createFunction(client, 'env', 'exports.handler = async () => Object.keys(process.env).sort();', {
          Environment: { Variables: { MINE: '1' } },
        });
        const { text } = await client.lambda('POST', '/env/invocations', {});
        const names = JSON.parse(text) as string[];
        for (const name of new Set([...names, ...DOCUMENTED])) {
          set.check(
            name,
            names.includes(name) === DOCUMENTED.includes(name) || (names.includes(name) ? 'not documented' : 'missing'),
          );
        }
        return [
          refused.row('H1', `${NAMES.length} names refused, each named in the message`),
          set.row('H2', `${names.length} variables, those and no others`),
        ];
      },
    ),
};

/** A function that says of each file whether it could read or write it. */
const READER = `const fs = require('fs'); exports.handler = async ({ files }) => { const out = {};
  for (const file of files) {
    try { const fd = fs.openSync(file.replace('~', process.env.HOME), 'r'); const b = Buffer.alloc(4000); out[file] = 'read: ' + b.toString('latin1', 0, fs.readSync(fd, b)); fs.closeSync(fd); }
    catch (e) { out[file] = e.code === 'EIO' ? 'read: opened' : 'no: ' + e.code; }
  }
  try { out.ppid = 'read: ' + fs.readFileSync('/proc/' + process.ppid + '/environ', 'latin1'); } catch (e) { out.ppid = 'no: ' + e.code; }
  return out; };`;

export const reading: Part = {
  ids: ['H3'],
  run: async (bench) => {
    const tally = new Tally();
    const figures: string[] = [];
    for (const setting of ['auto', '1', '0']) {
      const home = bench.folder('home');
      mkdirSync(path.join(home, '.aws'));
      writeFileSync(path.join(home, '.aws', 'credentials'), 'aws_secret_access_key = canary-home-secret');
      const env = { HOME: home, MODEL_API_KEY: 'canary-environment-secret', ACTION_ENGINE_ISOLATION: setting };
      const figure = await withCloud(bench, { data: `${bench.folder('reading')}/data`, env }, async (cloud) => {
        await createFunction(cloud.client, 'other', 'exports.handler = async () => "canary-code";', {});
        await cloud.client.lambda('POST', '/other/invocations', {});
        await createFunction(cloud.client, 'reads', READER, { Timeout: 10 });
        const codes = path.join(cloud.data, 'cloud', 'lambda', 'code');
        const others = readdirSync(codes)
          .map((name) => path.join(codes, name, 'index.js'))
          .filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes('canary-code'));
        const server = [`/proc/${cloud.pid}/environ`, `/proc/${cloud.pid}/mem`, '~/.aws/credentials'];
        const files = [`${home}/.aws/credentials`, `${cloud.data}/cloud/keys.json`, ...others];
        const { text } = await cloud.client.lambda('POST', '/reads/invocations', { files: [...server, ...files] });
        const seen = JSON.parse(text) as Record<string, string>;
        const level = Number((JSON.parse((await cloud.health()).text) as JsonObject).isolationLevel);
        tally.check(`${setting}: the level is shown`, [0, 1, 2].includes(level) || String(level));
        tally.check(`${setting}: another function's code was there to be read`, others.length === 1);
        const got = Object.entries(seen).filter(([, said]) => said.startsWith('read:'));
        for (const place of [...server, ...files, 'ppid']) {
          const said = seen[place] ?? 'not tried';
          // Its own process' parent may be the shell of its namespace, with its own environment.
          const mayBeOpen = level === 0 || place === 'ppid';
          tally.check(
            `level ${level}: ${place}`,
            mayBeOpen
              ? files.includes(place) || !said.includes('canary') || 'a secret'
              : said.startsWith('no:') || said,
          );
        }
        const names = got.map(([place]) => place.replace(cloud.data, '<data>').replace(home, '<home>'));
        return `level ${level}: ${names.join(', ') || 'none'}`;
      });
      figures.push(figure);
    }
    return [tally.row('H3', `what a function could read of others, ${figures.join('; ')}`)];
  },
};

const ATTEMPTS: Record<string, string> = {
  spawn: `require('child_process').spawnSync('/bin/true')`,
  exec: `require('child_process').execFileSync('/bin/true')`,
  fork: `require('child_process').fork(__filename)`,
  worker: `new (require('worker_threads').Worker)('1', { eval: true })`,
  addon: `process.dlopen({ exports: {} }, '/usr/lib/canary.node')`,
  binding: `process.binding('spawn_sync')`,
  'internal binding': `process.binding('fs')`,
  inspector: `new (require('inspector').Session)().connect()`,
  'inspector port': `require('inspector').open(0)`,
  wasi: `new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } })`,
  'symbolic link': `require('fs').symlinkSync('/etc', require('os').tmpdir() + '/way-out')`,
  'hard link': `require('fs').linkSync('/etc/passwd', require('os').tmpdir() + '/copy')`,
  'path out of its scratch space': `require('fs').readFileSync(require('os').tmpdir() + '/../../../../../../../../../../etc/passwd')`,
  'path as bytes': `require('fs').readFileSync(Buffer.from('/etc/passwd'))`,
  'file URL': `require('fs').readFileSync(new URL('file:///etc/passwd'))`,
  open: `require('fs').openSync('/etc/passwd')`,
  folder: `require('fs').readdirSync('/')`,
  import: `require('/etc/passwd')`,
  write: `require('fs').writeFileSync(__filename, 'x')`,
};

/** The model has another way out in each Node: what is counted is what is denied, by which Node it was. */
export const denied: Part = {
  ids: ['H4'],
  run: (bench) =>
    withCloud(
      bench,
      { data: `${bench.folder('denied')}/data`, env: { ACTION_ENGINE_ISOLATION: '1' } },
      async ({ client }) => {
        const tally = new Tally();
        for (const [name, code] of Object.entries(ATTEMPTS)) {
          const id = `tries-${name.replaceAll(' ', '-')}`;
          await createFunction(client, id, `exports.handler = async () => { ${code}; return 'canary: done'; };`, {});
          const { text } = await client.lambda('POST', `/${id}/invocations`, {});
          tally.check(name, /denied|disabled|restricted|ERR_ACCESS_DENIED/i.test(text) || text.slice(0, 200));
        }
        await createFunction(client, 'works', `exports.handler = async () => typeof process.permission;`, {});
        const { text } = await client.lambda('POST', '/works/invocations', {});
        tally.check('an honest function works', text === '"object"' || text);
        return [
          tally.row('H4', `${Object.keys(ATTEMPTS).length} ways out at level 1, denied by Node ${process.version}`),
        ];
      },
    ),
};

const WASTES: [name: string, code: string, rest: JsonObject, wanted: RegExp][] = [
  ['spin', 'for (;;);', {}, /Sandbox\.Timedout|Lambda\.Unknown/],
  [
    'heap',
    'const a = []; for (;;) a.push(new Array(1000).fill(a.length));',
    { Timeout: 15 },
    /ExitError|OutOfMemory|Timedout/,
  ],
  [
    'buffers',
    'const a = []; for (;;) a.push(Buffer.alloc(1 << 24, 1));',
    { Timeout: 15 },
    /ExitError|OutOfMemory|Error|Timedout/,
  ],
  [
    'forks',
    `const { spawn } = require('child_process'); for (let i = 0; i < 100; i++) spawn('/bin/sleep', ['300'], { stdio: 'ignore' }).on('error', () => {}); await new Promise(() => setTimeout(() => {}, 1e6));`,
    {},
    /Timedout/,
  ],
  [
    'descriptors',
    `const fs = require('fs'); const a = []; for (let i = 0; i < 5000; i++) a.push(fs.openSync('/dev/null')); await new Promise(() => setTimeout(() => {}, 1e6));`,
    {},
    /Timedout|Error/,
  ],
  [
    'disk',
    `const fs = require('fs'); const b = Buffer.alloc(1 << 20, 120); const file = fs.openSync(require('os').tmpdir() + '/big', 'w'); for (let i = 0; i < 2000; i++) fs.writeSync(file, b);`,
    { Timeout: 20 },
    /ENOSPC|EFBIG|ExitError|file size/,
  ],
  ['log', `const b = Buffer.alloc(1 << 20, 120); for (;;) require('fs').writeSync(1, b);`, {}, /Timedout/],
  [
    'grandchild',
    `require('child_process').spawn('/bin/sh', ['-c', 'while :; do sleep 1; done'], { detached: true, stdio: 'ignore' }).unref(); await new Promise(() => setTimeout(() => {}, 1e6));`,
    {},
    /Timedout/,
  ],
];

export const waste: Part = {
  ids: ['H5'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('waste')}/data` }, async (cloud) => {
      const tally = new Tally();
      const { client } = cloud;
      const took: string[] = [];
      await createFunction(
        client,
        'log-warm',
        `const b = Buffer.alloc(1 << 20, 120); exports.handler = async () => { for (let i = 0; i < 100; i++) require('fs').writeSync(1, b); };`,
        { Timeout: 20 },
      );
      await client.lambda('POST', '/log-warm/invocations', {});
      const before = cloud.rssMb();
      for (const [name, code, rest, wanted] of WASTES) {
        const mark = `waste-${name}`;
        await createFunction(client, mark, `exports.handler = async () => { ${code} };`, { Timeout: 1, ...rest });
        const began = Date.now();
        const { text } = await client.lambda('POST', `/${mark}/invocations`, {}, 40_000);
        const ms = Date.now() - began;
        took.push(`${name} ${ms} ms`);
        tally.check(name, wanted.test(text) || text.slice(0, 300));
        // Its start is not its own time; a busy machine needs some too.
        if (!('Timeout' in rest)) tally.check(`${name} in time`, ms <= 1000 + 500 + 700 || `${ms} ms`);
        if (!/Timedout|ExitError/.test(text)) continue; // it threw, and waits for its next call
        const gone = await until(() => processesWith(`AWS_LAMBDA_FUNCTION_NAME=${mark}`).length === 0, 2000, 50);
        tally.check(
          `${name} leaves nobody`,
          gone !== null || `${processesWith(`AWS_LAMBDA_FUNCTION_NAME=${mark}`).length} processes after 2 s`,
        );
      }
      tally.check('the server answers', (await cloud.health()).status === 200);
      await until(() => cloud.rssMb() - before <= 30, 4000, 200);
      const grown = Math.round(cloud.rssMb() - before);
      tally.check('memory', grown <= 30 || `the server grew by ${grown} MB`);
      await sleep(50);
      return [tally.row('H5', `${took.join(', ')}; the server grew by ${grown} MB`)];
    }),
};

/** Says of each address whether anything answered there. */
const CALLER = `const net = require('net'); const dns = require('dns').promises;
  const connect = (port, host) => new Promise((resolve) => { const s = net.connect({ port, host, timeout: 2000 }, () => { s.destroy(); resolve('connected'); }); s.on('error', (e) => resolve(e.code)); s.on('timeout', () => { s.destroy(); resolve('timeout'); }); });
  exports.handler = async ({ addresses }) => { const out = {};
    for (const [host, port] of addresses) out[host + ':' + port] = await connect(port, host);
    out.name = await dns.lookup('example.com').then(() => 'found', (e) => e.code);
    out.cloud = await fetch(process.env.AWS_ENDPOINT_URL + '/_action-engine/health').then((a) => a.status, (e) => e.cause?.code);
    out.interfaces = Object.keys(require('os').networkInterfaces());
    return out; };`;

export const network: Part = {
  ids: ['H6'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('network')}/data` }, async (cloud) => {
      const tally = new Tally();
      let reached = 0;
      const canary = createServer((socket) => {
        reached++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => canary.listen(0, '0.0.0.0', resolve));
      bench.atEnd(() => canary.close());
      const { port } = canary.address() as AddressInfo;
      const own = Object.values(networkInterfaces())
        .flat()
        .flatMap((one) => (one && !one.internal && one.family === 'IPv4' ? [one.address] : []));
      const hosts = ['127.0.0.1', 'localhost', ...own];
      const addresses = [
        ...hosts.map((host) => [host, port]),
        ['192.0.2.1', 80],
        ['169.254.169.254', 80],
        ['2001:db8::1', 80],
      ];
      const tags = { Tags: { 'action-engine:network': 'none' } };
      await createFunction(cloud.client, 'calls', CALLER, { Timeout: 30, ...tags });
      const { text } = await cloud.client.lambda('POST', '/calls/invocations', { addresses }, 40_000);
      const said = JSON.parse(text) as JsonObject;
      const health = await ask(cloud.port, { path: '/_action-engine/health?functions', timeoutMs: 10_000 });
      const { functions } = JSON.parse(health.text) as { functions: { name: string; network: string }[] };
      if (functions.find(({ name }) => name === 'calls')?.network !== 'none')
        return [
          notRun('H6', 'this system lets no function have a network of its own; health and Settings say "shared"'),
        ];
      for (const [host, to] of addresses) {
        const outcome = String(said[`${host}:${to}`]);
        tally.check(
          `${host}:${to}`,
          /^(ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL|EAI_AGAIN|ENOTFOUND)$/.test(outcome) || outcome,
        );
      }
      tally.check('an address outside', said['192.0.2.1:80'] === 'ENETUNREACH' || String(said['192.0.2.1:80']));
      tally.check('a name', said.name !== 'found');
      tally.check(
        'the loopback alone',
        JSON.stringify(said.interfaces) === '["lo"]' || JSON.stringify(said.interfaces),
      );
      tally.check('the local cloud', said.cloud === 200 || String(said.cloud));
      tally.check('nothing arrived', reached === 0 || `${reached} connections`);
      await createFunction(cloud.client, 'may', CALLER, { Timeout: 30 });
      await cloud.client.lambda('POST', '/may/invocations', { addresses: [['127.0.0.1', port]] }, 40_000);
      tally.check('one that may call arrives', reached === 1 || `${reached} connections`);
      return [
        tally.row(
          'H6',
          `${addresses.length} addresses, none reached (outside: ${String(said['192.0.2.1:80'])}); the local cloud answered. The key is one of functions, not of each`,
        ),
      ];
    }),
};
