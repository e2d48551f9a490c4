/**
 * Runs a TypeScript entry in this process: bundled with esbuild (some 100 ms), so that no build step is needed and no
 * second process stays behind.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Else esbuild keeps a process of its own, some 50 MB, for as long as this one lives.
process.env.ESBUILD_WORKER_THREADS = '0';
const { buildSync } = await import('esbuild');

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param entry path below the project's folder, e.g. `bin/cli.ts`
 * @returns path of a file that `node` runs as it is
 */
export function bundle(entry) {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, entry)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false, // they lie beside it; a server would keep them all in memory
    write: false,
    tsconfig: path.join(root, 'tsconfig.json'),
    logLevel: 'error',
  });
  const code = outputFiles[0].contents;
  const cache = path.join(root, 'node_modules', '.cache', 'action-engine');
  const name = `${entry.replace(/\.ts$/, '').replaceAll('/', '-')}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`;
  const file = path.join(cache, `${name}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file); // two commands started at once never see half a file
  }
  return file;
}

/** Runs an entry here and now. */
export async function launch(entry) {
  process.env.ACTION_ENGINE_ROOT ??= root;
  // Node 20 is supported here; the SDK's notice about its own future is not the user's business.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundle(entry)).href);
}
