import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('each fits into the square; small ones stay as they are', async () => {
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
  const images = [
    await cloud.put('a/photo.jpg', await plain(400, 200), 'image/jpeg'),
    await cloud.put('b/photo.jpg', await plain(30, 20), 'image/jpeg'),
  ];
  const made = await handler({ images, size: 100 });
  expect(made.count).toBe(2);
  const sizes = await Promise.all(made.images.map(async (uri) => sharp((await cloud.get(uri)).bytes).metadata()));
  expect(sizes.map(({ width, height }) => [width, height])).toEqual([
    [100, 50],
    [30, 20],
  ]);
  expect(new Set(made.images).size).toBe(2);
});

test('one that is no image fails it by its address', async () => {
  const text = await cloud.put('notes.txt', 'words', 'text/plain');
  await expect(handler({ images: [text] })).rejects.toMatchObject({
    name: 'NotAnImage',
    message: expect.stringContaining('notes.txt'),
  });
});
