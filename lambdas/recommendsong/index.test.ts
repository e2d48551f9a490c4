import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('the case of the mood does not matter', async () => {
  expect(await handler({ mood: 'Happy' })).toEqual({ song: 'Happy Tune' });
});
