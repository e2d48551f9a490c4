/**
 * What a piece of a sentence is: a request, a question, a fact; where its verb stands, and whether it speaks of "it", of
 * "each", or of what comes "then".
 * @module
 */
import { stem } from '@/lib/functions/stem';
import { isStopWord } from '@/lib/functions/words';
import type { Unit, UnitKind } from './clauses';
import { isFileWord } from './files';
import {
  ASKING,
  AUXILIARY,
  bothWays,
  DETERMINER,
  isImperative,
  POLITE,
  PRONOUNS,
  SUBJECT,
  SUBORDINATE,
} from './grammar';
import type { Token } from './tokens';
import { type Verbs, WANTING } from './verbs';

/** A cut piece, before it is described: tokens `from` … `to` (not included). */
export type Span = {
  from: number;
  to: number;
  kind: UnitKind | null;
  then: boolean;
  sentence: number;
  condition: Unit['condition'];
  together?: boolean;
};

/** @returns `null` for a piece without a word of its own */
export function describe(
  text: string,
  tokens: readonly Token[],
  span: Span,
  verbs: Verbs,
  before: Unit | undefined,
): Omit<Unit, 'at'> | null {
  let own = tokens.slice(span.from, span.to);
  while (own.length > 0 && (own[0]!.kind === 'mark' || POLITE.has(own[0]!.lower))) own = own.slice(1);
  while (own.length > 0 && own.at(-1)!.kind === 'mark' && own.at(-1)!.text !== ')') own = own.slice(0, -1);
  const both = own.findIndex((_, i) => bothWays(own, i) > 0);
  if (both > 0 && both + bothWays(own, both) === own.length) own = own.slice(0, both);
  if (own.length === 0) return null;
  const start = own[0]!.start;
  const end = own.at(-1)!.end;
  const words = own.map((token) => (token.kind === 'word' ? token.lower : ''));
  const spoken = span.kind === 'noun' ? { kind: 'noun' as const, verb: -1 } : kindOf(own, words, verbs);
  const opens = span.condition === null && (span.then || before?.sentence !== span.sentence);
  const work = spoken.kind === 'statement' && span.kind === null && opens && namesWork(words);
  const found = work ? { kind: 'verb' as const, verb: -1 } : spoken;
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
        severalFiles(own, i) ||
        (w === 'all' && /s$/.test((DETERMINER.has(words[i + 1] ?? '') ? words[i + 2] : words[i + 1]) ?? '')),
    ),
    condition: span.condition,
    ...(work ? { work } : {}),
    together: span.together ?? false,
  };
}

/** "shrink these three images", "convert my scans": so many files of one kind, each of which is meant. */
function severalFiles(own: readonly Token[], i: number): boolean {
  if (!/^(the|these|those|my|our|your)$/.test(own[i]!.lower) && own[i]!.kind !== 'number') return false;
  for (let at = i + 1; at <= i + 3; at++) {
    const token = own[at];
    if (token?.kind === 'word' && /[^s]s$/.test(token.lower) && isFileWord(token.lower))
      return own[at + 1]?.kind !== 'word' || isStopWord(own[at + 1]!.lower);
    if (token?.kind !== 'word' && token?.kind !== 'number') return false;
  }
  return false;
}

/**
 * "Collage of the photos", "the median of the prices", "QR codes for each address": what is to come of the work stands for the
 * request, where no verb tells anything of it.
 */
function namesWork(words: readonly string[]): boolean {
  const from = DETERMINER.has(words[0]!) ? 1 : 0;
  const link = words.findIndex((w, i) => i > from && /^(of|for|from|between)$/.test(w));
  return (
    (from === 0 || /^(the|a|an)$/.test(words[0]!)) &&
    link > from &&
    link < from + 5 &&
    link + 1 < words.length &&
    words.slice(from, link).every((w) => !SUBJECT.has(w) && !SUBORDINATE.has(w) && !LEADING_IN.has(w)) &&
    words.every((w) => !/^(is|are|was|were|am|has|have|had|will|would|['’]s)$/.test(w))
  );
}
const LEADING_IN = new Set(
  `in on at from with by to as into via using instead because regardless part out for except thanks like than`.split(
    ' ',
  ),
);

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
