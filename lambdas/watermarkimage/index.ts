import { renamed, writeResult } from '../shared/files';
import { extensionOf, mediaTypeOf, openImage, render, sameFormat } from '../shared/images';
import { integer, oneOf, text } from '../shared/input';
import { letters, textWidth } from '../shared/lettering';

const POSITIONS = ['centre', 'top left', 'top right', 'bottom left', 'bottom right'] as const;

/** White letters with a dark edge: they show on any picture. */
export const handler = async (event: unknown): Promise<{ image: string }> => {
  const source = text(event, 'image');
  const words = text(event, 'text', { limit: 200 }).replace(/\s+/g, ' ').trim();
  const position = oneOf(event, 'position', POSITIONS, 'bottom right');
  const opacity = integer(event, 'opacity', 1, 100, 60);
  const image = await openImage(source);
  const { width, height } = image;
  // A fifteenth of the shorter side, and no wider than nine tenths of the picture.
  const wished = Math.min(width, height) / (position === 'centre' ? 8 : 15);
  const size = Math.max(4, Math.min(wished, (wished * width * 0.9) / textWidth(words, wished)));
  const margin = size * 0.8;
  const x = position.includes('left') ? margin : position.includes('right') ? width - margin : width / 2;
  const y = position.includes('top')
    ? margin + size * 0.8
    : position.includes('bottom')
      ? height - margin
      : height / 2 + size / 3;
  const anchor = position.includes('left') ? 'start' : position.includes('right') ? 'end' : 'middle';
  const path = letters(words, { x, y, size, fill: '#fff', anchor });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g opacity="${opacity / 100}" stroke="#000" stroke-opacity="0.6" stroke-width="${size / 20}" paint-order="stroke">${path}</g></svg>`;
  const format = sameFormat(image.format);
  const made = await render(image, image.pixels.composite([{ input: Buffer.from(svg) }]), format);
  return {
    image: await writeResult({
      folder: 'watermarked',
      name: renamed(image.uri, extensionOf(format), '-marked'),
      bytes: made.bytes,
      mediaType: mediaTypeOf(format),
      from: [image.uri, words, position, opacity],
      source: image.uri,
    }),
  };
};
