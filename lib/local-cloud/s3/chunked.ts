/**
 * Takes the `aws-chunked` framing off an upload: sizes and chunk signatures go, bytes stay, trailers are kept.
 *
 *   5;chunk-signature=…\r\nhello\r\n0\r\nx-amz-checksum-crc32:…\r\n\r\n  ──▶  hello  +  { x-amz-checksum-crc32: … }
 *
 * Chunk signatures are not checked: header-signed calls pass with any credentials.
 * Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", S3 API reference.
 * @module
 */
import { S3Error } from './errors';

/** longest line of a chunk's size or of a trailer, in bytes */
const LINE_LIMIT = 4096;
const TRAILERS_LIMIT = 32;

export type Dechunked = {
  chunks: AsyncGenerator<Buffer> /** complete when `chunks` has ended */;
  trailers: Record<string, string>;
};

/** @throws S3Error IncompleteBody when the framing is broken or ends early */
export function dechunk(source: AsyncIterable<Buffer>): Dechunked {
  const trailers: Record<string, string> = {};
  return { chunks: read(source, trailers), trailers };
}

async function* read(source: AsyncIterable<Buffer>, trailers: Record<string, string>): AsyncGenerator<Buffer> {
  /** `data` counts bytes down; then comes the line end that closes the chunk */
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  let left = 0;
  let line = '';
  for await (const buffer of source) {
    let at = 0;
    while (at < buffer.length && state !== 'done') {
      if (state === 'data') {
        const end = Math.min(buffer.length, at + left);
        yield buffer.subarray(at, end);
        left -= end - at;
        at = end;
        if (left === 0) state = 'data-end';
        continue;
      }
      const newline = buffer.indexOf(10, at);
      line += buffer.toString('latin1', at, newline < 0 ? buffer.length : newline);
      if (line.length > LINE_LIMIT) throw broken();
      if (newline < 0) break;
      at = newline + 1;
      const text = line.replace(/\r$/, '');
      line = '';
      if (state === 'data-end') {
        if (text !== '') throw broken();
        state = 'size';
      } else if (state === 'size') {
        const match = /^([0-9a-f]{1,13})(?:;.*)?$/i.exec(text);
        if (!match) throw broken();
        left = Number.parseInt(match[1]!, 16);
        state = left > 0 ? 'data' : 'trailer';
      } else if (text === '') {
        state = 'done';
      } else {
        const colon = text.indexOf(':');
        if (colon < 1 || Object.keys(trailers).length >= TRAILERS_LIMIT) throw broken();
        trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
      }
    }
  }
  // Some clients leave out the very last line end.
  if (state !== 'done' && !(state === 'trailer' && line === '')) throw broken();
}

const broken = () => new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
