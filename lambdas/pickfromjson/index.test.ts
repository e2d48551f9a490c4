import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

const data = { items: [{ 'first name': 'Anna' }, { 'first name': 'Bob' }], 'a.b': 1 };

test.each([
  ['items[1]["first name"]', 'Bob'],
  ['$.items[-1].first name', 'Bob'],
  ["['a.b']", 1],
  ['$', data],
])('%s', async (path, value) => {
  expect(await handler({ data, path })).toEqual({ data: value, found: true });
});

test('nothing there is no fault, and what an object inherits is not there', async () => {
  expect(await handler({ data, path: 'items[9].x' })).toEqual({ data: null, found: false });
  expect(await handler({ data, path: 'constructor' })).toEqual({ data: null, found: false });
  await expect(handler({ data, path: 'items[x' })).rejects.toThrow('"path" cannot be read');
});
