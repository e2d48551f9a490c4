#!/usr/bin/env node
/**
 * Runs a bench: `node bench/run.mjs NAME [options]` bundles `bench/NAME/main.ts` and runs it in this process.
 *
 * The local cloud's own entry is bundled too, once: a bench that starts it hundreds of times should not measure esbuild.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(root, 'node_modules', '.cache', 'action-engine');

function bundle(entry) {
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
  const name = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  const file = path.join(cache, `${name}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  return file;
}

const name = process.argv[2] ?? '';
if (!/^[a-z-]+$/.test(name) || !existsSync(path.join(root, 'bench', name, 'main.ts'))) {
  process.stderr.write('usage: node bench/run.mjs battery [--short | --smoke | --full] [--only A1,C7] [--seed N]\n');
  process.exit(2);
}
process.env.ACTION_ENGINE_ROOT ??= root;
process.env.ACTION_ENGINE_BENCH_CLOUD = bundle('bin/local-cloud.ts');
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.setSourceMapsEnabled(true);
await import(pathToFileURL(bundle(`bench/${name}/main.ts`)).href);
