/** Dates as people and programs write them. */
import { DateTime } from 'luxon';
import { FunctionError } from './errors';
import { optionalText, text } from './input';

export const zoneOf = (event: unknown): string => {
  const zone = optionalText(event, 'time_zone', 60) ?? 'UTC';
  if (!DateTime.utc().setZone(zone).isValid)
    throw new FunctionError(
      'InvalidInput',
      `"time_zone" is "${zone}", which is no time zone. Use one such as Europe/Oslo, or UTC.`,
    );
  return zone;
};

/** @returns the date, and whether it was written without a time */
export function dateOf(event: unknown, field: string, zone: string): { at: DateTime; dayOnly: boolean } {
  const given = text(event, field, { limit: 60 }).trim();
  if (/^now$/i.test(given)) return { at: DateTime.now().setZone(zone), dayOnly: false };
  if (/^today$/i.test(given)) return { at: DateTime.now().setZone(zone).startOf('day'), dayOnly: true };
  // A time with an offset of its own is brought into the zone; one without is meant there.
  for (const read of [DateTime.fromISO, DateTime.fromRFC2822, DateTime.fromHTTP, DateTime.fromSQL]) {
    const at = read(given, { zone });
    if (at.isValid) return { at, dayOnly: /^\d{4}(-?\d{2}){0,2}$/.test(given) };
  }
  throw new FunctionError(
    'InvalidInput',
    `"${field}" is "${given}", which cannot be read as a date. Write it as 2024-05-01 or 2024-05-01T12:00:00Z.`,
  );
}

export const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;
export type Unit = (typeof UNITS)[number];
