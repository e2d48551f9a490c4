/**
 * The words of a prompt that led to nothing: neither a function speaks of them, nor was a value read from them.
 *
 *   prompt, what was used ──unplaced()──▶ spans, in the prompt's order; neighbours are one span
 *
 * Left out is what asks for nothing: politeness, why somebody wants it, what a file is about, the unit of a number that
 * was used, and the verb between two things that a step is about.
 * @module
 */
import { isStopWord, nearTerms, term, wordsOf } from '@/lib/functions/words';
import type { PromptSpan } from '../plan';

const setOf = (words: string): Set<string> => new Set(words.split(/\s+/).filter(Boolean).map(term));

/** Words about wanting, giving and order; they say how, not what. */
const AROUND = setOf(
  `make get give show create produce put take do tell say find send return provide generate perform keep turn set add ask
  result results output outcome task job step steps workflow thing things way time times assistance support ready done
  finish finished complete upload uploaded attach attached file files input inputs call name named
  my me you it wait second seconds minute minutes hour hours day retry try again parallel simultaneously
  otherwise else unless fails fail failure error loop go look see work
  today tomorrow yesterday`,
);
/** Said for politeness, or for colour. */
const POLITE = setOf(
  `please kindly thanks thank cheers appreciate appreciated grateful lot bit favour favor hey hi hello greetings
  possible possibly maybe perhaps quick quickly simply really actually basically easily nicely nice good great perfect
  like love wondering wonder happy glad asap soon whole entire full new following above below together straight directly`,
);
/** What a number counts; covered where its number was used. */
const UNITS = setOf(
  `px pixel pixels percent degree degrees mb kb gb bytes cm mm inch inches dpi wide width tall high height long length large
  big size sized side quality item items line lines row rows word words sentence sentences page pages point points character
  characters`,
);
/** What holds something: of what it is, its description says. */
const HOLDERS = setOf(
  `file csv excel spreadsheet sheet workbook table pdf document json archive zip photo image picture screenshot video audio
  recording text letter report article note notes data feed`,
);
/** Begins why somebody wants it: up to the next clause, it asks for nothing. */
const PURPOSE =
  /\b(?:so(?: that)? (?=(?:i|we|you|they|he|she|my|our|people|everyone|everybody|anyone|nobody)\b)|in order (?:to|that)|because|since (?=(?:i|we|they|my|our)\b)|as (?=(?:i|we) (?:want|need|have)\b))[^,.;:!?\n]*/giu;
/** "for printing", "for review": at the end of a clause, and not "for each". */
const FOR_WHAT =
  /\bfor (?!each\b|every\b|all\b|any\b|both\b|the\b|a\b|an\b|\d)[\p{L}-]+(?=\s*(?:[,.;!?\n]|$|\b(?:and|then|but)\b))/giu;

/** Says how or in which order, and nothing about what. */
export const saysLittle = (word: string): boolean =>
  isStopWord(word) || AROUND.has(term(word)) || POLITE.has(term(word));

const TOKEN = /https?:\/\/[^\s]*[^\s.,;:!?)]|[^\s@]+@[^\s@]+\.[\p{L}\p{N}]+|[\p{L}\p{N}]+(?:['’.\-:][\p{L}\p{N}]+)*/gu;

/**
 * @param speaking names, titles, descriptions and parameters of what was taken
 * @param used texts that values, conditions and notes were read from
 */
export function unplaced(prompt: string, speaking: readonly string[], used: readonly string[]): PromptSpan[] {
  const known = new Set(speaking.flatMap(wordsOf).map(term));
  const taken = new Set(used.flatMap(wordsOf));
  const why = whyOf(prompt);
  const means = (word: string): boolean => {
    const t = term(word);
    return known.has(t) || AROUND.has(t) || POLITE.has(t) || nearTerms(word).some((other) => known.has(other));
  };
  const tokens = [...prompt.matchAll(TOKEN)].map((match) => {
    const words = wordsOf(match[0]);
    return {
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      words,
      placed:
        words.length === 0 ||
        why.some(({ start, end }) => match.index >= start && match.index < end) ||
        words.every((word) => isStopWord(word) || taken.has(word) || means(word)),
      /** a word that a step speaks of, or a value of one */
      about: words.some((word) => taken.has(word) || (!isStopWord(word) && known.has(term(word)))),
    };
  });
  type Token = (typeof tokens)[number];
  const joins = ({ words }: Token) => words.length > 0 && words.every((word) => JOINING.has(word));
  const together = (a: Token, b: Token) => /^[^.,;:!?\n]*$/.test(prompt.slice(a.end, b.start));
  const covered = (token: Token, i: number): boolean => {
    if (token.placed) return true;
    const word = token.words.length === 1 ? token.words[0]! : null;
    const before = tokens[i - 1];
    const after = tokens.slice(i + 1).find((next) => !joins(next));
    // "300 px wide"
    if (word && UNITS.has(term(word)))
      for (let at = i - 1; at >= 0 && together(tokens[at]!, token); at--) {
        const last = tokens[at]!;
        if (/^\d/.test(last.text)) return last.placed;
        if (!last.words.every((one) => UNITS.has(term(one)) || isStopWord(one))) break;
      }
    // "the JSON matches the schema": what two things of a step have to do with each other is the step's business.
    if (word && /^\p{Ll}+$/u.test(token.text) && before?.about && after?.about && together(before, after)) return true;
    // "my CSV of orders": what it holds is told, not asked for.
    if (word && /^\p{Ll}+$/u.test(token.text) && before?.text === 'of' && i >= 3) {
      const [holder, owner] = [tokens[i - 2]!, tokens[i - 3]!];
      const held =
        HOLDERS.has(term(holder.text.toLowerCase())) && holder.placed && OWNERS.has(owner.text.toLowerCase());
      return held && together(owner, token);
    }
    // "my holiday photo": so is which of one's own it is.
    if (word && /^\p{Ll}+$/u.test(token.text) && before && POSSESSIVE.has(before.text.toLowerCase())) {
      const next = tokens[i + 1];
      return !!next?.placed && HOLDERS.has(term(next.text.toLowerCase())) && together(before, next);
    }
    return false;
  };
  const spans: PromptSpan[] = [];
  let end = -1;
  tokens.forEach((token, i) => {
    if (covered(token, i)) {
      // A word between that was used, or that joins two clauses, ends a span; an article does not.
      if (!joins(token)) end = -1;
      return;
    }
    const last = spans.at(-1);
    if (last && end === last.end && /^[^.,;:!?\n]*$/.test(prompt.slice(last.end, token.start))) {
      last.end = token.end;
      last.text = prompt.slice(last.start, last.end);
    } else spans.push({ text: token.text, start: token.start, end: token.end });
    end = spans.at(-1)!.end;
  });
  return spans;
}

/** Where it is said why. What holds a number or an address may be a value all the same: only how it begins is left out. */
const whyOf = (prompt: string): { start: number; end: number }[] =>
  [PURPOSE, FOR_WHAT].flatMap((pattern) =>
    [...prompt.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + (/:\/\/|@|\d/.test(match[0]) ? 'in order'.length : match[0].length),
    })),
  );

const JOINING = new Set(['a', 'an', 'the', 'of', 'my', 'our', 'your', 'his', 'her', 'its', 'their', 'to', 'in', 'for']);
const POSSESSIVE = new Set(['my', 'our', 'your', 'his', 'her', 'their']);
const OWNERS = new Set([...POSSESSIVE, 'the', 'this', 'these', 'that', 'those', 'all']);
