/** What a function does: called by the AWS SDK, run as a real process. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, create, startTestLambda, type TestLambda } from './testing';

let cloud: TestLambda;
beforeAll(async () => {
  cloud = await startTestLambda({ environment: { SHARED_BUCKET: 'files', OTHER: 'secret' }, retryMs: [100, 100] });
});
afterAll(() => cloud.close());

const uuid = /^[0-9a-f-]{36}$/;

describe('a Node.js function', () => {
  test.each([
    ['an ES module', { 'index.mjs': 'export const handler = async (event) => ({ got: event });' }, 'index.handler'],
    ['CommonJS', { 'index.js': 'exports.handler = async (event) => ({ got: event });' }, 'index.handler'],
    ['.cjs', { 'main.cjs': 'module.exports = { run: async (event) => ({ got: event }) };' }, 'main.run'],
    [
      'type: module',
      { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async (event) => ({ got: event });' },
      'index.handler',
    ],
    ['a folder', { 'src/app.mjs': 'export const handler = async (event) => ({ got: event });' }, 'src/app.handler'],
    [
      'an inner export',
      { 'index.mjs': 'export const api = { v1: { run: async (event) => ({ got: event }) } };' },
      'index.api.v1.run',
    ],
    [
      'a plain function',
      { 'index.mjs': 'export const handler = (event, context, done) => done(null, { got: event });' },
      'index.handler',
    ],
    [
      'a late callback',
      {
        'index.mjs':
          'export const handler = (event, context, done) => { setTimeout(() => done(null, { got: event }), 30); };',
      },
      'index.handler',
    ],
    [
      'context.succeed',
      {
        'index.mjs':
          'export const handler = (event, context) => { setTimeout(() => context.succeed({ got: event }), 10); };',
      },
      'index.handler',
    ],
    [
      'a module beside it',
      {
        'index.mjs': "import { wrap } from './lib/wrap.mjs'; export const handler = async (event) => wrap(event);",
        'lib/wrap.mjs': 'export const wrap = (got) => ({ got });',
      },
      'index.handler',
    ],
  ])('%s', async (title, files, handler) => {
    const name = `node-${title.replace(/\W+/g, '-')}`;
    await create(cloud.client, name, files as Record<string, string>, { handler });
    expect((await call(cloud.client, name, { a: [1, 'ü', null] })).result).toEqual({ got: { a: [1, 'ü', null] } });
    expect((await call(cloud.client, name, 'again')).result).toEqual({ got: 'again' });
  });

  test('no payload is an empty object; no answer is null', async () => {
    await create(cloud.client, 'echo', 'export const handler = async (event) => event;');
    await create(cloud.client, 'silent', 'export const handler = async () => {};');
    expect((await call(cloud.client, 'echo')).result).toEqual({});
    expect((await call(cloud.client, 'silent')).result).toBe(null);
  });

  test('a promise that nothing will ever keep is null, as on AWS', async () => {
    await create(cloud.client, 'forgotten', 'export const handler = () => new Promise(() => {});');
    expect((await call(cloud.client, 'forgotten')).result).toBe(null);
    expect((await call(cloud.client, 'forgotten')).result).toBe(null);
  });

  test('callbackWaitsForEmptyEventLoop decides whether what is left is waited for', async () => {
    const code = (wait: boolean) =>
      `let seen = 0; export const handler = (event, context, done) => { context.callbackWaitsForEmptyEventLoop = ${wait}; setTimeout(() => seen++, 900); done(null, { seen, at: Date.now() }); };`;
    await create(cloud.client, 'waits', code(true));
    await create(cloud.client, 'hurries', code(false));
    const took = async (name: string) => {
      await call(cloud.client, name);
      const begun = Date.now();
      await call(cloud.client, name);
      return Date.now() - begun;
    };
    expect(await took('waits')).toBeGreaterThanOrEqual(890);
    expect(await took('hurries')).toBeLessThan(800);
  });

  test('the context is the one that AWS documents', async () => {
    await create(
      cloud.client,
      'context',
      'export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });',
      { timeout: 7, memory: 256 },
    );
    const { result, id } = await call(cloud.client, 'context');
    expect(result).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/context',
      awsRequestId: id,
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(id).toMatch(uuid);
    expect(result.left).toBeGreaterThan(5000);
    expect(result.left).toBeLessThanOrEqual(7000);
  });

  test('the client context arrives', async () => {
    await create(cloud.client, 'client', 'export const handler = async (_, context) => context.clientContext;');
    const ClientContext = Buffer.from(JSON.stringify({ custom: { who: 'Zoë' } })).toString('base64');
    const answer = await cloud.client.send(new InvokeCommand({ FunctionName: 'client', ClientContext }));
    expect(JSON.parse(Buffer.from(answer.Payload!).toString())).toEqual({ custom: { who: 'Zoë' } });
  });

  test('a warm process keeps its state and is used again', async () => {
    await create(cloud.client, 'warm', 'let calls = 0; export const handler = async () => [process.pid, ++calls];');
    const first = await call(cloud.client, 'warm');
    const second = await call(cloud.client, 'warm');
    expect(second.result).toEqual([first.result[0], 2]);
    expect(first.log).toContain('Init Duration');
    expect(second.log).not.toContain('Init Duration');
  });

  test("the payload limit is AWS's, both ways", async () => {
    await create(
      cloud.client,
      'large',
      'export const handler = async (event) => typeof event === "number" ? "y".repeat(event) : event.length;',
    );
    expect((await call(cloud.client, 'large', 'x'.repeat(6_291_454))).result).toBe(6_291_454);
    await expect(call(cloud.client, 'large', 'x'.repeat(6_291_455))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    expect((await call(cloud.client, 'large', 6_291_000)).failed).toBeUndefined();
    expect(await call(cloud.client, 'large', 6_292_000)).toMatchObject({
      failed: 'Unhandled',
      result: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    });
    expect((await call(cloud.client, 'large', 'still there')).result).toBe(11);
  });

  test('bad payloads never reach the function', async () => {
    const send = (Payload: string) => cloud.client.send(new InvokeCommand({ FunctionName: 'echo', Payload }));
    for (const payload of ['{', 'undefined', '{"a":1}}', "{'a':1}", '['.repeat(5000) + ']'.repeat(5000)]) {
      await expect(send(payload)).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
        message: expect.stringContaining('Could not parse request body into json'),
      });
    }
  });
});

describe("what goes wrong is told in AWS's words", () => {
  beforeAll(async () => {
    await create(
      cloud.client,
      'wrong',
      `export const handler = async ({ how }) => {
        console.log('began', how);
        if (how === 'throw') throw new TypeError('no such thing');
        if (how === 'string') throw 'just words';
        if (how === 'object') throw { code: 7 };
        if (how === 'own') { const e = new Error('mine'); e.name = 'OutOfStock'; throw e; }
        if (how === 'exit') process.exit(3);
        if (how === 'leave') process.exit(0);
        if (how === 'stray') { setTimeout(() => { throw new RangeError('late'); }, 5); await new Promise((r) => setTimeout(r, 500)); }
        if (how === 'rejection') { Promise.reject(new Error('unheard')); await new Promise((r) => setTimeout(r, 500)); }
        if (how === 'circle') { const a = {}; a.a = a; return a; }
        if (how === 'bigint') return 1n;
        if (how === 'killed') process.kill(process.pid, 'SIGKILL');
        return 'fine';
      };`,
    );
  });
  test.each([
    ['throw', { errorType: 'TypeError', errorMessage: 'no such thing' }],
    ['string', { errorType: 'string', errorMessage: 'just words', trace: [] }],
    ['object', { errorType: 'object', errorMessage: '{"code":7}' }],
    ['own', { errorType: 'OutOfStock', errorMessage: 'mine' }],
    [
      'exit',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
        ),
      },
    ],
    [
      'leave',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/Error: Runtime exited without providing a reason$/),
      },
    ],
    ['stray', { errorType: 'RangeError', errorMessage: 'late' }],
    ['rejection', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'unheard' }],
    [
      'circle',
      { errorType: 'Runtime.MarshalError', errorMessage: expect.stringContaining('Converting circular structure') },
    ],
    ['bigint', { errorType: 'Runtime.MarshalError' }],
    ['killed', { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/signal: killed$/) }],
  ])('%s', async (how, error) => {
    const answer = await call(cloud.client, 'wrong', { how });
    expect(answer).toMatchObject({ failed: 'Unhandled', result: error });
    expect(answer.log).toContain(`began ${how}`);
    expect(answer.log).toMatch(/^START RequestId/);
    expect(answer.log).toContain('REPORT RequestId');
    expect((await call(cloud.client, 'wrong', { how: '' })).result).toBe('fine');
  });

  test("a trace shows the function's own lines, at the place where AWS has them", async () => {
    const { result } = await call(cloud.client, 'wrong', { how: 'throw' });
    expect(result.trace[0]).toBe('TypeError: no such thing');
    expect(result.trace[1]).toMatch(/at handler \(file:\/\/\/var\/task\/index\.mjs:3:\d+\)/);
    expect(result.trace.join()).not.toContain(cloud.dataDir);
  });

  test.each([
    [
      'no such file',
      { 'other.mjs': '' },
      'index.handler',
      { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("Cannot find module 'index'") },
    ],
    [
      'no such export',
      { 'index.mjs': 'export const other = 1;' },
      'index.handler',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    [
      'no function',
      { 'index.mjs': 'export const handler = 1;' },
      'index.handler',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
    ],
    ['no dot', { 'index.mjs': '' }, 'index', { errorType: 'Runtime.MalformedHandlerName' }],
    ['a way out', { 'index.mjs': '' }, '../../index.handler', { errorType: 'Runtime.MalformedHandlerName' }],
    [
      'syntax',
      { 'index.mjs': 'export const handler = (;' },
      'index.handler',
      { errorType: 'Runtime.UserCodeSyntaxError' },
    ],
    [
      'a missing package',
      { 'index.mjs': "import 'left-out';" },
      'index.handler',
      { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining('left-out') },
    ],
    [
      'throws while loading',
      { 'index.mjs': "throw new Error('not today');" },
      'index.handler',
      { errorType: 'Error', errorMessage: 'not today' },
    ],
    [
      'ends while loading',
      { 'index.mjs': 'process.exit(9);' },
      'index.handler',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 9') },
    ],
  ])('%s', async (title, files, handler, error) => {
    const name = `load-${title.replace(/\W+/g, '-')}`;
    await create(cloud.client, name, files as Record<string, string>, { handler });
    expect(await call(cloud.client, name)).toMatchObject({ failed: 'Unhandled', result: error });
    expect(await call(cloud.client, name)).toMatchObject({ failed: 'Unhandled', result: error });
  });

  test.each([
    ['busy', 'for (;;);'],
    ['idle', 'await new Promise((r) => setTimeout(r, 60_000));'],
  ])('a function that hangs (%s) is ended at its timeout', async (kind, body) => {
    await create(
      cloud.client,
      `hang-${kind}`,
      `export const handler = async (event) => { if (event.on) return 'on'; ${body} };`,
      { timeout: 1 },
    );
    const begun = Date.now();
    const answer = await call(cloud.client, `hang-${kind}`);
    expect(answer).toMatchObject({
      failed: 'Unhandled',
      result: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
      },
    });
    expect(answer.log).toContain('Task timed out after 1.00 seconds');
    expect(Date.now() - begun).toBeLessThan(4000);
    expect((await call(cloud.client, `hang-${kind}`, { on: true })).result).toBe('on');
  });

  test.each([
    ['heap', 'const a = []; for (;;) a.push(new Array(1e5).fill(Math.random()));'],
    ['buffers', 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));'],
  ])('a function that wants all memory (%s) fails alone', async (kind, body) => {
    await create(cloud.client, `memory-${kind}`, `export const handler = async () => { ${body} };`, { timeout: 20 });
    expect((await call(cloud.client, `memory-${kind}`)).failed).toBe('Unhandled');
    expect((await call(cloud.client, 'wrong', { how: '' })).result).toBe('fine');
  });
});

describe('logs', () => {
  test('lines carry time, request and level; the tail comes with the answer', async () => {
    await create(
      cloud.client,
      'talks',
      `export const handler = async () => { console.log('a %s', 'b'); console.error({ c: 1 }); process.stdout.write('raw'); };`,
    );
    const { log, id } = await call(cloud.client, 'talks');
    const lines = log.split('\n');
    expect(lines[0]).toBe(`START RequestId: ${id} Version: $LATEST`);
    expect(lines[1]).toMatch(new RegExp(`^\\d{4}-.*Z\t${id}\tINFO\ta b$`));
    expect(lines[2]).toMatch(new RegExp(`\t${id}\tERROR\t\\{ c: 1 \\}$`));
    expect(lines[3]).toBe('raw');
    expect(lines[4]).toBe(`END RequestId: ${id}`);
    expect(lines[5]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB`,
      ),
    );
    expect(await cloud.lambda.logTail('talks')).toContain(`INFO\ta b`);
  });

  test('what is printed while loading belongs to the first call', async () => {
    await create(cloud.client, 'greets', `console.log('loaded'); export const handler = async () => 1;`);
    expect((await call(cloud.client, 'greets')).log).toContain('loaded');
    expect((await call(cloud.client, 'greets')).log).not.toContain('loaded');
  });

  test('the last words before an exit are kept', async () => {
    await create(
      cloud.client,
      'last',
      `export const handler = async () => { for (let i = 0; i < 50; i++) console.log('word', i); process.exit(1); };`,
    );
    expect((await call(cloud.client, 'last')).log).toContain('word 49');
  });

  test('a flood is cut, and hurts nobody else', async () => {
    await create(
      cloud.client,
      'floods',
      `export const handler = async () => { const line = 'x'.repeat(10_000); for (let i = 0; i < 3000; i++) console.log(line); return 'done'; };`,
      { timeout: 30 },
    );
    const flood = call(cloud.client, 'floods');
    const begun = Date.now();
    expect((await call(cloud.client, 'talks')).result).toBe(null);
    expect(Date.now() - begun).toBeLessThan(5000);
    const answer = await flood;
    expect(answer.result).toBe('done');
    expect(answer.log.length).toBeLessThanOrEqual(4096);
    const kept = await cloud.lambda.logTail('floods', 10_000_000);
    expect(kept.length).toBeLessThan(300_000);
    expect(kept).toContain('the rest is not kept: more than 256 KB in one invocation');
  });

  test('the log of a function that never printed is empty', async () => {
    expect(await cloud.lambda.logTail('nobody')).toBe('');
  });
});

describe('the environment', () => {
  test("holds what AWS documents and what the function was given, and nothing of the server's", async () => {
    process.env.SERVER_SECRET = 'do not tell';
    await create(
      cloud.client,
      'looks',
      `export const handler = async () => ({ env: process.env, cwd: process.cwd() });`,
      { variables: { OWN: 'mine', SHARED_BUCKET: '' } },
    );
    const { env, cwd } = (await call(cloud.client, 'looks')).result;
    delete process.env.SERVER_SECRET;
    expect(env).toMatchObject({
      OWN: 'mine',
      SHARED_BUCKET: 'files', // the cloud's value for a name that the function has
      AWS_LAMBDA_FUNCTION_NAME: 'looks',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'LOCALFUNCTIONS',
      AWS_SECRET_ACCESS_KEY: 'of-the-functions',
      AWS_ENDPOINT_URL: cloud.url,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    expect(env).not.toHaveProperty('SERVER_SECRET');
    expect(env).not.toHaveProperty('OTHER');
    expect(cwd).toBe(env.LAMBDA_TASK_ROOT);
    expect(
      Object.keys(env).filter(
        (name) =>
          !/^(OWN|SHARED_BUCKET|AWS_.*|LAMBDA_.*|_HANDLER|LANG|TZ|PATH|HOME|TMPDIR|_X_AMZN_TRACE_ID)$/.test(name),
      ),
    ).toEqual([]);
  });

  test.each([
    ['auto', 'auto'],
    ['1', 1],
  ] as const)('a process has scratch space of its own, gone when it is (isolation %s)', async (_, isolation) => {
    const own = await startTestLambda({ isolation });
    await create(
      own.client,
      'scratch',
      `import { readdirSync, writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
      export const handler = async (event) => {
        if (event.end) process.exit();
        const before = readdirSync(tmpdir());
        writeFileSync(tmpdir() + '/note', 'x');
        return { folder: tmpdir(), before, after: readdirSync(tmpdir()) };
      };`,
    );
    const { result } = await call(own.client, 'scratch');
    expect(result).toMatchObject({ before: [], after: ['note'] });
    expect((await call(own.client, 'scratch')).result.before).toEqual(['note']); // the same process
    await call(own.client, 'scratch', { end: true });
    expect((await call(own.client, 'scratch')).result.before).toEqual([]);
    await own.stop();
    await expect.poll(() => readdirSync(path.join(own.dataDir, 'cloud/lambda/tmp')).length, { timeout: 3000 }).toBe(0);
    await own.close().catch(() => undefined);
  });
});

describe('ways to call', () => {
  test('DryRun checks and runs nothing', async () => {
    const answer = await cloud.client.send(
      new InvokeCommand({ FunctionName: 'wrong', InvocationType: 'DryRun', Payload: '{"how":"exit"}' }),
    );
    expect(answer.StatusCode).toBe(204);
    await expect(
      cloud.client.send(new InvokeCommand({ FunctionName: 'nobody', InvocationType: 'DryRun' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('Event answers at once, runs later, and tries three times in all', async () => {
    await create(
      cloud.client,
      'later',
      `export const handler = async (event, context) => { console.log('ran for', event.who, context.awsRequestId); throw new Error('again'); };`,
    );
    const answer = await cloud.client.send(
      new InvokeCommand({ FunctionName: 'later', InvocationType: 'Event', Payload: '{"who":"Ada"}' }),
    );
    expect(answer.StatusCode).toBe(202);
    const events = path.join(cloud.dataDir, 'cloud/lambda/events');
    await expect.poll(() => readdirSync(events), { timeout: 10_000 }).toEqual([]);
    const log = await cloud.lambda.logTail('later');
    expect(log.match(/ran for Ada/g)).toHaveLength(3);
    expect(new Set(log.match(/START RequestId: \S+/g)).size).toBe(1);
  });

  test('an Event that was accepted is run after a restart', async () => {
    const first = await startTestLambda();
    await create(
      first.client,
      'survives',
      `export const handler = async (event) => { console.log('began'); await new Promise((r) => setTimeout(r, event.ms)); console.log('ended'); };`,
    );
    await first.client.send(
      new InvokeCommand({ FunctionName: 'survives', InvocationType: 'Event', Payload: '{"ms":800}' }),
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    await first.stop();
    const second = await startTestLambda({ dataDir: first.dataDir });
    await expect.poll(() => second.lambda.logTail('survives'), { timeout: 10_000 }).toContain('ended');
    await second.close();
  });

  test('a caller may bring the id of its invocation', async () => {
    const answer = await fetch(`${cloud.url}/2015-03-31/functions/context/invocations`, {
      method: 'POST',
      body: '{}',
      headers: { 'x-action-engine-invocation-id': 'run-1.task-2' },
    });
    expect(answer.headers.get('x-amzn-requestid')).toBe('run-1.task-2');
    expect(((await answer.json()) as { awsRequestId: string }).awsRequestId).toBe('run-1.task-2');
  });

  test('many at once share a bounded number of processes', async () => {
    const few = await startTestLambda({ concurrency: 3 });
    await create(
      few.client,
      'shared',
      `const me = Math.random(); export const handler = async (n) => { await new Promise((r) => setTimeout(r, 20)); return [me, n]; };`,
    );
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => call(few.client, 'shared', n)));
    expect(answers.map(({ result }) => result[1])).toEqual(Array.from({ length: 30 }, (_, n) => n));
    const processes = new Set(answers.map(({ result }) => result[0])).size;
    expect(processes).toBeGreaterThan(1);
    expect(processes).toBeLessThanOrEqual(3);
    await few.close();
  });

  test('who waits and leaves is not run', async () => {
    const one = await startTestLambda({ concurrency: 1 });
    await create(
      one.client,
      'single',
      `let ran = []; export const handler = async (n) => { ran.push(n); await new Promise((r) => setTimeout(r, 300)); return ran; };`,
    );
    const first = call(one.client, 'single', 1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const leaving = new AbortController();
    const second = one.client.send(new InvokeCommand({ FunctionName: 'single', Payload: '2' }), {
      abortSignal: leaving.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    leaving.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await first;
    expect((await call(one.client, 'single', 3)).result).toEqual([1, 3]);
    await one.close();
  });

  test('idle processes are ended', async () => {
    const brief = await startTestLambda({ idleMs: 300 });
    await create(brief.client, 'idles', 'let calls = 0; export const handler = async () => ++calls;');
    await call(brief.client, 'idles');
    expect((await call(brief.client, 'idles')).result).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await call(brief.client, 'idles')).result).toBe(1);
    await brief.close();
  });
});

describe('the Runtime API', () => {
  test('is closed to pages and to other names for this machine', async () => {
    await create(cloud.client, 'door', `export const handler = async () => process.env.AWS_LAMBDA_RUNTIME_API;`);
    const { result: address } = await call(cloud.client, 'door');
    const status = async (headers: Record<string, string>, host = address) =>
      (await fetch(`http://${host}/2018-06-01/runtime/invocation/x/response`, { method: 'POST', body: '1', headers }))
        .status;
    expect(await status({ origin: 'https://example.com' })).toBe(403);
    expect(await status({}, address.replace('127.0.0.1', 'localhost'))).toBe(403);
    expect(await status({})).toBe(400); // known door, unknown invocation
  });

  test('a runtime that asks for more before it answered is ended, not believed', async () => {
    await create(
      cloud.client,
      'greedy',
      `export const handler = async () => { await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/next'); };`,
    );
    expect(await call(cloud.client, 'greedy')).toMatchObject({
      failed: 'Unhandled',
      result: { errorType: 'Runtime.ExitError' },
    });
  });
});
