/**
 * S3 on this machine: path style, one index, one folder of files.
 *
 *   request ──request.ts──▶ which call? (the tables below) ──▶ handler ──▶ records (SQLite) and blobs (files)
 *
 * The door has checked who calls. What S3 can do and this cannot (versions, policies, encryption with a customer's key …)
 * is answered NotImplemented, never passed over in silence.
 * @module
 */
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import type { CloudContext, Service } from '../service';
import { sendEmpty } from './answers';
import { openBlobs } from './blobs';
import {
  BUCKET_SETTINGS,
  type BucketRequest,
  createBucket,
  deleteBucket,
  deleteBucketTags,
  getBucketSetting,
  headBucket,
  isNothingToDelete,
  listBuckets,
  putAcl,
  putBucketSetting,
  requireBucket,
  type S3Parts,
  sendAcl,
} from './buckets';
import { copyObject } from './copy';
import { errorXml, S3Error } from './errors';
import { listObjects, listObjectsV2, listObjectVersions } from './listing';
import { abortUpload, completeUpload, createUpload, putPart } from './multipart';
import {
  deleteObject,
  deleteObjects,
  deleteTags,
  getAttributes,
  getObject,
  getTags,
  type ObjectRequest,
  putObject,
  putTags,
  requireObject,
} from './objects';
import { openRecords } from './records';
import { readRequest, type S3Request } from './request';
import { listParts, listUploads } from './upload-lists';

export function createS3(context: Pick<CloudContext, 'dataDir' | 'log'>): Service {
  const folder = path.join(context.dataDir, 'cloud', 's3');
  let s3: S3Parts | undefined;
  const underWay = new Set<Promise<void>>();

  return {
    async open() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const records = openRecords(folder);
      s3 = { records, blobs: openBlobs(folder, records.blobs(), context.log) };
    },

    async handle(request, response) {
      if (!s3) throw new Error('S3 is not open');
      const work = answer(s3, request, response, context.log);
      underWay.add(work);
      await work.finally(() => underWay.delete(work));
    },

    async close(graceMs) {
      if (!s3) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.allSettled(underWay), late]);
      clearTimeout(timer);
      s3.records.close();
      s3 = undefined;
    },
  };
}

async function answer(
  s3: S3Parts,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  try {
    await dispatch(s3, readRequest(request), response);
  } catch (error) {
    const clientIsGone = request.destroyed && !request.complete;
    if (response.headersSent || response.destroyed || clientIsGone) {
      if (!(error instanceof S3Error) && !isDisconnect(error))
        log(`s3: ${request.method} ${pathOf(request)}: ${String(error)}`);
      response.destroy();
      return;
    }
    sendError(request, response, asS3Error(error, request, log));
  }
}

async function dispatch(s3: S3Parts, request: S3Request, response: ServerResponse): Promise<void> {
  if (request.bucket === null) {
    // "//key" has no bucket and yet a key
    if (request.key !== null) throw new S3Error('InvalidBucketName');
    if (request.method === 'GET') return listBuckets(s3, response);
    throw new S3Error('MethodNotAllowed', undefined, { Method: request.method, ResourceType: 'SERVICE' });
  }
  return request.key === null
    ? onBucket(s3, { ...request, bucket: request.bucket }, response)
    : onObject(s3, { ...request, bucket: request.bucket, key: request.key }, response);
}

const BUCKET_UNKNOWN = [
  'analytics',
  'inventory',
  'metrics',
  'intelligent-tiering',
  'metadataTable',
  'metadataConfiguration',
  'session',
] as const;
const OBJECT_UNKNOWN = [
  'retention',
  'legal-hold',
  'torrent',
  'restore',
  'select',
  'renameObject',
  'encryption',
  'annotation',
] as const;

/** What requests are told apart by: names in the query, of a bucket's and of an object's address. */
export const S3_WIRE = {
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  bucket: [...BUCKET_SETTINGS, ...BUCKET_UNKNOWN, 'uploads', 'versions', 'list-type', 'delete'],
  object: [...OBJECT_UNKNOWN, 'uploadId', 'uploads', 'tagging', 'attributes', 'acl'],
} as const;

