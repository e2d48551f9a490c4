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
import {
  type Book,
  bookOf,
  type DraftExample,
  fieldKey,
  flowKey,
  norm,
  saysMuch,
  type Tells,
  tellsIn,
  type Words,
  wordsIn,
} from './examples';

export const PATTERN = {
  /** words like those that led to the function, in units of the largest idf */
  like: 0.5,
  /** a whole prompt like that of a workflow that has it */
  whole: 0.9,
  /** likeness up to here is none */
  floor: 0.35,
  wholeFloor: 0.35,
  /** like words count in full where their whole prompts are this like, and less where those are about other things */
  about: 0.5,
  /** from here on a person's choice comes first where the same would be drafted again that it took the place of */
  settled: 0.7,
  /** and from here on whatever would be drafted */
  same: 0.95,
  /** by how much it does */
  margin: 0.3,
  /** of choices within this of the most like, the newest counts */
  close: 0.1,
  /** from here on the draft names the workflow */
  named: 0.6,
  /** what flowed before, to the fit of an output for an input */
  flow: 0.2,
  /** of the workflows with both, the share in which the second waits for the first, from which on it does again */
  after: 0.5,
};

/**
 * A function that an earlier workflow speaks for. `like`: of the words, 0–1; `weight`: the same, less where the prompts
 * are about other things; `instead`: a person chose it for such words, in place of these (`null`: of a missing step).
 */
export type Precedent = {
  at: number;
  like: number;
  weight: number;
  example: DraftExample;
  instead: ReadonlySet<string | null> | null;
};
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

/** @returns `null` where the examples tell nothing */
export function precedentsIn(
  units: readonly Unit[],
  examples: readonly DraftExample[] | undefined,
  index: FunctionIndex,
): Precedents | null {
  if (!examples || examples.length === 0) return null;
  const book = bookOf(examples, index);
  if (book.cases.length === 0 && book.flows.size === 0) return null;
  const shelf: Shelf = { book, index, tells: tellsIn(book, index), norms: new Map() };
  const said = units.map(({ tokens }) => wordsIn(tokens));
  const wholes = new Map(cosines(merged(said), shelf, book.wholes, (at) => book.prompts[at]!, 0));
  const whole = wholesLike(wholes, shelf);
  const found = new Map<string, Precedent[]>();

  const near = (from: number, to: number): Precedent[] => {
    const key = `${from} ${to}`;
    const list = found.get(key) ?? casesLike(merged(said.slice(from, to + 1)), wholes, shelf);
    found.set(key, list);
    return list;
  };
  const likes = new Map<string, Map<number, number>>();
  const likeOf = (at: number, from: number, to: number): number => {
    const key = `${from} ${to}`;
    const byFunction = likes.get(key) ?? new Map(near(from, to).map((one) => [one.at, one.weight]));
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

type Shelf = { book: Book; index: FunctionIndex; tells: Tells; norms: Map<Words, number> };

/** Cosines of the words with each list that shares one of them, above a limit. */
function cosines(
  words: Words,
  { tells, norms }: Shelf,
  postings: Book['postings'],
  listAt: (at: number) => Words,
  least: number,
): [number, number][] {
  const dots = new Map<number, number>();
  for (const [t, weight] of words) {
    const part = weight * tells(t) ** 2;
    for (const at of postings.get(t) ?? []) dots.set(at, (dots.get(at) ?? 0) + part * listAt(at).get(t)!);
  }
  const normOf = (list: Words) => {
    const length = norms.get(list) ?? norm(list, tells);
    norms.set(list, length);
    return length;
  };
  const own = normOf(words);
  const alike: [number, number][] = [];
  for (const [at, dot] of dots) {
    const like = own === 0 ? 0 : dot / own / (normOf(listAt(at)) || 1);
    if (like >= least) alike.push([at, like]);
  }
  return alike;
}

function casesLike(words: Words, wholes: ReadonlyMap<number, number>, shelf: Shelf): Precedent[] {
  const { book, index } = shelf;
  if (!saysMuch(words)) return [];
  const alike = cosines(words, shelf, book.postings, (at) => book.cases[at]!.words, PATTERN.floor)
    .flatMap(([i, like]) => {
      const { functionName, example, instead } = book.cases[i]!;
      const at = index.byName.get(functionName)?.at;
      return at === undefined ? [] : [{ at, like, example, instead }]; // it may be gone
    })
    .sort((a, b) => b.like - a.like || a.example - b.example);
  // Of choices for words as like as these, the newest counts; one that was made before stays made.
  const close = alike.filter(({ like }) => like >= Math.max(PATTERN.settled, alike[0]!.like - PATTERN.close));
  const newest = close.reduce<(typeof close)[number] | null>((a, b) => (a && a.example <= b.example ? a : b), null);
  const chosen =
    newest && close.some(({ at, instead }) => instead !== undefined && at === newest.at) ? newest.at : null;
  const replaced = new Set(close.flatMap(({ instead }) => (instead === undefined ? [] : [instead])));
  const best = new Map<number, Precedent>();
  for (const { at, like, example } of alike) {
    const weight = like * Math.min(1, (wholes.get(example) ?? 0) / PATTERN.about);
    const known = best.get(at);
    if (!known)
      best.set(at, { at, like, weight, example: book.examples[example]!, instead: at === chosen ? replaced : null });
    else if (weight > known.weight) known.weight = weight;
  }
  return [...best.values()];
}
/** For each function, how like the prompt is to that of a workflow that has it. */
function wholesLike(wholes: ReadonlyMap<number, number>, { book, index }: Shelf): Map<number, number> {
  const best = new Map<number, number>();
  for (const [i, like] of wholes) {
    for (const { functionName } of book.examples[i]!.steps) {
      const at = index.byName.get(functionName)?.at;
      if (at !== undefined && like > (best.get(at) ?? 0)) best.set(at, like);
    }
  }
  return best;
}

/** "As in your workflow ‘Photo link’.", where an earlier one speaks clearly for the function that was taken. */
export function reasonOf({ before, settled }: { before?: Precedent; settled?: boolean }): string | null {
  if (!before || (before.like < PATTERN.named && !settled)) return null;
  const named = `your workflow ‘${before.example.title}’`;
  return settled ? `You chose it for such words, as in ${named}.` : `It does so for like words in ${named}.`;
}
