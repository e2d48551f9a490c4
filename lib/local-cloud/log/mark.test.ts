import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRunLog, type RunLog } from './index';
import { contradiction, readMark } from './mark';

let base = '';
const logs: RunLog[] = [];
beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'mark-'));
});
afterEach(() => {
  for (const log of logs.splice(0)) log.close();
  rmSync(base, { recursive: true, force: true });
});

const open = (folder: string): RunLog => {
  const log = openRunLog(folder);
  logs.push(log);
  return log;
};
const write = (log: RunLog, from: number, count: number) => {
  for (let i = from; i < from + count; i++) log.transact(() => log.executions.addToken(`t${i}`, i, 'task'));
};
const tokensIn = (log: RunLog, upTo: number) =>
  Array.from({ length: upTo }, (_, i) => i).filter((i) => log.executions.token(`t${i}`) !== undefined);

/** What a SIGKILL leaves: the files as they are while the log is open. */
function killed(name: string, commits = 20): string {
  const living = path.join(base, `${name}-living`);
  write(open(living), 0, commits);
  const left = path.join(base, name);
  cpSync(living, left, { recursive: true });
  return left;
}
const file = (folder: string, suffix = '') => path.join(folder, `runs.db${suffix}`);
const refused = expect.objectContaining({ code: 'RUN_LOG_DAMAGED' });

describe('a database that went back', () => {
  test('is whole after a kill, again and again', () => {
    let folder = killed('a');
    for (let start = 1; start <= 3; start++) {
      const log = open(folder);
      expect(tokensIn(log, 100)).toHaveLength(20 * start);
      write(log, 20 * start, 20);
      const next = path.join(base, `a${start}`);
      cpSync(folder, next, { recursive: true });
      folder = next;
    }
  });

  test('is named when its write-ahead log was deleted, and is left as it was', () => {
    const folder = killed('a');
    const before = readFileSync(file(folder));
    rmSync(file(folder, '-wal'));
    for (const again of [1, 2]) {
      expect(() => openRunLog(folder), `try ${again}`).toThrow(refused);
      expect(() => openRunLog(folder)).toThrow(`${file(folder)} has lost what was written to it`);
    }
    expect(readFileSync(file(folder)).equals(before)).toBe(true);
    rmSync(path.join(folder, 'runs.mark'));
    expect(tokensIn(open(folder), 20)).toEqual([]);
  });

  test('is named when it has the write-ahead log of another, which is not taken over', () => {
    const [folder, other] = [killed('a'), killed('b', 30)];
    cpSync(file(other, '-wal'), file(folder, '-wal'));
    rmSync(file(folder, '-shm'), { force: true });
    const before = [readFileSync(file(folder)), readFileSync(file(folder, '-wal'))];
    expect(() => openRunLog(folder)).toThrow(refused);
    for (const [i, suffix] of ['', '-wal'].entries())
      expect(readFileSync(file(folder, suffix)).equals(before[i] as Buffer), `runs.db${suffix}`).toBe(true);
  });

  test('is named when it is an older copy, or one that went another way since', () => {
    const living = path.join(base, 'living');
    const log = open(living);
    write(log, 0, 10);
    const older = path.join(base, 'older');
    cpSync(living, older, { recursive: true });
    write(open(older), 10, 50);
    write(log, 10, 20);
    const folder = path.join(base, 'a');
    cpSync(living, folder, { recursive: true });
    for (const suffix of ['', '-wal']) cpSync(file(older, suffix), file(folder, suffix));
    rmSync(file(folder, '-shm'), { force: true });
    expect(() => openRunLog(folder)).toThrow(/another time/);
  });

  test('cut at any byte of its write-ahead log, it opens with all that was acknowledged or is named', () => {
    const source = killed('a', 12);
    const size = statSync(file(source, '-wal')).size;
    const outcomes = new Set<string>();
    for (let i = 0; i <= 24; i++) {
      const folder = path.join(base, `cut${i}`);
      cpSync(source, folder, { recursive: true });
      rmSync(file(folder, '-shm'), { force: true });
      truncateSync(file(folder, '-wal'), i === 24 ? size : Math.floor((size * i) / 24));
      try {
        expect(tokensIn(open(folder), 12)).toHaveLength(12);
        outcomes.add('whole');
      } catch (error) {
        expect(error).toEqual(refused);
        outcomes.add('named');
        rmSync(path.join(folder, 'runs.mark'));
        const left = tokensIn(open(folder), 12);
        expect(left).toEqual(Array.from({ length: left.length }, (_, n) => n));
      }
    }
    expect([...outcomes].sort()).toEqual(['named', 'whole']);
  });
});

