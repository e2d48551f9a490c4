/**
 * The run log of the local cloud: what was acknowledged is on the disk, and a run is resumable from here at any instant.
 *
 *   openRunLog(folder) ─▶ { machines, executions, commit, transact, secret, close }
 *
 * Knows nothing of HTTP or the engine's decisions, and of time only that 90 days after its end an execution is forgotten. Start at `openRunLog`; tables are in schema.ts.
 * @module
 */
import { createCommits } from './commits';
import { openDatabase } from './database';
import { type ExecutionTables, executionTables } from './executions';
import { type MachineTables, machineTables } from './machines';
import { createPruning } from './prune';
import { createQuery } from './statements';
import { openSuspects, type Suspects } from './suspects';

export type { ExecutionRow, Folded, ListFilter, LogRecord, MapRunRow, MapRunSettings, RedriveRow } from './executions';
export { applyChanges, ChainBroken, chainOf } from './executions';
export type { ActivityRow, AliasRow, MachineRow, VersionRow } from './machines';

export type RunLog = {
  machines: MachineTables;
  executions: ExecutionTables;
  /** In the next group of writes; resolves when it is on the disk. @throws what `work` or the disk threw */
  commit(work: () => void): Promise<void>;
  /** Now, in a transaction of its own: read, decide and write without anyone between. */
  transact<T>(work: () => T): T;
  /** which execution kills the starts */
  suspects: Suspects;
  /** random, of this data directory alone: signs page tokens */
  secret: string;
  /**
   * Forgets what ended 90 days before `now` (ms since 1970); done every hour by itself.
   * @returns how many executions. @throws what the disk threw
   */
  prune(now: number): Promise<number>;
  /**
   * Forgets all that has ended, and gives its room on the disk back.
   * @returns how many executions. @throws what the disk threw
   */
  erase(): Promise<number>;
  close(): void;
};

/**
 * @throws Problem RUN_LOG_DAMAGED or RUN_LOG_NEWER
 */
export function openRunLog(folder: string): RunLog {
  const opened = openDatabase(folder);
  const { db, mark } = opened;
  const query = createQuery(db);
  const commits = createCommits(opened);
  const pruning = createPruning(query, commits);
  return {
    machines: machineTables(query),
    executions: executionTables(query),
    commit: commits.add,
    transact: commits.now,
    suspects: openSuspects(folder),
    secret: query.get<{ value: string }>(`SELECT value FROM meta WHERE key = 'secret'`)!.value,
    prune: pruning.run,
    async erase() {
      const forgotten = await pruning.erase();
      // Rows that were deleted stay readable in the file until its pages are written anew.
      db.exec('VACUUM');
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      return forgotten;
    },
    close() {
      pruning.stop();
      commits.flush();
      db.close();
      mark?.close();
    },
  };
}
