/**
 * What surrounds the server fails. G1: the disk is full. G2: the folder cannot be written, or goes away. G3: files are damaged.
 * G4: bytes are flipped. G5: two servers, one port. G10: the machine sleeps.
 * @module
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { type JsonObject, own } from '@/lib/base/json';
import { Cloud, withCloud } from './cloud';
import { Functions } from './functions';
import { judgeHistory } from './mix';
import { type Bench, notRun, type Part, Tally } from './types';
import { each, functionArn, percentile, Refused, sleep, until } from './wire';

const waits = (seconds: number): JsonObject => ({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, Next: 'P' }, P: { Type: 'Pass', End: true } },
});
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const fullDisk: Part = {
  ids: ['G1'],
  async run(bench) {
    const tally = new Tally();
    const data = `${bench.folder('disk')}/data`;
    const under = ['unshare', '-Urm', 'sh', '-c', 'mount -t tmpfs -o size=8m none "$0" && exec "$@"', data];
    const cloud = new Cloud(bench, { data, under });
    try {
      await cloud.start();
    } catch (error) {
      return [
        notRun(
          'G1',
          `this system does not let a tmpfs be mounted in a namespace of its own: ${words(error).slice(0, 100)}`,
        ),
      ];
    }
    const { client } = cloud;
    const machine = await client.create('waits', waits(1));
    const started = await each(
      Array.from({ length: 20 }, (_, i) => i),
      5,
      () => client.start(machine, { fill: 'x'.repeat(500) }),
    );
    const fill = `/proc/${cloud.pid}/root${data}/fill`;
    for (let size = 1 << 20; size >= 512; size >>= 1) {
      for (;;) {
        try {
          writeFileSync(fill, Buffer.alloc(size), { flag: 'a' });
        } catch {
          break;
        }
      }
    }
    let refusal: Refused | null = null;
    let acked = 0;
    for (let i = 0; i < 400 && refusal === null; i++) {
      try {
        started.push(await client.start(machine, { fill: 'y'.repeat(20_000) }));
        acked++;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refusal = error;
      }
    }
    tally.check('a start is refused', refusal !== null);
    tally.check('with 503', refusal?.status === 503 || String(refusal?.message));
    tally.check('and the reason', /full|space/i.test(refusal?.said ?? '') || String(refusal?.message));
    const arn = started[0] ?? '';
    for (const [what, read] of [
      ['ListStateMachines', () => client.call('ListStateMachines')],
      ['DescribeExecution', () => client.call('DescribeExecution', { executionArn: arn })],
      ['GetExecutionHistory', () => client.call('GetExecutionHistory', { executionArn: arn })],
      ['ListExecutions', () => client.call('ListExecutions', { stateMachineArn: machine })],
    ] as const) {
      tally.check(`${what} meanwhile`, await read().then(() => true, words));
    }
    await sleep(1500); // timers fall due, and cannot be written
    rmSync(fill);
    const back = await until(() => client.start(machine).then((more) => started.push(more) > 0), 10_000, 100);
    tally.check('starts again in 10 s', back !== null);
    for (const run of started) {
      const said = await client.ended(run, 15_000);
      tally.check('an acknowledged run', said.status === 'SUCCEEDED' || JSON.stringify(said).slice(0, 200));
      tally.check('its history', judgeHistory(await client.history(run)));
    }
    tally.check('the same process', !cloud.exited);
    await cloud.stop();
    return [
      tally.row(
        'G1',
        `full after ${acked} more starts; refused with ${refusal?.status} "${refusal?.said.slice(0, 120)}"; ${back} ms after room was made it went on, ${started.length} of ${started.length} acknowledged ended`,
      ),
    ];
  },
};

export const lostFolder: Part = {
  ids: ['G2'],
  async run(bench) {
    const tally = new Tally();
    const readOnly = `${bench.folder('read-only')}/data`;
    const first = new Cloud(bench, { data: readOnly });
    await first.start();
    await first.client.create('m', waits(1));
    await first.stop();
    const mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
    const locked = new Cloud(bench, { data: readOnly, under: ['unshare', '-Urm', 'sh', '-c', mount, readOnly] });
    const began = Date.now();
    const said = await locked.start(6000).then(() => 'it started', words);
    const ms = Date.now() - began;
    tally.check('read-only: named', (said.includes(readOnly) && /read-?only|writable/i.test(said)) || said);
    tally.timed(bench, 'read-only: at once', ms <= 2000 || `${ms} ms`);

    const gone = `${bench.folder('gone')}/data`;
    const cloud = new Cloud(bench, { data: gone });
    await cloud.start();
    const machine = await cloud.client.create('m', waits(1));
    await cloud.client.start(machine);
    rmSync(gone, { recursive: true, force: true });
    const noticed = await until(
      async () =>
        cloud.exited ||
        (await cloud.client.start(machine).then(
          () => false,
          () => true,
        )),
      4000,
      50,
    );
    tally.check('gone: noticed', noticed !== null || 'starts were still acknowledged');
    tally.timed(bench, 'gone: noticed in 2 s', (noticed ?? 9e9) <= 2000 || `${noticed} ms`);
    const named = await until(() => cloud.log.includes(gone), 1000);
    tally.check('gone: named', named !== null || cloud.log.slice(-300));
    const left = existsSync(gone);
    tally.check('gone: no new folder in its place', !left || 'there is one');
    await cloud.kill();
    const errors = await failingDisk(bench, tally);
    return [tally.row('G2', `read-only: ended after ${ms} ms; gone: noticed after ${noticed} ms; ${errors}`)];
  },
};

/**
 * Every write beyond the first 4 KB of a file fails, which SQLite reports as an error of the disk (`SQLITE_IOERR`): a
 * limit on the size of files does that to a process that runs, and can be lifted again.
 */
