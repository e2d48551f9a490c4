/**
 * How well one value's schema fits another's, softly: 0 (cannot be) … 1 (made for it).
 *
 *   compatible(output's schema, input's schema)      nameFit('resized_image', 'image')
 *
 * The drafter wires by it; nothing is refused by it (the checker and ajv do that).
 * @module
 */
import type { JsonSchema } from './manifest';
import { splitName, term } from './words';

const typesOf = (schema: JsonSchema): string[] =>
  Array.isArray(schema.type)
    ? schema.type
    : schema.type
      ? [schema.type]
      : Array.isArray(schema.enum)
        ? enumTypes(schema.enum)
        : schema.properties
          ? ['object']
          : schema.items
            ? ['array']
            : [];
const enumTypes = (values: unknown[]) => [
  ...new Set(values.map((value) => (typeof value === 'number' ? 'number' : typeof value))),
];

/** Cost of reading a value of one type where another is wanted. */
const TYPE_FIT: Record<string, number> = {
  'integer number': 1,
  'number integer': 0.7,
  'string number': 0.25,
  'string integer': 0.25,
  'number string': 0.4,
  'integer string': 0.4,
  'boolean string': 0.15,
  'array string': 0.2,
  'object string': 0.15,
  'string array': 0.15,
};

/** Formats that say what a thing is. Others (`int32`, `double`) say only how it is written. */
const isMeaning = (format: string | undefined): format is string =>
  format !== undefined && !/^(int\d*|float|double|byte|binary|password|regex)$/.test(format);

/** @returns 0–1; a schema that says nothing fits everything a little */
export function compatible(output: JsonSchema, input: JsonSchema): number {
  const from = typesOf(output);
  const to = typesOf(input);
  if (from.length === 0 || to.length === 0) return 0.6;
  let fit = 0;
  for (const a of from) for (const b of to) fit = Math.max(fit, a === b ? 1 : (TYPE_FIT[`${a} ${b}`] ?? 0));
  if (fit === 0) return 0;
  if (from.includes('array') && to.includes('array') && output.items && input.items)
    fit *= 0.3 + 0.7 * compatible(output.items, input.items);
  if (from.includes('object') && to.includes('object') && output.properties && input.properties) {
    const wanted = input.required ?? Object.keys(input.properties);
    const held = wanted.filter(
      (name) => output.properties![name] && compatible(output.properties![name]!, input.properties![name]!) > 0,
    );
    fit *= wanted.length === 0 ? 1 : held.length / wanted.length;
  }
  return (
    fit * formatFit(output, input) * mediaFit(output.contentMediaType, input.contentMediaType) * enumFit(output, input)
  );
}

function formatFit(output: JsonSchema, input: JsonSchema): number {
  const a = isMeaning(output.format) ? output.format : undefined;
  const b = isMeaning(input.format) ? input.format : undefined;
  if (a === b) return 1;
  if (a && b) return near(a, b) ? 0.8 : 0.05;
  // A bare string may be anything; a URI given where any text is taken is likelier than any text where a URI is needed.
  return b ? 0.45 : 0.6;
}
const NEAR = [
  ['uri', 'url', 'uri-reference', 'iri'],
  ['date', 'date-time'],
  ['date-time', 'time'],
];
const near = (a: string, b: string) => NEAR.some((group) => group.includes(a) && group.includes(b));

/** `image/*` takes every image; a media type on one side only says little. */
export function mediaFit(a: string | undefined, b: string | undefined): number {
  if (a === b) return 1;
  if (!a || !b) return 0.75;
  const accepted = b.split(/[,|]\s*/);
  const given = a.split(/[,|]\s*/);
  const fits = (x: string, y: string) =>
    x === y || y === '*/*' || x === '*/*' || x.split('/')[0] === y.split('/')[0]
      ? x === y || y.endsWith('/*') || y === '*/*'
        ? 1
        : x.endsWith('/*') || x === '*/*'
          ? 0.8
          : 0.2
      : 0;
  return Math.max(...given.flatMap((x) => accepted.map((y) => fits(x, y))), 0.02);
}

function enumFit(output: JsonSchema, input: JsonSchema): number {
  if (!Array.isArray(input.enum)) return 1;
  if (!Array.isArray(output.enum)) return 0.3;
  const shared = output.enum.filter((value) => input.enum!.some((other) => other === value)).length;
  return shared === 0 ? 0 : 0.5 + (0.5 * shared) / output.enum.length;
}

/** Words that say how a thing is held, not what it is. */
const HOLDERS = new Set(
  `uri url id name data result value list info inform detail file path kei key code number text string
    content object input output respons report statu type amount arg out param`
    .split(/\s+/)
    .map(term),
);

const IDS = new Set(['id', 'key', 'code', 'number'].map(term));

export const nameTerms = (name: string, lexicon?: ReadonlySet<string>): string[] =>
  [...new Set(splitName(name.replace(/\d+$/, ''), lexicon).map(term))].filter((t) => t !== '');

/** A name that says nothing of what it holds: `result`, `data`, `arg1`. */
export const isGenericName = (name: string): boolean => nameTerms(name).every((t) => HOLDERS.has(t) || t.length < 2);

/**
 * How likely two names speak of the same thing.
 *
 * @example nameFit('user_id', 'userId') // 1
 * @example nameFit('resized_image', 'image') // 0.8: the same thing, told more closely
 * @example nameFit('user_id', 'order_id') // 0.2: only the holder is the same
 */
export function nameFit(a: string, b: string, lexicon?: ReadonlySet<string>): number {
  return termsFit(nameTerms(a, lexicon), nameTerms(b, lexicon));
}

export function termsFit(x: readonly string[], y: readonly string[]): number {
  if (x.length === 0 || y.length === 0) return 0;
  const shared = x.filter((t) => y.includes(t));
  if (shared.length === x.length && shared.length === y.length) return 1;
  if (shared.length === 0) return 0;
  const telling = (terms: readonly string[]) => terms.filter((t) => !HOLDERS.has(t));
  const [tx, ty, ts] = [telling(x), telling(y), telling(shared)];
  if (ts.length === 0) return tx.length === 0 || ty.length === 0 ? 0.45 : 0.2;
  const held = (terms: readonly string[]) => terms.filter((t) => HOLDERS.has(t));
  const [hx, hy] = [held(x), held(y)];
  // user_id and user_name are two things of one: the holder differs.
  const clash =
    hx.length > 0 && hy.length > 0 && !hx.some((t) => hy.includes(t))
      ? 0.5
      : hx.some((t) => IDS.has(t)) !== hy.some((t) => IDS.has(t))
        ? 0.6
        : 1;
  const cover = (2 * ts.length) / (tx.length + ty.length);
  const head = tx.at(-1) === ty.at(-1) ? 0.1 : 0;
  return Math.min(0.95, (0.35 + 0.5 * cover + head) * clash);
}
