import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('a text with fewer sentences than asked for stays whole', async () => {
  expect(await handler({ text: 'One thing. Another thing.' })).toEqual({ text: 'One thing. Another thing.' });
});
