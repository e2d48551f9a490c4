import { expect, test } from 'vitest';
import { agoText, bytesText, countText, durationText, listText } from './format';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [2000, '2 s'],
  [65_000, '1 min 5 s'],
  [3_600_000 * 3 + 60_000 * 4, '3 h 4 min'],
  [86_400_000 * 4, '4 d 0 h'],
])('%i ms reads %s', (ms, text) => expect(durationText(ms)).toBe(text));

test.each([
  [512, '512 B'],
  [1536, '1.5 KB'],
  [2 * 1024 ** 3, '2 GB'],
])('%i bytes read %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('moments are told from now', () => {
  expect(agoText(0, 90_000)).toBe('1 min ago');
  expect(agoText(5000, 0)).toBe('just now'); // a clock that is a little ahead
});

test('one step, two steps', () => {
  expect(countText(1, 'step')).toBe('1 step');
  expect(countText(2, 'branch', 'branches')).toBe('2 branches');
});

test('words in a row', () => {
  expect(listText([])).toBe('');
  expect(listText(['a'])).toBe('a');
  expect(listText(['a', 'b', 'c'])).toBe('a, b and c');
  expect(listText(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
});
