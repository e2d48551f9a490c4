/**
 * The data directory: who holds it, and where the cloud that holds it can be found.
 *
 *   <dataDir>/cloud.json              address and the page's keys, while the cloud runs (mode 0600)
 *   <dataDir>/page.json               origins of the page, written by the page's server
 *   <dataDir>/cloud/                  s3/ lambda/ stepfunctions/ keys.json
 *   <dataDir>/cloud/owner.lock        an SQLite file that is kept locked: the system lets go of it when the process ends,
 *                                     however it ends, so no lock is ever left behind
 *   <dataDir>/cloud/owner.json        who holds it: process id and start, to name it in an error
 * @module
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';

const CloudAddress = z.object({
  url: z.string(),
  pid: z.number().int(),
  /** ms since 1970 */
  startedAt: z.number(),
  /** the page's */
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  version: z.string(),
  /** tells this process from a later one with the same id; absent where the system does not say */
  processStart: z.string().optional(),
});
export type CloudAddress = z.infer<typeof CloudAddress>;

const Owner = z.object({ pid: z.number().int(), startedAt: z.number(), processStart: z.string().optional() });

export type DataDir = {
  /** the folder of one service, made where it is missing */
  folderOf(service: string): string;
  /** tells others where this cloud is */
  announce(address: Omit<CloudAddress, 'pid' | 'startedAt' | 'processStart'>): void;
  /** Is it still there, and the one that was opened? */
  isThere(): boolean;
  /** no longer to be found, still held */
  withdraw(): void;
  /** lets go of the directory */
  release(): void;
};

/**
 * Makes the folders and takes the lock. A dead process's lock is taken over.
 * @throws Problem DATA_DIR_IN_USE naming the process that holds it, DATA_DIR_UNUSABLE when it cannot be written
 */
export function openDataDir(dataDir: string): DataDir {
  const cloud = path.join(dataDir, 'cloud');
  const ownerFile = path.join(cloud, 'owner.json');
  const addressFile = path.join(dataDir, 'cloud.json');
  const startedAt = Date.now();
  let lock: Lock;
  try {
    mkdirSync(cloud, { recursive: true, mode: 0o700 });
    chmodSync(cloud, 0o700);
    lock = takeLock(path.join(cloud, 'owner.lock'));
  } catch (error) {
    throw new Problem(
      'DATA_DIR_UNUSABLE',
      `The data directory ${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      'Make it writable, or name another one with --data or ACTION_ENGINE_DATA.',
    );
  }
  if (lock === null) {
    const owner = readJson(ownerFile, Owner);
    const url = readCloudAddress(dataDir)?.url;
    const who = owner ? `process ${owner.pid}, started ${new Date(owner.startedAt).toISOString()}` : 'another process';
    throw new Problem(
      'DATA_DIR_IN_USE',
      `The data directory ${dataDir} is in use by ${who}${url ? `, which serves ${url}` : ''}.`,
      `Use ${url ? 'that one' : 'the cloud that runs there'}, stop it first, or name another data directory with --data.`,
    );
  }
  const mine = { pid: process.pid, startedAt, ...started(process.pid) };
  rmSync(addressFile, { force: true });
  writeWhole(ownerFile, JSON.stringify(mine));
  const held = lock;
  const lockFile = path.join(cloud, 'owner.lock');
  const identity = statSync(lockFile).ino;
  let released = false;
  return {
    folderOf(service) {
      const folder = path.join(cloud, service);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    announce: (address) => writeWhole(addressFile, `${JSON.stringify({ ...address, ...mine }, null, 2)}\n`),
    isThere() {
      try {
        return statSync(lockFile).ino === identity;
      } catch {
        return false;
      }
    },
    withdraw: () => rmSync(addressFile, { force: true }),
    release() {
      if (released) return;
      released = true;
      rmSync(addressFile, { force: true });
      rmSync(ownerFile, { force: true });
      held.close();
    },
  };
}

/** Where the running cloud of this directory is; null when none runs. */
export function readCloudAddress(dataDir: string): CloudAddress | null {
  const address = readJson(path.join(dataDir, 'cloud.json'), CloudAddress);
  return address && lives(address.pid, address.processStart) ? address : null;
}

/** The page's server names its origins here (`http://localhost:3000`), so that its browser may use the cloud. */
export function registerPage(dataDir: string, origins: readonly string[]): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeWhole(path.join(dataDir, 'page.json'), `${JSON.stringify({ origin: origins }, null, 2)}\n`);
}

const Page = z.object({ origin: z.union([z.string(), z.array(z.string())]) });

export function readPageOrigins(dataDir: string): string[] {
  return [readJson(path.join(dataDir, 'page.json'), Page)?.origin ?? []].flat();
}

/** Writes a small file so that a reader, or a crash, sees the old one or the new one and nothing between. Mode 0600. */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

type Lock = { close(): void } | null;

/** null when another process, or another cloud in this one, holds it */
function takeLock(file: string): Lock {
  const database = new Database(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

function lives(pid: number, processStart: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = started(pid).processStart;
  return processStart === undefined || now === undefined || now === processStart;
}

/** Linux counts a process's start in ticks since boot; the boot's id makes it unique over restarts of the machine. */
function started(pid: number): { processStart?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // the name in parentheses may hold anything: count from behind it, where the state is field 3 and the start field 22
    return { processStart: `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}` };
  } catch {
    return {};
  }
}
