import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('a moment in another zone, with names in another language', async () => {
  expect(
    await handler({
      date: '2024-05-01T23:30:00Z',
      time_zone: 'Europe/Oslo',
      pattern: 'EEEE d. MMMM HH:mm',
      language_code: 'de',
    }),
  ).toEqual({ text: 'Donnerstag 2. Mai 01:30' });
});

test('what cannot be read is named', async () => {
  await expect(handler({ date: 'soon' })).rejects.toThrow('"date" is "soon"');
  await expect(handler({ date: 'now', time_zone: 'Mars/Base' })).rejects.toThrow('no time zone');
  await expect(handler({ date: 'now', language_code: '!!' })).rejects.toThrow('no language');
});
