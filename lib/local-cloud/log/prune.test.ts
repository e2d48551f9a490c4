import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainOf, type ExecutionRow, openRunLog, type RunLog } from './index';

const DAY = 24 * 3_600_000;
const NOW = 1_900_000_000_000;
let folder = '';
let log: RunLog;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'prune-'));
  log = openRunLog(folder);
});
afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (id: number, more: Partial<ExecutionRow>): ExecutionRow => ({
  ...{ id, arn: `arn:${id}`, name: `n${id}`, machine: 1, machineArn: 'm', machineName: 'm', versionArn: null },
  ...{
    aliasArn: null,
    definition: 'd',
    revision: null,
    role: 'r',
    settings: '{}',
    type: 'STANDARD',
    status: 'RUNNING',
  },
  ...{ input: '{}', output: null, error: null, cause: null, startedAt: NOW, stoppedAt: null, trace: null },
  ...{ startedBy: null, mapRun: null, label: null, parent: null, parentTask: null, item: null },
  ...more,
});

/** @param days before now that it ended; null: it runs */
function add(id: number, startedDays: number, days: number | null, more: Partial<ExecutionRow> = {}): void {
  const { executions } = log;
  executions.newId();
  executions.add(row(id, { startedAt: NOW - startedDays * DAY, ...more }));
  const events = JSON.stringify([{ id: 1, previousEventId: 0, type: 'X', timestamp: 1 }]);
  const record = { execution: id, firstEvent: 1, lastEvent: 1, at: 1, events, changes: null };
  executions.append({ ...record, chain: chainOf('', events, null) });
  executions.addToken(`token${id}`, id, 'task');
  if (days !== null)
    executions.end(id, { status: 'SUCCEEDED', output: '1', error: null, cause: null, stoppedAt: NOW - days * DAY });
}

test('what ended more than 90 days ago is forgotten with all that belongs to it, and nothing else', async () => {
  log.transact(() => {
    add(1, 200, 91);
    add(2, 200, null);
    add(3, 150, 89);
    add(4, 150, 120, { parent: 2, mapRun: 'run', item: 0 });
    add(5, 120, 100, { parent: 1 });
    add(6, 100, 95);
    add(7, 1, 0.5);
    log.executions.addMapRun({ arn: 'run6', execution: 6, event: 1, status: 'SUCCEEDED', startedAt: 1 });
    log.executions.setMapRun('run6', '{}');
    log.executions.redriveMapRun('run6', 1, 1, 5);
  });
  expect(await log.prune(NOW)).toBe(3);
  const { executions } = log;
  const left = [1, 2, 3, 4, 5, 6, 7].filter((id) => executions.exists(id));
  expect(left).toEqual([2, 3, 4, 7]);
  for (const id of [1, 2, 3, 4, 5, 6, 7]) {
    expect(executions.token(`token${id}`) !== undefined, `token ${id}`).toBe(left.includes(id));
    expect(executions.lastEvent(id), `records ${id}`).toBe(left.includes(id) ? 1 : 0);
  }
  expect(executions.mapRun('run6')).toBeUndefined();
  expect(await log.prune(NOW)).toBe(0);
});

test('more than one batch goes, and ids are never given out twice', async () => {
  log.transact(() => {
    for (let id = 1; id <= 450; id++) add(id, 200, 150);
  });
  expect(await log.prune(NOW)).toBe(449);
  log.close();
  log = openRunLog(folder);
  expect(log.executions.newId()).toBe(451);
});
