import { expect, test } from 'vitest';
import { testWeb } from '../shared/testing-web';
import { handler } from './index';

const RSS = `<?xml version="1.0"?><rss version="2.0"><channel><title>News &amp; more</title>
<item><title><![CDATA[Rain <b>today</b>]]></title><link>https://example.com/rain?a=1&amp;b=2</link><pubDate>Wed, 01 May 2024 00:00:00 GMT</pubDate><description>&lt;p&gt;It rains.&lt;/p&gt;</description></item>
<item><title>Sun</title><link>https://example.com/sun</link></item></channel></rss>`;
const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Blog</title><entry><title>One</title><link rel="self" href="/self"/><link rel="alternate" href="/one"/><updated>2024-05-01T10:00:00Z</updated><summary>Short</summary></entry></feed>`;
const BOMB = `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}">]><rss><channel><title>&b;&b;&b;</title></channel></rss>`;

const web = testWeb((seen, response) => {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    seen.url === '/rss' ? RSS : seen.url === '/atom' ? ATOM : seen.url === '/bomb' ? BOMB : '<html><p>no</p></html>',
  );
});

test('RSS', async () => {
  expect(await handler({ url: web.url('/rss') })).toEqual({
    title: 'News & more',
    rows: [
      {
        title: 'Rain today',
        link: 'https://example.com/rain?a=1&b=2',
        published: '2024-05-01T00:00:00.000Z',
        summary: 'It rains.',
      },
      { title: 'Sun', link: 'https://example.com/sun', published: null, summary: '' },
    ],
    count: 2,
  });
  expect((await handler({ url: web.url('/rss'), limit: 1 })).count).toBe(1);
});

test('Atom', async () => {
  expect((await handler({ url: web.url('/atom') })).rows).toEqual([
    { title: 'One', link: web.url('/one'), published: '2024-05-01T10:00:00.000Z', summary: 'Short' },
  ]);
});

test('entities are not unfolded, and what is no feed is told', async () => {
  const { title } = await handler({ url: web.url('/bomb') });
  expect(title.length).toBeLessThan(100);
  await expect(handler({ url: web.url('/page') })).rejects.toMatchObject({ name: 'NotAFeed' });
});
