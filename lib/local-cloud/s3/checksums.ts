/**
 * The checksums of S3: computed while bytes pass, compared with what the client sent, combined over the parts of an
 * upload. CRC-32 is Node's own; CRC-32C and CRC-64/NVME, which Node lacks, are table-driven here.
 * @module
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
/** of the whole object, or a checksum over the parts' checksums */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';
/** `value` is base64, with `-<parts>` behind it when composite */
export type Checksum = { algorithm: Algorithm; value: string; type: ChecksumType };

export type Hasher = { update(chunk: Uint8Array): void; digest(): Buffer };

export const isAlgorithm = (text: string): text is Algorithm => (ALGORITHMS as readonly string[]).includes(text);

/** `x-amz-checksum-crc32` and its like */
export const headerOf = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;
/** the element's name in XML: `ChecksumCRC32` */
export const elementOf = (algorithm: Algorithm): string => `Checksum${algorithm}`;
export const digestBytes: Record<Algorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export function createHasher(algorithm: Algorithm): Hasher {
  switch (algorithm) {
    case 'CRC32': {
      let state = 0;
      return {
        update: (chunk) => {
          state = crc32(chunk, state);
        },
        digest: () => bigEndian([state]),
      };
    }
    case 'CRC32C':
      return crc32c();
    case 'CRC64NVME':
      return crc64();
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
    }
  }
}

/** The type an upload gets when the client names none; SHA cannot be combined, CRC-64 is only ever of the whole. */
export const defaultType = (algorithm: Algorithm): ChecksumType =>
  algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';

/** @returns base64; for a composite one without the `-<parts>` */
export function combine(
  algorithm: Algorithm,
  type: ChecksumType,
  parts: readonly { value: string; size: number }[],
): string {
  const digests = parts.map(({ value }) => Buffer.from(value, 'base64'));
  if (type === 'COMPOSITE') {
    const hasher = createHasher(algorithm);
    for (const digest of digests) hasher.update(digest);
    return hasher.digest().toString('base64');
  }
  const width = algorithm === 'CRC64NVME' ? 64 : 32;
  const polynomial = POLYNOMIALS[algorithm as keyof typeof POLYNOMIALS];
  const whole = parts.reduce(
    (crc, { size }, i) => multiply(crc, power(size, polynomial, width), polynomial, width) ^ toBigInt(digests[i]!),
    0n,
  );
  return bigEndian(width === 64 ? [Number(whole >> 32n), Number(whole & 0xffffffffn)] : [Number(whole)]).toString(
    'base64',
  );
}

/** Bit-reversed, as the reflected algorithms use them. */
const POLYNOMIALS = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n } as const;

/** Appending n bytes multiplies a CRC by x^(8n), modulo the polynomial; the highest bit stands for x^0. */
function multiply(a: bigint, b: bigint, polynomial: bigint, width: number): bigint {
  let product = 0n;
  for (let mask = 1n << BigInt(width - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= b;
    b = b & 1n ? (b >> 1n) ^ polynomial : b >> 1n;
  }
  return product;
}

function power(bytes: number, polynomial: bigint, width: number): bigint {
  let result = 1n << BigInt(width - 1);
  let square = 1n << BigInt(width - 9); // x^8
  for (let n = bytes; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = multiply(result, square, polynomial, width);
    square = multiply(square, square, polynomial, width);
  }
  return result;
}

const toBigInt = (digest: Buffer): bigint => BigInt(`0x${digest.toString('hex') || '0'}`);

function bigEndian(words: number[]): Buffer {
  const buffer = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => {
    buffer.writeUInt32BE(word >>> 0, i * 4);
  });
  return buffer;
}

/** Eight bytes at a step: table k moves a byte over k more zero bytes. */
const CRC32C_TABLES = (() => {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    tables[0]![n] = c;
  }
  for (let k = 1; k < 8; k++) {
    for (let n = 0; n < 256; n++) {
      const before = tables[k - 1]![n]!;
      tables[k]![n] = (before >>> 8) ^ tables[0]![before & 0xff]!;
    }
  }
  return tables;
})();

function crc32c(): Hasher {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = CRC32C_TABLES as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = -1;
  return {
    update(b) {
      let c = crc;
      let i = 0;
      for (const end = b.length - 7; i < end; i += 8) {
        c ^= b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24);
        c =
          t7[c & 0xff]! ^
          t6[(c >>> 8) & 0xff]! ^
          t5[(c >>> 16) & 0xff]! ^
          t4[c >>> 24]! ^
          t3[b[i + 4]!]! ^
          t2[b[i + 5]!]! ^
          t1[b[i + 6]!]! ^
          t0[b[i + 7]!]!;
      }
      for (; i < b.length; i++) c = t0[(c ^ b[i]!) & 0xff]! ^ (c >>> 8);
      crc = c;
    },
    digest: () => bigEndian([~crc]),
  };
}

/** 64 bits in two halves: BigInt would be some fifty times slower. */
const [CRC64_HIGH, CRC64_LOW] = (() => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let h = 0;
    let l = n;
    for (let k = 0; k < 8; k++) {
      const odd = l & 1;
      l = (l >>> 1) | ((h & 1) << 31);
      h >>>= 1;
      if (odd) {
        h ^= 0x9a6c9329;
        l ^= 0xac4bc9b5;
      }
    }
    high[n] = h;
    low[n] = l;
  }
  return [high, low] as const;
})();

function crc64(): Hasher {
  let high = -1;
  let low = -1;
  return {
    update(b) {
      let h = high;
      let l = low;
      for (let i = 0; i < b.length; i++) {
        const index = (l ^ b[i]!) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ CRC64_LOW[index]!;
        h = (h >>> 8) ^ CRC64_HIGH[index]!;
      }
      high = h;
      low = l;
    },
    digest: () => bigEndian([~high, ~low]),
  };
}
