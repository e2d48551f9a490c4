/**
 * Opens `<folder>/runs.db`: WAL, every commit on the disk before it returns. The data directory's owner lock keeps a
 * second process away.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { Problem } from '@/lib/base/problem';
import { damaged, readManifest, writeManifest } from './manifest';
import { LATER_COUNT, LATER_TABLES, SCHEMA_VERSION, TABLES } from './schema';

export type Db = Database.Database;

/**
 * @throws Problem RUN_LOG_DAMAGED for a file that is missing, empty, broken or another's; RUN_LOG_NEWER for one written
 *   by a later version
 */
export function openDatabase(folder: string): Db {
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

function create(folder: string, file: string): Db {
  const id = randomUUID();
  const manifest = {
    kind: 'action-engine/runs',
    id,
    schema: SCHEMA_VERSION,
    createdAt: new Date().toISOString(),
  } as const;
  writeManifest(folder, { ...manifest, state: 'creating' });
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = connect(folder, file);
  db.exec('BEGIN');
  db.exec(TABLES);
  db.exec(LATER_TABLES);
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('id', id);
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('schema', String(SCHEMA_VERSION));
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('secret', randomUUID() + randomUUID());
  db.exec('COMMIT');
  // Into the main file, so that an empty one is a sure sign of damage from here on.
  db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  writeManifest(folder, { ...manifest, state: 'ready' });
  return db;
}

function openExisting(folder: string, file: string, id: string): Db {
  if (!existsSync(file))
    throw damaged(folder, `${file} is missing, though the manifest says that runs were kept there`);
  if (statSync(file).size === 0)
    throw damaged(folder, `${file} is empty, though the manifest says that runs were kept there`);
  const db = connect(folder, file);
  try {
    const found = db.prepare(`SELECT value FROM meta WHERE key = 'id'`).get() as { value: string } | undefined;
    if (found?.value !== id) throw damaged(folder, `${file} is not the database that the manifest names`);
    if ((db.prepare(LATER_COUNT).get() as { count: number }).count < 2) db.exec(LATER_TABLES);
    return db;
  } catch (error) {
    db.close();
    throw error instanceof Problem
      ? error
      : damaged(folder, `${file} cannot be read (${(error as Error).message})`, error);
  }
}

function connect(folder: string, file: string): Db {
  let db: Db | undefined;
  try {
    db = new Database(file);
    db.prepare('PRAGMA journal_mode = WAL').get();
    db.exec('PRAGMA synchronous = FULL');
    // Written back in large strides, some 32 MB: a stride ends in two waits for the disk, and everybody waits with it.
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
