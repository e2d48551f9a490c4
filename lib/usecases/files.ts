/** Uploads go from the browser to the bucket by a presigned PUT; this only says where. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import type { FileView, UploadTicket } from './types';

/** A single PUT may carry 5 GB on S3; nothing here is meant for more than this. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;
const LINK_SECONDS = 3600;

export const CreateUpload = z.object({
  name: z.string().min(1).max(255),
  mediaType: z.string().max(200).default(''),
  bytes: z.number().int().min(0),
});

/** @throws Problem FILE_TOO_LARGE, FILE_EMPTY, CLOUD_UNREACHABLE */
export async function createUpload(
  deps: Deps,
  { name, mediaType, bytes }: z.infer<typeof CreateUpload>,
): Promise<UploadTicket> {
  if (bytes > MAX_FILE_BYTES) {
    throw new Problem(
      'FILE_TOO_LARGE',
      `"${name}" has ${megabytes(bytes)}; a file may have ${megabytes(MAX_FILE_BYTES)}.`,
      'Choose a smaller file, or put it into the bucket with the AWS CLI and pass its address.',
    );
  }
  if (bytes === 0)
    throw new Problem('FILE_EMPTY', `"${name}" is empty.`, 'Choose the file again; it may still be downloading.');
  await deps.cloud.ready();
  const type = mediaType || 'application/octet-stream';
  const ticket = await deps.cloud.files.upload({ key: uploadKey(deps.newId(), name), mediaType: type });
  return { url: ticket.url, headers: ticket.headers, file: { name, mediaType: type, bytes, uri: ticket.uri } };
}

/** The id keeps two files of one name apart; the name stays readable, and a valid part of a key. */
export const uploadKey = (id: string, name: string): string =>
  `uploads/${id}/${name.replace(/[/\\?#%\p{Cc}]+/gu, '_')}`;

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MB`;

export async function listFiles(deps: Deps): Promise<FileView[]> {
  await deps.cloud.ready();
  const files = await deps.cloud.files.list();
  return Promise.all(
    files
      .slice(0, 500)
      .map(async (file) => ({ ...file, url: await deps.cloud.files.link(file.uri, { seconds: LINK_SECONDS }) })),
  );
}

/** @throws Problem FILE_UNKNOWN, FILE_URI_INVALID */
export async function fileUrl(
  deps: Deps,
  uri: string,
  download = false,
): Promise<{ url: string; mediaType: string; name: string; bytes: number }> {
  const { mediaType, name, bytes } = await deps.cloud.files.head(uri);
  return { url: await deps.cloud.files.link(uri, { seconds: LINK_SECONDS, download }), mediaType, name, bytes };
}

export const deleteFile = (deps: Deps, key: string): Promise<void> => deps.cloud.files.delete(key);
