/** Files in the bucket, through the SDK. A file's name is the last part of its key. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Problem } from '@/lib/base/problem';
import type { Clients } from './clients';
import type { Cloud, StoredFile } from './types';

/** @throws Problem FILE_URI_INVALID */
export function parseUri(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
  if (!match)
    throw new Problem(
      'FILE_URI_INVALID',
      `"${uri}" is not the address of a file.`,
      'It should look like s3://bucket/folder/name.png.',
    );
  return { bucket: match[1]!, key: match[2]! };
}

const toldIfGone = (error: unknown, uri: string): unknown =>
  error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')
    ? new Problem(
        'FILE_UNKNOWN',
        `There is no file ${uri}.`,
        'It may have been deleted; upload it again.',
        {},
        { cause: error },
      )
    : error;

const nameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);

/** What a name's ending tells, for listings: S3 keeps the type with the object, but a list does not show it. */
const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  avif: 'image/avif',
  pdf: 'application/pdf',
  csv: 'text/csv',
  json: 'application/json',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  xml: 'application/xml',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  webm: 'video/webm',
  log: 'text/plain',
  tsv: 'text/tab-separated-values',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};
export const mediaTypeOf = (name: string): string =>
  TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

/** S3 lists by name, 1,000 a call; the newest are known once all are listed. A person with more looks elsewhere. */
export const MOST_LISTED = 50_000;

/** @param clients asked for at each call: the local cloud may have moved to another port */
export function createFiles(clients: () => Promise<Clients>, bucket: string): Cloud['files'] {
  return {
    async upload({ key, mediaType }) {
      const { presigner } = await clients();
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: mediaType });
      const url = await getSignedUrl(presigner, command, {
        expiresIn: 3600,
        signableHeaders: new Set(['content-type']),
      });
      return { url, headers: { 'content-type': mediaType }, uri: `s3://${bucket}/${key}` };
    },
    async put({ key, mediaType, body }) {
      const { s3 } = await clients();
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: mediaType, Body: body }));
      return { uri: `s3://${bucket}/${key}` };
    },
    async list() {
      const { s3 } = await clients();
      const files: StoredFile[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }));
        for (const object of page.Contents ?? []) {
          const key = object.Key!;
          files.push({
            key,
            uri: `s3://${bucket}/${key}`,
            name: nameOf(key),
            mediaType: mediaTypeOf(key),
            bytes: object.Size ?? 0,
            modifiedAt: object.LastModified?.getTime() ?? 0,
          });
        }
        token = page.NextContinuationToken;
      } while (token && files.length < MOST_LISTED);
      return files.sort((a, b) => b.modifiedAt - a.modifiedAt);
    },
    async head(uri) {
      const { s3 } = await clients();
      const at = parseUri(uri);
      try {
        const head = await s3.send(new HeadObjectCommand({ Bucket: at.bucket, Key: at.key }));
        return {
          key: at.key,
          uri,
          name: nameOf(at.key),
          mediaType: head.ContentType ?? mediaTypeOf(at.key),
          bytes: head.ContentLength ?? 0,
          modifiedAt: head.LastModified?.getTime() ?? 0,
        };
      } catch (error) {
        throw toldIfGone(error, uri);
      }
    },
    async read(uri, most) {
      const { s3 } = await clients();
      const { bucket: from, key } = parseUri(uri);
      const range = most === undefined ? undefined : `bytes=0-${most - 1}`;
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: from, Key: key, Range: range }));
        return Body!.transformToWebStream() as ReadableStream<Uint8Array>;
      } catch (error) {
        throw toldIfGone(error, uri);
      }
    },
    async delete(key) {
      const { s3 } = await clients();
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async link(uri, { seconds, download }) {
      const { presigner } = await clients();
      const { bucket: from, key } = parseUri(uri);
      const disposition = download ? `attachment; filename="${nameOf(key).replace(/["\\\r\n]/g, '_')}"` : undefined;
      const command = new GetObjectCommand({ Bucket: from, Key: key, ResponseContentDisposition: disposition });
      return getSignedUrl(presigner, command, { expiresIn: seconds });
    },
  };
}
