/**
 * The bytes of objects and parts: files under names of our own making, never under a key's.
 *
 *   <folder>/tmp/<id>         being written
 *   <folder>/blobs/ab/<id>    whole and on disk (file and folder synced), immutable from then on
 *
 * A blob counts only when the index names it. What the index does not name is swept away at the next start.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, type FileHandle, link, open, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { reach } from '../failpoint';
import { passedThrough } from '../garbage';

/** A stretch of an object: one blob, whole. An object of a multipart upload has one for each part. */
export type Segment = { blob: string; size: number };

export type BlobWriter = {
  write(chunk: Uint8Array): Promise<void>;
  /** resolves with the blob's id once it would survive a power cut */
  commit(): Promise<string>;
  /** leaves nothing behind; harmless after `commit` */
  abort(): Promise<void>;
};

export type Blobs = {
  create(): Promise<BlobWriter>;
  /** the same bytes under a new name, without reading them where the file system can link */
  duplicate(blob: string): Promise<string>;
  /** bytes `from` to `to`, both included, across the segments. The blobs stay until the reader has ended. */
  read(segments: readonly Segment[], from: number, to: number): AsyncGenerator<Buffer>;
  /** gone once nobody reads them any more */
  remove(blobs: readonly string[]): Promise<void>;
};

const READ_BYTES = 256 * 1024;

/**
 * Opens the folder, making it where it is missing, and sweeps away what no index entry names.
 * @param known every blob that the index names
 * @param log is told of blobs that the index names and that are missing
 */
export function openBlobs(folder: string, known: ReadonlySet<string>, log: (line: string) => void): Blobs {
  const temporary = path.join(folder, 'tmp');
  const root = path.join(folder, 'blobs');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  mkdirSync(root, { recursive: true, mode: 0o700 });
  sweep(root, known, log);

  const pathOf = (blob: string) => path.join(root, blob.slice(0, 2), blob);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  async function drop(blob: string) {
    if (readers.has(blob)) doomed.add(blob);
    else {
      await unlink(pathOf(blob)).catch(ignoreMissing);
      reach('blob-removed');
    }
  }

  async function release(blob: string) {
    const count = (readers.get(blob) ?? 1) - 1;
    if (count > 0) {
      readers.set(blob, count);
      return;
    }
    readers.delete(blob);
    if (doomed.delete(blob)) await drop(blob);
  }

  async function settle(from: string, id: string) {
    const target = pathOf(id);
    const directory = path.dirname(target);
    if (!existsSync(directory)) {
      mkdirSync(directory, { mode: 0o700, recursive: true });
      await syncFolder(root);
    }
    reach('blob-synced');
    await rename(from, target);
    reach('blob-renamed');
    await syncFolder(directory);
    reach('blob-settled');
  }

  return {
    async create() {
      const id = newId();
      const draft = path.join(temporary, id);
      const file: FileHandle = await open(draft, 'wx', 0o600);
      reach('blob-opened');
      let state: 'open' | 'closed' | 'committed' = 'open';
      return {
        async write(chunk) {
          for (let at = 0; at < chunk.length; ) {
            const { bytesWritten } = await file.write(chunk, at, chunk.length - at);
            at += bytesWritten;
          }
        },
        async commit() {
          await file.sync();
          await file.close();
          state = 'closed';
          await settle(draft, id);
          state = 'committed';
          return id;
        },
        async abort() {
          if (state === 'committed') return;
          if (state === 'open') await file.close().catch(() => {});
          state = 'closed';
          await rm(draft, { force: true });
        },
      };
    },

    async duplicate(blob) {
      const id = newId();
      const draft = path.join(temporary, id);
      try {
        await link(pathOf(blob), draft);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
        await copyFile(pathOf(blob), draft);
        const file = await open(draft, 'r+');
        await file.sync().finally(() => file.close());
      }
      await settle(draft, id);
      return id;
    },

    read(segments, from, to) {
      // Held from the call on, not from the first read: the object may be replaced in between.
      const held = segments.map(({ blob }) => blob);
      for (const blob of held) readers.set(blob, (readers.get(blob) ?? 0) + 1);
      let released = false;
      const releaseAll = async () => {
        if (released) return;
        released = true;
        for (const blob of held) await release(blob);
      };
      const generator = (async function* () {
        try {
          let start = 0;
          for (const { blob, size } of segments) {
            const first = Math.max(from - start, 0);
            const last = Math.min(to - start, size - 1);
            start += size;
            if (first > last) continue;
            const stream = createReadStream(pathOf(blob), { start: first, end: last, highWaterMark: READ_BYTES });
            for await (const chunk of stream as AsyncIterable<Buffer>) {
              yield chunk;
              passedThrough(chunk.length);
            }
          }
        } finally {
          await releaseAll();
        }
      })();
      // A generator that was never begun does not run its `finally`.
      const end = generator.return.bind(generator);
      generator.return = async (value) => {
        await releaseAll();
        return end(value);
      };
      return generator;
    },

    async remove(blobs) {
      for (const blob of blobs) await drop(blob);
    },
  };
}

function sweep(root: string, known: ReadonlySet<string>, log: (line: string) => void) {
  const found = new Set<string>();
  for (const directory of readdirSync(root)) {
    for (const name of readdirSync(path.join(root, directory))) {
      if (known.has(name)) found.add(name);
      else rmSync(path.join(root, directory, name), { force: true });
    }
  }
  const missing = [...known].filter((blob) => !found.has(blob));
  if (missing.length > 0) {
    log(
      `s3: ${missing.length} of ${known.size} files are missing from ${root}; reading their objects will fail. Restore that folder from a backup.`,
    );
  }
}

const newId = () => randomBytes(16).toString('hex');

/** A rename is on disk when its folder is. Not every system lets a folder be synced. */
async function syncFolder(folder: string) {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

function ignoreMissing(error: NodeJS.ErrnoException) {
  if (error.code !== 'ENOENT') throw error;
}
