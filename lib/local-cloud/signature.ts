/**
 * Checks the signature of a presigned URL: AWS Signature Version 4 in the query, and the older version 2 that boto3 and
 * the AWS CLI still make by default.
 *
 *   request as it came + the secrets that we issued ──▶ null (valid), or the refusal that S3 would answer
 *
 * Pure: the clock is passed in. Header signatures are not checked here, nor anywhere: on one's own machine any
 * credentials do. A link is different, because it is handed on.
 * Sources: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" and "Signing and Authenticating
 * REST Requests" (version 2) in the S3 API reference.
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type SignedRequest = {
  method: string;
  /** the path as it came, still percent-encoded, without the query */
  rawPath: string;
  query: readonly (readonly [string, string])[];
  /** by lower-case name; several values of one name joined by a comma */
  headers: Readonly<Record<string, string>>;
};

/** An answer in S3's words. `extra` becomes elements of the XML beside Code and Message. */
export type Refusal = { status: number; code: string; message: string; extra?: Record<string, string> };

type SecretOf = (accessKeyId: string) => string | undefined;

const WEEK_SECONDS = 604_800;
/** AWS tolerates clocks that differ by a quarter of an hour. */
const SKEW_MS = 15 * 60_000;

/** @throws URIError for a broken percent-encoding */
export function parseQuery(raw: string): [string, string][] {
  const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
  return raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** Percent-encoding as the signature wants it: everything but letters, digits and `-._~`. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Does the query ask to be checked as a presigned one? */
export const isPresigned = (query: SignedRequest['query']): boolean =>
  query.some(
    ([name]) =>
      /^X-Amz-(Signature|Credential|Algorithm)$/i.test(name) || name === 'AWSAccessKeyId' || name === 'Signature',
  );

/** Was it signed over the `Host` header? Version 2 never is. */
export const coversHost = (query: SignedRequest['query']): boolean =>
  query.some(([name, value]) => name === 'X-Amz-SignedHeaders' && value.split(';').includes('host'));

/** The access key that a presigned query names; undefined when it names none. */
export function accessKeyOf(query: SignedRequest['query']): string | undefined {
  const value = (name: string) => query.find(([key]) => key === name)?.[1];
  return value('X-Amz-Credential')?.split('/')[0] ?? value('AWSAccessKeyId');
}

/**
 * @param now ms since 1970
 * @returns null when the signature is good and in time
 */
export function verifyPresigned(request: SignedRequest, secretOf: SecretOf, now: number): Refusal | null {
  const seen = new Set<string>();
  for (const [name] of request.query) {
    if (!/^(X-Amz-|AWSAccessKeyId$|Signature$|Expires$)/.test(name)) continue;
    if (seen.has(name)) return malformed(`The query parameter ${name} is given more than once.`);
    seen.add(name);
  }
  return seen.has('AWSAccessKeyId') || seen.has('Signature')
    ? verifyVersion2(request, secretOf, now)
    : verifyVersion4(request, secretOf, now);
}

const malformed = (message: string): Refusal => ({ status: 400, code: 'AuthorizationQueryParametersError', message });
const denied = (message: string, extra?: Record<string, string>): Refusal => ({
  status: 403,
  code: 'AccessDenied',
  message,
  ...(extra && { extra }),
});
const unknownKey = (id: string): Refusal => ({
  status: 403,
  code: 'InvalidAccessKeyId',
  message: 'The AWS Access Key Id you provided does not exist in our records.',
  extra: { AWSAccessKeyId: id },
});
const mismatch = (id: string, stringToSign: string, provided: string, canonical?: string): Refusal => ({
  status: 403,
  code: 'SignatureDoesNotMatch',
  message:
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  extra: {
    AWSAccessKeyId: id,
    StringToSign: stringToSign,
    SignatureProvided: provided,
    ...(canonical !== undefined && { CanonicalRequest: canonical }),
  },
});

const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];

