/** PDF documents, opened with care. */
import { PDFDocument } from '@cantoo/pdf-lib';
import { FunctionError } from './errors';
import { readStored } from './files';

export type OpenPdf = { uri: string; document: PDFDocument };

/** bytes; a document is held unpacked and packed at once */
const PDF_LIMIT = 50 * 1024 * 1024;

/** @throws FunctionError NotAPdf, and those of `readStored` */
export async function openPdf(uri: string, field: string): Promise<OpenPdf> {
  const stored = await readStored(uri, field, PDF_LIMIT);
  if (!Buffer.from(stored.bytes.subarray(0, 1024)).includes('%PDF-'))
    throw new FunctionError(
      'NotAPdf',
      `${stored.uri} is not a PDF document (its type is ${stored.mediaType}). Use a PDF file.`,
    );
  try {
    const document = await PDFDocument.load(stored.bytes, { updateMetadata: false });
    document.getPageCount(); // what is damaged further on may show only here
    return { uri: stored.uri, document };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FunctionError(
      'NotAPdf',
      /encrypt|password/i.test(why)
        ? `${stored.uri} is protected by a password. Remove it first.`
        : `${stored.uri} is damaged and cannot be read. Save it as a PDF again.`,
      { cause: error },
    );
  }
}

/** A new document whose bytes depend on its pages alone, so that a repeated call writes the same file. */
export async function newPdf(): Promise<PDFDocument> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setProducer('Action Engine');
  return document;
}

/** What takes out pages can meet a page that is damaged. */
export async function copyPages(from: OpenPdf, into: PDFDocument, pages: number[]): Promise<void> {
  try {
    for (const page of await into.copyPages(from.document, pages)) into.addPage(page);
  } catch (error) {
    throw new FunctionError(
      'NotAPdf',
      `A page of ${from.uri} is damaged and cannot be copied. Save it as a PDF again.`,
      { cause: error },
    );
  }
}
