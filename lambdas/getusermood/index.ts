import { text } from '../shared/input';

const MOODS: Record<string, Mood> = { anna_123: 'happy' };
export type Mood = 'happy' | 'sad' | 'neutral';

export const handler = async (event: unknown): Promise<{ mood: Mood }> => {
  const id = text(event, 'user_id', { limit: 200 }).trim();
  return { mood: Object.hasOwn(MOODS, id) ? MOODS[id]! : 'neutral' };
};
