/** What real servers send that is not quite the protocol, byte by byte over real HTTP: read where it can be, told else. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import { createModel } from './client';

const SCHEMA = { name: 'answer', schema: { type: 'object', properties: {}, additionalProperties: true } };
const KEY = 'sk-very-secret-0001';
const JSON_TYPE = { 'content-type': 'application/json' };
const SSE = { 'content-type': 'text/event-stream' };

type Asked = { url: string; method: string; format: string | null };
type Reply = (response: ServerResponse, asked: Asked, turn: number) => void;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function served(reply: Reply): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    request.on('end', () => {
      const body = text ? (JSON.parse(text) as { response_format?: { type: string } }) : {};
      const one = { url: request.url!, method: request.method!, format: body.response_format?.type ?? null };
      asked.push(one);
      reply(response, one, asked.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

const answered = (url: string, options: { timeoutMs?: number; stallMs?: number } = {}) =>
  createModel({ apiKey: KEY, baseUrl: url, model: 'm', timeoutMs: 8000, backoffMs: 5, ...options }).complete({
    system: 's',
    user: 'u',
    schema: SCHEMA,
  });
async function problemOf(url: string): Promise<Problem> {
  const error = await answered(url).then(
    (text) => new Error(`no problem: ${text}`),
    (caught: unknown) => caught,
  );
  if (!(error instanceof Problem)) throw error;
  expect(`${error.message} ${error.hint}`).not.toContain(KEY);
  return error;
}

const chunk = (delta: object, finish: string | null = null) =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
const say =
  (...lines: string[]): Reply =>
  (response) => {
    response.writeHead(200, SSE);
    response.end(lines.map((line) => `data: ${line}\n\n`).join(''));
  };
const whole =
  (message: object, finish = 'stop'): Reply =>
  (response) => {
    response.writeHead(200, JSON_TYPE);
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }] }));
  };

test('comments, carriage returns, letters cut in two, a last piece that only counts tokens, no end mark', async () => {
  const text = `{"a":"grün ✓"}`;
  const bytes = Buffer.from(
    [
      ': OPENROUTER PROCESSING',
      '',
      `data: ${chunk({ role: 'assistant', content: '' })}`,
      '',
      ': ping',
      '',
      `data: ${chunk({ content: text })}`,
      '',
      `data: ${chunk({}, 'stop')}`,
      '',
      `data: ${JSON.stringify({ id: 'c', choices: [], usage: { total_tokens: 3 } })}`,
      '',
      '',
    ].join('\r\n'),
  );
  const { url } = await served(async (response) => {
    response.writeHead(200, SSE);
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    response.end();
  });
  expect(await answered(url)).toBe(text);
});

test('no reason for its end: taken where the answer is whole, and not where it is cut', async () => {
  const good = await served(say(chunk({ content: '{"a":1}' }), '[DONE]'));
  expect(await answered(good.url)).toBe('{"a":1}');
  const cut = await served(say(chunk({ content: '{"a":' }), '[DONE]'));
  expect((await problemOf(cut.url)).code).toBe('MODEL_BROKE_OFF');
});

test('a whole answer although a stream was asked for', async () => {
  const { url, asked } = await served(whole({ role: 'assistant', content: '{"a":2}' }));
  expect(await answered(url)).toBe('{"a":2}');
  expect(asked).toHaveLength(1);
  const long = await served(whole({ content: '{"a":' }, 'length'));
  expect((await problemOf(long.url)).code).toBe('MODEL_TOO_LONG');
  const no = await served(whole({ content: null, refusal: 'I will not' }));
  expect((await problemOf(no.url)).message).toContain('I will not');
});

test('a schema that is answered with a call of a tool', async () => {
  const call = (text: string) => chunk({ tool_calls: [{ index: 0, function: { name: 'answer', arguments: text } }] });
  const { url } = await served(say(call('{"a"'), call(':3}'), chunk({}, 'tool_calls'), '[DONE]'));
  expect(await answered(url)).toBe('{"a":3}');
});

test.each<[string, (response: ServerResponse) => void]>([
  [
    'vLLM',
    (response) => {
      response.writeHead(400, JSON_TYPE);
      response.end(JSON.stringify({ object: 'error', message: 'guided decoding is not supported', code: 400 }));
    },
  ],
  [
    'FastAPI',
    (response) => {
      response.writeHead(422, JSON_TYPE);
      response.end(
        JSON.stringify({ detail: [{ loc: ['body', 'response_format'], msg: 'extra fields not permitted' }] }),
      );
    },
  ],
  [
    'llama.cpp',
    (response) => {
      response.writeHead(500, JSON_TYPE);
      response.end(JSON.stringify({ error: { code: 500, message: 'failed to parse grammar', type: 'server_error' } }));
    },
  ],
  [
    'a plain text',
    (response) => {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end('response_format is not supported by this model');
    },
  ],
])('a server without strict schemas is asked for less: %s', async (_, refuse) => {
  const { url, asked } = await served((response, { format }, turn) =>
    format === null
      ? say(chunk({ content: '{"a":4}' }), chunk({}, 'stop'), '[DONE]')(response, asked[turn]!, turn)
      : refuse(response),
  );
  expect(await answered(url)).toBe('{"a":4}');
  expect(asked.map(({ format }) => format)).toEqual(['json_schema', 'json_object', null]);
});

test.each<[string, number, Record<string, string>, string, number, string, RegExp]>([
  [
    'an error under the name of success',
    200,
    JSON_TYPE,
    '{"error":{"message":"model is overloaded","code":503}}',
    3,
    'MODEL_FAILED',
    /503.*overloaded/,
  ],
  ['an error that is a word', 200, JSON_TYPE, '{"error":"no such model"}', 3, 'MODEL_FAILED', /no such model/],
  [
    'a page of a proxy',
    502,
    { 'content-type': 'text/html' },
    '<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>',
    3,
    'MODEL_FAILED',
    /web page, “502 Bad Gateway”/,
  ],
  [
    'a page under the name of success',
    200,
    { 'content-type': 'text/html' },
    '<!doctype html><title>Sign in</title>',
    3,
    'MODEL_FAILED',
    /web page, “Sign in”/,
  ],
  ['JSON that is something else', 200, JSON_TYPE, '{"models":[]}', 3, 'MODEL_FAILED', /no chat completion/],
  [
    'no credit',
    402,
    JSON_TYPE,
    '{"error":"You have exceeded your monthly included credits"}',
    1,
    'MODEL_BUSY',
    /credit.*402/,
  ],
  [
    'a moved permanently to another server',
    301,
    { location: 'https://elsewhere.example/v1/chat/completions' },
    '',
    1,
    'MODEL_FAILED',
    /redirects to https:\/\/elsewhere\.example/,
  ],
])('%s is told as what it is', async (_, status, headers, body, tries, code, words) => {
  const { url, asked } = await served((response) => {
    response.writeHead(status, headers);
    response.end(body);
  });
  const problem = await problemOf(url);
  expect([problem.code, asked.length]).toEqual([code, tries]);
  expect(problem.message).toMatch(words);
  expect(problem.message).not.toMatch(/<h1>|<title>/);
});

test('a redirect on the same server is followed with the whole request', async () => {
  const { url, asked } = await served((response, one, turn) => {
    if (one.url.startsWith('/api'))
      return say(chunk({ content: '{"a":5}' }), chunk({}, 'stop'), '[DONE]')(response, one, turn);
    response.writeHead(301, { location: '/api/chat' });
    response.end();
  });
  expect(await answered(url)).toBe('{"a":5}');
  expect(asked).toMatchObject([{}, { url: '/api/chat', method: 'POST', format: 'json_schema' }]);
});

test('a server that starts its model: 503 with a time, then a slow first word', async () => {
  const { url, asked } = await served((response, _one, turn) => {
    if (turn === 0) {
      response.writeHead(503, { ...JSON_TYPE, 'retry-after': '1' });
      response.end('{"error":"Model is loading","estimated_time":1}');
      return;
    }
    response.writeHead(200, SSE);
    const lines = [chunk({ content: '{"a":6}' }), chunk({}, 'stop'), '[DONE]'];
    setTimeout(() => response.end(lines.map((line) => `data: ${line}\n\n`).join('')), 700);
  });
  const begun = Date.now();
  expect(await answered(url, { stallMs: 400 })).toBe('{"a":6}');
  expect(asked).toHaveLength(2);
  expect(Date.now() - begun).toBeGreaterThan(1500);
});
