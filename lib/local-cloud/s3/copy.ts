/**
 * Copies of objects, and the reading of `x-amz-copy-source`. The copy's files are links to the source's, where the file
 * system can link, so that no bytes move.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { sendXml, timestamp } from './answers';
import { readAttributes } from './attributes';
import { requireBucket, type S3Parts } from './buckets';
import { createHasher, elementOf, isAlgorithm } from './checksums';
import { checkCopySource } from './conditions';
import { S3Error } from './errors';
import { type ObjectRequest, refuseVersion, replace } from './objects';
import type { Attributes, ObjectRecord } from './record-types';
import type { S3Request } from './request';

/** Reads `x-amz-copy-source`: `/bucket/key` or `bucket/key`, percent-encoded. @throws S3Error InvalidArgument, NoSuchKey … */
export function copySource(s3: S3Parts, headers: S3Request['headers']): ObjectRecord {
  const [source = '', versionQuery] = (headers['x-amz-copy-source'] ?? '').split(/\?(?=versionId=)/);
  let decoded: string;
  try {
    decoded = decodeURIComponent(source.replaceAll('+', '%20'));
  } catch {
    throw new S3Error('InvalidArgument', 'Invalid copy source encoding', { ArgumentName: 'x-amz-copy-source' });
  }
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decoded);
  if (!match) {
    throw new S3Error('InvalidArgument', 'Invalid copy source object key', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: source,
    });
  }
  refuseVersion(versionQuery?.slice('versionId='.length));
  requireBucket(s3, match[1]!);
  const record = s3.records.object(match[1]!, match[2]!);
  if (!record) throw new S3Error('NoSuchKey', undefined, { Key: match[2]! });
  checkCopySource(headers, record);
  return record;
}

export async function copyObject(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { bucket, key, headers } = request;
  requireBucket(s3, bucket);
  const source = copySource(s3, headers);
  const replaces = headers['x-amz-metadata-directive']?.toUpperCase() === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replaces && headers['x-amz-storage-class'] === undefined) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const given = readAttributes(request);
  const replacesTags = headers['x-amz-tagging-directive']?.toUpperCase() === 'REPLACE';
  const attributes: Attributes = {
    headers: replaces ? given.headers : { ...source.attributes.headers, ...storageClass(given) },
    user: replaces ? given.user : source.attributes.user,
    tags: replacesTags ? given.tags : source.attributes.tags,
    ...(source.attributes.checksum && { checksum: source.attributes.checksum }),
    ...(source.attributes.parts && { parts: source.attributes.parts }),
  };
  const asked = headers['x-amz-checksum-algorithm']?.toUpperCase();
  if (asked !== undefined) {
    if (!isAlgorithm(asked)) throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');
    if (attributes.checksum?.algorithm !== asked || attributes.checksum.type !== 'FULL_OBJECT') {
      const hasher = createHasher(asked);
      for await (const chunk of s3.blobs.read(source.segments, 0, source.size - 1)) hasher.update(chunk);
      attributes.checksum = { algorithm: asked, value: hasher.digest().toString('base64'), type: 'FULL_OBJECT' };
    }
  }
  const segments: ObjectRecord['segments'] = [];
  // Held while it is duplicated: the source may be deleted meanwhile.
  const hold = s3.blobs.read(source.segments, 0, -1);
  try {
    for (const { blob, size } of source.segments) segments.push({ blob: await s3.blobs.duplicate(blob), size });
  } catch (error) {
    await s3.blobs.remove(segments.map(({ blob }) => blob));
    throw error;
  } finally {
    await hold.return(undefined);
  }
  const record: ObjectRecord = {
    bucket,
    key,
    size: source.size,
    etag: source.etag,
    modifiedAt: Date.now(),
    segments,
    attributes,
  };
  await replace(s3, headers, record);
  const { checksum } = attributes;
  sendXml(response, 'CopyObjectResult', {
    LastModified: timestamp(record.modifiedAt),
    ETag: `"${record.etag}"`,
    ...(checksum && { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  });
}

const storageClass = ({ headers }: Attributes): Record<string, string> =>
  headers['x-amz-storage-class'] ? { 'x-amz-storage-class': headers['x-amz-storage-class'] } : {};
