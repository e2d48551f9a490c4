/**
 * Cuts a prompt into units: the smallest pieces that may each ask for one thing to be done.
 *
 *   'Find the photo, shrink it and send me a link' ──▶ [Find the photo] [shrink it] [send me a link]
 *
 * It follows sentence structure: marks, "then", "and" before a verb or a noun, purpose ("to …"), relatives ("that
 * matches …"), subordinates ("after …, "). It cuts rather too often: the choice of functions joins what belongs together.
 *
 * Longer than most: word lists, and one walk over the sentence whose cases are told apart in one place.
 * @module
 */
import { stem } from '@/lib/functions/stem';
import { isStopWord } from '@/lib/functions/words';
import type { Token } from './tokens';
import { type Verbs, WANTING } from './verbs';

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
};

const THEN = new Set([
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
const ADDING = new Set(
  `also additionally furthermore moreover besides second secondly thirdly third first firstly plus too
    likewise meanwhile simultaneously last`.split(/\s+/),
);
const POLITE = new Set(
  `please kindly just simply automatically again now so hi hello hey thanks directly quickly immediately ok
    okay well only even still maybe perhaps all`.split(/\s+/),
);
const SUBJECT = new Set(
  `i we you it he she they me us i'd i'll i'm i’d i’m let's someone who that which there`.split(/\s+/),
);
const AUXILIARY = new Set(
  `would could can will should must may might shall to do does be is are been have has also not don't am
    was were being it me us you for in order able going both`.split(/\s+/),
);
const DETERMINER = new Set(
  `the a an this that these those my your our his her its their any each every all some both it them me us
    him no one two up out another whether how what which where`.split(/\s+/),
);
const NOUNISH_NEXT = new Set(`of and or is are was were will has have , ;`.split(/\s+/));
const BEFORE_TO = new Set(
  `want wants wanted like need needs able going have has how order you me us love wish due used prefer plan
    planning hope try trying similar related up according equal close required requires where what ready
    access addition prior needed about begin start starting continue ought intend decided it him them`.split(/\s+/),
);
const SUBORDINATE = new Set(
  `after once when if while before since because as whenever unless upon until although though given`.split(/\s+/),
);
const ASKING = new Set(`what which how who where when is are does do what's what’s can could whose why`.split(/\s+/));
/** What a person says they want made, when they mean the steps in it. */
const FRAME = new Set(
  `workflow flow process pipeline automation program script app application procedure sequence routine job
    bot system`.split(/\s+/),
);
const PRONOUNS = new Set(
  `it its this that them these those they their result results resulting output same above former latter
    obtained previous`.split(/\s+/),
);

type Span = {
  from: number;
  to: number;
  kind: UnitKind | null;
  then: boolean;
  sentence: number;
  condition: Unit['condition'];
  together?: boolean;
};

export function cutIntoUnits(text: string, tokens: readonly Token[], verbs: Verbs): Unit[] {
  const spans = sentencesOf(tokens).flatMap(([from, to], sentence) => cutSentence(tokens, from, to, sentence, verbs));
  const units: Unit[] = [];
  for (const span of spans) {
    const unit = describe(text, tokens, span, verbs, units.at(-1));
    if (unit) units.push({ ...unit, at: units.length });
  }
  return units;
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
      } else if (w === 'in' && word(at + 1) === 'parallel') {
        some = aside = true;
        at++;
      } else break;
    }
    return { at, order, some, aside };
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
    if (i === start && SUBORDINATE.has(w) && word(i + 1) !== 'well') {
      // A subordinate clause reaches to its comma, or to "then".
      const comma = commaAfter(tokens, i, to);
      const isIf = w === 'if' || w === 'unless';
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
    if (w === 'if' && word(i - 1) !== 'as' && condition === null) {
      condition = 'if'; // "send it if it rains": what stands before is what depends on it
      close(i, i + 1, 'after', false, 'if');
      continue;
    }
    const join = joinery(i);
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
          condition === 'otherwise' || condition === 'if' ? condition : null,
        );
        together = join.aside;
        i = join.at - 1;
        continue;
      }
      if (SUBORDINATE.has(word(join.at)) && commaAfter(tokens, join.at, to) > 0) {
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
        !isOnePhrase(tokens, i, join.at)
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

const isJoiner = (w: string) =>
  w === ',' || w === 'and' || w === '&' || w === 'as' || w === 'along' || w === 'together' || w === 'plus';

function commaAfter(tokens: readonly Token[], i: number, to: number): number {
  for (let at = i + 2; at < to && at < i + 30; at++)
    if (tokens[at]!.lower === ',' || (tokens[at]!.lower === 'then' && at > i + 2)) return at;
  return -1;
}

/** Where a request's verb stands, when one begins here: fillers, subject and auxiliaries are skipped. −1 for none. */
function requestAt(tokens: readonly Token[], from: number, to: number, verbs: Verbs, ordered: boolean): number {
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
function isImperative(token: Token, next: string | undefined): boolean {
  return (
    token.kind === 'word' &&
    next !== undefined &&
    OBJECT.has(next) &&
    /^\p{L}{3,}$/u.test(token.text) &&
    !/(.{3}ly|tion|ness|ing|ed|[^s]s)$/.test(token.lower) &&
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
function isVerbHere(
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
function isOnePhrase(tokens: readonly Token[], joiner: number, next: number): boolean {
  const [before, behind] = [tokens[joiner - 1]!, tokens[next]!];
  if (tokens[joiner]!.lower === ',' && /^[\p{Lu}\p{N}]/u.test(before.text) && /^\p{Lu}/u.test(behind.text)) return true;
  if (DETERMINER.has(behind.lower)) return false;
  for (let back = 2; back <= 3; back++)
    if (/^(a|an|more)$/.test(tokens[joiner - back]?.lower ?? '') && before.kind === 'word') return true;
  return false;
}

/** A noun phrase after "and" or a comma: neither a preposition nor a bare value. */
function beginsNoun(tokens: readonly Token[], i: number, to: number): boolean {
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

function describe(
  text: string,
  tokens: readonly Token[],
  span: Span,
  verbs: Verbs,
  before: Unit | undefined,
): Omit<Unit, 'at'> | null {
  let own = tokens.slice(span.from, span.to);
  while (own.length > 0 && (own[0]!.kind === 'mark' || POLITE.has(own[0]!.lower))) own = own.slice(1);
  while (own.length > 0 && own.at(-1)!.kind === 'mark' && own.at(-1)!.text !== ')') own = own.slice(0, -1);
  if (own.length === 0) return null;
  const start = own[0]!.start;
  const end = own.at(-1)!.end;
  const words = own.map((token) => (token.kind === 'word' ? token.lower : ''));
  const found = span.kind === 'noun' ? { kind: 'noun' as const, verb: -1 } : kindOf(own, words, verbs);
  const kind =
    span.kind ??
    (found.kind === 'statement' && before && !span.then && before.sentence === span.sentence && before.kind !== 'after'
      ? 'statement'
      : found.kind);
  const told =
    kind === 'noun' &&
    ((before?.sentence === span.sentence && before.kind === 'statement') ||
      words.some((w) => /^(is|are|was|were)$/.test(w)));
  const ordered =
    span.kind === null &&
    span.then &&
    found.verb < 0 &&
    found.kind === 'statement' &&
    own.length > 1 &&
    own[0]!.kind === 'word' &&
    !DETERMINER.has(words[0]!) &&
    !SUBJECT.has(words[0]!) &&
    !/(ed|ing)$/.test(words[0]!);
  return {
    ...(ordered
      ? { kind: 'verb' as const, verb: 0 }
      : { kind: told ? ('statement' as const) : kind, verb: found.verb }),
    sentence: span.sentence,
    tokens: own,
    text: text.slice(start, end),
    start,
    end,
    then: span.then,
    pronoun: words.some(
      (w, i) =>
        PRONOUNS.has(w) &&
        !(
          /^results?$|^output$/.test(w) &&
          (words[i + 1] === 'of' ||
            words[i + 1] === 'for' ||
            (i > 0 && !/^(the|its|their|this|that|these|those|final|my)$/.test(words[i - 1]!)))
        ) &&
        !(w === 'that' && i > 0 && verbs.has(words[i + 1] ?? '')) &&
        !((w === 'this' || w === 'that' || w === 'it') && /^(is|will|was|would)$/.test(words[i + 1] ?? '')),
    ),
    each: words.some(
      (w, i) =>
        w === 'each' ||
        w === 'every' ||
        (w === 'all' && /s$/.test((DETERMINER.has(words[i + 1] ?? '') ? words[i + 2] : words[i + 1]) ?? '')),
    ),
    condition: span.condition,
    together: span.together ?? false,
  };
}

function kindOf(own: readonly Token[], words: readonly string[], verbs: Verbs): { kind: UnitKind; verb: number } {
  const first = words[0]!;
  if (ASKING.has(first) && !(first === 'can' || first === 'could' || first === 'do' || first === 'when'))
    return { kind: 'ask', verb: -1 };
  if (DETERMINER.has(first) && !PRONOUN_FIRST.has(first)) return passiveOf(words, verbs);
  let wanting = false;
  for (let i = 0; i < own.length; i++) {
    const w = words[i]!;
    if (w === '') return { kind: wanting ? 'verb' : 'statement', verb: -1 };
    if (WANTING.has(stem(w)) && !(w === 'have' && !words.slice(0, i).some((x) => x === 'to'))) {
      wanting = true;
      continue;
    }
    if (i > 0 && /^(is|are|was|were|am|have|has|had)$/.test(w) && !wanting) {
      // "The result should be sent", "it is to be resized" ask; "I have a photo" tells.
      const asked = words.slice(0, i).some((x) => x === 'should' || x === 'must' || x === 'needs' || x === 'to');
      const rest = words.findIndex((x, at) => at > i && verbs.has(x) && /ed$/.test(x));
      return asked && rest > 0 ? { kind: 'verb', verb: rest } : { kind: 'statement', verb: -1 };
    }
    if (i === 0 && isImperative(own[0]!, words[1])) return { kind: 'verb', verb: 0 };
    if (i === 0 && verbs.has(w) && !DETERMINER.has(w) && !/^(is|are|be|have|do|does)$/.test(w))
      return { kind: 'verb', verb: 0 };
    if (SUBJECT.has(w) || AUXILIARY.has(w) || POLITE.has(w)) continue;
    if (verbs.has(w) && (i === 0 || wanting || SUBJECT.has(words[i - 1]!) || AUXILIARY.has(words[i - 1]!) || i < 2))
      return { kind: 'verb', verb: i };
    if (wanting) {
      // "I need the photo resized", "I would like a report": the wish asks, a participle names the deed.
      const deed = words.findIndex((x, at) => at > i && verbs.has(x) && /ed$/.test(x));
      return { kind: 'verb', verb: deed };
    }
    if (DETERMINER.has(w) || i === 0) {
      const passive = words.findIndex(
        (x, at) => at > i && (x === 'should' || x === 'must' || x === 'needs' || x === 'need'),
      );
      if (passive > 0) return { kind: 'verb', verb: words.findIndex((x, at) => at > passive && verbs.has(x)) };
    }
  }
  return { kind: wanting ? 'verb' : 'statement', verb: -1 };
}
const PRONOUN_FIRST = new Set(`it them me us him up out how what which where whether`.split(/\s+/));

/** "The result should be sent", "the photo needs to be resized" ask; "the name is Anna" tells. */
function passiveOf(words: readonly string[], verbs: Verbs): { kind: UnitKind; verb: number } {
  const modal = words.findIndex((w) => w === 'should' || w === 'must' || w === 'needs' || w === 'need');
  const deed =
    modal < 0
      ? -1
      : words.findIndex(
          (w, at) =>
            at > modal && verbs.has(w) && (/ed$/.test(w) || words[at - 1] === 'should' || words[at - 1] === 'must'),
        );
  return deed > 0 ? { kind: 'verb', verb: deed } : { kind: 'statement', verb: -1 };
}
