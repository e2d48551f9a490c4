import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('numbers as numbers, words as people order them, nothing last', async () => {
  const rows = [{ n: '10' }, { n: 9 }, { n: null }, { n: 'b2' }, { n: 'B10' }];
  expect((await handler({ rows, column: 'n' })).rows.map(({ n }) => n)).toEqual([9, '10', 'b2', 'B10', null]);
  expect((await handler({ rows, column: 'n', order: 'descending' })).rows.at(-1)).toEqual({ n: null });
});

test('keeps the first few, and those that are equal in their order', async () => {
  const rows = [
    { k: 1, id: 'a' },
    { k: 0, id: 'b' },
    { k: 1, id: 'c' },
  ];
  expect(await handler({ rows, column: 'k', order: 'descending', limit: 2 })).toEqual({
    rows: [rows[0], rows[2]],
    count: 2,
  });
});

test('what is wrong is named', async () => {
  await expect(handler({ rows: [{ a: 1 }], column: 'b' })).rejects.toThrow('The columns are: a');
  await expect(handler({ rows: [7], column: 'b' })).rejects.toThrow('"rows" must be a list of objects');
});
