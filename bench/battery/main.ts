/**
 * The battery: what the local cloud promises, tried with real processes, real kills and real sockets.
 *
 *   node bench/run.mjs battery [--short | --smoke | --full] [--only A1,C7] [--seed N]
 *
 * One JSON line a row on stdout: `{ id, n, pass, fail, figure, seconds }`, with `failures` where there are some and `notRun`
 * where this system lacks what the row needs. The last line is `N passed, N failed, N not run`. Exit code 1 on any failure.
 * Start at `PARTS`; each part's file says what it tries.
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PARTS } from './parts';
import { readSettings, seeded } from './settings';
import type { Bench, Row } from './types';

const FIRST_PORT = 8330;
const PORTS = 20;

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** ports on which somebody listens, told by the system */
function listening(): Set<number> {
  const lines = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Set(
    lines.filter((fields) => fields[3] === '0A').map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)),
  );
}

async function main(): Promise<number> {
  const { mode, seed, only } = readSettings(process.argv.slice(3));
  const work = mkdtempSync(path.join(os.tmpdir(), 'battery-'));
  const closers: (() => unknown)[] = [];
  let ports = 0;
  let folders = 0;
  const bench: Omit<Bench, 'random'> = {
    mode,
    seed,
    size: (short, smoke, full) => ({ short, smoke, full })[mode],
    folder(name) {
      const folder = path.join(work, `${++folders}-${name}`);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    port() {
      const taken = listening();
      for (let i = 0; i < PORTS; i++) {
        const port = FIRST_PORT + (ports++ % PORTS);
        if (!taken.has(port)) return port;
      }
      throw new Error(`Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} are all in use.`);
    },
    atEnd: (close) => void closers.push(close),
  };
  print(JSON.stringify({ seed, mode, node: process.version, folder: work }));
  const total = { passed: 0, failed: 0, notRun: 0 };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.all(closers.map((close) => close())).then(() => process.exit(130)));
  }
  for (const [index, part] of PARTS.entries()) {
    const wanted = part.ids.filter((id) => only === null || only.has(id));
    if (wanted.length === 0 || (mode === 'short' && part.long && only === null)) continue;
    const began = Date.now();
    let rows: Row[];
    try {
      rows = await part.run({ ...bench, random: seeded(seed + index) });
    } catch (error) {
      const failures = [error instanceof Error ? (error.stack ?? error.message).slice(0, 1500) : String(error)];
      rows = part.ids.map((id) => ({ id, n: 1, pass: 0, fail: 1, figure: 'the row itself broke off', failures }));
    }
    for (const close of closers.splice(0)) await close();
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    for (const row of rows) {
      if (row.notRun !== undefined) total.notRun++;
      else if (row.fail > 0 || row.n === 0) total.failed++;
      else total.passed++;
      print(JSON.stringify({ ...row, seconds }));
    }
  }
  if (total.failed === 0) rmSync(work, { recursive: true, force: true });
  else print(JSON.stringify({ kept: work }));
  print(`${total.passed} passed, ${total.failed} failed, ${total.notRun} not run`);
  return total.failed > 0 ? 1 : 0;
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
