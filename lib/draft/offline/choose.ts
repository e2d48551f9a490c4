/**
 * Chooses functions for units: the division of the prompt into segments, each with one function or none, that explains
 * most of its words at the least cost.
 *
 *   units ──segment scores (BM25, additive over terms)──▶ best division ──▶ Wish[]
 *
 * One dynamic programme over all units, so that "find a shop" + "near Sydney" stay one step and "details" + "reviews"
 * become two when two functions say so.
 *
 * Longer than most: the weights that decide, with their reasons, stand beside what they weigh.
 * @module
 */
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { isGenericName, mediaFit, nameTerms } from '@/lib/functions/types';
import { isStopWord, nearTerms, splitName, term } from '@/lib/functions/words';
import type { Unit, UnitKind } from './clauses';
import { picksRows } from './columns';
import { measuresIn } from './conditions';
import { type Evidence, evidenceFor } from './evidence';
import { PATTERN, type Precedent, type Precedents } from './examples-evidence';
import { LIKENESS, type Likeness, nearestTo } from './likeness';
import { isFlow, isIdle, isTaking } from './patterns';
import { isStore, wayOf, wayOfFunction } from './places';
import { askedBy, deedOf, isAnswer, isGiving, saysSomething, turnsSo } from './support';
import { mediaTypeOf, type Value } from './values';
import { PLAIN_VERBS, WANTING } from './verbs';

/**
 * `before`: the earlier workflow that speaks for it; `settled`: by a person's choice, which stands; `near`: no word asked for
 * it, it is only like what was said.
 */
export type Candidate = { entry: IndexEntry; score: number; before?: Precedent; settled?: true; near?: true };
/**
 * What a part of the prompt asks for. `best` first; `best` empty: no function fits, the step is missing, and `nearest` are
 * those that are like it in meaning.
 */
export type Wish = { units: Unit[]; best: Candidate[]; nearest?: IndexEntry[] };

/** In units of the largest idf, so that they mean the same in a catalogue of ten and of ten thousand. */
export const TUNING = {
  /** what a further step costs, by what its first unit is */
  cost: { verb: 0.9, ask: 0.8, noun: 1.4, purpose: 1.69, relative: 1.4, after: 2.2, statement: 2.7 } as Record<
    UnitKind,
    number
  >,
  /** a unit's words, by where they stand */
  verb: 0.9,
  plainVerb: 0.36,
  /** verbs near to the one that was said, as a part of its own weight */
  near: 0.4,
  object: 1,
  tail: 0.75,
  name: 0.2,
  inherited: 0.25,
  /** what "it" stands for */
  pronoun: 0.4,
  /** and "this order" */
  referred: 0.3,
  /** for a function all of whose name's words were said */
  nameCover: 0.57,
  /** for "csv to json", where a function's name has the two in this order or in the other one */
  direction: 0.2,
  /** for a function that moves things into a store as the request does, and against one that moves them the other way */
  way: 0.35,
  /** against a function that takes files, and none of the kind that is named: "read costs.xlsx" reads no picture */
  otherFile: 1,
  /** "the bucket" for S3, and the place that "put it back" means */
  store: 0.75,
  /** for a question about what a function gives */
  asked: 0.5,
  /** for each further request in a segment whose verb the function does not speak of */
  strayVerb: 0.72,
  /** for a function that speaks of another verb than the one request, where some function speaks of that one */
  otherVerb: 0.75,
  longest: 4,
  /** what makes a step likelier: an order ("then"), the opening of the prompt, each kind of value that is given there */
  ordered: 0.19,
  opening: 0.07,
  given: 0.16,
  /** a function whose name has a verb near to the one that was said */
  nearVerb: 0.09,
  /** the best of many functions matches better by chance, so it has to match better: per factor of e beyond 200 functions */
  crowd: 0.385,
};

const TAIL = new Set(
  `in on at from with for by near using via into to between under within during through about as where
    based`.split(/\s+/),
);
const DEFINITE = new Set(['the', 'this', 'that', 'these', 'those', 'its', 'their']);
const KIND_TERMS: Partial<Record<string, [string, number]>> = {
  url: ['url', 0.3],
  email: ['email', 0.4],
  phone: ['phone', 0.3],
  s3: ['s3', 0.3],
};

