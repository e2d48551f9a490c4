import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('tells format, size and transparency', async () => {
  const bytes = await sharp({ create: { width: 7, height: 9, channels: 4, background: 'rgba(1,2,3,0.5)' } })
    .webp()
    .toBuffer();
  expect(await handler({ image: await cloud.put('a.webp', bytes, 'image/webp') })).toEqual({
    format: 'webp',
    width: 7,
    height: 9,
    bytes: bytes.length,
    has_alpha: true,
  });
});

test('a photo taken on its side is told as it is seen', async () => {
  const bytes = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect(await handler({ image: await cloud.put('b.jpg', bytes, 'image/jpeg') })).toMatchObject({
    width: 20,
    height: 30,
    has_alpha: false,
  });
});
