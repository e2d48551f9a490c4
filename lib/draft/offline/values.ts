/**
 * The values that a prompt gives: numbers, sizes, quotes, names, dates, addresses, attached files; each with the words
 * around it, by which it finds the argument that it belongs to.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { isStopWord, term } from '@/lib/functions/words';
import type { AttachedFile } from '../plan';
import type { Unit } from './clauses';
import type { Token, TokenKind } from './tokens';

export type ValueKind =
  | Exclude<TokenKind, 'word' | 'mark' | 'break' | 'size'>
  | 'name'
  | 'width'
  | 'height'
  | 'attached';

export type Value = {
  id: number;
  kind: ValueKind;
  json: Json;
  /** as the prompt says it */
  text: string;
  start: number;
  end: number;
  /** index of the unit that it stands in; −1: of the whole prompt */
  unit: number;
  /** terms before it, nearest first, and behind it */
  before: string[];
  behind: string[];
  measure: string | null;
  /** what the file or URL holds, where its ending tells: image/png */
  mediaType: string | null;
  /** index among the attached files */
  file: number | null;
  /** a file that is named and not attached: it is there already, rather than to be made ("save it as a.txt") */
  given?: true;
};

const MEDIA: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  svg: 'image/svg+xml',
  heic: 'image/heic',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  avi: 'video/x-msvideo',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  pdf: 'application/pdf',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};
