/**
 * What earlier workflows speak for, in a prompt: functions that like words led to, the one that a person chose in place
 * of a draft's, and what flows from which function to which.
 *
 *   units, book ──precedentsIn()──▶ near(from, to), of(function, from, to), flow(…)
 *
 * Likeness is the cosine of two sets of words, in which a word counts by how few functions and workflows have it. Below
 * a limit it is none: a word in common by chance tells nothing. The weights: docs/benchmarks.md. Pure.
 * @module
 */
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import type { Unit } from './clauses';
import { type Book, bookOf, type DraftExample, fieldKey, flowKey, norm, type Words, wordsIn } from './examples';

export const PATTERN = {
  /** words like those that led to the function, in units of the largest idf */
  like: 0.9,
  /** a whole prompt like that of a workflow that has it */
  whole: 0.9,
  /** likeness up to here is none */
  floor: 0.35,
  wholeFloor: 0.3,
  /** from here on a function is thought of though no word finds it */
  thought: 0.6,
  /** from here on a person's own choice comes first */
  settled: 0.7,
  /** by which it does */
  margin: 0.3,
  /** what flowed before, to the fit of an output for an input */
  flow: 0.2,
  /** of the workflows with both, the share in which the second waits for the first, from which on it does again */
  after: 0.5,
};

/** A function that an earlier workflow speaks for. `like`: 0–1. `settled`: a person chose it for just such words. */
export type Precedent = { at: number; like: number; example: DraftExample; settled: boolean };
export type Precedents = {
  /** of the words of these units, the most alike first, one a function */
  near(from: number, to: number): readonly Precedent[];
  /** in units of the largest idf */
  of(at: number, from: number, to: number): number;
  /** what is added to the fit of this output for that input, where the one went into the other */
  flow(from: IndexEntry, output: string | null, to: IndexEntry, input: string): number;
  /** does the second wait for the first, as in most workflows that have both? */
  follows(from: IndexEntry, to: IndexEntry): boolean;
};

/** @returns `null` where no example has a function of this catalogue */
export function precedentsIn(
  units: readonly Unit[],
  examples: readonly DraftExample[] | undefined,
  index: FunctionIndex,
): Precedents | null {
  if (!examples || examples.length === 0) return null;
  const book = bookOf(examples, index);
  if (book.cases.length === 0) return null;
  const said = units.map(({ tokens }) => wordsIn(tokens));
  const whole = wholesLike(merged(said), book);
  const found = new Map<string, Precedent[]>();

  const near = (from: number, to: number): Precedent[] => {
    const key = `${from} ${to}`;
    const list = found.get(key) ?? casesLike(merged(said.slice(from, to + 1)), book);
    found.set(key, list);
    return list;
  };
  const likes = new Map<string, Map<number, number>>();
  const likeOf = (at: number, from: number, to: number): number => {
    const key = `${from} ${to}`;
    const byFunction = likes.get(key) ?? new Map(near(from, to).map((one) => [one.at, one.like]));
    likes.set(key, byFunction);
    return byFunction.get(at) ?? 0;
  };
  return {
    near,
    of: (at, from, to) =>
      PATTERN.like * above(likeOf(at, from, to), PATTERN.floor) +
      PATTERN.whole * above(whole.get(at) ?? 0, PATTERN.wholeFloor),
    flow: (from, output, to, input) => {
      const flow = book.flows.get(flowKey(from.manifest.name, to.manifest.name));
      return flow?.fields.has(fieldKey(output, input)) ? (PATTERN.flow * flow.flows) / flow.together : 0;
    },
    follows: (from, to) => {
      const flow = book.flows.get(flowKey(from.manifest.name, to.manifest.name));
      return flow !== undefined && flow.flows >= flow.together * PATTERN.after;
    },
  };
}

const above = (like: number, floor: number): number => Math.max(0, (like - floor) / (1 - floor));

function merged(lists: readonly Words[]): Words {
  if (lists.length === 1) return lists[0]!;
  const all = new Map<string, number>();
  for (const words of lists) for (const [t, weight] of words) all.set(t, Math.max(all.get(t) ?? 0, weight));
  return all;
}

/** Cosines of what the words share with each list that has one of them. */
function cosines(
  words: Words,
  { tells }: Book,
  postings: Book['postings'],
  other: (at: number) => { words: Words; norm: number },
): Map<number, number> {
  const dots = new Map<number, number>();
  for (const [t, weight] of words) {
    const list = postings.get(t);
    if (!list) continue;
    const part = weight * tells(t) ** 2;
    for (const at of list) dots.set(at, (dots.get(at) ?? 0) + part * other(at).words.get(t)!);
  }
  const own = norm(words, tells);
  for (const [at, dot] of dots) dots.set(at, own === 0 ? 0 : dot / own / (other(at).norm || 1));
  return dots;
}

function casesLike(words: Words, book: Book): Precedent[] {
  const alike = [...cosines(words, book, book.postings, (at) => book.cases[at]!)]
    .filter(([, like]) => like >= PATTERN.floor)
    .map(([i, like]) => ({ ...book.cases[i]!, like }))
    .sort((a, b) => b.like - a.like || a.example - b.example);
  // Of choices for words as like as these, the newest counts; one that was made before stays made.
  const [first] = alike;
  const close = alike.filter(({ like }) => like >= Math.max(PATTERN.settled, first!.like - CLOSE));
  const newest = close.reduce<(typeof close)[number] | null>((a, b) => (a && a.example <= b.example ? a : b), null);
  const chosen = newest && close.some(({ at, settled }) => settled && at === newest.at) ? newest.at : null;
  const best = new Map<number, Precedent>();
  for (const { at, like, example } of alike)
    if (!best.has(at)) best.set(at, { at, like, example: book.examples[example]!, settled: at === chosen });
  return [...best.values()];
}
const CLOSE = 0.1;

/** For each function, how like the prompt is to that of a workflow that has it. */
function wholesLike(words: Words, book: Book): Map<number, number> {
  const best = new Map<number, number>();
  for (const [i, like] of cosines(words, book, book.wholes, (at) => ({
    words: book.prompts[at]!,
    norm: book.norms[at]!,
  })))
    for (const at of book.functions[i]!) if (like > (best.get(at) ?? 0)) best.set(at, like);
  return best;
}

/** "As in your workflow ‘Photo link’.", where an earlier one speaks clearly for the function that was taken. */
export function reasonOf(before: Precedent | undefined): string | null {
  if (!before || (before.like < PATTERN.thought && !before.settled)) return null;
  const named = `your workflow ‘${before.example.title}’`;
  return before.settled ? `You chose it for such words, as in ${named}.` : `It does so for like words in ${named}.`;
}
