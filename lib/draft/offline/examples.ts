/**
 * Workflows that were drafted, mended and kept, as a book of patterns: which words led to which function, which function
 * took the place of the one first proposed, and what flowed where.
 *
 *   DraftExample[] ──bookOf()──▶ Book: cases (words ▸ function) found by their rare words; flows between functions
 *
 * Of a workflow only its prompt's words, its functions' names and its edges are known here: no values, no files, and of
 * the words no numbers, quotes, addresses or names. A function that is in no catalogue any more is in no book. Pure.
 * @module
 */
import type { FunctionIndex } from '@/lib/functions/search';
import { stem } from '@/lib/functions/stem';
import { isStopWord, term } from '@/lib/functions/words';
import { type Token, tokenize } from './tokens';
import { PLAIN_VERBS } from './verbs';

export type ExampleStep = {
  functionName: string;
  /** the words of the prompt that asked for it; `null`: not known */
  words: string | null;
  /** a person put it there, in place of what was drafted: of this function, or of a step that none did (`null`) */
  instead?: string | null;
};
/** `output` and `input`: the fields; both `null`: not known, or only an order. */
export type ExampleFlow = { from: string; to: string; output: string | null; input: string | null };
export type DraftExample = {
  id: string;
  /** what a person calls it; shown where a draft follows it */
  title: string;
  prompt: string;
  steps: readonly ExampleStep[];
  /** between functions, by name */
  flows: readonly ExampleFlow[];
};

/** Terms with the weight of how they stand in the words. */
export type Words = ReadonlyMap<string, number>;
/** One function of one example, with the words that led to it; `instead` as in the step. */
export type Case = { example: number; functionName: string; words: Words; instead: string | null | undefined };
/** How often, where both functions are in one example, the first gives something to the second; and which fields. */
export type Flow = { together: number; flows: number; fields: ReadonlySet<string> };
export type Book = {
  examples: readonly DraftExample[];
  cases: readonly Case[];
  /** term ▸ the cases that have it */
  postings: ReadonlyMap<string, readonly number[]>;
  /** the words of each example's prompt, and term ▸ the examples that have it */
  prompts: readonly Words[];
  wholes: ReadonlyMap<string, readonly number[]>;
  /** by `flowKey` */
  flows: ReadonlyMap<string, Flow>;
};
/** 0–1: how much a term tells, by how few functions and cases have it. */
export type Tells = (term: string) => number;

export const flowKey = (from: string, to: string): string => `${from}\n${to}`;
export const fieldKey = (output: string | null, input: string | null): string => `${output ?? ''}\n${input ?? ''}`;

/** A capital that does not begin the words is a name, as a rule; "get" and "make" say little. */
const NAME = 0.2;
const PLAIN = 0.4;

/** "tell the team that the build is done": what is told is another thing each time. */
const SAYING = new Set(['that', 'saying']);
const TOLD = 0.4;

/** The telling words of a piece of a prompt; values of any kind are left out. */
export function wordsIn(tokens: readonly Token[]): Map<string, number> {
  const found = new Map<string, number>();
  let said = 1;
  tokens.forEach((token, i) => {
    if (i > 0 && SAYING.has(token.lower)) said = TOLD;
    if (token.kind !== 'word' || isStopWord(token.lower) || /\d/.test(token.lower)) return;
    const weight = i > 0 && /^\p{Lu}/u.test(token.text) ? NAME : PLAIN_VERBS.has(stem(token.lower)) ? PLAIN : 1;
    const t = term(token.lower);
    found.set(t, Math.max(found.get(t) ?? 0, weight * said));
  });
  return found;
}

/** More than "make it" and somebody's name. */
export const saysMuch = (words: Words): boolean => [...words.values()].some((weight) => weight === 1);

export function norm(words: Words, tells: Tells): number {
  let sum = 0;
  for (const [t, weight] of words) sum += (weight * tells(t)) ** 2;
  return Math.sqrt(sum);
}

const books = new WeakMap<readonly DraftExample[], Book>();
/**
 * @param examples newest first; the book is kept with the list, so the same list should be handed in again
 * @param index where it is not told which words led to a function, what is known of the function here tells it
 */
export function bookOf(examples: readonly DraftExample[], index: FunctionIndex): Book {
  const book = books.get(examples) ?? made(examples, index);
  books.set(examples, book);
  return book;
}

