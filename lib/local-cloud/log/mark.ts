/**
 * How far the run log had come, kept outside the database, so that a database that went back is noticed.
 *
 *   runs.mark    line 1: where this start began, on the disk before anything is written
 *                line 2: the last commit, overwritten after each
 *
 * SQLite takes a database without its write-ahead log, or with that of another one, for a fine older one. Every commit
 * therefore counts up in the database's table `progress`, then here; the epoch is random and new at every start. The mark
 * follows the commit, which is on the disk by then, so an honest database is never behind it. Line 2 is not waited for:
 * it outlives the end of this process, and after a power cut an older one is as true, only less sharp. Where it cannot be
 * written everything works but the noticing.
 * @module
 */
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

export type Mark = { epoch: string; number: number };
/** `before`: the epoch that the mark named when this one began, which was at commit `since` */
export type Progress = Mark & { before: string; since: number };

export type MarkFile = {
  /** after each commit */
  put(number: number): void;
  close(): void;
};

/** Both lines lie in one sector, which a disk writes whole. */
const WIDTH = 128;
const FILE = 'runs.mark';

export const markFile = (folder: string): string => path.join(folder, FILE);

function lineOf({ epoch, number }: Mark): string {
  const text = `${epoch} ${number}`;
  return `${`${text} ${checksum(text)}`.padEnd(WIDTH - 1)}\n`;
}
const checksum = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

function readLine(line: string): Mark | null {
  const [epoch, number, sum] = line.trim().split(' ');
  if (epoch === undefined || number === undefined || sum !== checksum(`${epoch} ${number}`)) return null;
  return { epoch, number: Number(number) };
}

/** @returns null where there is none, or none that can be read */
export function readMark(folder: string): Mark | null {
  let text: string;
  try {
    text = readFileSync(markFile(folder), 'latin1');
  } catch {
    return null;
  }
  const first = readLine(text.slice(0, WIDTH));
  const last = readLine(text.slice(WIDTH, 2 * WIDTH));
  return last && (first === null || (last.epoch === first.epoch && last.number >= first.number)) ? last : first;
}

/** Begins a new mark, whole and on the disk when this returns. @throws what the disk says */
export function beginMark(folder: string, mark: Mark): MarkFile {
  const draft = `${markFile(folder)}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, lineOf(mark) + lineOf(mark));
    fsyncSync(file);
    renameSync(draft, markFile(folder));
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
  return {
    put(number) {
      try {
        writeSync(file, lineOf({ epoch: mark.epoch, number }), WIDTH);
      } catch {
        // an older mark is no lie
      }
    },
    close: () => closeSync(file),
  };
}

/** @returns what the database says against the mark, in words; null when they fit */
export function contradiction(mark: Mark | null, progress: Progress | undefined): string | null {
  if (mark === null) return null;
  if (progress === undefined) return `it knows nothing of the ${mark.number} commits that ${FILE} counts`;
  const follows = progress.before === mark.epoch && progress.since > mark.number;
  if (progress.epoch !== mark.epoch && !follows)
    return `its last start is not the one that ${FILE} names, so it, or its runs.db-wal, belongs to another time or database`;
  const lost = mark.number - progress.number;
  return lost > 0
    ? `it ends at commit ${progress.number}, but ${mark.number} had been acknowledged, so ${lost} ${lost === 1 ? 'is' : 'are'} lost: its runs.db-wal was deleted, cut or exchanged, or it is an older copy`
    : null;
}