describe('an honest database', () => {
  test('opens when a power cut left an older mark, half a line of it, or nothing that can be read', () => {
    const folder = killed('a');
    const mark = path.join(folder, 'runs.mark');
    const whole = readFileSync(mark);
    const tornTail = Buffer.concat([whole.subarray(0, 140), Buffer.alloc(whole.length - 140)]);
    const tornHead = Buffer.concat([Buffer.alloc(20), whole.subarray(20)]);
    for (const bytes of [whole.subarray(0, 128), tornTail, tornHead, Buffer.alloc(256), Buffer.alloc(0)]) {
      const copy = mkdtempSync(path.join(base, 'torn-'));
      cpSync(folder, copy, { recursive: true });
      writeFileSync(path.join(copy, 'runs.mark'), bytes);
      expect(tokensIn(open(copy), 20)).toHaveLength(20);
    }
  });

  test('opens after a start that ended between its two notes, twice in a row', () => {
    const living = path.join(base, 'living');
    write(open(living), 0, 3);
    logs.pop()?.close();
    for (const start of [1, 2]) {
      const mark = readFileSync(path.join(living, 'runs.mark'));
      open(living);
      logs.pop()?.close();
      writeFileSync(path.join(living, 'runs.mark'), mark);
      expect(tokensIn(open(living), 3), `start ${start}`).toHaveLength(3);
      logs.pop()?.close();
      writeFileSync(path.join(living, 'runs.mark'), mark);
    }
  });

  test('opens when it comes from before there were marks, and is marked from then on', () => {
    const folder = path.join(base, 'a');
    write(open(folder), 0, 3);
    logs.pop()?.close();
    rmSync(path.join(folder, 'runs.mark'));
    const db = new Database(file(folder));
    db.exec('DROP TABLE progress');
    db.close();
    write(open(folder), 3, 3);
    const left = path.join(base, 'left');
    cpSync(folder, left, { recursive: true });
    expect(tokensIn(open(left), 6)).toHaveLength(6);
    const without = path.join(base, 'without');
    cpSync(folder, without, { recursive: true });
    rmSync(file(without, '-wal'));
    expect(() => openRunLog(without)).toThrow(refused);
  });

  test('counts every commit into the mark, and no rolled back one', async () => {
    const folder = path.join(base, 'a');
    const log = open(folder);
    const before = readMark(folder)?.number ?? 0;
    write(log, 0, 5);
    const bad = () => {
      throw new Error('no');
    };
    expect(() => log.transact(bad)).toThrow('no');
    await log.commit(() => log.executions.addToken('x', 1, 'task'));
    expect(readMark(folder)?.number).toBe(before + 6);
  });
});

test('a mark contradicts only what is behind it or elsewhere', () => {
  const mark = { epoch: 'e', number: 5 };
  expect(contradiction(null, undefined)).toBeNull();
  expect(contradiction(mark, { epoch: 'e', before: '', since: 1, number: 5 })).toBeNull();
  expect(contradiction(mark, { epoch: 'f', before: 'e', since: 6, number: 6 })).toBeNull();
  expect(contradiction(mark, { epoch: 'e', before: '', since: 1, number: 4 })).toContain('1 is lost');
  expect(contradiction(mark, { epoch: 'f', before: 'd', since: 9, number: 9 })).toContain('another');
  expect(contradiction(mark, { epoch: 'f', before: 'e', since: 5, number: 9 })).toContain('another');
  expect(contradiction(mark, undefined)).toContain('knows nothing of the 5 commits');
});
