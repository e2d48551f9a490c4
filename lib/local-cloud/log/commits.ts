/**
 * Group commit: what many executions write in one turn of the event loop becomes one transaction, and one wait for the
 * disk. A writer's promise resolves when its rows are on the disk, never before. What has gathered in the write-ahead log
 * is written back into the main file once nobody has written for a moment.
 * @module
 */
import { reach } from '../failpoint';
import type { Opened } from './database';

type Waiting = { work: () => void; resolve: () => void; reject: (error: unknown) => void };

export type Commits = {
  /**
   * Runs `work` in the next transaction, in the order of the calls.
   * @throws what `work` or the disk threw; then nothing of it was written
   */
  add(work: () => void): Promise<void>;
  /** Runs `work` in a transaction of its own, now; what it returns is committed. */
  now<T>(work: () => T): T;
  /** commits what waits */
  flush(): void;
};

const QUIET_MS = 1000;
/** commits that are not worth a checkpoint of their own */
const FEW = 500;

export function createCommits({ db, number: before, mark }: Opened): Commits {
  const count = db.prepare('UPDATE progress SET number = ?');
  let number = before;
  let waiting: Waiting[] = [];
  let scheduled = false;
  let sinceCheckpoint = 0;
  let quiet: NodeJS.Timeout | undefined;

  const checkpoint = () => {
    quiet = undefined;
    if (!db.open) return;
    sinceCheckpoint = 0;
    reach('checkpoint');
    try {
      db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
      reach('checkpointed');
    } catch {
      // the disk is full or away: what was committed is safe in the write-ahead log, and the next quiet moment comes
    }
  };

  const now = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    reach('begun');
    try {
      const result = work();
      count.run([number + 1]);
      reach('written');
      db.exec('COMMIT');
      reach('committed');
      number++;
      mark?.put(number);
      reach('marked');
      if (++sinceCheckpoint >= FEW) {
        if (quiet) quiet.refresh();
        else quiet = setTimeout(checkpoint, QUIET_MS).unref();
      }
      return result;
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  const flush = () => {
    scheduled = false;
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      now(() => {
        for (const { work } of group) work();
      });
      for (const { resolve } of group) resolve();
      setImmediate(reach, 'told');
    } catch (error) {
      if (group.length === 1) return group[0]!.reject(error);
      // One bad row must not cost the others theirs.
      for (const { work, resolve, reject } of group) {
        try {
          now(work);
          resolve();
        } catch (own) {
          reject(own);
        }
      }
    }
  };

  return {
    now,
    flush,
    add: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        if (!scheduled) {
          scheduled = true;
          setImmediate(flush);
        }
      }),
  };
}
