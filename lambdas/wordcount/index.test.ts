import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('an empty text has nothing to count; other scripts are counted too', async () => {
  expect(await handler({ text: '' })).toEqual({ words: 0, sentences: 0, characters: 0 });
  expect((await handler({ text: 'Привет, мир! Как дела?' })).words).toBe(4);
});
