import { expect, test } from 'vitest';
import { byKind, csvRows, filesLike, kindOf } from './kinds';

const file = (name: string, mediaType: string, bytes = 10) => ({
  key: `uploads/1/${name}`,
  uri: `s3://b/uploads/1/${name}`,
  name,
  mediaType,
  bytes,
  modifiedAt: 0,
  url: '',
});

test('a file belongs to the group that a person would look in', () => {
  const of = (mediaType: string) => kindOf({ mediaType });
  expect(
    ['image/png', 'audio/mpeg', 'application/pdf', 'text/csv', 'application/json', 'text/plain', ''].map(of),
  ).toEqual(['pictures', 'sound', 'documents', 'data', 'data', 'documents', 'others']);
});

test('a search takes every word, and a kind; the sums are those of what is there', () => {
  const files = [file('cat red.png', 'image/png'), file('cat.csv', 'text/csv', 5), file('dog.png', 'image/png')];
  expect(filesLike(files, 'CAT red', 'all').map(({ name }) => name)).toEqual(['cat red.png']);
  expect(filesLike(files, 'cat', 'data').map(({ name }) => name)).toEqual(['cat.csv']);
  expect(byKind(files)).toMatchObject([
    { kind: 'pictures', n: 2, bytes: 20 },
    { kind: 'data', n: 1, bytes: 5 },
  ]);
});

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
