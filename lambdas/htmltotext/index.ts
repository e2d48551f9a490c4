import { readable } from '../shared/html';
import { text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ text: string }> => ({
  text: readable(text(event, 'html', { empty: true })),
});
