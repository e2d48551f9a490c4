import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const plain = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();

/** Pixels of a part that are not the background. */
async function marked(
  uri: string,
  part: { left: number; top: number; width: number; height: number },
): Promise<number> {
  const data = await sharp((await cloud.get(uri)).bytes)
    .removeAlpha()
    .extract(part)
    .raw()
    .toBuffer();
  let count = 0;
  for (let i = 0; i < data.length; i += 3) if (Math.abs(data[i]! - 0x33) > 20) count++;
  return count;
}

test('words stand where they were asked for, and only there', async () => {
  const source = await cloud.put('in/plain.png', await plain(), 'image/png');
  const { image } = await handler({ image: source, text: '© Anna Berg' });
  const half = { width: 150, height: 100 };
  expect(await marked(image, { left: 150, top: 100, ...half })).toBeGreaterThan(100);
  expect(await marked(image, { left: 0, top: 0, ...half })).toBe(0);
  const other = await handler({ image: source, text: '© Anna Berg', position: 'top left' });
  expect(await marked(other.image, { left: 0, top: 0, ...half })).toBeGreaterThan(100);
});

test('a long text becomes smaller, and markup in it is words', async () => {
  const source = await cloud.put('in/plain2.png', await plain(), 'image/png');
  const { image } = await handler({ image: source, text: `<b>${'very long '.repeat(10)}</b>`, position: 'centre' });
  expect(await marked(image, { left: 0, top: 80, width: 300, height: 40 })).toBeGreaterThan(50);
});
