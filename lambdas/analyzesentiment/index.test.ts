import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('a text in another language is refused, not guessed at', async () => {
  const text = 'Das ist ein schöner Tag. Die Sonne scheint und wir gehen spazieren. Morgen regnet es.';
  await expect(handler({ text })).rejects.toThrow(/seems to be German/);
});

test.each([
  ['This is the worst service, I hate it.', 'negative'],
  ['Wonderful work, thank you, I am very happy.', 'positive'],
  ['The parcel has a number and a label.', 'neutral'],
  ['This is not good.', 'negative'],
])('%s', async (text, sentiment) => {
  const answer = await handler({ text });
  expect(answer.sentiment).toBe(sentiment);
  expect(Math.abs(answer.score)).toBeLessThanOrEqual(1);
});
