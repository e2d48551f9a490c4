/**
 * JSON values and their texts.
 *
 * History, limits and the wire count texts; expressions work on values. A value is immutable here, so its text is made
 * once and kept beside it. A text that came from outside is kept word for word: AWS carries payloads through states that
 * do not touch them without reformatting them, and so do we.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { utf8Bytes } from '@/lib/base/json';

const texts = new WeakMap<object, string>();

/** The JSON text of a value; for a value that was parsed from a text, that text. */
export function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}

/** @throws SyntaxError when the text is not JSON */
export function parsed(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (typeof value === 'object' && value !== null) texts.set(value, text);
  return value;
}

/** An array of given values whose text is made of theirs. */
export function arrayOf(values: Json[]): Json[] {
  texts.set(values, `[${values.map(textOf).join(',')}]`);
  return values;
}

/** Bytes that AWS allows for a payload between states. */
export const PAYLOAD_LIMIT = 262_144;

export const tooLarge = (text: string): boolean =>
  text.length > PAYLOAD_LIMIT || (text.length * 3 > PAYLOAD_LIMIT && utf8Bytes(text) > PAYLOAD_LIMIT);
