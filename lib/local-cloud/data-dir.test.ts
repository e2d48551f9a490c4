import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDir, readCloudAddress, readPageOrigins, registerPage } from './data-dir';
import { openKeys } from './keys';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'data-dir-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
const address = { url: 'http://127.0.0.1:4566', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, version: '1' };
const modeOf = (file: string) => statSync(path.join(dataDir, file)).mode & 0o777;

test('the address is there while the cloud runs, for its owner only', () => {
  const held = openDataDir(dataDir);
  expect(readCloudAddress(dataDir)).toBeNull();
  held.announce(address);
  expect(readCloudAddress(dataDir)).toMatchObject({ ...address, pid: process.pid });
  expect([modeOf('cloud.json'), modeOf('cloud')]).toEqual([0o600, 0o700]);
  held.release();
  expect(readCloudAddress(dataDir)).toBeNull();
});

test('a second one is told who holds it, and gets it afterwards', () => {
  const held = openDataDir(dataDir);
  held.announce(address);
  expect(() => openDataDir(dataDir)).toThrowError(expect.objectContaining({ code: 'DATA_DIR_IN_USE' }));
  expect(() => openDataDir(dataDir)).toThrowError(new RegExp(`process ${process.pid}.*http://127.0.0.1:4566`));
  held.release();
  openDataDir(dataDir).release();
});

test('a process that was killed leaves no lock, and its address is no address', async () => {
  const libsql = path.join(process.cwd(), 'node_modules/libsql/index.js');
  const cloud = path.join(dataDir, 'cloud');
  openDataDir(dataDir).release();
  const holder = spawn(process.execPath, [
    '-e',
    `const D = require(${JSON.stringify(libsql)}); const d = new D(${JSON.stringify(path.join(cloud, 'owner.lock'))}); d.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`,
  ]);
  await once(holder.stdout, 'data');
  writeFileSync(path.join(dataDir, 'cloud.json'), JSON.stringify({ ...address, pid: holder.pid, startedAt: 1 }));
  expect(() => openDataDir(dataDir)).toThrowError(expect.objectContaining({ code: 'DATA_DIR_IN_USE' }));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(readCloudAddress(dataDir)).toBeNull();
  openDataDir(dataDir).release();
});

test.runIf(process.platform === 'linux')('a later process with the same id is not taken for the cloud', () => {
  const held = openDataDir(dataDir);
  held.announce(address);
  const file = path.join(dataDir, 'cloud.json');
  const written = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...written, processStart: 'an earlier boot/1' }));
  expect(readCloudAddress(dataDir)).toBeNull();
  held.release();
});

test('keys are made once, kept for their owner, and told apart from the documented one', () => {
  const held = openDataDir(dataDir);
  const keys = openKeys(dataDir);
  const again = openKeys(dataDir);
  held.release();
  expect(again.page).toEqual(keys.page);
  expect(new Set([keys.page, keys.functions, keys.self].map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
  expect(keys.secretOf(keys.functions.accessKeyId)).toBe(keys.functions.secretAccessKey);
  expect([keys.secretOf('local'), keys.secretOf('other'), keys.secretOf('__proto__')]).toEqual([
    'local',
    undefined,
    undefined,
  ]);
  expect([keys.isSecret('local'), keys.isSecret(keys.page.accessKeyId)]).toEqual([false, true]);
  expect(modeOf('cloud/keys.json')).toBe(0o600);
});

test('damaged keys are named, not replaced', () => {
  openDataDir(dataDir).release();
  const file = path.join(dataDir, 'cloud', 'keys.json');
  writeFileSync(file, '{"page":');
  expect(() => openKeys(dataDir)).toThrowError(expect.objectContaining({ code: 'KEYS_DAMAGED' }));
  expect(readFileSync(file, 'utf8')).toBe('{"page":');
});

test('the page registers its origins; anything else in that file is no origin', () => {
  expect(readPageOrigins(dataDir)).toEqual([]);
  registerPage(dataDir, ['http://localhost:3000', 'http://127.0.0.1:3000']);
  expect(readPageOrigins(dataDir)).toEqual(['http://localhost:3000', 'http://127.0.0.1:3000']);
  writeFileSync(path.join(dataDir, 'page.json'), '{"origin": 3}');
  expect(readPageOrigins(dataDir)).toEqual([]);
});
