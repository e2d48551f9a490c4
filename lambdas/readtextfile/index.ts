import { readStored } from '../shared/files';
import { text } from '../shared/input';
import { decodeText } from '../shared/text';

/** Lambda answers at most 6 MB. */
const FILE_LIMIT = 4 * 1024 * 1024;

export const handler = async (event: unknown): Promise<{ text: string }> => ({
  text: decodeText(await readStored(text(event, 'file'), 'file', FILE_LIMIT)),
});
