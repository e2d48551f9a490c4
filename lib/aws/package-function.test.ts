import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import { partOf } from './native-packages';
import { packageFunction } from './package-function';

const root = path.resolve(import.meta.dirname, '../..');
let base: string;
beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'package-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
let folder: string;
let cacheDir: string;
beforeEach(() => {
  folder = path.join(base, `lambdas-${count}`, 'made');
  cacheDir = path.join(base, `cache-${count++}`);
  mkdirSync(folder, { recursive: true });
});

const write = (files: Record<string, string>, where = folder) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(where, name)), { recursive: true });
    writeFileSync(path.join(where, name), text);
  }
};
const manifestOf = (more: object = {}) =>
  FunctionManifest.parse({
    name: 'made',
    title: 'Made',
    description: 'A test.',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: {},
    output: {},
    ...more,
  });
const pack = (more: object = {}, options: { platform?: 'host' | 'lambda'; folder?: string } = {}) =>
  packageFunction({ folder, manifest: manifestOf(more), platform: 'host', cacheDir, root, ...options });
/** Runs the package's handler as it would be run: from files, knowing nothing of this project. */
async function load(zip: Uint8Array): Promise<{ handler: (event: unknown) => Promise<unknown> }> {
  const target = mkdtempSync(path.join(base, 'task-'));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), bytes);
  }
  return import(path.join(target, 'index.mjs'));
}

describe('a Node.js function', () => {
  test('TypeScript, its own modules, shared code and npm packages become one file that runs anywhere', async () => {
    write(
      { 'shared/greet.ts': 'export const greet = (name: string): string => `Hello ${name}`;' },
      path.dirname(folder),
    );
    write({
      'index.ts':
        "import Mustache from 'mustache';\nimport { S3Client } from '@aws-sdk/client-s3';\nimport { greet } from '../shared/greet';\nimport { loud } from './loud';\nexport const handler = async (event: { name: string }) => [Mustache.render(loud(greet('{{name}}')), event), typeof S3Client];",
      'loud.ts': 'export const loud = (text: string): string => `${text}!`;',
      'index.test.ts': 'throw new Error();',
      'function.json': '{}',
    });
    const { zip, sha256 } = await pack();
    expect(Object.keys(unzipSync(zip))).toEqual(['index.mjs']);
    expect(sha256).toBe(createHash('sha256').update(zip).digest('base64'));
    expect(await (await load(zip)).handler({ name: 'Ada' })).toEqual(['Hello Ada!', 'function']);
  });

  test("what was written for require finds Node's modules", async () => {
    write({ 'index.js': "const os = require('node:os'); exports.handler = async () => typeof os.tmpdir();" });
    const loaded = (await load((await pack()).zip)) as unknown as { default: { handler: () => Promise<string> } };
    expect(await loaded.default.handler()).toBe('string');
  });

  test('the handler says which file it is in', async () => {
    write({ 'main.ts': 'export const run = async () => 1;' });
    expect(Object.keys(unzipSync((await pack({ handler: 'main.run' })).zip))).toEqual(['main.mjs']);
    await expect(pack({ handler: 'other.run' })).rejects.toMatchObject({
      code: 'FUNCTION_BUILD_FAILED',
      message: expect.stringContaining('other.ts'),
    });
  });

  test('a fault in its code is named with its file and line', async () => {
    write({ 'index.ts': "import { nothing } from './left-out';\nexport const handler = nothing;" });
    await expect(pack()).rejects.toMatchObject({
      code: 'FUNCTION_BUILD_FAILED',
      message: expect.stringMatching(/"made" cannot be packed: .*index\.ts:1: Could not resolve/),
    });
  });
});

