import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNZIPPED_LIMIT, unzipInto } from './zip';

let base: string;
let count = 0;
beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'zip-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const target = () => path.join(base, `box-${count++}`, 'inner');
const text = (content: string) => Buffer.from(content);

test('unpacks files, folders and modes', async () => {
  const folder = target();
  const zip = zipSync({
    'index.mjs': text('export {}'),
    'lib/a/b.txt': text('deep'),
    'empty/': new Uint8Array(),
    bootstrap: [text('#!/bin/sh'), { os: 3, attrs: 0o100755 << 16 }],
  });
  expect(await unzipInto(zip, folder)).toBe(9 + 4 + 9);
  expect(readFileSync(path.join(folder, 'lib/a/b.txt'), 'utf8')).toBe('deep');
  expect(statSync(path.join(folder, 'bootstrap')).mode & 0o777).toBe(0o755);
  expect(statSync(path.join(folder, 'index.mjs')).mode & 0o777).toBe(0o644);
  expect(statSync(path.join(folder, 'empty')).isDirectory()).toBe(true);
});

test('a zip with a comment, and one without compression, are read', async () => {
  const plain = zipSync({ a: [text('stored'), { level: 0 }] });
  const commented = Buffer.concat([plain, text('a comment')]);
  commented.writeUInt16LE(9, plain.length - 2);
  const folder = target();
  await unzipInto(commented, folder);
  expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('stored');
});

describe('what would leave the folder is refused, and nothing is outside', () => {
  test.each([
    ['../evil'],
    ['a/../../evil'],
    ['/evil'],
    ['//evil'],
    ['C:evil'],
    ['c:/evil'],
    ['..\\evil'],
    ['a\\b'],
    ['evil\0.txt'],
    ['evil\n'],
    ['..'],
    ['a/..'],
    ['x'.repeat(2000)],
  ])('%j', async (name) => {
    const folder = target();
    await expect(unzipInto(zipSync({ [name]: text('bad') }), folder)).rejects.toThrow();
    expect(existsSync(path.join(path.dirname(folder), 'evil'))).toBe(false);
    expect(existsSync('/evil')).toBe(false);
    expect(existsSync(folder) ? readdirSync(folder, { recursive: true }) : []).toEqual([]);
  });

  test('a symbolic link', async () => {
    const zip = zipSync({ link: [text('/etc'), { os: 3, attrs: 0o120777 << 16 }] });
    await expect(unzipInto(zip, target())).rejects.toThrow('symbolic link');
  });
});

test('names that contradict each other', async () => {
  await expect(unzipInto(zipSync({ a: text('file'), 'a/b': text('below it') }), target())).rejects.toThrow(
    'contradict',
  );
  const twice = Buffer.from(zipSync({ aa: text('1'), bb: text('2') }));
  for (let at = twice.indexOf('bb'); at >= 0; at = twice.indexOf('bb', at + 1)) twice.write('aa', at);
  await expect(unzipInto(twice, target())).rejects.toThrow('twice');
});

describe('sizes', () => {
  const bomb = zipSync({ bomb: [new Uint8Array(40_000_000), { level: 9 }] });

  test('an entry that says that it is small is stopped when it is not', async () => {
    const liar = Buffer.from(bomb);
    const central = liar.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    liar.writeUInt32LE(100, central + 24);
    await expect(unzipInto(liar, target())).rejects.toThrow('larger than it says');
  });

  test('many entries together above the limit are refused before any is written', async () => {
    const folder = target();
    const many = Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [
        `b${i}`,
        [new Uint8Array(40_000_000), { level: 9 }] as [Uint8Array, { level: 9 }],
      ]),
    );
    await expect(unzipInto(zipSync(many), folder)).rejects.toThrow(String(UNZIPPED_LIMIT));
    expect(existsSync(folder)).toBe(false);
  });

  test('more entries than anybody needs', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`f${i}`, new Uint8Array()]));
    await expect(unzipInto(zipSync(many), target())).rejects.toThrow('20001 entries');
  });
});

describe('damage', () => {
  const good = Buffer.from(zipSync({ a: text('hello hello hello hello'), b: text('world') }));

  test('every cut is refused, never half taken for whole', async () => {
    for (let length = 0; length < good.length; length += 3) {
      await expect(unzipInto(good.subarray(0, length), target())).rejects.toThrow();
    }
  });

  test('a flipped byte never leads out of the folder and never hangs', async () => {
    for (let at = 0; at < good.length; at++) {
      const flipped = Buffer.from(good);
      flipped[at] = flipped[at]! ^ 0xff;
      const folder = target();
      await unzipInto(flipped, folder).catch(() => undefined);
      expect(readdirSync(path.dirname(path.dirname(folder))).every((name) => name.startsWith('box-'))).toBe(true);
    }
  });

  test.each([
    ['nothing', ''],
    ['words', 'not a zip at all, though long enough to hold a directory'],
    ['no entries', zipSync({})],
  ])('%s', async (_, bytes) => {
    await expect(unzipInto(Buffer.from(bytes as string), target())).rejects.toThrow();
  });
});
