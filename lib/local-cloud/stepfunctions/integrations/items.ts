/**
 * What a distributed Map reads and writes: items from S3 (JSON, JSON Lines, CSV, Parquet, manifests of an inventory or of
 * Athena, a listing), results to S3.
 * @module
 */
import { gunzipSync } from 'node:zlib';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import Papa from 'papaparse';
import { isObject, type Json, type JsonObject, jsonDepth, own } from '@/lib/base/json';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import { type CloudContext, REGION } from '@/lib/local-cloud/service';
import { DEPTH_LIMIT } from '../wire';
import { parquetItems } from './parquet';
import { TaskFailure } from './types';

/** Bytes of one file that is read into memory; AWS takes 10 GB. */
const FILE_LIMIT = 512 * 1024 * 1024;
const RESULTS_PER_FILE = 10_000;

type S3 = { client: S3Client; sdk: typeof import('@aws-sdk/client-s3') };

export function createItems(context: CloudContext) {
  let loaded: Promise<S3> | undefined;
  const s3 = async (): Promise<S3> => {
    loaded ??= import('@aws-sdk/client-s3').then((sdk) => ({
      sdk,
      client: new sdk.S3Client({
        endpoint: context.s3Endpoint(),
        region: REGION,
        credentials: context.credentials.self,
        forcePathStyle: true,
      }),
    }));
    return loaded;
  };
  return {
    /** @param reader the state's ItemReader, its parameters evaluated @throws TaskFailure States.ItemReaderFailed */
    async read(reader: JsonObject): Promise<{ items: Json[]; total: number }> {
      try {
        const items = limited(await readAll(await s3(), reader), reader);
        return { items, total: items.length };
      } catch (error) {
        throw failure('States.ItemReaderFailed', error);
      }
    },
    /** @param children the MapRun's executions, in the items' order @throws TaskFailure States.ResultWriterFailed */
    async write(writer: JsonObject, children: ExecutionRow[], results: Json[], mapRunArn: string): Promise<Json> {
      try {
        return await writeAll(await s3(), writer, children, results, mapRunArn);
      } catch (error) {
        throw failure('States.ResultWriterFailed', error);
      }
    },
  };
}
export type Items = ReturnType<typeof createItems>;

const failure = (name: string, error: unknown): TaskFailure => {
  if (error instanceof TaskFailure) return error;
  const { message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number; requestId?: string } };
  const where = $metadata?.httpStatusCode
    ? ` (Service: S3, Status Code: ${$metadata.httpStatusCode}, Request ID: ${$metadata.requestId ?? ''})`
    : '';
  return new TaskFailure(name, `${message}${where}`);
};
const refuse = (cause: string): TaskFailure => new TaskFailure('States.ItemReaderFailed', cause);

const argumentsOf = (from: JsonObject): JsonObject => {
  const given = from.Arguments ?? from.Parameters;
  return isObject(given) ? given : {};
};
const textAt = (from: Json | undefined, name: string): string | undefined => {
  const value = own(from, name);
  return typeof value === 'string' ? value : undefined;
};

async function readAll(s3: S3, reader: JsonObject): Promise<Json[]> {
  const config = isObject(reader.ReaderConfig) ? reader.ReaderConfig : {};
  const resource = String(reader.Resource ?? '');
  const given = argumentsOf(reader);
  if (resource.endsWith(':listObjectsV2')) return listObjects(s3, given, maxItems(config));
  if (!resource.endsWith(':getObject'))
    throw refuse(`The ItemReader resource ${resource} is not one of s3:getObject and s3:listObjectsV2.`);
  const bucket = textAt(given, 'Bucket') ?? textAt(config, 'Bucket') ?? '';
  const key = textAt(given, 'Key') ?? '';
  const file = await getObject(s3, bucket, key);
  const type = textAt(config, 'InputType') ?? '';
  const manifest = textAt(config, 'ManifestType');
  if (manifest === 'ATHENA_DATA') return readAthena(s3, file.toString('utf8'), type, config);
  if (manifest === 'S3_INVENTORY' || type === 'MANIFEST') return readManifest(s3, file.toString('utf8'), config);
  return itemsOf(file, type, config, key);
}

async function itemsOf(file: Buffer, type: string, config: JsonObject, name: string): Promise<Json[]> {
  if (type !== 'PARQUET') return parseItems(file, type, config, name);
  return parquetItems(file, { rows: maxItems(config), bytes: FILE_LIMIT }).catch((error: Error) => {
    throw refuse(`Attempting to read ${name} as Parquet failed: ${error.message}.`);
  });
}