describe('the same files are the same package', () => {
  test('whatever their times, and whether it was made before', async () => {
    write({
      'index.ts': "import { x } from './x'; export const handler = async () => x;",
      'x.ts': 'export const x = 1;',
    });
    const first = await pack();
    utimesSync(path.join(folder, 'index.ts'), 1, 1);
    rmSync(cacheDir, { recursive: true });
    expect((await pack()).sha256).toBe(first.sha256);
  });

  test('a second time it comes out of the cache, in no time', async () => {
    write({ 'index.ts': "import sharp from 'sharp'; export const handler = async () => sharp.versions;" });
    const first = await pack({ packages: ['sharp'] });
    const begun = performance.now();
    const second = await pack({ packages: ['sharp'] });
    expect(performance.now() - begun).toBeLessThan(500);
    expect(second.sha256).toBe(first.sha256);
    expect(Buffer.compare(second.zip, first.zip)).toBe(0);
  });

  test('a change anywhere makes another; the one before is let go', async () => {
    const hashes = new Set<string>();
    const packed = async (more: object = {}) => hashes.add((await pack(more)).sha256).size;
    write({ 'shared/x.ts': 'export const x = 1;' }, path.dirname(folder));
    write({ 'index.ts': "import { x } from '../shared/x'; export const handler = async () => x;" });
    expect(await packed()).toBe(1);
    write({ 'shared/x.ts': 'export const x = 2;' }, path.dirname(folder));
    expect(await packed()).toBe(2);
    write({ 'index.ts': "import { x } from '../shared/x'; export const handler = async () => x + 1;" });
    expect(await packed()).toBe(3);
    write({ 'function.json': '{"title":"other words"}', 'index.test.ts': '// a test' });
    expect(await packed({ title: 'Other words' })).toBe(3);
    expect(readdirSync(cacheDir).filter((name) => name.endsWith('.zip'))).toHaveLength(1);
  });

  test('a half-written package is made again', async () => {
    write({ 'index.ts': 'export const handler = async () => 1;' });
    const { sha256 } = await pack();
    const [file] = readdirSync(cacheDir).filter((name) => name.endsWith('.zip'));
    rmSync(path.join(cacheDir, `${file}.sha256`));
    writeFileSync(path.join(cacheDir, file!), 'half');
    expect((await pack()).sha256).toBe(sha256);
  });

  test('many at once make it once', async () => {
    write({ 'index.ts': 'export const handler = async () => 1;' });
    const all = await Promise.all(Array.from({ length: 10 }, () => pack()));
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(readdirSync(cacheDir)).toHaveLength(2);
  });
});

test('a Python function is its folder, without what is only for its makers', async () => {
  write({
    'app.py': 'def handler(event, context): return 1',
    'lib/util.py': 'X = 1',
    'test_app.py': 'assert',
    '__pycache__/app.pyc': 'x',
    '.env': 'SECRET=1',
    'function.json': '{}',
  });
  const files = unzipSync((await pack({ runtime: 'python3.12', handler: 'app.handler' })).zip);
  expect(Object.keys(files).sort()).toEqual(['app.py', 'function.json', 'lib/util.py']);
  expect(strFromU8(files['lib/util.py']!)).toBe('X = 1');
});

describe('native packages', () => {
  test("host: this machine's, with all that they need", async () => {
    write({
      'index.ts':
        "import sharp from 'sharp';\nexport const handler = async () => (await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } }).png().toBuffer({ resolveWithObject: true })).info;",
    });
    const { zip } = await pack({ packages: ['sharp'] });
    const names = Object.keys(unzipSync(zip));
    expect(names).toContain('node_modules/sharp/package.json');
    expect(names.some((name) => name.startsWith('node_modules/@img/'))).toBe(true);
    expect(names.filter((name) => /node_modules\/(next|react|typescript)\//.test(name))).toEqual([]);
    expect(await (await load(zip)).handler({})).toMatchObject({ format: 'png', width: 3, height: 2 });
  });

  test('one that is not installed is named', async () => {
    write({ 'index.ts': 'export const handler = async () => 1;' });
    await expect(pack({ packages: ['never-heard-of-it'] })).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: expect.stringContaining('never-heard-of-it'),
    });
    await expect(pack({ packages: ['never-heard-of-it'] }, { platform: 'lambda' })).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
    });
  });

  test('lambda: the locked versions for every platform are in the part of the lock file that npm gets', () => {
    const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Parameters<typeof partOf>[0];
    const part = partOf(lock, 'sharp').lock as { packages: Record<string, { version: string; integrity?: string }> };
    const names = Object.keys(part.packages);
    expect(names).toEqual(
      expect.arrayContaining([
        'node_modules/sharp',
        'node_modules/@img/sharp-linux-x64',
        'node_modules/@img/sharp-libvips-linux-x64',
        'node_modules/semver',
      ]),
    );
    expect(names.some((name) => /next|react|vitest/.test(name))).toBe(false);
    for (const name of names.filter(Boolean)) {
      expect(part.packages[name]!.version).toBe(lock.packages[name]!.version);
      expect(part.packages[name]!.integrity).toMatch(/^sha512-/);
    }
  });

  test.runIf(process.env.ACTION_ENGINE_TEST_NETWORK)(
    'lambda: fetched for Linux x64, whatever this machine is',
    { timeout: 300_000 },
    async () => {
      write({ 'index.ts': "import sharp from 'sharp'; export const handler = async () => sharp.versions;" });
      const { zip, sha256 } = await pack({ packages: ['sharp'] }, { platform: 'lambda' });
      const names = Object.keys(unzipSync(zip));
      const images = new Set(names.map((name) => /^node_modules\/(@img\/[^/]+)/.exec(name)?.[1]).filter(Boolean));
      expect([...images].sort()).toEqual(['@img/colour', '@img/sharp-libvips-linux-x64', '@img/sharp-linux-x64']);
      expect(zip.length).toBeLessThan(20 * 1024 * 1024);
      expect((await pack({ packages: ['sharp'] }, { platform: 'lambda' })).sha256).toBe(sha256);
    },
  );
});
