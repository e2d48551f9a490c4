import Sentiment from 'sentiment';
import { text } from '../shared/input';
import { wordsOf } from '../shared/text';

/** The AFINN word list: each word from -5 to 5, turned round behind a "not". */
export const handler = async (event: unknown): Promise<{ sentiment: string; score: number }> => {
  const content = text(event, 'text', { limit: 1_000_000 });
  const { score: sum, words } = new Sentiment().analyze(content);
  const telling = Math.max(1, words.length, wordsOf(content).length / 20);
  const score = Math.max(-1, Math.min(1, Math.round((sum / telling / 5) * 100) / 100));
  return { sentiment: score > 0.05 ? 'positive' : score < -0.05 ? 'negative' : 'neutral', score };
};
