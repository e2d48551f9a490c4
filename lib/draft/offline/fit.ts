/**
 * How well a value of the prompt, or an output of a step, fits an input: 0 … 1.
 *
 * Longer than most: mainly tables of what units, kinds of values and names speak of.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { FunctionIndex } from '@/lib/functions/search';
import { compatible, isGenericName, mediaFit, nameTerms, termsFit } from '@/lib/functions/types';
import { isStopWord, splitName, term, wordsOf } from '@/lib/functions/words';
import type { Field, Step } from './steps';
import { isLanguage, type Value } from './values';

const t = (...words: string[]) => new Set(words.map(term));
const PERSON = t(
  'name',
  'user',
  'username',
  'person',
  'people',
  'customer',
  'patient',
  'student',
  'employee',
  'author',
  'artist',
  'owner',
  'guest',
  'passenger',
  'recipient',
  'sender',
  'contact',
  'member',
);
const IDENTITY = t('id', 'key', 'token', 'uuid', 'code', 'number', 'isbn', 'vin', 'sku', 'no');
const ADDRESSING = {
  url: t('url', 'link', 'website', 'site', 'page', 'uri', 'webhook', 'endpoint', 'feed'),
  email: t('email', 'recipient', 'to', 'sender', 'address', 'cc', 'contact'),
  phone: t('phone', 'mobile', 'number', 'contact', 'cell', 'fax'),
};
const TIME = t(
  'date',
  'day',
  'time',
  'deadline',
  'when',
  'start',
  'end',
  'begin',
  'until',
  'since',
  'departure',
  'arrival',
  'birthday',
  'birth',
  'check',
  'due',
  'schedule',
  'from',
  'to',
);
const PLACE = t(
  'city',
  'place',
  'location',
  'country',
  'destination',
  'origin',
  'address',
  'region',
  'state',
  'town',
  'area',
  'venue',
  'station',
  'airport',
  'departure',
  'arrival',
  'from',
  'to',
);
const TEXTUAL = t(
  'text',
  'content',
  'message',
  'body',
  'query',
  'q',
  'prompt',
  'title',
  'subject',
  'name',
  'keyword',
  'phrase',
  'sentence',
  'word',
  'term',
  'topic',
  'description',
  'instruction',
  'script',
  'question',
  'note',
  'comment',
  'search',
  'caption',
  'template',
  'data',
  'input',
  'arg',
  'label',
);
const BODY = t('text', 'content', 'message', 'body');
const LANGUAGE = t('language', 'lang', 'locale');
const LIMIT = t('limit', 'max', 'maximum', 'top');
const SAYING = t('saying', 'says');
const UNITS: Record<string, string[]> = {
  px: ['width', 'height', 'size', 'pixel'],
  pixel: ['width', 'height', 'size', 'pixel'],
  pixels: ['width', 'height', 'size', 'pixel'],
  '%': ['rate', 'percent', 'percentage', 'interest', 'discount', 'quality', 'tax', 'tip', 'level', 'ratio', 'opacity'],
  usd: ['amount', 'price', 'cost', 'budget', 'money', 'principal', 'salary', 'value', 'payment', 'income', 'purchase'],
  eur: ['amount', 'price', 'cost', 'budget', 'money'],
  gbp: ['amount', 'price', 'cost', 'budget', 'money'],
  jpy: ['amount', 'price', 'cost', 'budget', 'money'],
  inr: ['amount', 'price', 'cost', 'budget', 'money'],
  dollars: ['amount', 'price', 'cost', 'budget', 'money'],
  euros: ['amount', 'price', 'cost', 'budget', 'money'],
  kg: ['weight', 'mass'],
  kilograms: ['weight', 'mass'],
  g: ['weight', 'mass'],
  grams: ['weight', 'mass'],
  pounds: ['weight', 'mass'],
  lbs: ['weight', 'mass'],
  lb: ['weight', 'mass'],
  m: ['height', 'length', 'distance', 'width', 'depth'],
  meters: ['height', 'length', 'distance', 'width', 'depth', 'altitude'],
  cm: ['height', 'length', 'width'],
  km: ['distance', 'radius', 'length'],
  kilometers: ['distance', 'radius'],
  miles: ['distance', 'radius'],
  feet: ['height', 'length'],
  seconds: ['duration', 'time', 'second', 'timeout', 'length', 'delay'],
  s: ['duration', 'time', 'second'],
  minutes: ['duration', 'time', 'minute', 'length'],
  hours: ['duration', 'time', 'hour', 'length'],
  days: ['day', 'duration', 'period', 'length'],
  weeks: ['week', 'duration', 'period'],
  months: ['month', 'duration', 'period', 'term', 'tenure'],
  years: ['year', 'duration', 'term', 'age', 'period', 'tenure', 'time'],
  year: ['age', 'year'],
  people: ['guest', 'person', 'party', 'size', 'capacity', 'people'],
  guests: ['guest', 'party'],
  persons: ['person', 'guest'],
  degrees: ['angle', 'rotation', 'degree'],
  '°c': ['temperature'],
  '°f': ['temperature'],
  hz: ['frequency'],
  x: ['speed', 'factor', 'scale', 'rate', 'zoom'],
};

/** "into French", "from Oslo": what inputs for the two ends of a way are called. */
const SIDES: Record<string, string[]> = {
  into: ['to', 'target', 'destination', 'dest'],
  from: ['source', 'origin', 'src'],
};
export const paramTerms = (name: string, index: FunctionIndex): string[] => nameTerms(name, index.lexicon);
const isIdentity = (terms: readonly string[]) => terms.length > 0 && IDENTITY.has(terms.at(-1)!);

