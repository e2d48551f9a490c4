/**
 * Vectors of functions, kept on disk by what was read of them: a function whose words change gets a new one, and nothing
 * ever has to be declared out of date.
 *
 *   embeddings.bin:  "AEVECTOR" · number of bytes of a vector · number of vectors  (each 4 bytes)
 *                    · for each vector 16 bytes of key and itself · SHA-256 of all that
 *
 * Replaced whole. A file that is damaged, cut short or of another form is taken for none: everything in it can be made
 * again. Two processes may write it; the last one wins, and the other's vectors are made again.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Measured, measured } from './vectors';

const MAGIC = Buffer.from('AEVECTOR');
const HEAD = MAGIC.length + 8;
const KEY = 16;
const SUM = 32;
/** Vectors of functions that are gone are kept as well, up to here: half a kilobyte each. */
const MOST = 5000;

export type VectorCache = {
  get(text: string): Measured | undefined;
  add(text: string, vector: Measured): void;
  /** Writes what was added since; does nothing where nothing was. Never throws: without it, only time is lost. */
  save(): void;
};

/** @param model which model's vectors these are: another one's are not comparable */
export function openVectorCache(file: string, model: string): VectorCache {
  const known = readVectors(file);
  let changed = false;
  /** a draft asks for every function anew */
  const keys = new Map<string, string>();
  const keyOf = (text: string) => {
    let key = keys.get(text);
    if (key === undefined) {
      key = createHash('sha256').update(`${model}\0${text}`).digest().subarray(0, KEY).toString('hex');
      if (keys.size >= MOST) keys.clear();
      keys.set(text, key);
    }
    return key;
  };
  return {
    get: (text) => known.get(keyOf(text)),
    add(text, vector) {
      known.set(keyOf(text), vector);
      changed = true;
    },
    save() {
      if (!changed) return;
      const newest = [...known].slice(-MOST);
      const bytes = newest[0]?.[1].vector.length ?? 0;
      const part = `${file}.${process.pid}.part`;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(
          part,
          fileOf(
            newest.filter(([, { vector }]) => vector.length === bytes),
            bytes,
          ),
        );
        renameSync(part, file);
        changed = false;
      } catch {
        try {
          rmSync(part, { force: true });
        } catch {
          // the folder itself cannot be used
        }
      }
    },
  };
}

function fileOf(vectors: readonly (readonly [string, Measured])[], bytes: number): Buffer {
  const head = Buffer.alloc(HEAD);
  MAGIC.copy(head);
  head.writeUInt32LE(bytes, MAGIC.length);
  head.writeUInt32LE(vectors.length, MAGIC.length + 4);
  const body = vectors.flatMap(([key, { vector }]) => [Buffer.from(key, 'hex'), Buffer.from(vector)]);
  const all = Buffer.concat([head, ...body]);
  return Buffer.concat([all, createHash('sha256').update(all).digest()]);
}

function readVectors(file: string): Map<string, Measured> {
  const found = new Map<string, Measured>();
  let all: Buffer;
  try {
    all = readFileSync(/* turbopackIgnore: true */ file);
  } catch {
    return found;
  }
  if (all.length < HEAD + SUM || !all.subarray(0, MAGIC.length).equals(MAGIC)) return found;
  const bytes = all.readUInt32LE(MAGIC.length);
  const count = all.readUInt32LE(MAGIC.length + 4);
  const end = all.length - SUM;
  if (end !== HEAD + count * (KEY + bytes)) return found;
  if (!createHash('sha256').update(all.subarray(0, end)).digest().equals(all.subarray(end))) return found;
  for (let at = HEAD; at < end; at += KEY + bytes) {
    const vector = new Int8Array(all.subarray(at + KEY, at + KEY + bytes));
    found.set(all.subarray(at, at + KEY).toString('hex'), measured(vector));
  }
  return found;
}
