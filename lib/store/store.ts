/**
 * The store in one SQLite file, `<dataDir>/app.db`.
 * @module
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { Problem } from '@/lib/base/problem';
import { WorkflowDocument } from '@/lib/graph/schema';
import {
  type RunRow,
  type Store,
  type StoredQuery,
  type StoredRun,
  type StoredWorkflow,
  unknownWorkflow,
} from './types';
import { VERSIONS_SCHEMA, type VersionsTable, versionsOver } from './versions';

/** JSON columns end in `_json`; reading them goes through `parse`, writing through JSON.stringify. */
type Tables = {
  workflows: {
    id: string;
    name: string;
    revision: number;
    document_json: string;
    prompt: string | null;
    plan_json: string | null;
    planner_json: string | null;
    created_at: number;
    updated_at: number;
  };
  runs: {
    id: string;
    execution_arn: string;
    workflow_id: string | null;
    workflow_name: string;
    revision: number | null;
    document_json: string;
    input_json: string;
    status: StoredRun['status'];
    output_json: string | null;
    error: string | null;
    cause: string | null;
    started_at: number;
    stopped_at: number | null;
    redrives: number | null;
    redriven_at: number | null;
    parent_json: string | null;
    run_trigger: NonNullable<StoredRun['trigger']> | null;
  };
  queries: { id: string; prompt: string; files_json: string; at: number; workflow_id: string | null };
  function_errors: { name: string; run_id: string; error: string; cause: string | null; at: number };
} & VersionsTable;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workflows (id TEXT PRIMARY KEY, name TEXT NOT NULL, revision INTEGER NOT NULL, document_json TEXT NOT NULL,
    prompt TEXT, plan_json TEXT, planner_json TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, execution_arn TEXT NOT NULL, workflow_id TEXT, workflow_name TEXT NOT NULL,
    revision INTEGER, document_json TEXT NOT NULL, input_json TEXT NOT NULL, status TEXT NOT NULL, output_json TEXT, error TEXT, cause TEXT,
    started_at INTEGER NOT NULL, stopped_at INTEGER);
  CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started_at DESC);
  CREATE INDEX IF NOT EXISTS runs_by_workflow ON runs (workflow_id, started_at DESC);
  CREATE TABLE IF NOT EXISTS queries (id TEXT PRIMARY KEY, prompt TEXT NOT NULL, files_json TEXT NOT NULL, at INTEGER NOT NULL, workflow_id TEXT);
  CREATE TABLE IF NOT EXISTS function_errors (name TEXT PRIMARY KEY, run_id TEXT NOT NULL, error TEXT NOT NULL, cause TEXT, at INTEGER NOT NULL);
