/**
 * Mends a request's verb that is one slip of the fingers away from one that is known: "shrik the photo" → shrink.
 *
 * Only where an order stands (at the beginning, or behind "and", "then" or a mark, with an object right behind), only a
 * word that nobody knows, and only where a single verb is that near. What the person wrote stays in `text`. Pure.
 * @module
 */
import { isStopWord } from '@/lib/functions/words';
import { ADDING, DETERMINER, POLITE, THEN } from './grammar';
import type { Token } from './tokens';
import { COMMON_VERBS, type Verbs } from './verbs';

/** Shorter words are near to too many others. */
const SHORTEST = 4;

/** @returns the same tokens, or new ones for those that were mended */
export const mendVerbs = (tokens: readonly Token[], verbs: Verbs, isWord: (word: string) => boolean): Token[] =>
  tokens.map((token, i) => {
    const [before, next] = [tokens[i - 1], tokens[i + 1]];
    const begins =
      before === undefined ||
      before.kind === 'mark' ||
      before.kind === 'break' ||
      /^(and|or|to)$/.test(before.lower) ||
      [THEN, POLITE, ADDING].some((set) => set.has(before.lower));
    const plain = token.kind === 'word' && token.lower.length >= SHORTEST && /^[a-z]+$/.test(token.lower);
    if (!begins || !plain || !next || !DETERMINER.has(next.lower)) return token;
    if (verbs.has(token.lower) || isWord(token.lower) || isStopWord(token.lower)) return token;
    const near = COMMON_VERBS.filter((verb) => verb.length > SHORTEST && isSlip(token.lower, verb));
    return near.length === 1 ? { ...token, lower: near[0]! } : token;
  });

/** One letter left out, added, taken for another, or two swapped; never the first one. */
export function isSlip(word: string, meant: string): boolean {
  if (word === meant || word[0] !== meant[0] || Math.abs(word.length - meant.length) > 1) return false;
  let at = 0;
  while (at < word.length && word[at] === meant[at]) at++;
  const [a, b] = [word.slice(at), meant.slice(at)];
  return (
    a.slice(1) === b ||
    a === b.slice(1) ||
    a.slice(1) === b.slice(1) ||
    (a.length === b.length && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}
