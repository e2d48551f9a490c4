import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

const schema = { type: 'object', required: ['name'], properties: { age: { type: 'integer', minimum: 0 } } };

test('each fault has its place', async () => {
  const { valid, errors } = await handler({ data: { age: -1 }, schema });
  expect(valid).toBe(false);
  expect(errors.map(({ place }) => place)).toEqual(expect.arrayContaining(['/', '/age']));
});

test('data may be a text that holds it', async () => {
  expect(await handler({ data: '{"name":"Anna"}', schema })).toEqual({ valid: true, errors: [] });
  await expect(handler({ data: '{"name":', schema })).rejects.toThrow('"data" is a text that is not JSON');
});

test('what is no schema is told', async () => {
  await expect(handler({ data: 1, schema: 'no' })).rejects.toThrow('"schema" must be a JSON Schema');
  await expect(handler({ data: 1, schema: { $ref: '#/nowhere' } })).rejects.toMatchObject({ name: 'BadSchema' });
});