/** The items of one file of text, in its own order. */
export function parseItems(file: Buffer, type: string, config: JsonObject, name: string): Json[] {
  const plain = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file, { maxOutputLength: FILE_LIMIT }) : file;
  const text = plain.toString('utf8').replace(/^\uFEFF/, '');
  switch (type) {
    case 'JSON':
      return jsonItems(text, config, name);
    case 'JSONL':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line, i) => parseJson(line, `line ${i + 1} of ${name}`));
    case 'CSV':
      return csvItems(text, config);
    default:
      throw refuse(`The InputType "${type}" cannot be read; use JSON, JSONL, CSV, PARQUET or MANIFEST.`);
  }
}

function parseJson(text: string, what: string): Json {
  if (jsonDepth(text) > DEPTH_LIMIT) throw refuse(`${what} nests deeper than ${DEPTH_LIMIT} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw refuse(`Attempting to parse ${what} as JSON failed: ${(error as Error).message}`);
  }
}

/** A list, or an object whose members become `{ Key, Value }` items; `ItemsPointer` leads to it. */
function jsonItems(text: string, config: JsonObject, name: string): Json[] {
  let value: Json | undefined = parseJson(text, name);
  const pointer = textAt(config, 'ItemsPointer');
  if (pointer) {
    for (const part of pointer.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      value = Array.isArray(value) ? value[Number(key)] : own(value, key);
    }
  }
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.entries(value).map(([key, item]) => ({ Key: key, Value: item }));
  throw refuse(`Attempting to map over non-iterable node${pointer ? ` at ${pointer}` : ''} in ${name}.`);
}

const DELIMITERS: Record<string, string> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

function csvItems(text: string, config: JsonObject): Json[] {
  const delimiter = DELIMITERS[textAt(config, 'CSVDelimiter') ?? 'COMMA'] ?? ',';
  const { data } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
  const location = textAt(config, 'CSVHeaderLocation');
  const given = own(config, 'CSVHeaders');
  const headers = location === 'GIVEN' ? (Array.isArray(given) ? given.map(String) : []) : (data.shift() ?? []);
  if (new Set(headers).size < headers.length) throw refuse('CSV headers cannot contain duplicates.');
  // Fields beyond the headers are dropped; missing ones are empty.
  return data.map((row) => Object.fromEntries(headers.map((header, i) => [header, row[i] ?? ''])));
}

/** undefined: no limit. @throws TaskFailure for a negative one */
function maxItems(config: JsonObject): number | undefined {
  const limit = own(config, 'MaxItems');
  if (typeof limit !== 'number') return undefined;
  if (limit < 0) throw refuse('field MaxItems must be positive');
  return limit === 0 ? undefined : limit;
}

function limited(items: Json[], reader: JsonObject): Json[] {
  const limit = maxItems(isObject(reader.ReaderConfig) ? reader.ReaderConfig : {});
  return limit === undefined ? items : items.slice(0, limit);
}

async function getObject({ client, sdk }: S3, bucket: string, key: string): Promise<Buffer> {
  const answer: GetObjectCommandOutput = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
  if ((answer.ContentLength ?? 0) > FILE_LIMIT)
    throw refuse(
      `s3://${bucket}/${key} is larger than ${FILE_LIMIT} bytes, the most that the local cloud reads into one Map.`,
    );
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

async function listObjects({ client, sdk }: S3, given: JsonObject, limit: number | undefined): Promise<Json[]> {
  const items: Json[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new sdk.ListObjectsV2Command({ ...given, Bucket: textAt(given, 'Bucket'), ContinuationToken: token }),
    );
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      items.push({
        Etag: ETag ?? '',
        LastModified: Math.floor((LastModified?.getTime() ?? 0) / 1000),
        Key: Key ?? '',
        Size: Size ?? 0,
        StorageClass: StorageClass ?? 'STANDARD',
      });
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token && (limit === undefined || items.length < limit));
  return items;
}

