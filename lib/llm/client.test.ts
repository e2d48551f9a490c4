import { afterEach, expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import { createModel, type ModelOptions } from './client';
import { type ScriptedServer, scriptedServer, type Turn } from './scripted-server';

const KEY = 'sk-very-secret-key-0123456789';
const SCHEMA = {
  name: 'answer',
  schema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'], additionalProperties: false },
};
let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const begin = async (script: Parameters<typeof scriptedServer>[0], options: Partial<ModelOptions> = {}) => {
  server = await scriptedServer(script);
  return createModel({
    apiKey: KEY,
    baseUrl: server.url,
    model: 'test-model',
    timeoutMs: 5000,
    backoffMs: 10,
    ...options,
  });
};
const ask = { system: 'be brief', user: 'say ok', schema: null };
const failure = async (promise: Promise<string>): Promise<Problem> => {
  const error: unknown = await promise.then(
    (text) => new Error(`answered ${text}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
};

test('streams the answer, and tells how far it has come', async () => {
  const model = await begin([{ kind: 'text', text: 'hello there', piece: 3 }]);
  const seen: string[] = [];
  expect(await model.complete({ ...ask, onText: (text) => seen.push(text) })).toBe('hello there');
  expect(seen).toEqual(['hel', 'hello ', 'hello the', 'hello there']);
  expect(server!.asked[0]).toMatchObject({
    authorization: `Bearer ${KEY}`,
    body: {
      model: 'test-model',
      stream: true,
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'say ok' },
      ],
    },
  });
  expect(server!.asked[0]!.body.response_format).toBeUndefined();
});

test('asks for strict structured output; a server that refuses it is asked for less, and that is remembered', async () => {
  const model = await begin(
    ({ body }): Turn =>
      body.response_format
        ? { kind: 'status', status: 400, message: `response_format ${body.response_format.type} is not supported` }
        : { kind: 'text', text: '{"a":1}' },
  );
  expect(await model.complete({ ...ask, schema: SCHEMA })).toBe('{"a":1}');
  expect(server!.asked.map(({ body }) => body.response_format?.type)).toEqual([
    'json_schema',
    'json_object',
    undefined,
  ]);
  await model.complete({ ...ask, schema: SCHEMA });
  expect(server!.asked).toHaveLength(4);
});

test.each<[string, Turn, number, string]>([
  ['401', { kind: 'status', status: 401, message: `Incorrect API key provided: ${KEY}` }, 1, 'MODEL_UNAUTHORIZED'],
  ['403', { kind: 'status', status: 403 }, 1, 'MODEL_UNAUTHORIZED'],
  ['404', { kind: 'status', status: 404 }, 1, 'MODEL_UNKNOWN'],
  ['400', { kind: 'status', status: 400, message: `bad ${KEY}` }, 1, 'MODEL_FAILED'],
  ['429', { kind: 'status', status: 429 }, 3, 'MODEL_BUSY'],
  ['500', { kind: 'status', status: 500, message: `oops ${KEY}` }, 3, 'MODEL_FAILED'],
  ['529', { kind: 'status', status: 529 }, 3, 'MODEL_FAILED'],
  ['refusal', { kind: 'refusal', text: 'I cannot help with that' }, 1, 'MODEL_REFUSED'],
  ['a tool call instead of text', { kind: 'tool' }, 3, 'MODEL_EMPTY'],
  ['an empty answer', { kind: 'text', text: '  ' }, 3, 'MODEL_EMPTY'],
  ['a cut stream', { kind: 'cut', text: 'half' }, 3, 'MODEL_BROKE_OFF'],
  ['a reset connection', { kind: 'reset', text: 'half' }, 3, 'MODEL_UNREACHABLE'],
  ['an answer at the limit of length', { kind: 'text', text: 'half', finish: 'length' }, 1, 'MODEL_TOO_LONG'],
])('%s: the right number of tries, a message for people, never the key', async (_, turn, tries, code) => {
  const model = await begin([turn]);
  const problem = await failure(model.complete(ask));
  expect(problem.code).toBe(code);
  expect(server!.asked).toHaveLength(tries);
  expect(`${problem.message} ${problem.hint} ${problem.stack}`).not.toContain(KEY);
  expect(problem.message).toMatch(/model|server/i);
});

test('tries again after an error that passes', async () => {
  const model = await begin([
    { kind: 'status', status: 503 },
    { kind: 'cut', text: 'ha' },
    { kind: 'text', text: 'ok' },
  ]);
  expect(await model.complete(ask)).toBe('ok');
});

test('waits as long as Retry-After says', async () => {
  const model = await begin([
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'text', text: 'ok' },
  ]);
  const begun = Date.now();
  await model.complete(ask);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
});

test('does not wait beyond its time for a Retry-After of an hour', async () => {
  const model = await begin([{ kind: 'status', status: 429, headers: { 'retry-after': '3600' } }]);
  const begun = Date.now();
  expect((await failure(model.complete(ask))).code).toBe('MODEL_BUSY');
  expect(Date.now() - begun).toBeLessThan(2000);
});

test('a server that goes silent is given up', async () => {
  const model = await begin([{ kind: 'stall', text: 'ha' }], { stallMs: 200 });
  expect((await failure(model.complete(ask))).code).toBe('MODEL_STALLED');
});

test('an answer that dribbles on for ever ends with the time', async () => {
  const model = await begin([{ kind: 'text', text: 'x'.repeat(100_000), piece: 1, pause: 5 }], { timeoutMs: 400 });
  expect((await failure(model.complete(ask))).code).toBe('MODEL_TIMEOUT');
});

test('an answer that is far too long is cut off', async () => {
  const model = await begin([{ kind: 'text', text: 'x'.repeat(3_000_000), piece: 50_000 }]);
  expect((await failure(model.complete(ask))).code).toBe('MODEL_TOO_LONG');
});

test('a server that is not there is named', async () => {
  const gone = await scriptedServer([]);
  await gone.close();
  const model = createModel({ apiKey: KEY, baseUrl: gone.url, model: 'm', timeoutMs: 2000, backoffMs: 10 });
  expect(await failure(model.complete(ask))).toMatchObject({
    code: 'MODEL_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1'),
  });
});

test('cancelling ends it at once, with the reason', async () => {
  const model = await begin([{ kind: 'stall', text: 'ha' }]);
  const controller = new AbortController();
  const begun = Date.now();
  const answer = model.complete({ ...ask, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(answer).rejects.toThrow('enough');
  expect(Date.now() - begun).toBeLessThan(2000);
});
