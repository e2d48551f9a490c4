import { integer, text } from '../shared/input';
import { sentencesOf, wordsOf } from '../shared/text';

const LITTLE = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can
  could did do does doing down during each even ever every few for from further get had has have having he her here hers
  him his how i if in into is it its itself just like made make makes many may me might more most much must my no nor not
  now of off on once one only or other our out over own per said same say she should since so some such than that the
  their them then there these they this those through to too two under until up upon us use used very was we well were
  what when where which while who whom why will with within without would yet you your`.split(/\s+/),
);

/**
 * RAKE: words between the little ones are phrases, and a phrase weighs what its words do: how often each comes up and in
 * how long company. A phrase that comes up again counts more.
 */
export const handler = async (event: unknown): Promise<{ keywords: string[] }> => {
  const content = text(event, 'text', { limit: 1_000_000 });
  const limit = integer(event, 'limit', 1, 100, 10);
  const phrases = new Map<string, { words: string[]; count: number }>();
  const freq = new Map<string, number>();
  const degree = new Map<string, number>();
  for (const sentence of sentencesOf(content)) {
    for (const run of runsOf(sentence)) {
      const key = run.join(' ');
      const phrase = phrases.get(key) ?? { words: run, count: 0 };
      phrase.count++;
      phrases.set(key, phrase);
      for (const word of run) {
        freq.set(word, (freq.get(word) ?? 0) + 1);
        degree.set(word, (degree.get(word) ?? 0) + run.length);
      }
    }
  }
  const weight = ({ words, count }: { words: string[]; count: number }) =>
    words.reduce((sum, word) => sum + (degree.get(word) ?? 0) / (freq.get(word) ?? 1), 0) * count;
  return {
    keywords: [...phrases]
      .sort(([a, x], [b, y]) => weight(y) - weight(x) || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key]) => key),
  };
};

/** Of three words at most: longer ones are rarely what a text is about. */
function runsOf(sentence: string): string[][] {
  const runs: string[][] = [];
  for (const part of sentence.toLowerCase().split(/[,;:()[\]"“”„.!?\n—–]+/)) {
    let run: string[] = [];
    const close = () => {
      if (run.length > 0 && run.length <= 3) runs.push(run);
      run = [];
    };
    for (const word of wordsOf(part)) {
      if (LITTLE.has(word) || word.length < 3 || /^\d+$/.test(word)) close();
      else run.push(word);
    }
    close();
  }
  return runs;
}
