/**
 * Answers in S3's form.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { writeXml, type XmlFields } from './xml';

/** to the second, as S3 tells times */
export const timestamp = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString();

export function sendXml(response: ServerResponse, root: string, content: XmlFields | string): void {
  const body = writeXml(root, content);
  response
    .writeHead(200, {
      'content-type': 'application/xml',
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}

export function sendEmpty(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': '0' }) }).end();
}
