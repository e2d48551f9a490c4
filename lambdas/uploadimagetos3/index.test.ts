import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const png = () =>
  sharp({ create: { width: 5, height: 5, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

test('copies the image under a name of its own, with the type that it really has', async () => {
  const bytes = await png();
  const source = await cloud.put('in/my photo.png', bytes, 'application/octet-stream');
  const { image } = await handler({ image: source });
  expect(image).toMatch(/^s3:\/\/files\/shared\/[0-9a-f]{10}\/my-photo\.png$/);
  expect(await cloud.get(image)).toEqual({ bytes, mediaType: 'image/png' });
});

test('copies it to a given key', async () => {
  const { image } = await handler({
    image: await cloud.put('in/a.png', await png(), 'image/png'),
    key: '/shared/cover.png',
  });
  expect(image).toBe('s3://files/shared/cover.png');
});

test('a place to which no link could lead is refused', async () => {
  const image = await cloud.put('in/c.png', await png(), 'image/png');
  await expect(handler({ image, key: 'a/../../b.png' })).rejects.toThrow(/Leave out its dots/);
});

test('what is no image is not put anywhere', async () => {
  const source = await cloud.put('in/b.txt', 'words', 'text/plain');
  await expect(handler({ image: source, key: 'shared/b.png' })).rejects.toMatchObject({ name: 'NotAnImage' });
  expect(await cloud.has('shared/b.png')).toBe(false);
});
