import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('names that every object has are not users', async () => {
  expect(await handler({ user_id: 'constructor' })).toEqual({ mood: 'neutral' });
});
