/**
 * Bodies and queries of an HTTP Task as they travel.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';

export type ArrayFormat = 'INDICES' | 'REPEAT' | 'COMMAS' | 'BRACKETS' | 'NONE';

/** Percent-encoded as AWS does it: a space is %20, never a plus sign. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function pairs(name: string, value: Json, arrays: ArrayFormat): [string, string][] {
  if (Array.isArray(value)) {
    if (arrays === 'COMMAS') return [[name, value.map(textOf).join(',')]];
    return value.flatMap((item, i) =>
      pairs(arrays === 'INDICES' ? `${name}[${i}]` : arrays === 'BRACKETS' ? `${name}[]` : name, item, arrays),
    );
  }
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => pairs(`${name}[${key}]`, item, arrays));
  return [[name, textOf(value)]];
}

/** @example formOf({ a: [1, 2], b: { c: 'x y' } }, 'INDICES') // 'a%5B0%5D=1&a%5B1%5D=2&b%5Bc%5D=x%20y' */
export const formOf = (value: JsonObject, arrays: ArrayFormat): string =>
  Object.entries(value)
    .flatMap(([name, item]) => pairs(name, item, arrays))
    .map(([name, text]) => `${encode(name)}=${encode(text)}`)
    .join('&');

/** Query parameters: a list repeats its name, null says nothing. */
export const queryOf = (value: Json | undefined): string =>
  isObject(value)
    ? formOf(Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null)) as JsonObject, 'REPEAT')
    : '';

/** @returns the body's text and the type that it has unless a header says otherwise */
export function bodyOf(asked: Json): { text: string; type: string } | undefined {
  const body = own(asked, 'RequestBody');
  if (body === undefined || body === null) return undefined;
  const transform = own(asked, 'Transform');
  if (own(transform, 'RequestBodyEncoding') === 'URL_ENCODED' && isObject(body)) {
    const format = own(own(transform, 'RequestEncodingOptions'), 'ArrayFormat');
    const arrays = (typeof format === 'string' ? format : 'INDICES') as ArrayFormat;
    return { text: formOf(body, arrays), type: 'application/x-www-form-urlencoded' };
  }
  return typeof body === 'string'
    ? { text: body, type: 'text/plain' }
    : { text: JSON.stringify(body), type: 'application/json' };
}
