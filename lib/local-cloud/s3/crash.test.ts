/** SIGKILL while objects are being written: what was acknowledged is there, what was not is whole or absent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';

const dataDir = mkdtempSync(path.join(tmpdir(), 's3-crash-'));
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<S3Client> {
  const args = ['bin/action-engine.mjs', 'local-cloud', '--port', '0', '--data', dataDir];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  const [line] = (await once(started.stdout, 'data')) as [Buffer];
  const endpoint = line.toString().trim().split(' ').at(-1)!;
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true, credentials, maxAttempts: 1 });
}
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

test('nothing acknowledged is lost, nothing half-written is seen', async () => {
  const sent = new Map<string, Set<string>>();
  const acknowledged = new Map<string, string>();
  let s3 = await start();
  await s3.send(new CreateBucketCommand({ Bucket: 'files' }));
  for (let round = 0; round < 4; round++) {
    let killed = false;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let i = 0; !killed; i++) {
        const Key = `${writer}-${i % 7}`;
        const Body = randomBytes(1 + Math.floor(Math.random() * 400_000));
        sent.set(Key, (sent.get(Key) ?? new Set()).add(md5(Body)));
        acknowledged.delete(Key); // until the answer comes, either the old or the new one is right
        await s3
          .send(new PutObjectCommand({ Bucket: 'files', Key, Body }))
          .then(() => acknowledged.set(Key, md5(Body)));
      }
    });
    setTimeout(
      () => {
        killed = true;
        child!.kill('SIGKILL');
      },
      250 + Math.random() * 250,
    );
    await Promise.allSettled(writers);
    s3 = await start();
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'files' }));
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...acknowledged.keys()]));
    for (const { Key, ETag } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'files', Key }));
      const found = md5(await Body!.transformToByteArray());
      expect(ETag).toBe(`"${found}"`);
      expect(sent.get(Key!)).toContain(found);
      if (acknowledged.has(Key!)) expect(found).toBe(acknowledged.get(Key!));
    }
    const files = readdirSync(path.join(dataDir, 'cloud', 's3'), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile() && /^[0-9a-f]{32}$/.test(entry.name))).toHaveLength(Contents.length);
  }
}, 60_000);
