import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonError } from './json-error';

test('agrees with JSON.parse on what is JSON', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
          .map(([text, at, more]) => text.slice(0, at % (text.length + 1)) + more),
      ),
      (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(jsonError(text) === null).toBe(valid);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['{\n  "a": 1\n  "b": 2\n}', 3, 'a comma or } is missing'],
  ['{\n  "a": 1,\n}', 3, 'a comma stands before the end'],
  ['{\n  a: 1\n}', 2, 'a name in double quotes is missing'],
  ['[1, 2', 1, 'the text ends before its ]'],
  ['', 1, 'the text is empty'],
  ['{} x', 1, 'something stands after the end'],
])('%j breaks at line %i: %s', (text, line, message) => {
  expect(jsonError(text)).toMatchObject({ line, message });
});

test('a million open brackets do not overflow', () => {
  expect(jsonError('['.repeat(1_000_000))).toMatchObject({ message: 'the text ends before its ]' });
});
