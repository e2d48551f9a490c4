/**
 * Writes a zip whose bytes depend on nothing but its files: entries sorted, one fixed time, modes 644 or 755. So the same
 * function has the same hash on every machine and day, and an unchanged one is not deployed again.
 *
 * Compressed by zlib in its own threads: the page server that packs a function keeps answering.
 */
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

export type ZipEntry = { name: string; content: Uint8Array; executable: boolean };

const deflate = promisify(deflateRaw) as (content: Uint8Array, options: { level: number }) => Promise<Buffer>;

/** 1980-01-01, the first day that the format knows */
const DATE = 0x21;
const UTF8 = 0x800;

/** @param level 0 stores, 6 is zlib's own habit */
export async function writeZip(entries: ZipEntry[], level: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const { name, content, executable } of sorted) {
    const packed = level > 0 && content.length > 0 ? await deflate(content, { level }) : content;
    const stored = packed.length >= content.length;
    const body = stored ? content : packed;
    const label = Buffer.from(name, 'utf8');

    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0); // version that can read it
    facts.writeUInt16LE(UTF8, 2);
    facts.writeUInt16LE(stored ? 0 : 8, 4);
    facts.writeUInt16LE(0, 6); // time
    facts.writeUInt16LE(DATE, 8);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(body.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(label.length, 22);

    const local = Buffer.from([0x50, 0x4b, 3, 4]);
    const central = Buffer.alloc(14); // comment, disk and inner attributes stay 0;
    const unix = 0o100000 | (executable ? 0o755 : 0o644);
    central.writeUInt32LE((unix << 16) >>> 0, 6);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), facts, central, label);
    parts.push(local, facts, label, body);
    offset += local.length + facts.length + label.length + body.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
