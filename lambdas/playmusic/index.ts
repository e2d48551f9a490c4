import { text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ message: string }> => ({
  message: `Now playing: ${text(event, 'song', { limit: 500 }).trim()}`,
});
