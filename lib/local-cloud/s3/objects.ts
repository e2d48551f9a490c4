/**
 * Objects: put, get, head, delete, and what is said of them.
 *
 * An object appears at once and whole: its bytes are on disk before the index names them, and the index names them before
 * the answer is sent.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { reach } from '../failpoint';
import { sendEmpty, sendXml } from './answers';
import { checksumHeaders, describe, readAttributes, readTagSet } from './attributes';
import { receive, receiveXml } from './body';
import type { S3Parts } from './buckets';
import { requireBucket } from './buckets';
import { elementOf } from './checksums';
import { checkRead, checkWrite, readRange } from './conditions';
import { S3Error } from './errors';
import type { ObjectRecord } from './record-types';
import { integerIn, type S3Request } from './request';
import { listOf, readXml, textOf } from './xml';

/** a request that names an object */
export type ObjectRequest = S3Request & { bucket: string; key: string };

export async function putObject(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { bucket, key, headers } = request;
  requireBucket(s3, bucket);
  const attributes = readAttributes(request);
  checkWrite(headers, s3.records.object(bucket, key));
  const writer = await s3.blobs.create();
  try {
    const { size, md5, checksum } = await receive(request, writer);
    const blob = await writer.commit();
    if (checksum) attributes.checksum = { ...checksum, type: 'FULL_OBJECT' };
    const record: ObjectRecord = {
      bucket,
      key,
      size,
      etag: md5,
      modifiedAt: Date.now(),
      segments: [{ blob, size }],
      attributes,
    };
    await replace(s3, headers, record);
    sendEmpty(response, 200, { etag: `"${md5}"`, ...checksumHeaders(record) });
  } finally {
    await writer.abort();
  }
}

/** Into the index, if bucket and conditions still allow it; what it cannot use any more is deleted. */
export async function replace(s3: S3Parts, headers: S3Request['headers'], record: ObjectRecord): Promise<void> {
  try {
    requireBucket(s3, record.bucket);
    checkWrite(headers, s3.records.object(record.bucket, record.key));
  } catch (error) {
    await s3.blobs.remove(record.segments.map(({ blob }) => blob));
    throw error;
  }
  const freed = s3.records.putObject(record);
  reach('object-indexed');
  await s3.blobs.remove(freed);
}

export async function getObject(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { headers, query } = request;
  const record = requireObject(s3, request);
  const answer = describe(record, query);
  if (checkRead(headers, record) === 'not-modified') {
    response.writeHead(304, answer).end();
    return;
  }
  const part = query.has('partNumber')
    ? partRange(record, integerIn(query, 'partNumber', 1, { min: 1, max: 10_000 }))
    : null;
  const conditional = headers['if-range'];
  const rangeHolds =
    conditional === undefined || conditional === answer.etag || conditional === answer['last-modified'];
  const range = part ?? (rangeHolds ? readRange(headers.range, record.size) : null);
  const { from, to } = range ?? { from: 0, to: record.size - 1 };
  if (range) answer['content-range'] = `bytes ${from}-${to}/${record.size}`;
  if (part && record.segments.length > 1) answer['x-amz-mp-parts-count'] = String(record.segments.length);
  if (!range && headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED')
    Object.assign(answer, checksumHeaders(record));
  answer['content-length'] = String(to - from + 1);
  if (request.method === 'HEAD' || record.size === 0) {
    response.writeHead(range ? 206 : 200, answer).end();
    return;
  }
  const bytes = s3.blobs.read(record.segments, from, to);
  try {
    // The first bytes before the status: a file that is gone can still be told as an error.
    const first = await bytes.next();
    response.writeHead(range ? 206 : 200, answer);
    if (!first.done) response.write(first.value);
    await pipeline(Readable.from(bytes, { objectMode: false }), response);
  } finally {
    await bytes.return(undefined);
  }
}

function partRange(record: ObjectRecord, number: number): { from: number; to: number } | null {
  const segment = record.segments[number - 1];
  if (!segment)
    throw new S3Error('InvalidPartNumber', undefined, {
      PartNumberRequested: String(number),
      ActualPartCount: String(record.segments.length),
    });
  if (record.size === 0) return null;
  const from = record.segments.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { from, to: from + segment.size - 1 };
}

export async function deleteObject(
  s3: S3Parts,
  { bucket, key, headers, query }: ObjectRequest,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, bucket);
  refuseVersion(query.get('versionId'));
  const existing = s3.records.object(bucket, key);
  if (existing && headers['if-match'] !== undefined) checkWrite(headers, existing);
  await s3.blobs.remove(s3.records.dropObjects(bucket, [key]));
  sendEmpty(response, 204);
}

