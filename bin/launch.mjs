/**
 * Runs a TypeScript entry in this process: bundled with esbuild where a source changed since (some 300 ms), so that no build
 * step is needed and no second process stays behind.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Else esbuild keeps a process of its own, some 50 MB, for as long as this one lives.
process.env.ESBUILD_WORKER_THREADS = '0';
const require = createRequire(import.meta.url);

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(root, 'node_modules', '.cache', 'action-engine');
/** What decides how an entry is bundled, besides its sources. */
const SETTINGS = ['bin/launch.mjs', 'tsconfig.json', 'package-lock.json'];

/**
 * @param entry path below the project's folder, e.g. `bin/cli.ts`
 * @returns path of a file that `node` runs as it is
 */
export function bundle(entry) {
  const flat = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  const list = path.join(cache, `${flat}.sources.json`);
  const known = unchanged(list);
  if (known) return known;
  const began = Date.now();
  const { outputFiles, metafile } = require('esbuild').buildSync({
    entryPoints: [path.join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false, // they lie beside it; a server would keep them all in memory
    write: false,
    outdir: root,
    metafile: true,
    tsconfig: path.join(root, 'tsconfig.json'),
    logLevel: 'error',
  });
  const code = outputFiles[0].contents;
  const name = `${flat}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`;
  const file = path.join(cache, name);
  mkdirSync(cache, { recursive: true });
  if (!existsSync(file)) put(file, code);
  const sources = [...SETTINGS, ...Object.keys(metafile.inputs)].map((source) => [source, ...lookOf(source)]);
  // One that changed meanwhile may be in the bundle as it was before.
  if (sources.every(([, changed = 0]) => changed < began)) put(list, JSON.stringify({ name, sources }));
  return file;
}

/** Two commands that are started at once never see half a file. */
function put(file, content) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

/** ms since 1970 of its last change, and its bytes; nothing of one that is not there */
function lookOf(source) {
  const stat = statSync(path.join(root, source), { throwIfNoEntry: false });
  return stat ? [stat.mtimeMs, stat.size] : [];
}

/** @returns the bundle that was made before, if every source is as it was then */
function unchanged(list) {
  try {
    const { name, sources } = JSON.parse(readFileSync(list, 'utf8'));
    const file = path.join(cache, name);
    const same = sources.every(([source, ...then]) => lookOf(source).join() === then.join());
    return same && existsSync(file) ? file : null;
  } catch {
    return null; // the first time, or cut off while it was written
  }
}

/** Runs an entry here and now. */
export async function launch(entry) {
  process.env.ACTION_ENGINE_ROOT ??= root;
  // Node 20 is supported here; the SDK's notice about its own future is not the user's business.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundle(entry)).href);
}