/** "https://api.example.com/users", "…/prices.json", "…?format=json": data for programs, rather than a page to be read. */
const isData = (url: string): boolean =>
  /^https?:\/\/(?:api|rest|data)\.|\/(?:api|v\d+|rest|graphql)(?:\/|$)|\.json\b|[?&]format=j/i.test(url);

const STORE_TERMS = ['s3', 'bucket'].map(term);

/** A relative clause that compares: the things are picked by a condition. */
const COMPARES =
  /\b(where|whose)\b.*\b(above|below|over|under|at least|at most|(more|less|greater|fewer|higher|lower) than|equals?|is|are)\b/i;

/** "only the rows with status open": words for what is asked for, and what they weigh */
const PICKED: Record<string, number> = { filter: 0.8, rows: 0.4 };

/** What a measure is a measure of. */
const MEASURES: [RegExp, string][] = [
  [/^(usd|eur|gbp|jpy|cny|inr|chf|cad|aud|krw|btc|eth|dollars?|euros?|pounds?|yen|yuan|rupees?|francs?)$/, 'currency'],
  [/^(km|kilometers?|kilometres?|miles?|mi|feet|ft|meters?|metres?|inch(es)?|yards?)$/, 'distance'],
  [/^(kg|kilograms?|lbs?|grams?|ounces?|oz|tons?)$/, 'weight'],
  [/^(°?c|°?f|celsius|fahrenheit|kelvin|degrees)$/, 'temperature'],
];
/** Words of a request that say nothing of what is wanted. */
const HOLLOW = new Set(
  `assistance help information info task tasks thing things some question questions favor details detail
    data service tool step steps process workflow way number name order list work     following several multiple result results `
    .split(/\s+/)
    .map(term),
);
const HOLLOW_WEIGHT = 0.4;

/** The terms by which a unit looks for functions, with their weights. */
export function unitTerms(
  unit: Unit,
  index: FunctionIndex,
  inherited: ReadonlyMap<string, number>,
  done: ReadonlySet<string> = new Set(),
): Map<string, number> {
  const weights = new Map<string, number>(unit.kind === 'noun' ? inherited : []);
  const add = (t: string, weight: number) => weights.set(t, Math.max(weights.get(t) ?? 0, weight));
  // "the rows where the price is above 10"
  if (unit.condition === null && COMPARES.test(unit.text))
    for (const word of ['condition', 'filter']) add(term(word), 0.3);
  if (unit.condition === null && picksRows(unit.text))
    for (const word of ['filter', 'rows']) add(term(word), PICKED[word]!);
  let tail = false;
  unit.tokens.forEach((token, i) => {
    const measured = token.kind === 'money' ? 'currency' : MEASURES.find(([pattern]) => pattern.test(token.lower))?.[1];
    if (measured) add(term(measured), 0.5);
    if (token.kind !== 'word') {
      const media = token.kind === 'file' || token.kind === 'url' ? mediaTypeOf(token.text) : null;
      if (media) add(term(media.startsWith('application/') ? media.slice(12) : media.split('/')[0]!), 0.5);
      if (media?.startsWith('text/') && token.kind === 'file') add(term(media.slice(5)), 0.5);
      if (token.kind === 'url' && isData(token.text)) for (const word of ['request', 'json']) add(term(word), 0.6);
      const kind = KIND_TERMS[token.kind];
      if (kind) add(term(kind[0]), kind[1]);
      return;
    }
    if (TAIL.has(token.lower)) tail = true;
    const isVerb = i === unit.verb;
    if (isStopWord(token.lower) && !isVerb) return;
    const deed = isVerb ? deedOf(unit) : token.lower;
    const parts =
      deed !== token.lower || index.lexicon.has(token.lower) ? [deed] : splitName(token.text, index.lexicon);
    const capital = i > 0 && /^\p{Lu}/u.test(token.text);
    for (const part of parts) {
      if (isStopWord(part) && !isVerb) continue;
      const weight = isVerb
        ? PLAIN_VERBS.has(stem(part)) || turnsSo(unit)
          ? TUNING.plainVerb
          : TUNING.verb
        : capital && !index.lexicon.has(part)
          ? TUNING.name
          : tail
            ? TUNING.tail
            : TUNING.object;
      const t = term(part);
      if (isStore(part)) for (const store of STORE_TERMS) add(store, TUNING.store);
      if (isVerb)
        for (const other of nearTerms(part))
          add(other, (PLAIN_VERBS.has(stem(part)) || turnsSo(unit) ? TUNING.plainVerb : TUNING.verb) * TUNING.near);
      // "the generated password", "the summary": what an earlier step made
      const made = !isVerb && done.has(t) && i > 0 && DEFINITE.has(unit.tokens[i - 1]!.lower);
      const factor = made ? (/(ed|ing)$/.test(part) ? 0.2 : 0.4) : HOLLOW.has(t) ? HOLLOW_WEIGHT : 1;
      add(t, (capital && !isVerb ? Math.min(weight, 0.6) : weight) * factor);
    }
  });
  return weights;
}

