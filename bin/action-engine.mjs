#!/usr/bin/env node
import { createHash } from 'node:crypto';
/**
 * The command line's front door: bundles the TypeScript entry with esbuild (some 100 ms) and runs it in this process,
 * so that no build step is needed and no second process stays behind.
 *
 *   action-engine start | local-cloud | draft | compile | decompile | validate | run
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const entries = { start: 'bin/start.ts', 'local-cloud': 'bin/local-cloud.ts' };
const entry = entries[process.argv[2]] ?? 'bin/cli.ts';

const { outputFiles } = buildSync({
  entryPoints: [path.join(root, entry)],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  write: false,
  tsconfig: path.join(root, 'tsconfig.json'),
  logLevel: 'error',
});
const code = outputFiles[0].contents;
const cache = path.join(root, 'node_modules', '.cache', 'action-engine');
const file = path.join(
  cache,
  `${path.basename(entry, '.ts')}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`,
);
if (!existsSync(file)) {
  mkdirSync(cache, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, file); // two commands started at once never see half a file
}
process.env.ACTION_ENGINE_ROOT ??= root;
// Node 20 is supported here; the SDK's notice about its own future is not the user's business.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.setSourceMapsEnabled(true);
await import(pathToFileURL(file).href);
