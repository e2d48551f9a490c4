/**
 * Uploads in parts: begin, put parts, put parts by copy, complete, abort.
 *
 * The parts' files become the object's as they are: completing an upload moves no bytes.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { reach } from '../failpoint';
import { sendEmpty, sendXml, timestamp } from './answers';
import { readAttributes } from './attributes';
import { receive, receiveXml } from './body';
import { requireBucket, type S3Parts } from './buckets';
import {
  type Algorithm,
  type ChecksumType,
  combine,
  createHasher,
  defaultType,
  elementOf,
  headerOf,
  isAlgorithm,
} from './checksums';
import { checkWrite } from './conditions';
import { copySource } from './copy';
import { S3Error } from './errors';
import type { ObjectRequest } from './objects';
import type { ObjectRecord, PartRecord, UploadRecord } from './record-types';
import { integerIn } from './request';
import { listOf, readXml, textOf } from './xml';

/** every part but the last, as on AWS */
const LEAST_PART_BYTES = 5 * 1024 ** 2;
const MOST_PARTS = 10_000;

export async function createUpload(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { bucket, key, headers } = request;
  requireBucket(s3, bucket);
  const attributes = readAttributes(request);
  const algorithm = headers['x-amz-checksum-algorithm']?.toUpperCase() ?? null;
  if (algorithm !== null && !isAlgorithm(algorithm))
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');
  const checksumType = algorithm && readChecksumType(headers['x-amz-checksum-type'], algorithm);
  const id = randomBytes(48).toString('base64url');
  s3.records.putUpload({ id, bucket, key, startedAt: Date.now(), attributes, algorithm, checksumType });
  if (algorithm && checksumType) {
    response.setHeader('x-amz-checksum-algorithm', algorithm);
    response.setHeader('x-amz-checksum-type', checksumType);
  }
  sendXml(response, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id });
}

function readChecksumType(text: string | undefined, algorithm: Algorithm): ChecksumType {
  if (text === undefined) return defaultType(algorithm);
  const type = text.toUpperCase();
  const fits =
    type === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : type === 'FULL_OBJECT' && !algorithm.startsWith('SHA');
  if (!fits) {
    throw new S3Error(
      'InvalidRequest',
      `The ${text} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return type as ChecksumType;
}

export async function putPart(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { headers, query } = request;
  const upload = requireUpload(s3, request);
  const number = integerIn(query, 'partNumber', 0, { min: 1, max: MOST_PARTS });
  const copies = headers['x-amz-copy-source'] !== undefined;
  const writer = await s3.blobs.create();
  try {
    let part: PartRecord;
    if (copies) {
      part = { number, ...(await copyBytes(s3, request, upload.algorithm, writer)), modifiedAt: Date.now() };
    } else {
      const { size, md5, checksum } = await receive(request, writer, upload.algorithm);
      if (upload.algorithm && checksum && checksum.algorithm !== upload.algorithm) {
        throw new S3Error(
          'InvalidRequest',
          `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
        );
      }
      if (checksum) response.setHeader(headerOf(checksum.algorithm), checksum.value);
      const kept = upload.algorithm ? (checksum?.value ?? null) : null;
      part = { number, blob: await writer.commit(), size, etag: md5, modifiedAt: Date.now(), checksum: kept };
    }
    const freed = s3.records.putPart(upload.id, part);
    reach('part-indexed');
    if (freed === null) {
      await s3.blobs.remove([part.blob]);
      throw noSuchUpload(upload.id);
    }
    await s3.blobs.remove(freed);
    if (copies)
      sendXml(response, 'CopyPartResult', { LastModified: timestamp(part.modifiedAt), ETag: `"${part.etag}"` });
    else sendEmpty(response, 200, { etag: `"${part.etag}"` });
  } finally {
    await writer.abort();
  }
}

