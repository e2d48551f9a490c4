/**
 * Cuts a prompt into units: the smallest pieces that may each ask for one thing to be done.
 *
 *   'Find the photo, shrink it and send me a link' ──▶ [Find the photo] [shrink it] [send me a link]
 *
 * It follows sentence structure: marks, "then", "and" before a verb or a noun, purpose ("to …"), relatives ("that
 * matches …"), subordinates ("after …, "). It cuts rather too often: the choice of functions joins what belongs together.
 *
 * Longer than most: one walk over the sentence whose cases are told apart in one place; `grammar.ts` tells verbs from
 * nouns, `describe.ts` what a piece is.
 * @module
 */

import { isStopWord } from '@/lib/functions/words';
import { describe, type Span } from './describe';
import {
  ADDING,
  BEFORE_TO,
  beginsNoun,
  bothWays,
  commaAfter,
  DETERMINER,
  FRAME,
  isJoiner,
  isOnePhrase,
  isVerbHere,
  POLITE,
  requestAt,
  SUBORDINATE,
  THEN,
} from './grammar';
import type { Token } from './tokens';
import type { Verbs } from './verbs';

export type UnitKind =
  /** a request: "resize the photo", "I want to …" */
  | 'verb'
  /** a question: "what is …" */
  | 'ask'
  /** a further object of the verb before: "… and reviews" */
  | 'noun'
  /** "to show it to the user" */
  | 'purpose'
  /** "that matches my mood" */
  | 'relative'
  /** "after the upload," "once it is done," */
  | 'after'
  /** a fact: "This is Anna." */
  | 'statement';

export type Unit = {
  at: number;
  kind: UnitKind;
  sentence: number;
  /** tokens without connectives and politeness */
  tokens: Token[];
  text: string;
  start: number;
  end: number;
  /** index in `tokens` of the verb that asks, or −1 */
  verb: number;
  /** the words say that it comes after what stands before: "then", "after that", "finally" */
  then: boolean;
  /** speaks of something that was said or made before: "it", "them", "the result" */
  pronoun: boolean;
  /** the words are about each of several things */
  each: boolean;
  /** "at the same time": it waits for nothing that stands before */
  together: boolean;
  condition: 'if' | 'otherwise' | null;
  /** "First, …": what is asked for is counted from here on */
  first?: boolean;
  /** "unless": the condition is meant the other way round */
  unless?: boolean;
  /** "collage of the photos": what comes of the work stands for the request; `verb` is −1 */
  work?: boolean;
};

export function cutIntoUnits(text: string, tokens: readonly Token[], verbs: Verbs): Unit[] {
  const spans = sentencesOf(tokens).flatMap(([from, to], sentence) => cutSentence(tokens, from, to, sentence, verbs));
  const units: Unit[] = [];
  for (const span of spans) {
    const unit = describe(text, tokens, span, verbs, units.at(-1));
    if (!unit) continue;
    const lead = text.slice(units.at(-1)?.end ?? 0, unit.start);
    const first = /\b(first|firstly|to begin with)\b/i.test(lead);
    const unless = unit.condition === 'if' && unit.kind === 'after' && /\bunless\s*$/i.test(lead);
    // "Is it in English? If not, translate it": the question is what the choice is about
    const asked = units.at(-1);
    if (/\bif\s+(?:so|yes|not|no)\b[\s,]*(?:then|please)?\s*$/i.test(lead) && asked?.kind === 'ask' && unit.condition)
      Object.assign(asked, { kind: 'after', condition: 'if' });
    units.push({ ...unit, at: units.length, ...(first ? { first } : {}), ...(unless ? { unless } : {}) });
  }
  return units;
}

/** "keep the columns name and email": what follows are names, whatever else the words mean. */
const namesParts = (tokens: readonly Token[], from: number, at: number): boolean => {
  const label = tokens.findIndex(
    ({ lower }, i) => i >= from && i < at && /^(columns?|fields|keys|headers)$/.test(lower),
  );
  return label >= 0 && tokens.slice(label + 1, at).every(({ kind, lower }) => kind !== 'word' || !isStopWord(lower));
};

