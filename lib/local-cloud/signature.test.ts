import { describe, expect, test } from 'vitest';
import { isPresigned, parseQuery, type SignedRequest, verifyPresigned } from './signature';

// The worked example of the S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SIGNED_AT = Date.UTC(2013, 4, 24);
const example = (change: Partial<Record<string, string>> = {}, rest: Partial<SignedRequest> = {}): SignedRequest => {
  const query: Record<string, string | undefined> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${ID}/20130524/us-east-1/s3/aws4_request`,
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '86400',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    ...change,
  };
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return {
    method: 'GET',
    rawPath: '/test.txt',
    query: pairs,
    headers: { host: 'examplebucket.s3.amazonaws.com' },
    ...rest,
  };
};
const secretOf = (id: string) => (id === ID ? SECRET : undefined);
const verify = (request: SignedRequest, now = SIGNED_AT + 1000) => verifyPresigned(request, secretOf, now);

describe('a presigned query, version 4', () => {
  test("AWS's own example is valid", () => expect(verify(example())).toBeNull());

  test.each([
    ['another method', example({}, { method: 'HEAD' })],
    ['another path', example({}, { rawPath: '/test.txt2' })],
    ['another host', example({}, { headers: { host: 'evil.example' } })],
    ['one parameter more', example({ 'response-content-type': 'text/html' })],
    ['a longer life', example({ 'X-Amz-Expires': '86401' })],
    ['another signature', example({ 'X-Amz-Signature': `f${'0'.repeat(63)}` })],
    ['a short signature', example({ 'X-Amz-Signature': 'aeeed9' })],
  ])('%s does not match', (_, request) => {
    expect(verify(request)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });

  test('ends on time', () => {
    expect(verify(example(), SIGNED_AT + 86_400_000)).toBeNull();
    expect(verify(example(), SIGNED_AT + 86_400_001)).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
    });
  });
  test('tolerates a clock that is a quarter of an hour ahead, no more', () => {
    expect(verify(example(), SIGNED_AT - 15 * 60_000)).toBeNull();
    expect(verify(example(), SIGNED_AT - 15 * 60_000 - 1)).toMatchObject({
      status: 403,
      message: 'Request is not yet valid',
    });
  });
  test('wants every x-amz- header signed', () => {
    const headers = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-meta-owner': 'someone else' };
    expect(verify(example({}, { headers }))).toMatchObject({
      status: 403,
      extra: { HeadersNotSigned: 'x-amz-meta-owner' },
    });
  });
  test('a key that nobody was given', () => {
    expect(verify(example({ 'X-Amz-Credential': 'AKIAOTHER/20130524/us-east-1/s3/aws4_request' }))).toMatchObject({
      status: 403,
      code: 'InvalidAccessKeyId',
    });
  });

  test.each([
    ['no algorithm', { 'X-Amz-Algorithm': undefined }],
    ['no signature', { 'X-Amz-Signature': undefined }],
    ['no expiry', { 'X-Amz-Expires': undefined }],
    ['another algorithm', { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }],
    ['a broken credential', { 'X-Amz-Credential': 'AKIA' }],
    ['another service', { 'X-Amz-Credential': `${ID}/20130524/us-east-1/lambda/aws4_request` }],
    ['another day', { 'X-Amz-Credential': `${ID}/20130525/us-east-1/s3/aws4_request` }],
    ['no such day', { 'X-Amz-Date': '20139924T000000Z' }],
    ['a word for expiry', { 'X-Amz-Expires': 'soon' }],
    ['a negative expiry', { 'X-Amz-Expires': '-1' }],
    ['more than a week', { 'X-Amz-Expires': '604801' }],
    ['no host signed', { 'X-Amz-SignedHeaders': 'date' }],
  ])('%s is told as malformed', (_, change) => {
    expect(verify(example(change))).toMatchObject({ status: 400, code: 'AuthorizationQueryParametersError' });
  });
  test('a parameter given twice is refused: the signer and the reader could mean different ones', () => {
    const once = example();
    expect(verify({ ...once, query: [...once.query, ['X-Amz-Expires', '1']] })).toMatchObject({ status: 400 });
  });
});

test('a plain query is not presigned, and a broken one cannot be read', () => {
  expect(isPresigned(parseQuery('list-type=2&prefix=a%20b+c'))).toBe(false);
  expect(parseQuery('prefix=a%20b+c&delete')).toEqual([
    ['prefix', 'a b c'],
    ['delete', ''],
  ]);
  expect(() => parseQuery('prefix=%zz')).toThrow(URIError);
});
