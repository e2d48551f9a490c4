import { createHash } from 'node:crypto';
import { FunctionError } from '../shared/errors';
import { nameOf, resultBucket, safeName, writeStored } from '../shared/files';
import { openImage } from '../shared/images';
import { optionalText, text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ image: string }> => {
  const source = text(event, 'image');
  const key = optionalText(event, 'key', 900);
  if (key?.startsWith('s3://'))
    throw new FunctionError('InvalidInput', `"key" is a place in the bucket, such as shared/photo.jpg; got "${key}".`);
  if (key?.split('/').some((part) => part === '..' || part === '.'))
    throw new FunctionError(
      'InvalidInput',
      `"key" is a place in the bucket, and "${key}" leads elsewhere: links to it would not work. Leave out its dots.`,
    );
  const image = await openImage(source);
  const mark = createHash('sha256').update(image.uri).digest('hex').slice(0, 10);
  const place = {
    bucket: resultBucket(image.uri),
    key: key?.replace(/^\/+/, '') || `shared/${mark}/${safeName(nameOf(image.uri))}`,
  };
  const mediaType = image.format === 'svg' ? 'image/svg+xml' : `image/${image.format}`;
  return { image: await writeStored(place, image.bytes, mediaType) };
};
