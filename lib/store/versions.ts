/** The named versions of workflows: a table beside theirs, in the same file. */
import type { Kysely } from 'kysely';
import { WorkflowDocument } from '@/lib/graph/schema';
import type { StoredVersion, Versions } from './types';

/** `revision`: the workflow's when it was named, for the person; the version holds its own copy of the document. */
export type VersionsTable = {
  versions: {
    id: string;
    workflow_id: string;
    name: string;
    revision: number;
    document_json: string;
    at: number;
  };
};

export const VERSIONS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS versions (id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, document_json TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS versions_by_workflow ON versions (workflow_id, at DESC);
`;

export function versionsOver<T extends VersionsTable>(database: Kysely<T>): Versions {
  const db = database as unknown as Kysely<VersionsTable>;
  return {
    list: async (workflowId) =>
      (
        await db
          .selectFrom('versions')
          .selectAll()
          .where('workflow_id', '=', workflowId)
          .orderBy('at', 'desc')
          .limit(200)
          .execute()
      ).map(toVersion),
    get: async (id) => {
      const row = await db.selectFrom('versions').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toVersion(row) : null;
    },
    add: async ({ id, workflowId, name, revision, document, at }) => {
      await db
        .insertInto('versions')
        .values({ id, workflow_id: workflowId, name, revision, document_json: JSON.stringify(document), at })
        .execute();
    },
    delete: async (id) => {
      await db.deleteFrom('versions').where('id', '=', id).execute();
    },
  };
}

const toVersion = (row: VersionsTable['versions']): StoredVersion => ({
  id: row.id,
  workflowId: row.workflow_id,
  name: row.name,
  revision: row.revision,
  document: WorkflowDocument.parse(JSON.parse(row.document_json)),
  at: row.at,
});
