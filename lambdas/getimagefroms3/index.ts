import { openImage } from '../shared/images';
import { text } from '../shared/input';

type Output = { image: string; format: string; width: number; height: number; bytes: number };

export const handler = async (event: unknown): Promise<Output> => {
  const { uri, format, width, height, bytes } = await openImage(text(event, 'image'));
  return { image: uri, format, width, height, bytes: bytes.length };
};
