/** Starting the local cloud as a process of its own. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import type { Config } from '@/lib/config';
import { readCloudAddress } from '@/lib/local-cloud/data-dir';

/** What the cloud may know of our environment. Keys of models and of AWS are not among it: its functions are its children. */
const PASSED =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|ACTION_ENGINE_(ROOT|DATA|BUCKET|ORIGINS|HTTP_ALLOW)|AWS_ENDPOINT_URL_\w+|SFN_MOCK_CONFIG)$/;

export const cloudEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name))) as NodeJS.ProcessEnv;

/** Long enough for a first start on a slow disk. */
const START_MS = 20_000;

/**
 * Starts a cloud that outlives this command, so that the links it made stay alive, and ends after `idleMinutes` without work.
 * @throws Problem CLOUD_FAILED with the last lines of its log
 */
export async function startDetachedCloud(config: Config, env: NodeJS.ProcessEnv, idleMinutes: number): Promise<string> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const logFile = path.join(config.dataDir, 'local-cloud.log');
  const log = openSync(logFile, 'a', 0o600);
  const launcher = path.join(config.root, 'bin', 'action-engine.mjs');
  const child = spawn(
    process.execPath,
    [launcher, 'local-cloud', '--data', config.dataDir, '--idle-minutes', String(idleMinutes)],
    {
      cwd: config.root,
      env: cloudEnvironment(env),
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  let ended: number | null = null;
  child.on('exit', (code) => (ended = code ?? 1));
  child.unref();
  const until = Date.now() + START_MS;
  for (;;) {
    const address = readCloudAddress(config.dataDir);
    if (address) return address.url;
    if (ended !== null || Date.now() > until) {
      const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
      throw new Problem('CLOUD_FAILED', `The local cloud did not start:\n${tail}`, `Its whole log is ${logFile}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
