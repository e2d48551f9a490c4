import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { pdfOf, widthsOf } from '../shared/testing-pdf';
import { handler } from './index';

const cloud = testCloud();
const parts = async (files: string[]) => Promise.all(files.map(async (uri) => widthsOf((await cloud.get(uri)).bytes)));

test('ranges each become a document; without them every page does', async () => {
  const file = await cloud.put('book.pdf', await pdfOf([100, 110, 120, 130]), 'application/pdf');
  const made = await handler({ file, ranges: '1-2, 4' });
  expect(await parts(made.files)).toEqual([[100, 110], [130]]);
  expect(await parts((await handler({ file, ranges: '3-' })).files)).toEqual([[120, 130]]);
  expect((await handler({ file })).count).toBe(4);
});

test('pages that are not there are named', async () => {
  const file = await cloud.put('short.pdf', await pdfOf([100]), 'application/pdf');
  await expect(handler({ file, ranges: '1, 7' })).rejects.toThrow(
    '"ranges" has "7", which are no pages of this document; it has 1',
  );
});
