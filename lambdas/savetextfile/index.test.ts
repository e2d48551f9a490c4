import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test.each([
  [undefined, 'text.txt', 'text/plain; charset=utf-8'],
  ['list', 'list.txt', 'text/plain; charset=utf-8'],
  ['notes.md', 'notes.md', 'text/markdown; charset=utf-8'],
  ['../../etc/passwd', '..-etc-passwd.txt', 'text/plain; charset=utf-8'],
])('%s is kept as %s', async (name, kept, type) => {
  const { file } = await handler({ text: 'Grüße', file_name: name });
  expect(file.endsWith(`/${kept.replace(/^[.-]+/, '')}`)).toBe(true);
  expect(await cloud.get(file)).toEqual({ bytes: Buffer.from('Grüße'), mediaType: type });
});
