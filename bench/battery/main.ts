/**
 * The battery: what the local cloud promises, tried with real processes, real kills and real sockets.
 *
 *   node bench/run.mjs battery [--short | --smoke | --full] [--only A1,C7] [--seed N]
 *
 * One JSON line a row on stdout: `{ id, n, pass, fail, figure, seconds }`, with `failures` where there are some and `notRun`
 * where this system lacks what the row needs. A row that failed by nothing but figures of time is measured again, once. The last line is `N passed, N failed, N not run in N s (load N)`. Exit code 1 on any failure.
 * Start at `PARTS`; each part's file says what it tries.
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PARTS } from './parts';
import { readSettings, seeded, USAGE } from './settings';
import type { Bench, Part, Row } from './types';

const PORTS = 30;
/** a block of its own, so that two batteries at once seldom meet: a port that is free while a server restarts is not */
const FIRST_PORT = 8330 + PORTS * (process.pid % 20);

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
  const open = new Set<() => unknown>();
  let ports = 0;
  let folders = 0;
  const bench: Omit<Bench, 'random' | 'atEnd'> = {
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
  };
  const load = () => Number(os.loadavg()[0]?.toFixed(1));
  print(JSON.stringify({ seed, mode, node: process.version, folder: work, cores: os.cpus().length, load: load() }));
  const total = { passed: 0, failed: 0, notRun: 0 };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.all([...open].map((close) => close())).then(() => process.exit(130)));
  }

  const runOnce = async (part: Part, index: number): Promise<Row[]> => {
    const closers: (() => unknown)[] = [];
    const atEnd = (close: () => unknown) => {
      closers.push(close);
      open.add(close);
    };
    try {
      return await part.run({ ...bench, atEnd, random: seeded(seed + index) });
    } catch (error) {
      const failures = [error instanceof Error ? (error.stack ?? error.message).slice(0, 1500) : String(error)];
      return part.ids.map((id) => ({ id, n: 1, pass: 0, fail: 1, figure: 'the row itself broke off', failures }));
    } finally {
      for (const close of closers) {
        await close();
        open.delete(close);
      }
    }
  };
  const runPart = async (part: Part, index: number) => {
    const began = Date.now();
    let rows = await runOnce(part, index);
    // What only took too long may be this machine's fault: it must take too long twice.
    const late = rows.filter((row) => row.fail > 0);
    if (late.length > 0 && late.every((row) => row.fail === row.late))
      rows = (await runOnce(part, index)).map((row) => ({ ...row, again: true }));
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    for (const row of rows) {
      if (row.notRun !== undefined) total.notRun++;
      else if (row.fail > 0 || row.n === 0) total.failed++;
      else total.passed++;
      print(JSON.stringify({ ...row, seconds }));
    }
  };

  const wanted = [...PARTS.entries()].filter(
    ([, part]) =>
      part.ids.some((id) => only === null || only.has(id)) &&
      !(only === null && ((mode === 'short' && part.long) || (mode !== 'full' && part.full))),
  );
  const began = Date.now();
  const inTurn = async (isBeside: boolean) => {
    for (const [index, part] of wanted) if ((part.beside ?? false) === isBeside) await runPart(part, index);
  };
  await Promise.all([inTurn(false), inTurn(true)]);
  if (total.failed === 0) rmSync(work, { recursive: true, force: true });
  else print(JSON.stringify({ kept: work }));
  const seconds = Math.round((Date.now() - began) / 1000);
  print(`${total.passed} passed, ${total.failed} failed, ${total.notRun} not run in ${seconds} s (load ${load()})`);
  return total.failed > 0 ? 1 : 0;
}

/** `--help`: how it is called, on stdout. */
const HELP = `Usage: ${USAGE}

Tries what the local cloud promises, and what a person sees of it in a browser, with real processes, real kills and
real sockets. One JSON line a row on stdout.

  --short     the rows of \`npm test\`, some 40 s
  --smoke     all rows but those of great amounts, each with few tries: some 6 min (the default)
  --full      all rows with all their tries: hours
  --only IDS  only the parts that hold these rows, e.g. A1,C7
  --seed N    the same random choices again; the first line of each battery tells its seed

Exit code 0: all rows passed; 1: some failed; 2: it could not begin.`;

try {
  const asked = process.argv.slice(3);
  if (asked.includes('--help') || asked.includes('-h')) {
    print(HELP);
    process.exit(0);
  }
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
