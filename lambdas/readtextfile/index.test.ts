import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('reads UTF-8, and UTF-16 that says so', async () => {
  expect(await handler({ file: await cloud.put('a.txt', 'Grüße 🎈', 'text/plain') })).toEqual({ text: 'Grüße 🎈' });
  const wide = Buffer.from('\ufeffGrüße', 'utf16le');
  expect(await handler({ file: await cloud.put('b.txt', wide, 'text/plain') })).toEqual({ text: 'Grüße' });
});

test('reads what spreadsheets of Western Europe save, and guesses no other code page', async () => {
  const western = Buffer.from(
    'Größe;Preis\r\nMüsli – fein;3 €\r\n'.replace('–', '\x96').replace('€', '\x80'),
    'latin1',
  );
  expect(await handler({ file: await cloud.put('e.csv', western, 'text/csv') })).toEqual({
    text: 'Größe;Preis\r\nMüsli – fein;3 €\r\n',
  });
  const cyrillic = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20, 0xec, 0xe8, 0xf0]);
  await expect(handler({ file: await cloud.put('f.txt', cyrillic, 'text/plain') })).rejects.toMatchObject({
    name: 'NotText',
  });
});

test('a picture is not a text; a file that cannot be answered is refused', async () => {
  await expect(
    handler({ file: await cloud.put('c.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), 'image/png') }),
  ).rejects.toMatchObject({ name: 'NotText' });
  await expect(handler({ file: await cloud.put('d.txt', 'x'.repeat(5_000_000), 'text/plain') })).rejects.toMatchObject({
    name: 'FileTooLarge',
  });
});
