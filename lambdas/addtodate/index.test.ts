import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test.each([
  [{ date: '2024-03-30', amount: -1, unit: 'days' }, '2024-03-29'],
  [{ date: '2024-02-29', amount: 1, unit: 'years' }, '2025-02-28'],
  [{ date: '2024-01-01T00:00:00Z', amount: 90, unit: 'minutes' }, '2024-01-01T01:30:00Z'],
  [{ date: '2024-03-30T12:00', amount: 1, unit: 'days', time_zone: 'Europe/Oslo' }, '2024-03-31T12:00:00+02:00'],
])('%j', async (event, date) => {
  expect(await handler(event)).toEqual({ date });
});

test('beyond the calendar is told', async () => {
  await expect(handler({ date: '2024-01-01', amount: 999_999, unit: 'years' })).rejects.toThrow('beyond the calendar');
});
