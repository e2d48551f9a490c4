/**
 * The tables of the run log. `log` is append-only and the truth about running executions; the other tables are what
 * lists and descriptions are answered from, written in the same transactions.
 * @module
 */
export const SCHEMA_VERSION = 1;

/** Tables that came later: made wherever they are missing, so that older data needs no other change. */
export const LATER_TABLES = `
  -- one row a redrive; subject is an execution's id or a Map Run's ARN
  CREATE TABLE IF NOT EXISTS redrives (subject TEXT NOT NULL, number INTEGER NOT NULL, token TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (subject, number)) WITHOUT ROWID;

  -- what a Map Run may do and how much it has to do, as JSON
  CREATE TABLE IF NOT EXISTS map_run_settings (arn TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;

  -- one row: how many commits there were, to be compared with runs.mark; see mark.ts
  CREATE TABLE IF NOT EXISTS progress (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, before TEXT NOT NULL,
    since INTEGER NOT NULL, number INTEGER NOT NULL);
  INSERT OR IGNORE INTO progress VALUES (1, '', '', 0, 0);

  -- how an activity was asked to be encrypted, as JSON; none for one that was not asked
  CREATE TABLE IF NOT EXISTS activity_encryption (arn TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
`;
/** how many they are */
export const LATER_COUNT = `SELECT count(*) AS count FROM sqlite_master WHERE name IN ('redrives', 'map_run_settings', 'progress', 'activity_encryption')`;
export const LATER = 4;

export const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- a definition's text, kept once however many machines, versions and executions use it
  CREATE TABLE definitions (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE machines (id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
    definition TEXT NOT NULL, role TEXT NOT NULL, revision TEXT, settings TEXT NOT NULL, first TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, versions INTEGER NOT NULL DEFAULT 0);

  CREATE TABLE versions (machine INTEGER NOT NULL, number INTEGER NOT NULL, definition TEXT NOT NULL, role TEXT NOT NULL,
    revision TEXT, settings TEXT NOT NULL, description TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (machine, number)) WITHOUT ROWID;

  CREATE TABLE aliases (machine INTEGER NOT NULL, name TEXT NOT NULL, description TEXT, routes TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (machine, name)) WITHOUT ROWID;

  CREATE TABLE activities (id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at INTEGER NOT NULL);

  CREATE TABLE tags (resource TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (resource, key)) WITHOUT ROWID;

  CREATE TABLE executions (id INTEGER PRIMARY KEY, arn TEXT NOT NULL, name TEXT NOT NULL, machine INTEGER NOT NULL,
    machine_arn TEXT NOT NULL, machine_name TEXT NOT NULL, version_arn TEXT, alias_arn TEXT, definition TEXT NOT NULL, revision TEXT,
    role TEXT NOT NULL, settings TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, input TEXT NOT NULL, output TEXT,
    error TEXT, cause TEXT, started_at INTEGER NOT NULL, stopped_at INTEGER, trace TEXT, started_by TEXT,
    map_run TEXT, label TEXT, parent INTEGER, parent_task TEXT, item INTEGER);
  CREATE INDEX executions_by_arn ON executions (arn);
  CREATE INDEX executions_by_machine ON executions (machine, id) WHERE map_run IS NULL;
  CREATE INDEX executions_by_status ON executions (machine, status, id) WHERE map_run IS NULL;
  CREATE INDEX executions_running ON executions (id) WHERE status = 'RUNNING';
  CREATE UNIQUE INDEX executions_by_item ON executions (map_run, item) WHERE map_run IS NOT NULL;

  CREATE TABLE log (seq INTEGER PRIMARY KEY, execution INTEGER NOT NULL, first_event INTEGER NOT NULL, last_event INTEGER NOT NULL,
    at INTEGER NOT NULL, events TEXT NOT NULL, changes TEXT, chain TEXT NOT NULL);
  CREATE INDEX log_by_event ON log (execution, last_event);

  CREATE TABLE tokens (token TEXT PRIMARY KEY, execution INTEGER NOT NULL, task TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE map_runs (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, execution INTEGER NOT NULL, event INTEGER NOT NULL,
    status TEXT NOT NULL, started_at INTEGER NOT NULL, stopped_at INTEGER);
  CREATE INDEX map_runs_by_execution ON map_runs (execution, id);
`;
