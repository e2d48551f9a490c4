import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, matchesWhole, PatternError } from './regex';

const whole = (source: string, flags: string, text: string) =>
  matchesWhole(compilePattern(source, flags), text, () => {});

test.each([
  ['abc', '', 'abc', true],
  ['abc', '', 'xabc', false],
  ['.*b.*', '', 'abc', true],
  ['.', '', '\n', false],
  ['.', 's', '\n', true],
  ['a|bc', '', 'bc', true],
  ['(?:ab)+c?', '', 'abab', true],
  ['[^a-c\\d]+', '', 'xyz', true],
  ['[^a-c\\d]+', '', 'xy1', false],
  ['[A-Z]+', 'i', 'abc', true],
  ['[^A-Z]+', 'i', 'abc', false],
  ['\\d{2,3}-\\w*', '', '123-ab_9', true],
  ['\\d{2,3}-\\w*', '', '1-a', false],
  ['a{3}', '', 'aaa', true],
  ['\\u0041\\x42\\.', '', 'AB.', true],
  ['^a$', '', 'a', true],
  ['a^', '', 'a', false],
  ['', '', '', true],
  ['()*', '', '', true],
])('/%s/%s on %j: %s', (source, flags, text, expected) => expect(whole(source, flags, text)).toBe(expected));

test.each([
  '(',
  ')',
  '[a',
  '*',
  'a{3,1}',
  '(?=a)',
  '\\1',
  'a{1,9999}',
  '[z-a]',
  `${'('.repeat(60)}a${')'.repeat(60)}`,
  '(a{200}){200}',
])('%s is refused', (source) => expect(() => compilePattern(source, '')).toThrow(PatternError));

describe('agrees with RegExp', () => {
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => x + y),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => `(${x}|${y})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '*?'))
        .map(([x, suffix]) => `(?:${x})${suffix}`),
    ),
  }));
  test('on random patterns and short texts', () => {
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc\n]{0,6}$/), (source, text) => {
        expect(whole(source, '', text)).toBe(new RegExp(`^(?:${source})$(?!\\n)`).test(text));
      }),
      { numRuns: 2000 },
    );
  });
});
