import { afterEach, beforeEach, expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { handler } from './index';

/** Speaks the protocol: turns the words round, so that the answer depends on what was sent. */
const web = testWeb((seen, response) => {
  response.setHeader('content-type', 'application/json');
  const key = seen.headers.authorization;
  if (key === 'Bearer sk-overdrawn') return response.writeHead(403).end(`{"error":{"message":"${key} has no credit"}}`);
  if (seen.headers.authorization !== 'Bearer good') return response.writeHead(401).end('{"error":{"message":"no"}}');
  const { messages } = JSON.parse(seen.body) as { messages: { content: string }[] };
  const said = messages[1]!.content;
  if (said === 'busy') return response.writeHead(429).end('{"error":{"message":"too many requests"}}');
  response.end(JSON.stringify({ choices: [{ message: { content: [...said].reverse().join('') } }] }));
});
beforeEach(() => {
  process.env.OPENAI_BASE_URL = web.url('/v1');
  process.env.OPENAI_API_KEY = 'good';
});
afterEach(() => {
  delete process.env.OPENAI_BASE_URL;
  delete process.env.OPENAI_API_KEY;
});

test('asks the model for the language, and gives its answer alone', async () => {
  expect(await handler({ text: 'abc', target_language: 'German' })).toEqual({ text: 'cba' });
  expect(web.seen.at(-1)).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
  expect(web.seen.at(-1)!.body).toContain('German');
});

test('what the model refuses is told', async () => {
  await expect(handler({ text: 'busy', target_language: 'German' })).rejects.toThrow('429: too many requests');
  process.env.OPENAI_API_KEY = 'bad';
  await expect(handler({ text: 'a', target_language: 'German' })).rejects.toThrow('refuses OPENAI_API_KEY');
  delete process.env.OPENAI_API_KEY;
  await expect(handler({ text: 'a', target_language: 'German' })).rejects.toMatchObject({ name: 'NotConfigured' });
});

test('a key that the server repeats is not in the error', async () => {
  process.env.OPENAI_API_KEY = 'sk-overdrawn';
  await expect(handler({ text: 'a', target_language: 'German' })).rejects.toThrow(
    'The language model answered 403: Bearer ••• has no credit. Try again later.',
  );
});
