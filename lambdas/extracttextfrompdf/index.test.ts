import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();

/** A PDF of the plainest kind: one line of text a page. */
function pdf(lines: string[]): string {
  const kids = lines.map((_, i) => `${4 + 2 * i} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  lines.forEach((line, i) => {
    const stream = `BT /F1 24 Tf 72 700 Td (${line}) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  });
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}

test('reads the text of every page', async () => {
  const file = await cloud.put('r.pdf', pdf(['Annual report', 'Sales grew']), 'application/pdf');
  const read = await handler({ file });
  expect(read.pages).toBe(2);
  expect(read.text.replace(/\s+/g, ' ').trim()).toBe('Annual report Sales grew');
});

test('what is no PDF is named', async () => {
  await expect(handler({ file: await cloud.put('r.txt', 'words', 'text/plain') })).rejects.toMatchObject({
    name: 'NotAPdf',
  });
  await expect(
    handler({ file: await cloud.put('cut.pdf', '%PDF-1.4\nnothing', 'application/pdf') }),
  ).rejects.toMatchObject({ name: 'NotAPdf' });
});