/**
 * @param values what is given in each unit, by which functions that take such things are told apart
 * @returns wishes in reading order; units that ask for nothing belong to none
 */
export function choose(
  units: readonly Unit[],
  index: FunctionIndex,
  values: readonly Value[],
  precedents: Precedents | null = null,
  likeness: Likeness | null = null,
): Wish[] {
  const scale = index.idf('\u0000');
  const count = index.entries.length;
  const price = scale * (1 + TUNING.crowd * Math.max(0, Math.log(count / 200)));
  const weights: Map<string, number>[] = [];
  const done = new Set<string>();
  let objects = new Map<string, number>();
  let verbWeights = new Map<string, number>();
  for (const unit of units) {
    const own = unitTerms(unit, index, verbWeights, done);
    const object = unit.verb >= 0 ? unit.tokens[unit.verb + 1] : undefined;
    const bare = !unit.tokens[unit.verb + 2]?.lower.match(/^[a-z]{4,}$/);
    const refers = object !== undefined && /^(it|them|this|that|these|those)$/.test(object.lower);
    if (refers && (bare || /^(it|them)$/.test(object.lower))) {
      for (const [t, weight] of objects) own.set(t, Math.max(own.get(t) ?? 0, weight * TUNING.pronoun));
    } else if (refers) {
      // "cancel this reservation": of what, was said before
      for (const [t, weight] of objects) own.set(t, Math.max(own.get(t) ?? 0, weight * TUNING.referred));
    } else if (unit.kind !== 'after' && !(unit.kind === 'statement' && unit.pronoun))
      objects = new Map([...own].filter(([t]) => unit.verb < 0 || t !== term(unit.tokens[unit.verb]!.lower)));
    // "put it back": into the store
    if (wayOf(unit) === 'into') for (const store of STORE_TERMS) own.set(store, TUNING.store);
    if (unit.verb >= 0) done.add(term(unit.tokens[unit.verb]!.lower));
    if (unit.verb >= 0) verbWeights = new Map([[term(unit.tokens[unit.verb]!.lower), TUNING.inherited]]);
    weights.push(own);
  }

  const best: { gain: number; from: number; wish: Candidate[] | null }[] = [{ gain: 0, from: 0, wish: null }];
  const evidence = evidenceFor(units, values, index);
  const segments: Map<number, { candidates: Candidate[]; cost: number }>[] = units.map(() => new Map());
  const scores = new Float64Array(count);
  for (let i = 0; i < units.length; i++) {
    if (isFlow(units[i]!) || isTaking(units[i]!) || isIdle(units[i]!)) continue;
    const merged = new Map<string, number>();
    const touched = new Set<number>();
    for (let j = i; j < Math.min(units.length, i + TUNING.longest); j++) {
      if (j > i && !mayJoin(units[j - 1]!, units[j]!)) break;
      for (const [t, weight] of weights[j]!) {
        const more = weight - (merged.get(t) ?? 0);
        if (more <= 0) continue;
        merged.set(t, weight);
        for (const posting of index.postings.get(t) ?? []) {
          scores[posting.at]! += posting.weight * more;
          touched.add(posting.at);
        }
      }
      const cost =
        Math.min(
          ...units
            .slice(i, j + 1)
            .map(
              (unit) =>
                TUNING.cost[isFrame(unit) || isParameter(unit) || isHeadline(unit, units) ? 'statement' : unit.kind],
            ),
        ) *
          price -
        likelihood(units.slice(i, j + 1), values) * scale;
      segments[i]!.set(j, {
        candidates: topOf(
          touched,
          scores,
          index,
          merged,
          units.slice(i, j + 1),
          evidence,
          precedents,
          likeness,
          values,
        ),
        cost,
      });
    }
    for (const at of touched) scores[at] = 0;
  }
  for (let j = 0; j < units.length; j++) {
    best[j + 1] = { gain: best[j]!.gain, from: j, wish: null };
    for (let i = Math.max(0, j - TUNING.longest + 1); i <= j; i++) {
      const segment = segments[i]!.get(j);
      const top = segment?.candidates[0];
      if (!segment || !top) continue;
      const gain = best[i]!.gain + top.score - segment.cost;
      if (gain > best[j + 1]!.gain) best[j + 1] = { gain, from: i, wish: segment.candidates };
    }
  }

  const wishes: Wish[] = [];
  for (let j = units.length; j > 0; j = best[j]!.from) {
    const { from, wish } = best[j]!;
    const part = units.slice(from, j);
    if (wish) wishes.unshift({ units: part, best: wish });
    else if (asksForMore(part[0]!, units, index)) wishes.unshift({ units: part, best: [] });
  }
  // What is told behind a request that nothing does belongs to it: "call Anna" + "and Boris".
  const owned = new Set(wishes.flatMap((wish) => wish.units));
  for (const wish of wishes) {
    if (wish.best.length > 0) continue;
    for (let at = wish.units.at(-1)!.at + 1; at < units.length; at++) {
      const unit = units[at]!;
      if (owned.has(unit) || unit.sentence !== wish.units[0]!.sentence || unit.condition !== wish.units[0]!.condition)
        break;
      if (unit.kind === 'verb' || unit.kind === 'ask' || unit.kind === 'after') break;
      wish.units.push(unit);
    }
  }
  if (likeness) offerNearest(wishes, index, likeness);
  return wishes;
}

