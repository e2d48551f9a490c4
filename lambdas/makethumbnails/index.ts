import { renamed, writeResult } from '../shared/files';
import { extensionOf, mediaTypeOf, openImage, render, sameFormat } from '../shared/images';
import { integer, list } from '../shared/input';
import { addressesOf } from '../shared/lists';

/** One after the other: many large photos at once would not fit into memory. An image that is small already stays. */
export const handler = async (event: unknown): Promise<{ images: string[]; count: number }> => {
  const uris = addressesOf(list(event, 'images', 100), 'images');
  const size = integer(event, 'size', 16, 2048, 200);
  const images: string[] = [];
  for (const uri of uris) {
    const image = await openImage(uri, 'images');
    const format = sameFormat(image.format);
    const small = image.pixels.resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true });
    const { bytes } = await render(image, small, format);
    images.push(
      await writeResult({
        folder: 'thumbnails',
        name: renamed(image.uri, extensionOf(format)),
        bytes,
        mediaType: mediaTypeOf(format),
        from: [image.uri, size],
        source: image.uri,
      }),
    );
  }
  return { images, count: images.length };
};
