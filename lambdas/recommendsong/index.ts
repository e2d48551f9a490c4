import { text } from '../shared/input';

const SONGS: Record<string, string> = { happy: 'Happy Tune', sad: 'Melancholy Melody' };

export const handler = async (event: unknown): Promise<{ song: string }> => {
  const mood = text(event, 'mood', { limit: 200 }).trim().toLowerCase();
  return { song: Object.hasOwn(SONGS, mood) ? SONGS[mood]! : 'Lo-fi Chill' };
};
