/**
 * One S3 request, taken apart: which bucket, which key, which question.
 *
 *   PUT /photos/a%20b/../c?tagging  ──▶  { method: 'PUT', bucket: 'photos', key: 'a b/../c', query: tagging }
 *
 * Path style only. A key is what stands behind the bucket's slash, byte for byte: never normalised, never a path.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { joinHeaders } from '../door';
import { parseQuery } from '../signature';
import { S3Error } from './errors';

export type S3Request = {
  method: string;
  bucket: string | null;
  key: string | null;
  query: Query;
  /** by lower-case name. Signed `x-amz-…` parameters of a presigned query count as headers, as S3 counts them */
  headers: Readonly<Record<string, string>>;
  body: IncomingMessage;
};

export type Query = { has(name: string): boolean; get(name: string): string | undefined };

const KEY_BYTES = 1024;
/** parts of the signature itself, and of how SDKs name their calls */
const NOT_HEADERS =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|user-agent)$/i;

/** @throws S3Error InvalidURI, KeyTooLongError */
export function readRequest(request: IncomingMessage): S3Request {
  const target = request.url ?? '/';
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const pairs = decoded(() => parseQuery(question < 0 ? '' : target.slice(question + 1)));
  if (/[^\x21-\x7e]/.test(path)) throw new S3Error('InvalidURI');
  const slash = path.indexOf('/', 1);
  const bucket = decoded(() => decodeURIComponent(slash < 0 ? path.slice(1) : path.slice(1, slash)));
  const key = decoded(() => decodeURIComponent(slash < 0 ? '' : path.slice(slash + 1)));
  if (Buffer.byteLength(key) > KEY_BYTES) {
    throw new S3Error('KeyTooLongError', undefined, {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(KEY_BYTES),
    });
  }
  const query = new Map<string, string>();
  for (const [name, value] of pairs) if (!query.has(name)) query.set(name, value);
  const headers = joinHeaders(request.rawHeaders);
  for (const [name, value] of pairs) {
    const header = name.toLowerCase();
    if (header.startsWith('x-amz-') && !NOT_HEADERS.test(header) && headers[header] === undefined)
      headers[header] = value;
  }
  return { method: request.method ?? 'GET', bucket: bucket || null, key: key || null, query, headers, body: request };
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** A whole number in a query parameter; `fallback` when it is absent. @throws S3Error InvalidArgument */
export function integerIn(query: Query, name: string, fallback: number, range: { min: number; max: number }): number {
  const text = query.get(name);
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!/^-?\d{1,15}$/.test(text) || value < range.min || value > range.max) {
    throw new S3Error('InvalidArgument', `Argument ${name} must be an integer between ${range.min} and ${range.max}`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  }
  return value;
}
