import { Marked } from 'marked';
import { text } from '../shared/input';

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const isSafe = (address: string) =>
  !/^\s*[a-z][a-z0-9+.-]*:/i.test(address) || /^\s*(https?|mailto|tel|ftp):/i.test(address);

/** Markup within the Markdown is shown, not run, and links lead to pages only: the text may be a stranger's. */
const marked = new Marked({
  gfm: true,
  renderer: { html: ({ text: raw }) => escaped(raw) },
  walkTokens: (token) => {
    if ((token.type === 'link' || token.type === 'image') && !isSafe(String(token.href))) token.href = '#';
  },
});

export const handler = async (event: unknown): Promise<{ html: string }> => ({
  html: await marked.parse(text(event, 'text', { empty: true, limit: 2_000_000 })),
});
