/** How functions are kept apart: what each level decides, and what a function can really reach at it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decide } from './isolation';
import { namedModule, scanPackage } from './package-scan';
import { call, create, startTestLambda, type TestLambda } from './testing';

const PURE = { native: null, asks: null };
const NATIVE = { native: 'node_modules/x/x.node', asks: null };
const SPAWNS = { native: null, asks: { module: 'child_process', file: 'index.js' } };
const VIEW = { view: true, viewMissing: null };
const PLAIN = { view: false, viewMissing: 'there are no namespaces' };

describe('the decision', () => {
  test.each([
    ['pure JavaScript, all there', 'auto', 'nodejs22.x', PURE, VIEW, { level: 2, permissions: true, why: null }],
    ['native, all there', 'auto', 'nodejs22.x', NATIVE, VIEW, { level: 2, permissions: false }],
    ['Python, all there', 'auto', 'python3.12', PURE, VIEW, { level: 2, permissions: false }],
    ['pure JavaScript, no view', 'auto', 'nodejs22.x', PURE, PLAIN, { level: 1, permissions: true }],
    ['native, no view', 'auto', 'nodejs22.x', NATIVE, PLAIN, { level: 0, permissions: false }],
    ['starts programs, no view', 'auto', 'nodejs22.x', SPAWNS, PLAIN, { level: 0, permissions: false }],
    ['starts programs, level 1 asked for', 1, 'nodejs22.x', SPAWNS, PLAIN, { level: 1, permissions: true }],
    ['level 0 asked for', 0, 'nodejs22.x', PURE, VIEW, { level: 0, permissions: false }],
    ['level 1 asked for', 1, 'nodejs22.x', PURE, VIEW, { level: 1, permissions: true }],
  ] as const)('%s', (_, setting, runtime, needs, system, expected) => {
    expect(decide(setting, runtime, needs, system)).toMatchObject(expected);
  });

  test.each([
    ['native at level 1', 1, 'nodejs22.x', NATIVE, VIEW, /level 1.*node_modules\/x\/x\.node/],
    ['Python at level 1', 1, 'python3.12', PURE, VIEW, /level 1.*python3\.12/],
    ['level 2 without a view', 2, 'nodejs22.x', PURE, PLAIN, /level 2.*there are no namespaces/],
  ] as const)('a level that cannot hold is refused: %s', (_, setting, runtime, needs, system, says) => {
    expect(decide(setting, runtime, needs, system)).toEqual({ refused: expect.stringMatching(says) });
  });

  test('less than the best says why', () => {
    expect(decide('auto', 'nodejs22.x', NATIVE, PLAIN)).toMatchObject({
      why: expect.stringMatching(/node_modules\/x\/x\.node.*there are no namespaces/),
    });
  });
});

describe('the scan', () => {
  test.each([
    [`import { spawn } from 'node:child_process';`, 'child_process'],
    [`const w = require("worker_threads")`, 'worker_threads'],
    ['const i = await import(`inspector/promises`)', 'inspector/promises'],
    [`import fs from 'node:fs'; // child_process`, null],
    [
      `// node_modules/@aws-sdk/credential-provider-process/dist-es/resolve.js\nimport { exec } from "node:child_process";\n// lambdas/mine/index.ts\nexport const handler = 1;`,
      null,
    ],
    [
      `// node_modules/@aws-sdk/credential-provider-process/dist-es/resolve.js\nimport { exec } from "node:child_process";\n// lambdas/mine/index.ts\nimport { fork } from "child_process";`,
      'child_process',
    ],
  ])('%s', (source, found) => {
    expect(namedModule(source)).toBe(found);
  });

  test('native code is known by its name or its first bytes', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'scan-'));
    writeFileSync(path.join(folder, 'index.js'), 'exports.handler = async () => 1;');
    expect(await scanPackage(folder)).toEqual({ native: null, asks: null });
    mkdirSync(path.join(folder, 'lib'));
    writeFileSync(path.join(folder, 'lib/tool'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
    writeFileSync(path.join(folder, 'lib/run.cjs'), `require('child_process').spawn('lib/tool')`);
    expect(await scanPackage(folder)).toEqual({
      native: 'lib/tool',
      asks: { module: 'child_process', file: 'lib/run.cjs' },
    });
    rmSync(folder, { recursive: true });
  });
});

/** Answers, for each thing it tries, `done` or the error's code. */
const TRIES = `
  const tries = {
    spawn: () => require('child' + '_process').spawnSync('/bin/true'),
    fork: () => require('child' + '_process').fork('/dev/null'),
    worker: () => new (require('worker' + '_threads').Worker)('1', { eval: true }),
    addon: () => process.dlopen({ exports: {} }, '/tmp/x.node'),
    binding: () => process.binding('spawn_sync'),
    inspector: () => { const { Session } = require('inspec' + 'tor'); new Session().connect(); },
    link: () => require('fs').symlinkSync('/etc/passwd', require('os').tmpdir() + '/link'),
    own: () => require('fs').readFileSync(__filename),
    scratch: () => require('fs').writeFileSync(require('os').tmpdir() + '/note', 'x'),
  };
  exports.handler = async ({ read = [] }) => {
    const said = {};
    for (const [name, run] of Object.entries(tries)) {
      try { run(); said[name] = 'done'; } catch (error) { said[name] = error.code ?? String(error); }
    }
    for (const file of read) {
      try { require('fs').readFileSync(file); said[file] = 'done'; } catch (error) { said[file] = error.code; }
    }
    return said;
  };`;

