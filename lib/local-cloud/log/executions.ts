/**
 * Executions, their log records, task tokens and Map runs, as rows. Callers wrap writes in a transaction.
 *
 * Records of one execution form a chain: each carries a hash over the one before it and its own bytes, so that a record
 * that was lost or changed on the disk is noticed before anything is built on it. Longer than most: one statement a table
 * and purpose, each a few lines.
 * @module
 */
import { hash } from 'node:crypto';
import type { Changes, ExecutionStatus, Snapshot } from '@/lib/engine/types';
import type { HistoryEvent } from '@/lib/history/events';
import type { Query } from './statements';

export type ExecutionRow = {
  id: number;
  arn: string;
  name: string;
  /** id of the machine's row; the machine may be gone */
  machine: number;
  machineArn: string;
  machineName: string;
  versionArn: string | null;
  aliasArn: string | null;
  definition: string;
  revision: string | null;
  role: string;
  settings: string;
  type: 'STANDARD' | 'EXPRESS';
  status: ExecutionStatus;
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  startedAt: number;
  stoppedAt: number | null;
  trace: string | null;
  /** invocation id of the task that started it: the same task asking again gets the same execution */
  startedBy: string | null;
  /** child of a distributed Map */
  mapRun: string | null;
  label: string | null;
  parent: number | null;
  parentTask: string | null;
  item: number | null;
  /** times it was redriven, and when the last time was (ms since 1970); read, never written with the row */
  redriveCount?: number;
  redrivenAt?: number | null;
};

/** One redrive: its number counts from 1. */
export type RedriveRow = { number: number; token: string | null; at: number };

export type LogRecord = {
  execution: number;
  /** ids of the first and last event; first = last + 1 for a record without events */
  firstEvent: number;
  lastEvent: number;
  at: number;
  /** JSON */
  events: string;
  /** JSON; null once the execution ended, when no snapshot is needed any more */
  changes: string | null;
  chain: string;
};

export type Folded = { snapshot: Snapshot; lastEvent: number; at: number; chain: string; records: number };

export type MapRunRow = {
  id: number;
  arn: string;
  execution: number;
  /** id of its MapRunStarted event */
  event: number;
  status: string;
  startedAt: number;
  stoppedAt: number | null;
  redriveCount?: number;
  redrivenAt?: number | null;
  /** JSON of `MapRunSettings` */
  settings?: string | null;
};

/** What a Map Run may do, and how much there is to do. */
export type MapRunSettings = {
  /** 0: as many as allowed */
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  items: number;
  /** items to a child, at most; 0: told by their size alone; null: one, without a batch around it */
  batch: number | null;
  hasWriter: boolean;
};

export class ChainBroken extends Error {}

/** @param before chain value of the record before; '' for the first */
export const chainOf = (before: string, events: string, changes: string | null): string =>
  hash('sha256', `${before}\n${events}\n${changes ?? ''}`, 'hex').slice(0, 24);

export function applyChanges(snapshot: Snapshot, changes: Changes): void {
  for (const id of changes.drop) delete snapshot.frames[id];
  for (const frame of changes.put) snapshot.frames[frame.id] = frame;
}

const COLUMNS = `id, arn, name, machine, machine_arn AS machineArn, machine_name AS machineName, version_arn AS versionArn,
  alias_arn AS aliasArn, definition, revision, role, settings, type, status, input, output, error, cause, started_at AS startedAt,
  stopped_at AS stoppedAt, trace, started_by AS startedBy, map_run AS mapRun, label, parent, parent_task AS parentTask, item,
  (SELECT count(*) FROM redrives WHERE subject = CAST(executions.id AS TEXT)) AS redriveCount,
  (SELECT max(at) FROM redrives WHERE subject = CAST(executions.id AS TEXT)) AS redrivenAt`;
const MAP_RUN = `id, arn, execution, event, status, started_at AS startedAt, stopped_at AS stoppedAt,
  (SELECT count(*) FROM redrives WHERE subject = arn) AS redriveCount, (SELECT max(at) FROM redrives WHERE subject = arn) AS redrivenAt,
  (SELECT settings FROM map_run_settings WHERE map_run_settings.arn = map_runs.arn) AS settings`;

export type ListFilter = { machine: number; versionArn?: string; aliasArn?: string } | { mapRun: string };

