import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets } from './secrets';
import { openUserFunctions } from './user-functions';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('what is set is kept, for its owner alone; what is forgotten is gone', () => {
  const secrets = openSecrets(dataDir);
  expect(secrets.names()).toEqual([]);
  secrets.set('B_KEY', 'two');
  secrets.set('A_KEY', 'one');
  expect(openSecrets(dataDir).names()).toEqual(['A_KEY', 'B_KEY']);
  expect(secrets.values(['A_KEY', 'C_KEY'])).toEqual({ A_KEY: 'one' });
  expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  secrets.set('A_KEY', null);
  expect(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')).not.toContain('one');
});

test('a text is told without the values, also where they stand in JSON; what is too short to tell is left', () => {
  const secrets = openSecrets(dataDir);
  expect(secrets.hide('nothing is set')).toBe('nothing is set');
  secrets.set('A_KEY', 'hush"hush-1');
  secrets.set('B_KEY', 'hush"hush-1-and-more');
  secrets.set('C_KEY', 'no');
  expect(secrets.hide('no: hush"hush-1-and-more, hush"hush-1')).toBe('no: •••, •••');
  expect(secrets.hide(JSON.stringify({ said: 'hush"hush-1' }))).toBe('{"said":"•••"}');
});

test('a damaged file is named, and nothing of it is shown', () => {
  writeFileSync(path.join(dataDir, 'secrets.json'), '{"A":"hunter2"');
  expect(() => openSecrets(dataDir).names()).toThrow(/secrets\.json is not the list/);
  expect(() => openSecrets(dataDir).names()).not.toThrow(/hunter2/);
});

test('a function of the owner is written whole, replaced whole, and removed', async () => {
  const functions = openUserFunctions(dataDir);
  expect(functions.has('mine')).toBe(false);
  await functions.write('mine', [
    { file: 'function.json', content: '{}' },
    { file: 'lib/help.js', content: 'one' },
  ]);
  expect(functions.has('mine')).toBe(true);
  await functions.write('mine', [{ file: 'function.json', content: '{"a":1}' }]);
  expect(readFileSync(path.join(functions.folder, 'mine', 'function.json'), 'utf8')).toBe('{"a":1}');
  expect(() => statSync(path.join(functions.folder, 'mine', 'lib'))).toThrow();
  await expect(functions.write('mine', [{ file: '../../out.js', content: '' }])).rejects.toThrow('leads out');
  await functions.put('mine', 'function.json', '{"a":2}');
  expect(readFileSync(path.join(functions.folder, 'mine', 'function.json'), 'utf8')).toBe('{"a":2}');
  await functions.remove('mine');
  expect(functions.has('mine')).toBe(false);
});
