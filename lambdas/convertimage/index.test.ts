import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const glass = () =>
  sharp({ create: { width: 16, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toBuffer();

test.each([
  ['png', 'png', 'png', 'image/png'],
  ['jpeg', 'jpeg', 'jpg', 'image/jpeg'],
  ['JPG', 'jpeg', 'jpg', 'image/jpeg'],
  ['webp', 'webp', 'webp', 'image/webp'],
  ['gif', 'gif', 'gif', 'image/gif'],
  ['tiff', 'tiff', 'tiff', 'image/tiff'],
  ['avif', 'heif', 'avif', 'image/avif'],
])('to %s', async (asked, format, ending, type) => {
  const made = await handler({ image: await cloud.put('glass.png', await glass(), 'image/png'), target_format: asked });
  expect(made.image).toMatch(new RegExp(`/glass\\.${ending}$`));
  const { bytes, mediaType } = await cloud.get(made.image);
  expect(mediaType).toBe(type);
  expect(await sharp(bytes).metadata()).toMatchObject({ format, width: 16, height: 8 });
});

test('what was see-through is white in a JPEG, not black', async () => {
  const made = await handler({
    image: await cloud.put('glass.png', await glass(), 'image/png'),
    target_format: 'jpeg',
  });
  const raw = await sharp((await cloud.get(made.image)).bytes)
    .raw()
    .toBuffer();
  expect(raw[0]).toBeGreaterThan(250);
});

test('other formats are refused with those that there are', async () => {
  await expect(handler({ image: 's3://files/glass.png', target_format: 'bmp' })).rejects.toThrow(
    '"target_format" must be one of png, jpeg, webp, gif, tiff, avif',
  );
});
