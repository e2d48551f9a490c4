/**
 * What else speaks for a function, beside the words that ask for it: that the values given there fit its inputs, that its
 * inputs are named, that the prompt as a whole is about its things, and what of it nobody has mentioned.
 *
 *   evidenceFor(units, values, index) ──▶ of(entry, from, to, said) ──▶ a number, in units of the largest idf
 *
 * The weights were fitted by coordinate ascent, averaged over 24 draws of 70 % of the benchmark prompts, and rounded. How the
 * same procedure did on prompts and functions that had no part in it: docs/benchmarks.md. Pure.
 * @module
 */
import type { FunctionIndex, IndexEntry } from '@/lib/functions/search';
import { isStopWord, term } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { fitOfValue, paramTerms } from './fit';
import { fieldsOf } from './steps';
import type { Value } from './values';

const WEIGHT = {
  /** the mean of how well the values said there fit its inputs, 0–1 */
  fit: 0.12,
  /** their sum, to 3: several that fit tell more than one */
  fits: 0.175,
  /** a required input that nothing said there fits, to 4 */
  unfilled: -0.083,
  /** words that name its inputs and are not in what it says it does */
  named: 0.22,
  /** the same search with the words of the whole prompt */
  whole: 0.13,
  /** words of its name that the prompt never says */
  unsaid: -0.14,
};
/** A fit below this fills nothing. */
const FILLS = 0.4;

export type Evidence = {
  of(entry: IndexEntry, from: number, to: number, said: ReadonlyMap<string, number>): number;
};

/** @param units the whole prompt's; `from` and `to` are places in it, both included */
export function evidenceFor(units: readonly Unit[], values: readonly Value[], index: FunctionIndex): Evidence {
  const scale = index.idf('\u0000');
  const words = new Set<string>();
  for (const { tokens } of units)
    for (const { kind, lower } of tokens) if (kind === 'word' && !isStopWord(lower)) words.add(term(lower));
  const whole = new Float64Array(index.entries.length);
  for (const word of words) for (const { at, weight } of index.postings.get(word) ?? []) whole[at]! += weight;
  // What a condition compares with is given to nothing, and "This is Anna." is said to no step in particular.
  const byUnit = units.map(({ kind, condition }, at) =>
    kind === 'statement' || (kind === 'after' && condition === 'if') ? [] : values.filter(({ unit }) => unit === at),
  );

  /** For each value of a unit: its best fit, and the required inputs that it could fill. */
  const fitted = new Map<string, { best: number; fills: string[] }[]>();
  const fitsOf = (entry: IndexEntry, at: number) => {
    const key = `${entry.at} ${at}`;
    let found = fitted.get(key);
    if (!found) {
      const fields = fieldsOf(entry.manifest.input);
      found = byUnit[at]!.map((value) => {
        let best = 0;
        const fills: string[] = [];
        for (const field of fields) {
          const fit = fitOfValue(value, field, index, 1);
          if (fit > best) best = fit;
          if (field.required && fit >= FILLS) fills.push(field.name);
        }
        return { best, fills };
      });
      fitted.set(key, found);
    }
    return found;
  };

  return {
    of(entry, from, to, said) {
      let sum = 0;
      let count = 0;
      const filled = new Set<string>();
      for (let at = from; at <= to; at++) {
        for (const { best, fills } of fitsOf(entry, at)) {
          sum += best;
          count++;
          for (const name of fills) filled.add(name);
        }
      }
      const required = fieldsOf(entry.manifest.input).filter((field) => field.required).length;
      const unfilled = required === 0 ? 0 : Math.min(4, required) * (1 - filled.size / required);
      let named = 0;
      const inputs = inputTerms(entry, index);
      for (const t of said.keys()) if (inputs.has(t) && !entry.says.has(t)) named += index.idf(t) / scale;
      let unsaid = 0;
      for (const t of entry.nameTerms) if (!said.has(t) && !words.has(t)) unsaid += index.idf(t) / scale;
      return (
        (count === 0 ? 0 : (WEIGHT.fit * sum) / count) +
        WEIGHT.fits * Math.min(3, sum) +
        WEIGHT.unfilled * unfilled +
        WEIGHT.named * named +
        WEIGHT.whole * (whole[entry.at]! / scale) +
        WEIGHT.unsaid * unsaid
      );
    },
  };
}

const inputsCache = new WeakMap<IndexEntry, Set<string>>();
function inputTerms(entry: IndexEntry, index: FunctionIndex): Set<string> {
  let found = inputsCache.get(entry);
  if (!found) {
    found = new Set(fieldsOf(entry.manifest.input).flatMap((field) => paramTerms(field.name, index)));
    inputsCache.set(entry, found);
  }
  return found;
}
