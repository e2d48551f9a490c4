/**
 * Opens `<folder>/runs.db`: WAL, every commit on the disk before it returns. The data directory's owner lock keeps a
 * second process away. What is found is compared with the manifest and the mark before anything is written.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { Problem } from '@/lib/base/problem';
import { reach } from '../failpoint';
import { damaged, readManifest, writeManifest } from './manifest';
import { beginMark, contradiction, type Mark, type MarkFile, type Progress, readMark } from './mark';
import { LATER, LATER_COUNT, LATER_TABLES, SCHEMA_VERSION, TABLES } from './schema';

export type Db = Database.Database;
export type Opened = {
  db: Db;
  /** commits so far */
  number: number;
  /** undefined where it cannot be written */
  mark: MarkFile | undefined;
};

/**
 * @throws Problem RUN_LOG_DAMAGED for a file that is missing, empty, broken or another's; RUN_LOG_NEWER for one written
 *   by a later version
 */
export function openDatabase(folder: string): Opened {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'runs.db');
  const manifest = readManifest(folder);
  if (manifest && manifest.schema > SCHEMA_VERSION) {
    throw new Problem(
      'RUN_LOG_NEWER',
      `${file} was written by a later version (schema ${manifest.schema}; this one knows ${SCHEMA_VERSION}).`,
      'Start the later version again, or point the data directory at another folder.',
    );
  }
  if (manifest?.state === 'ready') return openExisting(folder, file, manifest.id);
  if (!manifest && existsSync(file) && statSync(file).size > 0) {
    throw damaged(folder, `there is a runs.db, but the manifest runs.json that belongs to it is gone`);
  }
  return create(folder, file);
}

function create(folder: string, file: string): Opened {
  const id = randomUUID();
  const manifest = {
    kind: 'action-engine/runs',
    id,
    schema: SCHEMA_VERSION,
    createdAt: new Date().toISOString(),
  } as const;
  writeManifest(folder, { ...manifest, state: 'creating' });
  reach('creating');
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = connect(folder, file);
  db.exec('BEGIN');
  db.exec(TABLES);
  db.exec(LATER_TABLES);
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('id', id);
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('schema', String(SCHEMA_VERSION));
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('secret', randomUUID() + randomUUID());
  db.exec('COMMIT');
  reach('made');
  const opened = begin(folder, db, null);
  // Into the main file, so that an empty one is a sure sign of damage from here on.
  db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  reach('settled');
  writeManifest(folder, { ...manifest, state: 'ready' });
  reach('ready');
  return opened;
}

function openExisting(folder: string, file: string, id: string): Opened {
  if (!existsSync(file))
    throw damaged(folder, `${file} is missing, though the manifest says that runs were kept there`);
  if (statSync(file).size === 0)
    throw damaged(folder, `${file} is empty, though the manifest says that runs were kept there`);
  const mark = readMark(folder);
  inspect(folder, file, id, mark);
  const db = connect(folder, file);
  try {
    if ((db.prepare(LATER_COUNT).get() as { count: number }).count < LATER) db.exec(LATER_TABLES);
    return begin(folder, db, mark);
  } catch (error) {
    db.close();
    throw unreadable(folder, file, error);
  }
}

/** Read only: a connection that may write takes over whatever runs.db-wal lies there when it closes. */
function inspect(folder: string, file: string, id: string, mark: Mark | null): void {
  let db: Db | undefined;
  try {
    db = new Database(`${pathToFileURL(file).href}?mode=ro`);
    const found = db.prepare(`SELECT value FROM meta WHERE key = 'id'`).get() as { value: string } | undefined;
    if (found?.value !== id) throw damaged(folder, `${file} is not the database that the manifest names`);
    const isCounted = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'progress'`).get() !== undefined;
    const against = contradiction(mark, isCounted ? readProgress(db) : undefined);
    if (against) throw damaged(folder, `${file} has lost what was written to it: ${against}`);
  } catch (error) {
    throw unreadable(folder, file, error);
  } finally {
    db?.close();
  }
}

const readProgress = (db: Db) =>
  db.prepare('SELECT epoch, before, since, number FROM progress').get() as Progress | undefined;

/** Writes the new epoch into the database, then into the mark: a start that ends between the two is no damage. */
function begin(folder: string, db: Db, mark: Mark | null): Opened {
  const number = (readProgress(db)?.number ?? 0) + 1;
  const epoch = randomUUID();
  try {
    db.prepare('UPDATE progress SET epoch = ?, before = ?, since = ?, number = ?').run([
      ...[epoch, mark?.epoch ?? '', number, number],
    ]);
  } catch (error) {
    // Reading goes on when the disk is full; the old mark stays true.
    if (!isFull(error)) throw error;
    return { db, number: number - 1, mark: undefined };
  }
  reach('epoch');
  try {
    const begun = beginMark(folder, { epoch, number });
    reach('mark');
    return { db, number, mark: begun };
  } catch {
    return { db, number, mark: undefined };
  }
}

const isFull = (error: unknown): boolean => (error as { code?: unknown }).code === 'SQLITE_FULL';

const unreadable = (folder: string, file: string, error: unknown): Problem =>
  error instanceof Problem ? error : damaged(folder, `${file} cannot be read (${(error as Error).message})`, error);

function connect(folder: string, file: string): Db {
  let db: Db | undefined;
  try {
    db = new Database(file);
    db.prepare('PRAGMA journal_mode = WAL').get();
    db.exec('PRAGMA synchronous = FULL');
    // Written back in large strides, some 32 MB: a stride ends in two waits for the disk, and everybody waits with it
    // (1,500 groups of 30 records: a tenth more records a second than with SQLite's own 1000 pages).
    // What is left over is written back in a quiet moment; see commits.ts.
    db.prepare('PRAGMA wal_autocheckpoint = 8000').get();
    // Only a person's own tool ever holds the file for a moment; the data directory's lock keeps other clouds away.
    // Short, because the whole process waits meanwhile; what could not be written is tried again.
    db.exec('PRAGMA busy_timeout = 250');
    return db;
  } catch (error) {
    db?.close();
    throw damaged(folder, `${file} cannot be opened (${(error as Error).message})`, error);
  }
}