const aboutCache = new WeakMap<JsonSchema, Set<string>>();
/** Terms of a field's title and description. */
export function about(schema: JsonSchema): Set<string> {
  let found = aboutCache.get(schema);
  if (!found) {
    found = new Set(
      wordsOf(`${schema.title ?? ''} ${schema.description ?? ''}`).flatMap((word) =>
        isStopWord(word) ? [] : [term(word)],
      ),
    );
    aboutCache.set(schema, found);
  }
  return found;
}

/** JSON types that a schema takes; empty where it does not say. */
export const typesOf = (schema: JsonSchema): string[] =>
  Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
const takes = (schema: JsonSchema, type: string) => typesOf(schema).length === 0 || typesOf(schema).includes(type);

/** The values of an enumeration; manifests are written by people, so it may be anything else. */
export const membersOf = (schema: JsonSchema): Json[] | null =>
  Array.isArray(schema.enum) && schema.enum.length > 0 ? schema.enum : null;

/** A value as the field wants it: a number as text where text is wanted, one thing as a list of one. `undefined`: cannot be. */
export function shaped(json: Json, schema: JsonSchema): Json | undefined {
  const members = membersOf(schema);
  if (members) return members.find((member) => String(member).toLowerCase() === String(json).toLowerCase());
  const types = typesOf(schema);
  if (types.length === 0) return json;
  if (typeof json === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(json))
      ? json
      : types.includes('string')
        ? String(json)
        : undefined;
  if (typeof json === 'string') {
    if (types.includes('string')) return json;
    const item = schema.items?.type;
    if (types.includes('array')) return item === undefined || item === 'string' ? [json] : undefined;
    if (/^-?\d+(\.\d+)?$/.test(json) && (types.includes('number') || types.includes('integer'))) return Number(json);
    return undefined;
  }
  if (Array.isArray(json))
    return types.includes('array') ? json : types.includes('string') ? json.join(', ') : undefined;
  return types.includes(typeof json) ? json : undefined;
}

/** What a format or media type asks for, in one word: image, url, date … */
export function meaningOf(schema: JsonSchema): string | null {
  if (schema.contentMediaType) return schema.contentMediaType.split('/')[0]!;
  return schema.format && !/^(int\d*|float|double|password|regex)$/.test(schema.format) ? schema.format : null;
}

