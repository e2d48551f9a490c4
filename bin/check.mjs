/**
 * `npm test`: everything, in the order in which a fault is cheapest to find. Ends at the first part that fails.
 *
 *   types → lint, unused code and page build side by side → unit tests (with the import table)
 *         → the battery's short form → stories in a real browser: three at a time, then those in which a second counts, two at a time
 *
 * `node bin/check.mjs stories` does the parts of that name alone.
 */
import { spawn } from 'node:child_process';
import { findBrowser } from './browser.mjs';

/** In turn; what stands in one row goes on side by side, and is told when it has ended. */
const rows = [
  [['types', 'npx', ['next', 'typegen']]],
  [['types', 'npx', ['tsc', '--noEmit']]],
  [
    ['lint', 'npx', ['biome', 'check', '.']],
    ['unused', 'npx', ['knip']],
    ['page build', 'node', ['bin/action-engine.mjs', 'start', '--build']],
  ],
  [['unit tests', 'npx', ['vitest', 'run']]],
  // Its figures of time need the machine to themselves.
  [['battery', 'node', ['bench/run.mjs', 'battery', '--short']]],
  [['browser', null, () => findBrowser({ install: true })]],
  [['stories', 'npx', ['playwright', 'test', '--project=together', '--workers=3']]],
  [['stories', 'npx', ['playwright', 'test', '--project=alone', '--workers=2']]],
];

const say = (text) => process.stdout.write(`${text}\n`);
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;
const running = new Set();

/** @returns its name and exit code, and what it said where it was not said at once */
function run([name, command, args], together) {
  const began = Date.now();
  const child = spawn(command, args, {
    stdio: together ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', npm_config_yes: 'false' },
  });
  running.add(child);
  let said = '';
  for (const stream of together ? [child.stdout, child.stderr] : [])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ name, status: 1, said: error.message, took: seconds(began) }));
    child.on('close', (status) => {
      running.delete(child);
      resolve({ name, status: status ?? 1, said, took: seconds(began) });
    });
  });
}

const end = ({ name, status, took }) => {
  say(`\n${name} failed (${took})`);
  for (const child of running) child.kill();
  process.exit(status);
};

const only = process.argv.slice(2);
const began = Date.now();
for (const row of rows) {
  const wanted = row.filter(([name]) => only.length === 0 || only.includes(name));
  const together = wanted.length > 1;
  await Promise.all(
    wanted.map(async (part) => {
      const [name, command, args] = part;
      if (command === null) {
        say(`\n── ${name}: finding one`);
        const found = args();
        if (!found) process.exit(1);
        process.env.ACTION_ENGINE_BROWSER = found;
        return say(found);
      }
      if (!together) say(`\n── ${name}: ${args.join(' ')}`);
      const ended = await run(part, together);
      if (together) say(`\n── ${name}: ${args.join(' ')} (${ended.took})\n${ended.said.trimEnd()}`);
      if (ended.status !== 0) end(ended);
    }),
  );
}
say(`\nAll parts passed in ${seconds(began)}.`);
