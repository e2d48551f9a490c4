import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('values go in as they are, lists are repeated', async () => {
  const template = '{{#items}}- {{name}}\n{{/items}}{{missing}}';
  expect(await handler({ template, values: { items: [{ name: 'R&D <x>' }, { name: 'b' }] } })).toEqual({
    text: '- R&D <x>\n- b\n',
  });
});

test('a broken template is named', async () => {
  await expect(handler({ template: '{{#a}}', values: {} })).rejects.toMatchObject({ name: 'BadTemplate' });
});
