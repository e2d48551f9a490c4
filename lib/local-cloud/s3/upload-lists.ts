/**
 * Lists of what is not complete: the uploads of a bucket, the parts of an upload.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { sendXml, timestamp } from './answers';
import { type BucketRequest, OWNER, requireBucket, type S3Parts } from './buckets';
import { elementOf } from './checksums';
import { encoderOf, encodingType } from './listing';
import { requireUpload } from './multipart';
import type { ObjectRequest } from './objects';
import type { UploadRecord } from './record-types';
import { integerIn } from './request';

const PAGE = 1000;

export async function listParts(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { query } = request;
  const upload = requireUpload(s3, request);
  const encode = encoderOf(query);
  const marker = integerIn(query, 'part-number-marker', 0, { min: 0, max: 2_147_483_647 });
  const limit = Math.min(integerIn(query, 'max-parts', PAGE, { min: 0, max: 2_147_483_647 }), PAGE);
  const after = s3.records.parts(upload.id).filter(({ number }) => number > marker);
  const shown = after.slice(0, limit);
  sendXml(response, 'ListPartsResult', {
    Bucket: upload.bucket,
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: shown.at(-1)?.number ?? 0,
    MaxParts: limit,
    ...encodingType(query),
    IsTruncated: after.length > shown.length,
    ...(upload.algorithm && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
    Part: shown.map(({ number, size, etag, modifiedAt, checksum }) => ({
      PartNumber: number,
      LastModified: timestamp(modifiedAt),
      ETag: `"${etag}"`,
      Size: size,
      ...(upload.algorithm && checksum && { [elementOf(upload.algorithm)]: checksum }),
    })),
  });
}

export async function listUploads(
  s3: S3Parts,
  { bucket, query }: BucketRequest,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, bucket);
  const encode = encoderOf(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const limit = Math.min(integerIn(query, 'max-uploads', PAGE, { min: 0, max: 2_147_483_647 }), PAGE);
  const folderOf = (key: string) => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? null : key.slice(0, at + delimiter.length);
  };
  const isAfter = ({ key, id }: UploadRecord) => {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(keyMarker));
    return order > 0 || (order === 0 && idMarker !== '' && id > idMarker);
  };
  const after = s3.records
    .uploads(bucket)
    .filter((upload) => upload.key.startsWith(prefix) && (keyMarker === '' || isAfter(upload)));
  const folders = [...new Set(after.flatMap(({ key }) => folderOf(key) ?? []))];
  const plain = after.filter(({ key }) => folderOf(key) === null);
  const shown = plain.slice(0, limit);
  const last = shown.at(-1);
  const truncated = plain.length > shown.length;
  sendXml(response, 'ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(truncated && last && { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id }),
    Prefix: encode(prefix),
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    MaxUploads: limit,
    ...encodingType(query),
    IsTruncated: truncated,
    Upload: shown.map(({ key, id, startedAt }) => ({
      Key: encode(key),
      UploadId: id,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: 'STANDARD',
      Initiated: timestamp(startedAt),
    })),
    CommonPrefixes: folders.map((folder) => ({ Prefix: encode(folder) })),
  });
}
