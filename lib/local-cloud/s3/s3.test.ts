import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../server';

const MB = 1024 ** 2;
let cloud: LocalCloud;
let dataDir: string;
let s3: S3Client;
const clientOf = (credentials = { accessKeyId: 'any', secretAccessKey: 'any' }, extra = {}) =>
  new S3Client({ region: 'us-east-1', endpoint: cloud.url, forcePathStyle: true, credentials, ...extra });
beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 's3-'));
  cloud = await startLocalCloud({ root: process.cwd(), dataDir, port: 0 });
  s3 = clientOf();
});
afterAll(async () => {
  await cloud.close(0);
  rmSync(dataDir, { recursive: true, force: true });
});

let Bucket: string;
let count = 0;
beforeEach(async () => {
  Bucket = `bucket-${++count}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});
const put = (Key: string, Body: PutObjectCommandInput['Body'] = 'x', more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, more = {}) => {
  const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...rest, bytes: Buffer.from(await Body!.transformToByteArray()) };
};
const failure = (name: string, status?: number) => ({
  name,
  ...(status && { $metadata: expect.objectContaining({ httpStatusCode: status }) }),
});
const blobs = () =>
  readdirSync(path.join(dataDir, 'cloud', 's3'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^[0-9a-f]{32}$/.test(entry.name),
  ).length;

/** Speaks HTTP as it is written, signed by header with any credentials. */
const raw = (method: string, target: string, headers: Record<string, string> = {}, body = '') =>
  new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const request = http.request(
      cloud.url,
      { method, path: target, headers: { authorization: 'AWS4-HMAC-SHA256 x', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      },
    );
    request.on('error', reject).end(body);
  });

describe('buckets', () => {
  test('are made, found, listed and deleted', async () => {
    await s3.send(new CreateBucketCommand({ Bucket })); // one's own, in us-east-1: no error, as on AWS
    expect((await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject(failure('NotFound', 404));
  });
  test('elsewhere belong to somebody once', async () => {
    const elsewhere = {
      Bucket: `${Bucket}-eu`,
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const },
    };
    await s3.send(new CreateBucketCommand(elsewhere));
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: elsewhere.Bucket }))).LocationConstraint).toBe(
      'eu-west-1',
    );
    await expect(s3.send(new CreateBucketCommand(elsewhere))).rejects.toMatchObject(
      failure('BucketAlreadyOwnedByYou', 409),
    );
  });
  test.each(['ab', 'Upper', 'under_score', '127.0.0.1', 'a..b', '-a-', 'a'.repeat(64)])(
    '"%s" is no name',
    async (name) => {
      expect((await raw('PUT', `/${name}`)).body).toContain('<Code>InvalidBucketName</Code>');
    },
  );
  test('are deleted only when empty; unfinished uploads go with them', async () => {
    await put('a');
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(failure('BucketNotEmpty', 409));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const before = blobs();
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    await s3.send(new UploadPartCommand({ Bucket, Key: 'a', UploadId, PartNumber: 1, Body: 'x' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(blobs()).toBe(before);
  });
});

describe('objects', () => {
  test('come back as they went', async () => {
    const body = randomBytes(300_000);
    const { ETag } = await put('a', body, {
      ContentType: 'image/png',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentLanguage: 'de',
      ContentEncoding: 'identity',
      Metadata: { owner: 'anna', 'two-words': 'x y' },
    });
    expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const got = await read('a');
    expect(got.bytes.equals(body)).toBe(true);
    expect(got).toMatchObject({
      ContentType: 'image/png',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentLanguage: 'de',
      ContentEncoding: 'identity',
      ContentLength: 300_000,
      AcceptRanges: 'bytes',
      ETag,
      Metadata: { owner: 'anna', 'two-words': 'x y' },
    });
    expect(Math.abs(got.LastModified!.getTime() - Date.now())).toBeLessThan(5000);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({ ContentLength: 300_000, ETag });
  });
  test('may be empty', async () => {
    await put('a', '');
    expect(await read('a')).toMatchObject({ ContentLength: 0, ContentType: 'application/octet-stream' });
  });
  test('from a stream arrive chunked, with the checksum behind them', async () => {
    const body = randomBytes(2 * MB + 1);
    await put('a', Readable.from([body.subarray(0, 10), body.subarray(10)]), { ContentLength: body.length });
    expect((await read('a')).bytes.equals(body)).toBe(true);
    expect((await read('a')).ContentEncoding).toBeUndefined();
  });
  test('replace one another, and leave no file behind', async () => {
    const before = blobs();
    for (const text of ['one', 'two', 'three']) await put('a', text);
    expect((await read('a')).bytes.toString()).toBe('three');
    expect(blobs()).toBe(before + 1);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(blobs()).toBe(before);
  });
  test('that are being read stay whole while they are replaced', async () => {
    const body = randomBytes(8 * MB);
    await put('a', body);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    const stream = Body as Readable;
    stream.pause();
    await put('a', 'new');
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });
  test('two writers at once: one of them is seen, never a mixture', async () => {
    const bodies = Array.from({ length: 12 }, (_, i) => Buffer.alloc(200_000, i));
    await Promise.all(bodies.map((body) => put('a', body)));
    const { bytes } = await read('a');
    expect(bodies.some((body) => body.equals(bytes))).toBe(true);
  });

  test.each([
    ['GET', { Key: 'no' }, 'NoSuchKey', 404],
    ['GET', { Bucket: 'no-such-bucket', Key: 'a' }, 'NoSuchBucket', 404],
    ['GET', { Key: 'a', Range: 'bytes=3-4' }, 'InvalidRange', 416],
    ['GET', { Key: 'a', IfMatch: '"0"' }, 'PreconditionFailed', 412],
    ['GET', { Key: 'a', IfUnmodifiedSince: new Date(0) }, 'PreconditionFailed', 412],
    ['GET', { Key: 'a', VersionId: 'abc' }, 'InvalidArgument', 400],
    ['GET', { Key: 'k'.repeat(1025) }, 'KeyTooLongError', 400],
  ])('%s %j fails with %s', async (_, input, code, status) => {
    await put('a', 'abc');
    await expect(s3.send(new GetObjectCommand({ Bucket, ...input }))).rejects.toMatchObject(failure(code, status));
  });
  test.each([
    [{ IfNoneMatch: '"900150983cd24fb0d6963f7d28e17f72"' }],
    [{ IfNoneMatch: '*' }],
    [{ IfModifiedSince: new Date(Date.now() + 3_600_000) }],
  ])('%j is answered 304', async (condition) => {
    await put('a', 'abc');
    await expect(read('a', condition)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });
  test.each([
    ['bytes=0-1', 'ab', 'bytes 0-1/3'],
    ['bytes=1-', 'bc', 'bytes 1-2/3'],
    ['bytes=-1', 'c', 'bytes 2-2/3'],
    ['bytes=-9', 'abc', 'bytes 0-2/3'],
    ['bytes=2-9', 'c', 'bytes 2-2/3'],
    ['bytes=0-0,2-2', 'abc', undefined],
    ['bytes=2-1', 'abc', undefined],
    ['lines=1-2', 'abc', undefined],
  ])('range %s is %s', async (Range, text, ContentRange) => {
    await put('a', 'abc');
    const got = await read('a', { Range });
    expect([got.bytes.toString(), got.ContentRange, got.$metadata.httpStatusCode]).toEqual([
      text,
      ContentRange,
      ContentRange ? 206 : 200,
    ]);
  });
  test('are made only if nobody was faster, when asked so', async () => {
    await put('a', 'first', { IfNoneMatch: '*' });
    await expect(put('a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(failure('PreconditionFailed', 412));
    const rivals = await Promise.allSettled(
      Array.from({ length: 8 }, () => put('b', randomBytes(100_000), { IfNoneMatch: '*' })),
    );
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
  test('are copied, with their words or with new ones, and outlive their source', async () => {
    const before = blobs();
    await put('a b/ü', 'abc', { Metadata: { m: '1' }, ContentType: 'text/plain', Tagging: 'k=v' });
    const CopySource = `${Bucket}/${encodeURIComponent('a b/ü')}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'other',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { m: '2' },
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b/ü' }));
    expect(await read('copy')).toMatchObject({
      bytes: Buffer.from('abc'),
      Metadata: { m: '1' },
      ContentType: 'text/plain',
      TagCount: 1,
    });
    expect(await read('other')).toMatchObject({
      Metadata: { m: '2' },
      ChecksumSHA256: createHash('sha256').update('abc').digest('base64'),
    });
    expect(blobs()).toBe(before + 2);
    await expect(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy` })),
    ).rejects.toMatchObject(failure('InvalidRequest'));
    await expect(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/no` })),
    ).rejects.toMatchObject(failure('NoSuchKey'));
    await expect(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/copy`, CopySourceIfMatch: '"0"' })),
    ).rejects.toMatchObject(failure('PreconditionFailed'));
  });
  test('bear tags', async () => {
    await put('a');
    const TagSet = [{ Key: 'k', Value: ' v&' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } }));
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual(TagSet);
  });
  test('cannot be opened to the world, and say so', async () => {
    await put('a');
    await expect(s3.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'public-read' }))).rejects.toMatchObject(
      failure('AccessControlListNotSupported', 400),
    );
    await expect(put('b', 'x', { ACL: 'public-read' })).rejects.toMatchObject(failure('AccessControlListNotSupported'));
    await expect(put('b', 'x', { ServerSideEncryption: 'aws:kms' })).rejects.toMatchObject(
      failure('NotImplemented', 501),
    );
  });
  test('a bucket takes the settings that it has already, and no others', async () => {
    const encrypt = (SSEAlgorithm: 'AES256' | 'aws:kms') =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
        }),
      );
    await encrypt('AES256');
    await expect(encrypt('aws:kms')).rejects.toMatchObject(failure('NotImplemented', 501));
    const { ServerSideEncryptionConfiguration: kept } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(kept!.Rules![0]).toMatchObject({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });
    const block = (BlockPublicAcls: boolean) =>
      s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls } }));
    await block(true);
    await expect(block(false)).rejects.toMatchObject(failure('NotImplemented', 501));
    await expect(
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    ).rejects.toMatchObject(failure('NotImplemented', 501));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  });
  test('that a browser would run are opened in a sandbox; others are not', async () => {
    const types = {
      'text/html': true,
      'image/svg+xml': true,
      'application/xhtml+xml': true,
      'text/xml': true,
      'x/y': true,
      'image/png': false,
      'text/plain; charset=utf-8': false,
      'application/pdf': false,
    };
    for (const [ContentType, sandboxed] of Object.entries(types)) {
      await put('a', 'x', { ContentType });
      const { headers } = await raw('GET', `/${Bucket}/a`);
      expect([ContentType, headers['content-security-policy'], headers['x-content-type-options']]).toEqual([
        ContentType,
        sandboxed ? 'sandbox' : undefined,
        'nosniff',
      ]);
    }
    const { headers } = await raw('GET', `/${Bucket}/a?response-content-type=text%2Fhtml`);
    expect([headers['content-type'], headers['content-security-policy']]).toEqual(['text/html', 'sandbox']);
  });
  test('words that no header can carry are refused', async () => {
    await put('a');
    for (const value of ['a%0d%0ax-evil:1', '%e2%82%ac', 'a%00']) {
      expect((await raw('GET', `/${Bucket}/a?response-content-disposition=${value}`)).body).toContain(
        '<Code>InvalidArgument</Code>',
      );
    }
    await expect(put('b', 'x', { Metadata: { big: 'x'.repeat(2100) } })).rejects.toMatchObject(
      failure('MetadataTooLarge'),
    );
  });
});

describe('keys', () => {
  const ODD = [
    'a/../b',
    '../../etc/passwd',
    '..',
    '.',
    '//',
    '/a',
    'a//b',
    'a/',
    ' ',
    '%2F',
    'a?b#c',
    'ü/日本 語',
    '😀',
    'k'.repeat(1024),
    '\u0000',
    'a\nb',
    '<&>"\'',
    'a+b',
    '__proto__',
    'con',
    '*',
    '\\',
  ];
  const target = (key: string) => `/${Bucket}/${encodeURIComponent(key)}`;
  test('are any bytes, kept apart and never a path', async () => {
    for (const key of ODD)
      expect((await raw('PUT', target(key), { 'content-length': String(Buffer.byteLength(key)) }, key)).status).toBe(
        200,
      );
    for (const key of ODD) expect((await raw('GET', target(key))).body).toBe(key);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    const keys = listed.Contents!.map(({ Key }) => decodeURIComponent(Key!));
    expect(keys).toEqual([...ODD].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const key of ODD) expect((await raw('DELETE', target(key))).status).toBe(204);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });
  test.each(['%zz', '%ff%fe', '%c0%af', 'a%'])('"%s" is no text', async (key) => {
    expect(await raw('GET', `/${Bucket}/${key}`)).toMatchObject({
      status: 400,
      body: expect.stringContaining('<Code>InvalidURI</Code>'),
    });
  });
  test('are deleted many at once, also those that look like XML or numbers', async () => {
    const keys = [' lead', '<a>&amp;', 'a\r\nb', '0012', 'true', 'ü'];
    for (const key of keys) await put(key);
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [...keys, 'absent'].map((Key) => ({ Key })) } }),
    );
    expect(Deleted).toHaveLength(7);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });
});

describe('listing', () => {
  /** What S3's documentation says, written down plainly. */
  function expected(
    keys: string[],
    {
      Prefix = '',
      Delimiter = '',
      StartAfter = '',
    }: Pick<ListObjectsV2CommandInput, 'Prefix' | 'Delimiter' | 'StartAfter'>,
  ) {
    const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const shown = new Set<string>();
    for (const key of keys
      .filter((key) => key.startsWith(Prefix) && (StartAfter === '' || order(key, StartAfter) > 0))
      .sort(order)) {
      const at = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
      shown.add(at < 0 ? `key ${key}` : `folder ${key.slice(0, at + Delimiter.length)}`);
    }
    return [...shown].sort();
  }
  test('starts after a key that is named like a folder: what is in the folder comes after it', async () => {
    const name = `list-${++count}`;
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'a/b', Body: 'x' }));
    const question = { Bucket: name, Delimiter: '/' };
    const after = await s3.send(new ListObjectsV2Command({ ...question, StartAfter: 'a/' }));
    expect(after.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    // The old call goes on behind a folder by its name.
    const behind = await s3.send(new ListObjectsCommand({ ...question, Marker: 'a/' }));
    expect(behind.CommonPrefixes).toBeUndefined();
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', 'ü', '😀'), minLength: 1, maxLength: 6 });

  test('shows the same in pages of any size, with any prefix and delimiter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(word, { minLength: 1, maxLength: 14 }),
        fc.option(word, { nil: undefined }),
        fc.option(fc.constantFrom('/', 'a', '-a', 'ü'), { nil: undefined }),
        fc.option(word, { nil: undefined }),
        fc.integer({ min: 1, max: 5 }),
        async (keys, Prefix, Delimiter, StartAfter, MaxKeys) => {
          const name = `list-${++count}`;
          await s3.send(new CreateBucketCommand({ Bucket: name }));
          await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket: name, Key, Body: 'x' }))));
          const question = { Bucket: name, Prefix, Delimiter, MaxKeys };
          const found: string[] = [];
          let ContinuationToken: string | undefined;
          do {
            const page = await s3.send(new ListObjectsV2Command({ ...question, StartAfter, ContinuationToken }));
            const entries = [
              ...(page.Contents ?? []).map(({ Key }) => `key ${Key}`),
              ...(page.CommonPrefixes ?? []).map((entry) => `folder ${entry.Prefix}`),
            ];
            expect(page.KeyCount).toBe(entries.length);
            expect(entries.length).toBeLessThanOrEqual(MaxKeys);
            if (page.IsTruncated) expect(entries.length).toBe(MaxKeys);
            found.push(...entries);
            ContinuationToken = page.NextContinuationToken;
          } while (ContinuationToken);
          expect(found.sort()).toEqual(expected(keys, { Prefix, Delimiter, StartAfter }));

          const first: string[] = [];
          let Marker: string | undefined = StartAfter;
          for (;;) {
            const page = await s3.send(new ListObjectsCommand({ ...question, Marker }));
            first.push(
              ...(page.Contents ?? []).map(({ Key }) => `key ${Key}`),
              ...(page.CommonPrefixes ?? []).map((entry) => `folder ${entry.Prefix}`),
            );
            if (!page.IsTruncated) break;
            Marker = page.NextMarker ?? page.Contents!.at(-1)!.Key;
          }
          // the old call takes a marker that is a folder for "behind that folder"
          const plain = StartAfter !== undefined && Delimiter !== undefined && StartAfter.endsWith(Delimiter);
          if (!plain) expect(first.sort()).toEqual(expected(keys, { Prefix, Delimiter, StartAfter }));
        },
      ),
      { numRuns: 40 },
    );
  });
  test.each([
    ['max-keys=-1'],
    ['max-keys=a'],
    ['max-keys=99999999999'],
    ['encoding-type=xml'],
    ['list-type=2&continuation-token=nonsense'],
  ])('%s is an invalid argument', async (query) => {
    expect(await raw('GET', `/${Bucket}?${query}`)).toMatchObject({
      status: 400,
      body: expect.stringContaining('<Code>InvalidArgument</Code>'),
    });
  });
  test('of nothing is nothing', async () => {
    expect(await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }))).rejects.toMatchObject(
      failure('NoSuchBucket', 404),
    );
  });
});

describe('checksums', () => {
  test.each(
    Object.values(ChecksumAlgorithm).filter((name) =>
      ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'].includes(name),
    ),
  )('%s is checked, kept and told', async (algorithm) => {
    const body = randomBytes(100_000);
    const sum = await put('a', body, { ChecksumAlgorithm: algorithm }).catch((error: Error) => error);
    // the SDK brings no CRC-64 of its own
    if (sum instanceof Error)
      return expect([algorithm, sum.message]).toEqual(['CRC64NVME', expect.stringMatching(/CRC64NVME/)]);
    const name = `Checksum${algorithm}` as 'ChecksumSHA1';
    expect(sum[name]).toBeTruthy();
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' })))[name]).toBe(sum[name]);
    const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const wrong = await raw('PUT', `/${Bucket}/b`, { [header]: sum[name]! }, 'something else');
    expect(wrong).toMatchObject({ status: 400, body: expect.stringContaining('<Code>BadDigest</Code>') });
  });
  test('what does not match is refused and not kept', async () => {
    const before = blobs();
    const body = 'hello';
    const cases: [Record<string, string>, string][] = [
      [{ 'content-md5': createHash('md5').update('other').digest('base64') }, 'BadDigest'],
      [{ 'content-md5': 'nonsense' }, 'InvalidDigest'],
      [{ 'x-amz-content-sha256': createHash('sha256').update('other').digest('hex') }, 'XAmzContentSHA256Mismatch'],
      [{ 'x-amz-checksum-crc32': 'nonsense' }, 'InvalidRequest'],
      [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'x' }, 'InvalidRequest'],
      [{ 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5' }, 'IncompleteBody'],
      [{ 'content-encoding': 'aws-chunked' }, 'MissingContentLength'],
      [{ 'transfer-encoding': 'chunked' }, 'MissingContentLength'],
    ];
    for (const [headers, code] of cases)
      expect((await raw('PUT', `/${Bucket}/a`, headers, body)).body, JSON.stringify(headers)).toContain(
        `<Code>${code}</Code>`,
      );
    expect((await raw('GET', `/${Bucket}/a`)).status).toBe(404);
    expect(blobs()).toBe(before);
  });
  test('5 GiB is the most', async () => {
    const answer = await raw('PUT', `/${Bucket}/a`, {
      'x-amz-decoded-content-length': String(5 * 1024 ** 3 + 1),
      'content-encoding': 'aws-chunked',
    });
    expect(answer.body).toContain('<Code>EntityTooLarge</Code>');
  });
});

describe('uploads in parts', () => {
  const begin = async (Key: string, more = {}) =>
    (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId!;
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer | string) => ({
    PartNumber,
    ETag: (await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag!,
  });
  const complete = (Key: string, UploadId: string, Parts: { PartNumber: number; ETag: string }[]) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

  test('by the SDK’s own uploader, from a stream of unknown length', async () => {
    const body = randomBytes(12 * MB + 5);
    async function* pieces() {
      for (let at = 0; at < body.length; at += MB) yield body.subarray(at, at + MB);
    }
    await new Upload({
      client: s3,
      params: { Bucket, Key: 'a', Body: Readable.from(pieces()), ContentType: 'video/mp4', Metadata: { m: 'v' } },
    }).done();
    const got = await read('a');
    expect(got.bytes.equals(body)).toBe(true);
    expect(got).toMatchObject({ ContentType: 'video/mp4', Metadata: { m: 'v' }, ETag: expect.stringMatching(/-3"$/) });
    expect(
      (await read('a', { Range: `bytes=${5 * MB - 2}-${5 * MB + 1}` })).bytes.equals(
        body.subarray(5 * MB - 2, 5 * MB + 2),
      ),
    ).toBe(true);
    expect(await read('a', { PartNumber: 2 })).toMatchObject({ PartsCount: 3, ContentLength: 5 * MB });
    const { ObjectParts, ObjectSize } = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['ObjectParts', 'ObjectSize'] }),
    );
    expect([ObjectParts?.TotalPartsCount, ObjectSize]).toEqual([3, body.length]);
  });
  test('are seen only when complete, in the order of their numbers, and once more if the answer got lost', async () => {
    const before = blobs();
    const id = await begin('a');
    const first = randomBytes(5 * MB);
    const parts = [await part('a', id, 7, 'end'), await part('a', id, 2, first)].reverse();
    await part('a', id, 9, 'not wanted');
    expect(
      (await s3.send(new ListPartsCommand({ Bucket, Key: 'a', UploadId: id }))).Parts?.map(({ PartNumber, Size }) => [
        PartNumber,
        Size,
      ]),
    ).toEqual([
      [2, 5 * MB],
      [7, 3],
      [9, 10],
    ]);
    await expect(read('a')).rejects.toMatchObject(failure('NoSuchKey'));
    const done = await complete('a', id, parts);
    expect((await complete('a', id, parts)).ETag).toBe(done.ETag);
    expect((await read('a')).bytes.equals(Buffer.concat([first, Buffer.from('end')]))).toBe(true);
    expect(blobs()).toBe(before + 2);
  });
  test('aborted, leave nothing', async () => {
    const before = blobs();
    const id = await begin('a');
    await part('a', id, 1, 'x');
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([
      { Key: 'a', UploadId: id },
    ]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'a', UploadId: id }));
    expect(blobs()).toBe(before);
    await expect(part('a', id, 1, 'x')).rejects.toMatchObject(failure('NoSuchUpload', 404));
  });
  test('what is wrong with them is told', async () => {
    const id = await begin('a');
    const [one, two] = [await part('a', id, 1, 'small'), await part('a', id, 2, 'last')];
    await expect(complete('a', id, [one, two])).rejects.toMatchObject(failure('EntityTooSmall'));
    await expect(complete('a', id, [two, one])).rejects.toMatchObject(failure('InvalidPartOrder'));
    await expect(complete('a', id, [{ PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject(failure('InvalidPart'));
    await expect(complete('a', id, [{ PartNumber: 1, ETag: two.ETag }])).rejects.toMatchObject(failure('InvalidPart'));
    await expect(complete('b', id, [one])).rejects.toMatchObject(failure('NoSuchUpload'));
    await expect(part('a', id, 10_001, 'x')).rejects.toMatchObject(failure('InvalidArgument'));
  });
  test('from a piece of another object', async () => {
    await put('source', randomBytes(6 * MB));
    const id = await begin('a');
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key: 'a',
        UploadId: id,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: `bytes=0-${5 * MB - 1}`,
      }),
    );
    await complete('a', id, [{ PartNumber: 1, ETag: CopyPartResult!.ETag! }]);
    expect((await read('a')).bytes.equals((await read('source')).bytes.subarray(0, 5 * MB))).toBe(true);
  });
  test.each([
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] as const)('with %s, %s', async (algorithm, type) => {
    const body = randomBytes(5 * MB + 10);
    const id = await begin('a', { ChecksumAlgorithm: algorithm, ChecksumType: type });
    const name = `Checksum${algorithm}` as const;
    const Parts = await Promise.all(
      [body.subarray(0, 5 * MB), body.subarray(5 * MB)].map(async (Body, i) => {
        const sent = await s3.send(
          new UploadPartCommand({
            Bucket,
            Key: 'a',
            UploadId: id,
            PartNumber: i + 1,
            Body,
            ChecksumAlgorithm: algorithm,
          }),
        );
        return { PartNumber: i + 1, ETag: sent.ETag!, [name]: sent[name]! };
      }),
    );
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'a', UploadId: id, MultipartUpload: { Parts } }),
    );
    expect(done.ChecksumType).toBe(type);
    const whole = await put('b', body, { ChecksumAlgorithm: algorithm });
    if (type === 'FULL_OBJECT') expect(done[name]).toBe(whole[name]);
    else expect(done[name]).toMatch(/-2$/);
    expect((await read('a')).bytes.equals(body)).toBe(true);
  });
});

describe('presigned', () => {
  const plain = { requestChecksumCalculation: 'WHEN_REQUIRED' };
  test('PUT and GET with the documented key', async () => {
    const signer = clientOf({ accessKeyId: 'local', secretAccessKey: 'local' }, plain);
    const url = await getSignedUrl(
      signer,
      new PutObjectCommand({ Bucket, Key: 'ü b/+', ContentType: 'text/plain', Metadata: { m: 'v' } }),
      { expiresIn: 60 },
    );
    expect((await fetch(url, { method: 'PUT', body: 'hello', headers: { 'content-type': 'text/plain' } })).status).toBe(
      200,
    );
    expect(await read('ü b/+')).toMatchObject({ bytes: Buffer.from('hello'), Metadata: { m: 'v' } });
    const get = await getSignedUrl(
      signer,
      new GetObjectCommand({ Bucket, Key: 'ü b/+', ResponseContentDisposition: 'attachment; filename="a.txt"' }),
    );
    const answer = await fetch(get);
    expect([await answer.text(), answer.headers.get('content-disposition')]).toEqual([
      'hello',
      'attachment; filename="a.txt"',
    ]);
    expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(get.replace('a.txt', 'b.txt'))).status).toBe(403);
  });
  test('a link ends', async () => {
    await put('a');
    const signer = clientOf({ accessKeyId: 'local', secretAccessKey: 'local' });
    const url = await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key: 'a' }), {
      expiresIn: 1,
      signingDate: new Date(Date.now() - 2000),
    });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });
});

describe('bad input', () => {
  test.each([
    ['POST', '?delete', '<Delete>'.repeat(50_000)],
    ['POST', '?delete', '<!DOCTYPE a [<!ENTITY x "y">]><Delete><Object><Key>&x;</Key></Object></Delete>'],
    ['POST', '?delete', ''],
    ['POST', '?delete', '<Delete/>'],
    ['POST', '?delete', '<Other/>'],
    ['POST', '?delete', '<Delete><Object/></Delete>'],
    ['POST', '?delete', '<Delete>\u0001</Delete>'],
    ['PUT', '?tagging', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
    ['PUT', '', '<nonsense'],
  ])('%s %s with %.40s is malformed', async (method, query, body) => {
    const answer = await raw(method, `/${Bucket}${query}`, { 'content-length': String(Buffer.byteLength(body)) }, body);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>MalformedXML</Code>') });
  });
  test.each([
    ['PATCH', '/b/k', 405],
    ['POST', '/', 405],
    ['POST', '/BUCKET/k', 405],
    ['GET', '//k', 400],
    ['PUT', '/no-such-bucket/k', 404],
    ['GET', '/no%00bucket/k', 404],
    ['GET', '/BUCKET/k?restore', 501],
    ['GET', '/BUCKET/k?uploadId=%00', 404],
    ['PUT', '/BUCKET?versioning', 501],
    ['DELETE', '/BUCKET?policy', 204],
    ['DELETE', '/BUCKET?ownershipControls', 501],
    ['GET', '/BUCKET?policy', 404],
    ['GET', '/BUCKET?a=%zz', 400],
    ['PUT', '/BUCKET/k?partNumber=x&uploadId=y', 404],
  ])('%s %s is answered %i', async (method, target, status) => {
    expect((await raw(method, target.replace('BUCKET', Bucket))).status).toBe(status);
  });
});

test('an index that was emptied is named, not begun anew', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 's3-damaged-'));
  const first = await startLocalCloud({ root: process.cwd(), dataDir: folder, port: 0 });
  await first.close(0);
  const index = path.join(folder, 'cloud', 's3', 'index.db');
  for (const suffix of ['-wal', '-shm']) rmSync(index + suffix, { force: true });
  for (const content of ['', 'this is not a database, though it is long enough to look like one '.repeat(40)]) {
    writeFileSync(index, content);
    await expect(startLocalCloud({ root: process.cwd(), dataDir: folder, port: 0 })).rejects.toMatchObject({
      code: 'S3_DATA_DAMAGED',
      message: expect.stringContaining(index),
    });
  }
  rmSync(folder, { recursive: true });
});
