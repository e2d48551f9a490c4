/**
 * What is said of an object beside its bytes: read from a request's headers, written into an answer's.
 * @module
 */
import { headerOf } from './checksums';
import { S3Error } from './errors';
import type { Attributes, ObjectRecord } from './record-types';
import type { Query, S3Request } from './request';
import { listOf, readXml, textOf } from './xml';

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
];
const META = 'x-amz-meta-';
/** names and values of user metadata together, as on AWS */
const META_BYTES = 2048;
const TAGS = 10;

/** What a link may override, and the header that it sets. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/**
 * Types that a browser never runs. Everything else a person may have uploaded, HTML and SVG first, is opened in a sandbox:
 * otherwise its script would run on this server's origin.
 */
const INERT =
  /^(?:image\/(?:png|jpe?g|gif|webp|avif|bmp|tiff|x-icon|vnd\.microsoft\.icon)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/(?:pdf|json|zip|gzip|octet-stream)|binary\/octet-stream|text\/(?:plain|csv))\s*(?:;|$)/i;

/** @throws S3Error MetadataTooLarge, InvalidArgument, InvalidTag, AccessControlListNotSupported, NotImplemented */
export function readAttributes({ headers }: Pick<S3Request, 'headers'>): Attributes {
  refuseUnsupported(headers);
  const kept: Record<string, string> = {};
  for (const name of KEPT) if (headers[name] !== undefined) kept[name] = fitsHeader(name, headers[name]);
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part.toLowerCase() !== 'aws-chunked');
  if (encoding.length > 0) kept['content-encoding'] = fitsHeader('content-encoding', encoding.join(','));
  const storage = headers['x-amz-storage-class'];
  if (storage !== undefined && storage !== 'STANDARD')
    kept['x-amz-storage-class'] = fitsHeader('x-amz-storage-class', storage);

  const user: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(META)) continue;
    const key = name.slice(META.length);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key))
      throw new S3Error('InvalidArgument', `"${name}" is not a header's name.`);
    user[key] = fitsHeader(name, value);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > META_BYTES) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: String(bytes), MaxSizeAllowed: String(META_BYTES) });
  }
  return { headers: kept, user, tags: readTagging(headers['x-amz-tagging']) };
}

/** What would change who may read the object, or how it is kept, is refused rather than passed over in silence. */
export function refuseUnsupported(headers: S3Request['headers']): void {
  const acl = headers['x-amz-acl'];
  const grants = Object.keys(headers).some((name) => name.startsWith('x-amz-grant-'));
  if (grants || (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')) {
    throw new S3Error('AccessControlListNotSupported');
  }
  const encryption = headers['x-amz-server-side-encryption'];
  const customerKey = Object.keys(headers).find((name) => name.includes('server-side-encryption-customer'));
  if (customerKey !== undefined || (encryption !== undefined && encryption !== 'AES256')) {
    throw new S3Error('NotImplemented', undefined, { Header: customerKey ?? 'x-amz-server-side-encryption' });
  }
  const lock = Object.keys(headers).find((name) => name.startsWith('x-amz-object-lock-'));
  if (lock) throw new S3Error('NotImplemented', undefined, { Header: lock });
}

/** `a=1&b=2` → pairs */
function readTagging(text: string | undefined): [string, string][] {
  if (!text) return [];
  return checkTags([...new URLSearchParams(text)]);
}

/** @throws S3Error InvalidTag */
function checkTags(tags: [string, string][]): [string, string][] {
  if (tags.length > TAGS) throw new S3Error('InvalidTag', `Object tags cannot be greater than ${TAGS}`);
  if (new Set(tags.map(([name]) => name)).size !== tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const [name, value] of tags) {
    if (name === '' || [...name].length > 128)
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if ([...value].length > 256) throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return tags;
}

/** @throws S3Error MalformedXML, InvalidTag */
export function readTagSet(text: string): [string, string][] {
  const document = readXml(text, 'Tagging');
  if (!document) throw new S3Error('MalformedXML');
  const tags = listOf(document, 'TagSet')
    .flatMap((set) => listOf(set, 'Tag'))
    .map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')]);
  if (tags.some((tag) => tag.includes(undefined))) throw new S3Error('MalformedXML');
  return checkTags(tags as [string, string][]);
}

/** Headers that describe an object in an answer to GET and HEAD. */
export function describe(record: ObjectRecord, query: Query): Record<string, string> {
  const { headers, user, tags } = record.attributes;
  const answer: Record<string, string> = { 'content-type': 'binary/octet-stream', ...headers };
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value !== undefined) answer[name] = fitsHeader(`response-${name}`, value);
  }
  answer.etag = `"${record.etag}"`;
  answer['last-modified'] = new Date(record.modifiedAt).toUTCString();
  answer['accept-ranges'] = 'bytes';
  answer['x-content-type-options'] = 'nosniff';
  if (!INERT.test(answer['content-type']!)) answer['content-security-policy'] = 'sandbox';
  for (const [name, value] of Object.entries(user)) answer[META + name] = value;
  if (tags.length > 0) answer['x-amz-tagging-count'] = String(tags.length);
  return answer;
}

/** The checksum of the whole object, for a client that asks for it. */
export function checksumHeaders({ attributes: { checksum } }: ObjectRecord): Record<string, string> {
  return checksum ? { [headerOf(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type } : {};
}

/** A header's value has no line ends, and only characters that a header can carry. */
function fitsHeader(name: string, value: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
      ArgumentName: name,
      ArgumentValue: value.slice(0, 200),
    });
  }
  return value;
}
