import { expect, test } from 'vitest';
import { dechunk } from './chunked';

const FRAMED =
  '5;chunk-signature=ad80c7\r\nhello\r\n7\r\n\r\nworld\r\n0;chunk-signature=b6c6ea\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:63bddb\r\n\r\n';

async function* pieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}
async function read(text: string, size = text.length || 1) {
  const { chunks, trailers } = dechunk(pieces(text, size));
  let body = '';
  for await (const chunk of chunks) body += chunk.toString('latin1');
  return { body, trailers };
}

test('gives back the bytes and the trailers, however the network cut them', async () => {
  for (let size = 1; size <= FRAMED.length; size++) {
    expect(await read(FRAMED, size)).toEqual({
      body: 'hello\r\nworld',
      trailers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-trailer-signature': '63bddb' },
    });
  }
});

test('an empty body, and one whose last line end is missing', async () => {
  expect(await read('0\r\n\r\n')).toEqual({ body: '', trailers: {} });
  expect(await read('1\r\na\r\n0\r\n')).toEqual({ body: 'a', trailers: {} });
});

test.each([
  ['ends inside a chunk', '5\r\nhel'],
  ['ends before the last chunk', '5\r\nhello\r\n'],
  ['ends at once', ''],
  ['has no size', 'hello\r\nworld\r\n'],
  ['has a longer chunk than it said', '3\r\nhello\r\n0\r\n\r\n'],
  ['has a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['has a size beyond all measure', `${'f'.repeat(20)}\r\n`],
  ['has an endless line', 'a'.repeat(5000)],
  ['has a trailer without a name', '0\r\nnonsense\r\n\r\n'],
])('a body that %s is incomplete', async (_, text) => {
  for (const size of [1, 7, 10_000]) await expect(read(text, size)).rejects.toMatchObject({ code: 'IncompleteBody' });
});
