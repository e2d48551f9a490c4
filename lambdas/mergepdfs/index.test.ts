import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { pdfOf, widthsOf } from '../shared/testing-pdf';
import { handler } from './index';

const cloud = testCloud();

test('pages stand in the order of the documents', async () => {
  const files = [
    await cloud.put('one.pdf', await pdfOf([100, 110]), 'application/pdf'),
    await cloud.put('two.pdf', await pdfOf([120]), 'application/pdf'),
  ];
  const made = await handler({ files });
  expect(made.pages).toBe(3);
  expect(await widthsOf((await cloud.get(made.file)).bytes)).toEqual([100, 110, 120]);
});

test('what is no PDF is named', async () => {
  const text = await cloud.put('notes.txt', 'words', 'text/plain');
  const cut = await cloud.put('cut.pdf', '%PDF-1.7\nnothing more', 'application/pdf');
  await expect(handler({ files: [text] })).rejects.toMatchObject({
    name: 'NotAPdf',
    message: expect.stringContaining('notes.txt'),
  });
  await expect(handler({ files: [cut] })).rejects.toMatchObject({
    name: 'NotAPdf',
    message: expect.stringContaining('cut.pdf'),
  });
});
