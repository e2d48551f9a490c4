import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pixels, testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const picture = (width: number, height: number) => {
  const { data, raw } = pixels(width, height);
  return sharp(data, { raw });
};

test.each([
  { from: [640, 480], to: [256, 256] },
  { from: [31, 47], to: [200, 10] },
  { from: [1, 1], to: [333, 7] },
  { from: [1000, 20], to: [64, 64] },
])('$from becomes exactly $to', async ({ from, to }) => {
  const [width, height] = to as [number, number];
  const source = await cloud.put(
    `in/${from.join('x')}.png`,
    await picture(from[0]!, from[1]!).png().toBuffer(),
    'image/png',
  );
  const made = await handler({ image: source, width, height });
  expect(made).toMatchObject({ width, height });
  const { bytes, mediaType } = await cloud.get(made.image);
  expect(mediaType).toBe('image/png');
  expect(await sharp(bytes).metadata()).toMatchObject({ width, height, format: 'png' });
});

test('the picture keeps its proportions; the padding is transparent in a PNG, white in a JPEG', async () => {
  const png = await cloud.put(
    'wide.png',
    await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
    'image/png',
  );
  const jpeg = await cloud.put(
    'wide.jpg',
    await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer(),
    'image/jpeg',
  );
  const at = async (uri: string, y: number) => {
    const { data } = await sharp((await cloud.get(uri)).bytes)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return [...data.subarray((y * 100 + 50) * 4, (y * 100 + 50) * 4 + 4)];
  };
  const small = await handler({ image: png, width: 100, height: 100 });
  expect((await at(small.image, 5))[3]).toBe(0);
  expect(await at(small.image, 50)).toEqual([255, 0, 0, 255]);
  expect((await at(small.image, 95))[3]).toBe(0);
  const photo = await handler({ image: jpeg, width: 100, height: 100 });
  expect(photo.image).toMatch(/wide-100x100\.jpg$/);
  expect((await at(photo.image, 5)).every((channel) => channel > 250)).toBe(true);
});

test('fit and background are honoured', async () => {
  const source = await cloud.put(
    'fit.png',
    await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
    'image/png',
  );
  const corner = async (uri: string) => [
    ...(
      await sharp((await cloud.get(uri)).bytes)
        .ensureAlpha()
        .raw()
        .toBuffer()
    ).subarray(0, 4),
  ];
  expect(await corner((await handler({ image: source, width: 50, height: 50, fit: 'cover' })).image)).toEqual([
    255, 0, 0, 255,
  ]);
  expect(await corner((await handler({ image: source, width: 50, height: 50, background: '#336699' })).image)).toEqual([
    0x33, 0x66, 0x99, 255,
  ]);
});

test('a photo taken on its side stands upright', async () => {
  const source = await cloud.put(
    'side.jpg',
    await picture(80, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'image/jpeg',
  );
  const made = await handler({ image: source, width: 40, height: 80, background: 'black' });
  const edge = await sharp((await cloud.get(made.image)).bytes)
    .raw()
    .toBuffer();
  expect(edge[2]).toBeGreaterThan(60); // picture up to its corner, no padding
});

test('an SVG becomes a PNG', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="lime"/></svg>';
  const made = await handler({ image: await cloud.put('sign.svg', svg, 'image/svg+xml'), width: 64, height: 64 });
  expect(made.image).toMatch(/sign-64x64\.png$/);
  expect(await sharp((await cloud.get(made.image)).bytes).metadata()).toMatchObject({
    width: 64,
    height: 64,
    format: 'png',
  });
});

test('a repeated call writes the same file', async () => {
  const source = await cloud.put('same.png', await picture(30, 30).png().toBuffer(), 'image/png');
  const event = { image: source, width: 12, height: 12 };
  expect(await handler(event)).toEqual(await handler(event));
  expect((await handler({ ...event, width: 13 })).image).not.toBe((await handler(event)).image);
});

test('what is wrong is named', async () => {
  const text = await cloud.put('notes.txt', 'no picture', 'text/plain');
  const cut = await cloud.put('cut.png', (await picture(300, 300).png().toBuffer()).subarray(0, 2000), 'image/png');
  const size = { width: 10, height: 10 };
  await expect(handler({ image: text, ...size })).rejects.toMatchObject({
    name: 'NotAnImage',
    message: expect.stringContaining('notes.txt'),
  });
  await expect(handler({ image: cut, ...size })).rejects.toMatchObject({ name: 'NotAnImage' });
  await expect(handler({ image: 's3://files/none.png', ...size })).rejects.toMatchObject({ name: 'FileNotFound' });
  await expect(handler({ image: 's3://nowhere/none.png', ...size })).rejects.toThrow('There is no bucket "nowhere"');
  await expect(handler({ image: 'photo.png', ...size })).rejects.toMatchObject({ name: 'InvalidInput' });
  await expect(handler({ image: text, width: 0, height: 10 })).rejects.toThrow(
    '"width" must be a whole number from 1 to 16384',
  );
  await expect(handler({ image: text, width: 16_000, height: 16_000 })).rejects.toMatchObject({
    name: 'ImageTooLarge',
  });
});

test('an image of too many pixels is refused before it is unpacked', async () => {
  const huge = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: 'white' } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const source = await cloud.put('huge.png', huge, 'image/png');
  await expect(handler({ image: source, width: 10, height: 10 })).rejects.toMatchObject({ name: 'ImageTooLarge' });
});
