import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

test('files of the same name are told apart, and the same files make the same bytes', async () => {
  const files = [await cloud.put('a/x.txt', 'one', 'text/plain'), await cloud.put('b/x.txt', 'two', 'text/plain')];
  const made = await handler({ files, file_name: 'both' });
  expect(made.file).toMatch(/both\.zip$/);
  const { bytes } = await cloud.get(made.file);
  expect(made.bytes).toBe(bytes.length);
  const found = Object.entries(unzipSync(bytes)).map(([name, content]) => [name, Buffer.from(content).toString()]);
  expect(found).toEqual([
    ['x.txt', 'one'],
    ['x-2.txt', 'two'],
  ]);
  expect((await cloud.get((await handler({ files, file_name: 'both' })).file)).bytes.equals(bytes)).toBe(true);
});
