/** For tests: a real local cloud with a bucket, and the environment that it gives to functions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { startLocalCloud } from '@/lib/local-cloud/server';

const BUCKET = 'files';

/** Call once at the top of a test file. */
export function testCloud() {
  let s3: S3Client;
  let end = async () => {};
  beforeAll(async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'functions-'));
    const cloud = await startLocalCloud({ root: path.resolve(import.meta.dirname, '../..'), dataDir, port: 0 });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ACTION_ENGINE_BUCKET: BUCKET,
    });
    s3 = new S3Client({ forcePathStyle: true });
    end = async () => {
      s3.destroy();
      await cloud.close(0);
      rmSync(dataDir, { recursive: true, force: true });
    };
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterAll(() => end());

  return {
    async put(key: string, body: Uint8Array | string, mediaType: string): Promise<string> {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ContentType: mediaType }));
      return `s3://${BUCKET}/${key}`;
    },
    async get(uri: string): Promise<{ bytes: Buffer; mediaType: string | undefined }> {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
      const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { bytes: Buffer.from(await found.Body!.transformToByteArray()), mediaType: found.ContentType };
    },
    async has(key: string): Promise<boolean> {
      return s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key })).then(
        () => true,
        () => false,
      );
    },
  };
}

/** A photo-like picture: gradients, so that a mirrored or turned one differs. */
export function pixels(
  width: number,
  height: number,
): { data: Buffer; raw: { width: number; height: number; channels: 3 } } {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([Math.round((x / width) * 255), Math.round((y / height) * 255), 128], (y * width + x) * 3);
    }
  }
  return { data, raw: { width, height, channels: 3 } };
}