/** By its ending; `null` where that says nothing. */
export const mediaTypeOf = (name: string): string | null =>
  MEDIA[/\.([a-z0-9]+)(?:[?#].*)?$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;

/** @param isWord whether the catalogue's own sentences have this word: then its capitals make no name of it */
export function valuesOf(
  units: readonly Unit[],
  files: readonly AttachedFile[],
  isWord: (word: string) => boolean,
): Value[] {
  const values: Value[] = [];
  const push = (value: Omit<Value, 'id'>) => values.push({ ...value, id: values.length });
  for (const unit of units) {
    const around = (from: number, to: number) => ({
      before: [
        ...(/^(top|first|last|best)$/.test(unit.tokens[from - 1]?.lower ?? '') ? ['~top'] : []),
        ...termsBefore(unit.tokens, from),
      ],
      behind: termsBehind(unit.tokens, to),
    });
    for (let i = 0; i < unit.tokens.length; i++) {
      const token = unit.tokens[i]!;
      const common = {
        text: token.text,
        start: token.start,
        end: token.end,
        unit: unit.at,
        measure: token.unit,
        mediaType: mediaTypeOf(typeof token.value === 'string' ? token.value : token.text),
        file: null,
      };
      if (token.kind === 'size' && Array.isArray(token.value)) {
        const [width, height] = token.value;
        push({ ...common, ...around(i, i), kind: 'width', json: width! });
        push({ ...common, ...around(i, i), kind: 'height', json: height! });
      } else if (token.kind === 'word') {
        const told = labelledPhrase(unit.tokens, i);
        const to = told < 0 ? properName(unit.tokens, i, isWord) : told;
        if (to < 0) continue;
        const last = unit.tokens[to]!;
        const text = unit.tokens
          .slice(i, to + 1)
          .map((t, k) => (k > 0 && t.start > unit.tokens[i + k - 1]!.end ? ' ' : '') + t.text)
          .join('');
        const name = text.replace(/['’]s$/, '');
        push({
          ...common,
          ...around(i, to),
          kind: told < 0 ? 'name' : 'quote',
          json: name,
          text: name,
          end: last.end,
        });
        i = to;
      } else if (token.kind !== 'mark' && token.kind !== 'break' && token.kind !== 'size') {
        const kind = kindWithin(token);
        const given = kind === 'file' && common.mediaType !== null && !isMade(unit, i);
        push({ ...common, ...around(i, i), kind, json: token.value, ...(given ? { given } : {}) });
      }
    }
  }
  files.forEach((file, index) => {
    const type =
      file.mediaType && file.mediaType !== 'application/octet-stream' ? file.mediaType : mediaTypeOf(file.name);
    push({
      kind: 'attached',
      json: file.uri,
      text: file.name,
      start: -1,
      end: -1,
      unit: -1,
      before: [],
      behind: [],
      measure: null,
      mediaType: type,
      file: index,
    });
  });
  return values;
}

/** "with the subject Weekly news", "saying see you soon": words that are given as they stand, though without quotation marks. */
function labelledPhrase(tokens: readonly Token[], i: number): number {
  let label = i - 1;
  while (label > 0 && (tokens[label]!.text === ':' || /^(line|is)$/.test(tokens[label]!.lower))) label--;
  const word = tokens[label]?.lower ?? '';
  const labels =
    word === 'saying' || (word === 'subject' && !/^(a|any|every|each)$/.test(tokens[label - 1]?.lower ?? ''));
  if (!labels || tokens[label]!.kind !== 'word') return -1;
  // "saying we meet at noon" goes on to the end; "saying DRAFT on each page" does not
  const sentence = word === 'saying' && /^\p{Ll}/u.test(tokens[i]!.text) && !ENDS.has(tokens[i]!.lower);
  let to = i - 1;
  while (
    to + 1 < tokens.length &&
    /^(word|number|code|date|time)$/.test(tokens[to + 1]!.kind) &&
    (sentence || !ENDS.has(tokens[to + 1]!.lower))
  )
    to++;
  return to < i ? -1 : to;
}
const ENDS = new Set(
  `saying reading of that which is are was and or but with to from on in at by for as when if then so`.split(' '),
);

/** "save it as a.txt", "write b.csv", "into a file called c.zip": the file is made there. */
function isMade({ tokens, verb }: Unit, at: number): boolean {
  const before = tokens[at - 1]?.lower ?? '';
  return (
    /^(as|to|into|named|called|name|is|:)$/.test(before) ||
    (verb >= 0 && at === verb + 1 && /^(save|write|make|create|produce|generate|name|call|output)$/.test(before))
  );
}

/** A quoted file name is a file name. */
function kindWithin(token: Token): Exclude<TokenKind, 'word' | 'mark' | 'break' | 'size'> {
  if (token.kind !== 'quote' || typeof token.value !== 'string')
    return token.kind as Exclude<TokenKind, 'word' | 'mark' | 'break' | 'size'>;
  if (/^(https?:\/\/|www\.)\S+$/i.test(token.value)) return 'url';
  if (/^s3:\/\/\S+$/i.test(token.value)) return 's3';
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(token.value)) return 'email';
  return /^[\w ()-]+\.[a-z0-9]{2,5}$/i.test(token.value) && mediaTypeOf(token.value) ? 'file' : 'quote';
}

/** Words in capitals that are no names. */
const NO_NAME = new Set(`i i’m i'm i'd i'll i've please ok hi hello dear thanks the a an my this it`.split(/\s+/));
const LANGUAGES = new Set(
  `arabic bengali bulgarian catalan chinese croatian czech danish dutch english estonian finnish french german greek
    hebrew hindi hungarian icelandic indonesian irish italian japanese korean latin latvian lithuanian malay mandarin
    norwegian persian polish portuguese romanian russian serbian slovak slovenian spanish swahili swedish tamil thai
    turkish ukrainian urdu vietnamese welsh`.split(/\s+/),
);
/** Is a name that of a language? */
export const isLanguage = (text: string): boolean => LANGUAGES.has(text.toLowerCase());
const LINKS = new Set(`of the and de la van von der di da del al & , - 's`.split(/\s+/));
const isCapital = (token: Token | undefined) =>
  token?.kind === 'word' && /^\p{Lu}/u.test(token.text) && !NO_NAME.has(token.lower);

/**
 * Where a proper name that begins at `i` ends; −1 for none. A capital at the beginning of a sentence is no sign, unless
 * another one follows.
 */
function properName(tokens: readonly Token[], i: number, isWord: (word: string) => boolean): number {
  const token = tokens[i];
  // "into french"
  if (token?.kind === 'word' && isLanguage(token.text) && /^(to|into|in|from)$/.test(tokens[i - 1]?.lower ?? ''))
    return i;
  if (!isCapital(token)) return -1;
  if (i === 0 && !(isCapital(tokens[1]) && tokens[1]!.start - token!.end === 1)) return -1;
  const alone = !isCapital(tokens[i + 1]);
  if (
    alone &&
    (token!.text.length === 1 ||
      COMMON_CAPITALS.has(token!.text) ||
      (/^[A-Z]{2,6}s?$/.test(token!.text) && isWord(token!.lower)))
  )
    return -1;
  let end = i;
  for (let at = i + 1; at < tokens.length && at < i + 9; at++) {
    const next = tokens[at]!;
    if (
      isCapital(next) ||
      (next.kind === 'number' && at === end + 1 && isCapital(tokens[i])) ||
      (next.kind === 'code' && at === end + 1)
    )
      end = at;
    else if (LINKS.has(next.lower) && next.lower !== ',' && next.lower !== 'and' && isCapital(tokens[at + 1])) continue;
    else if (
      next.lower === ',' &&
      isCapital(tokens[at + 1]) &&
      at === end + 1 &&
      !isCapital(tokens[at + 2]) &&
      tokens[at + 2]?.lower !== ',' &&
      tokens[at + 2]?.lower !== 'and'
    )
      continue; // Sydney, Australia
    else break;
  }
  return end;
}
/** Formats and techniques, written in capitals, that are seldom somebody's name. */
const COMMON_CAPITALS = new Set(
  `URL S3 UI API ID PDF CSV JSON XML HTML SMS QR OCR AI DNA PNG JPEG JPG GIF AWS MP3 MP4 WAV TV IP VIN BMI
    GPS PIN AM PM TEXT ZIP URI`.split(/\s+/),
);

const termsBefore = (tokens: readonly Token[], from: number): string[] => {
  const found: string[] = [];
  for (let at = from - 1; at >= 0 && found.length < 6; at--) {
    const token = tokens[at]!;
    if (token.kind === 'word' && !isStopWord(token.lower)) found.push(...labelTerms(token.lower));
    else if (token.kind === 'word' && DIRECTION.has(token.lower)) found.push(`~${token.lower}`);
  }
  return found;
};
const termsBehind = (tokens: readonly Token[], to: number): string[] => {
  const found: string[] = [];
  for (let at = to + 1; at < tokens.length && found.length < 3; at++) {
    const token = tokens[at]!;
    if (token.kind === 'mark' || (token.kind === 'word' && DIRECTION.has(token.lower))) break;
    if (token.kind === 'word' && !isStopWord(token.lower)) found.push(...labelTerms(token.lower));
  }
  return found;
};
const labelTerms = (word: string) => word.split(/[-_]/).filter(Boolean).map(term);
/** Prepositions tell arguments apart: from Berlin to Rome. */
export const DIRECTION = new Set(
  `from to by at in on for with into until between than under over named called titled about near`.split(/\s+/),
);
