/** Words for files: "the photo", "my contract.pdf", "the attached document" name a file, they are no text of their own. */
import { mediaFit } from '@/lib/functions/types';
import { term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { fieldsOf, type Step } from './steps';
import { mediaTypeOf, type Value } from './values';

const set = (words: string) => new Set(words.split(/\s+/).map(term));
/** By the first part of a media type, or by the whole. */
const KINDS: Record<string, ReadonlySet<string>> = {
  image: set('image photo picture png jpeg jpg gif webp screenshot scan logo'),
  audio: set('audio recording song sound mp3 wav podcast'),
  video: set('video clip movie recording mp4 footage'),
  text: set('text note document txt csv table spreadsheet markdown html'),
  'text/csv': set('csv table spreadsheet'),
  'application/pdf': set('pdf document report contract paper invoice letter'),
  application: set('document spreadsheet archive zip json xml table report'),
};
const ANY = set('file attachment upload attached uploaded');
const EVERY = new Set([...ANY, ...Object.values(KINDS).flatMap((words) => [...words])]);
// A text, a table or a song is a thing of its own as well, which a prompt may well mean as such.
for (const word of ['text', 'note', 'table', 'song', 'sound', 'movie', 'letter', 'report', 'paper', 'logo'])
  EVERY.delete(term(word));

/** Does a word name some file, whichever is attached? */
export const isFileWord = (word: string): boolean => EVERY.has(term(word));

/** Does a word name a file of this media type? */
export const namesMedia = (word: string, mediaType: string | null): boolean => {
  const t = term(word);
  return (
    ANY.has(t) ||
    (mediaType !== null &&
      ((KINDS[mediaType]?.has(t) ?? false) ||
        // A PDF is no archive, although both are applications.
        (!(mediaType in KINDS && mediaType.startsWith('application/')) &&
          (KINDS[mediaType.split('/')[0]!]?.has(t) ?? false))))
  );
};

/** Do the words of these units name an attached file, by its kind or by its own name? */
export const namesFileOf = (units: readonly Unit[], value: Value): boolean =>
  units.some((unit) =>
    unit.tokens.some(
      (token) =>
        (token.kind === 'word' && namesMedia(token.lower, value.mediaType)) ||
        (token.kind === 'file' && token.lower === value.text.toLowerCase()),
    ),
  );

/**
 * "save it as open.csv": does a function make just such a file as the words of a step name as what is to come?
 *
 * @returns 0: no; 1: such a file among others; 2: just such files
 */
export function makesSuch(entry: Step['entry'], step: Step, { values }: { values: readonly Value[] }): 0 | 1 | 2 {
  const wanted = values.find(
    ({ kind, given, unit, text }) =>
      kind === 'file' && !given && mediaTypeOf(text) !== null && step.units.some(({ at }) => at === unit),
  );
  return wanted ? makesOf(entry, wanted.text) : 0;
}

/** The same, of a file of this name. */
export function makesOf({ manifest }: Step['entry'], file: string): 0 | 1 | 2 {
  const ending = endingOf(file);
  const media = mediaTypeOf(file) ?? undefined;
  const fits = fieldsOf(manifest.output).map(({ schema }): 0 | 1 | 2 => {
    if (schema.format !== 's3-uri') return 0;
    if (!schema.contentMediaType) return new RegExp(`\\.${ending}\\b`, 'i').test(manifest.description) ? 2 : 0;
    if (schema.contentMediaType === media) return 2;
    if (mediaFit(media, schema.contentMediaType) < 1) return 0;
    // One picture format of several is made where the function can be told which.
    if (!media?.startsWith('image/')) return 1;
    const told = fieldsOf(manifest.input).some((field) => field.schema.enum?.some((one) => one === media.slice(6)));
    return told ? 2 : 0;
  });
  return Math.max(0, ...fits) as 0 | 1 | 2;
}

/** @example endingOf('open.CSV') // csv */
export const endingOf = (name: string): string => /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