describe('level 1: Node’s permission model', () => {
  let cloud: TestLambda;
  beforeAll(async () => {
    cloud = await startTestLambda({ isolation: 1, namespaces: false });
  });
  afterAll(() => cloud.close());

  test('a function has its own files and nothing else', async () => {
    await create(cloud.client, 'other', 'export const handler = async () => 1;');
    await call(cloud.client, 'other');
    await create(cloud.client, 'tries', { 'index.js': TRIES });
    const secret = path.join(cloud.dataDir, 'secret');
    writeFileSync(secret, 'x');
    const outside = [
      secret,
      `/proc/${process.pid}/environ`,
      `/proc/${process.pid}/mem`,
      '/proc/self/environ',
      '/etc/passwd',
    ];
    const { result } = await call(cloud.client, 'tries', { read: outside });
    const denied = 'ERR_ACCESS_DENIED';
    expect(result).toEqual({
      ...{ spawn: denied, fork: denied, worker: denied, binding: denied, inspector: denied, link: denied },
      addon: 'ERR_DLOPEN_DISABLED',
      ...{ own: 'done', scratch: 'done' },
      ...Object.fromEntries(outside.map((file) => [file, denied])),
    });
  });

  test('what is denied says where to read on', async () => {
    await create(
      cloud.client,
      'spawns',
      `import { execFileSync } from 'node:child_process'; export const handler = async () => execFileSync('/bin/true');`,
    );
    const { result, failed } = await call(cloud.client, 'spawns');
    expect(failed).toBe('Unhandled');
    expect(result.errorMessage).toMatch(/permission model.*ChildProcess.*docs\/isolation\.md/);
  });

  test('a function that cannot run at the level that was asked for is not run', async () => {
    await create(
      cloud.client,
      'python',
      { 'index.py': 'def handler(event, context):\n    return 1\n' },
      { runtime: 'python3.12' },
    );
    const { result } = await call(cloud.client, 'python');
    expect(result).toMatchObject({
      errorType: 'Runtime.IsolationUnavailable',
      errorMessage: expect.stringMatching(/level 1.*python3\.12.*"auto"/),
    });
  });

  test('each function’s level is told', async () => {
    const levels = await cloud.lambda.functionLevels();
    expect(levels).toContainEqual({
      ...{ name: 'tries', level: 1, network: 'shared' },
      why: 'ACTION_ENGINE_ISOLATION is 1',
    });
    expect(levels).toContainEqual({ name: 'python', level: null, why: null, network: 'shared' });
  });
});

