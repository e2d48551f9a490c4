import { expect, test } from 'vitest';
import { isSlip, mendVerbs } from './spelling';
import { tokenize } from './tokens';

const verbs = { has: (word: string) => /^(resize|shrink|send|convert)$/.test(word) };
const mended = (text: string) =>
  mendVerbs(tokenize(text, new Date('2026-11-22T12:00:00')), verbs, (word) => word === 'photo').map(
    ({ lower }) => lower,
  );

test.each([
  ['shrik', 'shrink', true],
  ['convret', 'convert', true],
  ['resizee', 'resize', true],
  ['rosize', 'resize', true],
  ['resize', 'resize', false],
  ['size', 'resize', false],
  ['drink', 'shrink', false],
])('%s for %s: %s', (word, meant, expected) => expect(isSlip(word, meant)).toBe(expected));

test('the verb of an order is mended, and what was written is kept', () => {
  expect(mended('shrik the photo and convret it')).toEqual(['shrink', 'the', 'photo', 'and', 'convert', 'it']);
  expect(mendVerbs(tokenize('shrik it', new Date()), verbs, () => false)[0]).toMatchObject({ text: 'shrik' });
});

test.each(['Photo the shrik', 'a shrik of the photo', 'send the shrik', 'juggle the balls'])(
  'nothing else is touched: %s',
  (text) => expect(mended(text).join(' ')).toBe(text.toLowerCase()),
);