async function onBucket(s3: S3Parts, request: BucketRequest, response: ServerResponse): Promise<void> {
  const { method, query } = request;
  const has = (name: (typeof S3_WIRE.bucket)[number]) => query.has(name);
  const setting = BUCKET_SETTINGS.find(has);
  const unknown = BUCKET_UNKNOWN.find(has);
  if (unknown) {
    requireBucket(s3, request.bucket);
    throw new S3Error('NotImplemented');
  }
  switch (method) {
    case 'GET':
      if (setting) return getBucketSetting(s3, request, setting, response);
      if (has('uploads')) return listUploads(s3, request, response);
      if (has('versions')) return listObjectVersions(s3, request, response);
      return query.get('list-type') === '2' ? listObjectsV2(s3, request, response) : listObjects(s3, request, response);
    case 'HEAD':
      return headBucket(s3, request, response);
    case 'PUT':
      return setting ? putBucketSetting(s3, request, setting, response) : createBucket(s3, request, response);
    case 'DELETE':
      if (setting === 'tagging') return deleteBucketTags(s3, request, response);
      if (setting && isNothingToDelete(setting)) {
        requireBucket(s3, request.bucket);
        return sendEmpty(response, 204);
      }
      if (setting) throw new S3Error('NotImplemented');
      return deleteBucket(s3, request, response);
    case 'POST':
      if (has('delete')) return deleteObjects(s3, request, response);
      // an HTML form's upload
      requireBucket(s3, request.bucket);
      throw new S3Error('NotImplemented');
    default:
      throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'BUCKET' });
  }
}

async function onObject(s3: S3Parts, request: ObjectRequest, response: ServerResponse): Promise<void> {
  const { method, query, headers } = request;
  const has = (name: (typeof S3_WIRE.object)[number]) => query.has(name);
  if (OBJECT_UNKNOWN.some(has)) {
    requireBucket(s3, request.bucket);
    throw new S3Error('NotImplemented');
  }
  const uploadId = has('uploadId');
  switch (method) {
    case 'GET':
      if (uploadId) return listParts(s3, request, response);
      if (has('tagging')) return getTags(s3, request, response);
      if (has('attributes')) return getAttributes(s3, request, response);
      if (has('acl')) {
        requireObject(s3, request);
        return sendAcl(response);
      }
      return getObject(s3, request, response);
    case 'HEAD':
      return getObject(s3, request, response);
    case 'PUT':
      if (uploadId) return putPart(s3, request, response);
      if (has('tagging')) return putTags(s3, request, response);
      if (has('acl')) {
        requireObject(s3, request);
        return putAcl(request, response);
      }
      return headers['x-amz-copy-source'] === undefined
        ? putObject(s3, request, response)
        : copyObject(s3, request, response);
    case 'POST':
      if (has('uploads')) return createUpload(s3, request, response);
      if (uploadId) return completeUpload(s3, request, response);
      throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'OBJECT' });
    case 'DELETE':
      if (uploadId) return abortUpload(s3, request, response);
      return has('tagging') ? deleteTags(s3, request, response) : deleteObject(s3, request, response);
    default:
      throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'OBJECT' });
  }
}

function asS3Error(error: unknown, request: IncomingMessage, log: (line: string) => void): S3Error {
  if (error instanceof S3Error) return error;
  log(
    `s3: ${request.method} ${pathOf(request)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new S3Error(
      'InternalError',
      'The disk that holds the data directory is full. Delete files, then try again.',
    );
  }
  if (code === 'ENOENT') {
    return new S3Error(
      'InternalError',
      "The object's bytes are missing from the data directory. Restore it from a backup.",
    );
  }
  return new S3Error('InternalError', error instanceof Problem ? error.message : undefined);
}

function sendError(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  const body = errorXml(error, String(response.getHeader('x-amz-request-id') ?? ''), pathOf(request));
  response.writeHead(error.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const isDisconnect = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR'].includes(
    String((error as { code?: unknown } | null)?.code),
  );

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';
