import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('only shades of gray remain', async () => {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'orange' } })
    .png()
    .toBuffer();
  const { image } = await handler({ image: await cloud.put('o.png', bytes, 'image/png') });
  const [r, g, b] = await sharp((await cloud.get(image)).bytes)
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  expect([g, b]).toEqual([r, r]);
  expect(r).toBeGreaterThan(100);
});