/** The words alone tell which function is meant. */
export const isClear = ({ best: [first, second] }: Wish, index: FunctionIndex): boolean =>
  first !== undefined &&
  (first.settled === true || first.score - (second?.score ?? 0) >= LIKENESS.sure * index.idf('\u0000'));

/** For requests that no function's words fit: the function that is like them; told only, where it is not clearly so. */
function offerNearest(wishes: readonly Wish[], index: FunctionIndex, likeness: Likeness): void {
  const scale = index.idf('\u0000');
  for (const wish of wishes) {
    if (wish.best.length > 0) continue;
    const taken = new Set(wishes.map(({ best }) => best[0]?.entry));
    const { near, clear } = nearestTo(wish.units[0]!.text, index, likeness);
    const free = near.filter(({ entry }) => !taken.has(entry));
    // What another part of the prompt asked for already is not meant once more.
    if (!clear || free[0] !== near[0]) wish.nearest = free.map(({ entry }) => entry);
    else wish.best = near.map(({ entry, like }) => ({ entry, score: LIKENESS.weight * scale * like, near: true }));
  }
}

/** What likeness says for a function: by the one of the units that it is most like. */
function meant({ manifest }: IndexEntry, units: readonly Unit[], likeness: Likeness): number {
  const known = units.flatMap(({ text }) => likeness(text, manifest.name) ?? []);
  return known.length === 0 ? 0 : LIKENESS.weight * (Math.max(...known) - LIKENESS.neutral);
}

/** A request of its own that no function answers: not politeness, not what is wanted in general, not a word about flow. */
function asksForMore(unit: Unit, units: readonly Unit[], index: FunctionIndex): boolean {
  if (unit.kind !== 'verb' && unit.kind !== 'ask') return false;
  if (isFrame(unit) || isFlow(unit) || isTaking(unit) || isIdle(unit) || !saysSomething(unit, index)) return false;
  // A question or a bare wish beside requests tells more of them; alone it is what is wanted.
  return unit.verb >= 0 || units.every((other) => other === unit || other.verb < 0);
}