/**
 * @param local 1: in the words that asked for the step; less farther away
 * @returns how well it fits, 0 where it cannot
 */
export function fitOfValue(value: Value, field: Field, index: FunctionIndex, local: number): number {
  const { schema } = field;
  if (shaped(value.json, schema) === undefined) return 0;
  const name = paramTerms(field.name, index);
  const told = about(schema);
  // "saying …" labels a text, whatever stands before it
  const saying = value.before[0] !== undefined && SAYING.has(value.before[0]);
  const nearName = saying
    ? Number(name.some((x) => BODY.has(x)))
    : name.filter((x) => value.before.slice(0, 4).includes(x) || value.behind.slice(0, 2).includes(x)).length /
      Math.max(1, name.length);
  const direction = value.before[0]?.startsWith('~') ? value.before[0].slice(1) : null;
  const sides = direction ? [direction, ...(SIDES[direction] ?? [])] : [];
  const directed = splitName(field.name).some((part) => sides.includes(part)) ? 0.5 : 0;
  const nearTold = [...value.before.slice(0, 2), ...value.behind.slice(0, 1)].some((x) => told.has(x)) ? 0.25 : 0;
  const label = Math.min(1, nearName + directed + nearTold);
  const meaning = meaningOf(schema);
  const base = baseFit(value, field, name, told, meaning);
  if (base === 0) return 0;
  // A name said elsewhere is not just anything: "This is Anna" fills a name, never a mood.
  if (value.kind === 'name' && local < 1 && base <= 0.5 && label < 0.3) return base * 0.5;
  // In another step's words only what is labelled for this input is for it.
  const far = local < 0.8 ? local * (0.55 + 0.45 * label) : local;
  return Math.min(1, (base + (1 - base) * 0.75 * label) * far);
}

