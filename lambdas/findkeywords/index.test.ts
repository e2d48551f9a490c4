import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('phrases of what the text speaks of come first, little words never', async () => {
  const { keywords } = await handler({
    text: 'The heat pump warms the house. A heat pump is cheap to run. The house is old, and the heat pump is new.',
    limit: 3,
  });
  expect(keywords[0]).toMatch(/heat pump/);
  expect(keywords.join(' ')).not.toMatch(/\b(the|and|is)\b/);
  expect(keywords.length).toBeLessThanOrEqual(3);
});
