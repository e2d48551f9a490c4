/** Images, opened with care: what is not one, or is far too large, is named before memory is spent on it. */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { FunctionError } from './errors';
import { readStored } from './files';

/** as stored when not packed: 400 MB */
export const PIXEL_LIMIT = 100_000_000;

sharp.cache(false); // one invocation has nothing to give to the next

export type OpenImage = {
  uri: string;
  bytes: Uint8Array;
  /** turned the way its camera was held */
  pixels: Sharp;
  format: string;
  /** pixels, as it is seen */
  width: number;
  height: number;
  hasAlpha: boolean;
};

/** What sharp calls HEIF is AVIF: its builds read no other kind. */
const FORMATS: Record<string, string> = { heif: 'avif' };

/** @throws FunctionError NotAnImage, ImageTooLarge, and those of `readStored` */
export async function openImage(uri: string, field = 'image'): Promise<OpenImage> {
  const stored = await readStored(uri, field);
  const options = { limitInputPixels: PIXEL_LIMIT, autoOrient: true } as const;
  let facts: Metadata;
  try {
    facts = await sharp(stored.bytes, { ...options, limitInputPixels: false }).metadata();
  } catch (error) {
    const kind = stored.bytes.length === 0 ? 'it is empty' : `its type is ${stored.mediaType}`;
    throw new FunctionError(
      'NotAnImage',
      `${stored.uri} is not an image that can be read (${kind}). Use a JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG file.`,
      { cause: error },
    );
  }
  const { width, height } = facts.autoOrient;
  if (width * height > PIXEL_LIMIT) {
    throw new FunctionError(
      'ImageTooLarge',
      `${stored.uri} has ${width} × ${height} pixels; at most ${PIXEL_LIMIT / 1e6} million are taken. Use a smaller image.`,
    );
  }
  return {
    uri: stored.uri,
    bytes: stored.bytes,
    pixels: sharp(stored.bytes, options),
    format: FORMATS[facts.format] ?? facts.format,
    width,
    height,
    hasAlpha: facts.hasAlpha ?? false,
  };
}

export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The same format where it can be written, else PNG. */
export const sameFormat = (format: string): OutputFormat => OUTPUT_FORMATS.find((one) => one === format) ?? 'png';
export const hasTransparency = (format: OutputFormat): boolean => format !== 'jpeg';
export const extensionOf = (format: OutputFormat): string => (format === 'jpeg' ? 'jpg' : format);
export const mediaTypeOf = (format: OutputFormat): string => `image/${format}`;

/** @throws FunctionError NotAnImage: the file begins like an image and is damaged further on */
export async function render(
  image: OpenImage,
  pixels: Sharp,
  format: OutputFormat,
  options: { quality?: number } = {},
): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  try {
    const { data, info } = await pixels.toFormat(format, options).toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  } catch (error) {
    throw new FunctionError(
      'NotAnImage',
      `${image.uri} is damaged: ${error instanceof Error ? error.message : error}. Upload it again.`,
      { cause: error },
    );
  }
}
