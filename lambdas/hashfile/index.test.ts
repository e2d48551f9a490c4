import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('computes the checksum that every tool computes', async () => {
  const file = await cloud.put('test.txt', 'test', 'text/plain');
  expect(await handler({ file })).toEqual({
    hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    bytes: 4,
  });
  expect((await handler({ file, algorithm: 'md5' })).hash).toBe('098f6bcd4621d373cade4e832627b4f6');
});
