import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const plain = (background: string) =>
  sharp({ create: { width: 60, height: 30, channels: 3, background } })
    .png()
    .toBuffer();

test('pictures stand in order, line by line', async () => {
  const colours = ['#ff0000', '#00ff00', '#0000ff'];
  const images = await Promise.all(
    colours.map(async (colour, i) => cloud.put(`in/${i}.png`, await plain(colour), 'image/png')),
  );
  const made = await handler({ images, across: 2, cell: 40, background: '#000000' });
  expect(made).toMatchObject({ width: 86, height: 86 });
  const data = await sharp((await cloud.get(made.image)).bytes)
    .removeAlpha()
    .raw()
    .toBuffer();
  const at = (x: number, y: number) => [...data.subarray((y * 86 + x) * 3, (y * 86 + x) * 3 + 3)];
  expect([at(20, 20), at(64, 20), at(20, 64), at(64, 64)]).toEqual([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 0, 0],
  ]);
});

test('what is wrong is named', async () => {
  await expect(handler({ images: [] })).rejects.toThrow('"images" is empty');
  await expect(handler({ images: [7] })).rejects.toThrow('entry 1 is 7');
  const image = await cloud.put('in/one.png', await plain('red'), 'image/png');
  await expect(handler({ images: [image], background: 'nocolour' })).rejects.toThrow('CSS colour');
});
