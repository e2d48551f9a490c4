import { expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { isPublic } from '../shared/web';
import { handler } from './index';

const web = testWeb((seen, response) => {
  if (seen.url === '/moved') return response.writeHead(302, { location: '/json' }).end();
  if (seen.url === '/inward') return response.writeHead(302, { location: 'http://localhost:1/' }).end();
  if (seen.url === '/loop') return response.writeHead(302, { location: '/loop' }).end();
  if (seen.url === '/big') return response.end(Buffer.alloc(5 * 2 ** 20));
  if (seen.url === '/none') return response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ method: seen.method, body: seen.body, type: seen.headers['content-type'] ?? null }));
});

test('reads JSON, follows a redirect, and gives a 404 as an answer', async () => {
  expect(await handler({ url: web.url('/moved') })).toMatchObject({ status: 200, data: { method: 'GET', body: '' } });
  expect(await handler({ url: web.url('/none') })).toMatchObject({ status: 404, text: 'nothing here', data: null });
});

test('sends data as JSON and texts as they are, with its headers', async () => {
  expect(await handler({ url: web.url('/json'), method: 'post', body: { a: 1 } })).toMatchObject({
    data: { method: 'POST', body: '{"a":1}', type: 'application/json' },
  });
  await handler({ url: web.url('/json'), method: 'PUT', body: 'words', headers: { 'X-Mark': 'm' } });
  expect(web.seen.at(-1)).toMatchObject({ method: 'PUT', body: 'words', headers: { 'x-mark': 'm' } });
});

test.each([
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://[::1]:1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://0x7f000001:1/',
  'http://[::ffff:10.0.0.1]/',
])('%s may not be called', async (url) => {
  await expect(handler({ url })).rejects.toMatchObject({ name: 'AddressNotAllowed' });
});

test('a redirect inward is judged again; a circle and a flood end', async () => {
  await expect(handler({ url: web.url('/inward') })).rejects.toMatchObject({ name: 'AddressNotAllowed' });
  await expect(handler({ url: web.url('/loop') })).rejects.toMatchObject({ name: 'NoAnswer' });
  await expect(handler({ url: web.url('/big') })).rejects.toMatchObject({ name: 'AnswerTooLarge' });
});

test('what is wrong is named', async () => {
  await expect(handler({ url: 'ftp://example.com' })).rejects.toThrow('"url" must be a web address');
  await expect(handler({ url: web.url('/'), headers: { host: 'x' } })).rejects.toThrow('Leave it out');
  await expect(handler({ url: web.url('/'), headers: { a: 'b\r\nc: d' } })).rejects.toMatchObject({
    name: 'InvalidInput',
  });
});

test('public addresses are told from the others', () => {
  expect(['8.8.8.8', '2606:4700::1111'].map(isPublic)).toEqual([true, true]);
  expect(
    ['10.1.2.3', '192.168.0.1', '100.64.0.1', '::1', 'fe80::1', '::ffff:8.8.8.8', 'example.com'].map(isPublic),
  ).toEqual(Array(7).fill(false));
});
