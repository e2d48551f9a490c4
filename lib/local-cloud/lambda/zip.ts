/**
 * Reads a deployment package: bytes of a zip in, files in a folder out.
 *
 * A package is a stranger's work. Nothing is written outside the folder whatever the names say, nothing is linked, and
 * sizes are counted while unpacking, not believed: a bomb stops at the limit, not at the end of the disk.
 * Only the central directory is read; it, and not the local headers, is what unzip tools agree on.
 */
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

/** AWS's limits, in bytes; the entry count is ours. */
export const ZIP_LIMIT = 50 * 1024 * 1024;
export const UNZIPPED_LIMIT = 262_144_000;
const ENTRY_LIMIT = 20_000;
const NAME_LIMIT = 1024;

export class BadZip extends Error {}

type Entry = {
  name: string;
  method: number;
  compressed: number;
  crc: number;
  size: number;
  offset: number;
  mode: number;
  folder: boolean;
};

const inflate = promisify(inflateRaw) as (input: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * @returns bytes unpacked
 * @throws BadZip saying which entry is wrong and why
 */
export async function unzipInto(bytes: Uint8Array, folder: string): Promise<number> {
  try {
    return await unzip(bytes, folder);
  } catch (error) {
    // Names that no disk can hold together: a file where a folder is wanted, a name too long, two that differ by case.
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (/^(EEXIST|ENOTDIR|EISDIR|ENAMETOOLONG|EINVAL)$/.test(code))
      throw new BadZip('its names contradict each other or are too long');
    throw error;
  }
}

async function unzip(bytes: Uint8Array, folder: string): Promise<number> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(zip);
  const declared = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (declared > UNZIPPED_LIMIT) throw tooLarge();
  const made = new Set<string>([folder]);
  const files = new Set<string>();
  let total = 0;
  mkdirSync(folder, { recursive: true });
  for (const entry of entries) {
    const target = path.join(folder, entry.name);
    if (!`${target}/`.startsWith(`${folder}${path.sep}`)) throw new BadZip(`"${entry.name}" leads out of the package`);
    const parent = entry.folder ? target : path.dirname(target);
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      made.add(parent);
    }
    if (entry.folder) continue;
    if (files.has(target)) throw new BadZip(`"${entry.name}" is in it twice`);
    files.add(target);
    const content = await contentOf(zip, entry, UNZIPPED_LIMIT - total);
    if (crc32(content) !== entry.crc) throw new BadZip(`"${entry.name}" is damaged`);
    total += content.length;
    if (total > UNZIPPED_LIMIT) throw tooLarge();
    write(target, content, entry.mode);
  }
  if (files.size === 0) throw new BadZip('it holds no file');
  return total;
}

const tooLarge = () => new BadZip(`Unzipped size must be smaller than ${UNZIPPED_LIMIT} bytes`);

/** `O_EXCL` also where names differ only by case on such a disk. */
function write(target: string, content: Buffer, mode: number): void {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  const file = openSync(target, flags, mode & 0o111 ? 0o755 : 0o644);
  try {
    for (let done = 0; done < content.length; ) done += writeSync(file, content, done);
  } finally {
    closeSync(file);
  }
}

function readDirectory(zip: Buffer): Entry[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff)
    throw new BadZip('it uses ZIP64, which a package of this size does not need');
  if (count > ENTRY_LIMIT) throw new BadZip(`it holds ${count} entries; at most ${ENTRY_LIMIT} are taken`);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw new BadZip('its directory is damaged');
    const madeBy = zip.readUInt16LE(at + 4) >> 8;
    const flags = zip.readUInt16LE(at + 8);
    const nameLength = zip.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (next > zip.length) throw new BadZip('its directory is damaged');
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const unix = madeBy === 3 ? zip.readUInt32LE(at + 38) >>> 16 : 0;
    checkName(name);
    if (flags & 1) throw new BadZip(`"${name}" is encrypted`);
    if ((unix & 0o170000) === 0o120000)
      throw new BadZip(`"${name}" is a symbolic link; put the file itself in its place`);
    entries.push({
      name,
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      compressed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
      mode: unix & 0o777,
      folder: name.endsWith('/'),
    });
    at = next;
  }
  return entries;
}

/** The end record stands last, before a comment of at most 64 KB. */
function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === 0x06054b50) return at;
  }
  throw new BadZip('it is not a zip file');
}

function checkName(name: string): void {
  const shown = JSON.stringify(name.slice(0, 100));
  if (name === '' || name.length > NAME_LIMIT) throw new BadZip(`an entry's name has ${name.length} characters`);
  if (name.includes('\\')) throw new BadZip(`${shown} has a backslash in its name; use /`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f]/.test(name)) throw new BadZip(`${shown} has a control character in its name`);
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) throw new BadZip(`${shown} is an absolute path`);
  if (name.split('/').includes('..')) throw new BadZip(`${shown} leads out of the package`);
}

async function contentOf(zip: Buffer, entry: Entry, room: number): Promise<Buffer> {
  const at = entry.offset;
  if (at + 30 > zip.length || zip.readUInt32LE(at) !== 0x04034b50) throw new BadZip(`"${entry.name}" is damaged`);
  const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  if (start + entry.compressed > zip.length) throw new BadZip(`"${entry.name}" is cut off`);
  const raw = zip.subarray(start, start + entry.compressed);
  if (entry.method === 0) {
    if (raw.length !== entry.size) throw new BadZip(`"${entry.name}" is damaged`);
    return raw;
  }
  if (entry.method !== 8) throw new BadZip(`"${entry.name}" is compressed by method ${entry.method}; use deflate`);
  try {
    // One byte more than declared shows a liar without unpacking the lie.
    const content = await inflate(raw, { maxOutputLength: Math.max(1, Math.min(entry.size + 1, room + 1)) });
    if (content.length !== entry.size) throw new BadZip(`"${entry.name}" is larger or smaller than it says`);
    return content;
  } catch (error) {
    if (error instanceof BadZip) throw error;
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new BadZip(`"${entry.name}" is larger than it says`);
    throw new BadZip(`"${entry.name}" is damaged`);
  }
}