async function failingDisk(bench: Bench, tally: Tally): Promise<string> {
  const cloud = new Cloud(bench, { data: `${bench.folder('failing')}/data` });
  const { client } = cloud;
  const limit = (bytes: string): boolean =>
    spawnSync('prlimit', ['--pid', String(cloud.pid), `--fsize=${bytes}:`]).status === 0;
  await cloud.start();
  const machine = await client.create('waits', waits(1));
  const runs: string[] = [];
  for (let i = 0; i < 10; i++) runs.push(await client.start(machine, { i }));
  if (!limit('4096')) {
    await cloud.kill();
    return 'errors of the disk itself not tried: prlimit is missing';
  }
  const began = Date.now();
  const refusal = await client.start(machine).then(
    () => null,
    (error: unknown) => error,
  );
  const ms = Date.now() - began;
  tally.check(
    'a failing disk: the start is refused',
    refusal instanceof Refused || words(refusal ?? 'it was accepted'),
  );
  if (refusal instanceof Refused) {
    tally.check('a failing disk: with 503', refusal.status === 503 || refusal.message);
    tally.check('a failing disk: and the reason', /disk|I\/O/i.test(refusal.said) || refusal.message);
  }
  await sleep(1500); // timers fall due, and cannot be written
  for (const [what, read] of [
    ['DescribeExecution', () => client.call('DescribeExecution', { executionArn: runs[0] ?? '' })],
    ['GetExecutionHistory', () => client.call('GetExecutionHistory', { executionArn: runs[0] ?? '' })],
  ] as const)
    tally.check(`a failing disk: ${what} meanwhile`, await read().then(() => true, words));
  limit('unlimited');
  const back = await until(() => client.start(machine).then((arn) => runs.push(arn) > 0), 10_000, 100);
  tally.check('a failing disk: starts again in 10 s', back !== null);
  for (const arn of runs) {
    const said = await client.ended(arn, 15_000);
    tally.check(
      'a failing disk: an acknowledged run',
      said.status === 'SUCCEEDED' || JSON.stringify(said).slice(0, 200),
    );
    tally.check('a failing disk: its history', judgeHistory(await client.history(arn)));
  }
  tally.check('a failing disk: the same process', !cloud.exited);
  await cloud.kill();
  return `every write failing: refused after ${ms} ms with "${refusal instanceof Refused ? refusal.said.slice(0, 80) : ''}", on again ${back} ms after it was over`;
}

/** A data directory with a few executions, left by SIGKILL. */
async function prepared(
  bench: Bench,
  name: string,
  runs: number,
  seconds: number,
): Promise<{ data: string; arns: string[] }> {
  const data = `${bench.folder(name)}/data`;
  const cloud = new Cloud(bench, { data });
  await cloud.start();
  const machine = await cloud.client.create('waits', waits(seconds));
  const arns = await each(
    Array.from({ length: runs }, (_, i) => i),
    8,
    (i) => cloud.client.start(machine, { i }),
  );
  await cloud.kill();
  return { data, arns };
}

