import { expect, test } from 'vitest';
import { findThings, jsonOf, sentenceOf } from './result';

test('files and links are found wherever they are, each once', () => {
  const output = {
    image: 's3://bucket/a/cat.png',
    nested: [{ page: 'https://example.org/x' }, 's3://bucket/a/cat.png'],
  };
  expect(findThings(output)).toEqual([
    { kind: 'file', uri: 's3://bucket/a/cat.png', path: 'image' },
    { kind: 'link', url: 'https://example.org/x', path: 'nested[0].page', image: false },
  ]);
});

test('a signed link to a file that is shown is not shown twice', () => {
  const output = { image: 's3://bucket/a/cat.png', url: 'http://127.0.0.1:4566/bucket/a/cat.png?X-Amz-Signature=1' };
  expect(findThings(output).map(({ kind }) => kind)).toEqual(['file']);
});

test('a link to a picture is told by its path, not by its query', () => {
  expect(findThings('https://h/a.PNG?x=1')).toMatchObject([{ image: true }]);
  expect(findThings('https://h/a?file=b.png')).toMatchObject([{ image: false }]);
});

test('the sentence of a result', () => {
  expect(sentenceOf({ message: 'Now playing: Happy Tune' })).toBe('Now playing: Happy Tune');
  expect(sentenceOf('done')).toBe('done');
  expect(sentenceOf({ mood: 'happy' })).toBe('happy');
  expect(sentenceOf({ url: 'https://h/a.png', expiresAt: '2026-11-22T20:10:52.355Z' })).toBeNull();
  expect(sentenceOf({ message: 'Sent it.', id: 'x-1' })).toBe('Sent it.');
  expect(sentenceOf({ message: 'a b', other: 'c d' })).toBeNull();
  expect(sentenceOf({ url: 'https://h/a.png' })).toBeNull();
  expect(sentenceOf([1])).toBeNull();
});

test('a history text that is cut off is shown as it stands', () => {
  expect(jsonOf('{"a":1}')).toEqual({ a: 1 });
  expect(jsonOf('{"a":')).toBe('{"a":');
  expect(jsonOf(null)).toBeUndefined();
});