describe('level 2: a view of its own, where the system allows', () => {
  let cloud: TestLambda;
  let view: boolean;
  beforeAll(async () => {
    cloud = await startTestLambda();
    view = (await cloud.lambda.isolation()) === 'view';
  });
  afterAll(() => cloud.close());

  test('nothing of the user’s is there, in any language', async (context) => {
    if (!view) context.skip();
    const secret = path.join(cloud.dataDir, 'secret');
    writeFileSync(secret, 'x');
    await create(cloud.client, 'looks', {
      'index.js': `const { existsSync, readdirSync } = require('fs'); exports.handler = async (names) => ({ there: names.map((name) => existsSync(name)), top: readdirSync('/'), code: readdirSync('/var/task'), tmp: readdirSync('/tmp') });`,
    });
    const names = [secret, `/proc/${process.pid}/environ`, import.meta.dirname, '/home', '/root/.bashrc'];
    expect((await call(cloud.client, 'looks', names)).result).toMatchObject({
      there: [false, false, false, false, false],
      code: ['index.js'],
      tmp: [],
    });
    await create(
      cloud.client,
      'python',
      {
        'index.py': `import os, subprocess\ndef handler(names, context):\n    return [os.path.exists(n) for n in names] + [subprocess.run(['cat', names[0]], capture_output=True).returncode]\n`,
      },
      { runtime: 'python3.12' },
    );
    expect((await call(cloud.client, 'python', names)).result).toEqual([false, false, false, false, false, 1]);
  });

  test('it cannot be changed, nor left', async (context) => {
    if (!view) context.skip();
    await create(cloud.client, 'breaks', {
      'index.js': `const { spawnSync } = require('child_process'); const { writeFileSync } = require('fs');
      const run = (...words) => spawnSync('/bin/sh', ['-c', words.join(' ')]).status === 0;
      const write = (file) => { try { writeFileSync(file, 'x'); return 'written'; } catch (error) { return error.code; } };
      exports.handler = async () => ({
        files: ['/var/task/index.js', '/x', '/usr/x', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger'].map(write).filter((code) => !/EROFS|EACCES|ENOENT/.test(code)),
        commands: ['mount -t tmpfs tmpfs /tmp', 'umount /proc', 'mount -o remount,rw /usr', 'ls /proc/1/root/', 'cat /proc/1/environ', 'mknod /tmp/disk b 8 0', 'chroot / true', 'nsenter -t 1 -m true'].filter((words) => run(words)),
        works: run('true'),
      });`,
    });
    expect((await call(cloud.client, 'breaks')).result).toEqual({ files: [], commands: [], works: true });
  });

  test('/tmp is as large as on AWS, and no larger', async (context) => {
    if (!view) context.skip();
    await create(
      cloud.client,
      'fills',
      {
        'index.js': `const { openSync, writeSync } = require('fs'); exports.handler = async () => { const file = openSync('/tmp/big', 'w'); const bytes = Buffer.alloc(1 << 20); let mb = 0; try { for (;;) { writeSync(file, bytes); mb++; } } catch (error) { return [mb, error.code]; } };`,
      },
      { timeout: 30 },
    );
    const { result } = await call(cloud.client, 'fills');
    expect(result).toEqual([expect.any(Number), 'ENOSPC']);
    expect(result[0]).toBeGreaterThan(500);
    expect(result[0]).toBeLessThanOrEqual(512);
  });

  test('the permission model holds in it as well, for what it fits', async (context) => {
    if (!view) context.skip();
    await create(cloud.client, 'tries', { 'index.js': TRIES.replace("'/tmp/x.node'", "'/usr/x.node'") });
    const { result } = await call(cloud.client, 'tries', { read: ['/etc/passwd'] });
    expect(result).toMatchObject({ spawn: 'ERR_ACCESS_DENIED', own: 'done', '/etc/passwd': 'done' });
    expect(await cloud.lambda.functionLevels()).toContainEqual({
      ...{ name: 'tries', level: 2, network: 'shared' },
      why: null,
    });
  });

  test('a function that needs no network reaches the local cloud and nobody else', async (context) => {
    if (!view) context.skip();
    const other = createServer((_, response) => response.end('private'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const urls = [
      `http://127.0.0.1:${(other.address() as AddressInfo).port}/`,
      'http://192.0.2.1/',
      'http://nobody.example/',
      `${cloud.url}/2015-03-31/functions/calls`,
    ];
    const code = `exports.handler = async (urls) => Promise.all(urls.map((url) => fetch(url).then((a) => a.status, (e) => e.cause?.code)));`;
    const tags = { 'action-engine:network': 'none' };
    await create(cloud.client, 'calls', { 'index.js': code }, { tags, timeout: 20 });
    const { result } = await call(cloud.client, 'calls', urls);
    const levels = await cloud.lambda.functionLevels();
    if (levels.find(({ name }) => name === 'calls')?.network === 'shared') return context.skip(); // no such network here
    expect(result.slice(0, 2)).toEqual(['ECONNREFUSED', 'ENETUNREACH']);
    expect(result[2]).toMatch(/EAI_AGAIN|ENOTFOUND/);
    expect(result[3]).toBe(200);
    const fails = 'exports.handler = async () => fetch(`http://192.0.2.1/`);';
    await create(cloud.client, 'fails', { 'index.js': fails }, { tags, timeout: 20 });
    expect((await call(cloud.client, 'fails')).result.errorMessage).toMatch(/^fetch failed.*"network": true/);
    // Python, which knows nothing of it, and one that asks for no such thing
    const python = `import urllib.request\ndef handler(urls, context):\n    def ask(url):\n        try:\n            return urllib.request.urlopen(url).status\n        except Exception as error:\n            return str(error)\n    return [ask(url) for url in urls]\n`;
    await create(cloud.client, 'python-calls', { 'index.py': python }, { runtime: 'python3.12', tags, timeout: 20 });
    const said = (await call(cloud.client, 'python-calls', urls)).result;
    expect(said[0]).toMatch(/refused/);
    expect(said[1]).toMatch(/unreachable/);
    expect(said[3]).toBe(200);
    await create(cloud.client, 'free', { 'index.js': code }, { timeout: 20 });
    expect((await call(cloud.client, 'free', urls.slice(0, 1))).result).toEqual([200]);
    other.close();
  });

  test('two functions without a network do not reach each other', async (context) => {
    if (!view) context.skip();
    const code = `const net = require('net');
      const reach = (port) => new Promise((done) => net.connect(port, '127.0.0.1').once('connect', () => done('reached')).once('error', (e) => done(e.code)));
      const open = () => new Promise((done) => { const server = net.createServer((socket) => socket.destroy()); server.once('error', (e) => done(e.code)); server.listen(45678, '127.0.0.1', () => done('open')); });
      exports.handler = async ({ ports }) => (ports ? Promise.all(ports.map(reach)) : [await open(), process.env.AWS_LAMBDA_RUNTIME_API.split(':')[1]]);`;
    const tags = { 'action-engine:network': 'none' };
    await create(cloud.client, 'opens', { 'index.js': code }, { tags });
    await create(cloud.client, 'knocks', { 'index.js': code }, { tags });
    const [said, runtimeApi] = (await call(cloud.client, 'opens', {})).result as [string, string];
    const levels = await cloud.lambda.functionLevels();
    if (levels.find(({ name }) => name === 'opens')?.network === 'shared') return context.skip(); // no such network here
    expect(said).toBe('open');
    const ports = [45678, Number(runtimeApi)];
    expect((await call(cloud.client, 'opens', { ports })).result).toEqual(['reached', 'reached']);
    const [alsoSaid, own] = (await call(cloud.client, 'knocks', {})).result as [string, string];
    expect(alsoSaid).toBe('open'); // in one network the port would be taken
    const others = ports.filter((port) => port !== 45678 && port !== Number(own));
    expect((await call(cloud.client, 'knocks', { ports: others })).result).toEqual(others.map(() => 'ECONNREFUSED'));
  });

  test('more processes than listeners were made for at first', async (context) => {
    if (!view) context.skip();
    const tags = { 'action-engine:network': 'none' };
    const code = 'export const handler = async (n) => { await new Promise((r) => setTimeout(r, 1500)); return n; };';
    await create(cloud.client, 'many', code, { tags, timeout: 20 });
    const many = Array.from({ length: 7 }, (_, n) => n);
    const said = await Promise.all(many.map(async (n) => (await call(cloud.client, 'many', n)).result as number));
    expect(said).toEqual(many);
  });

  test('that network ends with the server, and is made anew when its keeper is lost', async (context) => {
    if (!view) context.skip();
    const own = await startTestLambda();
    const tags = { 'action-engine:network': 'none' };
    await create(own.client, 'in', 'export const handler = async (end) => (end ? process.exit() : 1);', { tags });
    expect((await call(own.client, 'in', false)).result).toBe(1);
    const keepers = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          const text = readFileSync(`/proc/${pid}/environ`, 'latin1');
          const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
          return text.includes('ACTION_ENGINE_NETWORK=keeper') && Number(parent) === process.pid;
        } catch {
          return false; // ended meanwhile
        }
      });
    const before = keepers();
    for (const pid of before) process.kill(Number(pid), 'SIGKILL');
    await expect.poll(() => keepers().some((pid) => before.includes(pid)), { timeout: 3000 }).toBe(false);
    await call(own.client, 'in', true);
    expect((await call(own.client, 'in', false)).result).toBe(1);
    await own.close();
    await cloud.close();
    await expect.poll(keepers, { timeout: 3000 }).toEqual([]);
    cloud = await startTestLambda();
  });
});
