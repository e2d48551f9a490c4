import { FunctionError } from '../shared/errors';
import { readable } from '../shared/html';
import { text } from '../shared/input';
import { callWeb, textOf, webAddress } from '../shared/web';

type Page = { title: string; text: string; html: string; links: string[] };

/** characters of each field; Lambda answers at most 6 MB */
const LIMIT = 1_000_000;

export const handler = async (event: unknown): Promise<Page> => {
  const answer = await callWeb(webAddress(text(event, 'url', { limit: 8000 }), 'url'), {
    headers: { accept: 'text/html,application/xhtml+xml,text/plain;q=0.8' },
  });
  if (answer.status >= 400) {
    throw new FunctionError(
      'BadAnswer',
      `${answer.url} answers ${answer.status}. Check the address, or try again later.`,
    );
  }
  const type = answer.headers['content-type'] ?? 'text/html';
  if (!/html|xml|^text\//i.test(type))
    throw new FunctionError('BadAnswer', `${answer.url} is no page that can be read (its type is ${type}).`);
  const html = textOf(answer);
  const found = /<title[^>]*>([^<]*)<\/title/i.exec(html)?.[1] ?? '';
  return {
    title: readable(found).replace(/\s+/g, ' '),
    text: (/html|xml/i.test(type) ? readable(html) : html).slice(0, LIMIT),
    html: html.slice(0, LIMIT),
    links: linksOf(html, answer.url),
  };
};

function linksOf(html: string, base: string): string[] {
  const found = new Set<string>();
  for (const [, quoted, single] of html.matchAll(
    /<a\s[^>]{0,2000}?href\s*=\s*(?:"([^"]{1,4000})"|'([^']{1,4000})')/gi,
  )) {
    const href = (quoted ?? single ?? '').replaceAll('&amp;', '&');
    if (!URL.canParse(href, base)) continue;
    const url = new URL(href, base);
    url.hash = '';
    if (/^https?:$/.test(url.protocol)) found.add(url.href);
    if (found.size >= 1000) break;
  }
  return [...found];
}
