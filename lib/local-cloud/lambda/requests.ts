/** What Lambda's requests hold, read and checked: code, tags, pages. */
import { invalid, LambdaError } from './errors';
import { ZIP_LIMIT } from './zip';

export type Body = Record<string, unknown>;
export type FetchObject = (bucket: string, key: string, version?: string) => Promise<Uint8Array>;

export const missing = (field: string) =>
  new LambdaError(
    'ValidationException',
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );

export async function zipFrom(source: Body, fetchObject: FetchObject): Promise<Uint8Array> {
  let zip: Uint8Array;
  if (typeof source.ZipFile === 'string') zip = Buffer.from(source.ZipFile, 'base64');
  else if (typeof source.S3Bucket === 'string' && typeof source.S3Key === 'string') {
    zip = await fetchObject(source.S3Bucket, source.S3Key, source.S3ObjectVersion as string | undefined);
  } else throw invalid('Please provide a source for function code: Code.ZipFile, or Code.S3Bucket and Code.S3Key.');
  if (zip.length === 0) throw invalid('Uploaded file must be a non-empty zip');
  if (zip.length > ZIP_LIMIT) {
    throw new LambdaError(
      'RequestEntityTooLargeException',
      `The package has ${zip.length} bytes; a zip may have ${ZIP_LIMIT}. Leave out what the function does not need.`,
    );
  }
  return zip;
}

export function readTags(tags: unknown): Record<string, string> {
  if (tags === undefined || tags === null) return {};
  if (
    typeof tags !== 'object' ||
    Array.isArray(tags) ||
    Object.values(tags).some((value) => typeof value !== 'string')
  ) {
    throw invalid('Tags must be a map of strings.');
  }
  return checkedTags(tags as Record<string, string>);
}

export function checkedTags(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > 50) throw invalid('A function may have at most 50 tags.');
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128)
      throw invalid(`The tag key "${key.slice(0, 128)}" must have 1 to 128 characters.`);
    if (value.length > 256) throw invalid(`The value of the tag "${key}" must have at most 256 characters.`);
    if (/^aws:/i.test(key)) throw invalid(`The tag key "${key}" begins with aws:, which AWS keeps for itself.`);
  }
  return tags;
}

export function page<T>(all: T[], query: URLSearchParams, usual: number): { items: T[]; next: string | undefined } {
  const size = Number(query.get('MaxItems') ?? usual);
  if (!Number.isInteger(size) || size < 1 || size > 10_000) {
    throw new LambdaError(
      'ValidationException',
      `1 validation error detected: Value '${query.get('MaxItems')}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 10000`,
    );
  }
  const marker = query.get('Marker');
  const start = marker ? Number(Buffer.from(marker, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) throw invalid('The marker is not one that this service gave.');
  const end = start + Math.min(size, usual);
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
