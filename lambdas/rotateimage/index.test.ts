import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pixels, testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('turns clockwise', async () => {
  const { data, raw } = pixels(40, 20);
  const source = await cloud.put('p.png', await sharp(data, { raw }).png().toBuffer(), 'image/png');
  const { image } = await handler({ image: source, degrees: 90 });
  const turned = await sharp((await cloud.get(image)).bytes)
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(turned.info).toMatchObject({ width: 20, height: 40 });
  // What was the lower left corner is now the upper left one.
  expect([...turned.data.subarray(0, 3)]).toEqual([...data.subarray(19 * 40 * 3, 19 * 40 * 3 + 3)]);
});

test.each([45, -90, 'a lot', undefined])('%s degrees are refused', async (degrees) => {
  await expect(handler({ image: 's3://files/p.png', degrees })).rejects.toMatchObject({ name: 'InvalidInput' });
});
