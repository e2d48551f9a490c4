import sharp from 'sharp';
import { expect, test } from 'vitest';
import { handler as convert } from '../convertimage';
import { handler as crop } from '../cropimage';
import { handler as grey } from '../grayscaleimage';
import { handler as resize } from '../resizeimage';
import { handler as rotate } from '../rotateimage';
import { testCloud } from './testing';

const cloud = testCloud();
const COLOURS = ['#ff0000', '#00ff00', '#0000ff'];
const moving = async () => {
  const frames = await Promise.all(
    COLOURS.map((background) =>
      sharp({ create: { width: 40, height: 20, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 200, 300], loop: 2 })
    .toBuffer();
  return cloud.put('moving.gif', gif, 'image/gif');
};

test.each([
  ['resized', resize, { width: 30, height: 30 }, { format: 'gif', width: 30, pageHeight: 30 }],
  ['converted', convert, { target_format: 'webp' }, { format: 'webp', width: 40, pageHeight: 20 }],
  ['cropped', crop, { width: 10, height: 5 }, { format: 'gif', width: 10, pageHeight: 5 }],
  ['without colours', grey, {}, { format: 'gif', width: 40, pageHeight: 20 }],
  ['turned', rotate, { degrees: 90 }, { format: 'gif', width: 20, pageHeight: 40 }],
])('an image that moves, %s, still moves at its pace', async (_what, handler, settings, wanted) => {
  const made = await handler({ image: await moving(), ...settings });
  const { bytes } = await cloud.get(made.image);
  const facts = await sharp(bytes, { animated: true }).metadata();
  expect(facts).toMatchObject({ ...wanted, pages: 3, delay: [100, 200, 300], loop: 2 });
  for (const size of ['width', 'height'] as const)
    if (size in made) expect(made).toHaveProperty(size, size === 'width' ? facts.width : facts.pageHeight);
});

test('what cannot move is made of the first frame', async () => {
  const { image } = await convert({ image: await moving(), target_format: 'png' });
  const { bytes } = await cloud.get(image);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 40, height: 20 });
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
});
