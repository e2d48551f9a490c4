/**
 * Rows of a Parquet file as items: one object a row, by column.
 *
 *   INT64 past what JSON's readers keep exactly ─▶ text · times and dates ─▶ ISO texts · bytes ─▶ base64 · no value ─▶ null
 *
 * @module
 */
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import type { Json } from '@/lib/base/json';

/** Rows of one file: a file of a few kilobytes can name thousands of millions of equal rows. */
const ROW_LIMIT = 1_000_000;

export type ParquetLimits = {
  /** undefined: all rows */
  rows: number | undefined;
  /** bytes once unpacked, as the file's own footer counts them */
  bytes: number;
};

/** @throws Error saying what is wrong with the file */
export async function parquetItems(content: Buffer, limits: ParquetLimits): Promise<Json[]> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file: AsyncBuffer = {
    byteLength: content.length,
    slice: (from, to) => Uint8Array.from(content.subarray(from, to)).buffer,
  };
  const metadata = await parquetMetadataAsync(file);
  const rows = Math.min(Number(metadata.num_rows), limits.rows ?? Number.POSITIVE_INFINITY);
  if (rows > ROW_LIMIT)
    throw new Error(
      `it has ${rows} rows; the local cloud reads ${ROW_LIMIT} of one file. Set MaxItems, or split the file`,
    );
  const size = unpackedSize(metadata);
  if (size > limits.bytes)
    throw new Error(`its rows take ${size} bytes; the local cloud reads ${limits.bytes}. Split the file`);
  const found = await parquetReadObjects({ file, metadata, compressors, rowEnd: rows, geoparquet: false });
  return found.map(plain);
}

const unpackedSize = ({ row_groups: groups }: FileMetaData): number =>
  groups
    .flatMap(({ columns }) => columns)
    .reduce((sum, { meta_data: column }) => sum + Number(column?.total_uncompressed_size ?? 0), 0);

function plain(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null; // JSON has no other numbers
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, plain);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return typeof value === 'string' || typeof value === 'boolean' ? value : String(value);
}
