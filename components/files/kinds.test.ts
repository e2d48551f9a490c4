import { expect, test } from 'vitest';
import { csvRows } from './kinds';

test('a table is read with its quotes, its separator, and without a row that was cut off', () => {
  expect(csvRows('a;b\r\n"1;""2""";x\n', true)).toEqual([
    ['a', 'b'],
    ['1;"2"', 'x'],
  ]);
  expect(csvRows('a,b\n1,2\n3,', false)).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(csvRows('a,b\n1,2', true)).toHaveLength(2);
  expect(csvRows('', true)).toEqual([]);
});
