import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('without a song there is nothing to play', async () => {
  await expect(handler({ song: ' ' })).rejects.toMatchObject({ name: 'InvalidInput' });
});