/** "I need your assistance with …", "please perform these tasks": what is wanted is said elsewhere. */
function isFrame(unit: Unit): boolean {
  if (unit.kind !== 'verb' && unit.kind !== 'purpose') return false;
  const head = unit.tokens.find(
    (token, i) =>
      i > unit.verb &&
      token.kind === 'word' &&
      !isStopWord(token.lower) &&
      !(unit.verb < 0 && WANTING.has(stem(token.lower))),
  );
  return head !== undefined && FRAMES.has(term(head.lower));
}
/**
 * "I need help planning a campaign. Please find …", "I want to plan my day. First, …": the opening says what all of it
 * is for, and the requests follow. Not where they go on from it: "I need help resizing a photo. Then send it …".
 */
function isHeadline(unit: Unit, units: readonly Unit[]): boolean {
  const first = units[0]!.sentence;
  if (unit.sentence !== first || unit.tokens.some((token) => GIVEN.has(token.kind))) return false;
  const next = units.find(({ sentence, kind }) => sentence > first && (kind === 'verb' || kind === 'ask'));
  if (!next || next.then || /^(it|them)$/.test(next.tokens[next.verb + 1]?.lower ?? '')) return false;
  return (
    next.first === true ||
    (unit.kind === 'verb' &&
      unit.tokens.some(
        (token, i) =>
          i > 0 && HELPING.has(stem(token.lower)) && !/^(me|us|him|her|them)$/.test(unit.tokens[i + 1]?.lower ?? ''),
      ))
  );
}
const HELPING = new Set(['help', 'assistance', 'assist', 'support'].map(stem));
/** "height of 1.78 meters", "password abc123": what is given, not what is wanted. */
const isParameter = (unit: Unit): boolean => unit.kind === 'noun' && unit.tokens.some((token) => GIVEN.has(token.kind));
const GIVEN = new Set(`number code quote email money percent phone size list time`.split(/\s+/));
const FRAMES = new Set(['assistance', 'help', 'task', 'tasks', 'support', 'guidance', 'favor'].map(term));

/** A sentence of its own is joined to what stands before only where it tells more of it. */
const mayJoin = (a: Unit, b: Unit) =>
  !isTaking(b) &&
  !isIdle(b) &&
  !isFlow(a) &&
  !isFlow(b) &&
  a.condition === b.condition &&
  (a.condition === null || (a.kind === 'after') === (b.kind === 'after')) &&
  joins(a, b);
const joins = (a: Unit, b: Unit) =>
  a.sentence === b.sentence ||
  b.kind === 'statement' ||
  a.kind === 'statement' ||
  (b.kind !== 'verb' && b.kind !== 'ask') ||
  (b.pronoun && !b.then);

