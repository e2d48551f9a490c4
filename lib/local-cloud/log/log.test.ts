import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import { ChainBroken, chainOf, type ExecutionRow, openRunLog, type RunLog } from './index';

let folder: string;
let log: RunLog | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'run-log-'));
});
afterEach(() => {
  log?.close();
  log = undefined;
  rmSync(folder, { recursive: true, force: true });
});
const open = (): RunLog => {
  log = openRunLog(folder);
  return log;
};
const close = () => {
  log?.close();
  log = undefined;
};
const refusal = (): Problem => {
  try {
    open();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it opened');
};

const row = (id: number): ExecutionRow => ({
  id,
  arn: `arn:aws:states:us-east-1:000000000000:execution:m:${id}`,
  name: String(id),
  machine: 1,
  machineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
  machineName: 'm',
  versionArn: null,
  aliasArn: null,
  definition: 'd',
  revision: null,
  role: 'r',
  settings: '{}',
  type: 'STANDARD',
  status: 'RUNNING',
  input: '{}',
  output: null,
  error: null,
  cause: null,
  startedAt: 1_800_000_000_123,
  stoppedAt: null,
  trace: null,
  startedBy: null,
  mapRun: null,
  label: null,
  parent: null,
  parentTask: null,
  item: null,
});

/** appends `count` records of `perRecord` events each, the way an execution does */
function appendRecords(to: RunLog, execution: number, count: number, perRecord = 2): void {
  let chain = '';
  for (let i = 0; i < count; i++) {
    const first = i * perRecord + 1;
    const events = Array.from({ length: perRecord }, (_, n) => ({
      id: first + n,
      previousEventId: first + n - 1,
      type: 'X',
      timestamp: i,
    }));
    const text = JSON.stringify(events);
    const changes = JSON.stringify({ put: [{ id: `frame${i}`, value: i }], drop: i > 0 ? [`frame${i - 1}`] : [] });
    chain = chainOf(chain, text, changes);
    to.executions.append({
      execution,
      firstEvent: first,
      lastEvent: first + perRecord - 1,
      at: i,
      events: text,
      changes,
      chain,
    });
  }
}

describe('executions and their records', () => {
  test('are there after the log is closed and opened again', async () => {
    const first = open();
    await first.commit(() => first.executions.add(row(first.executions.newId())));
    first.transact(() => appendRecords(first, 1, 3));
    close();
    const again = open();
    expect(again.executions.running()).toEqual([expect.objectContaining(row(1))]);
    expect(again.executions.newId()).toBe(2);
    expect(again.executions.fold(1)).toMatchObject({
      lastEvent: 6,
      at: 2,
      records: 3,
      snapshot: { frames: { frame2: { id: 'frame2', value: 2 } } },
    });
    expect(Object.keys(again.executions.fold(1).snapshot.frames)).toEqual(['frame2']);
  });

  test('give any range of events in order, across records', () => {
    const it = open();
    it.transact(() => appendRecords(it, 1, 50, 3));
    expect(it.executions.events(1, 5, 11).map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect(it.executions.events(1, 149, 400).map(({ id }) => id)).toEqual([149, 150]);
    expect(it.executions.events(2, 1, 10)).toEqual([]);
  });

  test('notice a record that was changed or lost', () => {
    const it = open();
    it.transact(() => appendRecords(it, 1, 5));
    it.transact(() => appendRecords(it, 2, 5));
    close();
    const db = new Database(path.join(folder, 'runs.db'));
    db.prepare(
      `UPDATE log SET changes = replace(changes, '"value":2', '"value":7') WHERE execution = 1 AND first_event = 5`,
    ).run();
    db.prepare('DELETE FROM log WHERE execution = 2 AND first_event = 3').run();
    db.close();
    const again = open();
    expect(() => again.executions.fold(1)).toThrow(ChainBroken);
    expect(() => again.executions.fold(2)).toThrow(ChainBroken);
  });

  test('list newest first, by status, page by page', () => {
    const it = open();
    it.transact(() => {
      for (let id = 1; id <= 10; id++) it.executions.add(row(id));
      for (const id of [2, 4, 6])
        it.executions.end(id, { status: 'FAILED', output: null, error: 'E', cause: null, stoppedAt: 5 });
    });
    const ids = (status: string | undefined, before: number, limit: number) =>
      it.executions.list({ machine: 1 }, status, before, limit).map(({ id }) => id);
    expect(ids(undefined, 100, 3)).toEqual([10, 9, 8]);
    expect(ids('FAILED', 6, 3)).toEqual([4, 2]);
    expect(ids('RUNNING', 100, 100)).toEqual([10, 9, 8, 7, 5, 3, 1]);
  });
});

describe('group commit', () => {
  test('keeps the order and writes what many asked for', async () => {
    const it = open();
    await Promise.all(Array.from({ length: 500 }, (_, i) => it.commit(() => it.executions.add(row(i + 1)))));
    expect(it.executions.running().map(({ id }) => id)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  test('refuses one bad write and keeps those beside it', async () => {
    const it = open();
    const results = await Promise.allSettled([
      it.commit(() => it.executions.add(row(1))),
      it.commit(() => {
        it.executions.add(row(2));
        throw new Error('no');
      }),
      it.commit(() => it.executions.add(row(3))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(it.executions.running().map(({ id }) => id)).toEqual([1, 3]);
  });

  test('a write that waits is on the disk once the log is closed', async () => {
    const it = open();
    const written = it.commit(() => it.executions.add(row(1)));
    close();
    await written;
    expect(open().executions.running()).toHaveLength(1);
  });
});

describe('a data directory that is not whole', () => {
  const database = () => path.join(folder, 'runs.db');
  beforeEach(() => {
    const it = open();
    it.transact(() => it.executions.add(row(1)));
    close();
  });

  test('is named when the database is gone', () => {
    rmSync(database());
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_DAMAGED', message: expect.stringContaining('missing') });
  });
  test('is named when the database is empty, and is left as it is', () => {
    truncateSync(database());
    const problem = refusal();
    expect(problem).toMatchObject({ code: 'RUN_LOG_DAMAGED', message: expect.stringContaining('empty') });
    expect(problem.hint).toContain(folder);
    expect(readFileSync(database())).toHaveLength(0);
  });
  test('is named when the database is not one', () => {
    writeFileSync(database(), 'x'.repeat(10_000));
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_DAMAGED' });
    expect(readFileSync(database(), 'utf8')).toBe('x'.repeat(10_000));
  });
  test('is named when the database is another one', () => {
    const other = mkdtempSync(path.join(tmpdir(), 'run-log-'));
    openRunLog(other).close();
    writeFileSync(database(), readFileSync(path.join(other, 'runs.db')));
    rmSync(other, { recursive: true });
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_DAMAGED', message: expect.stringContaining('not the database') });
  });
  test('is named when the manifest is gone or spoilt', () => {
    writeFileSync(path.join(folder, 'runs.json'), '{');
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_DAMAGED', message: expect.stringContaining('runs.json') });
    rmSync(path.join(folder, 'runs.json'));
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_DAMAGED', message: expect.stringContaining('runs.json') });
  });
  test('of a later version is not touched', () => {
    const manifest = path.join(folder, 'runs.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"schema": 1', '"schema": 99'));
    expect(refusal()).toMatchObject({ code: 'RUN_LOG_NEWER' });
  });
});

test('data from before there were redrives gets the tables that it lacks', () => {
  open().transact(() => log!.executions.add(row(1)));
  close();
  const db = new Database(path.join(folder, 'runs.db'));
  db.exec('DROP TABLE redrives; DROP TABLE map_run_settings');
  db.close();
  expect(open().executions.byId(1)).toMatchObject({ redriveCount: 0, redrivenAt: null });
  log!.transact(() => log!.executions.redrive(1, { number: 1, token: 'a', at: 5 }));
  expect(log!.executions.byId(1)).toMatchObject({ status: 'RUNNING', redriveCount: 1, redrivenAt: 5 });
  expect(log!.executions.redrives(1)).toEqual([{ number: 1, token: 'a', at: 5 }]);
});

test('a first start that was cut short is begun again', () => {
  writeFileSync(
    path.join(folder, 'runs.json'),
    JSON.stringify({ kind: 'action-engine/runs', id: 'x', schema: 1, state: 'creating', createdAt: '' }),
  );
  writeFileSync(path.join(folder, 'runs.db'), '');
  expect(open().executions.running()).toEqual([]);
});

test('what has gathered in the write-ahead log goes into the main file in a quiet moment', async () => {
  const { transact, executions } = open();
  const size = () => statSync(path.join(folder, 'runs.db')).size;
  const before = size();
  for (let i = 0; i < 600; i++) transact(() => executions.addToken(`${'x'.repeat(200)}${i}`, 1, 'task'));
  expect(size()).toBe(before);
  await expect.poll(size, { timeout: 5000 }).toBeGreaterThan(before);
}, 60_000);
