import { PDFDocument } from '@cantoo/pdf-lib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const plain = (width: number, height: number, alpha = 1) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 0, b: 0, alpha } } });

test('a page for each image, of its size or of paper', async () => {
  const images = [
    await cloud.put('one.jpg', await plain(96, 192).jpeg().toBuffer(), 'image/jpeg'),
    await cloud.put('two.png', await plain(192, 96, 0.5).png().toBuffer(), 'image/png'),
  ];
  const sizes = async (page_size: string) => {
    const made = await handler({ images, page_size });
    expect(made.pages).toBe(2);
    const { bytes, mediaType } = await cloud.get(made.file);
    expect(mediaType).toBe('application/pdf');
    return (await PDFDocument.load(bytes))
      .getPages()
      .map((page) => [Math.round(page.getWidth()), Math.round(page.getHeight())]);
  };
  expect(await sizes('image')).toEqual([
    [72, 144],
    [144, 72],
  ]);
  expect(await sizes('a4')).toEqual([
    [595, 842],
    [842, 595],
  ]);
});

test('the same images make the same bytes', async () => {
  const image = await cloud.put('three.jpg', await plain(10, 10).jpeg().toBuffer(), 'image/jpeg');
  const first = await cloud.get((await handler({ images: [image] })).file);
  expect((await cloud.get((await handler({ images: [image] })).file)).bytes.equals(first.bytes)).toBe(true);
});