const digest = (file: string): string =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'none';

export const damagedFiles: Part = {
  ids: ['G3'],
  async run(bench) {
    const tally = new Tally();
    const { data: source } = await prepared(bench, 'sound', 10, 600);
    const { data: stranger } = await prepared(bench, 'stranger', 10, 600);
    const within = (data: string) => path.join(data, 'cloud', 'stepfunctions', 'runs.db');
    /** everything into the main file, as after an orderly end */
    const settle = (file: string) => {
      const db = new Database(file);
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      db.close();
    };
    const damages: [string, (file: string) => void][] = [
      [
        'cut in half',
        (file) => {
          settle(file);
          truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
        },
      ],
      [
        'zero header',
        (file) => {
          settle(file);
          const bytes = readFileSync(file);
          bytes.fill(0, 0, 100);
          writeFileSync(file, bytes);
        },
      ],
      [
        'empty',
        (file) => {
          settle(file);
          truncateSync(file, 0);
        },
      ],
      [
        "another program's",
        (file) => {
          settle(file);
          unlinkSync(file);
          const db = new Database(file);
          db.exec('CREATE TABLE notes (text TEXT)');
          db.close();
        },
      ],
      [
        'of a later version',
        (file) => {
          const manifest = path.join(path.dirname(file), 'runs.json');
          writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), schema: 99 }));
        },
      ],
      ['its log deleted', (file) => rmSync(`${file}-wal`)],
      [
        'the log of another',
        (file) => {
          cpSync(`${within(stranger)}-wal`, `${file}-wal`);
          rmSync(`${file}-shm`, { force: true });
        },
      ],
      ['its log cut', (file) => truncateSync(`${file}-wal`, Math.floor(statSync(`${file}-wal`).size / 2))],
      [
        'missing',
        (file) => {
          for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
        },
      ],
    ];
    const outcomes: string[] = [];
    for (const [what, damage] of damages) {
      const data = `${bench.folder('damaged')}/data`;
      cpSync(source, data, { recursive: true });
      damage(within(data));
      const before = digest(within(data));
      const cloud = new Cloud(bench, { data });
      const said = await cloud.start(8000).then(() => 'it started', words);
      await cloud.kill();
      const good =
        said !== 'it started' && said.includes(path.dirname(within(data))) && /backup|later version|recover/.test(said);
      tally.check(what, good || said);
      tally.check(`${what}: nothing was replaced`, digest(within(data)) === before || 'the file is another one now');
      outcomes.push(good ? what : `${what} (NOT NOTICED)`);
    }
    return [tally.row('G3', `named and left alone: ${outcomes.join(', ')}`)];
  },
};

export const flips: Part = {
  ids: ['G4'],
  async run(bench) {
    const tally = new Tally();
    const n = bench.size(40, 200, 200);
    const { data, arns } = await prepared(bench, 'flips', n * 2, 3600);
    const file = path.join(data, 'cloud', 'stepfunctions', 'runs.db');
    const db = new Database(file);
    const rows = db
      .prepare(
        'SELECT log.seq, log.events, executions.arn FROM log JOIN executions ON executions.id = log.execution GROUP BY log.execution',
      )
      .all() as { seq: number; events: string; arn: string }[];
    const touched = new Set(arns.filter((_, i) => i % 2 === 0));
    const update = db.prepare('UPDATE log SET events = ? WHERE seq = ?');
    db.exec('BEGIN');
    for (const { seq, events, arn } of rows) {
      if (!touched.has(arn)) continue;
      const at = Math.floor(bench.random() * (events.length - 4));
      const flipped = [...events.slice(at, at + 4)]
        .map((letter) => String.fromCharCode(letter.charCodeAt(0) ^ 1))
        .join('');
      update.run([events.slice(0, at) + flipped + events.slice(at + 4), seq]);
    }
    db.exec('COMMIT');
    db.close();
    const cloud = new Cloud(bench, { data });
    await cloud.start();
    await sleep(200);
    let histories = 0;
    for (const arn of arns) {
      const named = cloud.log.includes(`${arn} is not taken up`);
      tally.check(arn, named === touched.has(arn) || (named ? 'marked, though nothing touched it' : 'not noticed'));
      const read = await cloud.client.history(arn).then(() => 'given', words);
      if (touched.has(arn) && read !== 'given') histories++;
      tally.check(`history of ${arn}`, (read === 'given') !== touched.has(arn) || read);
    }
    await cloud.kill();
    return [
      tally.row(
        'G4',
        `4 bytes flipped in ${touched.size} executions: each named at the start and ${histories} refused when read, the other ${arns.length - touched.size} untouched`,
      ),
    ];
  },
};

