/**
 * Conditional requests and ranges, as RFC 9110 orders them and S3 answers them. Pure.
 * @module
 */
import { S3Error } from './errors';
import type { S3Request } from './request';

type Subject = { etag: string; modifiedAt: number };
type Names = Record<'match' | 'noneMatch' | 'modifiedSince' | 'unmodifiedSince', string>;

const OF_READ: Names = {
  match: 'if-match',
  noneMatch: 'if-none-match',
  modifiedSince: 'if-modified-since',
  unmodifiedSince: 'if-unmodified-since',
};
const OF_COPY: Names = {
  match: 'x-amz-copy-source-if-match',
  noneMatch: 'x-amz-copy-source-if-none-match',
  modifiedSince: 'x-amz-copy-source-if-modified-since',
  unmodifiedSince: 'x-amz-copy-source-if-unmodified-since',
};

/** @returns `not-modified` for a 304. @throws S3Error PreconditionFailed */
export function checkRead(headers: S3Request['headers'], subject: Subject): 'go-on' | 'not-modified' {
  return judge(headers, subject, OF_READ);
}

/** Of the object to be copied from: what would be a 304 for a reader is a failure here. @throws S3Error PreconditionFailed */
export function checkCopySource(headers: S3Request['headers'], subject: Subject): void {
  if (judge(headers, subject, OF_COPY) === 'not-modified') {
    throw new S3Error('PreconditionFailed', undefined, { Condition: OF_COPY.noneMatch });
  }
}

/** @param existing what the key holds at this moment. @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented */
export function checkWrite(headers: S3Request['headers'], existing: Subject | null): void {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*') throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' });
    if (existing) throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (match !== undefined) {
    if (!existing) throw new S3Error('NoSuchKey');
    if (!names(match, existing.etag)) throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
}

function judge(headers: S3Request['headers'], { etag, modifiedAt }: Subject, name: Names): 'go-on' | 'not-modified' {
  const seconds = Math.floor(modifiedAt / 1000) * 1000;
  const match = headers[name.match];
  const unmodifiedSince = time(headers[name.unmodifiedSince]);
  if (match !== undefined) {
    if (!names(match, etag)) throw new S3Error('PreconditionFailed', undefined, { Condition: name.match });
  } else if (unmodifiedSince !== null && seconds > unmodifiedSince) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: name.unmodifiedSince });
  }
  const noneMatch = headers[name.noneMatch];
  const modifiedSince = time(headers[name.modifiedSince]);
  if (noneMatch !== undefined) return names(noneMatch, etag) ? 'not-modified' : 'go-on';
  return modifiedSince !== null && seconds <= modifiedSince ? 'not-modified' : 'go-on';
}

/** Does `"a", W/"b"` or `*` name this tag? */
const names = (list: string, etag: string): boolean =>
  list.split(',').some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });

function time(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/**
 * @param text `bytes=0-9`, `bytes=10-` or `bytes=-5`
 * @returns first and last byte, both included; null for the whole (no range, several of them, or none that can be read)
 * @throws S3Error InvalidRange when it lies outside
 */
export function readRange(text: string | undefined, size: number): { from: number; to: number } | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first, last] = match;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (from >= size || (first === '' && Number(last) === 0)) {
    throw new S3Error('InvalidRange', undefined, { RangeRequested: text!, ActualObjectSize: String(size) });
  }
  return { from, to };
}
