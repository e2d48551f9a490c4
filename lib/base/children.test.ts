import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { childScript } from './children';

const root = path.resolve(__dirname, '../..');

test('two scripts built at once are both there, and nothing of the builder stays', async () => {
  const files = await Promise.all(
    ['child.ts', 'inside.ts'].map((file) => childScript(root, `lib/local-cloud/evaluator/${file}`)),
  );
  expect(files.map((file) => existsSync(file))).toEqual([true, true]);
  expect(new Set(files).size).toBe(2);
  await expect.poll(childrenOfThis, { timeout: 5000 }).toEqual([]);
  // It comes back when it is needed again, and the same source has the same file.
  expect(await childScript(root, 'lib/local-cloud/evaluator/inside.ts')).toBe(files[1]);
}, 30_000);

test('what cannot be built is named, with the reason', async () => {
  await expect(childScript(root, 'lib/base/nowhere.ts')).rejects.toThrow(
    /^lib\/base\/nowhere\.ts could not be bundled: [\s\S]*nowhere\.ts/,
  );
}, 30_000);

/** command lines of the builder's processes that this one has started */
function childrenOfThis(): string[] {
  const rows = execFileSync('ps', ['-A', '-ww', '-o', 'ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return rows
    .map((row) => row.trim())
    .filter((row) => Number(row.split(/\s+/)[0]) === process.pid && /esbuild/.test(row));
}