export function executionTables(query: Query) {
  let nextId = (query.get<{ id: number | null }>('SELECT max(id) AS id FROM executions')?.id ?? 0) + 1;
  return {
    /** Ids are given out before the row is written, so that the first records can already name it. */
    newId: () => nextId++,
    add(row: ExecutionRow): void {
      query.run(
        `INSERT INTO executions (id, arn, name, machine, machine_arn, machine_name, version_arn, alias_arn, definition, revision, role,
          settings, type, status, input, started_at, trace, started_by, map_run, label, parent, parent_task, item)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[
          row.id,
          row.arn,
          row.name,
          row.machine,
          row.machineArn,
          row.machineName,
          row.versionArn,
          row.aliasArn,
          row.definition,
        ],
        ...[
          row.revision,
          row.role,
          row.settings,
          row.type,
          row.status,
          row.input,
          row.startedAt,
          row.trace,
          row.startedBy,
        ],
        ...[row.mapRun, row.label, row.parent, row.parentTask, row.item],
      );
    },
    end(id: number, row: Pick<ExecutionRow, 'status' | 'output' | 'error' | 'cause' | 'stoppedAt'>): void {
      query.run(
        'UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, stopped_at = ? WHERE id = ?',
        ...[row.status, row.output, row.error, row.cause, row.stoppedAt, id],
      );
    },
    /** It runs again; with the event that says so. */
    redrive(id: number, { number, token, at }: RedriveRow): void {
      query.run(
        `UPDATE executions SET status = 'RUNNING', output = NULL, error = NULL, cause = NULL, stopped_at = NULL WHERE id = ?`,
        id,
      );
      query.run('INSERT INTO redrives (subject, number, token, at) VALUES (?, ?, ?, ?)', String(id), number, token, at);
    },
    /** newest first */
    redrives: (id: number) =>
      query.all<RedriveRow>(
        'SELECT number, token, at FROM redrives WHERE subject = ? ORDER BY number DESC',
        String(id),
      ),
    redriveMapRun(arn: string, event: number, number: number, at: number): void {
      query.run(`UPDATE map_runs SET status = 'RUNNING', stopped_at = NULL, event = ? WHERE arn = ?`, event, arn);
      query.run('INSERT OR IGNORE INTO redrives (subject, number, at) VALUES (?, ?, ?)', arn, number, at);
    },
    setMapRun: (arn: string, settings: string) =>
      query.run('INSERT OR REPLACE INTO map_run_settings (arn, settings) VALUES (?, ?)', arn, settings),
    exists: (id: number) => query.get('SELECT 1 FROM executions WHERE id = ?', id) !== undefined,
    /** The newest of that ARN: a machine made anew under its old name may use its names again. */
    byArn: (arn: string) =>
      query.get<ExecutionRow>(`SELECT ${COLUMNS} FROM executions WHERE arn = ? ORDER BY id DESC LIMIT 1`, arn),
    byId: (id: number) => query.get<ExecutionRow>(`SELECT ${COLUMNS} FROM executions WHERE id = ?`, id),
    byItem: (mapRun: string, item: number) =>
      query.get<ExecutionRow>(`SELECT ${COLUMNS} FROM executions WHERE map_run = ? AND item = ?`, mapRun, item),
    running: () => query.all<ExecutionRow>(`SELECT ${COLUMNS} FROM executions WHERE status = 'RUNNING' ORDER BY id`),

    /** newest first, ids below `before` */
    list(
      filter: ListFilter,
      status: string | undefined,
      before: number,
      limit: number,
      redriven?: boolean,
    ): ExecutionRow[] {
      const where = ['id < ?'];
      const values: (string | number)[] = [before];
      const add = (condition: string, value: string | number | undefined) => {
        if (value === undefined) return;
        where.push(condition);
        values.push(value);
      };
      if ('mapRun' in filter) add('map_run = ?', filter.mapRun);
      else {
        where.push('map_run IS NULL');
        add('machine = ?', filter.machine);
        add('version_arn = ?', filter.versionArn);
        add('alias_arn = ?', filter.aliasArn);
      }
      add('status = ?', status);
      if (redriven !== undefined)
        where.push(
          `${redriven ? '' : 'NOT '}EXISTS (SELECT 1 FROM redrives WHERE subject = CAST(executions.id AS TEXT))`,
        );
      return query.all<ExecutionRow>(
        `SELECT ${COLUMNS} FROM executions WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`,
        ...values,
        limit,
      );
    },
    counts: (mapRun: string) =>
      query.all<{ status: string; count: number; items: number }>(
        `SELECT status, count(*) AS count, sum(coalesce(json_array_length(input, '$.Items'), 1)) AS items
         FROM executions WHERE map_run = ? GROUP BY status`,
        mapRun,
      ),
    children: (mapRun: string) =>
      query.all<ExecutionRow>(`SELECT ${COLUMNS} FROM executions WHERE map_run = ? ORDER BY item`, mapRun),

    append(record: LogRecord): void {
      query.run(
        'INSERT INTO log (execution, first_event, last_event, at, events, changes, chain) VALUES (?, ?, ?, ?, ?, ?, ?)',
        ...[
          record.execution,
          record.firstEvent,
          record.lastEvent,
          record.at,
          record.events,
          record.changes,
          record.chain,
        ],
      );
    },
    /**
     * The snapshot that the records of an execution add up to.
     * @throws ChainBroken when a record was lost or changed
     */
    fold(execution: number): Folded {
      const folded: Folded = { snapshot: { frames: {} }, lastEvent: 0, at: 0, chain: '', records: 0 };
      const rows = query.all<LogRecord & { lastEvent: number }>(
        'SELECT last_event AS lastEvent, at, events, changes, chain FROM log WHERE execution = ? ORDER BY last_event, seq',
        execution,
      );
      for (const row of rows) {
        if (chainOf(folded.chain, row.events, row.changes) !== row.chain) {
          throw new ChainBroken(
            `record ${folded.records + 1} of ${rows.length} does not follow from the one before it`,
          );
        }
        if (row.changes) applyChanges(folded.snapshot, JSON.parse(row.changes) as Changes);
        folded.lastEvent = row.lastEvent;
        folded.at = row.at;
        folded.chain = row.chain;
        folded.records++;
      }
      return folded;
    },
    /**
     * Events with ids from `first` to `last`, in order; reads only the records that hold them.
     * @throws ChainBroken when one of them was changed
     */
    events(execution: number, first: number, last: number): HistoryEvent[] {
      const rows = query.all<LogRecord & { before: string | null }>(
        `SELECT events, changes, chain, (SELECT chain FROM log AS earlier WHERE earlier.execution = log.execution AND
           earlier.last_event <= log.last_event AND earlier.seq < log.seq ORDER BY earlier.last_event DESC, earlier.seq DESC LIMIT 1) AS before
         FROM log WHERE execution = ? AND last_event >= ? AND first_event <= ? AND first_event <= last_event
         ORDER BY last_event, seq LIMIT ?`,
        ...[execution, first, last, last - first + 1],
      );
      return rows
        .flatMap(({ before, events, changes, chain }) => {
          if (chainOf(before ?? '', events, changes) !== chain)
            throw new ChainBroken('the records of this execution were changed on the disk');
          return JSON.parse(events) as HistoryEvent[];
        })
        .filter(({ id }) => id >= first && id <= last);
    },
    lastEvent: (execution: number) =>
      query.get<{ id: number }>(
        'SELECT last_event AS id FROM log WHERE execution = ? ORDER BY last_event DESC LIMIT 1',
        execution,
      )?.id ?? 0,

    addToken: (token: string, execution: number, task: string) =>
      query.run('INSERT OR IGNORE INTO tokens (token, execution, task) VALUES (?, ?, ?)', token, execution, task),
    token: (token: string) =>
      query.get<{ execution: number; task: string }>('SELECT execution, task FROM tokens WHERE token = ?', token),

    addMapRun: (row: Omit<MapRunRow, 'id' | 'stoppedAt'>) =>
      query.run(
        'INSERT OR IGNORE INTO map_runs (arn, execution, event, status, started_at) VALUES (?, ?, ?, ?, ?)',
        ...[row.arn, row.execution, row.event, row.status, row.startedAt],
      ),
    endMapRun: (execution: number, event: number, status: string, at: number) =>
      query.run(
        `UPDATE map_runs SET status = ?, stopped_at = ? WHERE execution = ? AND event = ? AND status = 'RUNNING'`,
        ...[status, at, execution, event],
      ),
    /** when the execution itself ends, whatever still ran under it is over */
    endMapRuns: (execution: number, at: number) =>
      query.run(
        `UPDATE map_runs SET status = 'ABORTED', stopped_at = ? WHERE execution = ? AND status = 'RUNNING'`,
        at,
        execution,
      ),
    mapRun: (arn: string) => query.get<MapRunRow>(`SELECT ${MAP_RUN} FROM map_runs WHERE arn = ?`, arn),
    mapRuns: (execution: number, before: number, limit: number) =>
      query.all<MapRunRow>(
        `SELECT ${MAP_RUN} FROM map_runs WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?`,
        ...[execution, before, limit],
      ),
  };
}
export type ExecutionTables = ReturnType<typeof executionTables>;
