import { renamed, writeResult } from '../shared/files';
import { extensionOf, framesOf, mediaTypeOf, openImage, render, sameFormat } from '../shared/images';
import { text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ image: string }> => {
  const image = await openImage(text(event, 'image'));
  const format = sameFormat(image.format);
  const { bytes } = await render(image, framesOf(image, format).grayscale(), format);
  const name = renamed(image.uri, extensionOf(format), '-gray');
  return {
    image: await writeResult({
      folder: 'gray',
      name,
      bytes,
      mediaType: mediaTypeOf(format),
      from: [image.uri],
      source: image.uri,
    }),
  };
};
