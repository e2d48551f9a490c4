import { integer, text } from '../shared/input';
import { sentencesOf, wordsOf } from '../shared/text';

/**
 * Chooses sentences, writes none: those whose words come up most in the whole text, in their own order. Words of three
 * letters and fewer say little and are not counted.
 */
export const handler = async (event: unknown): Promise<{ text: string }> => {
  const sentences = sentencesOf(text(event, 'text', { limit: 1_000_000 }));
  const wanted = integer(event, 'sentences', 1, 50, 3);
  const telling = sentences.map((sentence) => wordsOf(sentence.toLowerCase()).filter((word) => word.length > 3));
  const counts = new Map<string, number>();
  for (const word of telling.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weight = (words: string[]) => {
    const distinct = [...new Set(words)];
    // Divided by the root, so that neither the longest nor the shortest sentence wins for its length alone.
    return distinct.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0) / Math.sqrt(distinct.length + 1);
  };
  const chosen = telling
    .map((words, at) => ({ at, weight: weight(words) }))
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
    .slice(0, wanted)
    .sort((a, b) => a.at - b.at);
  return { text: chosen.map(({ at }) => sentences[at]).join(' ') };
};