function topOf(
  touched: ReadonlySet<number>,
  scores: Float64Array,
  index: FunctionIndex,
  said: ReadonlyMap<string, number>,
  units: readonly Unit[],
  evidence: Evidence,
  precedents: Precedents | null,
  likeness: Likeness | null,
  values: readonly Value[],
): Candidate[] {
  const scale = index.idf('\u0000');
  const [from, to] = [units[0]!.at, units.at(-1)!.at];
  const requests = units
    .filter((unit) => unit.verb >= 0 && (unit.kind === 'verb' || unit.kind === 'purpose'))
    .map((unit) => term(unit.tokens[unit.verb]!.lower));
  const raw = [...touched]
    .map((at) => ({ at, score: scores[at]! }))
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, 40);
  const given = values.filter((value) => value.given && units.some(({ at }) => at === value.unit));
  const before = new Map(precedents?.near(from, to).map((one) => [one.at, one]));
  for (const { at, instead } of before.values())
    if (instead && !raw.some((one) => one.at === at)) raw.push({ at, score: scores[at]! });
  const best: Candidate[] = raw
    .filter(({ at }) => before.get(at)?.instead || isAnswer(index.entries[at]!, units, index))
    .map(({ at, score }) => {
      const entry = index.entries[at]!;
      const stray =
        requests.length < 2
          ? speaksOfOther(entry, units, index)
            ? TUNING.otherVerb / TUNING.strayVerb
            : 0
          : Math.max(
              0,
              requests.filter((verb) => !entry.says.has(verb)).length -
                (requests.some((verb) => entry.says.has(verb)) ? 0 : 1),
            );
      return {
        entry,
        score:
          score +
          TUNING.nameCover * scale * nameCover(entry, index, said) +
          TUNING.direction * scale * direction(entry, units) +
          TUNING.asked * scale * answers(entry, units, index) +
          TUNING.way * scale * sameWay(entry, units) -
          TUNING.otherFile * scale * Number(takesOtherFile(entry, given)) -
          TUNING.strayVerb * scale * stray +
          TUNING.nearVerb * scale * Number(isNear(entry, units)) +
          scale * evidence.of(entry, from, to, said) +
          scale * (precedents?.of(at, from, to) ?? 0) +
          scale * (likeness ? meant(entry, units, likeness) : 0),
        ...(before.has(at) ? { before: before.get(at)! } : {}),
      };
    })
    .sort((a, b) => b.score - a.score || a.entry.at - b.entry.at);
  // What a person put in place of what would be drafted here again comes first.
  const chosen = best.find((one) => one.before?.instead);
  const drafted = best.find((one) => one !== chosen)?.entry.manifest.name ?? null;
  if (chosen?.before && (chosen.before.instead?.has(drafted) || chosen.before.like >= PATTERN.same)) {
    chosen.score = Math.max(chosen.score, best[0]!.score) + scale * PATTERN.margin;
    chosen.settled = true;
    best.sort((a, b) => Number(b === chosen) - Number(a === chosen));
  } else if (chosen && !isAnswer(chosen.entry, units, index)) best.splice(best.indexOf(chosen), 1);
  return best.slice(0, 8);
}

/** How much likelier than others a part of the prompt is to be a step, in units of the largest idf. */
function likelihood(units: readonly Unit[], values: readonly Value[]): number {
  const asking = units.filter(
    ({ kind, condition }) => kind !== 'statement' && !(kind === 'after' && condition === 'if'),
  );
  const kinds = new Set(values.flatMap(({ unit, kind }) => (asking.some(({ at }) => at === unit) ? [kind] : [])));
  return (
    TUNING.given * kinds.size +
    (units.some(({ then }) => then) ? TUNING.ordered : 0) +
    (units[0]!.at === 0 ? TUNING.opening : 0)
  );
}

/** "compose a tune" may be done by what generates one. */
function isNear(entry: IndexEntry, units: readonly Unit[]): boolean {
  const unit = units.find(({ verb }) => verb >= 0);
  if (!unit) return false;
  const verb = unit.tokens[unit.verb]!.lower;
  return !entry.says.has(term(verb)) && nearTerms(verb).some((t) => entry.nameTerms.includes(t));
}

/** "Summarize the pdf" is not done by what extracts text from a pdf, where there is something that summarizes. */
function speaksOfOther(entry: IndexEntry, units: readonly Unit[], index: FunctionIndex): boolean {
  const unit = units.find((one) => one.kind === 'verb' && one.verb >= 0);
  if (!unit) return false;
  const { verb, plain } = askedBy(unit, index);
  return !plain && !verb.some((t) => entry.terms.has(t)) && verb.some((t) => index.postings.has(t));
}

/** The things that a request is for: "a link" of "give me a link to the photo". */
function objectOf(unit: Unit): string[] {
  const end = unit.tokens.findIndex(({ lower }, i) => i > unit.verb && TAIL.has(lower));
  const words = unit.tokens.slice(unit.verb + 1, end < 0 ? undefined : end);
  const said = words.filter(({ kind, lower }) => kind === 'word' && !isStopWord(lower) && !HOLLOW.has(term(lower)));
  const telling = said.filter(({ lower }) => !isGenericName(lower));
  return (telling.length > 0 ? telling : said.slice(-1)).map(({ lower }) => term(lower));
}

/** How much of a function's name was said, 0–1, by the weight of its words. */
function nameCover(entry: IndexEntry, index: FunctionIndex, said: ReadonlyMap<string, number>): number {
  let all = 0;
  let held = 0;
  for (const t of entry.nameTerms) {
    const weight = index.idf(t);
    all += weight;
    held += weight * Math.min(1, said.get(t) ?? 0);
  }
  return all === 0 ? 0 : held / all;
}

