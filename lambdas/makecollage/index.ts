import sharp, { type Sharp } from 'sharp';
import { FunctionError } from '../shared/errors';
import { writeResult } from '../shared/files';
import { openImage, PIXEL_LIMIT, render } from '../shared/images';
import { fieldsOf, integer, list, optionalText } from '../shared/input';
import { addressesOf } from '../shared/lists';

/** Every picture fills its square; what does not fit is cut off at its edges. */
export const handler = async (event: unknown): Promise<{ image: string; width: number; height: number }> => {
  const uris = addressesOf(list(event, 'images', 100), 'images');
  const across = integer(event, 'across', 1, 20, Math.ceil(Math.sqrt(uris.length)));
  const cell = integer(event, 'cell', 16, 2000, 400);
  const background = optionalText(event, 'background', 100) ?? 'white';
  const gap = Math.max(2, Math.round(cell / 40));
  const columns = Math.min(across, uris.length);
  const lines = Math.ceil(uris.length / columns);
  const width = columns * cell + (columns + 1) * gap;
  const height = lines * cell + (lines + 1) * gap;
  if (width * height > PIXEL_LIMIT) {
    throw new FunctionError(
      'ImageTooLarge',
      `${columns} × ${lines} pictures of ${cell} pixels are too large together. Choose a smaller "cell".`,
    );
  }
  const pieces: { input: Buffer; left: number; top: number }[] = [];
  for (const [i, uri] of uris.entries()) {
    const image = await openImage(uri, 'images');
    const { bytes } = await render(image, image.pixels.resize({ width: cell, height: cell, fit: 'cover' }), 'png');
    pieces.push({
      input: Buffer.from(bytes),
      left: gap + (i % columns) * (cell + gap),
      top: gap + Math.floor(i / columns) * (cell + gap),
    });
  }
  let sheet: Sharp;
  try {
    sheet = sharp({ create: { width, height, channels: 4, background } });
  } catch (error) {
    const given = JSON.stringify(fieldsOf(event).background);
    throw new FunctionError(
      'InvalidInput',
      `"background" must be a CSS colour such as white or #336699; got ${given}.`,
      {
        cause: error,
      },
    );
  }
  const bytes = await sheet.composite(pieces).png().toBuffer();
  const image = await writeResult({
    folder: 'collages',
    name: 'collage.png',
    bytes,
    mediaType: 'image/png',
    from: [uris, columns, cell, background],
    ...(uris[0] ? { source: uris[0] } : {}),
  });
  return { image, width, height };
};
