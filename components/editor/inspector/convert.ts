/**
 * Whether data fits where it is put, why not, and what would make it fit.
 *
 *   given schema, wanted schema ──fitOf()──▶ 'fits' | 'maybe' | 'not', and in words why
 *   reference, conversion ──convert()──▶ `$string($total)` · `States.Format('{}', $.total)`
 *   `$string($total)` ──readConversion()──▶ the reference and the conversion
 *
 * A conversion is an expression of the state's query language and nothing else, so that it is seen, kept and exported.
 * Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import {
  expressionText,
  type Mapping,
  parseReference,
  type QueryLanguage,
  type Reference,
  schemaMisfits,
} from '@/lib/graph';
import { typeText } from '../../ui/schema';

export type Fit = { fit: 'fits' | 'maybe' | 'not'; why: string | null };

/** @param given `null`: nothing is known of it */
export function fitOf(given: JsonSchema | null, wanted: JsonSchema): Fit {
  if (!given || typesOf(given).length === 0 || (typesOf(wanted).length === 0 && !wanted.format))
    return { fit: 'maybe', why: given ? null : 'Its type is not known before it runs.' };
  const [worst] = schemaMisfits(given, wanted).sort((a, b) => rank(b.severity) - rank(a.severity));
  if (!worst) {
    // A file is a text that names it: any text may do, and most do not.
    if (wanted.format === 's3-uri' && given.format !== 's3-uri')
      return { fit: 'maybe', why: `Is ${typeText(given)}; it has to be the address of a file.` };
    return { fit: 'fits', why: null };
  }
  const where = worst.path.length > 0 ? `${worst.path.join('.')} ` : '';
  return { fit: worst.severity === 'error' ? 'not' : 'maybe', why: capital(`${where}${worst.message}.`) };
}

const rank = (severity: string): number => ['info', 'warning', 'error'].indexOf(severity);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const typesOf = (schema: JsonSchema): string[] =>
  schema.type === undefined ? [] : [schema.type].flat().filter((type) => type !== 'null');

// ------------------------------------------------------------------ conversions

export type Conversion = {
  id: string;
  /** on the button */
  label: string;
  /** on the chip: "Total · as text" */
  short: string;
  /** what is turned into what */
  from: string[];
  to: string[];
  jsonata: (value: string) => string;
  /** absent: JSONPath has no intrinsic function for it */
  jsonPath?: (value: string) => string;
};

/** Likeliest first. */
export const CONVERSIONS: Conversion[] = [
  {
    id: 'text',
    label: 'Make it a text',
    short: 'as text',
    from: ['number', 'integer', 'boolean'],
    to: ['string'],
    jsonata: (value) => `$string(${value})`,
    jsonPath: (value) => `States.Format('{}', ${value})`,
  },
  {
    id: 'number',
    label: 'Read it as a number',
    short: 'as number',
    from: ['string', 'boolean'],
    to: ['number', 'integer'],
    jsonata: (value) => `$number(${value})`,
    jsonPath: (value) => `States.StringToJson(${value})`,
  },
  {
    id: 'round',
    label: 'Round it to a whole number',
    short: 'rounded',
    from: ['number'],
    to: ['integer'],
    jsonata: (value) => `$round(${value})`,
  },
  {
    id: 'boolean',
    label: 'Yes where it says “true”',
    short: 'as yes or no',
    from: ['string'],
    to: ['boolean'],
    jsonata: (value) => `($lowercase(${value}) = "true")`,
    jsonPath: (value) => `States.StringToJson(${value})`,
  },
  {
    id: 'parse',
    label: 'Read its JSON',
    short: 'JSON read',
    from: ['string'],
    to: ['object', 'array'],
    jsonata: (value) => `$parse(${value})`,
    jsonPath: (value) => `States.StringToJson(${value})`,
  },
  {
    id: 'join',
    label: 'Join the list into a text',
    short: 'joined',
    from: ['array'],
    to: ['string'],
    jsonata: (value) => `$join(${value}.$string(), ", ")`,
  },
  {
    id: 'json',
    label: 'Write it as JSON text',
    short: 'as JSON text',
    from: ['object', 'array'],
    to: ['string'],
    jsonata: (value) => `$string(${value})`,
    jsonPath: (value) => `States.JsonToString(${value})`,
  },
  {
    id: 'list',
    label: 'Make it a list of one',
    short: 'as a list',
    from: ['string', 'number', 'integer', 'boolean', 'object'],
    to: ['array'],
    jsonata: (value) => `[${value}]`,
    jsonPath: (value) => `States.Array(${value})`,
  },
  {
    id: 'first',
    label: 'Take the first of the list',
    short: 'first',
    from: ['array'],
    to: ['string', 'number', 'integer', 'boolean', 'object'],
    jsonata: (value) => `${value}[0]`,
    jsonPath: (value) => `States.ArrayGetItem(${value}, 0)`,
  },
  {
    id: 'count',
    label: 'Count the list',
    short: 'counted',
    from: ['array'],
    to: ['number', 'integer'],
    jsonata: (value) => `$count(${value})`,
    jsonPath: (value) => `States.ArrayLength(${value})`,
  },
];

