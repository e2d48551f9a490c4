import { FunctionError } from '../shared/errors';
import { renamed, writeResult } from '../shared/files';
import { extensionOf, framesOf, mediaTypeOf, openImage, render, sameFormat } from '../shared/images';
import { integer, oneOf, text } from '../shared/input';

const POSITIONS = [
  'centre',
  'top',
  'bottom',
  'left',
  'right',
  'top left',
  'top right',
  'bottom left',
  'bottom right',
] as const;

export const handler = async (event: unknown): Promise<{ image: string; width: number; height: number }> => {
  const source = text(event, 'image');
  const width = integer(event, 'width', 1, 16_384);
  const height = integer(event, 'height', 1, 16_384);
  const position = oneOf(event, 'position', POSITIONS, 'centre');
  const image = await openImage(source);
  if (width > image.width || height > image.height) {
    throw new FunctionError(
      'InvalidInput',
      `A piece of ${width} × ${height} pixels does not fit into ${image.uri}, which has ${image.width} × ${image.height}. Choose a smaller one.`,
    );
  }
  const along = (room: number, start: string, end: string) =>
    position.includes(start) ? 0 : position.includes(end) ? room : Math.floor(room / 2);
  const left = along(image.width - width, 'left', 'right');
  const top = along(image.height - height, 'top', 'bottom');
  const format = sameFormat(image.format);
  const made = await render(image, framesOf(image, format).extract({ left, top, width, height }), format);
  const uri = await writeResult({
    folder: 'cropped',
    name: renamed(image.uri, extensionOf(format), `-${width}x${height}`),
    bytes: made.bytes,
    mediaType: mediaTypeOf(format),
    from: [image.uri, width, height, position],
    source: image.uri,
  });
  return { image: uri, width: made.width, height: made.height };
};
