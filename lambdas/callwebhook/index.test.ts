import { expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { handler } from './index';

const web = testWeb((seen, response) => {
  response.writeHead(seen.url === '/no' ? 410 : 200).end(seen.url === '/no' ? 'gone' : 'ok');
});

test('sends the data as JSON', async () => {
  expect(await handler({ url: web.url('/hook'), data: { done: true } })).toEqual({ status: 200, text: 'ok' });
  expect(web.seen.at(-1)).toMatchObject({
    method: 'POST',
    body: '{"done":true}',
    headers: { 'content-type': 'application/json' },
  });
});

test('a refusal fails the step with what was said', async () => {
  await expect(handler({ url: web.url('/no'), data: 1 })).rejects.toMatchObject({
    name: 'SendFailed',
    message: expect.stringContaining('410: gone'),
  });
  await expect(handler({ url: 'http://10.0.0.1/', data: 1 })).rejects.toMatchObject({ name: 'AddressNotAllowed' });
});
