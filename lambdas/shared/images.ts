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
  /** turned the way its camera was held; of one that moves, the first frame */
  pixels: Sharp;
  /** 1 unless it moves, or has pages */
  frames: number;
  format: string;
  /** pixels, as it is seen */
  width: number;
  height: number;
  hasAlpha: boolean;
};

const OPTIONS = { limitInputPixels: PIXEL_LIMIT, autoOrient: true } as const;

/** What sharp calls HEIF is AVIF: its builds read no other kind. */
const FORMATS: Record<string, string> = { heif: 'avif' };

/** @throws FunctionError NotAnImage, ImageTooLarge, and those of `readStored` */
export async function openImage(uri: string, field = 'image'): Promise<OpenImage> {
  const stored = await readStored(uri, field);
  let facts: Metadata;
  try {
    facts = await sharp(stored.bytes, { ...OPTIONS, limitInputPixels: false }).metadata();
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
    pixels: sharp(stored.bytes, OPTIONS),
    frames: facts.pages ?? 1,
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
/** The kinds that can move. */
const MOVING: readonly string[] = ['gif', 'webp'];

/**
 * All frames, where the image moves and what is made of it can; else the first.
 * @throws FunctionError ImageTooLarge: all of them together have too many pixels
 */
export function framesOf(image: OpenImage, format: OutputFormat): Sharp {
  if (!moves(image, format)) return image.pixels;
  if (image.width * image.height * image.frames > PIXEL_LIMIT)
    throw new FunctionError(
      'ImageTooLarge',
      `${image.uri} has ${image.frames} frames of ${image.width} × ${image.height} pixels; together at most ${PIXEL_LIMIT / 1e6} million are taken. Use a smaller or shorter one.`,
    );
  return sharp(image.bytes, { ...OPTIONS, animated: true });
}

/** Turned by a multiple of 90 degrees: frame by frame, because all of them are one tall picture to the library. */
export async function turned(image: OpenImage, format: OutputFormat, degrees: number): Promise<Sharp> {
  if (!moves(image, format)) return image.pixels.rotate(degrees);
  const { delay, loop } = await framesOf(image, format).metadata();
  const frames: Buffer[] = [];
  for (let page = 0; page < image.frames; page++)
    frames.push(
      await sharp(image.bytes, { ...OPTIONS, page })
        .rotate(degrees)
        .png()
        .toBuffer(),
    );
  const all = sharp(frames, { join: { animated: true } });
  return format === 'gif' ? all.gif({ delay, loop }) : all.webp({ delay, loop });
}

const moves = (image: OpenImage, format: OutputFormat): boolean =>
  image.frames > 1 && MOVING.includes(image.format) && MOVING.includes(format);

export const hasTransparency = (format: OutputFormat): boolean => format !== 'jpeg';
export const extensionOf = (format: OutputFormat): string => (format === 'jpeg' ? 'jpg' : format);
export const mediaTypeOf = (format: OutputFormat): string => `image/${format}`;

/** 0 to 9. The library's own 4 takes a large photo longer than a function may take; 2 makes files some 3 % larger. */
const AVIF_EFFORT = 2;

/** @throws FunctionError NotAnImage: the file begins like an image and is damaged further on */
export async function render(
  image: OpenImage,
  pixels: Sharp,
  format: OutputFormat,
  options: { quality?: number } = {},
): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  try {
    const slow = format === 'avif' ? { effort: AVIF_EFFORT } : {};
    const { data, info } = await pixels.toFormat(format, { ...slow, ...options }).toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.pageHeight ?? info.height };
  } catch (error) {
    throw new FunctionError(
      'NotAnImage',
      `${image.uri} is damaged: ${error instanceof Error ? error.message : error}. Upload it again.`,
      { cause: error },
    );
  }
}
