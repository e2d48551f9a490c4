import { createHash } from 'node:crypto';
import { readStored } from '../shared/files';
import { oneOf, text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ hash: string; bytes: number }> => {
  const source = text(event, 'file');
  const algorithm = oneOf(event, 'algorithm', ['sha256', 'sha512', 'sha1', 'md5'] as const, 'sha256');
  const { bytes } = await readStored(source, 'file');
  return { hash: createHash(algorithm).update(bytes).digest('hex'), bytes: bytes.length };
};