function baseFit(
  value: Value,
  field: Field,
  name: readonly string[],
  told: ReadonlySet<string>,
  meaning: string | null,
): number {
  const { schema } = field;
  const any = (set: ReadonlySet<string>) => name.some((x) => set.has(x));
  const members = membersOf(schema);
  if (members) return members.some((x) => String(x).toLowerCase() === String(value.json).toLowerCase()) ? 0.9 : 0;
  // A list of files takes files only.
  if (schema.items?.format === 's3-uri' && !/^(attached|s3|list)$/.test(value.kind) && !value.given) return 0;
  switch (value.kind) {
    case 'attached':
    case 's3':
      if (meaning === 's3-uri' || schema.format === 's3-uri')
        return mediaFit(value.mediaType ?? undefined, schema.contentMediaType) * 0.95;
      return meaning && value.mediaType?.startsWith(`${meaning}/`)
        ? 0.85
        : any(t('file', 'uri', 'image', 'document', 'path')) && takes(schema, 'string')
          ? 0.5
          : 0;
    case 'file':
      if (schema.format === 's3-uri') return takesNamed(value, schema);
      if (schema.items?.format === 's3-uri') return takesNamed(value, schema.items);
      if (meaning) return value.mediaType?.startsWith(`${meaning}/`) ? 0.9 : meaning === 'file' ? 0.8 : 0;
      // "zip a.txt and b.txt" calls nothing by these names
      if (value.given && name.includes('name')) return 0.1;
      return any(t('file', 'filename', 'path', 'name', 'image', 'video', 'audio', 'document'))
        ? 0.7
        : any(TEXTUAL)
          ? 0.3
          : 0.15;
    case 'url':
      return meaning === 'uri' || meaning === 'url'
        ? 0.95
        : meaning
          ? value.mediaType?.startsWith(`${meaning}/`)
            ? 0.6
            : 0
          : any(ADDRESSING.url)
            ? 0.95
            : told.has(term('url'))
              ? 0.7
              : any(TEXTUAL)
                ? 0.55
                : 0.15;
    case 'email':
      return meaning === 'email'
        ? 0.95
        : meaning
          ? 0
          : any(ADDRESSING.email)
            ? 0.95
            : told.has(term('email'))
              ? 0.7
              : any(PERSON)
                ? 0.3
                : 0.1;
    case 'phone':
      return meaning && meaning !== 'phone'
        ? 0
        : any(ADDRESSING.phone)
          ? 0.9
          : told.has(term('phone'))
            ? 0.8
            : isIdentity(name)
              ? 0.5
              : 0.15;
    case 'date':
      return meaning === 'date' || meaning === 'date-time'
        ? 0.95
        : meaning
          ? 0
          : any(TIME) && !name.includes('zone')
            ? 0.85
            : told.has(term('date'))
              ? 0.6
              : 0.05;
    case 'time':
      return meaning === 'time' || meaning === 'date-time'
        ? 0.9
        : meaning
          ? 0
          : any(TIME)
            ? 0.8
            : told.has(term('time'))
              ? 0.6
              : 0.05;
    case 'width':
    case 'height':
      return name.includes(term(value.kind)) ? 1 : told.has(term(value.kind)) ? 0.7 : 0.1;
    case 'money':
    case 'percent':
    case 'number': {
      if (!takes(schema, 'number') && !takes(schema, 'integer'))
        // "the three files" counts them and names none
        return meaning || (/^[a-z]{3,}s$/.test(value.measure ?? '') && !isIdentity(name))
          ? 0
          : isIdentity(name)
            ? 0.3
            : 0.12;
      if (
        typeof value.json === 'number' &&
        ((schema.minimum !== undefined && value.json < schema.minimum) ||
          (schema.maximum !== undefined && value.json > schema.maximum))
      )
        return 0;
      // "the first 5 rows", "the top ten": so many at most
      if (value.before[0] === '~top' && name.some((x) => LIMIT.has(x))) return 0.9;
      // "3 across", "2 columns"
      if (value.measure && [field.name, ...name].some((x) => x === value.measure || x === term(value.measure!)))
        return 0.9;
      const units = UNITS[value.measure ?? '']?.map(term);
      if (units?.some((x) => name.includes(x) || told.has(x))) return 0.85;
      // "with 2 columns", where the input's description says that it is about columns
      if (!units && /^[a-z]{4,}s$/.test(value.measure ?? '') && told.has(term(value.measure!))) return 0.65;
      return (units ? 0.3 : 0.45) + (field.required ? 0.05 : 0);
    }
    case 'code':
      if (/^\d+-\d/.test(value.text) && name.includes(term('range'))) return 0.9;
      return meaning ? 0 : isIdentity(name) ? 0.7 : takes(schema, 'string') ? 0.3 : 0.1;
    case 'list':
      return takes(schema, 'array') ? 0.7 : 0.1;
    case 'quote':
      if (meaning) return meaning === 'text' || meaning === 'string' ? 0.7 : 0;
      return isIdentity(name) ? 0.4 : any(TEXTUAL) ? 0.7 : any(PLACE) ? 0.6 : any(PERSON) ? 0.55 : 0.5;
    case 'name':
      // "to German" says into which language; "the text in French" is no text
      if (isLanguage(value.text)) {
        if (name.some((x) => LANGUAGE.has(x))) return 0.9;
        if (any(BODY)) return 0;
      }
      // "for Boris" says for whom, not what.
      if (value.before[0] === '~for' && !any(PERSON) && !any(PLACE)) return 0.15;
      if (schema.format === 's3-uri' || (meaning && meaning !== 'text')) return 0;
      // "translate it into French" names no text.
      if (value.before[0] === '~into' && any(BODY)) return 0;
      if (isIdentity(name)) return 0.08;
      if (any(PLACE)) return /^~(in|at|from|to|near|for|around)$/.test(value.before[0] ?? '') ? 0.7 : 0.55;
      return any(PERSON) ? 0.65 : any(TEXTUAL) ? 0.5 : 0.45;
  }
}

