import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('draws a code of the size asked for, with a finder pattern in three corners', async () => {
  const { image } = await handler({ text: 'https://example.com/a?b=c', size: 300 });
  const { bytes, mediaType } = await cloud.get(image);
  expect(mediaType).toBe('image/png');
  const { data, info } = await sharp(bytes).grayscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([300, 300]);
  // The middle of a finder pattern is dark: 3.5 modules inside the margin of 2. Version 2 has 25 modules.
  const middle = Math.round(((2 + 3.5) / (25 + 4)) * 300);
  const dark = (x: number, y: number) => data[(y * 300 + x) * info.channels]! < 100;
  expect([dark(middle, middle), dark(300 - middle, middle), dark(middle, 300 - middle), dark(2, 2)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a text that is too long is refused', async () => {
  await expect(handler({ text: '\u00e4'.repeat(3000) })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('shorter'),
  });
});
