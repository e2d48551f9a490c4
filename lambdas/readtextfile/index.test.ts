import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('reads UTF-8, and UTF-16 that says so', async () => {
  expect(await handler({ file: await cloud.put('a.txt', 'Grüße 🎈', 'text/plain') })).toEqual({ text: 'Grüße 🎈' });
  const wide = Buffer.from('\ufeffGrüße', 'utf16le');
  expect(await handler({ file: await cloud.put('b.txt', wide, 'text/plain') })).toEqual({ text: 'Grüße' });
});

test('a picture is not a text; a file that cannot be answered is refused', async () => {
  await expect(
    handler({ file: await cloud.put('c.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), 'image/png') }),
  ).rejects.toMatchObject({ name: 'NotText' });
  await expect(handler({ file: await cloud.put('d.txt', 'x'.repeat(5_000_000), 'text/plain') })).rejects.toMatchObject({
    name: 'FileTooLarge',
  });
});
