/**
 * The grammar of requests, as far as it is needed to cut them: which words join, order, ask and refer, and whether a verb
 * or a noun phrase begins at a place. English only; nothing here knows a catalogue's words.
 * @module
 */
import { stem } from '@/lib/functions/stem';
import { isStopWord } from '@/lib/functions/words';
import type { Token } from './tokens';
import { type Verbs, WANTING } from './verbs';

export const THEN = new Set([
  'then',
  'afterwards',
  'afterward',
  'next',
  'finally',
  'lastly',
  'subsequently',
  'later',
  'thereafter',
]);
export const ADDING = new Set(
  `also additionally furthermore moreover besides second secondly thirdly third first firstly plus too
    likewise meanwhile simultaneously last`.split(/\s+/),
);
export const POLITE = new Set(
  `please kindly just simply automatically again now so hi hello hey thanks directly quickly immediately ok
    okay well only even still maybe perhaps all`.split(/\s+/),
);
export const SUBJECT = new Set(
  `i we you it he she they me us i'd i'll i'm i’d i’m let's someone who that which there`.split(/\s+/),
);
export const AUXILIARY = new Set(
  `would could can will should must may might shall to do does be is are been have has also not don't am
    was were being it me us you for in order able going both`.split(/\s+/),
);
export const DETERMINER = new Set(
  `the a an this that these those my your our his her its their any each every all some both it them me us
    him no one two up out another whether how what which where`.split(/\s+/),
);
export const NOUNISH_NEXT = new Set(`of and or is are was were will has have , ;`.split(/\s+/));
export const BEFORE_TO = new Set(
  `want wants wanted like need needs able going have has how order you me us love wish due used prefer plan
    planning hope try trying similar related up according equal close required requires where what ready
    access addition prior needed about begin start starting continue ought intend decided it him them`.split(/\s+/),
);
export const SUBORDINATE = new Set(
  `after once when if while before since because as whenever unless upon until although though given`.split(/\s+/),
);
export const ASKING = new Set(
  `what which how who where when is are does do what's what’s whats hows whos wheres can could whose why`.split(/\s+/),
);
/** What a person says they want made, when they mean the steps in it. */
export const FRAME = new Set(
  `workflow flow process pipeline automation program script app application procedure sequence routine job
    bot system`.split(/\s+/),
);
export const PRONOUNS = new Set(
  `it its this that them these those they their result results resulting output same above former latter
    obtained previous rest remainder`.split(/\s+/),
);

export const isJoiner = (w: string) =>
  w === ',' || w === 'and' || w === '&' || w === 'as' || w === 'along' || w === 'together' || w === 'plus';

export function commaAfter(tokens: readonly Token[], i: number, to: number): number {
  for (let at = i + 2; at < to && at < i + 30; at++)
    if (tokens[at]!.lower === ',' || (tokens[at]!.lower === 'then' && at > i + 2)) return at;
  return -1;
}

/** Where a request's verb stands, when one begins here: fillers, subject and auxiliaries are skipped. −1 for none. */
export function requestAt(tokens: readonly Token[], from: number, to: number, verbs: Verbs, ordered: boolean): number {
  let at = from;
  let wanting = false;
  for (; at < to; at++) {
    const token = tokens[at]!;
    if (token.kind !== 'word') return -1;
    const w = token.lower;
    if (WANTING.has(stem(w)) && at + 1 < to) wanting = true;
    else if (!(SUBJECT.has(w) || AUXILIARY.has(w) || POLITE.has(w))) break;
    else if (w === 'to' && at === from) return -1;
    else if (w === 'it' && wanting) continue;
  }
  if (at >= to) return -1;
  const spoken = at > from;
  if (isVerbHere(tokens, at, to, verbs, spoken ? 'any' : ordered ? 'any' : 'finite')) return at;
  return wanting ? at : -1; // "I want a QR code": a request whose verb is the wish itself
}

