/**
 * Packs a function for Lambda: its folder in, a zip out. The same files give the same bytes, so a deployment can tell
 * by the hash that nothing changed.
 *
 *   nodejs*    bundled by esbuild into one file; native packages (manifest.packages) packed whole beside it
 *   python3*, provided*    the folder as it is
 *
 * `host` is this machine (the local cloud): native packages come from the project's node_modules. `lambda` is Linux x64
 * with glibc: they are fetched for that platform, in the versions of the root package-lock.json.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { hostPackages, lambdaPackages } from './native-packages';
import { writeZip, type ZipEntry } from './zip';

export type PackageOptions = {
  /** the function's own */
  folder: string;
  manifest: FunctionManifest;
  platform: 'host' | 'lambda';
  /** packages made before are kept here, by the hash of what they are made of */
  cacheDir: string;
  /** the project's folder: node_modules, package-lock.json, tsconfig.json */
  root: string;
};
export type FunctionPackage = { zip: Uint8Array /** base64, as AWS's CodeSha256 */; sha256: string };

/** Changes when the same files are packed another way. */
const FORMAT = 1;
/** AWS takes no larger one in a request; bytes */
const ZIP_LIMIT = 50 * 1024 * 1024;
const PASSED_OVER =
  /(^|\/)(node_modules|__pycache__|\.[^/]+)(\/|$)|\.test\.[cm]?[jt]sx?$|(^|\/)test_[^/]+\.py$|_test\.py$|\.pyc$/;

/** Under way, by cache file: two that want the same package wait for one. */
const making = new Map<string, Promise<FunctionPackage>>();

/** @throws Problem FUNCTION_BUILD_FAILED, PACKAGE_MISSING, PACKAGE_FETCH_FAILED, PACKAGE_TOO_LARGE */
export async function packageFunction(options: PackageOptions): Promise<FunctionPackage> {
  const key = await keyOf(options);
  const file = path.join(options.cacheDir, `${options.manifest.name}-${options.platform}-${key}.zip`);
  const under = making.get(file);
  if (under) return under;
  const work = readCached(file)
    .then((cached) => cached ?? make(options, file))
    .finally(() => making.delete(file));
  making.set(file, work);
  return work;
}

async function make(options: PackageOptions, file: string): Promise<FunctionPackage> {
  const { manifest, platform, cacheDir, root, folder } = options;
  const entries = manifest.runtime.startsWith('nodejs') ? [await bundle(options)] : await filesOf(folder);
  if (entries.length === 0) throw buildFailed(manifest, 'its folder holds no files');
  for (const name of manifest.packages) {
    const packages = platform === 'host' ? await hostPackages(name, root) : await lambdaPackages(name, root, cacheDir);
    for (const { base, from } of packages) entries.push(...(await filesOf(from, base)));
  }
  // The local cloud unpacks at once what it is given: packing would only cost time.
  const zip = await writeZip(dedupe(entries), platform === 'host' ? 0 : 6);
  if (zip.length > ZIP_LIMIT) {
    throw new Problem(
      'PACKAGE_TOO_LARGE',
      `The package of "${manifest.name}" has ${Math.ceil(zip.length / 2 ** 20)} MB; Lambda takes 50.`,
      'Leave out what it does not need: fewer "packages" in its function.json, or a smaller library.',
    );
  }
  const sha256 = createHash('sha256').update(zip).digest('base64');
  await keep(file, zip, sha256, `${manifest.name}-${platform}-`);
  return { zip, sha256 };
}

