/** For tests: a real local cloud, a process of its own, with a bucket; and the environment that it gives to functions. */
import { type ChildProcess, spawn } from 'node:child_process';
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

const BUCKET = 'files';
const root = path.resolve(import.meta.dirname, '../..');

/** Call once at the top of a test file. */
export function testCloud() {
  let s3: S3Client;
  let cloud: ChildProcess;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'functions-'));
    const launcher = path.join(root, 'bin', 'action-engine.mjs');
    cloud = spawn(process.execPath, [launcher, 'local-cloud', '--port', '0', '--data', dataDir], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: await addressOf(cloud),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ACTION_ENGINE_BUCKET: BUCKET,
    });
    s3 = new S3Client({ forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterAll(async () => {
    s3?.destroy();
    const ended = new Promise((resolve) => cloud.once('exit', resolve));
    cloud.kill('SIGKILL');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  });

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

function addressOf(cloud: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    cloud.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      const address = /local cloud ready on (http:\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    cloud.once('exit', () => reject(new Error(`The local cloud did not start. It said: ${said}`)));
  });
}
