import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { armFailpoint, POINTS } from './failpoint';
import { openRunLog } from './log';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'failpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a point that does not exist is named with those that do', () => {
  for (const spec of ['nowhere:1', 'committed:0', 'committed:x', 'committed:1:2', ''])
    expect(() => armFailpoint(spec), spec).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  expect(() => armFailpoint('nowhere')).toThrow(`--failpoint is "nowhere"`);
});

test('each boundary has a name of its own', () => {
  const names = Object.values(POINTS).flat();
  expect(new Set(names).size).toBe(names.length);
});

test('a real process ends there, and what it leaves opens with what had been committed', () => {
  const root = process.cwd();
  const script = path.join(folder, 'writes.cjs');
  const entry = path.join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { armFailpoint } from '${path.join(root, 'lib/local-cloud/failpoint.ts')}';
     import { openRunLog } from '${path.join(root, 'lib/local-cloud/log/index.ts')}';
     armFailpoint(process.argv[3]);
     const log = openRunLog(process.argv[2]);
     for (let i = 1; i <= 5; i++) log.transact(() => log.executions.addToken('t' + i, i, 'task'));`,
  );
  buildSync({
    ...{ entryPoints: [entry], outfile: script, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
    ...{ packages: 'external', alias: { '@': root }, nodePaths: [path.join(root, 'node_modules')] },
  });
  const kept: Record<string, number> = {};
  for (const point of POINTS.log.filter((name) => !['told', 'checkpoint', 'checkpointed'].includes(name))) {
    const data = path.join(folder, point);
    const isCommit = ['begun', 'written', 'committed', 'marked'].includes(point);
    const ran = spawnSync(process.execPath, [script, data, `${point}:${isCommit ? 3 : 1}`], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_PATH: path.join(root, 'node_modules'), NODE_ENV: 'test' },
    });
    expect(ran.signal, `${point}: ${ran.stderr}`).toBe('SIGKILL');
    const log = openRunLog(data);
    kept[point] = [1, 2, 3, 4, 5].filter((i) => log.executions.token(`t${i}`) !== undefined).length;
    log.close();
  }
  expect(kept).toEqual({
    ...{ creating: 0, made: 0, settled: 0, ready: 0, epoch: 0, mark: 0 },
    ...{ begun: 2, written: 2, committed: 3, marked: 3 },
  });
}, 60_000);