export const twoServers: Part = {
  ids: ['G5'],
  run: async (bench) => {
    const tally = new Tally();
    const folder = bench.folder('two');
    return withCloud(bench, { data: `${folder}/one` }, async (one) => {
      const refused = async (cloud: Cloud, wanted: RegExp, what: string) => {
        const took: number[] = [];
        for (let i = 0; i < 3; i++) {
          const began = Date.now();
          const said = await cloud.start(8000).then(() => 'it started', words);
          took.push(Date.now() - began);
          await cloud.kill();
          tally.check(what, wanted.test(said) || said);
        }
        const ms = percentile(took, 0.5);
        tally.timed(bench, `${what}, said in a second`, ms <= 1000 || `${ms} ms`);
        return ms;
      };
      const taken = await refused(
        new Cloud(bench, { data: `${folder}/other`, port: one.port }),
        new RegExp(`Port ${one.port} is in use`),
        'the port is taken',
      );
      const inUse = await refused(
        new Cloud(bench, { data: `${folder}/one` }),
        /in use by process \d+/,
        'the directory is taken',
      );
      tally.check('the first one goes on', (await one.health()).status === 200);
      for (let i = 0; i < bench.size(3, 10, 50); i++) {
        await one.kill();
        tally.check('after SIGKILL', await one.start(8000).then(() => true, words));
      }
      return [
        tally.row(
          'G5',
          `a taken port named in ${taken} ms, a taken directory in ${inUse} ms (median of three, with the start of a process); no stale lock after SIGKILL`,
        ),
      ];
    });
  },
};

export const asleep: Part = {
  ids: ['G10'],
  long: true,
  async run(bench) {
    const tally = new Tally();
    const seconds = bench.size(3, 15, 60);
    const held = new Map<string, string>();
    const functions = await new Functions().open(bench);
    functions.onCall = ({ input }) => void held.set(String(own(input, 'step')), String(own(input, 'token')));
    const cloud = new Cloud(bench, { data: `${bench.folder('asleep')}/data`, lambda: functions.url });
    await cloud.start();
    const { client } = cloud;
    const beating = (HeartbeatSeconds: number): JsonObject => ({
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: functionArn('ask'), Payload: { 'step.$': '$.step', 'token.$': '$$.Task.Token' } },
          HeartbeatSeconds,
          End: true,
        },
      },
    });
    const machine = await client.create('waits', waits(2));
    const arns = await each(
      Array.from({ length: 50 }, (_, i) => i),
      8,
      () => client.start(machine),
    );
    const patient = await client.start(await client.create('patient', beating(seconds + 20)), { step: 'patient' });
    const impatient = await client.start(await client.create('impatient', beating(2)), { step: 'impatient' });
    await until(() => held.size === 2, 5000);
    process.kill(cloud.pid, 'SIGSTOP');
    await sleep(seconds * 1000);
    process.kill(cloud.pid, 'SIGCONT');
    const woke = Date.now();
    for (const arn of arns) {
      const said = await client.ended(arn, 5000);
      tally.check(arn, said.status === 'SUCCEEDED' || String(said.status));
      tally.check(`history of ${arn}`, judgeHistory(await client.history(arn)));
    }
    const ms = Date.now() - woke;
    const overdue = await client.ended(impatient, 5000);
    tally.check('a heartbeat that was missed', overdue.status === 'FAILED' || String(overdue.status));
    const answer = { taskToken: held.get('patient') ?? '', output: '1' };
    const taken = await client.call('SendTaskSuccess', answer).then(() => true, words);
    tally.check('one that was not due', taken);
    const kept = await client.ended(patient, 5000);
    tally.check('its run', kept.status === 'SUCCEEDED' || String(kept.status));
    await cloud.kill();
    return [
      tally.row(
        'G10',
        `asleep for ${seconds} s: 50 timers fired once, all seen within ${ms} ms of waking; of two heartbeats the one that was due was missed, the other not`,
      ),
    ];
  },
};
