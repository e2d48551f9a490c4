/** For tests: a PDF whose pages can be told apart by their width. */
import { PDFDocument } from '@cantoo/pdf-lib';

/** @param widths points, one a page */
export async function pdfOf(widths: number[]): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (const width of widths) document.addPage([width, 100]).drawText(`width ${width}`, { x: 5, y: 50, size: 8 });
  return document.save();
}

export const widthsOf = async (bytes: Uint8Array): Promise<number[]> =>
  (await PDFDocument.load(bytes)).getPages().map((page) => page.getWidth());
