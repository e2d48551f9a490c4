import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const blank = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'teal' } });

test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
  '%s: hands on the image with its format and size',
  async (format) => {
    const bytes = await blank(64, 32).toFormat(format).toBuffer();
    const image = await cloud.put(`photo.${format}`, bytes, 'application/octet-stream');
    expect(await handler({ image })).toEqual({ image, format, width: 64, height: 32, bytes: bytes.length });
  },
);

test('names with spaces and other letters are found', async () => {
  const image = await cloud.put('Ferien 2026/Grüße & Küsse+1.png', await blank(2, 2).png().toBuffer(), 'image/png');
  expect((await handler({ image })).image).toBe(image);
});

test('a file that only says that it is an image is refused', async () => {
  const image = await cloud.put('fake.png', 'GIF? No.', 'image/png');
  await expect(handler({ image })).rejects.toMatchObject({
    name: 'NotAnImage',
    message: expect.stringContaining('s3://files/fake.png'),
  });
  await expect(handler({ image: await cloud.put('empty.png', '', 'image/png') })).rejects.toThrow('it is empty');
});
