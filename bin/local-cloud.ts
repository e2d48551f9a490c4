/**
 * The local cloud by itself.
 *
 *   npm run local-cloud -- [--port N] [--data DIR] [--time-scale X] [--idle-minutes N] [--pending-seconds N]
 *
 * Prints `local cloud ready on http://127.0.0.1:N` on stdout and nothing else there; what happens goes to stderr. Ends on
 * SIGTERM, SIGINT and SIGHUP within 12 s, with exit code 0; at once on a second signal.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mockFileIn } from '@/lib/aws/mocks';
import { Problem, viewOf } from '@/lib/base/problem';
import { readConfig } from '@/lib/config';
import { forgetSecrets } from '@/lib/local-cloud/environment';
import { type LocalCloud, startLocalCloud } from '@/lib/local-cloud/server';

const USAGE =
  'npm run local-cloud -- [--port N] [--data DIR] [--time-scale X] [--idle-minutes N] [--pending-seconds N]';
/** all that a signal leaves, in ms */
const END_MS = 12_000;
const GRACE_MS = 8000;

const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

function readArguments() {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'time-scale': { type: 'string' },
      'idle-minutes': { type: 'string' },
      'pending-seconds': { type: 'string' },
      failpoint: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return {
    help: values.help ?? false,
    port: numberOf(
      '--port',
      values.port,
      (n) => Number.isInteger(n) && n >= 0 && n <= 65_535,
      'a number from 0 to 65535',
    ),
    data: values.data,
    /** for tests alone, so that USAGE is silent about it */
    failpoint: values.failpoint,
    timeScale: numberOf(
      '--time-scale',
      values['time-scale'],
      (n) => n >= 0,
      'a number, 1 being real time and 0 skipping every wait',
    ),
    pendingSeconds: numberOf('--pending-seconds', values['pending-seconds'], (n) => n >= 0, 'a number of seconds'),
    idleMinutes: numberOf('--idle-minutes', values['idle-minutes'], (n) => n > 0, 'a number of minutes above 0'),
  };
}

function numberOf(
  option: string,
  text: string | undefined,
  isGood: (n: number) => boolean,
  wanted: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !isGood(value)) {
    throw new Problem('ARGUMENT_INVALID', `${option} is "${text}".`, `It must be ${wanted}.`);
  }
  return value;
}

function endOnSignals(cloud: LocalCloud) {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      setTimeout(() => process.exit(1), END_MS).unref();
      void cloud.close(GRACE_MS);
    });
  }
}

/** The reader of our output may have gone; that is no reason to end. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('unhandledRejection', (reason) =>
  log(`unexpected: ${reason instanceof Error ? reason.stack : String(reason)}`),
);

try {
  forgetSecrets(process.env);
  const options = readArguments();
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const config = readConfig();
  const dataDir = options.data === undefined ? config.dataDir : path.resolve(options.data);
  const cloud = await startLocalCloud({
    root: config.root,
    dataDir,
    pageOrigins: config.pageOrigins,
    httpAllow: config.httpAllow,
    serviceEndpoints: config.serviceEndpoints,
    isolation: config.isolation,
    functionEnvironment: { ACTION_ENGINE_BUCKET: config.bucket },
    log,
    ...(options.port !== undefined && { port: options.port }),
    ...(config.lambdaEndpoint && { lambdaEndpoint: config.lambdaEndpoint }),
    ...(config.s3Endpoint && { s3Endpoint: config.s3Endpoint }),
    mockConfig: config.mockConfig ?? mockFileIn(dataDir),
    mockOptional: !config.mockConfig,
    ...(options.failpoint !== undefined && { failpoint: options.failpoint }),
    ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
    ...(options.pendingSeconds !== undefined && { pendingMs: options.pendingSeconds * 1000 }),
    ...(options.idleMinutes !== undefined && { idleMs: options.idleMinutes * 60_000 }),
  });
  endOnSignals(cloud);
  process.stdout.write(`local cloud ready on ${cloud.url}\n`);
  await cloud.done;
  process.exit(0);
} catch (error) {
  const known = error instanceof Problem || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  const { message, hint } = viewOf(error);
  process.stderr.write(
    known
      ? `${message} ${error instanceof Problem ? hint : `Usage: ${USAGE}`}\n`
      : `${String((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
}