`;
const SCHEMA_VERSION = 1;
/** Columns that came later. A version from before them reads and writes the table all the same. */
const LATER_RUN_COLUMNS = { redrives: 'INTEGER', redriven_at: 'INTEGER', parent_json: 'TEXT', run_trigger: 'TEXT' };

/**
 * Opens the store, making it where there is none.
 * @throws Problem STORE_DAMAGED for an empty, damaged or foreign file, STORE_NEWER for one written by a later version
 */
export function openStore(dataDir: string): Store {
  const file = path.join(dataDir, 'app.db');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const existed = statSync(file, { throwIfNoEntry: false });
  if (existed?.size === 0) throw damaged(file, 'it is empty');
  const sqlite = new Database(file, { timeout: 5000 });
  try {
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    const version = Number((sqlite.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
    if (version > SCHEMA_VERSION) {
      throw new Problem(
        'STORE_NEWER',
        `${file} was written by a later version of Action Engine.`,
        'Update Action Engine, or name another data directory in ACTION_ENGINE_DATA.',
      );
    }
    sqlite.exec(SCHEMA + VERSIONS_SCHEMA);
    addLaterColumns(sqlite);
    sqlite.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  } catch (error) {
    sqlite.close();
    if (error instanceof Problem) throw error;
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
  return storeOver(new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) }));
}

function addLaterColumns(sqlite: Database.Database): void {
  const there = new Set(
    (sqlite.prepare('PRAGMA table_info(runs)').all() as { name: string }[]).map(({ name }) => name),
  );
  for (const [name, type] of Object.entries(LATER_RUN_COLUMNS))
    if (!there.has(name)) sqlite.exec(`ALTER TABLE runs ADD COLUMN ${name} ${type}`);
}

const damaged = (file: string, why: string) =>
  new Problem(
    'STORE_DAMAGED',
    `${file} cannot be read: ${why}.`,
    'Nothing was changed. Put a backup in its place, or move the file away to begin anew.',
  );

function storeOver(db: Kysely<Tables>): Store {
  return {
    workflows: {
      list: async (limit = MOST) => {
        const rows = db.selectFrom('workflows').selectAll().orderBy('updated_at', 'desc').limit(limit);
        return (await rows.execute()).map(toWorkflow);
      },
      names: () =>
        db.selectFrom('workflows').select(['id', 'name']).orderBy('updated_at', 'desc').limit(MOST).execute(),
      revisions: () =>
        db.selectFrom('workflows').select(['id', 'revision']).orderBy('updated_at', 'desc').limit(MOST).execute(),
      get: async (id) => {
        const row = await db.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? toWorkflow(row) : null;
      },
      create: async ({ id, name, document, prompt, plan, planner, at }) => {
        const row = {
          id,
          name,
          revision: 1,
          document_json: JSON.stringify(document),
          prompt,
          plan_json: plan && JSON.stringify(plan),
          planner_json: planner && JSON.stringify(planner),
          created_at: at,
          updated_at: at,
        };
        await db.insertInto('workflows').values(row).execute();
        return toWorkflow(row);
      },
      save: async ({ id, name, document, revision, at }) => {
        const result = await db
          .updateTable('workflows')
          .set({ name, document_json: JSON.stringify(document), revision: revision + 1, updated_at: at })
          .where('id', '=', id)
          .where('revision', '=', revision)
          .executeTakeFirst();
        const row = await db.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirst();
        if (!row) throw unknownWorkflow(id);
        if (Number(result.numUpdatedRows) === 0) {
          throw new Problem(
            'REVISION_CONFLICT',
            `"${row.name}" was changed elsewhere: it is at revision ${row.revision}, your edit began at ${revision}.`,
            'Reload to see that version, or save yours as a copy. Nothing of yours was overwritten.',
          );
        }
        return toWorkflow(row);
      },
      delete: async (id) => {
        await db.deleteFrom('versions').where('workflow_id', '=', id).execute();
        await db.deleteFrom('workflows').where('id', '=', id).execute();
      },
    },
    versions: versionsOver(db),
    runs: {
      list: async ({ workflowId, running, limit = 200 }) => {
        let query = db.selectFrom('runs').selectAll().orderBy('started_at', 'desc').limit(limit);
        if (workflowId) query = query.where('workflow_id', '=', workflowId);
        if (running) query = query.where('status', '=', 'RUNNING');
        return (await query.execute()).map(toRun);
      },
      page: async ({ workflowId, statuses, words = [] }, { limit, before }) => {
        let wanted = db.selectFrom('runs');
        if (workflowId) wanted = wanted.where('workflow_id', '=', workflowId);
        if (statuses) wanted = wanted.where('status', 'in', statuses);
        for (const word of words)
          wanted = wanted.where(sql<boolean>`instr(lower(workflow_name || ' ' || id), ${word.toLowerCase()}) > 0`);
        const { count } = await wanted.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
        let query = wanted.select(ROW).orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit);
        if (before) query = query.where(sql<boolean>`(started_at, id) < (${before.startedAt}, ${before.id})`);
        return { runs: (await query.execute()).map(toRow), matching: Number(count) };
      },
      last: async () => {
        // SQLite takes the other columns from the row that has the maximum.
        const rows = await db
          .selectFrom('runs')
          .select(['workflow_id', 'id', 'status', 'workflow_name', sql<number>`max(started_at)`.as('started_at')])
          .where('workflow_id', 'is not', null)
          .groupBy('workflow_id')
          .execute();
        return new Map(
          rows.map((row) => [
            row.workflow_id!,
            { id: row.id, status: row.status, workflowName: row.workflow_name, startedAt: Number(row.started_at) },
          ]),
        );
      },
      graphs: async (since, limit) => {
        const rows = await db
          .selectFrom('runs')
          .select(['document_json', sql<number>`count(*)`.as('runs')])
          .where('started_at', '>=', since)
          .groupBy('document_json')
          .orderBy('runs', 'desc')
          .limit(limit)
          .execute();
        return rows.map(({ document_json, runs }) => ({
          document: WorkflowDocument.parse(JSON.parse(document_json)),
          runs: Number(runs),
        }));
      },
      mentioning: async (texts, limit) => {
        const rows = await db
          .selectFrom('runs')
          .select(['id', 'workflow_name', 'status', 'started_at'])
          .where((has) =>
            has.or(
              texts.flatMap((text) => [
                sql<boolean>`instr(input_json, ${text}) > 0`,
                sql<boolean>`instr(output_json, ${text}) > 0`,
              ]),
            ),
          )
          .orderBy('started_at', 'desc')
          .limit(limit)
          .execute();
        return rows.map((row) => ({
          id: row.id,
          workflowName: row.workflow_name,
          status: row.status,
          startedAt: row.started_at,
        }));
      },
      times: async (since) => {
        const rows = await db
          .selectFrom('runs')
          .select(['status', 'started_at', 'stopped_at'])
          .where('started_at', '>=', since)
          .execute();
        return rows.map((row) => ({ status: row.status, startedAt: row.started_at, stoppedAt: row.stopped_at }));
      },
      get: async (id) => {
        const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? toRun(row) : null;
      },
      names: async (ids) => {
        const rows = ids.length
          ? await db.selectFrom('runs').select(['id', 'workflow_name']).where('id', 'in', ids).execute()
          : [];
        return new Map(rows.map((row) => [row.id, row.workflow_name]));
      },
      add: async (run) => {
        await db
          .insertInto('runs')
          .values({
            id: run.id,
            execution_arn: run.executionArn,
            workflow_id: run.workflowId,
            workflow_name: run.workflowName,
            revision: run.revision,
            document_json: JSON.stringify(run.document),
            input_json: JSON.stringify(run.input),
            status: run.status,
            output_json: run.output === null ? null : JSON.stringify(run.output),
            error: run.error,
            cause: run.cause,
            started_at: run.startedAt,
            stopped_at: run.stoppedAt,
            redrives: run.redriven?.times ?? null,
            redriven_at: run.redriven?.at ?? null,
            parent_json: run.parent ? JSON.stringify(run.parent) : null,
            run_trigger: run.trigger ?? null,
          })
          .execute();
      },
      redriven: async (id, { times, at }) => {
        await db
          .updateTable('runs')
          .set({
            status: 'RUNNING',
            output_json: null,
            error: null,
            cause: null,
            stopped_at: null,
            redrives: times,
            redriven_at: at,
          })
          .where('id', '=', id)
          .execute();
      },
      end: async (id, end) => {
        await db
          .updateTable('runs')
          .set({
            status: end.status,
            output_json: end.output === null ? null : JSON.stringify(end.output),
            error: end.error,
            cause: end.cause,
            stopped_at: end.stoppedAt,
          })
          .where('id', '=', id)
          .execute();
      },
    },
    queries: {
      list: async (limit) =>
        (await db.selectFrom('queries').selectAll().orderBy('at', 'desc').limit(limit).execute()).map(toQuery),
      add: async (query) => {
        await db
          .insertInto('queries')
          .values({
            id: query.id,
            prompt: query.prompt,
            files_json: JSON.stringify(query.files),
            at: query.at,
            workflow_id: query.workflowId,
          })
          .execute();
      },
      link: async (id, workflowId) => {
        await db.updateTable('queries').set({ workflow_id: workflowId }).where('id', '=', id).execute();
      },
    },
    functionErrors: {
      list: async () =>
        (await db.selectFrom('function_errors').selectAll().execute()).map(({ run_id, ...row }) => ({
          ...row,
          runId: run_id,
        })),
      put: async ({ runId, ...error }) => {
        const row = { ...error, run_id: runId };
        await db
          .insertInto('function_errors')
          .values(row)
          .onConflict((on) => on.column('name').doUpdateSet(row).where('function_errors.at', '<=', error.at))
          .execute();
      },
    },
    counts: async () => {
      const count = async (table: 'workflows' | 'versions' | 'runs' | 'queries') =>
        Number((await db.selectFrom(table).select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow()).count);
      return {
        workflows: await count('workflows'),
        versions: await count('versions'),
        runs: await count('runs'),
        prompts: await count('queries'),
      };
    },
    erase: async (what) => {
      const ofRuns = ['runs', 'function_errors'] as const;
      const tables = what === 'runs' ? ofRuns : ([...ofRuns, 'versions', 'workflows', 'queries'] as const);
      await db.transaction().execute(async (all) => {
        for (const table of tables) await all.deleteFrom(table).execute();
      });
      // Rows that were deleted stay readable in the file until its pages are written anew.
      await sql`VACUUM`.execute(db);
      await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
    },
    close: () => db.destroy(),
  };
}

/** Workflows that are listed. */
const MOST = 500;

const parse = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

const toWorkflow = (row: Tables['workflows']): StoredWorkflow => ({
  id: row.id,
  name: row.name,
  revision: row.revision,
  document: WorkflowDocument.parse(JSON.parse(row.document_json)),
  prompt: row.prompt,
  plan: parse(row.plan_json),
  planner: parse(row.planner_json),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** All of a run but what may be large. */
const ROW = [
  'id',
  'execution_arn',
  'workflow_id',
  'workflow_name',
  'revision',
  'status',
  'started_at',
  'stopped_at',
  'redrives',
  'redriven_at',
  'parent_json',
  'run_trigger',
] as const;

const toRow = (row: Pick<Tables['runs'], (typeof ROW)[number]>): RunRow => ({
  id: row.id,
  executionArn: row.execution_arn,
  workflowId: row.workflow_id,
  workflowName: row.workflow_name,
  revision: row.revision,
  status: row.status,
  startedAt: row.started_at,
  stoppedAt: row.stopped_at,
  ...(row.redrives && { redriven: { times: row.redrives, at: row.redriven_at ?? 0 } }),
  ...(row.parent_json && { parent: JSON.parse(row.parent_json) }),
  ...(row.run_trigger && { trigger: row.run_trigger }),
});

const toRun = (row: Tables['runs']): StoredRun => ({
  ...toRow(row),
  document: WorkflowDocument.parse(JSON.parse(row.document_json)),
  input: JSON.parse(row.input_json),
  output: parse(row.output_json),
  error: row.error,
  cause: row.cause,
});

const toQuery = (row: Tables['queries']): StoredQuery => ({
  id: row.id,
  prompt: row.prompt,
  files: JSON.parse(row.files_json),
  at: row.at,
  workflowId: row.workflow_id,
});
