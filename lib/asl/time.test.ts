import { describe, expect, test } from 'vitest';
import { StatesError } from './errors';
import { checkDelay, compareTimestamps, parseTimestamp, secondsFrom, timestampFrom } from './time';

test.each([
  ['2016-12-05T21:29:29Z', Date.UTC(2016, 11, 5, 21, 29, 29)],
  ['2016-12-05T21:29:29.123456789Z', Date.UTC(2016, 11, 5, 21, 29, 29, 123)],
  ['2016-12-05T21:29:29.5Z', Date.UTC(2016, 11, 5, 21, 29, 29, 500)],
  ['2016-12-05T21:29:29+05:30', Date.UTC(2016, 11, 5, 15, 59, 29)],
  ['2024-02-29T00:00:00-01:00', Date.UTC(2024, 1, 29, 1)],
  ['0050-01-01T00:00:00Z', -60589296000000],
  ['2016-12-05 21:29:29Z', null],
  ['2016-12-05T21:29:29', null],
  ['2016-13-05T21:29:29Z', null],
  ['2016-12-05T25:29:29Z', null],
  ['2023-02-29T00:00:00Z', null],
  ['1900-02-29T00:00:00Z', null],
  ['05-12-2016T21:29:29Z', null],
  ['2016-12-05t21:29:29z', null],
  ['2016-12-05T21:29Z', null],
  ['2016-12-05T21:29:29.1234567890Z', null],
  ['2016-12-05T21:29:29+19:00', null],
  ['{% $now() %}', null],
  ['', null],
])('%s', (text, expected) => expect(parseTimestamp(text)).toBe(expected));

test.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', 0],
  ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100000Z', 0],
  ['2026-01-01T00:00:00.1234Z', '2026-01-01T00:00:00.123499999Z', -1],
  ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00.999999999Z', 1],
])('%s and %s compare as %i', (a, b, order) => expect(Math.sign(compareTimestamps(a, b) as number)).toBe(order));
test('what is no timestamp has no order', () => expect(compareTimestamps('x', '2026-01-01T00:00:00Z')).toBeNull());

describe('waits, in AWS’s words', () => {
  const cause = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      return error instanceof StatesError ? error.cause : error;
    }
  };
  test.each([
    [0, 0],
    [10, 10],
    [1.5, 'The SecondsPath parameter cannot be parsed as a long value: $.w == 1.5'],
    [-1.5, 'The SecondsPath parameter cannot be parsed as a long value: $.w == -1.5'],
    ['5', 'The SecondsPath parameter cannot be parsed as a long value: $.w == 5'],
    [-1, 'The SecondsPath parameter references a negative value: $.w == -1'],
    [null, 'The SecondsPath parameter does not reference an input value: $.w'],
    [undefined, 'The SecondsPath parameter does not reference an input value: $.w'],
  ])('SecondsPath to %j', (value, expected) => expect(cause(() => secondsFrom(value, '$.w'))).toBe(expected));
  test('TimestampPath', () => {
    expect(cause(() => timestampFrom('2016-12-05T21:29:29', '$.t'))).toBe(
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2016-12-05T21:29:29',
    );
    expect(timestampFrom('1970-01-01T00:00:01Z', '$.t')).toBe(1000);
  });
  test('no delay is longer than 2³¹ − 1 seconds', () => {
    expect(cause(() => checkDelay(2147483647))).toBeUndefined();
    expect(cause(() => checkDelay(2147483648))).toBe('Wait state delay is too long.');
  });
});
