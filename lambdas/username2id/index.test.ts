import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('a name with capitals and spaces becomes one word', async () => {
  expect(await handler({ name: '  Ada Lovelace ' })).toEqual({ user_id: 'ada_lovelace_123' });
});

test.each([{}, { name: '' }, { name: 7 }, null, 'Anna'])('%j is refused', async (event) => {
  await expect(handler(event)).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('says which field is missing', async () => {
  await expect(handler({})).rejects.toThrow('"name" must be a text; it is missing.');
});
