import Sentiment from 'sentiment';
import { FunctionError } from '../shared/errors';
import { text } from '../shared/input';
import { languageOf, nearEnglish } from '../shared/language';
import { wordsOf } from '../shared/text';

/** as `nearEnglish` measures */
const FOREIGN = 0.75;

/** The AFINN word list: each word from -5 to 5, turned round behind a "not". */
export const handler = async (event: unknown): Promise<{ sentiment: string; score: number }> => {
  const content = text(event, 'text', { limit: 1_000_000 });
  const language = languageOf(content);
  // The German "die" is no English one.
  if (language && content.trim().length >= 30 && nearEnglish(content) < FOREIGN)
    throw new FunctionError(
      'UnsupportedLanguage',
      `The text seems to be ${language.name}; what sounds positive or negative is known for English only. Translate it first.`,
    );
  const { score: sum, words } = new Sentiment().analyze(content);
  const telling = Math.max(1, words.length, wordsOf(content).length / 20);
  const score = Math.max(-1, Math.min(1, Math.round((sum / telling / 5) * 100) / 100));
  return { sentiment: score > 0.05 ? 'positive' : score < -0.05 ? 'negative' : 'neutral', score };
};
