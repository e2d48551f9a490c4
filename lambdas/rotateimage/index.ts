import { FunctionError } from '../shared/errors';
import { renamed, writeResult } from '../shared/files';
import { extensionOf, mediaTypeOf, openImage, render, sameFormat, turned } from '../shared/images';
import { integer, text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ image: string }> => {
  const source = text(event, 'image');
  const degrees = integer(event, 'degrees', 0, 360);
  if (degrees % 90 !== 0) throw new FunctionError('InvalidInput', `"degrees" must be 90, 180 or 270; got ${degrees}.`);
  const image = await openImage(source);
  const format = sameFormat(image.format);
  const { bytes } = await render(image, await turned(image, format, degrees), format);
  const name = renamed(image.uri, extensionOf(format), `-${degrees}`);
  return {
    image: await writeResult({
      folder: 'rotated',
      name,
      bytes,
      mediaType: mediaTypeOf(format),
      from: [image.uri, degrees],
      source: image.uri,
    }),
  };
};
