import { text } from '../shared/input';
import { sentencesOf, wordsOf } from '../shared/text';

export const handler = async (event: unknown): Promise<{ words: number; sentences: number; characters: number }> => {
  const content = text(event, 'text', { empty: true });
  return { words: wordsOf(content).length, sentences: sentencesOf(content).length, characters: [...content].length };
};
