/**
 * What a function can do to the server and to others. H1, H2: its environment. H3: what it can read. H5: what it can waste.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '@/lib/base/json';
import { processesWith, withCloud } from './cloud';
import { createFunction } from './life';
import { notRun, type Part, Tally } from './types';
import { sleep, until } from './wire';

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
];
/** the shell that is process 1 of a namespace adds it */
const MAY = new Set(['PWD']);

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
          if (MAY.has(name)) continue;
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

export const reading: Part = {
  ids: ['H3'],
  run: async (bench) => {
    const home = bench.folder('home');
    mkdirSync(path.join(home, '.aws'));
    writeFileSync(path.join(home, '.aws', 'credentials'), 'aws_secret_access_key = canary-home-secret');
    return withCloud(
      bench,
      { data: `${bench.folder('reading')}/data`, env: { HOME: home, MODEL_API_KEY: 'canary-environment-secret' } },
      async (cloud) => {
        const tally = new Tally();
        const code = `const fs = require('fs'); exports.handler = async () => { const out = {};
        const read = (name, file) => { try { out[name] = fs.readFileSync(file, 'latin1').slice(0, 4000); } catch (e) { out[name] = 'no: ' + e.code; } };
        read('environ', '/proc/' + process.ppid + '/environ'); read('server', '/proc/${cloud.pid}/environ');
        try { const fd = fs.openSync('/proc/${cloud.pid}/mem', 'r'); out.mem = 'opened'; fs.closeSync(fd); } catch (e) { out.mem = 'no: ' + e.code; }
        read('home', '${home}/.aws/credentials'); read('tilde', process.env.HOME + '/.aws/credentials'); read('keys', '${cloud.data}/cloud/keys.json');
        return out; };`;
        await createFunction(cloud.client, 'reads', code, { Timeout: 10 });
        const seen = JSON.parse((await cloud.client.lambda('POST', '/reads/invocations', {})).text) as Record<
          string,
          string
        >;
        const level = String((JSON.parse((await cloud.health()).text) as JsonObject).isolation);
        tally.check('the level is shown', level === 'namespace' || level === 'process' || level);
        for (const place of ['environ', 'server', 'tilde'])
          tally.check(place, !seen[place]?.includes('canary') || 'a secret of the server');
        if (level === 'namespace') tally.check("the server's memory", seen.mem !== 'opened' || 'could be opened');
        const files = ['home', 'keys'].filter((place) => !seen[place]?.startsWith('no:'));
        return [
          tally.row(
            'H3',
            `level shown: ${level}; no secret of the server's environment or memory; files of the same user that a function can read: ${files.join(', ') || 'none'}`,
          ),
        ];
      },
    );
  },
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

export const network: Part = {
  ids: ['H6'],
  run: async () => [
    notRun('H6', 'functions share the network of this machine at every level that the local cloud has'),
  ],
};
