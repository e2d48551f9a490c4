import { openImage } from '../shared/images';
import { text } from '../shared/input';

type Output = { format: string; width: number; height: number; bytes: number; has_alpha: boolean };

export const handler = async (event: unknown): Promise<Output> => {
  const { format, width, height, bytes, hasAlpha } = await openImage(text(event, 'image'));
  return { format, width, height, bytes: bytes.length, has_alpha: hasAlpha };
};
