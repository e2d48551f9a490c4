import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const read = async (text: string | Uint8Array, more: object = {}) =>
  handler({ file: await cloud.put('t.csv', text, 'text/csv'), ...more });

test('the first line names the columns; numbers and truths are told apart', async () => {
  expect(await read('city,visits,open\nOslo,3,true\n"Rome, Italy",5.5,false\n')).toEqual({
    rows: [
      { city: 'Oslo', visits: 3, open: true },
      { city: 'Rome, Italy', visits: 5.5, open: false },
    ],
    columns: ['city', 'visits', 'open'],
    count: 2,
  });
});

test('semicolons, Windows line ends and a byte order mark are understood', async () => {
  expect((await read('\ufeffa;b\r\n1;2\r\n')).rows).toEqual([{ a: 1, b: 2 }]);
});

test('what would lose digits as a number stays a text; beside semicolons, a comma is a decimal one', async () => {
  expect((await read('zip,id,n,e\n01234,12345678901234567890,-0.5,1e3\n')).rows).toEqual([
    { zip: '01234', id: '12345678901234567890', n: -0.5, e: 1000 },
  ]);
  expect((await read('what;price;total\nMüsli;1,5;1.234,50\n;2;-3\n')).rows).toEqual([
    { what: 'Müsli', price: 1.5, total: 1234.5 },
    { what: null, price: 2, total: -3 },
  ]);
  expect((await read('a,b\n"1,5",2\n')).rows).toEqual([{ a: '1,5', b: 2 }]);
});

test('one column needs no delimiter', async () => {
  expect((await read('name\nAda\nBob\n')).rows).toEqual([{ name: 'Ada' }, { name: 'Bob' }]);
});

test('a broken row is named', async () => {
  await expect(read('a,b\n1,2\n"3,4\n')).rejects.toMatchObject({
    name: 'NotCsv',
    message: expect.stringContaining('row'),
  });
  await expect(read(Buffer.from([0xff, 0x00, 0xfe, 0x80]))).rejects.toMatchObject({ name: 'NotText' });
});
