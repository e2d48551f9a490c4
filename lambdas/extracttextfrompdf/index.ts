import { extractText, getDocumentProxy } from 'unpdf';
import { FunctionError } from '../shared/errors';
import { readStored } from '../shared/files';
import { text } from '../shared/input';

/** characters; what Lambda can answer, with room for those of three bytes */
const TEXT_LIMIT = 1_800_000;

export const handler = async (event: unknown): Promise<{ text: string; pages: number }> => {
  const { uri, bytes, mediaType } = await readStored(text(event, 'file'), 'file', 50 * 1024 * 1024);
  if (!Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) {
    throw new FunctionError('NotAPdf', `${uri} is not a PDF document (its type is ${mediaType}). Use a PDF file.`);
  }
  try {
    const document = await getDocumentProxy(new Uint8Array(bytes));
    const { totalPages, text: content } = await extractText(document, { mergePages: true });
    return { text: content.slice(0, TEXT_LIMIT), pages: totalPages };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FunctionError(
      'NotAPdf',
      /password/i.test(why)
        ? `${uri} is protected by a password. Remove it first.`
        : `${uri} is damaged and cannot be read. Save it as a PDF again.`,
      { cause: error },
    );
  }
};
