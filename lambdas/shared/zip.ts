/**
 * Looks into a zip before it is unpacked. An archive is a stranger's work: names that lead out, links, and sizes that
 * are not what they say stop it here, and sizes are counted while unpacking, not believed.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { FunctionError } from './errors';

export type ZipEntry = { name: string; content: () => Uint8Array };

const ENTRY_LIMIT = 2000;
/** bytes of everything in it */
export const UNPACKED_LIMIT = 300 * 1024 * 1024;

/**
 * @param what the archive's address, for messages
 * @returns its files, folders apart
 * @throws FunctionError NotAZip saying which entry is wrong and why
 */
export function openZip(bytes: Uint8Array, what: string, limit = UNPACKED_LIMIT): ZipEntry[] {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (why: string) => new FunctionError('NotAZip', `${what} cannot be unpacked: ${why}.`);
  const end = endOf(zip);
  if (end < 0) throw bad('it is not a zip archive');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw bad('it is of the ZIP64 kind, which is not read');
  if (count > ENTRY_LIMIT) throw bad(`it holds ${count} entries; at most ${ENTRY_LIMIT} are taken`);
  let room = limit;
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw bad('its directory is damaged');
    const flags = zip.readUInt16LE(at + 8);
    const method = zip.readUInt16LE(at + 10);
    const crc = zip.readUInt32LE(at + 16);
    const packed = zip.readUInt32LE(at + 20);
    const size = zip.readUInt32LE(at + 24);
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    const unix = zip[at + 5] === 3 ? zip.readUInt32LE(at + 38) >>> 16 : 0;
    const offset = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, nameEnd);
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const shown = JSON.stringify(name.slice(0, 100));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (name === '' || name.length > 1000 || /[\x00-\x1f\\]/.test(name)) throw bad(`${shown} is no name for a file`);
    if (name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..'))
      throw bad(`${shown} leads out of the archive`);
    if (flags & 1) throw bad(`${shown} has a password`);
    if ((unix & 0o170000) === 0o120000) throw bad(`${shown} is a link`);
    if (name.endsWith('/')) continue;
    if (names.has(name)) throw bad(`${shown} is in it twice`);
    names.add(name);
    room -= size;
    if (room < 0) throw bad(`unpacked it has more than ${Math.floor(limit / 2 ** 20)} MB`);
    entries.push({ name, content: () => unpack(zip, { name: shown, method, crc, packed, size, offset }, bad) });
  }
  return entries;
}

type Packed = { name: string; method: number; crc: number; packed: number; size: number; offset: number };

function unpack(zip: Buffer, entry: Packed, bad: (why: string) => FunctionError): Uint8Array {
  const { name, offset, packed, size, method } = entry;
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== 0x04034b50) throw bad(`${name} is damaged`);
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  if (start + packed > zip.length) throw bad(`${name} is cut off`);
  const raw = zip.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw bad(`${name} is packed by method ${method}; use deflate`);
  let content: Buffer;
  try {
    // One byte more than declared shows a liar without unpacking the lie.
    content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: size + 1 });
  } catch {
    throw bad(`${name} is damaged, or larger than it says`);
  }
  if (content.length !== size || crc32(content) !== entry.crc) throw bad(`${name} is damaged`);
  return content;
}

/** The end record stands last, before a comment of at most 64 KB. */
function endOf(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === 0x06054b50) return at;
  }
  return -1;
}
