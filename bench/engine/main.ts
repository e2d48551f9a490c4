/**
 * How fast the local cloud is, in one run, and against two peers where they can do the same.
 *
 *   node bench/run.mjs engine [--json FILE] [--parked N] [--closed N] [--seconds N] [--rounds N] [--only a,b]
 *
 * `--only` names stages: starts, transitions, lambda, parked, closed. `--no-peers` leaves the peers out. Peers are
 * installed on demand with `npm ci --prefix bench/engine`. Exit code 0 when all of the local cloud's own was measured,
 * whatever the figures; 1 when something of it failed; 2 for a wrong option. Start at `main()`.
 * @module
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from '@/bench/battery/wire';
import { copyClosed, runOne } from './closed';
import { ECHO_ARN, type Echo, openEcho } from './echo';
import { LAMBDA_STEPS, lambdaChain, TRANSITIONS } from './machines';
import { firstPage, lambdaStep, parked, starts, transitions } from './measures';
import { isInstalled, LIBRARY_PEER, notInstalled, runInLibrary, WIRE_PEER, wirePeer } from './peers';
import { type Column, type Figures, round, table } from './report';
import { type Command, killAll, type Subject, startSubject } from './subject';

const CLIENTS = 50;
const STAGES = ['transitions', 'lambda', 'starts', 'parked', 'closed'] as const;
const USAGE = `node bench/run.mjs engine [--json FILE] [--parked 10000] [--closed 100000] [--seconds 10] [--rounds 3] [--no-peers] [--only ${STAGES}]`;

const root = process.env.ACTION_ENGINE_ROOT ?? process.cwd();
const print = (line: string) => void process.stdout.write(`${line}\n`);
const tell = (line: string) => void process.stderr.write(`${line}\n`);

/** As users start it; npm's own process counts into the memory. */
const localCloud: Command = ({ port, data }) => [
  ...['npm', 'run', '-s', 'local-cloud', '--prefix', root, '--'],
  ...['--port', String(port), '--data', data],
];

function readOptions() {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      json: { type: 'string' },
      parked: { type: 'string', default: '10000' },
      closed: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: STAGES.join(',') },
      'no-peers': { type: 'boolean', default: false },
    },
  });
  const count = (name: 'parked' | 'closed' | 'seconds' | 'rounds') => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new Error(`--${name} is "${values[name]}"; it must be 1 or more.`);
    return value;
  };
  const only = values.only.split(',').map((name) => {
    const stage = STAGES.find((known) => known === name.trim());
    if (!stage) throw new Error(`--only names "${name}"; the stages are ${STAGES.join(', ')}.`);
    return stage;
  });
  const numbers = {
    parked: count('parked'),
    closed: count('closed'),
    seconds: count('seconds'),
    rounds: count('rounds'),
  };
  return { ...numbers, only: new Set(only), json: values.json, peers: !values['no-peers'] };
}
type Options = ReturnType<typeof readOptions>;

