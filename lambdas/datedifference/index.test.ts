import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test.each([
  [
    { from_date: '2024-05-01', to_date: '2024-04-30' },
    { difference: -1, text: '-1 day' },
  ],
  [
    { from_date: '2024-01-15', to_date: '2024-03-15', unit: 'months' },
    { difference: 2, text: '2 months' },
  ],
  [
    { from_date: '2024-01-01T00:00:00Z', to_date: '2024-01-01T01:30:00Z', unit: 'hours' },
    { difference: 1.5, text: '1.5 hours' },
  ],
])('%j', async (event, answer) => {
  expect(await handler(event)).toEqual(answer);
});
