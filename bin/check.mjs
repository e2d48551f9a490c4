/**
 * `npm test`: everything, in the order in which a fault is cheapest to find. Ends at the first part that fails.
 *
 *   types → lint → unit tests (with the import table) → the battery's short form → page build → stories in a real browser
 */
import { spawnSync } from 'node:child_process';
import { findBrowser } from './browser.mjs';

const parts = [
  ['types', 'npx', ['next', 'typegen']],
  ['types', 'npx', ['tsc', '--noEmit']],
  ['lint', 'npx', ['biome', 'check', '.']],
  ['unused', 'npx', ['knip']],
  ['unit tests', 'npx', ['vitest', 'run']],
  ['battery', 'node', ['bench/run.mjs', 'battery', '--short']],
  ['page build', 'node', ['bin/action-engine.mjs', 'start', '--build']],
  ['browser', null, () => findBrowser({ install: true })],
  ['stories', 'npx', ['playwright', 'test']],
];

const only = process.argv.slice(2);
for (const [name, command, args] of parts) {
  if (only.length > 0 && !only.includes(name)) continue;
  const began = Date.now();
  process.stdout.write(`\n── ${name}: ${command ? args.join(' ') : 'finding one'}\n`);
  if (command === null) {
    const found = args();
    if (!found) process.exit(1);
    process.env.ACTION_ENGINE_BROWSER = found;
    process.stdout.write(`${found}\n`);
    continue;
  }
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', npm_config_yes: 'false' },
  });
  if (status !== 0) {
    process.stdout.write(`\n${name} failed (${Math.round((Date.now() - began) / 1000)} s)\n`);
    process.exit(status ?? 1);
  }
}
process.stdout.write('\nAll parts passed.\n');
