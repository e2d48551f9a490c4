import { FunctionError } from '../shared/errors';
import { renamed, writeResult } from '../shared/files';
import { optionalText, text } from '../shared/input';
import { copyPages, newPdf, openPdf } from '../shared/pdf';

const PART_LIMIT = 200;

export const handler = async (event: unknown): Promise<{ files: string[]; count: number }> => {
  const pdf = await openPdf(text(event, 'file'), 'file');
  const pages = pdf.document.getPageCount();
  const given = optionalText(event, 'ranges', 500);
  const ranges = given ? rangesOf(given, pages) : Array.from({ length: pages }, (_, i) => [i + 1, i + 1] as const);
  if (ranges.length > PART_LIMIT)
    throw new FunctionError(
      'InvalidInput',
      `${ranges.length} parts are too many; at most ${PART_LIMIT}. Name page "ranges".`,
    );
  const files: string[] = [];
  for (const [first, last] of ranges) {
    const part = await newPdf();
    await copyPages(
      pdf,
      part,
      Array.from({ length: last - first + 1 }, (_, i) => first - 1 + i),
    );
    const note = first === last ? `-${first}` : `-${first}-${last}`;
    files.push(
      await writeResult({
        folder: 'pdf',
        name: renamed(pdf.uri, 'pdf', note),
        bytes: await part.save(),
        mediaType: 'application/pdf',
        from: [pdf.uri, first, last],
        source: pdf.uri,
      }),
    );
  }
  return { files, count: files.length };
};

/** `1-3, 5, 7-` */
function rangesOf(given: string, pages: number): (readonly [number, number])[] {
  return given.split(',').map((part) => {
    const match = /^\s*(\d{1,6})\s*(?:(-|–)\s*(\d{1,6})?)?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = match?.[3] ? Number(match[3]) : match?.[2] ? pages : first;
    if (!match || first < 1 || last < first || last > pages) {
      throw new FunctionError(
        'InvalidInput',
        `"ranges" has "${part.trim()}", which are no pages of this document; it has ${pages}. Write it as 1-3, 5.`,
      );
    }
    return [first, last] as const;
  });
}
