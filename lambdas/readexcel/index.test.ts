import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler as write } from '../writeexcel/index';
import { handler } from './index';

const cloud = testCloud();

test('a sheet that is not there is told with those that are', async () => {
  const { file } = await write({ rows: [{ a: 1 }], sheet: 'Sales' });
  await expect(handler({ file, sheet: 'Costs' })).rejects.toThrow('Its sheets are: Sales');
});

test('what is no workbook is named', async () => {
  const text = await cloud.put('notes.xlsx', 'words', 'text/plain');
  const zip = await cloud.put('other.xlsx', zipSync({ 'a.txt': new Uint8Array(3) }), 'application/zip');
  await expect(handler({ file: text })).rejects.toMatchObject({
    name: 'NotExcel',
    message: expect.stringContaining('notes.xlsx'),
  });
  await expect(handler({ file: zip })).rejects.toMatchObject({ name: 'NotExcel' });
});

test('a bomb is refused before it is unpacked', async () => {
  const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(150 * 2 ** 20) });
  expect(bomb.length).toBeLessThan(2 ** 20);
  await expect(handler({ file: await cloud.put('bomb.xlsx', bomb, 'application/zip') })).rejects.toMatchObject({
    name: 'NotExcel',
  });
});
