/** Checks what a function was called with; what is wrong is said in a sentence that names the field. */
import { FunctionError } from './errors';

type Event = Record<string, unknown>;

const invalid = (field: string, must: string, got: unknown) => {
  const shown = got === undefined ? 'it is missing' : `got ${JSON.stringify(got)?.slice(0, 100)}`;
  return new FunctionError('InvalidInput', `"${field}" must be ${must}; ${shown}.`);
};

export function fieldsOf(event: unknown): Event {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new FunctionError('InvalidInput', 'The input must be an object with the fields that the function describes.');
  }
  return event as Event;
}

/** A text; `limit` in characters. */
export function text(
  event: unknown,
  field: string,
  options: { optional?: false; empty?: boolean; limit?: number } = {},
): string {
  const value = fieldsOf(event)[field];
  const { limit = 5_000_000, empty = false } = options;
  if (typeof value !== 'string') throw invalid(field, 'a text', value);
  if (!empty && value.trim() === '') throw invalid(field, 'a text that is not empty', value);
  if (value.length > limit)
    throw new FunctionError('InvalidInput', `"${field}" has ${value.length} characters; at most ${limit} are taken.`);
  return value;
}

export function optionalText(event: unknown, field: string, limit?: number): string | undefined {
  const value = fieldsOf(event)[field];
  return value === undefined || value === null || value === '' ? undefined : text(event, field, { limit });
}

/** A whole number; a text of digits is taken as one. */
export function integer(event: unknown, field: string, least: number, most: number, fallback?: number): number {
  const value = fieldsOf(event)[field];
  if ((value === undefined || value === null) && fallback !== undefined) return fallback;
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
    throw invalid(field, `a whole number from ${least} to ${most}`, value);
  }
  return number;
}

export function oneOf<T extends string>(event: unknown, field: string, choices: readonly T[], fallback?: T): T {
  const value = fieldsOf(event)[field];
  if ((value === undefined || value === null || value === '') && fallback !== undefined) return fallback;
  const found = choices.find((choice) => choice === (typeof value === 'string' ? value.toLowerCase() : value));
  if (!found) throw invalid(field, `one of ${choices.join(', ')}`, value);
  return found;
}

export function flag(event: unknown, field: string, fallback: boolean): boolean {
  const value = fieldsOf(event)[field];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw invalid(field, 'true or false', value);
  return value;
}

export function list(event: unknown, field: string, limit: number): unknown[] {
  const value = fieldsOf(event)[field];
  if (!Array.isArray(value)) throw invalid(field, 'a list', value);
  if (value.length > limit)
    throw new FunctionError('InvalidInput', `"${field}" has ${value.length} entries; at most ${limit} are taken.`);
  return value;
}
