/** Texts: from bytes, into sentences and words, in any language that the runtime's own segmenter knows. */
import { FunctionError } from './errors';
import type { StoredFile } from './files';

/**
 * UTF-8, or UTF-16 where the file says so by its first bytes, or the code page of Western Europe, in which spreadsheets
 * there still save.
 */
export function decodeText({ bytes, uri, mediaType }: StoredFile): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  try {
    const text = new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    const western = wide ? null : westernText(bytes);
    if (western !== null) return western;
  }
  throw new FunctionError(
    'NotText',
    `${uri} is not a text file (its type is ${mediaType}). Use a file of plain text, saved as UTF-8.`,
  );
}

/** Where Windows has signs and Latin-1 has none, 0x80 to 0x9F. Node 20 decodes both alike. */
const BEYOND_LATIN1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** In other code pages, and in what is no text, letters beyond ASCII stand in long rows, and beside control characters. */
function westernText(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (letter) => BEYOND_LATIN1[letter.charCodeAt(0) - 0x80] as string);
  const foreign = text.match(/\P{ASCII}/gu)?.length ?? 0;
  const odd = /[^\P{Cc}\s]|\P{ASCII}{4}/u.test(text);
  return odd || foreign > text.length / 5 ? null : text;
}

const segments = (text: string, granularity: 'sentence' | 'word') => [
  ...new Intl.Segmenter('en', { granularity }).segment(text),
];

export const sentencesOf = (text: string): string[] =>
  segments(text.replace(/\s+/g, ' '), 'sentence')
    .map(({ segment }) => segment.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));

export const wordsOf = (text: string): string[] =>
  segments(text, 'word')
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
