import { expect, test } from 'vitest';
import { PRESETS, secondsText, waitsOf, waitsText } from './retries';

test('the waits are those of the engine', () => {
  expect(waitsOf({ errorEquals: ['States.ALL'], intervalSeconds: 2 })).toEqual([2, 4, 8]);
  expect(waitsOf({ errorEquals: ['States.ALL'], intervalSeconds: 5, maxAttempts: 4, maxDelaySeconds: 12 })).toEqual([
    5, 10, 12, 12,
  ]);
  expect(waitsOf({ errorEquals: ['States.ALL'], maxAttempts: 0 })).toEqual([]);
});

test('they are told in a line', () => {
  expect(waitsText({ errorEquals: ['States.ALL'], intervalSeconds: 2 })).toBe('2 s · 4 s · 8 s, at most 14 s');
  expect(waitsText({ errorEquals: ['States.ALL'], maxAttempts: 0 })).toBe('Not tried again.');
  expect(waitsText({ errorEquals: ['States.ALL'], maxAttempts: 99, maxDelaySeconds: 1 })).toContain('more than 20 s');
  expect(waitsText({ errorEquals: [], jitterStrategy: 'FULL' })).toContain('by chance');
});

test.each([
  [0.5, '0.5 s'],
  [60, '1 min'],
  [90, '1 min 30 s'],
  [3_600, '1 h'],
  [100_000, '1 d 3 h'],
])('%d seconds: %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));

test('every ready-made one tries again', () => {
  for (const { make } of PRESETS) expect(waitsOf(make()).length).toBeGreaterThan(0);
});