/** "read staff.csv": how well a file that is only named fits; it is asked for when the workflow runs. */
const takesNamed = (value: Value, schema: JsonSchema): number =>
  value.given ? mediaFit(value.mediaType ?? undefined, schema.contentMediaType) * 0.9 : 0;

/** Does an input take files, one or several? */
export const takesFiles = (schema: JsonSchema): boolean =>
  schema.format === 's3-uri' || schema.items?.format === 's3-uri';

/** What the language says of a step's input and another's output, 0–1 each. */
export type Hints = {
  /** the step speaks of "it", "them", "the result" */
  pronoun: boolean;
  /** "then", "after that" */
  then: boolean;
  /** nothing stands between the two */
  next: boolean;
  /** words of the step that the output's name or its function's object answer to */
  mentioned: number;
};

/** `name`: how far the names alone agree; `each`, `item`: as in `Source`. */
export type OutputFit = {
  total: number;
  each: boolean;
  item: string | null;
  name: number /** of one meaning: format or media type */;
  same: boolean;
};

export function fitOfOutput(
  from: Step,
  output: Field | null,
  _to: Step,
  input: Field,
  index: FunctionIndex,
  hints: Hints,
): OutputFit {
  const schema = output?.schema ?? from.entry.manifest.output;
  let typed = compatible(schema, input.schema);
  let each = false;
  if (typed < 0.3 && schema.type === 'array' && schema.items) {
    typed = compatible(schema.items, input.schema) * 0.85;
    each = typed > 0;
  }
  let item: string | null = null;
  if (typed < 0.3 && schema.type === 'array' && schema.items?.properties) {
    for (const [key, inner] of Object.entries(schema.items.properties)) {
      if (
        termsFit(paramTerms(key, index), paramTerms(input.name, index)) < 0.6 ||
        compatible(inner, input.schema) < 0.3
      )
        continue;
      [typed, each, item] = [compatible(inner, input.schema), true, key];
    }
  }
  if (typed < 0.15) return { total: 0, each, item, name: 0, same: false };
  const outName = item ? paramTerms(item, index) : output ? paramTerms(output.name, index) : [];
  const inName = paramTerms(input.name, index);
  const plain = termsFit(outName, inName);
  // `id` of getUser is a user id; `name` wanted by bookHotel is a hotel's.
  const owner = from.entry.nameTerms;
  const qualified =
    output && isGenericName(output.name) ? termsFit([...new Set([...owner.slice(-2), ...outName])], inName) : 0;
  const told = overlap(about(schema), about(input.schema));
  const name = Math.max(plain, qualified * 0.9);
  const meaning = meaningOf(schema);
  const sameFormat = schema.format !== undefined && schema.format === input.schema.format ? 0.5 : 0;
  const same = meaning !== null && meaning === meaningOf(input.schema) ? 0.5 : sameFormat;
  const object = inName.some((x) => owner.includes(x) && !isGenericName(x)) ? 0.35 : 0;
  const evidence =
    1 -
    (1 - 0.85 * name) *
      (1 - 0.35 * told) *
      (1 - same) *
      (1 - object * 0.6) *
      (1 - 0.75 * hints.mentioned) *
      (1 - (hints.pronoun && hints.next ? 0.4 : 0)) *
      (1 - (hints.then && hints.next ? 0.12 : 0)) *
      (1 - (hints.next ? 0.08 : 0));
  return {
    total: (typed >= 0.7 ? 1 : typed >= 0.4 ? 0.9 : typed >= 0.25 ? 0.8 : 0.5) * evidence,
    each,
    item,
    name,
    same: same > 0,
  };
}

/** Shared terms over the smaller set; small sets tell little. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const x of a) if (b.has(x)) shared++;
  return shared / Math.max(3, Math.min(a.size, b.size));
}

export { isIdentity };
