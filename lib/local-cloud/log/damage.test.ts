/** What is noticed at the next start: a log that was cut off, an execution that kills every start. Real files, real SQLite. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lackOf, openMark } from './mark';
import { TABLES } from './schema';
import { openSuspects } from './suspects';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'damage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a database that ends before its mark is named, one that goes beyond it is not', () => {
  const db = new Database(path.join(folder, 'runs.db'));
  db.exec(TABLES);
  const mark = openMark(folder, db);
  mark.write();
  expect(lackOf(folder, db)).toBeNull();
  const add = db.prepare(
    `INSERT INTO log (execution, first_event, last_event, at, events, changes, chain) VALUES (1, 1, 1, 0, '[]', NULL, '')`,
  );
  add.run([]);
  expect(lackOf(folder, db)).toBeNull();
  mark.write();
  db.exec('DELETE FROM log');
  expect(lackOf(folder, db)).toContain('record 1');
  writeFileSync(path.join(folder, 'runs.mark'), 'no numbers');
  expect(lackOf(folder, db)).toBeNull();
  mark.close();
  db.close();
});

test('three deaths in a row set an execution aside; one that comes up is forgiven', () => {
  const dyingWith = (execution: number) => writeFileSync(path.join(folder, 'taking-up'), String(execution));
  for (let deaths = 1; deaths <= 3; deaths++) {
    dyingWith(7);
    expect(openSuspects(folder).isSetAside(7)).toBe(deaths === 3);
  }
  expect(JSON.parse(readFileSync(path.join(folder, 'set-aside.json'), 'utf8'))).toEqual({ 7: 3 });
  dyingWith(8);
  const suspects = openSuspects(folder);
  expect(suspects.watch(8, () => 'up')).toBe('up');
  suspects.done();
  const next = openSuspects(folder);
  expect([next.isSetAside(7), next.isSetAside(8)]).toEqual([true, false]);
  expect(JSON.parse(readFileSync(path.join(folder, 'set-aside.json'), 'utf8'))).toEqual({ 7: 3 });
});
