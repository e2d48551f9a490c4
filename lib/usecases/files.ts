/**
 * Files in the bucket: where an upload goes (the browser sends it itself, by a presigned PUT), which there are, what is
 * in one of them, which runs had it, and several of them as one zip.
 */
import { Zip, ZipPassThrough } from 'fflate';
import { z } from 'zod';
import { FILE_KINDS, kindOf } from '@/lib/base/media';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import type { FilePreview, FilesPage, FileView, UploadTicket } from './types';

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

export const FilesQuery = z.object({
  /** each word has to stand in the key */
  query: z.string().max(500).default(''),
  kind: z.enum([...FILE_KINDS, 'all']).default('all'),
  /** the `next` of the page before */
  after: z.string().max(2000).nullable().default(null),
});
/** links are signed for each, some ms together */
const PAGE = 120;

/** The newest files first, a page at a time; a search looks through all of them. @throws Problem CLOUD_UNREACHABLE */
export async function filesPage(
  deps: Pick<Deps, 'cloud'>,
  { query, kind, after }: z.infer<typeof FilesQuery>,
): Promise<FilesPage> {
  await deps.cloud.ready();
  const all = (await deps.cloud.files.list()).sort((a, b) => b.modifiedAt - a.modifiedAt || (a.key < b.key ? -1 : 1));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = all.filter(
    (file) => (kind === 'all' || kindOf(file) === kind) && words.every((word) => file.key.toLowerCase().includes(word)),
  );
  // Told by time and key, so that what was uploaded or deleted meanwhile neither repeats nor hides another.
  const from = after === null ? 0 : matching.findIndex((file) => isAfter(file, after));
  const shown = from < 0 ? [] : matching.slice(from, from + PAGE);
  const last = shown.at(-1);
  return {
    files: await Promise.all(
      shown.map(async (file) => ({ ...file, url: await deps.cloud.files.link(file.uri, { seconds: LINK_SECONDS }) })),
    ),
    matching: matching.length,
    kinds: FILE_KINDS.map((one) => {
      const some = all.filter((file) => kindOf(file) === one);
      return { kind: one, n: some.length, bytes: some.reduce((sum, { bytes }) => sum + bytes, 0) };
    }).filter(({ n }) => n > 0),
    next: last && last !== matching.at(-1) ? `${last.modifiedAt}/${last.key}` : null,
  };
}

function isAfter({ modifiedAt, key }: { modifiedAt: number; key: string }, cursor: string): boolean {
  const slash = cursor.indexOf('/');
  const [at, last] = [Number(cursor.slice(0, slash)), cursor.slice(slash + 1)];
  return modifiedAt < at || (modifiedAt === at && key > last);
}

