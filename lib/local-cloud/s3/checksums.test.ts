import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS, type Algorithm, combine, createHasher } from './checksums';

const hash = (algorithm: Algorithm, ...chunks: Uint8Array[]) => {
  const hasher = createHasher(algorithm);
  for (const chunk of chunks) hasher.update(chunk);
  return hasher.digest();
};

// The check values of the CRC catalogue (reveng), for the text "123456789".
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
] as const)('%s of the check text', (algorithm, expected) => {
  expect(hash(algorithm, Buffer.from('123456789')).toString('hex')).toBe(expected);
});

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const data = randomBytes(5000);
  test('is the same however the bytes are cut', () => {
    const whole = hash(algorithm, data);
    for (const cut of [0, 1, 7, 8, 9, 4096, 5000]) {
      expect(hash(algorithm, data.subarray(0, cut), data.subarray(cut))).toEqual(whole);
    }
  });
});

describe.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of parts', (algorithm) => {
  test.each([[[5000]], [[1, 4999]], [[0, 5000]], [[4096, 0, 900, 4]], [[1, 1, 1, 4997]]])(
    'combines %j to that of the whole',
    (sizes) => {
      const data = randomBytes(5000);
      let at = 0;
      const parts = sizes.map((size) => {
        const part = data.subarray(at, at + size);
        at += size;
        return { size, value: hash(algorithm, part).toString('base64') };
      });
      expect(combine(algorithm, 'FULL_OBJECT', parts)).toBe(hash(algorithm, data).toString('base64'));
    },
  );
});
