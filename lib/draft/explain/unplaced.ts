/**
 * The words of a prompt that led to nothing: neither a function speaks of them, nor was a value read from them.
 *
 *   prompt, what was used ──unplaced()──▶ spans, in the prompt's order; neighbours are one span
 *
 * @module
 */
import { isStopWord, nearTerms, term, wordsOf } from '@/lib/functions/words';
import type { PromptSpan } from '../plan';

/** Words about wanting, giving and order; they say how, not what. */
const AROUND = new Set(
  `make get give show create produce put take do tell say find send return provide generate perform keep turn set add ask
  result results output outcome task job step steps workflow thing things way time times assistance support ready done
  finish finished complete upload uploaded attach attached file files input inputs call name named
  my me you it wait second seconds minute minutes hour hours day retry try again parallel simultaneously
  otherwise else unless fails fail failure error loop go look see work
  today tomorrow yesterday`
    .split(/\s+/)
    .filter(Boolean)
    .map(term),
);

/** Says how or in which order, and nothing about what. */
export const saysLittle = (word: string): boolean => isStopWord(word) || AROUND.has(term(word));

/**
 * @param speaking names, titles, descriptions and parameters of what was taken
 * @param used texts that values, conditions and notes were read from
 */
export function unplaced(prompt: string, speaking: readonly string[], used: readonly string[]): PromptSpan[] {
  const known = new Set(speaking.flatMap(wordsOf).map(term));
  const taken = new Set(used.flatMap(wordsOf));
  const means = (word: string): boolean => {
    const t = term(word);
    return known.has(t) || AROUND.has(t) || nearTerms(word).some((other) => known.has(other));
  };
  const spans: PromptSpan[] = [];
  let end = -1;
  for (const match of prompt.matchAll(
    /https?:\/\/[^\s]*[^\s.,;:!?)]|[^\s@]+@[^\s@]+\.[\p{L}\p{N}]+|[\p{L}\p{N}]+(?:['’.\-:][\p{L}\p{N}]+)*/gu,
  )) {
    const [text] = match;
    const words = wordsOf(text);
    if (words.length === 0 || words.every((word) => isStopWord(word) || taken.has(word) || means(word))) {
      // A word between that was used, or that joins two clauses, ends a span; an article does not.
      if (!words.every((word) => JOINING.has(word))) end = -1;
      continue;
    }
    const last = spans.at(-1);
    if (last && end === last.end && /^[^.,;:!?\n]*$/.test(prompt.slice(last.end, match.index))) {
      last.end = match.index + text.length;
      last.text = prompt.slice(last.start, last.end);
    } else spans.push({ text, start: match.index, end: match.index + text.length });
    end = spans.at(-1)!.end;
  }
  return spans;
}
const JOINING = new Set(['a', 'an', 'the', 'of', 'my', 'our', 'your', 'his', 'her', 'its', 'their', 'to', 'in', 'for']);
