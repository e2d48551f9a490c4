/** The list of files, a page at a time, through the real local cloud. */
import { expect, test } from 'vitest';
import { deleteFiles, FilesQuery, filesPage, readPdf } from '@/lib/usecases/files';
import { wired } from './wired';

const deps = wired();
const page = (form: Partial<{ query: string; kind: string; after: string | null }> = {}) =>
  filesPage(deps(), FilesQuery.parse(form));
const put = (name: string, text = name) =>
  deps().cloud.files.put({ key: `uploads/${name}`, mediaType: '', body: Buffer.from(text) });

test('every file is on one page or another, the newest first; a search looks through all', {
  timeout: 60_000,
}, async () => {
  expect(await page()).toEqual({ files: [], matching: 0, kinds: [], next: null });
  const names = Array.from({ length: 290 }, (_, n) => `${String(n).padStart(3, '0')}${n % 3 ? '.png' : '.csv'}`);
  for (let at = 0; at < names.length; at += 30) await Promise.all(names.slice(at, at + 30).map((name) => put(name)));

  const first = await page();
  expect(first).toMatchObject({
    matching: 290,
    kinds: [
      { kind: 'pictures', n: 193 },
      { kind: 'data', n: 97 },
    ],
  });
  expect(first.files[0]!.url).toContain('X-Amz-Signature');
  // One of those to come goes, and a new one comes: nothing is missed or shown twice.
  const seen = first.files.map(({ name }) => name);
  const victim = names.find((name) => !seen.includes(name))!;
  await deleteFiles(deps(), [`uploads/${victim}`]);
  await put('!new.txt');
  for (let next = first.next; next !== null; ) {
    const more = await page({ after: next });
    seen.push(...more.files.map(({ name }) => name));
    next = more.next;
  }
  expect(seen.toSorted()).toEqual(names.filter((name) => name !== victim));
  expect((await page()).files[0]!.name).toBe('!new.txt');

  const oldest = await page({ query: 'UPLOADS 00', kind: 'data' });
  expect(oldest.files.map(({ name }) => name).toSorted()).toEqual(
    ['000.csv', '003.csv', '006.csv', '009.csv'].filter((name) => name !== victim),
  );
  expect(oldest.next).toBeNull();
  expect(await page({ query: 'nowhere' })).toMatchObject({ files: [], matching: 0 });

  await deleteFiles(
    deps(),
    names.map((name) => `uploads/${name}`),
  );
  expect((await page()).matching).toBe(1);
});

test('only what begins as a PDF is sent as one', async () => {
  const { uri } = await put('real.pdf', '%PDF-1.7 and so on');
  expect(await new Response(await readPdf(deps(), uri)).text()).toBe('%PDF-1.7 and so on');
  for (const text of ['<script>alert(1)</script>', '%PD', '']) {
    const fake = await put('fake.pdf', text);
    await expect(readPdf(deps(), fake.uri)).rejects.toMatchObject({ code: 'FILE_NO_PDF' });
  }
  await expect(readPdf(deps(), uri.replace('real', 'gone'))).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
});