/** One file, `<module>.mjs`, with everything in it but the native packages and Node's own modules. */
async function bundle({ folder, manifest, root }: PackageOptions): Promise<ZipEntry> {
  const module = manifest.handler.split('.')[0] ?? 'index';
  const names = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((extension) => `${module}.${extension}`);
  const present = await readdir(folder);
  const source = names.find((name) => present.includes(name));
  if (!source)
    throw buildFailed(
      manifest,
      `its handler is "${manifest.handler}", but the folder holds none of ${names.join(', ')}`,
    );
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [path.join(folder, source)],
    absWorkingDir: root,
    nodePaths: [path.join(root, 'node_modules')], // for functions that are kept elsewhere
    alias: { 'action-engine': path.join(root, 'lambdas', 'shared') }, // and use what ours share
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: manifest.packages.flatMap((name) => [name, `${name}/*`]),
    // Packages written for `require` ask for Node's modules by it, which an ES module does not have by itself.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
    tsconfigRaw: '{}',
  }).catch(
    (error: { errors?: { text: string; location: { file: string; line: number } | null }[]; message: string }) => {
      const first = error.errors?.[0];
      const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
      throw buildFailed(manifest, `${where}${first?.text ?? error.message}`);
    },
  );
  return { name: `${module}.mjs`, content: result.outputFiles[0]!.contents, executable: false };
}

const buildFailed = (manifest: FunctionManifest, what: string) =>
  new Problem(
    'FUNCTION_BUILD_FAILED',
    `The function "${manifest.name}" cannot be packed: ${what}`,
    'Mend what is named there, then run again.',
  );

/** Every file below a folder, in the zip below `base`. Links are followed: the zip holds no links. */
async function filesOf(folder: string, base = ''): Promise<ZipEntry[]> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join('/'));
  const entries: ZipEntry[] = [];
  for (const name of names) {
    if (PASSED_OVER.test(name) && base === '') continue;
    const file = path.join(folder, name);
    const facts = await stat(file);
    if (!facts.isFile()) continue;
    entries.push({
      name: base ? `${base}/${name}` : name,
      content: await readFile(file),
      executable: (facts.mode & 0o111) !== 0,
    });
  }
  return entries;
}

const dedupe = (entries: ZipEntry[]): ZipEntry[] => [...new Map(entries.map((entry) => [entry.name, entry])).values()];

/** Of everything that can change the package: the folder, the code that functions share, the locked versions, the machine. */
async function keyOf({ folder, manifest, platform, root }: PackageOptions): Promise<string> {
  const hash = createHash('sha256');
  const machine = platform === 'host' ? [process.platform, process.arch, process.versions.modules] : [];
  hash.update(
    JSON.stringify([FORMAT, manifest.name, manifest.runtime, manifest.handler, manifest.packages, platform, machine]),
  );
  const shared = new Set([path.join(path.dirname(folder), 'shared'), path.join(root, 'lambdas', 'shared')]);
  const sources = await filesOf(folder);
  for (const from of shared) sources.push(...(await filesOf(from, 'shared').catch(() => [])));
  for (const { name, content, executable } of sources.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name === 'function.json' || PASSED_OVER.test(name)) continue;
    hash.update(`\0${name}\0${content.length}\0${executable}\0`).update(content);
  }
  hash.update(await readFile(path.join(root, 'package-lock.json')).catch(() => ''));
  return hash.digest('hex').slice(0, 20);
}

async function readCached(file: string): Promise<FunctionPackage | null> {
  try {
    const sha256 = (await readFile(`${file}.sha256`, 'utf8')).trim();
    return { zip: await readFile(file), sha256 };
  } catch {
    return null;
  }
}

/** The hash is written last: a zip without it was not finished. Older packages of the function are let go. */
async function keep(file: string, zip: Uint8Array, sha256: string, prefix: string): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  for (const [target, content] of [[file, zip] as const, [`${file}.sha256`, `${sha256}\n`] as const]) {
    const draft = `${target}.${randomUUID().slice(0, 8)}.part`;
    await writeFile(draft, content);
    await rename(draft, target);
  }
  const own = new Set([path.basename(file), `${path.basename(file)}.sha256`]);
  for (const name of await readdir(folder)) {
    if (
      /-[0-9a-f]{20}\.zip(\.sha256)?$/.test(name) &&
      name.startsWith(prefix) &&
      !own.has(name) &&
      !making.has(path.join(folder, name.replace(/\.sha256$/, '')))
    ) {
      await rm(path.join(folder, name), { force: true });
    }
  }
}
