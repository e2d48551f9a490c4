import { renamed, writeResult } from '../shared/files';
import {
  extensionOf,
  framesOf,
  hasTransparency,
  mediaTypeOf,
  OUTPUT_FORMATS,
  type OutputFormat,
  openImage,
  render,
} from '../shared/images';
import { integer, oneOf, text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ image: string; format: OutputFormat }> => {
  const source = text(event, 'image');
  const wanted = oneOf(event, 'target_format', [...OUTPUT_FORMATS, 'jpg', 'tif'] as const);
  const format: OutputFormat = wanted === 'jpg' ? 'jpeg' : wanted === 'tif' ? 'tiff' : wanted;
  const quality = integer(event, 'quality', 1, 100, 85);
  const image = await openImage(source);
  const pixels = hasTransparency(format) ? framesOf(image, format) : image.pixels.flatten({ background: 'white' });
  const lossy = format === 'jpeg' || format === 'webp' || format === 'avif' || format === 'tiff';
  const { bytes } = await render(image, pixels, format, lossy ? { quality } : {});
  const uri = await writeResult({
    folder: 'converted',
    name: renamed(image.uri, extensionOf(format)),
    bytes,
    mediaType: mediaTypeOf(format),
    from: [image.uri, format, quality],
    source: image.uri,
  });
  return { image: uri, format };
};
