/**
 * Lists the keys of a bucket, both versions of the call: prefix, delimiter, pages.
 *
 * With a delimiter a whole "folder" is skipped by seeking behind it, so a listing costs what it shows.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { uriEncode } from '../signature';
import { sendXml, timestamp } from './answers';
import { type BucketRequest, OWNER, requireBucket, type S3Parts } from './buckets';
import { S3Error } from './errors';
import type { ListedObject } from './record-types';
import type { Records } from './records';
import { integerIn, type Query } from './request';

const PAGE = 1000;
const INT32 = 2_147_483_647;

type Entry = { kind: 'object'; object: ListedObject } | { kind: 'prefix'; prefix: string };
type Page = { entries: Entry[] /** where the next page begins; null on the last one */; next: string | null };

export async function listObjectsV2(
  s3: S3Parts,
  { bucket, query }: BucketRequest,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, bucket);
  const { prefix, delimiter, limit, encode } = readQuestion(query);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === undefined ? (startAfter ?? null) : readToken(token);
  const page = collect(s3.records, bucket, { prefix, delimiter, limit, after, plain: token === undefined });
  sendXml(response, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    ...(startAfter !== undefined && { StartAfter: encode(startAfter) }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(page.next !== null && { NextContinuationToken: writeToken(page.next) }),
    KeyCount: page.entries.length,
    MaxKeys: limit,
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    ...encodingType(query),
    IsTruncated: page.next !== null,
    ...contents(page, encode, query.get('fetch-owner') === 'true'),
  });
}

export async function listObjects(
  s3: S3Parts,
  { bucket, query }: BucketRequest,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, bucket);
  const { prefix, delimiter, limit, encode } = readQuestion(query);
  const marker = query.get('marker') ?? '';
  const page = collect(s3.records, bucket, { prefix, delimiter, limit, after: marker || null });
  sendXml(response, 'ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Marker: encode(marker),
    MaxKeys: limit,
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    ...encodingType(query),
    IsTruncated: page.next !== null,
    // Without a delimiter a client goes on from the last key by itself.
    ...(page.next !== null && delimiter !== '' && { NextMarker: encode(page.next) }),
    ...contents(page, encode, true),
  });
}

/** Nothing is versioned here, so every object is the latest and only version of itself. */
export async function listObjectVersions(
  s3: S3Parts,
  { bucket, query }: BucketRequest,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, bucket);
  const { prefix, delimiter, limit, encode } = readQuestion(query);
  const marker = query.get('key-marker') ?? '';
  const page = collect(s3.records, bucket, { prefix, delimiter, limit, after: marker || null });
  const { Contents, CommonPrefixes } = contents(page, encode, true);
  sendXml(response, 'ListVersionsResult', {
    Name: bucket,
    Prefix: encode(prefix),
    KeyMarker: encode(marker),
    MaxKeys: limit,
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    ...encodingType(query),
    IsTruncated: page.next !== null,
    ...(page.next !== null && { NextKeyMarker: encode(page.next), NextVersionIdMarker: 'null' }),
    Version: Contents.map((entry) => ({ ...entry, VersionId: 'null', IsLatest: true })),
    CommonPrefixes,
  });
}

function readQuestion(query: Query) {
  const asked = integerIn(query, 'max-keys', PAGE, { min: 0, max: INT32 });
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(asked, PAGE),
    encode: encoderOf(query),
  };
}

/** @throws S3Error InvalidArgument */
export function encoderOf(query: Query): (text: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === undefined || encoding === '') return (text) => text;
  if (encoding !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  }
  return (text) => uriEncode(text).replaceAll('%2F', '/');
}

export const encodingType = (query: Query) => (query.get('encoding-type') === 'url' ? { EncodingType: 'url' } : {});

function contents({ entries }: Page, encode: (text: string) => string, withOwner: boolean) {
  return {
    Contents: entries.flatMap((entry) =>
      entry.kind === 'object'
        ? [
            {
              Key: encode(entry.object.key),
              LastModified: timestamp(entry.object.modifiedAt),
              ETag: `"${entry.object.etag}"`,
              Size: entry.object.size,
              ...(withOwner && { Owner: OWNER }),
              StorageClass: 'STANDARD',
            },
          ]
        : [],
    ),
    CommonPrefixes: entries.flatMap((entry) => (entry.kind === 'prefix' ? [{ Prefix: encode(entry.prefix) }] : [])),
  };
}

/**
 * @param after the last key or common prefix of the page before, or any key
 * @param plain it is a key, whatever it looks like: `StartAfter` of `a/` shows the folder `a/`, since `a/b` comes after it
 */
export function collect(
  records: Pick<Records, 'list'>,
  bucket: string,
  {
    prefix,
    delimiter,
    limit,
    after,
    plain = false,
  }: { prefix: string; delimiter: string; limit: number; after: string | null; plain?: boolean },
): Page {
  const first = Buffer.from(prefix);
  let from: Buffer = first;
  if (after !== null) {
    // A page that ended with a folder goes on behind the whole folder.
    const folder = plain ? null : folderOf(after, prefix, delimiter);
    const behind = folder !== null && folder === after ? behindAll(Buffer.from(folder)) : behindKey(Buffer.from(after));
    if (behind === null) return { entries: [], next: null };
    if (Buffer.compare(behind, from) > 0) from = behind;
  }
  const entries: Entry[] = [];
  if (limit === 0) return { entries, next: null };
  for (;;) {
    const batch = records.list(bucket, from, Math.min(limit - entries.length + 1, PAGE + 1));
    let jumped = false;
    for (const object of batch) {
      if (!object.key.startsWith(prefix)) return { entries, next: null };
      if (entries.length === limit) return { entries, next: nameOf(entries[entries.length - 1]!) };
      const folder = folderOf(object.key, prefix, delimiter);
      if (folder === null) {
        entries.push({ kind: 'object', object });
        from = behindKey(Buffer.from(object.key));
        continue;
      }
      entries.push({ kind: 'prefix', prefix: folder });
      const behind = behindAll(Buffer.from(folder));
      if (behind === null) return { entries, next: null };
      from = behind;
      jumped = true;
      break;
    }
    if (!jumped && batch.length <= limit - entries.length) return { entries, next: null };
  }
}

const nameOf = (entry: Entry): string => (entry.kind === 'object' ? entry.object.key : entry.prefix);

/** `a/b/c` under prefix `a/` with delimiter `/` lies in `a/b/`; null when it lies in no folder. */
function folderOf(key: string, prefix: string, delimiter: string): string | null {
  if (delimiter === '' || !key.startsWith(prefix)) return null;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? null : key.slice(0, at + delimiter.length);
}

/** the smallest key after this one */
const behindKey = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])]);

/** the smallest key after all that begin with these bytes; null when there is none */
function behindAll(prefix: Buffer): Buffer | null {
  for (let end = prefix.length; end > 0; end--) {
    if (prefix[end - 1]! < 0xff)
      return Buffer.concat([prefix.subarray(0, end - 1), Buffer.from([prefix[end - 1]! + 1])]);
  }
  return null;
}

const writeToken = (key: string): string => Buffer.from(`1:${key}`).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('1:')) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return text.slice(2);
}
