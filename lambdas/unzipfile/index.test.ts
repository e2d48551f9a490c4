import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { testCloud } from '../shared/testing';
import { handler } from './index';

const cloud = testCloud();
const bytes = (text: string) => new TextEncoder().encode(text);

test('files come out with their type, folders apart', async () => {
  const zip = zipSync({
    'docs/a.txt': bytes('one'),
    'more/a.txt': bytes('two'),
    '__MACOSX/._a': bytes('x'),
    'p.png': bytes('p'),
  });
  const { files, count } = await handler({ file: await cloud.put('all.zip', zip, 'application/zip') });
  expect(count).toBe(3);
  const found = await Promise.all(files.map((uri) => cloud.get(uri)));
  expect(found.map((file) => [file.bytes.toString(), file.mediaType])).toEqual([
    ['one', 'text/plain; charset=utf-8'],
    ['two', 'text/plain; charset=utf-8'],
    ['p', 'image/png'],
  ]);
});

test.each([
  ['../out.txt', 'leads out of the archive'],
  ['/etc/passwd', 'leads out of the archive'],
  ['a\\b.txt', 'no name for a file'],
])('%s is refused', async (name, why) => {
  const uri = await cloud.put('bad.zip', zipSync({ [name]: bytes('x') }), 'application/zip');
  await expect(handler({ file: uri })).rejects.toMatchObject({
    name: 'NotAZip',
    message: expect.stringContaining(why),
  });
});

test('a link, a liar about its size, and what is no archive are refused', async () => {
  const link = Buffer.from(zipSync({ l: [bytes('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }));
  const liar = Buffer.from(zipSync({ big: new Uint8Array(5000) }));
  const central = liar.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  liar.writeUInt32LE(10, central + 24);
  for (const [name, body] of [
    ['link', link],
    ['liar', liar],
    ['words', bytes('no zip')],
  ] as const) {
    const uri = await cloud.put(`${name}.zip`, body, 'application/zip');
    await expect(handler({ file: uri }), name).rejects.toMatchObject({ name: 'NotAZip' });
  }
});
