/**
 * What the index knows of buckets, objects, uploads and parts.
 * @module
 */
import type { Segment } from './blobs';
import type { Algorithm, Checksum, ChecksumType } from './checksums';

/** What is said of an object beside its bytes. */
export type Attributes = {
  /** `content-type` and the like, by lower-case name, given back as they came */
  headers: Record<string, string>;
  /** user metadata, without `x-amz-meta-` */
  user: Record<string, string>;
  tags: [string, string][];
  checksum?: Checksum;
  /** checksums of the parts, for `?attributes` */
  parts?: { size: number; checksum?: string }[];
  /** the upload that made it: a repeated Complete gets the same answer */
  uploadId?: string;
};

export type ObjectRecord = {
  bucket: string;
  key: string;
  size: number;
  /** without quotes */
  etag: string;
  /** ms since 1970 */
  modifiedAt: number;
  segments: Segment[];
  attributes: Attributes;
};

export type ListedObject = Pick<ObjectRecord, 'key' | 'size' | 'etag' | 'modifiedAt'>;
export type BucketRecord = { name: string; createdAt: number; region: string; tags: [string, string][] };

export type UploadRecord = {
  id: string;
  bucket: string;
  key: string;
  startedAt: number;
  attributes: Attributes;
  algorithm: Algorithm | null;
  checksumType: ChecksumType | null;
};
export type PartRecord = {
  number: number;
  blob: string;
  size: number;
  etag: string;
  modifiedAt: number;
  checksum: string | null;
};
