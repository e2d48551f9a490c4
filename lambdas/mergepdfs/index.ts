import { writeResult } from '../shared/files';
import { list } from '../shared/input';
import { addressesOf } from '../shared/lists';
import { copyPages, newPdf, openPdf } from '../shared/pdf';

export const handler = async (event: unknown): Promise<{ file: string; pages: number }> => {
  const uris = addressesOf(list(event, 'files', 50), 'files');
  const merged = await newPdf();
  for (const uri of uris) {
    const pdf = await openPdf(uri, 'files');
    await copyPages(pdf, merged, pdf.document.getPageIndices());
  }
  const file = await writeResult({
    folder: 'pdf',
    name: 'merged.pdf',
    bytes: await merged.save(),
    mediaType: 'application/pdf',
    from: ['merged', uris],
    ...(uris[0] ? { source: uris[0] } : {}),
  });
  return { file, pages: merged.getPageCount() };
};
