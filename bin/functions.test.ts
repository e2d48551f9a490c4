/** Functions and secrets of one's own by the command line, up to a function that is called. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(__dirname, '..');
const dir = mkdtempSync(path.join(tmpdir(), 'bin-functions-'));
const data = path.join(dir, 'data');
const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ asked: request.url, key: request.headers['x-key'] ?? null }));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  server.close();
  const cloud = path.join(data, 'cloud.json');
  if (existsSync(cloud)) {
    const { pid } = JSON.parse(readFileSync(cloud, 'utf8')) as { pid?: number };
    if (pid) process.kill(pid, 'SIGKILL');
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

function cli(args: string[], stdin = ''): Promise<{ code: number | null; out: string; err: string }> {
  const { PATH, HOME } = process.env;
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [path.join(root, 'bin/action-engine.mjs'), ...args], {
    cwd: dir,
    env: {
      NODE_ENV: 'production',
      PATH,
      HOME,
      ACTION_ENGINE_DATA: data,
      ACTION_ENGINE_HTTP_ALLOW: `127.0.0.1:${port}`,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(path.join(dir, name), content);
  return name;
};

test('an API becomes functions, and one of them is called with its secret', async () => {
  const { port } = server.address() as AddressInfo;
  const api = `openapi: 3.0.0
info: { title: Pets }
servers: [{ url: 'http://127.0.0.1:${port}/v1' }]
security: [{ key: [] }]
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
paths:
  /pets/{id}:
    get: { operationId: getPet, parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], responses: {} }
`;
  const imported = await cli(['import', 'openapi', file('pets.yaml', api)]);
  expect(imported).toMatchObject({ code: 0 });
  expect(JSON.parse(imported.out)).toEqual([{ name: 'pets-get-pet', title: 'Get pet', secrets: ['PETS_KEY'] }]);
  expect(await cli(['import', 'openapi', 'pets.yaml'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('FUNCTION_TAKEN'),
  });
  expect(await cli(['import', 'openapi', 'pets.yaml', '--replace'])).toMatchObject({ code: 0 });

  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'pets-get-pet', Payload: { id: 7 } },
        Output: '{% $states.result.Payload %}',
        End: true,
      },
    },
  };
  const asl = file('ask.asl.json', JSON.stringify(definition));
  expect(await cli(['run', asl])).toMatchObject({ code: 1, err: expect.stringContaining('"Ask" needs PETS_KEY') });
  const set = await cli(['secrets', 'set', 'PETS_KEY'], 'hush-hush\n');
  expect(set).toMatchObject({ code: 0, out: '' });
  expect(statSync(path.join(data, 'secrets.json')).mode & 0o777).toBe(0o600);
  const listed = await cli(['secrets', 'list']);
  expect(listed.out).toContain('"PETS_KEY"');
  expect(listed.out).not.toContain('hush-hush');

  const ran = await cli(['run', asl]);
  expect(ran.err).not.toContain('hush-hush');
  expect(JSON.parse(ran.out)).toEqual({ status: 200, data: { asked: '/v1/pets/7', key: 'hush-hush' } });

  const loose = {
    name: 'loose',
    title: 'Loose',
    description: 'Tells what it should keep.',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    secrets: ['PETS_KEY'],
    input: { type: 'object' },
    output: { type: 'object' },
  };
  const source = 'export const handler = async () => { throw new Error("refused: " + process.env.PETS_KEY); };';
  file('loose.zip', zipSync({ 'function.json': strToU8(JSON.stringify(loose)), 'index.mjs': strToU8(source) }));
  expect(await cli(['functions', 'add', 'loose.zip'])).toMatchObject({ code: 0 });
  const failing = structuredClone(definition);
  failing.States.Ask.Arguments.FunctionName = 'loose';
  const failed = await cli(['run', file('loose.asl.json', JSON.stringify(failing))]);
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('refused: •••') });
  expect(failed.err + failed.out).not.toContain('hush-hush');
}, 120_000);

test('a zip becomes a function; what does not fit is named and not kept', async () => {
  const manifest = {
    name: 'shout',
    title: 'Shout',
    description: 'Says it loud.',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: { type: 'object' },
    output: { type: 'object' },
  };
  const zip = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const source = 'export const handler = async () => ({ ok: true });';
  file('shout.zip', zip({ 'shout/function.json': JSON.stringify(manifest), 'shout/index.mjs': source }));
  file(
    'taken.zip',
    zip({ 'function.json': JSON.stringify({ ...manifest, name: 'resizeimage' }), 'index.mjs': source }),
  );
  file('case.zip', zip({ 'function.json': JSON.stringify({ ...manifest, name: 'SHOUT' }), 'index.mjs': source }));
  file('none.zip', zip({ 'index.mjs': source }));
  file('half.zip', zip({ 'function.json': JSON.stringify(manifest) }));
  file('out.zip', zip({ 'function.json': JSON.stringify(manifest), '../../index.mjs': source }));
  expect(await cli(['functions', 'add', 'shout.zip'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('"shout"'),
  });
  expect((await cli(['functions', 'list'])).out).toMatch(/"name": "shout"[^}]*"own": true/);
  for (const [name, says] of [
    ['shout.zip', 'FUNCTION_TAKEN'],
    ['taken.zip', 'FUNCTION_TAKEN'],
    ['case.zip', 'in capitals alone'],
    ['none.zip', 'no function.json'],
    ['half.zip', 'Its handler is'],
    ['out.zip', 'FUNCTION_PACKAGE_INVALID'],
  ] as const) {
    expect(await cli(['functions', 'add', name]), name).toMatchObject({ code: 1, err: expect.stringContaining(says) });
  }
  expect(await cli(['functions', 'add', 'shout.zip', '--replace'])).toMatchObject({ code: 0 });
  expect(await cli(['functions', 'burn'])).toMatchObject({ code: 2 });
  expect(await cli(['functions', 'remove', 'resizeimage'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('FUNCTION_NOT_OWN'),
  });
  expect(await cli(['functions', 'remove', 'shout'])).toMatchObject({ code: 0 });
  expect((await cli(['functions', 'list'])).out).not.toContain('"shout"');
}, 120_000);