const LOOKING = /^(check|see|test|verify|determine|find)$/;

/** "if so", "if not": one of the two ways of what was asked before, and where it begins. */
function answerAt(
  tokens: readonly Token[],
  at: number,
  to: number,
): { at: number; condition: NonNullable<Unit['condition']> } | null {
  if (tokens[at]?.lower !== 'if' || at + 2 >= to) return null;
  const word = tokens[at + 1]!.lower;
  if (!/^(so|yes|not|no)$/.test(word)) return null;
  let next = at + 2;
  while (next < to && /^(,|then|please)$/.test(tokens[next]!.lower)) next++;
  return next < to ? { at: next, condition: /^(so|yes)$/.test(word) ? 'if' : 'otherwise' } : null;
}

/** "…, black and white is fine": where that ends which is allowed, and not asked for. −1 for nothing of the kind. */
function allowedTo(tokens: readonly Token[], from: number, to: number): number {
  for (let at = from + 1; at < Math.min(to, from + 8); at++) {
    if (tokens[at]!.lower === ',') return -1;
    if (/^(fine|ok|okay|enough|alright)$/.test(tokens[at]!.lower) && /^(is|are|be)$/.test(tokens[at - 1]!.lower))
      return at + 1 === to || tokens[at + 1]!.kind === 'mark' ? at + 1 : -1;
  }
  return -1;
}

function sentencesOf(tokens: readonly Token[]): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  tokens.forEach((token, i) => {
    const ends = token.kind === 'break' || (token.kind === 'mark' && /^([.!?;]|\.{3})$/.test(token.text));
    if (!ends || (token.text === '.' && inWord(tokens, i))) return;
    if (i > from) found.push([from, i]);
    from = i + 1;
  });
  if (from < tokens.length) found.push([from, tokens.length]);
  return found;
}

/** The dot of "Node.js" or of "No. 12" ends nothing. */
function inWord(tokens: readonly Token[], i: number): boolean {
  const [before, next] = [tokens[i - 1], tokens[i + 1]];
  if (!before || !next || before.end !== tokens[i]!.start) return false;
  return next.start === tokens[i]!.end
    ? /^[\p{Ll}\p{N}]/u.test(next.text)
    : ABBREVIATED.has(before.lower) && !(before.lower === 'no' && next.kind !== 'number');
}
const ABBREVIATED = new Set(`no mr mrs ms dr prof st vs approx inc ltd co etc fig dept`.split(/\s+/));

/** "if it is over 100 send it to Anna": where what is to be done begins, though no comma says so. −1 for nowhere. */
function deedAt(tokens: readonly Token[], from: number, to: number, verbs: Verbs): number {
  for (let at = from + 2; at + 1 < to; at++) {
    const [before, next] = [tokens[at - 1]!, tokens[at + 1]!];
    const number = tokens[at - 2];
    // "over 500 px crop it"
    const measured = number?.kind === 'number' && number.unit === before.lower;
    const compared = at > from + 2 && (measured || /^(number|percent|money|quote|code|size)$/.test(before.kind));
    if (!compared && !isPredicate(tokens, from, at - 1)) continue;
    // "if the width isn't 900 resize to 900x300"
    const goal = compared && /^(to|into|by|with|on)$/.test(next.lower) && at + 2 < to;
    const object = goal || DETERMINER.has(next.lower) || (next.kind !== 'word' && next.kind !== 'mark');
    if (object && isVerbHere(tokens, at, to, verbs, 'base')) return at;
  }
  return -1;
}

