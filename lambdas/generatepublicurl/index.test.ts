import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('the link answers the file to anybody', async () => {
  const file = await cloud.put('a folder/über.txt', 'hello', 'text/plain');
  const { url, expires_at } = await handler({ file });
  const answer = await fetch(url);
  expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
    200,
    'hello',
    'text/plain',
  ]);
  const left = Date.parse(expires_at) - Date.now();
  expect(left).toBeGreaterThan(3590_000);
  expect(left).toBeLessThanOrEqual(3600_000);
  expect((await fetch(url.replace(/Signature=./, 'Signature=z'))).status).toBe(403);
});

test('the link ends', async () => {
  const { url } = await handler({ file: await cloud.put('short.txt', 'hello', 'text/plain'), expires: 1 });
  await new Promise((resolve) => setTimeout(resolve, 2100));
  expect((await fetch(url)).status).toBe(403);
});

test('no link to a file that is not there', async () => {
  await expect(handler({ file: 's3://files/none.txt' })).rejects.toMatchObject({ name: 'FileNotFound' });
  await expect(handler({ file: 's3://files/none.txt', expires: 700_000 })).rejects.toThrow(
    '"expires" must be a whole number from 1 to 604800',
  );
});
