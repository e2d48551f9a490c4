/**
 * npm packages that cannot be bundled (native code), with everything that they need in production: where their files are,
 * and where they belong in a package.
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '@/lib/base/problem';

export type PackedPackage = {
  /** `node_modules/sharp` */
  base: string;
  from: string;
};
type Dependencies = Record<string, string>;
type LockEntry = { version: string; dependencies?: Dependencies; optionalDependencies?: Dependencies; dev?: boolean };
type Lock = { packages: Record<string, LockEntry> };

const run = promisify(execFile);

/** From the project's own node_modules: what npm installed for this machine. */
export async function hostPackages(name: string, root: string): Promise<PackedPackage[]> {
  const found = new Map<string, string>();
  const visit = async (wanted: string, near: string, optional: boolean): Promise<void> => {
    const from = locate(wanted, near, root);
    if (!from) {
      if (optional) return; // for another platform
      throw new Problem(
        'PACKAGE_MISSING',
        `The package "${wanted}" is not installed.`,
        'Run "npm ci", then try again.',
      );
    }
    const base = path.relative(root, from).split(path.sep).join('/');
    if (found.has(base)) return;
    found.set(base, from);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      await readFile(path.join(from, 'package.json'), 'utf8'),
    ) as LockEntry;
    for (const each of Object.keys(dependencies)) await visit(each, from, each in optionalDependencies);
    for (const each of Object.keys(optionalDependencies)) await visit(each, from, true);
  };
  await visit(name, root, false);
  return [...found].map(([base, from]) => ({ base, from }));
}

/** As Node looks for it: beside the one that asks, then further up. */
function locate(name: string, near: string, root: string): string | null {
  for (let at = near; ; at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (at === root || path.dirname(at) === at) return null;
  }
}

/** Fetched by npm for Linux x64 with glibc, once for each locked version; kept in `cacheDir`. */
export async function lambdaPackages(name: string, root: string, cacheDir: string): Promise<PackedPackage[]> {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as Lock;
  const part = partOf(lock, name);
  const text = JSON.stringify(part.lock, null, 1);
  const key = createHash('sha256').update(text).digest('hex').slice(0, 20);
  const folder = path.join(cacheDir, `npm-${name.replace(/[^\w-]/g, '_')}-linux-x64-${key}`);
  if (!existsSync(folder)) await fetchInto(folder, name, part.manifest, text);
  return listPackages(path.join(folder, 'node_modules'), 'node_modules');
}

async function fetchInto(folder: string, name: string, manifest: object, lock: string): Promise<void> {
  const draft = `${folder}.${randomUUID().slice(0, 8)}.part`;
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(path.join(draft, 'package.json'), JSON.stringify(manifest));
    await writeFile(path.join(draft, 'package-lock.json'), lock);
    const args = [
      'ci',
      '--os=linux',
      '--cpu=x64',
      '--libc=glibc',
      '--ignore-scripts',
      '--omit=dev',
      '--no-audit',
      '--no-fund',
      '--no-bin-links',
    ];
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
      cwd: draft,
      timeout: 300_000,
      maxBuffer: 2 ** 24,
    });
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error; // another process was first
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const lines = stderr.split('\n').filter((line) => /npm (ERR!|error)/.test(line));
    throw new Problem(
      'PACKAGE_FETCH_FAILED',
      `"${name}" could not be fetched for Lambda's platform (Linux x64): ${lines.slice(0, 3).join(' ') || message}`,
      'See that npm can reach its registry ("npm ping"), then deploy again.',
      {},
      { cause: error },
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The part of a lock file that one package needs, as a project of its own: same versions, same integrity hashes. */
export function partOf(lock: Lock, name: string): { manifest: object; lock: object } {
  const packages: Record<string, LockEntry> = {};
  const visit = (wanted: string, near: string): void => {
    const key = lockKey(lock, wanted, near);
    if (key === null || packages[key]) return;
    const { dev: _, ...entry } = lock.packages[key]!;
    packages[key] = entry;
    for (const each of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(each, key);
  };
  visit(name, '');
  const own = packages[`node_modules/${name}`];
  if (!own)
    throw new Problem(
      'PACKAGE_MISSING',
      `The package "${name}" is not in package-lock.json.`,
      `Run "npm install ${name}", then try again.`,
    );
  const manifest = {
    name: 'function-packages',
    version: '1.0.0',
    private: true,
    dependencies: { [name]: own.version },
  };
  return {
    manifest,
    lock: {
      name: manifest.name,
      version: manifest.version,
      lockfileVersion: 3,
      requires: true,
      packages: { '': manifest, ...packages },
    },
  };
}

function lockKey(lock: Lock, name: string, near: string): string | null {
  for (let at = near; ; ) {
    const key = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (lock.packages[key]) return key;
    if (at === '') return null;
    const up = at.lastIndexOf('/node_modules/');
    at = up < 0 ? '' : at.slice(0, up);
  }
}

/** The packages directly in a node_modules folder; what is nested in one of them comes with it. */
async function listPackages(folder: string, base: string): Promise<PackedPackage[]> {
  const packages: PackedPackage[] = [];
  for (const name of (await readdir(folder)).filter((each) => !each.startsWith('.')).sort()) {
    if (name.startsWith('@')) packages.push(...(await listPackages(path.join(folder, name), `${base}/${name}`)));
    else packages.push({ base: `${base}/${name}`, from: path.join(folder, name) });
  }
  return packages;
}
