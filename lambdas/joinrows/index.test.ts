import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

const rows = [
  { id: 1, name: 'a' },
  { id: '2', name: 'b' },
  { id: null, name: 'c' },
];
const other_rows = [
  { id: '1', tag: 'x', name: 'other' },
  { id: 1, tag: 'y' },
  { id: null, tag: 'z' },
];

test('every match makes a row; the first table wins; nothing matches nothing', async () => {
  expect((await handler({ rows, other_rows, column: 'id' })).rows).toEqual([
    { id: 1, name: 'a', tag: 'x' },
    { id: 1, name: 'a', tag: 'y' },
  ]);
});

test('all keeps those without a match', async () => {
  expect((await handler({ rows, other_rows, column: 'id', keep: 'all' })).rows.slice(2)).toEqual(rows.slice(1));
});

test('a column of a bad name is only a column', async () => {
  const made = await handler({ rows: [{ id: 1 }], other_rows: [JSON.parse('{"id":1,"__proto__":"x"}')], column: 'id' });
  expect(Object.hasOwn(made.rows[0]!, '__proto__')).toBe(true);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});