async function copyBytes(
  s3: S3Parts,
  { headers }: ObjectRequest,
  algorithm: Algorithm | null,
  writer: Awaited<ReturnType<S3Parts['blobs']['create']>>,
): Promise<Pick<PartRecord, 'blob' | 'size' | 'etag' | 'checksum'>> {
  const source = copySource(s3, headers);
  const range = headers['x-amz-copy-source-range'];
  let [from, to] = [0, source.size - 1];
  if (range !== undefined) {
    const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range);
    [from, to] = [Number(match?.[1]), Number(match?.[2])];
    if (!match || from > to || to >= source.size) {
      throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${source.size}`, {
        ArgumentName: 'x-amz-copy-source-range',
        ArgumentValue: range,
      });
    }
  }
  const md5 = createHash('md5');
  const hasher = algorithm && createHasher(algorithm);
  for await (const chunk of s3.blobs.read(source.segments, from, to)) {
    md5.update(chunk);
    hasher?.update(chunk);
    await writer.write(chunk);
  }
  const blob = await writer.commit();
  return { blob, size: to - from + 1, etag: md5.digest('hex'), checksum: hasher?.digest().toString('base64') ?? null };
}

export async function completeUpload(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { bucket, key, headers } = request;
  requireBucket(s3, bucket);
  const document = readXml(
    await receiveXml({ ...request, headers: withoutChecksums(headers) }),
    'CompleteMultipartUpload',
  );
  const listed = document ? listOf(document, 'Part') : [];
  if (!document || listed.length === 0 || listed.length > MOST_PARTS) throw new S3Error('MalformedXML');

  // A client whose first answer got lost asks again, and gets it.
  const present = s3.records.object(bucket, key);
  const uploadId = request.query.get('uploadId');
  if (present?.attributes.uploadId !== undefined && present.attributes.uploadId === uploadId) {
    return answerCompleted(request, present, response);
  }
  const upload = requireUpload(s3, request);
  const kept = new Map(s3.records.parts(upload.id).map((part) => [part.number, part]));
  let before = 0;
  const parts = listed.map((entry) => {
    const number = Number(textOf(entry, 'PartNumber'));
    if (!Number.isInteger(number) || number < 1) throw new S3Error('MalformedXML');
    if (number <= before) throw new S3Error('InvalidPartOrder');
    before = number;
    const part = kept.get(number);
    const etag = textOf(entry, 'ETag')
      ?.trim()
      .replace(/^"(.*)"$/, '$1');
    const checksum = upload.algorithm ? textOf(entry, elementOf(upload.algorithm)) : undefined;
    if (!part || etag !== part.etag || (checksum !== undefined && checksum !== part.checksum)) {
      throw new S3Error('InvalidPart', undefined, {
        UploadId: upload.id,
        PartNumber: String(number),
        ETag: etag ?? '',
      });
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if (part.size < LEAST_PART_BYTES) {
      throw new S3Error('EntityTooSmall', undefined, {
        ETag: part.etag,
        MinSizeAllowed: String(LEAST_PART_BYTES),
        ProposedSize: String(part.size),
        PartNumber: String(part.number),
      });
    }
  }
  const record = assemble(upload, parts);
  const size = headers['x-amz-mp-object-size'];
  if (size !== undefined && Number(size) !== record.size) {
    throw new S3Error('InvalidRequest', `The provided 'x-amz-mp-object-size' header does not match what was computed.`);
  }
  const promised = upload.algorithm ? headers[headerOf(upload.algorithm)] : undefined;
  if (
    promised !== undefined &&
    promised !== record.attributes.checksum?.value.replace(/-\d+$/, '') &&
    promised !== record.attributes.checksum?.value
  ) {
    throw new S3Error('BadDigest', `The ${upload.algorithm} you specified did not match the calculated checksum.`);
  }
  checkWrite(headers, present);
  reach('completing');
  const freed = s3.records.completeUpload(upload.id, record);
  reach('completed');
  await s3.blobs.remove(freed);
  answerCompleted(request, record, response);
}

function answerCompleted(
  { bucket, key, headers }: ObjectRequest,
  record: ObjectRecord,
  response: ServerResponse,
): void {
  const { checksum } = record.attributes;
  sendXml(response, 'CompleteMultipartUploadResult', {
    Location: `http://${headers.host ?? ''}/${bucket}/${encodeURIComponent(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${record.etag}"`,
    ...(checksum && { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  });
}

function assemble(upload: UploadRecord, parts: readonly PartRecord[]): ObjectRecord {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  const { algorithm, checksumType } = upload;
  const values = parts.flatMap(({ checksum, size }) => (checksum === null ? [] : [{ value: checksum, size }]));
  const suffix = checksumType === 'COMPOSITE' ? `-${parts.length}` : '';
  return {
    bucket: upload.bucket,
    key: upload.key,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    modifiedAt: Date.now(),
    segments: parts.map(({ blob, size }) => ({ blob, size })),
    attributes: {
      ...upload.attributes,
      uploadId: upload.id,
      parts: parts.map(({ size, checksum }) => ({ size, ...(checksum !== null && { checksum }) })),
      ...(algorithm &&
        checksumType &&
        values.length === parts.length && {
          checksum: { algorithm, type: checksumType, value: combine(algorithm, checksumType, values) + suffix },
        }),
    },
  };
}

/** On this call the checksum headers speak of the object, not of the XML that comes with it. */
const withoutChecksums = (headers: ObjectRequest['headers']): ObjectRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));

export async function abortUpload(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { id } = requireUpload(s3, request);
  await s3.blobs.remove(s3.records.dropUpload(id));
  sendEmpty(response, 204);
}

/** @throws S3Error NoSuchBucket, NoSuchUpload */
export function requireUpload(s3: S3Parts, { bucket, key, query }: ObjectRequest): UploadRecord {
  requireBucket(s3, bucket);
  const id = query.get('uploadId') ?? '';
  const upload = /^[\w-]{1,128}$/.test(id) ? s3.records.upload(id) : null;
  if (!upload || upload.bucket !== bucket || upload.key !== key) throw noSuchUpload(id);
  return upload;
}

const noSuchUpload = (id: string) => new S3Error('NoSuchUpload', undefined, { UploadId: id });
