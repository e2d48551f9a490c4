import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDocument } from '@/lib/graph/schema';
import { openStore } from './store';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sample = {
  id: 'w1',
  name: 'Shrink',
  document: emptyDocument(),
  prompt: 'shrink it',
  plan: null,
  planner: null,
  at: 5,
};

test('reads back the workflow it saved, also after it was opened again', async () => {
  const store = openStore(dir);
  await store.workflows.create(sample);
  await store.close();
  const again = openStore(dir);
  expect(await again.workflows.get('w1')).toMatchObject({
    name: 'Shrink',
    revision: 1,
    prompt: 'shrink it',
    updatedAt: 5,
  });
  await again.close();
});

test('refuses an edit that began from an older revision, and keeps the newer one', async () => {
  const store = openStore(dir);
  await store.workflows.create(sample);
  const first = await store.workflows.save({ id: 'w1', name: 'A', document: emptyDocument(), revision: 1, at: 6 });
  expect(first.revision).toBe(2);
  await expect(
    store.workflows.save({ id: 'w1', name: 'B', document: emptyDocument(), revision: 1, at: 7 }),
  ).rejects.toMatchObject({
    code: 'REVISION_CONFLICT',
  });
  expect((await store.workflows.get('w1'))?.name).toBe('A');
  await expect(
    store.workflows.save({ id: 'nope', name: 'B', document: emptyDocument(), revision: 1, at: 7 }),
  ).rejects.toMatchObject({
    code: 'WORKFLOW_UNKNOWN',
  });
  await store.close();
});

test('tells which workflows there are, the last changed first', async () => {
  const store = openStore(dir);
  await store.workflows.create(sample);
  await store.workflows.create({ ...sample, id: 'w2', at: 8 });
  expect(await store.workflows.revisions()).toEqual([
    { id: 'w2', revision: 1 },
    { id: 'w1', revision: 1 },
  ]);
  await store.workflows.save({ id: 'w1', name: 'A', document: emptyDocument(), revision: 1, at: 9 });
  expect((await store.workflows.list(1)).map(({ id }) => id)).toEqual(['w1']);
  expect(await store.workflows.names()).toEqual([
    { id: 'w1', name: 'A' },
    { id: 'w2', name: 'Shrink' },
  ]);
  expect(await store.workflows.revisions()).toEqual([
    { id: 'w1', revision: 2 },
    { id: 'w2', revision: 1 },
  ]);
  await store.close();
});

test('lists running runs and records how they ended', async () => {
  const store = openStore(dir);
  const run = {
    id: 'r1',
    executionArn: 'arn:x',
    workflowId: 'w1',
    workflowName: 'Shrink',
    revision: 1,
    document: emptyDocument(),
    input: { photo: 's3://b/k' },
    status: 'RUNNING' as const,
    output: null,
    error: null,
    cause: null,
    startedAt: 10,
    stoppedAt: null,
  };
  await store.runs.add(run);
  expect(await store.runs.list({ running: true })).toEqual([run]);
  await store.runs.end('r1', { status: 'SUCCEEDED', output: { ok: true }, error: null, cause: null, stoppedAt: 12 });
  expect(await store.runs.list({ running: true })).toEqual([]);
  expect(await store.runs.get('r1')).toMatchObject({ status: 'SUCCEEDED', output: { ok: true }, stoppedAt: 12 });
  expect(await store.runs.times(10)).toEqual([{ status: 'SUCCEEDED', startedAt: 10, stoppedAt: 12 }]);
  expect(await store.runs.times(11)).toEqual([]);
  expect(await store.runs.graphs(10, 5)).toEqual([{ document: run.document, runs: 1 }]);
  expect(await store.runs.graphs(11, 5)).toEqual([]);
  const at = { id: 'r1', workflowName: run.workflowName, status: 'SUCCEEDED', startedAt: 10 };
  expect(await store.runs.mentioning(['nowhere', '"ok":true'], 5)).toEqual([at]);
  expect(await store.runs.mentioning(['"ok":%', '"o_":true'], 5)).toEqual([]); // a text, not a pattern
  await store.close();
});

