/**
 * Buckets: make, find, list, delete, and the questions about their settings that tools ask.
 * @module
 */
import type { ServerResponse } from 'node:http';
import { REGION } from '../service';
import { sendEmpty, sendXml, timestamp } from './answers';
import { readTagSet, refuseUnsupported } from './attributes';
import type { Blobs } from './blobs';
import { receiveXml } from './body';
import { type S3Code, S3Error } from './errors';
import type { BucketRecord } from './record-types';
import type { Records } from './records';
import type { S3Request } from './request';
import { readXml, textOf, type XmlContent, type XmlFields, type XmlTree } from './xml';

/** What every handler works with. */
export type S3Parts = { records: Records; blobs: Blobs };
/** a request that names a bucket */
export type BucketRequest = S3Request & { bucket: string };

export const OWNER = { ID: '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a', DisplayName: 'local' };

/** @throws S3Error NoSuchBucket */
export function requireBucket({ records }: S3Parts, name: string): BucketRecord {
  const bucket = isBucketName(name) ? records.bucket(name) : null;
  if (!bucket) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  return bucket;
}

/** AWS's rules for general purpose buckets. */
export const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !name.includes('..') &&
  !/^\d{1,3}(\.\d{1,3}){3}$/.test(name) &&
  !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
  !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);

export async function listBuckets({ records }: S3Parts, response: ServerResponse): Promise<void> {
  const buckets = records.buckets().map(({ name, createdAt, region }) => ({
    Name: name,
    CreationDate: timestamp(createdAt),
    BucketRegion: region,
  }));
  sendXml(response, 'ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket: buckets } });
}

export async function createBucket(s3: S3Parts, request: BucketRequest, response: ServerResponse): Promise<void> {
  const { bucket: name } = request;
  refuseUnsupported(request.headers);
  const text = await receiveXml(request);
  const document = readXml(text.trim() || '<CreateBucketConfiguration/>', 'CreateBucketConfiguration');
  if (!document) throw new S3Error('MalformedXML');
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', undefined, { BucketName: name });
  const region = textOf(document, 'LocationConstraint')?.trim() || REGION;
  if (!/^[A-Za-z0-9-]{1,32}$/.test(region)) throw new S3Error('MalformedXML');
  const existing = s3.records.bucket(name);
  // One's own bucket in us-east-1 may be made again there, nowhere else: so it is on AWS.
  if (existing && (existing.region !== REGION || region !== REGION)) {
    throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name });
  }
  if (!existing) s3.records.putBucket({ name, createdAt: Date.now(), region, tags: [] });
  sendEmpty(response, 200, { location: `/${name}` });
}

export async function headBucket(s3: S3Parts, { bucket }: BucketRequest, response: ServerResponse): Promise<void> {
  sendEmpty(response, 200, {
    'x-amz-bucket-region': requireBucket(s3, bucket).region,
    'content-type': 'application/xml',
  });
}

export async function deleteBucket(s3: S3Parts, { bucket }: BucketRequest, response: ServerResponse): Promise<void> {
  requireBucket(s3, bucket);
  const freed = s3.records.dropBucket(bucket);
  if (freed === null) throw new S3Error('BucketNotEmpty', undefined, { BucketName: bucket });
  await s3.blobs.remove(freed);
  sendEmpty(response, 204);
}

/**
 * Settings that a bucket has from the beginning and keeps: what AWS answers for a new bucket (it encrypts each since 2023;
 * here nothing is). To put just that is no change, and taken; anything else is not implemented.
 */
