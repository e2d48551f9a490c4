import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pixels, testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('the piece comes from where it was asked for', async () => {
  const { data, raw } = pixels(100, 60);
  const source = await cloud.put('in/photo.png', await sharp(data, { raw }).png().toBuffer(), 'image/png');
  const corner = async (position: string) => {
    const made = await handler({ image: source, width: 20, height: 10, position });
    expect(made).toMatchObject({ width: 20, height: 10 });
    return [
      ...(
        await sharp((await cloud.get(made.image)).bytes)
          .raw()
          .toBuffer()
      ).subarray(0, 2),
    ];
  };
  const at = (x: number, y: number) => [Math.round((x / 100) * 255), Math.round((y / 60) * 255)];
  expect(await corner('top left')).toEqual(at(0, 0));
  expect(await corner('bottom right')).toEqual(at(80, 50));
  expect(await corner('centre')).toEqual(at(40, 25));
});

test('a piece larger than the image is refused, with its size', async () => {
  const { data, raw } = pixels(10, 10);
  const source = await cloud.put('in/small.png', await sharp(data, { raw }).png().toBuffer(), 'image/png');
  await expect(handler({ image: source, width: 20, height: 5 })).rejects.toThrow('which has 10 × 10');
});