/** An S3 inventory: a manifest that lists gzipped CSV files. */
async function readManifest(s3: S3, text: string, config: JsonObject): Promise<Json[]> {
  const manifest = parseJson(text, 'the manifest');
  const files = own(manifest, 'files');
  const bucket = (textAt(manifest, 'destinationBucket') ?? '').split(':').pop() ?? '';
  if (!Array.isArray(files)) throw refuse('The manifest has no list "files".');
  const format = textAt(manifest, 'fileFormat') ?? 'CSV';
  const headers = (textAt(manifest, 'fileSchema') ?? '').split(',').map((name) => name.trim());
  const items: Json[] = [];
  for (const file of files) {
    const key = textAt(file, 'key') ?? '';
    const content = await getObject(s3, bucket, key);
    const inner = format === 'CSV' ? { ...config, CSVHeaderLocation: 'GIVEN', CSVHeaders: headers } : config;
    for (const item of await itemsOf(content, format === 'Parquet' ? 'PARQUET' : format, inner, key)) items.push(item);
  }
  return items;
}

/** What Athena's UNLOAD wrote: one S3 URI a line, of files that all have the `InputType` named. */
async function readAthena(s3: S3, text: string, type: string, config: JsonObject): Promise<Json[]> {
  const most = maxItems(config) ?? Number.POSITIVE_INFINITY;
  const items: Json[] = [];
  for (const line of text.split('\n')) {
    const uri = line.trim().replace(/^"(.*)"$/, '$1');
    if (uri === '') continue;
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (bucket === undefined || key === undefined)
      throw refuse(`The manifest has a line that is not an address such as s3://bucket/key: ${uri.slice(0, 200)}`);
    if (items.length >= most) break;
    for (const item of await itemsOf(await getObject(s3, bucket, key), type, config, key)) items.push(item);
  }
  return items;
}

async function writeAll(
  { client, sdk }: S3,
  writer: JsonObject,
  children: ExecutionRow[],
  results: Json[],
  mapRunArn: string,
): Promise<Json> {
  const given = argumentsOf(writer);
  const config = isObject(writer.WriterConfig) ? writer.WriterConfig : {};
  const bucket = textAt(given, 'Bucket') ?? '';
  const prefix = (textAt(given, 'Prefix') ?? '').replace(/\/$/, '');
  const folder = [prefix, mapRunArn.split(':').pop() ?? ''].filter(Boolean).join('/');
  const lines = textAt(config, 'OutputType') === 'JSONL';
  const transformation = textAt(config, 'Transformation') ?? 'NONE';
  const put = (key: string, body: string) =>
    client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }));

  const byStatus: Record<string, Json[]> = { SUCCEEDED: [], FAILED: [], PENDING: [] };
  for (const child of children) {
    const list =
      byStatus[child.status === 'SUCCEEDED' ? 'SUCCEEDED' : child.status === 'RUNNING' ? 'PENDING' : 'FAILED']!;
    const output = child.output === null ? null : (JSON.parse(child.output) as Json);
    if (transformation === 'NONE' || child.status !== 'SUCCEEDED') list.push(childView(child));
    else if (transformation === 'FLATTEN' && Array.isArray(output)) list.push(...output);
    else list.push(output);
  }
  if (children.length === 0) byStatus.SUCCEEDED = results;

  const files: JsonObject = {};
  for (const [status, list] of Object.entries(byStatus)) {
    const written: Json[] = [];
    for (let from = 0; from < list.length; from += RESULTS_PER_FILE) {
      const part = list.slice(from, from + RESULTS_PER_FILE);
      const key = `${folder}/${status}_${written.length}.${lines ? 'jsonl' : 'json'}`;
      const body = lines ? part.map((item) => JSON.stringify(item)).join('\n') : JSON.stringify(part);
      await put(key, body);
      written.push({ Key: key, Size: Buffer.byteLength(body) });
    }
    files[status] = written;
  }
  const key = `${folder}/manifest.json`;
  await put(key, JSON.stringify({ DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files }));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: key } };
}

const childView = (child: ExecutionRow): JsonObject => ({
  ...(child.cause !== null && { Cause: child.cause }),
  ...(child.error !== null && { Error: child.error }),
  ExecutionArn: child.arn,
  Input: child.input,
  InputDetails: { Included: true },
  Name: child.name,
  ...(child.output !== null && { Output: child.output, OutputDetails: { Included: true } }),
  RedriveCount: child.redriveCount ?? 0,
  ...(child.status === 'SUCCEEDED' || child.status === 'RUNNING'
    ? {
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: `Execution is ${child.status} and cannot be redriven`,
      }
    : { RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' }),
  StartDate: new Date(child.startedAt).toISOString(),
  StateMachineArn: child.machineArn,
  Status: child.status,
  ...(child.stoppedAt !== null && { StopDate: new Date(child.stoppedAt).toISOString() }),
});
