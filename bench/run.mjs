#!/usr/bin/env node
/**
 * Runs a bench: `node bench/run.mjs NAME [options]` bundles `bench/NAME/main.ts` and runs it in this process.
 *
 * The local cloud's own entry is bundled too, once: a bench that starts it hundreds of times should not measure esbuild.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundle, launch, root } from '../bin/launch.mjs';

const name = process.argv[2] ?? '';
if (!/^[a-z-]+$/.test(name) || !existsSync(path.join(root, 'bench', name, 'main.ts'))) {
  process.stderr.write('usage: node bench/run.mjs battery | engine | draft | canvas | open-definitions [options]\n');
  process.exit(2);
}
process.env.ACTION_ENGINE_BENCH_CLOUD = bundle('bin/local-cloud.ts');
await launch(`bench/${name}/main.ts`);
