/** What is noticed at the next start: an execution that kills every start. Real files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSuspects } from './suspects';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'damage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