/** What would make the one fit the other. */
export function conversionsFor(given: JsonSchema | null, wanted: JsonSchema, language: QueryLanguage): Conversion[] {
  if (!given) return [];
  const [from, to] = [typesOf(given), typesOf(wanted)];
  return CONVERSIONS.filter((conversion) => {
    if (language === 'JSONPath' && !conversion.jsonPath) return false;
    if (!from.some((type) => conversion.from.includes(type)) || !to.some((type) => conversion.to.includes(type)))
      return false;
    // What is in the list has to fit in turn.
    if (conversion.id === 'first') return fitOf(given.items ?? null, wanted).fit !== 'not';
    if (conversion.id === 'list') return fitOf(given, wanted.items ?? {}).fit !== 'not';
    return true;
  });
}

/** The value turned, as an expression. */
export function convert(mapping: Mapping, conversion: Conversion, language: QueryLanguage): Mapping {
  const inner = expressionText(mapping, language);
  if (language === 'JSONPath') {
    const text = conversion.jsonPath?.(inner) ?? inner;
    return parseReference(text, language) ?? { kind: 'expression', text };
  }
  const plain = mapping.kind === 'reference' || /^\[.*\]$/s.test(inner);
  const text = conversion.jsonata(plain || conversion.id === 'list' ? inner : `(${inner})`);
  return parseReference(text, language) ?? { kind: 'expression', text: ` ${text} ` };
}

const MARK = '\u0001';

/** The reference inside of a conversion that `convert` wrote; `null` for any other expression. */
export function readConversion(
  mapping: Mapping | undefined,
  language: QueryLanguage,
): { reference: Reference; conversion: Conversion } | null {
  if (mapping?.kind !== 'expression') return null;
  const text = mapping.text.trim();
  for (const conversion of CONVERSIONS) {
    const write = language === 'JSONata' ? conversion.jsonata : conversion.jsonPath;
    const [head, tail] = write?.(MARK).split(MARK) ?? [];
    if (head === undefined || tail === undefined || (head === '' && tail === '[0]')) continue;
    if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) continue;
    const reference = parseReference(text.slice(head.length, text.length - tail.length), language);
    if (reference) return { reference, conversion };
  }
  return null;
}

// ------------------------------------------------------------------ a value and an expression

/** An intrinsic function's argument: quotes, backslashes and braces are marked. */
const quoted = (text: string): string => `'${text.replace(/[\\'{}]/g, '\\$&')}'`;
const unquoted = (text: string): string => text.replace(/\\(.)/gs, '$1');
const JSONPATH_TEXT = /^States\.(Format|StringToJson)\('((?:[^'\\]|\\.)*)'\)$/s;

/** The expression that comes to a value: what the switch of a field makes of it. */
export function asExpression(value: Json, language: QueryLanguage): Mapping {
  if (language === 'JSONata') return { kind: 'expression', text: ` ${JSON.stringify(value)} ` };
  return typeof value === 'string'
    ? { kind: 'expression', text: `States.Format(${quoted(value)})` }
    : { kind: 'expression', text: `States.StringToJson(${quoted(JSON.stringify(value))})` };
}

/** The value that an expression says outright; `undefined` where it computes one. */
export function asValue(mapping: Mapping | undefined, language: QueryLanguage): Json | undefined {
  if (mapping?.kind === 'literal') return mapping.value as Json;
  if (mapping?.kind !== 'expression') return undefined;
  const text = mapping.text.trim();
  try {
    if (language === 'JSONata') return JSON.parse(text) as Json;
    const [, how, inner] = JSONPATH_TEXT.exec(text) ?? [];
    if (how === undefined || inner === undefined) return undefined;
    return how === 'Format' ? unquoted(inner) : (JSON.parse(unquoted(inner)) as Json);
  } catch {
    return undefined;
  }
}