/** One figure or a few; what goes wrong is noted, and the rest is still measured. */
async function stage(column: Column, name: string, work: () => Promise<Column['figures']> | Column['figures']) {
  tell(`${column.name}: ${name} ...`);
  try {
    Object.assign(column.figures, await work());
  } catch (error) {
    column.notes.push(`${name}: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** Every stage has a server and a data directory of its own, so that none pays for the one before. */
async function measure(name: string, command: Command, echo: Echo, options: Options): Promise<Column> {
  const column: Column = { name, figures: {}, notes: [] };
  const on = async (what: string, work: (subject: Subject) => Promise<Column['figures']>) =>
    stage(column, what, async () => {
      const subject = await startSubject(name, command, echo.url);
      try {
        return await work(subject);
      } finally {
        await subject.stop();
      }
    });
  if (options.only.has('transitions')) {
    for (const [key, bench] of Object.entries(TRANSITIONS)) {
      await on(bench.label, async (subject) => ({ [key]: await transitions(subject, bench, options.rounds) }));
    }
  }
  if (options.only.has('lambda')) {
    await on('Lambda steps', async (subject) => ({ lambda: await lambdaStep(subject, echo, options.rounds) }));
  }
  if (options.only.has('starts')) {
    await on('starts', async (subject) => {
      const { perSecond, p50, p99 } = await starts(subject, CLIENTS, options.seconds);
      return { starts: perSecond, startP50: p50, startP99: p99 };
    });
  }
  if (options.only.has('parked')) {
    await on(`${options.parked} parked runs`, async (subject) => {
      const ready = subject.memoryMb();
      const { memoryMb, describeP99 } = await parked(subject, options.parked);
      const memory: Figures = memoryMb > 0 ? { memoryReady: ready, memoryParked: memoryMb } : {};
      return { ...memory, describeP99 };
    });
  }
  return column;
}

/** @returns ms, the middle of 200 */
function syncMs(folder: string): number {
  const file = path.join(folder, `bench-sync-${process.pid}`);
  const descriptor = openSync(file, 'w');
  try {
    const block = Buffer.alloc(8192);
    const times = Array.from({ length: 200 }, () => {
      const began = performance.now();
      writeSync(descriptor, block);
      fdatasyncSync(descriptor);
      return performance.now() - began;
    });
    return percentile(times, 0.5);
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
}

/** Only of the local cloud: the peers keep nothing over a restart. */
async function readyWithClosed(own: Column, count: number, echo: Echo): Promise<void> {
  await stage(own, `${count} closed runs`, async () => {
    let subject = await startSubject(own.name, localCloud, echo.url);
    const { data } = subject;
    const empty = subject.readyMs;
    const executionArn = await runOne(subject).finally(() => subject.stop(true));
    copyClosed(data, executionArn, count);
    subject = await startSubject(own.name, localCloud, echo.url, data);
    try {
      return { readyEmpty: empty, readyClosed: subject.readyMs, firstPage: await firstPage(subject) };
    } finally {
      await subject.stop();
    }
  });
}

async function measureLibrary({ only, rounds }: Options): Promise<Column> {
  const column: Column = { name: LIBRARY_PEER, figures: {}, notes: [] };
  const middle = (once: () => number) =>
    Array.from({ length: rounds }, once).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  if (only.has('transitions')) {
    for (const [key, bench] of Object.entries(TRANSITIONS)) {
      const total = bench.copies * bench.transitions;
      await stage(column, bench.label, () => ({ [key]: total / (middle(() => runInLibrary(root, bench)) / 1000) }));
    }
  }
  if (only.has('lambda')) {
    const bench = { definition: lambdaChain(ECHO_ARN), input: { v: 1 }, output: { v: 1 }, copies: 1, lambda: true };
    await stage(column, 'Lambda steps', () => ({ lambda: middle(() => runInLibrary(root, bench)) / LAMBDA_STEPS }));
    column.notes.push('Lambda steps: a plain function call in the same process, where the others send HTTP');
  }
  return column;
}

const rows = (options: Options) => {
  const row = (key: string, label: string, unit: string, better: 'more' | 'less', aim: number | null = null) =>
    ({ key, label, unit, better, aim }) as const;
  const aims: Record<string, number> = {
    chains: 10_000,
    chain: 3_000,
    loopJsonPath: 3_000,
    loopJsonata: 3_000,
    map: 3_000,
  };
  return [
    row('starts', `StartExecution, ${CLIENTS} clients`, '1/s', 'more', 1000),
    row('startP50', 'StartExecution p50', 'ms', 'less'),
    row('startP99', 'StartExecution p99', 'ms', 'less', 100),
    ...Object.entries(TRANSITIONS).map(([key, { label }]) =>
      row(key, label, 'transitions/s', 'more', aims[key] ?? null),
    ),
    row('lambda', 'what a warm Lambda step adds', 'ms', 'less', 2),
    row('sync', 'one sync of this disk, 8 KB, for comparison', 'ms', 'less'),
    row('memoryReady', 'memory when ready', 'MB', 'less'),
    row('memoryParked', `memory with ${options.parked} parked runs`, 'MB', 'less', 350),
    row('describeP99', 'DescribeExecution of a parked run, p99', 'ms', 'less'),
    row('readyEmpty', 'start to ready, no data', 'ms', 'less'),
    row('readyClosed', `start to ready, ${options.closed} closed runs`, 'ms', 'less', 3000),
    row('firstPage', 'first 1,000 of them listed', 'ms', 'less'),
  ];
};

async function main(options: Options): Promise<number> {
  const [cpu] = os.cpus();
  const machine = `${os.cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${round(os.totalmem() / 2 ** 30)} GB, ${process.platform}, Node ${process.version}`;
  print(`Machine: ${machine}; ${new Date().toISOString()}; load ${os.loadavg().map(round).join(' ')}.`);
  print('The cores are shared by server, bench and whatever else runs here: compare only figures of one run.');
  const echo = await openEcho();
  const columns: Column[] = [];
  try {
    const own = await measure('local cloud', localCloud, echo, options);
    columns.push(own);
    // Each step is on the disk before the next begins: what it adds cannot be less than this.
    await stage(own, 'the disk', () => ({ sync: syncMs(os.tmpdir()) }));
    if (options.only.has('closed')) await readyWithClosed(own, options.closed, echo);
    if (options.peers) {
      if (isInstalled(root, WIRE_PEER)) columns.push(await measure(WIRE_PEER, wirePeer(root), echo, options));
      else print(notInstalled(WIRE_PEER));
      if (isInstalled(root, LIBRARY_PEER)) columns.push(await measureLibrary(options));
      else print(notInstalled(LIBRARY_PEER));
    }
  } finally {
    echo.close();
  }
  print(`\n${table(rows(options), columns)}\n`);
  print('"times": above 1 favours the local cloud. The library has no server, no history and no disk.');
  for (const { name, notes } of columns) for (const note of notes) print(`${name}: ${note}`);
  if (options.json !== undefined) {
    const { parked, closed, seconds, rounds } = options;
    const all = { machine, date: new Date().toISOString(), options: { parked, closed, seconds, rounds }, columns };
    writeFileSync(path.resolve(options.json), `${JSON.stringify(all, null, 2)}\n`);
  }
  return columns[0]?.notes.length ? 1 : 0;
}

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
let options: Options | undefined;
try {
  options = readOptions();
} catch (error) {
  tell(`${(error as Error).message}\nUsage: ${USAGE}`);
  process.exit(2);
}
process.exit(await main(options));
