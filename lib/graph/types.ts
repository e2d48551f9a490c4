/**
 * Whether a value fits a schema, as far as can be told before it exists.
 *
 *   (expected schema, mapping) ──▶ misfits
 *
 * Types are compared through the functions' JSON Schemas: string, number, integer, boolean, array, object, null. What a
 * schema does not say fits everything. A file's format and media type that differ are a warning, never an error.
 * @module
 */
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import type { Severity } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';

export type Misfit = { path: (string | number)[]; severity: Severity; message: string };

const typesOf = (schema: JsonSchema): string[] | null => (schema.type === undefined ? null : [schema.type].flat());

export const typeOfJson = (value: Json): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number' && Number.isInteger(value)
        ? 'integer'
        : typeof value;

const accepts = (wanted: string[], given: string): boolean =>
  wanted.includes(given) || (given === 'integer' && wanted.includes('number'));

const ARTICLE: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'nothing (null)',
};
/** Types as a person says them. */
export const spoken = (types: string[]): string => types.map((type) => ARTICLE[type] ?? type).join(' or ');

/** What is wrong with a fixed value; required fields that it lacks are named in `missing`, not here. */
export function literalMisfits(value: Json, schema: JsonSchema, path: (string | number)[] = []): Misfit[] {
  const types = typesOf(schema);
  const error = (message: string): Misfit => ({ path, severity: 'error', message });
  if (types && !accepts(types, typeOfJson(value))) {
    return [error(`is ${spoken([typeOfJson(value)])}, but has to be ${spoken(types)}`)];
  }
  if (schema.enum && !schema.enum.some((option) => jsonEqual(option, value))) {
    return [error(`has to be one of ${schema.enum.map((option) => JSON.stringify(option)).join(', ')}`)];
  }
  const found: Misfit[] = [];
  if (typeof value === 'number') {
    if (typeof schema.minimum === 'number' && value < schema.minimum)
      found.push(error(`has to be at least ${schema.minimum}`));
    if (typeof schema.maximum === 'number' && value > schema.maximum)
      found.push(error(`has to be at most ${schema.maximum}`));
  }
  if (typeof value === 'string') {
    const length = [...value].length; // JSON Schema counts code points
    if (typeof schema.minLength === 'number' && length < schema.minLength) {
      found.push(error(schema.minLength === 1 ? 'is empty' : `needs at least ${schema.minLength} characters`));
    }
    if (typeof schema.maxLength === 'number' && length > schema.maxLength)
      found.push(error(`is longer than ${schema.maxLength} characters`));
    if (schema.format === 's3-uri' && value !== '' && !/^s3:\/\/[^/]+\/.+/.test(value)) {
      found.push({ path, severity: 'warning', message: 'is not the address of a file (s3://bucket/key)' });
    }
  }
  if (Array.isArray(value)) {
    if (typeof schema.minItems === 'number' && value.length < schema.minItems)
      found.push(error(`needs at least ${schema.minItems} items`));
    if (typeof schema.maxItems === 'number' && value.length > schema.maxItems)
      found.push(error(`has more than ${schema.maxItems} items`));
    if (schema.items)
      for (const [i, item] of value.entries()) found.push(...literalMisfits(item, schema.items, [...path, i]));
  }
  if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const field = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (field) found.push(...literalMisfits(inner, field, [...path, name]));
    }
  }
  return found;
}

/** Whether what a schema describes fits where another is expected. */
export function schemaMisfits(given: JsonSchema, expected: JsonSchema, path: (string | number)[] = []): Misfit[] {
  const [from, to] = [typesOf(given), typesOf(expected)];
  if (from && to) {
    const fits = from.filter((type) => accepts(to, type) || (type === 'number' && to.includes('integer')));
    if (fits.length === 0)
      return [{ path, severity: 'error', message: `is ${spoken(from)}, but has to be ${spoken(to)}` }];
    if (!fits.some((type) => accepts(to, type))) {
      return [{ path, severity: 'warning', message: 'is a number, but has to be a whole number' }];
    }
  }
  if (given.format && expected.format && given.format !== expected.format) {
    return [{ path, severity: 'warning', message: `is a ${given.format}, where a ${expected.format} is expected` }];
  }
  if (
    given.contentMediaType &&
    expected.contentMediaType &&
    !mediaTypesMeet(given.contentMediaType, expected.contentMediaType)
  ) {
    return [
      {
        path,
        severity: 'warning',
        message: `is a file of type ${given.contentMediaType}, where ${expected.contentMediaType} is expected`,
      },
    ];
  }
  const found: Misfit[] = [];
  if (given.items && expected.items) found.push(...schemaMisfits(given.items, expected.items, path));
  for (const [name, field] of Object.entries(expected.properties ?? {})) {
    const own = given.properties && Object.hasOwn(given.properties, name) ? given.properties[name] : undefined;
    if (own) found.push(...schemaMisfits(own, field, [...path, name]));
  }
  return found;
}

/** Whether a file of one media type may be of the other: `image/png` meets `image/*`. */
export function mediaTypesMeet(a: string, b: string): boolean {
  const options = (text: string) => text.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase());
  return options(a).some((one) =>
    options(b).some((other) => {
      const [[kind, sub], [kind2, sub2]] = [one.split('/'), other.split('/')];
      return (
        (kind === '*' || kind2 === '*' || kind === kind2) &&
        (!sub || !sub2 || sub === '*' || sub2 === '*' || sub === sub2)
      );
    }),
  );
}

/** Why a path leads to nothing certain: `absent` where the schema has no such field, `optional` where it may be missing. */
export type AtPath = { schema: JsonSchema | null; doubt: 'absent' | 'optional' | null };

/** Follows a path into a schema. `schema: null` means that nothing is known. */
export function schemaAt(schema: JsonSchema | null, path: (string | number)[]): AtPath {
  let at: JsonSchema | null = schema;
  let doubt: AtPath['doubt'] = null;
  for (const [i, segment] of path.entries()) {
    if (!at) return { schema: null, doubt };
    if (typeof segment === 'number') {
      at = at.items ?? null;
      continue;
    }
    if (typesOf(at)?.includes('array') && at.items) {
      // A field of each item: a list again.
      const inner = schemaAt(at.items, path.slice(i));
      return { schema: { type: 'array', ...(inner.schema && { items: inner.schema }) }, doubt: inner.doubt ?? doubt };
    }
    const types = typesOf(at);
    if (types && !types.includes('object') && !types.includes('array')) return { schema: null, doubt: 'absent' };
    const field = at.properties && Object.hasOwn(at.properties, segment) ? at.properties[segment] : undefined;
    if (field) {
      if (!at.required?.includes(segment) && field.default === undefined) doubt = 'optional';
      at = field;
    } else if (at.additionalProperties === false || (at.properties && at.additionalProperties === undefined)) {
      return { schema: null, doubt: 'absent' };
    } else {
      at = typeof at.additionalProperties === 'object' ? at.additionalProperties : null;
    }
  }
  return { schema: at, doubt };
}
