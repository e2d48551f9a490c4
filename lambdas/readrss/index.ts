import { XMLParser } from 'fast-xml-parser';
import { FunctionError } from '../shared/errors';
import { readable } from '../shared/html';
import { integer, text } from '../shared/input';
import { callWeb, textOf, webAddress } from '../shared/web';

type Entry = { title: string; link: string; published: string | null; summary: string };
type Node = Record<string, unknown>;

/** No entities of the document's own are unfolded: a short feed could become a long one. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  parseTagValue: false,
});

/** RSS 2.0, RSS 1.0 and Atom. */
export const handler = async (event: unknown): Promise<{ title: string; rows: Entry[]; count: number }> => {
  const url = webAddress(text(event, 'url', { limit: 8000 }), 'url');
  const limit = integer(event, 'limit', 1, 500, 20);
  const answer = await callWeb(url, {
    headers: { accept: 'application/rss+xml,application/atom+xml,application/xml,text/xml' },
  });
  if (answer.status >= 400)
    throw new FunctionError('BadAnswer', `${answer.url} answers ${answer.status}. Check the address.`);
  let root: Node = {};
  try {
    root = parser.parse(textOf(answer)) as Node;
  } catch {
    // told below
  }
  const feed = node(node(root.rss).channel ?? root.feed ?? node(root['rdf:RDF']).channel);
  if (Object.keys(feed).length === 0)
    throw new FunctionError(
      'NotAFeed',
      `${answer.url} is not an RSS or Atom feed. Look for the address of the feed on the page.`,
    );
  const items = [feed.item ?? feed.entry ?? node(root['rdf:RDF']).item ?? []].flat();
  const rows = items.slice(0, limit).map((item) => entryOf(node(item), answer.url));
  return { title: words(feed.title), rows, count: rows.length };
};

const node = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});
const raw = (value: unknown): string => {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? String((one as Node)['#text'] ?? '') : String(one ?? '');
};
/** Titles and summaries may hold markup, and that may be written twice over. */
const words = (value: unknown): string =>
  readable(readable(raw(value)))
    .replace(/\s+/g, ' ')
    .trim();

function entryOf(item: Node, base: string): Entry {
  const links = [item.link].flat();
  const chosen = links.find((link) => node(link)['@rel'] === 'alternate') ?? links[0];
  const href = String(node(chosen)['@href'] ?? raw(chosen))
    .replaceAll('&amp;', '&')
    .trim();
  const published = new Date(raw(item.pubDate ?? item.published ?? item.updated ?? item['dc:date']));
  return {
    title: words(item.title),
    link: href && URL.canParse(href, base) ? new URL(href, base).href : '',
    published: Number.isNaN(published.getTime()) ? null : published.toISOString(),
    summary: words(item.description ?? item.summary ?? item['content:encoded'] ?? item.content).slice(0, 2000),
  };
}