/** "Fly me to the moon", "juggle the balls": a word that no list has, with an object right behind it. */
export function isImperative(token: Token, next: string | undefined): boolean {
  return (
    token.kind === 'word' &&
    next !== undefined &&
    OBJECT.has(next) &&
    /^\p{L}{3,}$/u.test(token.text) &&
    !/(.{3}ly|tion|ness|.{3}ing|[^e]ed|[^s]s)$/.test(token.lower) &&
    !isStopWord(token.lower) &&
    !SUBORDINATE.has(token.lower) &&
    !POLITE.has(token.lower) &&
    !ADDING.has(token.lower) &&
    !THEN.has(token.lower) &&
    !NO_VERB.has(token.lower)
  );
}
const OBJECT = new Set(`me us him them it the a an my our this these all every each`.split(/\s+/));
const NO_VERB = new Set(
  `despite regarding concerning toward towards till amid beside except near inside outside unlike good sorry
    today tomorrow yesterday tonight yes`.split(/\s+/),
);

/** Is the word at `i` a verb here? Its form and its neighbours tell; a noun before "of" or before "and" is none. */
export function isVerbHere(
  tokens: readonly Token[],
  i: number,
  to: number,
  verbs: Verbs,
  form: 'base' | 'third' | 'finite' | 'any',
): boolean {
  const token = tokens[i];
  if (!token || i >= to || token.kind !== 'word') return false;
  if (!verbs.has(token.lower))
    return form === 'finite' && /^\p{Ll}/u.test(token.text) && i + 1 < to && isImperative(token, tokens[i + 1]!.lower);
  const w = token.lower;
  const next = tokens[i + 1];
  const nextWord = i + 1 < to && next ? next.lower : '';
  const object = i + 1 < to && next !== undefined && (DETERMINER.has(nextWord) || next.kind !== 'word');
  const third = /[^s]s$/.test(w) && w.length > 3;
  if (/ed$/.test(w) && !/eed$/.test(w))
    return form === 'any' && !DETERMINER.has(nextWord)
      ? nextWord === '' || !/^\p{L}/u.test(nextWord) || PREPOSITION.has(nextWord)
      : false;
  if (/ing$/.test(w) && w.length > 5) return form === 'any' || (form === 'finite' && object);
  if (third) return form !== 'base' && (form === 'third' || (object && next?.kind !== 'mark'));
  if (NOUNISH_NEXT.has(nextWord) && form !== 'any') return false;
  if (form === 'base') return true;
  return nextWord !== 'of';
}
const PREPOSITION = new Set(`to into in on at from for with by as and using via`.split(/\s+/));

/** "Sydney, Australia" and "a unique, different version": the comma or "and" stands within one thing. */
export function isOnePhrase(tokens: readonly Token[], joiner: number, next: number): boolean {
  const [before, behind] = [tokens[joiner - 1]!, tokens[next]!];
  if (tokens[joiner]!.lower === ',' && /^[\p{Lu}\p{N}]/u.test(before.text) && /^\p{Lu}/u.test(behind.text)) return true;
  if (DETERMINER.has(behind.lower)) return false;
  for (let back = 2; back <= 3; back++)
    if (/^(a|an|more)$/.test(tokens[joiner - back]?.lower ?? '') && before.kind === 'word') return true;
  return false;
}

/** A noun phrase after "and" or a comma: neither a preposition nor a bare value. */
export function beginsNoun(tokens: readonly Token[], i: number, to: number): boolean {
  const token = tokens[i];
  if (token?.kind !== 'word') return false;
  const first = DETERMINER.has(token.lower) ? tokens[i + 1] : token;
  if (!first || i >= to || first.kind !== 'word') return false;
  if (/ed$/.test(first.lower) && PREPOSITION.has(tokens[i + 1]?.lower ?? '')) return false; // "and manufactured in 2022"
  return (
    !PREPOSITION.has(first.lower) &&
    first.lower !== 'otherwise' &&
    first.lower !== 'else' &&
    !SUBJECT.has(first.lower) &&
    !(AUXILIARY.has(first.lower) && first.lower !== 'order')
  );
}

const BOTH_WAYS = 'either way/in any case/in either case/in each case/in both cases/no matter what/regardless/anyway'
  .split('/')
  .map((phrase) => phrase.split(' '));
/** "either way", "in any case": how many words from `at` say that something is done on both ways of a choice. */
export const bothWays = (tokens: readonly Token[], at: number): number =>
  BOTH_WAYS.find((phrase) => phrase.every((word, i) => tokens[at + i]?.lower === word))?.length ?? 0;
