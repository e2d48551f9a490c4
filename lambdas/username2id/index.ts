import { text } from '../shared/input';

/** A user id is the name in lower case, then `_123`. */
export const handler = async (event: unknown): Promise<{ user_id: string }> => {
  const name = text(event, 'name', { limit: 200 }).trim();
  return { user_id: `${name.toLowerCase().replace(/\s+/g, '_')}_123` };
};