function verifyVersion4(request: SignedRequest, secretOf: SecretOf, now: number): Refusal | null {
  const query = new Map(request.query);
  const [algorithm, credential, signature, date, signedHeaders, expires] = V4_PARAMETERS.map((name) => query.get(name));
  if (!algorithm || !credential || !signature || !date || !signedHeaders || expires === undefined) {
    return malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (algorithm !== 'AWS4-HMAC-SHA256') return malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');

  const scope = credential.split('/');
  const [id, day, region, service, terminator] = scope;
  if (scope.length !== 5 || !id || !day || !region || terminator !== 'aws4_request') {
    return malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (service !== 's3') {
    return malformed(
      `Error parsing the X-Amz-Credential parameter; incorrect service "${service}". This endpoint belongs to "s3".`,
    );
  }
  const signedAt = parseDate(date);
  if (signedAt === null) return malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (day !== date.slice(0, 8)) {
    return malformed(
      `Error parsing the X-Amz-Credential parameter; incorrect date "${day}". This date must be the same as X-Amz-Date: "${date.slice(0, 8)}".`,
    );
  }
  if (!/^[+-]?\d+$/.test(expires)) return malformed('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) return malformed('X-Amz-Expires must be non-negative');
  if (seconds > WEEK_SECONDS) {
    return malformed(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const names = signedHeaders.split(';');
  if (!names.includes('host')) return malformed('SignedHeaders must include host.');

  const secret = secretOf(id);
  if (secret === undefined) return unknownKey(id);

  // The signature before the age: who cannot sign is told nothing about when a link ends.
  const hash = request.headers['x-amz-content-sha256'];
  const canonical = [
    request.method,
    request.rawPath
      .split('/')
      .map((segment) => uriEncode(decodeURIComponent(segment)))
      .join('/'),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    query.get('X-Amz-Content-Sha256') ?? (names.includes('x-amz-content-sha256') && hash ? hash : 'UNSIGNED-PAYLOAD'),
  ].join('\n');
  const stringToSign = [algorithm, date, scope.slice(1).join('/'), sha256(canonical)].join('\n');
  const signingKey = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secret}`,
  );
  const expected = createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  if (!same(expected, signature)) return mismatch(id, stringToSign, signature, canonical);

  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !names.includes(name),
  );
  if (unsigned.length > 0) {
    return denied('There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
  if (signedAt > now + SKEW_MS) {
    return denied('Request is not yet valid', { 'X-Amz-Date': date, ServerTime: iso(now) });
  }
  if (now > signedAt + seconds * 1000) {
    return denied('Request has expired', {
      'X-Amz-Expires': expires,
      Expires: iso(signedAt + seconds * 1000),
      ServerTime: iso(now),
    });
  }
  return null;
}

const canonicalQuery = (query: SignedRequest['query']): string =>
  query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** What version 2 counts as part of the resource. */
const SUBRESOURCES = new Set(
  (
    'accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock ' +
    'partNumber policy publicAccessBlock replication requestPayment response-cache-control response-content-disposition ' +
    'response-content-encoding response-content-language response-content-type response-expires restore select ' +
    'select-type tagging torrent uploadId uploads versionId versioning versions website'
  ).split(' '),
);

function verifyVersion2(request: SignedRequest, secretOf: SecretOf, now: number): Refusal | null {
  const query = new Map(request.query);
  const id = query.get('AWSAccessKeyId');
  const signature = query.get('Signature');
  const expires = query.get('Expires');
  if (!id || !signature || !expires) {
    return denied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  }
  const secret = secretOf(id);
  if (secret === undefined) return unknownKey(id);

  // Signers put signed headers into the query as well; a header that is there wins.
  const header = (name: string) => request.headers[name] ?? query.get(name) ?? '';
  const fromQuery = request.query.map(([name]) => name).filter((name) => /^x-amz-/.test(name));
  const amazon = [
    ...new Set([...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-')), ...fromQuery]),
  ];
  const subresources = request.query
    .filter(([name]) => SUBRESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const stringToSign = [
    request.method,
    header('content-md5'),
    header('content-type'),
    expires,
    ...amazon.sort().map((name) => `${name}:${header(name).trim()}`),
    request.rawPath + (subresources.length > 0 ? `?${subresources.join('&')}` : ''),
  ].join('\n');
  const expected = createHmac('sha1', secret).update(stringToSign).digest('base64');
  if (!same(expected, signature)) return mismatch(id, stringToSign, signature);

  const until = Number(expires) * 1000;
  if (!/^\d+$/.test(expires) || now > until) {
    return denied('Request has expired', {
      Expires: /^\d{1,12}$/.test(expires) ? iso(until) : expires,
      ServerTime: iso(now),
    });
  }
  return null;
}

/** `20260102T030405Z` → ms since 1970; null for any other form or for a day that does not exist. */
function parseDate(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const [, y, mo, d, h, mi, s] = match;
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(at) ? null : at;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
