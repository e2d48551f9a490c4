import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const write = async (rows: unknown, name?: string) => {
  const { file } = await handler({ rows, file_name: name });
  return { file, text: (await cloud.get(file)).bytes.toString() };
};

test('columns of every row, in the order met', async () => {
  const { file, text } = await write(
    [
      { city: 'Oslo', visits: 3 },
      { city: 'Rome, Italy', tags: ['old'] },
    ],
    'visits',
  );
  expect(file).toMatch(/\/visits\.csv$/);
  expect(text).toBe('city,visits,tags\nOslo,3,\n"Rome, Italy",,"[""old""]"\n');
});

test('a text that a spreadsheet would run is made harmless', async () => {
  expect((await write([{ a: '=1+1' }])).text).toBe('a\n"\'=1+1"\n');
});

test('a table without rows is an empty file', async () => expect((await write([])).text).toBe(''));

test('what is no table is refused', async () => {
  await expect(handler({ rows: 'x' })).rejects.toThrow('"rows" must be a list');
  await expect(handler({ rows: [1] })).rejects.toMatchObject({ name: 'InvalidInput' });
});
