import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

const rows = [
  { city: 'Oslo', visits: 3 },
  { city: 'Rome', visits: '12' },
  { city: 'new york', visits: null },
];

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test.each([
  ['visits', 'greater than', 4, ['Rome']],
  ['visits', 'less than', 12, ['Oslo']],
  ['visits', 'equals', 12, ['Rome']],
  ['city', 'equals', 'OSLO', ['Oslo']],
  ['city', 'not equals', 'Oslo', ['Rome', 'new york']],
  ['city', 'contains', 'ew', ['new york']],
])('%s %s %s', async (column, operator, value, cities) => {
  expect((await handler({ rows, column, operator, value })).rows.map((row) => row.city)).toEqual(cities);
});

test('a column that no row has is named, with those that there are', async () => {
  await expect(handler({ rows, column: 'country', operator: 'equals', value: 1 })).rejects.toThrow(
    'The columns are: city, visits',
  );
});