/** "csv to json": 1 where the name has both in this order, −1 in the other; half of it where only the goal is said. */
function direction({ nameTerms }: IndexEntry, units: readonly Unit[]): number {
  if (nameTerms.length < 2) return 0;
  for (const { tokens } of units) {
    const at = tokens.findIndex(({ lower }) => lower === 'to' || lower === 'into');
    // "make HTML of it": as good as "turn it into HTML"
    const making = tokens.findIndex(({ lower }) => /^(make|create|produce|generate)$/.test(lower));
    const out = making >= 0 && /^(of|from|out)$/.test(tokens[making + 2]?.lower ?? '') ? tokens[making + 1] : undefined;
    const goal =
      at < 0 ? out : tokens.slice(at + 1, at + 4).find(({ kind, lower }) => kind === 'word' && !isStopWord(lower));
    const to = goal ? nameTerms.indexOf(term(goal.lower)) : -1;
    if (to < 0) continue;
    const from = Math.max(
      -1,
      ...tokens.slice(0, at).map(({ lower }) => (term(lower) === nameTerms[to] ? -1 : nameTerms.indexOf(term(lower)))),
    );
    if (from >= 0) return from < to ? 1 : -1;
    if (to === 0 || to === nameTerms.length - 1) return (to === 0 ? -0.5 : 0.5) * (at < 0 ? 2 : 1);
  }
  return 0;
}

/** 1 where request and function move things the same way in or out of a store, −3 where they move them the other way: that is never meant. */
function sameWay(entry: IndexEntry, units: readonly Unit[]): number {
  const asked = wayOf(units[0]!);
  const way = asked && wayOfFunction(entry);
  return way ? (way === asked ? 1 : -3) : 0;
}

/** Are all the files that a request names of other kinds than the one file that a function requires? */
function takesOtherFile({ manifest }: IndexEntry, given: readonly Value[]): boolean {
  if (given.length === 0) return false;
  const files = Object.entries(manifest.input.properties ?? {}).filter(
    ([name, { format, items }]) =>
      (format ?? items?.format) === 's3-uri' && (manifest.input.required ?? []).includes(name),
  );
  return (
    files.length > 0 &&
    files.every(([, { contentMediaType, items }]) =>
      given.every(
        ({ mediaType }) => mediaFit(mediaType ?? undefined, contentMediaType ?? items?.contentMediaType) < 0.1,
      ),
    )
  );
}

const PLACED = new Set(['number', 'code']);

/** How many of the things that a question asks for a function gives, 0–1. */
export function answers({ manifest }: IndexEntry, units: readonly Unit[], index: FunctionIndex): number {
  const [unit] = units;
  // "dimensions of the banner": the width and the height, of a function that does not ask for them
  const measures = unit?.work ? measuresIn(unit.text) : [];
  if (measures.length > 0) {
    const { input, output } = manifest;
    return measures.filter((one) => output.properties?.[one] && !input.properties?.[one]).length / measures.length;
  }
  if (!unit || !(unit.kind === 'ask' || isGiving(unit))) return 0;
  const nouns = unit.kind === 'ask' ? askedBy(unit, index).nouns.map(({ t }) => t) : objectOf(unit);
  // "get pages 2-4" asks for the pages, not for how many there are
  const counts = /\b(how (many|much)|number|count|total)\b/i.test(unit.text);
  const plural = new Set(
    unit.tokens
      .filter(({ lower }, i) => /[^s]s$/.test(lower) && PLACED.has(unit.tokens[i + 1]?.kind ?? ''))
      .map(({ lower }) => term(lower)),
  );
  const given = new Set(
    Object.entries(manifest.output.properties ?? {}).flatMap(([name, { type }]) =>
      nameTerms(name, index.lexicon).filter(
        (t) => counts || type !== 'integer' || !plural.has(t) || unit.kind === 'ask',
      ),
    ),
  );
  const taken = new Set(Object.keys(manifest.input.properties ?? {}).flatMap((name) => nameTerms(name, index.lexicon)));
  return nouns.length === 0 ? 0 : nouns.filter((t) => given.has(t) && !taken.has(t)).length / nouns.length;
}
