/**
 * Keeps functions and their code below one folder, so that a crash at any instant leaves each function as it was before
 * or after a request, never between.
 *
 *   functions/<name>.json   one record a function
 *   code/<sha256>.zip       as uploaded
 *   code/<sha256>/          unpacked: a function's task root
 *
 * Records and zips are written beside their place, brought to disk, then renamed. Code is named by its content, written
 * before the record that speaks of it and removed after the last one did. Unpacked folders are not brought to disk, which
 * takes long, and so not believed after a restart: they are made again from the zip when a process first needs them.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import { reach } from '../failpoint';
import type { Alias } from './aliases';
import type { Settings } from './settings';
import { unzipInto } from './zip';

export type Code = { /** hex */ hash: string /** base64, AWS's CodeSha256 */; sha256: string; size: number };

export type Version = {
  /** `$LATEST`, or the number of a published one */
  version: string;
  settings: Settings;
  code: Code;
  architectures: string[];
  description: string;
  revisionId: string;
  /** ms since 1970 */
  modifiedAt: number;
};

export type FunctionRecord = {
  name: string;
  latest: Version;
  published: Version[];
  /** absent: none */
  aliases?: Alias[];
  nextVersion: number;
  tags: Record<string, string>;
  createdAt: number;
  /** until then a new function is Pending, an update InProgress; ms since 1970 */
  settlesAt: number;
};

export type FunctionStore = ReturnType<typeof openFunctionStore>;

export function openFunctionStore(base: string) {
  const records = path.join(base, 'functions');
  const codes = path.join(base, 'code');
  for (const folder of [records, codes]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const functions = new Map<string, FunctionRecord>();
  for (const file of readdirSync(records)) {
    if (!file.endsWith('.json')) {
      rmSync(path.join(records, file), { force: true });
      continue;
    }
    const record = readRecord(path.join(records, file));
    functions.set(record.name, record);
  }

  /** code that requests are about to give to a function, by hash, and how many do */
  const adding = new Map<string, number>();
  const hold = (hash: string) => adding.set(hash, (adding.get(hash) ?? 0) + 1);
  const letGo = (hash: string) => {
    const left = (adding.get(hash) ?? 0) - 1;
    if (left > 0) adding.set(hash, left);
    else adding.delete(hash);
  };
  const inUse = () => {
    const used = new Set<string>();
    for (const { latest, published } of functions.values())
      for (const { code } of [latest, ...published]) used.add(code.hash);
    return used;
  };
  /** `keep`: code of processes that still run */
  const sweep = (keep: ReadonlySet<string>) => {
    const used = inUse();
    for (const entry of readdirSync(codes)) {
      const hash = entry.replace(/\.zip$/, '');
      if (entry.endsWith('.part') || used.has(hash) || keep.has(hash) || adding.has(hash)) continue;
      rmSync(path.join(codes, entry), { recursive: true, force: true });
    }
  };
  for (const entry of readdirSync(codes))
    if (!entry.endsWith('.zip')) rmSync(path.join(codes, entry), { recursive: true, force: true });
  sweep(new Set());

  /** under way or done, by hash */
  const unpacking = new Map<string, Promise<void>>();
  const unpack = (hash: string, zip: Uint8Array): Promise<void> => {
    const under = unpacking.get(hash);
    if (under) return under;
    const folder = path.join(codes, hash);
    const draft = `${hash}.${randomUUID().slice(0, 8)}.part`;
    const work = (async () => {
      try {
        if (existsSync(folder)) return;
        await unzipInto(zip, path.join(codes, draft));
        reach('unpacked');
        renameSync(path.join(codes, draft), folder);
        reach('unpack-renamed');
      } finally {
        rmSync(path.join(codes, draft), { recursive: true, force: true });
      }
    })();
    unpacking.set(hash, work);
    // Not remembered: the folder itself says whether it is there, and it may be swept meanwhile.
    const done = () => unpacking.delete(hash);
    work.then(done, done);
    return work;
  };

  return {
    get: (name: string) => functions.get(name),
    all: () => [...functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    /** where its files are, once `unpacked` resolved */
    folderOf: (code: Code) => path.join(codes, code.hash),
    async unpacked({ hash }: Code): Promise<void> {
      const folder = path.join(codes, hash);
      if (!existsSync(folder)) await unpack(hash, await readFile(`${folder}.zip`));
    },
    zipOf: (code: Code) => path.join(codes, `${code.hash}.zip`),
    sweep,

    /** On disk when it returns. */
    put(record: FunctionRecord): void {
      writeDurably(path.join(records, fileName(record.name)), JSON.stringify(record));
      functions.set(record.name, record);
    },
    remove(name: string): void {
      reach('removing');
      rmSync(path.join(records, fileName(name)), { force: true });
      reach('removed');
      syncFolder(records);
      functions.delete(name);
    },

    /**
     * Unpacks and keeps a package. Until a record speaks of it, `release` (or a restart) lets it go.
     * @throws BadZip
     */
    async addCode(zip: Uint8Array): Promise<{ code: Code; release: () => void }> {
      const digest = createHash('sha256').update(zip).digest();
      const hash = digest.toString('hex');
      const code = { hash, sha256: digest.toString('base64'), size: zip.length };
      const folder = path.join(codes, hash);
      hold(hash);
      const release = () => letGo(hash);
      try {
        await unpack(hash, zip);
        if (!existsSync(`${folder}.zip`)) await writeLargeDurably(`${folder}.zip`, zip);
      } catch (error) {
        release();
        throw error;
      }
      return { code, release };
    },
  };
}

/** Names differ by case, disks may not: the hash keeps them apart. */
const fileName = (name: string): string =>
  `${name}.${createHash('sha256').update(name).digest('hex').slice(0, 8)}.json`;

function readRecord(file: string): FunctionRecord {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as FunctionRecord;
    if (typeof record.name !== 'string' || typeof record.latest?.code?.hash !== 'string')
      throw new Error('fields are missing');
    return record;
  } catch (error) {
    throw new Problem(
      'DATA_DAMAGED',
      `The record of a Lambda function cannot be read: ${file} (${error instanceof Error ? error.message : String(error)}).`,
      'Restore that file from a copy, or delete it and deploy the function again.',
      {},
      { cause: error },
    );
  }
}

export function writeDurably(file: string, content: string | Uint8Array): void {
  const draft = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  reach('record-written');
  renameSync(draft, file);
  reach('record-renamed');
  syncFolder(path.dirname(file));
}

/** As `writeDurably`, while others have their turn. */
async function writeLargeDurably(file: string, content: Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  reach('zip-written');
  await rename(draft, file);
  reach('zip-renamed');
  syncFolder(path.dirname(file));
}

/** A rename is on disk when its folder is. Some systems cannot open a folder; there it is up to them. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // no folder handles here
  }
}
