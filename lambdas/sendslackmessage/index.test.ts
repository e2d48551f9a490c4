import { afterEach, expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { handler } from './index';

const web = testWeb((seen, response) => {
  response.writeHead(seen.url === '/bad' ? 403 : 200).end(seen.url === '/bad' ? 'invalid_token' : 'ok');
});
afterEach(() => {
  delete process.env.SLACK_WEBHOOK_URL;
});

test("posts to the owner's webhook", async () => {
  process.env.SLACK_WEBHOOK_URL = web.url('/services/T/B/x');
  expect(await handler({ text: 'Done "now"' })).toEqual({ sent: true });
  expect(JSON.parse(web.seen.at(-1)!.body)).toEqual({ text: 'Done "now"' });
});

test('without the secret it says what to set; a refusal is told without the secret', async () => {
  await expect(handler({ text: 'Hi' })).rejects.toMatchObject({
    name: 'NotConfigured',
    message: expect.stringContaining('SLACK_WEBHOOK_URL'),
  });
  process.env.SLACK_WEBHOOK_URL = web.url('/bad');
  const refused = await handler({ text: 'Hi' }).catch((error: Error) => error);
  expect(refused).toMatchObject({ name: 'SendFailed', message: expect.stringContaining('invalid_token') });
  expect((refused as Error).message).not.toContain(web.url('/bad'));
});
