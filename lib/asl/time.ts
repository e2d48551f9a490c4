/**
 * Timestamps and durations as Step Functions takes them.
 *
 * A timestamp is RFC 3339 with an upper-case T, seconds and an offset (`Z` or `+01:00`): `2016-12-05T21:29:29Z`, up to
 * nine digits of a second. A duration is whole seconds; no wait is longer than 2³¹ − 1 seconds.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { StatesError } from './errors';

const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** Seconds; AWS refuses a longer delay. */
export const MAX_WAIT_SECONDS = 2_147_483_647;
/** `SecondsPath`, `TimeoutSeconds` …: AWS's own limit in a definition. */
export const MAX_SECONDS = 99_999_999;

/** @returns ms since 1970, with fractions of a ms cut off; `null` when the text is no timestamp or names no real moment */
export function parseTimestamp(text: string): number | null {
  const found = TIMESTAMP.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second] = found.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return null;
  const zone = found[8] as string;
  let offset = 0;
  if (zone !== 'Z') {
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
    if (hours > 18 || minutes > 59) return null;
    offset = (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Number((found[7] ?? '').slice(0, 3).padEnd(3, '0')));
  return date.getTime() - offset * 60_000;
}

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31;

/** Two timestamps to the nanosecond: negative, 0 or positive; `null` when one of them is none. */
export function compareTimestamps(a: string, b: string): number | null {
  const [left, right] = [parseTimestamp(a), parseTimestamp(b)];
  if (left === null || right === null) return null;
  if (left !== right) return left - right;
  const rest = (text: string) => Number(((TIMESTAMP.exec(text)?.[7] ?? '').slice(3) || '0').padEnd(6, '0'));
  return rest(a) - rest(b);
}

/** The value of `SecondsPath`, in seconds. @throws StatesError `States.Runtime`, worded as AWS does */
export function secondsFrom(value: Json | undefined, path: string): number {
  if (value === undefined || value === null)
    throw runtime(`The SecondsPath parameter does not reference an input value: ${path}`);
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${path} == ${shown}`);
  if (value < 0) throw runtime(`The SecondsPath parameter references a negative value: ${path} == ${shown}`);
  return value;
}

/** The value of `TimestampPath`, ms since 1970. @throws StatesError `States.Runtime`, worded as AWS does */
export function timestampFrom(value: Json | undefined, path: string): number {
  if (value === undefined || value === null)
    throw runtime(`The TimestampPath parameter does not reference an input value: ${path}`);
  const moment = typeof value === 'string' ? parseTimestamp(value) : null;
  if (moment === null) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    throw runtime(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
    );
  }
  return moment;
}

/** @throws StatesError `States.Runtime` when the delay is over {@link MAX_WAIT_SECONDS} */
export function checkDelay(seconds: number): void {
  if (seconds > MAX_WAIT_SECONDS) throw runtime('Wait state delay is too long.');
}

const runtime = (cause: string) => new StatesError('States.Runtime', cause);

export const isTimestamp = (text: string): boolean => parseTimestamp(text) !== null;
