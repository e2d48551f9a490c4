/**
 * Files by their S3 URI, read and written with the SDK as it comes: on AWS it finds S3 by itself, in the local cloud the
 * environment (AWS_ENDPOINT_URL) says where.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FunctionError } from './errors';

export type StoredFile = { uri: string; bytes: Uint8Array; mediaType: string; name: string };
type Place = { bucket: string; key: string };

/** bytes; larger files do not fit into a function's memory together with what is made of them */
export const FILE_LIMIT = 100 * 1024 * 1024;

let client: S3Client | undefined;
export const s3 = (): S3Client => {
  client ??= new S3Client({});
  return client;
};

/** @throws FunctionError InvalidInput naming the field */
export function placeOf(uri: string, field: string): Place {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s.exec(uri.trim());
  if (!match) {
    throw new FunctionError(
      'InvalidInput',
      `"${field}" must be the S3 address of a file, such as s3://bucket/photo.jpg; got "${uri.slice(0, 200)}".`,
    );
  }
  return { bucket: match[1]!, key: match[2]! };
}

const uriOf = ({ bucket, key }: Place): string => `s3://${bucket}/${key}`;
export const nameOf = (uri: string): string => path.posix.basename(uri);

/** @throws FunctionError FileNotFound, FileTooLarge, AccessDenied, InvalidInput */
export async function readStored(uri: string, field: string, limit = FILE_LIMIT): Promise<StoredFile> {
  const place = placeOf(uri, field);
  const found = await told(place, () => s3().send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key })));
  const { ContentLength: length = 0, ContentType: mediaType = 'application/octet-stream' } = found;
  if (length > limit) {
    (found.Body as { destroy?: () => void } | undefined)?.destroy?.();
    throw new FunctionError(
      'FileTooLarge',
      `${uriOf(place)} has ${megabytes(length)} MB; at most ${megabytes(limit)} MB are taken. Use a smaller file.`,
    );
  }
  const bytes = (await found.Body?.transformToByteArray()) ?? new Uint8Array();
  return { uri: uriOf(place), bytes, mediaType, name: nameOf(place.key) };
}

/** That it is there, and what it is. */
export async function checkStored(
  uri: string,
  field: string,
): Promise<{ uri: string; bytes: number; mediaType: string } & Place> {
  const place = placeOf(uri, field);
  const found = await told(place, () => s3().send(new HeadObjectCommand({ Bucket: place.bucket, Key: place.key })));
  return {
    ...place,
    uri: uriOf(place),
    bytes: found.ContentLength ?? 0,
    mediaType: found.ContentType ?? 'application/octet-stream',
  };
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** Turns S3's refusals into sentences that say which file and what to do. */
async function told<T>(place: Place, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (name === 'NoSuchBucket')
      throw new FunctionError(
        'FileNotFound',
        `There is no bucket "${place.bucket}". Check the address ${uriOf(place)}.`,
      );
    if (name === 'NoSuchKey' || status === 404) {
      throw new FunctionError(
        'FileNotFound',
        `There is no file at ${uriOf(place)}. Upload it first, or check its address.`,
      );
    }
    if (status === 403) {
      throw new FunctionError(
        'AccessDenied',
        `${uriOf(place)} may not be read or written by this function. Give its role access to the bucket "${place.bucket}".`,
      );
    }
    throw error;
  }
}

/** Where results go: the product's bucket, else the bucket that the source came from. */
export function resultBucket(source?: string): string {
  const own = process.env.ACTION_ENGINE_BUCKET;
  if (own) return own;
  if (source) return placeOf(source, 'source').bucket;
  throw new FunctionError(
    'NotConfigured',
    'This function does not know where to keep its result. Set ACTION_ENGINE_BUCKET in its environment.',
  );
}

/**
 * Keeps a result. Its key is made from what it was made of, so that a repeated call writes the same file again.
 * @param made.from whatever decides the content: the source's address and the settings
 */
export async function writeResult(made: {
  folder: string;
  name: string;
  bytes: Uint8Array | string;
  mediaType: string;
  from: unknown[];
  source?: string;
}): Promise<string> {
  const mark = createHash('sha256').update(JSON.stringify(made.from)).digest('hex').slice(0, 10);
  const key = `results/${made.folder}/${mark}/${safeName(made.name)}`;
  return writeStored({ bucket: resultBucket(made.source), key }, made.bytes, made.mediaType);
}

export async function writeStored(place: Place, bytes: Uint8Array | string, mediaType: string): Promise<string> {
  const command = new PutObjectCommand({ Bucket: place.bucket, Key: place.key, Body: bytes, ContentType: mediaType });
  await told(place, () => s3().send(command));
  return uriOf(place);
}

/** Fit for a key and for a link. */
export const safeName = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+/, '')
    .slice(-120) || 'file';

/** `photo.jpg` and `png` make `photo.png`; `note` is put before the ending. */
export function renamed(uri: string, extension: string, note = ''): string {
  const { name } = path.posix.parse(nameOf(uri));
  return `${name}${note}.${extension}`;
}
