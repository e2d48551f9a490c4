import { text } from '../shared/input';
import { languageOf } from '../shared/language';

export const handler = async (
  event: unknown,
): Promise<{ language: string; language_code: string; certain: boolean }> => {
  const { name, code, certain } = languageOf(text(event, 'text')) ?? { name: 'unknown', code: 'und', certain: false };
  return { language: name, language_code: code, certain };
};
