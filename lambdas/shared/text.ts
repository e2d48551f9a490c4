/** Texts: from bytes, into sentences and words, in any language that the runtime's own segmenter knows. */
import { FunctionError } from './errors';
import type { StoredFile } from './files';

/** UTF-8, or UTF-16 where the file says so by its first bytes. */
export function decodeText({ bytes, uri, mediaType }: StoredFile): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  try {
    const text = new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // told below
  }
  throw new FunctionError(
    'NotText',
    `${uri} is not a text file (its type is ${mediaType}). Use a file of plain text, saved as UTF-8.`,
  );
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
