import { FunctionError } from '../shared/errors';
import { renamed, writeResult } from '../shared/files';
import {
  extensionOf,
  framesOf,
  hasTransparency,
  mediaTypeOf,
  openImage,
  PIXEL_LIMIT,
  render,
  sameFormat,
} from '../shared/images';
import { integer, oneOf, optionalText, text } from '../shared/input';

const SIDE_LIMIT = 16_384;

/** The result has exactly the size asked for: the whole picture inside, the rest padding. */
export const handler = async (event: unknown): Promise<{ image: string; width: number; height: number }> => {
  const source = text(event, 'image');
  const width = integer(event, 'width', 1, SIDE_LIMIT);
  const height = integer(event, 'height', 1, SIDE_LIMIT);
  if (width * height > PIXEL_LIMIT) {
    throw new FunctionError(
      'ImageTooLarge',
      `${width} × ${height} is more than ${PIXEL_LIMIT / 1e6} million pixels. Choose a smaller size.`,
    );
  }
  const fit = oneOf(event, 'fit', ['contain', 'cover', 'fill'] as const, 'contain');
  const colour = optionalText(event, 'background', 100);

  const image = await openImage(source);
  const format = sameFormat(image.format);
  const background = colour ?? (hasTransparency(format) ? { r: 255, g: 255, b: 255, alpha: 0 } : 'white');
  let resized = framesOf(image, format);
  try {
    resized = resized.resize({ width, height, fit, background });
  } catch (error) {
    throw new FunctionError(
      'InvalidInput',
      `"background" must be a CSS colour such as white or #336699; got "${colour}".`,
      { cause: error },
    );
  }
  // A format without transparency would show what is see-through as black.
  if (!hasTransparency(format)) resized = resized.flatten({ background });
  const made = await render(image, resized, format);
  const uri = await writeResult({
    folder: 'resized',
    name: renamed(image.uri, extensionOf(format), `-${width}x${height}`),
    bytes: made.bytes,
    mediaType: mediaTypeOf(format),
    from: [image.uri, width, height, fit, colour],
    source: image.uri,
  });
  return { image: uri, width: made.width, height: made.height };
};