test('runs are read a page at a time without what they carry, narrowed by the database, and the last of each workflow', async () => {
  const store = openStore(dir);
  const run = {
    id: '',
    executionArn: 'arn:x',
    workflowId: 'w1',
    workflowName: 'Photo 100 %',
    revision: 1,
    document: emptyDocument(),
    input: {},
    status: 'SUCCEEDED' as const,
    output: null,
    error: null,
    cause: null,
    startedAt: 0,
    stoppedAt: 9,
  };
  for (let n = 0; n < 7; n++) {
    const other = n % 3 === 2 && { workflowId: 'w2', workflowName: 'Letter', status: 'FAILED' as const };
    // Two begin in the same millisecond.
    await store.runs.add({ ...run, id: `r${n}`, startedAt: Math.max(1, n), ...other });
  }
  const ids = ({ runs }: { runs: { id: string }[] }) => runs.map(({ id }) => id);
  const first = await store.runs.page({}, { limit: 6 });
  expect(first.matching).toBe(7);
  expect(ids(first)).toEqual(['r6', 'r5', 'r4', 'r3', 'r2', 'r1']);
  expect(first.runs[0]).not.toHaveProperty('document');
  expect(ids(await store.runs.page({}, { limit: 6, before: first.runs[5]! }))).toEqual(['r0']);
  expect(ids(await store.runs.page({ statuses: ['FAILED'] }, { limit: 9 }))).toEqual(['r5', 'r2']);
  expect(ids(await store.runs.page({ workflowId: 'w2', words: ['R5'] }, { limit: 9 }))).toEqual(['r5']);
  expect((await store.runs.page({ words: ['photo', '100 %'] }, { limit: 1 })).matching).toBe(5);
  expect((await store.runs.page({ words: ['_hoto'] }, { limit: 1 })).matching).toBe(0);
  expect(Object.fromEntries(await store.runs.last())).toMatchObject({
    w1: { id: 'r6', status: 'SUCCEEDED', startedAt: 6 },
    w2: { id: 'r5', status: 'FAILED', workflowName: 'Letter' },
  });
  expect(await store.runs.names(['r5', 'gone'])).toEqual(new Map([['r5', 'Letter']]));
  await store.functionErrors.put({ name: 'f', runId: 'r5', error: 'E', cause: null, at: 5 });
  await store.functionErrors.put({ name: 'f', runId: 'r2', error: 'Older', cause: null, at: 2 });
  expect(await store.functionErrors.list()).toEqual([{ name: 'f', runId: 'r5', error: 'E', cause: null, at: 5 }]);
  await store.close();
});

test('a run that was redriven runs again and keeps how often; a forked one keeps its parent, also in an older file', async () => {
  // The table as it was before runs could be redriven.
  const older = new Database(path.join(dir, 'app.db'));
  older.exec(`CREATE TABLE runs (id TEXT PRIMARY KEY, execution_arn TEXT NOT NULL, workflow_id TEXT, workflow_name TEXT NOT NULL,
    revision INTEGER, document_json TEXT NOT NULL, input_json TEXT NOT NULL, status TEXT NOT NULL, output_json TEXT, error TEXT,
    cause TEXT, started_at INTEGER NOT NULL, stopped_at INTEGER)`);
  older
    .prepare(`INSERT INTO runs VALUES ('old', 'arn', 'w', 'W', 1, ?, '1', 'FAILED', NULL, 'E', 'C', 1, 2)`)
    .run([JSON.stringify(emptyDocument())]);
  older.close();

  const store = openStore(dir);
  const before = await store.runs.get('old');
  expect(before).toMatchObject({ status: 'FAILED', error: 'E' });
  expect(before?.redriven).toBeUndefined();
  await store.runs.redriven('old', { times: 2, at: 5 });
  expect(await store.runs.get('old')).toMatchObject({
    status: 'RUNNING',
    error: null,
    cause: null,
    stoppedAt: null,
    redriven: { times: 2, at: 5 },
  });
  expect((await store.runs.list({ running: true })).map(({ id }) => id)).toEqual(['old']);
  const parent = { id: 'old', step: 'Resize', edited: true };
  await store.runs.add({ ...before!, id: 'new', parent, trigger: 'api' });
  expect(await store.runs.get('new')).toMatchObject({ parent, trigger: 'api' });
  expect((await store.runs.get('old'))?.trigger).toBeUndefined();
  await store.close();
});

test('names an empty or foreign file instead of replacing it', () => {
  writeFileSync(path.join(dir, 'app.db'), '');
  expect(() => openStore(dir)).toThrow(/app\.db cannot be read: it is empty/);
  writeFileSync(path.join(dir, 'app.db'), 'this is a letter, not a database, and long enough to be told from one');
  expect(() => openStore(dir)).toThrow(/cannot be read/);
});

test('keeps named versions, newest first, until their workflow goes', async () => {
  const store = openStore(dir);
  await store.workflows.create(sample);
  const version = { workflowId: 'w1', revision: 1, document: emptyDocument() };
  await store.versions.add({ ...version, id: 'v1', name: 'Before the fair', at: 10 });
  await store.versions.add({ ...version, id: 'v2', name: 'After the fair', at: 20 });
  await store.versions.add({ ...version, id: 'x', workflowId: 'other', name: 'Not of this one', at: 15 });
  expect((await store.versions.list('w1')).map(({ name }) => name)).toEqual(['After the fair', 'Before the fair']);
  expect(await store.versions.get('v1')).toMatchObject({ name: 'Before the fair', document: emptyDocument() });
  await store.versions.delete('v2');
  expect((await store.versions.list('w1')).map(({ id }) => id)).toEqual(['v1']);
  await store.workflows.delete('w1');
  expect(await store.versions.list('w1')).toEqual([]);
  expect(await store.versions.list('other')).toHaveLength(1);
  await store.close();
});
