/**
 * Receives an upload: takes the framing off, counts, computes the digests, compares them with what the client promised,
 * and hands the bytes to a blob. Nothing is held in memory but the chunk at hand.
 * @module
 */
import { createHash } from 'node:crypto';
import { passedThrough } from '../garbage';
import type { BlobWriter } from './blobs';
import { ALGORITHMS, type Algorithm, createHasher, digestBytes, headerOf, isAlgorithm } from './checksums';
import { dechunk } from './chunked';
import { S3Error } from './errors';
import type { S3Request } from './request';

export type Received = {
  size: number /** hex */;
  md5: string /** base64 */;
  checksum: { algorithm: Algorithm; value: string } | null;
};

/** one PUT may carry 5 GiB, as on AWS */
const PUT_BYTES = 5 * 1024 ** 3;
const XML_BYTES = 4 * 1024 ** 2;

/**
 * @param wanted computed although the client sends no checksum: an upload's parts all have the upload's algorithm
 * @throws S3Error MissingContentLength, EntityTooLarge, IncompleteBody, BadDigest, InvalidDigest, InvalidRequest,
 *   XAmzContentSHA256Mismatch; the writer is the caller's to abort
 */
export async function receive(
  { headers, body }: S3Request,
  writer: BlobWriter,
  wanted: Algorithm | null = null,
): Promise<Received> {
  const isChunked =
    /aws-chunked/i.test(headers['content-encoding'] ?? '') || /^STREAMING-/.test(headers['x-amz-content-sha256'] ?? '');
  const length = expectedLength(headers, isChunked);
  const md5Promised = readMd5(headers['content-md5']);
  const promised = promisedChecksum(headers);
  const algorithm = promised?.algorithm ?? wanted;

  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/i.test(headers['x-amz-content-sha256'] ?? '') ? createHash('sha256') : null;
  const hasher = algorithm && createHasher(algorithm);
  const { chunks, trailers } = isChunked ? dechunk(body) : { chunks: body as AsyncIterable<Buffer>, trailers: {} };
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > length) break;
    md5.update(chunk);
    sha256?.update(chunk);
    hasher?.update(chunk);
    await writer.write(chunk);
    passedThrough(chunk.length);
  }
  if (size !== length) throw new S3Error('IncompleteBody');

  const md5Hex = md5.digest('hex');
  if (md5Promised !== null && md5Promised !== md5Hex) throw new S3Error('BadDigest');
  if (sha256 && sha256.digest('hex') !== headers['x-amz-content-sha256']?.toLowerCase()) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  const value = hasher?.digest().toString('base64');
  if (promised) {
    const given = promised.value ?? (trailers as Record<string, string>)[headerOf(promised.algorithm)];
    if (given === undefined) {
      throw new S3Error(
        'InvalidRequest',
        `The trailer ${headerOf(promised.algorithm)} was announced and did not come.`,
      );
    }
    if (given !== value) {
      throw new S3Error('BadDigest', `The ${promised.algorithm} you specified did not match the calculated checksum.`);
    }
  }
  return { size, md5: md5Hex, checksum: algorithm && value !== undefined ? { algorithm, value } : null };
}

/** A small XML body as text, its digests checked like an upload's. */
export async function receiveXml(request: S3Request): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const writer: BlobWriter = {
    async write(chunk) {
      size += chunk.length;
      if (size > XML_BYTES) throw new S3Error('MalformedXML');
      chunks.push(Buffer.from(chunk));
    },
    commit: async () => '',
    abort: async () => {},
  };
  await receive(request, writer);
  return Buffer.concat(chunks).toString('utf8');
}

function expectedLength(headers: S3Request['headers'], isChunked: boolean): number {
  const text = isChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  // A request without a body has neither length nor encoding.
  if (text === undefined && !isChunked && headers['transfer-encoding'] === undefined) return 0;
  if (text === undefined) throw new S3Error('MissingContentLength');
  if (!/^\d{1,15}$/.test(text)) throw new S3Error('InvalidArgument', 'The length of the content must be a number.');
  if (Number(text) > PUT_BYTES) {
    throw new S3Error('EntityTooLarge', undefined, { ProposedSize: text, MaxSizeAllowed: String(PUT_BYTES) });
  }
  return Number(text);
}

function readMd5(text: string | undefined): string | null {
  if (text === undefined) return null;
  const digest = Buffer.from(text, 'base64');
  if (digest.length !== 16 || digest.toString('base64') !== text) throw new S3Error('InvalidDigest');
  return digest.toString('hex');
}

/** The checksum that the client sends, before the body or (value still null) behind it. */
function promisedChecksum(headers: S3Request['headers']): { algorithm: Algorithm; value: string | null } | null {
  const given = ALGORITHMS.filter((algorithm) => headers[headerOf(algorithm)] !== undefined);
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase();
  const trailing = ALGORITHMS.filter((algorithm) => trailer === headerOf(algorithm));
  if (given.length + trailing.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  if (given[0]) {
    const value = headers[headerOf(given[0])]!;
    const digest = Buffer.from(value, 'base64');
    if (digest.length !== digestBytes[given[0]] || digest.toString('base64') !== value) {
      throw new S3Error('InvalidRequest', `Value for ${headerOf(given[0])} header is invalid.`);
    }
    return { algorithm: given[0], value };
  }
  if (trailing[0]) return { algorithm: trailing[0], value: null };
  const named = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase();
  if (named !== undefined && !isAlgorithm(named)) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  return null;
}
