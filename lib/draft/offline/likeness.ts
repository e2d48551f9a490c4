/**
 * How like words are to what a function does, as a small embedding model sees it: an option beside the words themselves.
 *
 *   'squeeze the documents into one bundle', zipfiles ──▶ 0.48   (BM25 finds no word that they share)
 *
 * The model is somebody else's (`lib/embeddings`) and is asked before the planner begins, so that the planner stays pure:
 * here is only what it is asked, and what its answers count for. Measured in docs/benchmarks.md: it pays where people
 * use other words than the catalogue, does nothing where the words are clear, and does harm in a catalogue of thousands.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { FunctionIndex } from '@/lib/functions/search';
import { splitName } from '@/lib/functions/words';

/** Cosine of a unit's text and a function's, −1 to 1; null where it is not known. */
export type Likeness = (text: string, functionName: string) => number | null;

/**
 * Asks the model about texts and functions. `note`: a sentence for the person, where it could not answer although it is
 * wanted; then there is no likeness, and the draft is made without.
 */
export type Compare = (
  texts: readonly string[],
  functions: readonly { name: string; text: string }[],
) => Promise<{ likeness: Likeness | null; note: string | null }>;

/** With more functions it is not asked: with the 4,076 of sealtools it cost 1.9 points of edge F1, and 34 s to read them. */
export const MOST_COMPARED = 1000;

/** Chosen on the even lines of the development sets; docs/benchmarks.md tells what else was tried. */
export const LIKENESS = {
  /** what a likeness counts beside the words, in units of the largest idf */
  weight: 1,
  /** a likeness that speaks neither for a function nor against it */
  neutral: 0.3,
  /** where the best function is ahead of the next by so much, the model is not asked: it changed next to nothing there */
  sure: 1,
  /** for a request that no function's words fit: the least likeness of what is offered instead … */
  least: 0.45,
  /** … by how much it must be ahead of the next … */
  lead: 0.05,
  /** … and how much more it must be for each factor of e beyond `few` functions: the best of many is like by chance */
  crowd: 0.04,
  few: 57,
  /** what is less like a missing step is not named beside it */
  told: 0.36,
};

/** What the model reads of a function. */
export const namedText = ({ name, title, description }: FunctionManifest): { name: string; text: string } => ({
  name,
  text: `${/\s/.test(title) ? title : splitName(title).join(' ')}: ${description}`,
});

/**
 * The functions that are nearest in meaning to words that share none with them, best first, three at most.
 * `clear`: the first is near enough, and ahead of the next by enough, to be taken; the person is asked about it all the same.
 */
export function nearestTo(
  text: string,
  index: FunctionIndex,
  likeness: Likeness,
): { near: { entry: FunctionIndex['entries'][number]; like: number }[]; clear: boolean } {
  const near = index.entries
    .flatMap((entry) => {
      const like = likeness(text, entry.manifest.name);
      return like === null || like < LIKENESS.told ? [] : [{ entry, like }];
    })
    .sort((a, b) => b.like - a.like || a.entry.at - b.entry.at)
    .slice(0, 3);
  const [first, second] = near;
  const least = LIKENESS.least + LIKENESS.crowd * Math.max(0, Math.log(index.entries.length / LIKENESS.few));
  return {
    near,
    clear: first !== undefined && first.like >= least && first.like - (second?.like ?? 0) >= LIKENESS.lead,
  };
}
