/**
 * `npm start`: builds the page if its sources changed, starts the local cloud and keeps it running, serves the page.
 *
 *   this process ── local cloud (restarted when it ends)
 *                └─ next start
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import { type Config, missingForAws, readConfig } from '@/lib/config';
import { readCloudAddress } from '@/lib/local-cloud/data-dir';
import { openToken } from '@/lib/store/token';
import { cloudEnvironment } from './cloud-process';

const HOST = '127.0.0.1';
const SOURCES = [
  'app',
  'components',
  'lib',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'package-lock.json',
  'tsconfig.json',
];

const children = new Set<ChildProcess>();
let stopping = false;

async function main(): Promise<void> {
  const config = readConfig();
  const dev = process.argv.includes('--dev');
  if (process.argv.includes('--build')) return build(config.root);
  const port = await choosePort(config.port, config.portGiven);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  openToken(config.dataDir);
  const origins = [`http://localhost:${port}`, `http://${HOST}:${port}`, ...config.pageOrigins];
  writeFileSync(path.join(config.dataDir, 'page.json'), JSON.stringify({ origin: origins }), { mode: 0o600 });

  const missing = missingForAws(config);
  if (missing.length > 0)
    say(`Running on AWS needs ${missing.join(', ')}: the page starts, runs will say so. See docs/aws.md.`);
  if (config.target === 'local' && !config.cloudUrl) await keepCloud(config);
  if (!dev) await build(config.root);

  const next = path.join(config.root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const page = spawn(process.execPath, [next, dev ? 'dev' : 'start', '-H', HOST, '-p', String(port)], {
    cwd: config.root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ACTION_ENGINE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(page);
  page.stdout.on('data', (text: Buffer) => {
    if (/Ready in|✓ Ready/.test(text.toString())) say(`Action Engine is ready on http://localhost:${port}`);
    else if (dev) process.stdout.write(text);
  });
  page.on('exit', (code) => {
    if (!stopping) {
      say('The page server ended. Start again with `npm start`.');
      void stop(code ?? 1);
    }
  });
}

// ------------------------------------------------------------------ the local cloud

/** Uses the one that already serves this data directory, or starts one; starts it again whenever it ends. */
async function keepCloud(config: Config): Promise<void> {
  if (readCloudAddress(config.dataDir)) {
    say('Using the local cloud that is already running on this data directory.');
    watchForeign(config);
    return;
  }
  let failures = 0;
  const begin = () =>
    new Promise<void>((resolve, reject) => {
      const since = Date.now();
      const child = spawn(
        process.execPath,
        [path.join(config.root, 'bin', 'action-engine.mjs'), 'local-cloud', '--data', config.dataDir],
        {
          cwd: config.root,
          env: cloudEnvironment(process.env),
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      children.add(child);
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('local cloud ready on')) {
          say(text.toString().trim());
          resolve();
        }
      });
      child.on('exit', (code) => {
        children.delete(child);
        if (stopping) return;
        failures = Date.now() - since > 10_000 ? 0 : failures + 1;
        if (failures > 5) {
          reject(
            new Problem(
              'CLOUD_FAILED',
              `The local cloud ended ${failures} times in a row (code ${code}).`,
              'Read its lines above; they name what is wrong.',
            ),
          );
          say('The local cloud does not stay up: read its lines above. Runs wait until it is started again.');
          return;
        }
        say('The local cloud ended; starting it again. Runs go on where they were.');
        setTimeout(() => void begin().then(resolve, reject), 200 * failures);
      });
    });
  await begin();
}

/** A cloud that somebody else started may end: then it becomes ours to keep. */
function watchForeign(config: Config): void {
  const timer = setInterval(() => {
    if (stopping || readCloudAddress(config.dataDir)) return;
    clearInterval(timer);
    void keepCloud(config).catch((error: Error) => say(error.message));
  }, 1000);
}

// ------------------------------------------------------------------ the page

/** Builds when the sources differ from those that the last build was made of. */
async function build(root: string): Promise<void> {
  const stamp = path.join(root, '.next', 'action-engine-sources');
  const sources = hashOf(root);
  const isBuilt = () =>
    existsSync(path.join(root, '.next', 'BUILD_ID')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
  if (isBuilt()) return;
  const release = await takeBuildLock(root);
  try {
    if (!isBuilt()) await buildNow(root, () => writeFileSync(stamp, sources));
  } finally {
    release();
  }
}

/** One build of a checkout at a time: another start waits for it and then uses what it made. */
async function takeBuildLock(root: string): Promise<() => void> {
  // Not in .next: the build empties that folder.
  const lock = path.join(root, 'node_modules', '.cache', 'action-engine-build.lock');
  const mine = `${lock}.${process.pid}`;
  mkdirSync(path.dirname(lock), { recursive: true });
  for (let told = false; ; ) {
    writeFileSync(mine, String(process.pid));
    try {
      // A link appears with its content: nobody reads a lock without a pid.
      linkSync(mine, lock);
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine, { force: true });
    }
    if (!isAlive(ownerOf(lock))) rmSync(lock, { force: true });
    else {
      if (!told) say('Another start builds the page already; waiting for it …');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

function ownerOf(lock: string): number {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0; // released between the two looks
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function buildNow(root: string, done: () => void): Promise<void> {
  say('Building the page (once; some 20 s) …');
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number>((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)));
  children.delete(child);
  if (code !== 0)
    throw new Problem(
      'BUILD_FAILED',
      `The page could not be built:\n${output}`,
      'Run `npm ci` again; if it still fails, open an issue with these lines.',
    );
  done();
}

function hashOf(root: string): string {
  const hash = createHash('sha256');
  const visit = (file: string) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(path.join(file, name));
    } else if (!file.includes('.test.')) {
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  };
  for (const source of SOURCES) visit(path.join(root, source));
  return hash.digest('hex');
}

/** A port that was asked for is an error when taken; the default gives way to the next free one. */
async function choosePort(wanted: number, explicit: boolean): Promise<number> {
  for (let port = wanted; port < wanted + 50; port++) {
    if (await isFree(port)) {
      if (port !== wanted) say(`Port ${wanted} is in use; using ${port}.`);
      return port;
    }
    if (explicit)
      throw new Problem(
        'PORT_IN_USE',
        `Port ${port} is in use.`,
        'Set PORT to another one, or end the program that uses it.',
      );
  }
  throw new Problem('PORT_IN_USE', `Ports ${wanted} to ${wanted + 49} are in use.`, 'Set PORT to a free one.');
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });

// ------------------------------------------------------------------ ending

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
  const ended = Promise.all(
    [...children].map((child) =>
      child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.on('exit', resolve)) : null,
    ),
  );
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 12_000))]);
  for (const child of children) child.kill('SIGKILL');
  process.exit(code);
}

const say = (line: string) => process.stdout.write(`${line}\n`);

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Problem ? `${error.message} ${error.hint}` : error instanceof Error ? error.stack : error}\n`,
  );
  void stop(1);
});