/** "is negative", "is not valid", "isn't empty", "its not valid", "when invalid": a state that a thing is in ends here. */
function isPredicate(tokens: readonly Token[], from: number, at: number): boolean {
  if (tokens[at]?.kind !== 'word' || DETERMINER.has(tokens[at]!.lower) || isStopWord(tokens[at]!.lower)) return false;
  if (/^(fails?|failed|failing|works?|luck)$/.test(tokens[at]!.lower)) return true;
  let copula = at - 1;
  if (copula > from && tokens[copula]!.lower === 'not') copula--;
  // "it's a png"
  if (copula > from + 1 && /^an?$/.test(tokens[copula]!.lower)) copula--;
  const word = tokens[copula]?.lower ?? '';
  const bare = copula === from && SUBORDINATE.has(word);
  return bare || /^(is|are|was|were|isn[’']?t|aren[’']?t|it[’']s)$/.test(word) || (word === 'its' && copula < at - 1);
}

function cutSentence(tokens: readonly Token[], from: number, to: number, sentence: number, verbs: Verbs): Span[] {
  const word = (i: number) =>
    i >= from && i < to && (tokens[i]!.kind === 'word' || tokens[i]!.kind === 'mark') ? tokens[i]!.lower : '';
  const spans: Span[] = [];
  let start = from;
  let kind: UnitKind | null = null;
  let then = false;
  let together = false;
  let condition: Unit['condition'] = null;
  const close = (
    end: number,
    next: number,
    nextKind: UnitKind | null,
    nextThen: boolean,
    nextCondition: Unit['condition'] = null,
  ) => {
    if (end > start) spans.push({ from: start, to: end, kind, then, sentence, condition, together });
    together = false;
    [start, kind, then, condition] = [next, nextKind, nextThen, nextCondition];
  };

  /** "the next 3 days", "next Monday", "later today": a time, not an order. */
  const isWhen = (at: number) =>
    word(at) !== 'then' &&
    (DETERMINER.has(word(at - 1)) ||
      /^(days?|weeks?|months?|years?|hours?|minutes?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|today|time|on|in|than|to|of)$/.test(
        word(at + 1),
      ) ||
      (tokens[at + 1]?.kind === 'number' && word(at) === 'next'));
  /** Reads "and then also please" from `i`: where it ends and what it says. */
  const joinery = (i: number) => {
    let order = false;
    let aside = false;
    let at = i;
    let some = false;
    for (; at < to; at++) {
      const w = word(at);
      if (
        w === ',' ||
        w === 'and' ||
        w === '&' ||
        w === 'but' ||
        w === 'or' ||
        w === ':' ||
        w === '-' ||
        w === '–' ||
        ADDING.has(w) ||
        POLITE.has(w)
      )
        [some, aside] = [true, aside || /^(meanwhile|simultaneously)$/.test(w)];
      else if (THEN.has(w) && !isWhen(at)) order = some = true;
      else if (
        (w === 'after' || w === 'following') &&
        (word(at + 1) === 'that' || word(at + 1) === 'this') &&
        !verbs.has(word(at + 2))
      ) {
        order = some = true;
        at++;
      } else if (
        (w === 'in' && word(at + 1) === 'addition') ||
        (w === 'as' && word(at + 1) === 'well' && word(at + 2) === 'as') ||
        (w === 'along' && word(at + 1) === 'with') ||
        (w === 'together' && word(at + 1) === 'with')
      ) {
        some = true;
        at += w === 'as' ? 2 : 1;
      } else if (w === 'at' && word(at + 1) === 'the' && word(at + 2) === 'same' && word(at + 3) === 'time') {
        some = aside = true;
        at += 3;
      } else if (bothWays(tokens, at) > 0) {
        some = true;
        at += bothWays(tokens, at) - 1;
      } else if (w === 'in' && word(at + 1) === 'parallel') {
        some = aside = true;
        at++;
      } else break;
    }
    return { at, order, some, aside };
  };

  /** "…, else leave it, then mail it", "… and either way mail it": what follows is done on both ways of the choice. */
  const leaves = (at: number, join: { at: number; order: boolean }) => {
    const order = join.order && condition === 'otherwise' && word(at) !== 'and';
    return order || tokens.slice(at, to).some((_, i) => bothWays(tokens, at + i) > 0);
  };

  const eachAt = joinery(from).at;
  if ((word(eachAt) === 'for' || word(eachAt) === 'to') && /^(each|every|all)$/.test(word(eachAt + 1))) {
    const comma = commaAfter(tokens, eachAt, to);
    // "for each photo make …": without a comma it ends at the verb
    const verbAt =
      comma > 0
        ? -1
        : tokens.findIndex(
            (_, i) =>
              i > eachAt + 2 && i < to && isVerbHere(tokens, i, to, verbs, 'base') && DETERMINER.has(word(i + 1)),
          );
    if (verbAt > 0) {
      return [
        { from: eachAt + 1, to: verbAt, kind: 'purpose', then: false, sentence, condition: null },
        ...cutSentence(tokens, verbAt, to, sentence, verbs),
      ];
    }
    if (comma > 0) {
      // "For each customer in the list, …": what the list is of may need a step of its own
      return [
        { from: eachAt + 1, to: comma, kind: 'purpose', then: false, sentence, condition: null },
        ...cutSentence(tokens, comma + 1, to, sentence, verbs),
      ];
    }
  }
  const opening = joinery(from);
  start = opening.at;
  then = opening.order;
  for (let i = start; i < to; i++) {
    const w = word(i);
    const answered = i === start ? answerAt(tokens, i, to) : null;
    if (answered) {
      start = answered.at;
      condition = answered.condition;
      i = start - 1;
      continue;
    }
    if (i === start && SUBORDINATE.has(w) && word(i + 1) !== 'well') {
      // A subordinate clause reaches to its comma, or to "then".
      const comma = commaAfter(tokens, i, to);
      const told = w === 'when' && deedAt(tokens, i, to, verbs) > 0 && isPredicate(tokens, i, i + 1);
      const isIf = w === 'if' || w === 'unless' || told;
      const deed = isIf ? deedAt(tokens, i, comma > 0 ? comma : to, verbs) : -1;
      if (deed > 0) {
        start = i + 1;
        kind = 'after';
        condition = 'if';
        close(deed, deed, null, false, 'if');
        i = deed;
        continue;
      }
      if (comma > 0) {
        if (isIf) start = i + 1;
        kind = 'after';
        condition = isIf ? 'if' : condition;
        const after = joinery(comma);
        const ordered: boolean = w === 'after' || w === 'once' || w === 'when' || w === 'upon' || after.order;
        close(comma, after.at, null, ordered && !isIf, isIf ? 'if' : null);
        i = after.at - 1;
        continue;
      }
    }
    if (i > start && (w === 'otherwise' || w === 'else')) {
      close(word(i - 1) === ',' ? i - 1 : i, i + 1, null, false, 'otherwise');
      continue;
    }
    if (i === start && (w === 'otherwise' || w === 'else')) {
      start = i + (word(i + 1) === ',' ? 2 : 1);
      kind = null;
      condition = 'otherwise';
      continue;
    }
    if (i <= start) continue;
    if (w === 'if' && /^(you|we|i)$/.test(word(i + 1))) {
      close(i, i + 1, null, false, condition); // "it would be great if you could …": politeness, and the request follows
      continue;
    }
    // "check whether it is English, if not translate it": what is looked up is what the choice is about
    if (
      /^(if|whether)$/.test(w) &&
      i - start <= 2 &&
      condition === null &&
      LOOKING.test(word(start)) &&
      word(i - 1) !== 'me'
    ) {
      start = i + 1;
      kind = 'after';
      condition = 'if';
      continue;
    }
    if (w === 'if' && word(i - 1) !== 'as' && condition === null) {
      condition = 'if'; // "send it if it rains": what stands before is what depends on it
      // … the whole of it: "make it black | and white if it rains"
      const own = kind as UnitKind | null;
      for (let at = spans.length - 1, open = own === 'noun'; open && spans[at]?.sentence === sentence; at--) {
        spans[at]!.condition = 'if';
        open = spans[at]!.kind === 'noun';
      }
      close(i, i + 1, 'after', false, 'if');
      continue;
    }
    // "a translation of it saved as b.txt": a further request, said as a participle
    if (
      /^(saved|stored|exported)$/.test(w) &&
      word(i + 1) === 'as' &&
      !/^(is|are|was|be|been|being)$/.test(word(i - 1))
    ) {
      close(i, i, null, true, condition);
      continue;
    }
    const join = joinery(i);
    const answer = join.some ? answerAt(tokens, join.at, to) : null;
    if (answer) {
      close(i, answer.at, null, false, answer.condition);
      i = answer.at - 1;
      continue;
    }
    const allowed = join.some ? allowedTo(tokens, join.at, to) : -1;
    if (allowed > 0) {
      close(i, allowed, null, false);
      i = allowed - 1;
      continue;
    }
    if (join.some && join.at < to) {
      const verbAt = requestAt(tokens, join.at, to, verbs, join.order);
      if (verbAt >= 0) {
        // ", ensuring that …" adds to what was said, it asks for nothing new
        const participle = /ing$/.test(word(verbAt)) && verbAt === join.at && word(join.at - 1) === ',' && !join.order;
        close(
          i,
          join.at,
          participle ? 'relative' : null,
          join.order,
          leaves(i, join) ? null : condition === 'otherwise' || condition === 'if' ? condition : null,
        );
        together = join.aside;
        i = join.at - 1;
        continue;
      }
      if (
        SUBORDINATE.has(word(join.at)) &&
        (commaAfter(tokens, join.at, to) > 0 || (word(join.at) === 'if' && deedAt(tokens, join.at, to, verbs) > 0))
      ) {
        close(i, join.at, null, join.order);
        i = join.at - 1;
        continue;
      }
      if (join.order) {
        close(i, join.at, null, true);
        i = join.at - 1;
        continue;
      }
      if (
        isJoiner(word(i)) &&
        !/^(or|but|:|-|–)$/.test(word(i)) &&
        beginsNoun(tokens, join.at, to) &&
        !isOnePhrase(tokens, i, join.at) &&
        !namesParts(tokens, start, i)
      ) {
        close(i, join.at, 'noun', false, condition);
        i = join.at - 1;
        continue;
      }
      i = Math.max(i, join.at - 1);
      continue;
    }
    if (w === 'to' && FRAME.has(word(i - 1)) && i - start < 8 && isVerbHere(tokens, i + 1, to, verbs, 'base')) {
      start = i + 1;
      continue;
    }
    if (w === 'to' && i > start && !BEFORE_TO.has(word(i - 1)) && isVerbHere(tokens, i + 1, to, verbs, 'base')) {
      close(word(i - 2) === 'in' && word(i - 1) === 'order' ? i - 2 : i, i + 1, 'purpose', false, condition);
      continue;
    }
    if ((w === 'that' || w === 'which' || w === 'who') && i > start && isVerbHere(tokens, i + 1, to, verbs, 'third')) {
      // "a workflow that resizes …": what it is called for is what is asked for
      if (FRAME.has(word(i - 1)) && spans.every((span) => span.sentence !== sentence)) {
        start = i + 1;
        continue;
      }
      close(i, i + 1, 'relative', false, condition);
      continue;
    }
    if (
      (w === 'by' || w === 'before' || w === 'after' || w === 'while') &&
      /ing$/.test(word(i + 1)) &&
      verbs.has(word(i + 1))
    ) {
      close(i, i + 1, w === 'by' ? 'purpose' : 'after', false, condition);
      continue;
    }
    if (
      (w === 'after' || w === 'once' || w === 'before') &&
      i > start + 1 &&
      (word(i + 1) === 'the' || word(i + 1) === 'i' || word(i + 1) === 'it')
    )
      close(i, i + 1, 'after', false, condition);
  }
  close(to, to, null, false);
  return spans;
}
