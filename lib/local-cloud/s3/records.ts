/**
 * The index of S3: which bucket holds which key, made of which blobs. One SQLite file in WAL mode with `synchronous=FULL`,
 * so that what a method returned from is on disk.
 *
 * Keys are stored as bytes (UTF-8): SQLite then sorts them as S3 does, and a NUL in a key is a byte like any other. All
 * other free text is inside JSON, where a NUL is escaped.
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { Problem } from '@/lib/base/problem';
import { writeWhole } from '../data-dir';
import type { Attributes, BucketRecord, ListedObject, ObjectRecord, PartRecord, UploadRecord } from './record-types';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, region TEXT NOT NULL, tags TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (bucket TEXT NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
    segments TEXT NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, started_at INTEGER NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
  CREATE TABLE IF NOT EXISTS parts (upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, checksum TEXT, PRIMARY KEY (upload, number)) WITHOUT ROWID;
`;
const FORMAT = 1;

export type Records = ReturnType<typeof openRecords>;

/** @throws Problem S3_DATA_DAMAGED, S3_DATA_NEWER */
export function openRecords(folder: string) {
  const file = path.join(folder, 'index.db');
  // An empty or missing file would open as a fine new index, and every object would be gone: the marker tells.
  const marker = path.join(folder, 'format.json');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (existsSync(marker) && size === 0) throw damaged(file, 'it is missing or empty, though objects were kept here');
  let db: Database.Database;
  try {
    db = new Database(file, { timeout: 5000 } as Database.Options);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
  try {
    const { user_version: format } = db.prepare('PRAGMA user_version').all([])[0] as { user_version: number };
    if (format > FORMAT) {
      const hint = 'Update Action Engine, or name another data directory with --data.';
      throw new Problem('S3_DATA_NEWER', `${file} was written by a later version of Action Engine.`, hint);
    }
    db.exec(SCHEMA);
    db.exec(`PRAGMA user_version = ${FORMAT}`);
    if (!existsSync(marker)) writeWhole(marker, JSON.stringify({ format: FORMAT }));
    return recordsOver(db);
  } catch (error) {
    db.close();
    throw error instanceof Problem ? error : damaged(file, error instanceof Error ? error.message : String(error));
  }
}

const damaged = (file: string, why: string) =>
  new Problem(
    'S3_DATA_DAMAGED',
    `${file} cannot be read: ${why}.`,
    'Nothing was changed. Put a backup in its place, or name another data directory with --data.',
  );

function recordsOver(db: Database.Database) {
  const statement = (sql: string) => {
    const prepared = db.prepare(sql);
    // Always one array of parameters: libsql takes a single object for named ones.
    return {
      run: (...values: unknown[]) => prepared.run(values),
      // libsql's own `get`, after an `all` on the same statement, runs with the old parameters: never mix the two.
      get: (...values: unknown[]) => prepared.all(values)[0] as Row | undefined,
      all: (...values: unknown[]) => prepared.all(values) as Row[],
    };
  };
  const sql = {
    bucket: statement('SELECT * FROM buckets WHERE name = ?'),
    buckets: statement('SELECT * FROM buckets ORDER BY name'),
    putBucket: statement('INSERT OR REPLACE INTO buckets (name, created_at, region, tags) VALUES (?, ?, ?, ?)'),
    dropBucket: statement('DELETE FROM buckets WHERE name = ?'),
    object: statement('SELECT * FROM objects WHERE bucket = ? AND key = ?'),
    putObject: statement(
      'INSERT OR REPLACE INTO objects (bucket, key, size, etag, modified_at, segments, attributes) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    putAttributes: statement('UPDATE objects SET attributes = ? WHERE bucket = ? AND key = ?'),
    dropObject: statement('DELETE FROM objects WHERE bucket = ? AND key = ?'),
    list: statement(
      'SELECT key, size, etag, modified_at FROM objects WHERE bucket = ? AND key >= ? ORDER BY key LIMIT ?',
    ),
    segments: statement('SELECT segments FROM objects'),
    upload: statement('SELECT * FROM uploads WHERE id = ?'),
    uploads: statement('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, id'),
    putUpload: statement('INSERT INTO uploads (id, bucket, key, started_at, facts) VALUES (?, ?, ?, ?, ?)'),
    dropUpload: statement('DELETE FROM uploads WHERE id = ?'),
    part: statement('SELECT * FROM parts WHERE upload = ? AND number = ?'),
    parts: statement('SELECT * FROM parts WHERE upload = ? ORDER BY number'),
    putPart: statement(
      'INSERT OR REPLACE INTO parts (upload, number, blob, size, etag, modified_at, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    dropParts: statement('DELETE FROM parts WHERE upload = ?'),
    partBlobs: statement('SELECT blob FROM parts'),
  };
  /** All or nothing, and on disk when it returns. */
  const atomically = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  const object = (bucket: string, key: string) => {
    const row = sql.object.get(bucket, bytes(key));
    return row ? toObject(row) : null;
  };
  const blobsOf = (record: ObjectRecord | null) => record?.segments.map(({ blob }) => blob) ?? [];
  const parts = (upload: string) => sql.parts.all(upload).map(toPart);
  const writeObject = (record: ObjectRecord) =>
    sql.putObject.run(
      record.bucket,
      bytes(record.key),
      record.size,
      record.etag,
      record.modifiedAt,
      JSON.stringify(record.segments.map(({ blob, size }) => [blob, size])),
      JSON.stringify(record.attributes),
    );

  return {
    bucket: (name: string): BucketRecord | null => {
      const row = sql.bucket.get(name);
      return row ? toBucket(row) : null;
    },
    buckets: (): BucketRecord[] => sql.buckets.all().map(toBucket),
    putBucket: ({ name, createdAt, region, tags }: BucketRecord): void =>
      void sql.putBucket.run(name, createdAt, region, JSON.stringify(tags)),
    /** @returns the blobs of its unfinished uploads, no longer needed; null when it holds objects */
    dropBucket: (name: string): string[] | null =>
      atomically(() => {
        if (sql.list.get(name, Buffer.alloc(0), 1)) return null;
        const freed = sql.uploads.all(name).flatMap((row) => {
          const blobs = parts(row.id as string).map(({ blob }) => blob);
          sql.dropParts.run(row.id);
          sql.dropUpload.run(row.id);
          return blobs;
        });
        sql.dropBucket.run(name);
        return freed;
      }),

    object,
    /** @returns the blobs of the object that it replaced, no longer needed */
    putObject: (record: ObjectRecord): string[] =>
      atomically(() => {
        const freed = blobsOf(object(record.bucket, record.key));
        writeObject(record);
        return freed;
      }),
    putAttributes: (bucket: string, key: string, attributes: Attributes): void =>
      void sql.putAttributes.run(JSON.stringify(attributes), bucket, bytes(key)),
    /** @returns the blobs that are no longer needed */
    dropObjects: (bucket: string, keys: readonly string[]): string[] =>
      atomically(() =>
        keys.flatMap((key) => {
          const freed = blobsOf(object(bucket, key));
          sql.dropObject.run(bucket, bytes(key));
          return freed;
        }),
      ),
    /** In the order of the keys' bytes. @param from the first key wanted, as bytes */
    list: (bucket: string, from: Buffer, limit: number): ListedObject[] =>
      sql.list.all(bucket, from, limit).map(toListed),

    upload: (id: string): UploadRecord | null => {
      const row = sql.upload.get(id);
      return row ? toUpload(row) : null;
    },
    uploads: (bucket: string): UploadRecord[] => sql.uploads.all(bucket).map(toUpload),
    putUpload: ({ id, bucket, key, startedAt, ...facts }: UploadRecord): void =>
      void sql.putUpload.run(id, bucket, bytes(key), startedAt, JSON.stringify(facts)),
    parts,
    /** @returns the blob of the part that it replaced; null when the upload is gone */
    putPart: (upload: string, part: PartRecord): string[] | null =>
      atomically(() => {
        if (!sql.upload.get(upload)) return null;
        const before = sql.part.get(upload, part.number);
        sql.putPart.run(upload, part.number, part.blob, part.size, part.etag, part.modifiedAt, part.checksum);
        return before ? [before.blob as string] : [];
      }),
    /** The parts become an object. @returns the blobs that are no longer needed */
    completeUpload: (upload: string, record: ObjectRecord): string[] =>
      atomically(() => {
        const used = new Set(blobsOf(record));
        const freed = parts(upload).flatMap(({ blob }) => (used.has(blob) ? [] : [blob]));
        freed.push(...blobsOf(object(record.bucket, record.key)));
        writeObject(record);
        sql.dropParts.run(upload);
        sql.dropUpload.run(upload);
        return freed;
      }),
    /** @returns the blobs that are no longer needed */
    dropUpload: (upload: string): string[] =>
      atomically(() => {
        const freed = parts(upload).map(({ blob }) => blob);
        sql.dropParts.run(upload);
        sql.dropUpload.run(upload);
        return freed;
      }),

    /** Every blob that is needed. */
    blobs: (): Set<string> =>
      new Set([
        ...sql.segments
          .all()
          .flatMap((row) => (JSON.parse(row.segments as string) as [string, number][]).map(([blob]) => blob)),
        ...sql.partBlobs.all().map((row) => row.blob as string),
      ]),
    close: (): void => void db.close(),
  };
}

type Row = Record<string, unknown>;

const bytes = (key: string) => Buffer.from(key, 'utf8');
/** libsql gives an ArrayBuffer. */
const text = (value: unknown) => Buffer.from(value as ArrayBuffer).toString('utf8');

const toBucket = (row: Row): BucketRecord => ({
  name: row.name as string,
  createdAt: row.created_at as number,
  region: row.region as string,
  tags: JSON.parse(row.tags as string) as [string, string][],
});

const toListed = (row: Row): ListedObject => ({
  key: text(row.key),
  size: row.size as number,
  etag: row.etag as string,
  modifiedAt: row.modified_at as number,
});

const toObject = (row: Row): ObjectRecord => ({
  ...toListed(row),
  bucket: row.bucket as string,
  segments: (JSON.parse(row.segments as string) as [string, number][]).map(([blob, size]) => ({ blob, size })),
  attributes: JSON.parse(row.attributes as string) as Attributes,
});

const toUpload = (row: Row): UploadRecord => ({
  ...(JSON.parse(row.facts as string) as Pick<UploadRecord, 'attributes' | 'algorithm' | 'checksumType'>),
  id: row.id as string,
  bucket: row.bucket as string,
  key: text(row.key),
  startedAt: row.started_at as number,
});

const toPart = (row: Row): PartRecord => ({
  number: row.number as number,
  blob: row.blob as string,
  size: row.size as number,
  etag: row.etag as string,
  modifiedAt: row.modified_at as number,
  checksum: row.checksum as string | null,
});
