/**
 * For tests of use cases: a local cloud of their own and the real store, wired as the product wires them, in a folder that
 * is gone afterwards. It stands here because use cases know the store and the cloud by their ports only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '@/lib/config';
import { startLocalCloud } from '@/lib/local-cloud/server';
import { createWiring, type Wiring } from '@/lib/wiring';

const root = path.resolve(__dirname, '..');

/**
 * Starts both before the tests of a file, and ends them after.
 * @returns what use cases are given; it is there once the tests run
 */
export function wired(): () => Wiring {
  let deps: Wiring;
  let end = async () => {};
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wired-'));
    const cloud = await startLocalCloud({ root, dataDir: path.join(folder, 'cloud'), port: 0 });
    end = async () => {
      await deps?.store.close();
      await cloud.close(0);
      rmSync(folder, { recursive: true, force: true });
    };
    deps = await createWiring(
      readConfig({
        ACTION_ENGINE_ROOT: root,
        ACTION_ENGINE_DATA: path.join(folder, 'data'),
        ACTION_ENGINE_CLOUD: cloud.url,
      }),
    );
    await deps.cloud.ready();
  }, 60_000);
  afterAll(() => end());
  return () => deps;
}
