import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

const rows = [
  { city: 'Oslo', n: '0.1' },
  { city: 'Rome', n: 5 },
  { city: 'Oslo', n: 0.2 },
  { city: 'Rome', n: null },
];

test.each([
  ['sum', 0.3, 5],
  ['average', 0.15, 5],
  ['min', 0.1, 5],
  ['max', 0.2, 5],
  ['median', 0.15, 5],
  ['count', 2, 1],
])('%s', async (operation, oslo, rome) => {
  expect((await handler({ rows, operation, column: 'n', group_by: 'city' })).rows).toEqual([
    { city: 'Oslo', [operation]: oslo },
    { city: 'Rome', [operation]: rome },
  ]);
});

test('without groups there is one figure', async () => {
  expect(await handler({ rows, operation: 'count' })).toEqual({ rows: [{ count: 4 }], result: 4, count: 1 });
});

test('a cell that is no number is told with its row', async () => {
  await expect(handler({ rows: [{ n: 1 }, { n: 'many' }], operation: 'sum', column: 'n' })).rejects.toThrow(
    'Row 2 has "many"',
  );
});