const SETTINGS: Record<string, { root: string; content: XmlFields }> = {
  versioning: { root: 'VersioningConfiguration', content: {} },
  notification: { root: 'NotificationConfiguration', content: {} },
  logging: { root: 'BucketLoggingStatus', content: {} },
  accelerate: { root: 'AccelerateConfiguration', content: {} },
  requestPayment: { root: 'RequestPaymentConfiguration', content: { Payer: 'BucketOwner' } },
  ownershipControls: { root: 'OwnershipControls', content: { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } } },
  encryption: {
    root: 'ServerSideEncryptionConfiguration',
    content: { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false } },
  },
  policyStatus: { root: 'PolicyStatus', content: { IsPublic: false } },
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    content: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  },
};
const ABSENT: Record<string, S3Code> = {
  policy: 'NoSuchBucketPolicy',
  cors: 'NoSuchCORSConfiguration',
  lifecycle: 'NoSuchLifecycleConfiguration',
  website: 'NoSuchWebsiteConfiguration',
  'object-lock': 'ObjectLockConfigurationNotFoundError',
  replication: 'ReplicationConfigurationNotFoundError',
};
/** To delete one changes nothing: there is none, or it is the one that a bucket has anyway. */
export const isNothingToDelete = (setting: string): boolean => setting in ABSENT || setting === 'encryption';
export const BUCKET_SETTINGS = ['acl', 'tagging', 'location', ...Object.keys(SETTINGS), ...Object.keys(ABSENT)];

export async function getBucketSetting(
  s3: S3Parts,
  { bucket }: BucketRequest,
  setting: string,
  response: ServerResponse,
): Promise<void> {
  const { region, tags } = requireBucket(s3, bucket);
  if (setting === 'location') return sendXml(response, 'LocationConstraint', region === REGION ? {} : region);
  if (setting === 'acl') return sendAcl(response);
  if (setting === 'tagging') {
    if (tags.length === 0) throw new S3Error('NoSuchTagSet', undefined, { BucketName: bucket });
    return sendXml(response, 'Tagging', { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } });
  }
  const absent = ABSENT[setting];
  if (absent) throw new S3Error(absent, undefined, { BucketName: bucket });
  const fixed = SETTINGS[setting];
  if (!fixed) throw new S3Error('NotImplemented');
  sendXml(response, fixed.root, fixed.content);
}

export async function putBucketSetting(
  s3: S3Parts,
  request: BucketRequest,
  setting: string,
  response: ServerResponse,
): Promise<void> {
  requireBucket(s3, request.bucket);
  if (setting === 'tagging') {
    const tags = readTagSet(await receiveXml(request));
    s3.records.putBucket({ ...requireBucket(s3, request.bucket), tags });
    return sendEmpty(response, 204);
  }
  if (setting === 'acl') return putAcl(request, response);
  const fixed = SETTINGS[setting];
  const asked = fixed && readXml(await receiveXml(request), fixed.root);
  if (!asked || !holds(fixed.content, asked)) throw new S3Error('NotImplemented');
  sendEmpty(response, 200);
}

/** Nothing is asked for that is not so already. */
function holds(content: XmlContent | XmlContent[], asked: XmlTree): boolean {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return asked.children.size === 0 && asked.text.trim() === String(content ?? '');
  return [...asked.children].every(
    ([name, [child, ...more]]) => child !== undefined && more.length === 0 && holds(content[name], child),
  );
}

export async function deleteBucketTags(
  s3: S3Parts,
  { bucket }: BucketRequest,
  response: ServerResponse,
): Promise<void> {
  s3.records.putBucket({ ...requireBucket(s3, bucket), tags: [] });
  sendEmpty(response, 204);
}

/** Access control lists are off, as in every new bucket on AWS: the owner has full control, and nothing else can be said. */
export function sendAcl(response: ServerResponse): void {
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${OWNER.ID}</ID><DisplayName>${OWNER.DisplayName}</DisplayName></Grantee>`;
  const owner = `<Owner><ID>${OWNER.ID}</ID><DisplayName>${OWNER.DisplayName}</DisplayName></Owner>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${owner}<AccessControlList><Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`;
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}

export function putAcl({ headers }: S3Request, response: ServerResponse): void {
  if (headers['x-amz-acl'] === undefined) throw new S3Error('AccessControlListNotSupported');
  refuseUnsupported(headers);
  sendEmpty(response, 200);
}