const DELETE_LIMIT = 1000;

export async function deleteObjects(
  s3: S3Parts,
  request: S3Request & { bucket: string },
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, request.bucket);
  const document = readXml(await receiveXml(request), 'Delete');
  const objects = document ? listOf(document, 'Object') : [];
  const keys = objects.map((object) => textOf(object, 'Key'));
  if (!document || keys.length === 0 || keys.length > DELETE_LIMIT || keys.some((key) => !key)) {
    throw new S3Error('MalformedXML');
  }
  const errors: { Key: string; Code: string; Message: string }[] = [];
  const wanted = objects.flatMap((object) => {
    const key = textOf(object, 'Key')!;
    const version = textOf(object, 'VersionId');
    if (version === undefined || version === 'null') return [key];
    errors.push({ Key: key, Code: 'NoSuchVersion', Message: 'The specified version does not exist.' });
    return [];
  });
  await s3.blobs.remove(s3.records.dropObjects(request.bucket, wanted));
  const quiet = textOf(document, 'Quiet')?.trim() === 'true';
  sendXml(response, 'DeleteResult', { Deleted: quiet ? [] : wanted.map((Key) => ({ Key })), Error: errors });
}

export async function getTags(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { tags } = requireObject(s3, request).attributes;
  sendXml(response, 'Tagging', { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } });
}

export async function putTags(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  requireObject(s3, request);
  const tags = readTagSet(await receiveXml(request));
  // Read again: the object may have been replaced while the body came.
  const record = requireObject(s3, request);
  s3.records.putAttributes(record.bucket, record.key, { ...record.attributes, tags });
  sendEmpty(response, 200);
}

export async function deleteTags(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const record = requireObject(s3, request);
  s3.records.putAttributes(record.bucket, record.key, { ...record.attributes, tags: [] });
  sendEmpty(response, 204);
}

/** The caller names what it wants in `x-amz-object-attributes`. */
export async function getAttributes(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const record = requireObject(s3, request);
  const wanted = new Set((request.headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim()));
  const { checksum, parts, headers } = record.attributes;
  response.setHeader('last-modified', new Date(record.modifiedAt).toUTCString());
  sendXml(response, 'GetObjectAttributesResponse', {
    ...(wanted.has('ETag') && { ETag: record.etag }),
    ...(wanted.has('Checksum') &&
      checksum && { Checksum: { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } }),
    ...(wanted.has('ObjectParts') &&
      parts && {
        ObjectParts: {
          PartsCount: parts.length,
          PartNumberMarker: 0,
          MaxParts: 1000,
          IsTruncated: parts.length > 1000,
          Part: parts.slice(0, 1000).map((part, i) => ({
            PartNumber: i + 1,
            Size: part.size,
            ...(checksum && part.checksum && { [elementOf(checksum.algorithm)]: part.checksum }),
          })),
        },
      }),
    ...(wanted.has('StorageClass') && { StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD' }),
    ...(wanted.has('ObjectSize') && { ObjectSize: record.size }),
  });
}

/** @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion */
export function requireObject(
  s3: S3Parts,
  { bucket, key, query }: Pick<ObjectRequest, 'bucket' | 'key' | 'query'>,
): ObjectRecord {
  requireBucket(s3, bucket);
  refuseVersion(query.get('versionId'));
  const record = s3.records.object(bucket, key);
  if (!record) throw new S3Error('NoSuchKey', undefined, { Key: key });
  return record;
}

/** Nothing is versioned here: the only version is called `null`. */
export function refuseVersion(version: string | undefined): void {
  if (version !== undefined && version !== 'null') {
    throw new S3Error('InvalidArgument', 'Invalid version id specified', {
      ArgumentName: 'versionId',
      ArgumentValue: version,
    });
  }
}
