/**
 * State machines, versions, aliases, activities and tags, as rows. Callers wrap writes in a transaction.
 * @module
 */
import { hash } from 'node:crypto';
import type { Query } from './statements';

/** logging, tracing, encryption: JSON exactly as the API gives and takes it */
export type Settings = string;

export type MachineRow = {
  id: number;
  arn: string;
  name: string;
  type: 'STANDARD' | 'EXPRESS';
  /** hash of the definition's text */
  definition: string;
  role: string;
  /** null until the first update */
  revision: string | null;
  settings: Settings;
  /** what CreateStateMachine was asked for: the same again is not an error */
  first: string;
  createdAt: number;
  updatedAt: number;
  /** number of the last version published */
  versions: number;
};

export type VersionRow = {
  machine: number;
  number: number;
  definition: string;
  role: string;
  revision: string | null;
  settings: Settings;
  description: string | null;
  createdAt: number;
};

/** `routes` is JSON: `[{ stateMachineVersionArn, weight }]` */
export type AliasRow = {
  machine: number;
  name: string;
  description: string | null;
  routes: string;
  createdAt: number;
  updatedAt: number;
};

export type ActivityRow = { id: number; arn: string; name: string; createdAt: number };

const MACHINE =
  'id, arn, name, type, definition, role, revision, settings, first, created_at AS createdAt, updated_at AS updatedAt, versions';
const VERSION = 'machine, number, definition, role, revision, settings, description, created_at AS createdAt';
const ALIAS = 'machine, name, description, routes, created_at AS createdAt, updated_at AS updatedAt';

export function machineTables(query: Query) {
  return {
    /** @returns the text's hash, by which rows refer to it */
    putDefinition(text: string): string {
      const key = hash('sha256', text, 'hex').slice(0, 40);
      query.run('INSERT OR IGNORE INTO definitions VALUES (?, ?)', key, text);
      return key;
    },
    definition(key: string): string | undefined {
      return query.get<{ text: string }>('SELECT text FROM definitions WHERE hash = ?', key)?.text;
    },

    machine: (arn: string) => query.get<MachineRow>(`SELECT ${MACHINE} FROM machines WHERE arn = ?`, arn),
    machineById: (id: number) => query.get<MachineRow>(`SELECT ${MACHINE} FROM machines WHERE id = ?`, id),
    machines: (after: number, limit: number) =>
      query.all<MachineRow>(`SELECT ${MACHINE} FROM machines WHERE id > ? ORDER BY id LIMIT ?`, after, limit),
    addMachine(row: Omit<MachineRow, 'id' | 'versions'>): void {
      query.run(
        `INSERT INTO machines (arn, name, type, definition, role, revision, settings, first, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[
          row.arn,
          row.name,
          row.type,
          row.definition,
          row.role,
          row.revision,
          row.settings,
          row.first,
          row.createdAt,
          row.updatedAt,
        ],
      );
    },
    updateMachine(
      id: number,
      row: Pick<MachineRow, 'definition' | 'role' | 'revision' | 'settings' | 'updatedAt'>,
    ): void {
      query.run(
        'UPDATE machines SET definition = ?, role = ?, revision = ?, settings = ?, updated_at = ? WHERE id = ?',
        ...[row.definition, row.role, row.revision, row.settings, row.updatedAt, id],
      );
    },
    /** Its executions stay: those that run go on, those that ended can still be read. */
    dropMachine(row: MachineRow): void {
      query.run('DELETE FROM versions WHERE machine = ?', row.id);
      query.run('DELETE FROM aliases WHERE machine = ?', row.id);
      query.run('DELETE FROM tags WHERE resource = ?', row.arn);
      query.run('DELETE FROM machines WHERE id = ?', row.id);
    },

    version: (machine: number, number: number) =>
      query.get<VersionRow>(`SELECT ${VERSION} FROM versions WHERE machine = ? AND number = ?`, machine, number),
    /** newest first */
    versions: (machine: number, before: number, limit: number) =>
      query.all<VersionRow>(
        `SELECT ${VERSION} FROM versions WHERE machine = ? AND number < ? ORDER BY number DESC LIMIT ?`,
        ...[machine, before, limit],
      ),
    addVersion(row: VersionRow): void {
      query.run(
        `INSERT INTO versions (machine, number, definition, role, revision, settings, description, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[
          row.machine,
          row.number,
          row.definition,
          row.role,
          row.revision,
          row.settings,
          row.description,
          row.createdAt,
        ],
      );
      query.run('UPDATE machines SET versions = ? WHERE id = ?', row.number, row.machine);
    },
    dropVersion: (machine: number, number: number) =>
      query.run('DELETE FROM versions WHERE machine = ? AND number = ?', machine, number) > 0,

    alias: (machine: number, name: string) =>
      query.get<AliasRow>(`SELECT ${ALIAS} FROM aliases WHERE machine = ? AND name = ?`, machine, name),
    aliases: (machine: number, after: string, limit: number) =>
      query.all<AliasRow>(
        `SELECT ${ALIAS} FROM aliases WHERE machine = ? AND name > ? ORDER BY name LIMIT ?`,
        machine,
        after,
        limit,
      ),
    putAlias(row: AliasRow): void {
      query.run(
        'INSERT OR REPLACE INTO aliases (machine, name, description, routes, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
        ...[row.machine, row.name, row.description, row.routes, row.createdAt, row.updatedAt],
      );
    },
    dropAlias: (machine: number, name: string) =>
      query.run('DELETE FROM aliases WHERE machine = ? AND name = ?', machine, name) > 0,

    activity: (arn: string) =>
      query.get<ActivityRow>('SELECT id, arn, name, created_at AS createdAt FROM activities WHERE arn = ?', arn),
    activities: (after: number, limit: number) =>
      query.all<ActivityRow>(
        'SELECT id, arn, name, created_at AS createdAt FROM activities WHERE id > ? ORDER BY id LIMIT ?',
        ...[after, limit],
      ),
    addActivity: (arn: string, name: string, createdAt: number) =>
      query.run('INSERT INTO activities (arn, name, created_at) VALUES (?, ?, ?)', arn, name, createdAt),
    /** JSON, undefined where nothing was asked for */
    activityEncryption: (arn: string): string | undefined =>
      query.get<{ settings: string }>('SELECT settings FROM activity_encryption WHERE arn = ?', arn)?.settings,
    putActivityEncryption: (arn: string, settings: string) =>
      query.run('INSERT INTO activity_encryption VALUES (?, ?)', arn, settings),
    dropActivity(arn: string): void {
      query.run('DELETE FROM activity_encryption WHERE arn = ?', arn);
      query.run('DELETE FROM tags WHERE resource = ?', arn);
      query.run('DELETE FROM activities WHERE arn = ?', arn);
    },

    tags: (resource: string) =>
      query.all<{ key: string; value: string }>(
        'SELECT key, value FROM tags WHERE resource = ? ORDER BY key',
        resource,
      ),
    putTag: (resource: string, key: string, value: string) =>
      query.run('INSERT OR REPLACE INTO tags (resource, key, value) VALUES (?, ?, ?)', resource, key, value),
    dropTag: (resource: string, key: string) =>
      query.run('DELETE FROM tags WHERE resource = ? AND key = ?', resource, key),
  };
}
export type MachineTables = ReturnType<typeof machineTables>;
