/**
 * What a form needs to know of a JSON Schema: its kind of control, the values to begin with, what is wrong with a value.
 *
 * Knows the keywords that manifests use; the server checks again with all of them.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';

export type ControlKind =
  | 'string'
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'enum'
  | 'file'
  | 'array'
  | 'object'
  | 'json';

/** The control that fits a schema. `json`: anything, typed as JSON. */
export function controlOf(schema: JsonSchema): ControlKind {
  if (schema.enum) return 'enum';
  const types = Array.isArray(schema.type) ? schema.type.filter((t) => t !== 'null') : [schema.type];
  const type = types.length === 1 ? types[0] : undefined;
  if (type === 'string') {
    if (schema.format === 's3-uri') return 'file';
    return schema.format === 'multiline' || (schema.maxLength ?? 0) > 200 ? 'text' : 'string';
  }
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  if (type === 'array') return schema.items ? 'array' : 'json';
  if (type === 'object' || (!type && schema.properties))
    return Object.keys(schema.properties ?? {}).length > 0 ? 'object' : 'json';
  return 'json';
}

/** A word for a schema's type: `text`, `whole number`, `image file`, `list of text`. */
export function typeText(schema: JsonSchema | undefined): string {
  if (!schema) return 'any';
  if (schema.enum) return 'choice';
  if (schema.format === 's3-uri') {
    const family = schema.contentMediaType?.split('/')[0];
    return family && family !== '*' && family !== 'application' ? `${family} file` : 'file';
  }
  const type = Array.isArray(schema.type) ? schema.type.filter((t) => t !== 'null').join(' or ') : schema.type;
  if (type === 'string') return schema.format === 'uri' ? 'link' : 'text';
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return 'yes or no';
  if (type === 'array') return schema.items ? `list of ${typeText(schema.items)}` : 'list';
  return type ?? 'any';
}

/** The value that a form begins with: defaults where the schema has them; nothing is invented. */
export function defaultsOf(schema: JsonSchema): Json | undefined {
  if (schema.default !== undefined) return schema.default;
  if (controlOf(schema) !== 'object') return undefined;
  const value: JsonObject = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const initial = defaultsOf(property);
    if (initial !== undefined) value[name] = initial;
  }
  return value;
}

/** A value to overwrite: each field of a schema, empty in its type. Of a list one item, so that its fields are seen. */
export function blankOf(schema: JsonSchema): Json {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, blankOf(field)]));
    case 'array':
      return schema.items?.type === 'object' ? [blankOf(schema.items)] : [];
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'string':
      return '';
    default:
      return null;
  }
}

export type FormErrors = Record<string, string>;
/** `/image/width`; the empty string is the whole value. */
export const pointer = (path: (string | number)[]): string => path.map((part) => `/${part}`).join('');

const TYPE_TESTS: Record<string, (value: Json) => boolean> = {
  string: (v) => typeof v === 'string',
  number: (v) => typeof v === 'number',
  integer: (v) => typeof v === 'number' && Number.isInteger(v),
  boolean: (v) => typeof v === 'boolean',
  array: (v) => Array.isArray(v),
  object: isObject,
  null: (v) => v === null,
};

/** Everything wrong with a value, by pointer; an empty object means fit to send. */
export function validateValue(schema: JsonSchema, value: Json | undefined, path: (string | number)[] = []): FormErrors {
  const at = pointer(path);
  const fault = (message: string): FormErrors => ({ [at]: message });
  if (value === undefined) return {};
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => TYPE_TESTS[type]?.(value) ?? true)) {
    return fault(`Must be ${article(typeText(schema))}.`);
  }
  if (schema.enum && !schema.enum.some((option) => option === value)) return fault('Choose one of the list.');
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return fault(`Must be at least ${schema.minimum}.`);
    if (schema.maximum !== undefined && value > schema.maximum) return fault(`Must be at most ${schema.maximum}.`);
  }
  if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength) {
      return fault(
        schema.minLength === 1 ? 'Must not be empty.' : `Must have at least ${schema.minLength} characters.`,
      );
    }
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      return fault(`Must have at most ${schema.maxLength} characters.`);
    }
    if (schema.format === 's3-uri' && !/^s3:\/\/[^/]+\/.+/.test(value))
      return fault('Must be a file: upload one, or give s3://bucket/key.');
    if (schema.pattern && !matches(schema.pattern, value)) return fault(`Must match the pattern ${schema.pattern}`);
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems)
      return fault(`Needs at least ${schema.minItems} items.`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      return fault(`Takes at most ${schema.maxItems} items.`);
    const { items } = schema;
    return items ? Object.assign({}, ...value.map((item, i) => validateValue(items, item, [...path, i]))) : {};
  }
  if (isObject(value)) {
    const errors: FormErrors = {};
    for (const name of schema.required ?? []) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      const label = schema.properties?.[name]?.title ?? name;
      if (given === undefined || given === '') errors[pointer([...path, name])] = `${label} is needed.`;
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!Object.hasOwn(value, name) || errors[pointer([...path, name])]) continue;
      Object.assign(errors, validateValue(property, value[name], [...path, name]));
    }
    return errors;
  }
  return {};
}

const article = (words: string): string => {
  if (words === 'yes or no' || words === 'text' || words === 'any') return words;
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
};

/** A pattern that is no regular expression rejects nothing. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}