/** Its bytes, if it begins as a PDF does. @throws Problem FILE_UNKNOWN, FILE_URI_INVALID, FILE_NO_PDF */
export async function readPdf(deps: Pick<Deps, 'cloud'>, uri: string): Promise<ReadableStream<Uint8Array>> {
  const file = await deps.cloud.files.head(uri);
  if (!(await isPdf(deps, file)))
    throw new Problem(
      'FILE_NO_PDF',
      `"${file.name}" is no PDF, whatever its name says.`,
      'Download it, and look what it is.',
    );
  return deps.cloud.files.read(uri);
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

/** Several at once. Those that could not be deleted are told of together; the others are gone. */
export const FileKeys = z.array(z.string().min(1).max(1024)).min(1).max(5000);
/** calls at a time */
const AT_ONCE = 50;

/** @throws Problem FILES_NOT_DELETED naming how many are still there */
export async function deleteFiles(deps: Deps, keys: string[]): Promise<void> {
  const ended: PromiseSettledResult<void>[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE)
    ended.push(...(await Promise.allSettled(keys.slice(at, at + AT_ONCE).map((key) => deps.cloud.files.delete(key)))));
  const failed = ended.filter(({ status }) => status === 'rejected');
  if (failed.length === 0) return;
  throw new Problem(
    'FILES_NOT_DELETED',
    `${failed.length} of ${keys.length} files could not be deleted.`,
    'Look at Settings → Where it runs, then delete them again.',
    {},
    { cause: failed[0] },
  );
}

/** bytes; the first of a file of text that are shown */
const PREVIEW_BYTES = 64 * 1024;
const PREVIEW_RUNS = 10;
const TEXTS = /^text\/|json|xml|yaml|javascript|markdown/;

/** The beginning of a file of text (`null`: of another kind), and the runs that were given it or made it. */
export async function previewFile(deps: Deps, uri: string): Promise<FilePreview> {
  const file = await deps.cloud.files.head(uri);
  const text = TEXTS.test(file.mediaType) || (file.bytes > 0 && TEXTS.test(mediaTypeByName(file.name)));
  const runs = await deps.store.runs.mentioning(namesOf(uri, file.key), PREVIEW_RUNS);
  return {
    text: !text ? null : file.bytes === 0 ? '' : await beginningOf(deps, uri),
    whole: file.bytes <= PREVIEW_BYTES,
    pdf: file.mediaType === 'application/pdf' || /\.pdf$/i.test(file.name) ? await isPdf(deps, file) : null,
    runs,
  };
}

/** Of an empty file S3 gives no part. */
const isPdf = async (deps: Pick<Deps, 'cloud'>, { uri, bytes }: { uri: string; bytes: number }): Promise<boolean> =>
  bytes > 0 && (await beginningOf(deps, uri, 5)) === '%PDF-';

/** How a run's input or output may name a file: by its address, or by a link to it. */
const namesOf = (uri: string, key: string) => [
  JSON.stringify(uri),
  `/${key.split('/').map(encodeURIComponent).join('/')}?`,
];

const mediaTypeByName = (name: string) => (/\.(csv|tsv|txt|log|md|ya?ml|json|xml)$/i.test(name) ? 'text/plain' : '');

async function beginningOf(deps: Pick<Deps, 'cloud'>, uri: string, most = PREVIEW_BYTES): Promise<string> {
  const parts: Uint8Array[] = [];
  const reader = (await deps.cloud.files.read(uri, most)).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  // The last character may be cut in two: a stream's decoder keeps half of one back.
  return new TextDecoder().decode(Buffer.concat(parts), { stream: true });
}

/** A zip of this size still opens everywhere (no Zip64), and a browser keeps it beside its other tabs. */
const MAX_ZIP_BYTES = 2 * 1024 * 1024 * 1024;

/**
 * Several files as one zip, made while it is read: no more than one piece of one file is in memory. Files that are
 * pictures, sound or packed already gain nothing by packing, so all are stored as they are.
 * @throws Problem FILE_UNKNOWN, FILE_TOO_LARGE: before the first byte
 */
export async function zipFiles(deps: Deps, keys: string[]): Promise<ReadableStream<Uint8Array>> {
  const wanted = new Set(keys);
  const files = (await deps.cloud.files.list()).filter(({ key }) => wanted.has(key));
  if (files.length < wanted.size) {
    throw new Problem(
      'FILE_UNKNOWN',
      `${wanted.size - files.length} of the ${wanted.size} chosen files are not there any more.`,
      'Reload the page, and choose again.',
    );
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_ZIP_BYTES) {
    throw new Problem(
      'FILE_TOO_LARGE',
      `Together they have ${megabytes(total)}; a zip may have ${megabytes(MAX_ZIP_BYTES)}.`,
      'Choose fewer of them.',
    );
  }
  const names = namesInZip(files.map(({ name }) => name));
  let at = -1;
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let entry: ZipPassThrough | null = null;
  let zip: Zip;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      zip = new Zip((error, chunk, last) => {
        if (error) return controller.error(error);
        controller.enqueue(chunk);
        if (last) controller.close();
      });
    },
    async pull() {
      if (!reader || !entry) {
        const file = files[++at];
        if (!file) return zip.end();
        reader = (await deps.cloud.files.read(file.uri)).getReader();
        entry = new ZipPassThrough(names[at]!);
        entry.mtime = file.modifiedAt || deps.now();
        return zip.add(entry);
      }
      const { done, value } = await reader.read();
      entry.push(done ? new Uint8Array() : value, done);
      if (done) [reader, entry] = [null, null];
    },
    async cancel() {
      await reader?.cancel();
    },
  });
}

/** Pure. Two files of one name: the second is `name (2).png`. What a name may not hold in a zip is `_`. */
export function namesInZip(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((given) => {
    const name = given.replace(/[/\\:*?"<>|\p{Cc}]+/gu, '_').replace(/^\.+$/, '_') || '_';
    const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name.slice(0, dot)} (${n})${name.slice(dot)}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
