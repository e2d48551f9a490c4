/**
 * Mapping ⇄ the JSON that stands for it in a definition, for both query languages.
 *
 *   JSONata    `{% … %}` marks an expression, wherever a string may stand
 *   JSONPath   `"name.$": "$.path"` marks one, as a field of an object only
 *
 * Exact inverses on what a definition can hold; what it cannot is told to `cannot`.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import { type Dollar, parseReference, referenceText } from './data';
import type { Assignments, Mapping, QueryLanguage } from './schema';

export type Tongue = { language: QueryLanguage; dollar?: Dollar };
/** Called with what a definition cannot say; the value is written as near as can be. */
export type Cannot = (code: string, message: string, hint: string) => void;
const ignore: Cannot = () => {};

/** AWS: the braces are the string's first and last characters, without blanks around. */
const isExpression = (text: string): boolean => text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');

// ------------------------------------------------------------------ from JSON

export function mappingFromJson(json: Json, tongue: Tongue): Mapping {
  if (typeof json === 'string' && tongue.language === 'JSONata' && isExpression(json)) {
    return expressionFromText(json.slice(2, -2), tongue);
  }
  if (Array.isArray(json)) {
    const items = json.map((item) => mappingFromJson(item, tongue));
    return items.every((item) => item.kind === 'literal') ? { kind: 'literal', value: json } : { kind: 'list', items };
  }
  if (isObject(json)) {
    const fields = fieldsFromJson(json, tongue);
    return fields.every((field) => field.value.kind === 'literal')
      ? { kind: 'literal', value: json }
      : { kind: 'object', fields };
  }
  return { kind: 'literal', value: json };
}

/** `Assign`, and the fields of a template. */
export function fieldsFromJson(json: JsonObject, tongue: Tongue): Assignments {
  return Object.entries(json).map(([name, value]) =>
    tongue.language === 'JSONPath' && name.endsWith('.$') && typeof value === 'string'
      ? { name: name.slice(0, -2), value: expressionFromText(value, tongue) }
      : { name, value: mappingFromJson(value, tongue) },
  );
}

/** @param text what stands between `{%` and `%}`, or the whole string in JSONPath */
export function expressionFromText(text: string, { language, dollar }: Tongue): Mapping {
  if (language === 'JSONPath') return parseReference(text, language, dollar) ?? { kind: 'expression', text };
  // Canonical: one blank on each side.
  const inner = text.length > 2 && text.startsWith(' ') && text.endsWith(' ') ? text.slice(1, -1) : null;
  return (inner === null ? null : parseReference(inner, language)) ?? { kind: 'expression', text };
}

// ------------------------------------------------------------------ to JSON

export function mappingToJson(mapping: Mapping, tongue: Tongue, cannot: Cannot = ignore): Json {
  switch (mapping.kind) {
    case 'literal':
      if (looksLikeExpression(mapping.value, tongue.language)) {
        cannot(
          'LITERAL_READS_AS_EXPRESSION',
          `The fixed value ${short(mapping.value)} would be read as an expression.`,
          'Make it an expression that gives this text, for example by joining its parts with &.',
        );
      }
      return mapping.value;
    case 'reference':
    case 'expression':
      if (tongue.language === 'JSONPath') {
        cannot(
          'EXPRESSION_NOT_HERE',
          `JSONPath allows "${expressionToText(mapping, tongue)}" only as the value of a field of an object.`,
          'Put it into a field, or set the step’s query language to JSONata.',
        );
      }
      return tongue.language === 'JSONata'
        ? `{%${expressionToText(mapping, tongue)}%}`
        : expressionToText(mapping, tongue);
    case 'object':
      return fieldsToJson(mapping.fields, tongue, cannot);
    case 'list':
      return mapping.items.map((item) => mappingToJson(item, tongue, cannot));
  }
}

export function fieldsToJson(fields: Assignments, tongue: Tongue, cannot: Cannot = ignore): JsonObject {
  const entries = fields.map(({ name, value }): [string, Json] =>
    tongue.language === 'JSONPath' && (value.kind === 'reference' || value.kind === 'expression')
      ? [`${name}.$`, expressionToText(value, tongue, cannot)]
      : [name, mappingToJson(value, tongue, cannot)],
  );
  for (const [i, [name]] of entries.entries()) {
    if (entries.findIndex(([other]) => other === name) === i) continue;
    cannot('FIELD_TWICE', `The field "${name}" is given twice.`, 'Remove one of them.');
  }
  return Object.fromEntries(entries);
}

/** What stands between `{%` and `%}`, or the whole string in JSONPath. */
export function expressionToText(
  mapping: Extract<Mapping, { kind: 'reference' | 'expression' }>,
  { language, dollar = 'state-input' }: Tongue,
  cannot: Cannot = ignore,
): string {
  if (mapping.kind === 'expression') return mapping.text;
  const { kind } = mapping.from;
  if (language === 'JSONPath' && (kind === 'state-input' || kind === 'result' || kind === 'error') && kind !== dollar) {
    cannot(
      'REFERENCE_NOT_HERE',
      `JSONPath cannot refer to the ${NOUN[kind]} here: $ is the ${NOUN[dollar]}.`,
      'Refer to a variable, or set the step’s query language to JSONata.',
    );
  }
  const text = referenceText(mapping, language);
  return language === 'JSONata' ? ` ${text} ` : text;
}

const NOUN: Record<Dollar, string> = { 'state-input': 'step’s input', result: 'step’s result', error: 'caught error' };

function looksLikeExpression(value: Json, language: QueryLanguage): boolean {
  if (typeof value === 'string') return language === 'JSONata' && isExpression(value);
  if (Array.isArray(value)) return value.some((item) => looksLikeExpression(item, language));
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, item]) =>
      (language === 'JSONPath' && name.endsWith('.$') && typeof item === 'string') ||
      looksLikeExpression(item, language),
  );
}

const short = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
