/**
 * Does a function do what a request asks for? Its share, 0–1, of the words by which the request says what to do: the
 * verb and its object, rare words weighing more than common ones.
 *
 *   support(resizeimage, 'remove the background of the photo') ──▶ 0.1: only the photo is known to it
 *
 * The choice of functions finds the best; this tells when the best is not good, so that the step is missing instead.
 * @module
 */
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { isGenericName } from '@/lib/functions/types';
import { isStopWord, nearTerms, splitName, term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { picksRows } from './columns';
import { isFileWord } from './files';
import { PLAIN_VERBS, WANTING } from './verbs';

/** Below this share a function is no answer. Chosen on benchmark prompts kept for developing: few right choices score below it. */
export const LEAST_SUPPORT = 0.22;

/** "add up the hours" sums: a verb and its particle, as the one verb that they mean. */
const PHRASAL: Record<string, string> = {
  'add up': 'sum',
  'look up': 'lookup',
  'throw out': 'remove',
  'throw away': 'remove',
  'cut out': 'crop',
  'write out': 'write',
  'sum up': 'summarize',
};
/** Where the object of the verb begins: behind its particle, too. */
export const objectAt = ({ tokens, verb }: Unit): number =>
  verb >= 0 && PHRASAL[`${tokens[verb]!.lower} ${tokens[verb + 1]?.lower}`] ? verb + 2 : verb + 1;
export const deedOf = ({ tokens, verb }: Unit): string => {
  const word = tokens[verb]!.lower;
  if (/^(pull|grab)$/.test(word) && tokens.some(({ kind }) => kind === 'url')) return 'fetch';
  return PHRASAL[`${word} ${tokens[verb + 1]?.lower}`] ?? word;
};

type Asked = { verb: string[]; plain: boolean; nouns: { t: string; weight: number }[]; scale: number };
const cache = new WeakMap<Unit, Asked>();

/** Where the object ends and the circumstances begin. */
const CIRCUMSTANCE = new Set(
  `of in on at from with for by near using via into to between under within during through about as where based`.split(
    /\s+/,
  ),
);

/** "give me a link" is as good as asking for it. */
export const isGiving = (unit: Unit): boolean => unit.verb >= 0 && GIVING.has(stem(unit.tokens[unit.verb]!.lower));
const HANDING = new Set(['give', 'get', 'show', 'return']);
const GIVING = new Set('give tell show get return find retrieve provide obtain fetch'.split(' ').map(stem));

/** "turn the picture grey": the last word tells what is to be done; "turn it into …" and "turn it by 90 degrees" do not. */
export const turnsSo = (unit: Unit): boolean =>
  unit.verb >= 0 &&
  /^turn(s|ed|ing)?$/.test(unit.tokens[unit.verb]!.lower) &&
  unit.tokens.length > unit.verb + 2 &&
  unit.tokens.every(
    ({ kind, lower }, i) =>
      kind === 'word' &&
      (!CIRCUMSTANCE.has(lower) || (lower === 'of' && /^(all|each|both)$/.test(unit.tokens[i - 1]?.lower ?? ''))),
  );

/** What a request asks for: the terms of its verb, and its object's words; where it has no object ("it"), those behind. */
export function askedBy(unit: Unit, index: FunctionIndex): Asked {
  const known = cache.get(unit);
  if (known) return known;
  const word = unit.verb >= 0 ? deedOf(unit) : null;
  const plain = word === null || PLAIN_VERBS.has(stem(word)) || WANTING.has(stem(word)) || turnsSo(unit);
  const object: Asked['nouns'] = [];
  const behind: Asked['nouns'] = [];
  /** "give me a link to …": it tells little, and yet more than the circumstances */
  const general: Asked['nouns'] = [];
  let into = object;
  unit.tokens.forEach((token, i) => {
    if (i <= unit.verb || token.kind !== 'word') return;
    if (CIRCUMSTANCE.has(token.lower)) into = behind;
    if (isStopWord(token.lower) || (i > 0 && /^\p{Lu}/u.test(token.text) && !index.lexicon.has(token.lower))) return;
    if (unit.verb < 0 && WANTING.has(stem(token.lower))) return;
    const parts = index.lexicon.has(token.lower) ? [token.lower] : splitName(token.text, index.lexicon);
    for (const part of parts)
      if (!isStopWord(part) && (into === object || !isGenericName(part)))
        (isGenericName(part) ? general : into).push({ t: term(part), weight: index.idf(term(part)) });
  });
  const asked: Asked = {
    // "drop the rows where …" is done by what filters
    verb: word === null ? [] : [term(word), ...nearTerms(word), ...(picksRows(unit.text) ? [term('filter')] : [])],
    plain,
    nouns: object.length > 0 ? object : general.length > 0 && HANDING.has(word ?? '') ? general : behind,
    scale: index.idf('\u0000'),
  };
  cache.set(unit, asked);
  return asked;
}

/** What is only an input's name tells less of what a function does than its own description. */
const PARAMETER = 0.4;
/** "find", "get": a little, where the function says it, too. */
const PLAIN = 0.28;
/** A noun that so few functions speak of, as a share of the rarest, tells what is wanted even without its verb. */
const RARE = 0.6;

const ADDRESS = 0.5;
const takesAddress = ({ manifest: { input } }: IndexEntry): boolean =>
  (input.required ?? []).some((name) => input.properties?.[name]?.format === 'uri');

/** @returns 1 where the request says too little to judge by */
export function support(entry: IndexEntry, unit: Unit, index: FunctionIndex): number {
  const { verb, plain, nouns, scale } = askedBy(unit, index);
  let held = 0;
  let all = 0;
  let rare = false;
  for (const { t, weight } of nouns) {
    all += weight;
    if (entry.says.has(t)) {
      held += weight;
      rare ||= weight > scale * RARE && !isFileWord(t);
    } else if (entry.terms.has(t)) held += weight * PARAMETER;
  }
  const pronoun = unit.verb >= 0 && /^(it|them|this|that|these|those)$/.test(unit.tokens[unit.verb + 1]?.lower ?? '');
  // "put it back": where to is all that it says
  if (pronoun && held === 0 && /^put(s|ting)?$/.test(unit.tokens[unit.verb]!.lower))
    return verb.some((t) => entry.says.has(t)) ? 1 : 0;
  // "make it more readable" can only be judged by what "it" is.
  if (plain && pronoun) return 1;
  if (plain && verb.some((t) => entry.says.has(t))) {
    all += scale * PLAIN;
    held += scale * PLAIN;
  }
  // "fetch the weather from https://…": what takes an address answers it, whatever is found there
  if (plain && unit.tokens.some(({ kind }) => kind === 'url') && takesAddress(entry)) {
    all += scale * ADDRESS;
    held += scale * ADDRESS;
  }
  if (!plain) {
    all += scale;
    if (verb.some((t) => entry.terms.has(t))) held += scale;
    // Nobody here speaks of this verb: "post the image" is not done by whatever takes an image.
    else if (!rare && !verb.some((t) => index.postings.has(t))) return 0;
  }
  return all === 0 ? 1 : held / all;
}

/** Does a function answer every request of a part of the prompt? A plain verb beside another request asks nothing new. */
export function isAnswer(entry: IndexEntry, units: readonly Unit[], index: FunctionIndex): boolean {
  const requests = units.filter(
    (unit) => (unit.kind === 'verb' && (unit.verb >= 0 || unit.work)) || unit.kind === 'ask',
  );
  return requests.every(
    (unit) => (requests.length > 1 && askedBy(unit, index).plain) || support(entry, unit, index) >= LEAST_SUPPORT,
  );
}

/** More than "show it" and "give me the result": a verb that tells what is to be done, or an object that tells of what. */
export function saysSomething(unit: Unit, index: FunctionIndex): boolean {
  const { plain, nouns } = askedBy(unit, index);
  if (!plain) return true;
  const first = unit.tokens.findIndex((token, i) => i > unit.verb && CIRCUMSTANCE.has(token.lower));
  const own = unit.tokens.slice(unit.verb + 1, first < 0 ? undefined : first);
  // "tell Bob", "find order 7": a name or a value is an object, too
  const named =
    unit.verb >= 0 &&
    own.some((token) => token.kind !== 'mark' && (token.kind !== 'word' || /^\p{Lu}/u.test(token.text)));
  return named || (nouns.length > 0 && own.some((token) => token.kind === 'word' && !isStopWord(token.lower)));
}
