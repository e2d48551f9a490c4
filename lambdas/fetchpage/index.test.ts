import { expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { handler } from './index';

const web = testWeb((seen, response) => {
  if (seen.url === '/picture') return response.writeHead(200, { 'content-type': 'image/png' }).end('x');
  if (seen.url === '/none') return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/html; charset=iso-8859-1' });
  response.end(
    Buffer.from(
      '<html><head><title>Caf\u00e9 &amp; more</title></head><body><nav>Menu</nav><h1>Hello</h1><a href="/about#x">About</a><a href="mailto:a@b.c">Mail</a></body></html>',
      'latin1',
    ),
  );
});

test('title, text and links, in the character set that the page names', async () => {
  const page = await handler({ url: web.url('/') });
  expect(page.title).toBe('Café & more');
  expect(page.text).toMatch(/^Hello/);
  expect(page.text).not.toContain('Menu');
  expect(page.links).toEqual([web.url('/about')]);
});

test('what is no page is told', async () => {
  await expect(handler({ url: web.url('/picture') })).rejects.toThrow('its type is image/png');
  await expect(handler({ url: web.url('/none') })).rejects.toThrow('answers 404');
  await expect(handler({ url: 'http://localhost:1' })).rejects.toMatchObject({ name: 'AddressNotAllowed' });
});
