/**
 * Forgets executions that ended 90 days ago, as AWS does: their records, tokens, Map Runs and redrives. Their names are
 * free again from then on.
 *
 * Ids rise with the time of the start, so only the oldest rows are looked at. A child stays as long as the execution that
 * it belongs to runs.
 * @module
 */
import type { Commits } from './commits';
import type { Query } from './statements';

const KEPT_MS = 90 * 24 * 3_600_000;
/** rows looked at in one transaction: some milliseconds, in which nobody else can write */
const BATCH = 200;
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;

export type Pruning = {
  /**
   * Forgets every execution that has ended, however lately, with the definitions that nothing uses any more.
   * @returns how many. @throws what the disk threw
   */
  erase(): Promise<number>;
  /** @returns how many executions were forgotten. @throws what the disk threw */
  run(now: number): Promise<number>;
  stop(): void;
};

/** By itself it runs a minute from now and every hour. */
export function createPruning(query: Query, commits: Commits): Pruning {
  const run = async (now: number): Promise<number> => {
    let after: number | null = 0;
    let total = 0;
    while (after !== null) {
      const from: number = after;
      await commits.add(() => {
        const batch = pruneBatch(query, now - KEPT_MS, from);
        after = batch.next;
        total += batch.forgotten;
      });
    }
    return total;
  };
  const erase = async (): Promise<number> => {
    let after: number | null = 0;
    let total = 0;
    while (after !== null) {
      const from: number = after;
      await commits.add(() => {
        const batch = pruneBatch(query, Number.MAX_SAFE_INTEGER, from);
        after = batch.next;
        total += batch.forgotten;
      });
    }
    await commits.add(() => {
      total += emptyNewest(query);
      query.run(
        `DELETE FROM definitions WHERE NOT EXISTS (SELECT 1 FROM executions WHERE definition = hash)
         AND NOT EXISTS (SELECT 1 FROM machines WHERE definition = hash) AND NOT EXISTS (SELECT 1 FROM versions WHERE definition = hash)`,
      );
    });
    return total;
  };
  // What cannot be written now is forgotten an hour later.
  const quietly = () => void run(Date.now()).catch(() => {});
  const first = setTimeout(quietly, FIRST_AFTER_MS).unref();
  const every = setInterval(quietly, EVERY_MS).unref();
  return {
    run,
    erase,
    stop() {
      clearTimeout(first);
      clearInterval(every);
    },
  };
}

/** @returns the id to go on after, null when all that is left began later than `before` */
function pruneBatch(query: Query, before: number, after: number): { next: number | null; forgotten: number } {
  // The newest row stays whatever its age: ids are counted on from it.
  const rows = query.all<{ id: number; startedAt: number; isOld: number }>(
    `SELECT id, started_at AS startedAt, status <> 'RUNNING' AND stopped_at < ? AND id < (SELECT max(id) FROM executions)
       AND NOT EXISTS (SELECT 1 FROM executions AS above WHERE above.id = executions.parent AND above.status = 'RUNNING') AS isOld
     FROM executions WHERE id > ? ORDER BY id LIMIT ?`,
    ...[before, after, BATCH],
  );
  const old = rows.filter(({ isOld }) => isOld);
  for (const { id } of old) forget(query, id);
  const last = rows.at(-1);
  if (old.length > 0) {
    query.run(
      'DELETE FROM tokens WHERE execution <= ? AND NOT EXISTS (SELECT 1 FROM executions WHERE id = tokens.execution)',
      last?.id ?? 0,
    );
  }
  const isOver = last === undefined || rows.length < BATCH || last.startedAt >= before;
  return { next: isOver ? null : last.id, forgotten: old.length };
}

function forget(query: Query, id: number): void {
  for (const { arn } of query.all<{ arn: string }>('SELECT arn FROM map_runs WHERE execution = ?', id)) {
    query.run('DELETE FROM map_run_settings WHERE arn = ?', arn);
    query.run('DELETE FROM redrives WHERE subject = ?', arn);
  }
  query.run('DELETE FROM map_runs WHERE execution = ?', id);
  query.run('DELETE FROM redrives WHERE subject = ?', String(id));
  query.run('DELETE FROM log WHERE execution = ?', id);
  query.run('DELETE FROM executions WHERE id = ?', id);
}

/** Of the newest execution only its row is kept, because ids are counted on from it: nothing of what it was given or gave. */
function emptyNewest(query: Query): number {
  const newest = query.get<{ id: number; full: number }>(
    `SELECT id, EXISTS (SELECT 1 FROM log WHERE execution = executions.id) AS full FROM executions
     WHERE id = (SELECT max(id) FROM executions) AND status <> 'RUNNING'
       AND NOT EXISTS (SELECT 1 FROM executions AS above WHERE above.id = executions.parent AND above.status = 'RUNNING')`,
  );
  if (!newest) return 0;
  query.run('DELETE FROM log WHERE execution = ?', newest.id);
  query.run('DELETE FROM tokens WHERE execution = ?', newest.id);
  query.run(
    `UPDATE executions SET input = '{}', output = NULL, error = NULL, cause = NULL,
       definition = CASE WHEN EXISTS (SELECT 1 FROM machines WHERE id = executions.machine) THEN definition ELSE '' END
     WHERE id = ?`,
    newest.id,
  );
  return newest.full;
}
