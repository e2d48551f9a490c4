/**
 * How far the log had been written, in a small file beside it: `runs.mark` holds the highest ids of log records, executions
 * and machines.
 *
 * SQLite takes a database without its `runs.db-wal` for a fine one that is merely older: what was acknowledged last would be
 * gone without a word. The mark is written after each commit, into the system's cache alone, so it costs microseconds and is
 * never ahead of what is on the disk; where it cannot be written or read, everything works but this check.
 * @module
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Db } from './database';

const HIGHEST = `SELECT coalesce((SELECT max(seq) FROM log), 0) AS records,
  coalesce((SELECT max(id) FROM executions), 0) AS executions,
  coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'machines'), 0) AS machines`;
type Highest = { records: number; executions: number; machines: number };
const WIDTH = 60;

const fileOf = (folder: string) => path.join(folder, 'runs.mark');

/** @returns in words what the database lacks, or null */
export function lackOf(folder: string, db: Db): string | null {
  let marked: number[];
  try {
    marked = readFileSync(fileOf(folder), 'utf8').trim().split(' ').map(Number);
  } catch {
    return null;
  }
  const found = db.prepare(HIGHEST).get() as Highest;
  const [records = 0, executions = 0, machines = 0] = marked;
  if (found.records >= records && found.executions >= executions && found.machines >= machines) return null;
  // NaN is never greater: a mark that cannot be read says nothing.
  if (!(records > found.records || executions > found.executions || machines > found.machines)) return null;
  return (
    `runs.db ends at record ${found.records} and execution ${found.executions}, though record ${records} and execution ` +
    `${executions} had been written: its log runs.db-wal was deleted, or the file was put back from an older copy (if that was ` +
    'meant, delete runs.mark)'
  );
}

/** @returns to be called after each commit */
export function openMark(folder: string, db: Db): { write(): void; close(): void } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(fileOf(folder), 'a+');
    closeSync(descriptor);
    descriptor = openSync(fileOf(folder), 'r+');
  } catch {
    return { write() {}, close() {} };
  }
  const highest = db.prepare(HIGHEST);
  const file = descriptor;
  return {
    write() {
      try {
        const { records, executions, machines } = highest.get([]) as Highest;
        writeSync(file, `${records} ${executions} ${machines}`.padEnd(WIDTH), 0);
      } catch {
        // a full disk: the old mark is still true
      }
    },
    close: () => closeSync(file),
  };
}