export function tellsIn({ postings, cases }: Book, index: FunctionIndex): Tells {
  const n = index.entries.length + cases.length;
  const most = Math.log(1 + (n + 0.5) / 0.5);
  const known = new Map<string, number>();
  return (t) => {
    let found = known.get(t);
    if (found === undefined) {
      const df = (index.postings.get(t)?.length ?? 0) + (postings.get(t)?.length ?? 0);
      found = Math.log(1 + (n - df + 0.5) / (df + 0.5)) / most;
      known.set(t, found);
    }
    return found;
  };
}

type Read = { prompt: Words; pieces: Words[]; steps: (Words | null)[] };
const reads = new WeakMap<DraftExample, Read>();
/** Dates do not matter here: values are left out. */
const WHENEVER = new Date(0);

function readOf(example: DraftExample): Read {
  let read = reads.get(example);
  if (!read) {
    const tokens = tokenize(example.prompt.slice(0, LONGEST), WHENEVER);
    read = {
      prompt: wordsIn(tokens),
      pieces: piecesOf(tokens).map(wordsIn),
      steps: example.steps.map(({ words }) => (words === null ? null : wordsIn(tokenize(words, WHENEVER)))),
    };
    reads.set(example, read);
  }
  return read;
}
/** Characters of a prompt that are looked at. */
const LONGEST = 4000;

/** Where nobody knows which words led to which function: pieces between marks and joining words. */
function piecesOf(tokens: readonly Token[]): Token[][] {
  const pieces: Token[][] = [[]];
  for (const token of tokens) {
    const cuts =
      token.kind === 'break' ||
      (token.kind === 'mark' && /^[.,;:!?]$/.test(token.text)) ||
      (token.kind === 'word' && /^(and|then|to)$/.test(token.lower));
    if (cuts) pieces.push([]);
    else pieces.at(-1)!.push(token);
  }
  return pieces.filter((piece) => piece.length > 0);
}

function made(examples: readonly DraftExample[], index: FunctionIndex): Book {
  const cases: Case[] = [];
  const flows = new Map<string, { together: number; flows: number; fields: Set<string> }>();
  examples.forEach((example, at) => {
    const { pieces, prompt, steps } = readOf(example);
    example.steps.forEach(({ functionName, instead }, i) => {
      const words =
        steps[i] ??
        nearest(pieces, index.byName.get(functionName)?.terms, index) ??
        (steps.length === 1 ? prompt : null);
      if (words && saysMuch(words)) cases.push({ example: at, functionName, words, instead });
    });
    const names = [...new Set(example.steps.map(({ functionName }) => functionName))].slice(0, MOST_FUNCTIONS);
    for (const from of names) {
      for (const to of names) {
        if (from === to) continue;
        const flow = flows.get(flowKey(from, to));
        if (flow) flow.together++;
        else flows.set(flowKey(from, to), { together: 1, flows: 0, fields: new Set() });
      }
    }
    const counted = new Set<string>();
    for (const { from, to, output, input } of example.flows) {
      const flow = flows.get(flowKey(from, to));
      if (!flow) continue;
      if (!counted.has(flowKey(from, to))) flow.flows++;
      counted.add(flowKey(from, to));
      if (output !== null || input !== null) flow.fields.add(fieldKey(output, input));
    }
  });
  const prompts = examples.map((example) => readOf(example).prompt);
  return {
    examples,
    cases,
    postings: postingsOf(cases.map(({ words }) => words)),
    prompts,
    wholes: postingsOf(prompts),
    flows,
  };
}
/** Functions of one example whose flows are looked at. */
const MOST_FUNCTIONS = 40;

function postingsOf(lists: readonly Words[]): Map<string, number[]> {
  const postings = new Map<string, number[]>();
  lists.forEach((words, at) => {
    for (const t of words.keys()) {
      const list = postings.get(t);
      if (list) list.push(at);
      else postings.set(t, [at]);
    }
  });
  return postings;
}

/** The piece that says most of what a function is known by; `null` where none says anything of it. */
function nearest(
  pieces: readonly Words[],
  known: ReadonlyMap<string, number> | undefined,
  index: FunctionIndex,
): Words | null {
  if (!known) return null;
  let best: Words | null = null;
  let most = 0;
  for (const piece of pieces) {
    let score = 0;
    for (const [t, weight] of piece) if (known.has(t)) score += weight * index.idf(t) * Math.min(3, known.get(t)!);
    if (score > most) [best, most] = [piece, score];
  }
  return best;
}
