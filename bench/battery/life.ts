/**
 * A10: a run that kills the server at every start is set aside. A13: SIGTERM. A14: children that die, lie or shout.
 * A16: no function outlives the server.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import Database from 'libsql';
import type { JsonObject } from '@/lib/base/json';
import { chainOf } from '@/lib/local-cloud/log';
import { Cloud, processesWith, withCloud } from './cloud';
import { judgeHistory } from './mix';
import { type Part, Tally } from './types';
import { type Client, functionArn, ROLE, sleep, until } from './wire';

/** Makes a Node function of the code of `index.js`. @throws Error with Lambda's words */
export async function createFunction(client: Client, name: string, code: string, rest: JsonObject = {}): Promise<void> {
  const zip = Buffer.from(zipSync({ 'index.js': strToU8(code) })).toString('base64');
  const said = await client.lambda('POST', '', {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile: zip },
    ...rest,
  });
  if (said.status !== 201) throw new Error(`CreateFunction ${name}: ${said.status} ${said.text.slice(0, 300)}`);
  await until(async () => (await client.lambda('GET', `/${name}`)).text.includes('"State":"Active"'), 10_000);
}

const oneTask = (name: string, rest: JsonObject = {}): JsonObject => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource: functionArn(name), ...rest, End: true } },
});

export const poisoned: Part = {
  ids: ['A10'],
  async run(bench) {
    const tally = new Tally();
    // Little memory, so that a record of some 60 MB is more than a start can take.
    const data = `${bench.folder('poison')}/data`;
    const cloud = new Cloud(bench, { data, env: { NODE_OPTIONS: '--max-old-space-size=120' } });
    await cloud.start();
    const short = await cloud.client.create('honest', {
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 2, End: true } },
    });
    const long = await cloud.client.create('long', {
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 3600, End: true } },
    });
    const honest: string[] = [];
    for (let i = 0; i < 10; i++) honest.push(await cloud.client.start(short));
    const victim = await cloud.client.start(long);
    for (let i = 0; i < 10; i++) honest.push(await cloud.client.start(short));
    await cloud.kill();
    poison(path.join(data, 'cloud', 'stepfunctions', 'runs.db'), victim);
    let deaths = 0;
    let ms = Number.POSITIVE_INFINITY;
    for (let boot = 1; boot <= 4; boot++) {
      try {
        ms = await cloud.start(60_000);
        break;
      } catch {
        deaths++;
        await cloud.kill();
      }
    }
    tally.check('the poison kills a start', deaths > 0 || 'the record did not do what this row needs');
    tally.check('it is set aside', deaths <= 3 || `${deaths} starts died`);
    tally.check('ready in 5 s', ms <= 5000 || `${ms} ms`);
    if (deaths <= 3) {
      tally.check('it is named', cloud.log.includes(victim) || cloud.log.slice(-300));
      for (const arn of honest)
        tally.check('an honest run', (await cloud.client.ended(arn, 10_000)).status === 'SUCCEEDED');
      const listed = await cloud.client.pages('ListExecutions', { stateMachineArn: long }, 'executions');
      tally.check(
        'it is still listed',
        listed.some((entry) => entry.executionArn === victim),
      );
      tally.check('its history can be read', (await cloud.client.history(victim)).length >= 2);
      // Another start leaves it alone without dying again.
      await cloud.kill();
      tally.check(
        'a fifth start',
        await cloud.start().then(
          () => true,
          (error: Error) => error.message,
        ),
      );
      await cloud.client.call('StopExecution', { executionArn: victim });
      const said = await cloud.client.call('DescribeExecution', { executionArn: victim });
      tally.check('it can be ended', said.status === 'ABORTED' || String(said.status));
    }
    await cloud.kill();
    return [
      tally.row(
        'A10',
        `${deaths} starts died of it, then ready in ${Math.round(ms)} ms and the other ${honest.length} went on`,
      ),
    ];
  },
};

/** Adds a record that follows from the ones before it and is larger than the server's memory once it is read. */
function poison(file: string, arn: string): void {
  const db = new Database(file);
  const row = db.prepare('SELECT id FROM executions WHERE arn = ?').get([arn]) as { id: number };
  const last = db
    .prepare('SELECT last_event AS last, chain FROM log WHERE execution = ? ORDER BY last_event DESC, seq DESC LIMIT 1')
    .get([row.id]) as { last: number; chain: string };
  const changes = `{"put":[{"id":"junk","junk":[${'0.5,'.repeat(20_000_000)}0]}],"drop":[]}`;
  db.prepare(
    'INSERT INTO log (execution, first_event, last_event, at, events, changes, chain) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run([...[row.id, last.last + 1, last.last, Date.now(), '[]', changes, chainOf(last.chain, '[]', changes)]]);
  db.close();
}

export const sigterm: Part = {
  ids: ['A13'],
  async run(bench) {
    const rounds = bench.size(2, 6, 50);
    const tally = new Tally();
    const took: number[] = [];
    const cloud = new Cloud(bench, { data: `${bench.folder('sigterm')}/data` });
    await cloud.start();
    const code = `exports.handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return { ms }; };`;
    await createFunction(cloud.client, 'sleeper', code, { Timeout: 60 });
    const machine = await cloud.client.create('sleeps', {
      QueryLanguage: 'JSONata',
      StartAt: 'T',
      // At the first try it sleeps so long, when it is called again the same.
      States: {
        T: { Type: 'Task', Resource: functionArn('sleeper'), Arguments: '{% $states.input %}', Next: 'W' },
        W: { Type: 'Wait', Seconds: 1, End: true },
      },
    });
    const runs: string[] = [];
    for (let round = 0; round < rounds; round++) {
      // Some end within the grace that they are given, some do not; a lone round without any work ends at once.
      const naps = round % 4 === 3 ? [] : round % 2 === 0 ? [600, 1200] : [300, 14_000];
      for (const ms of naps) runs.push(await cloud.client.start(machine, { ms }));
      await sleep(350 + bench.random() * 100);
      const { ms, code: exit } = await cloud.stop();
      took.push(ms);
      tally.check(`round ${round}`, (exit === 0 && ms <= 12_000) || `exit code ${exit} after ${ms} ms`);
      const left = processesWith(cloud.data);
      tally.check(`round ${round} leaves nobody`, left.length === 0 || `processes ${left.join(', ')} are left`);
      await cloud.start();
    }
    for (const run of runs) {
      const said = await cloud.client.ended(run, 40_000);
      tally.check(run, said.status === 'SUCCEEDED' || JSON.stringify(said).slice(0, 300));
      tally.check(run, judgeHistory(await cloud.client.history(run)));
    }
    await cloud.kill();
    return [
      tally.row(
        'A13',
        `${rounds} times: ${Math.max(...took)} ms at most, exit code 0, ${runs.length} runs went on and ended right`,
      ),
    ];
  },
};

const CHILDREN: [name: string, code: string, wanted: RegExp][] = [
  [
    'kills-itself',
    `exports.handler = async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); };`,
    /^(Lambda\.Unknown|Runtime\.ExitError)$/,
  ],
  ['exits', 'exports.handler = async () => { process.exit(0); };', /^(Lambda\.Unknown|Runtime\.ExitError)$/],
  [
    'crashes',
    'exports.handler = async () => { setTimeout(() => { throw new Error("later"); }, 20); await new Promise(() => {}); };',
    /^(Lambda\.Unknown|Runtime\.(ExitError|UnhandledError)|Error)$/,
  ],
  ['answers-twice', 'exports.handler = (e, c, done) => { done(null, 1); done(null, 2); };', /^$/],
  [
    'too-late',
    'exports.handler = async () => { await new Promise((r) => setTimeout(r, 1600)); return 1; };',
    /^(Lambda\.Unknown|Sandbox\.Timedout)$/,
  ],
  [
    'garbage',
    `exports.handler = async () => { process.stdout.write(Buffer.from([0,255,254,10,123,34])); require('fs').writeSync(1, '{"not":"json'); return 1; };`,
    /^$/,
  ],
  [
    'shouts',
    `exports.handler = async () => { const b = Buffer.alloc(1 << 20, 120); for (let i = 0; i < 100; i++) require('fs').writeSync(1, b); return 1; };`,
    /^$/,
  ],
];

/** One that went with its parent is as good. */
const killed = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

export const badChildren: Part = {
  ids: ['A14'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('children')}/data` }, async (cloud) => {
      const tally = new Tally();
      const { client } = cloud;
      const errors: string[] = [];
      let before = 0;
      let first = 0;
      for (const [name, code, wanted] of CHILDREN) {
        await createFunction(client, name, code, { Timeout: name === 'shouts' ? 30 : 1 });
        // A first 100 MB bring buffers that Node frees when it likes, which are told; the next 100 MB must not bring more.
        if (name === 'shouts') {
          const cold = cloud.rssMb();
          await client.lambda('POST', `/${name}/invocations`, {});
          before = cloud.rssMb();
          first = Math.round(before - cold);
        }
        const run = await client.start(await client.create(name, oneTask(name)));
        const said = await client.ended(run, 40_000);
        const events = await client.history(run);
        errors.push(`${name}: ${String(said.error ?? 'ok')}`);
        tally.check(name, wanted.test(String(said.error ?? '')) || JSON.stringify(said).slice(0, 300));
        tally.check(`history of ${name}`, judgeHistory(events));
      }
      // killed by somebody else
      await createFunction(
        client,
        'victim',
        'exports.handler = async () => { await new Promise(() => setTimeout(() => {}, 1e6)); };',
        { Timeout: 30 },
      );
      const run = await client.start(await client.create('victim', oneTask('victim')));
      await until(() => processesWith('AWS_LAMBDA_FUNCTION_NAME=victim').length > 0, 5000);
      await sleep(200);
      for (const pid of processesWith('AWS_LAMBDA_FUNCTION_NAME=victim')) if (pid !== cloud.pid) killed(pid);
      const said = await client.ended(run, 5000);
      tally.check(
        'killed from outside',
        /^(Lambda\.Unknown|Runtime\.ExitError)$/.test(String(said.error)) || JSON.stringify(said).slice(0, 300),
      );
      const late = await until(() => cloud.rssMb() - before <= 20, 5000, 200);
      const grown = Math.round(cloud.rssMb() - before);
      tally.check('memory', late !== null || `the server grew by ${grown} MB`);
      return [
        tally.row(
          'A14',
          `${errors.join(', ')}; the server's memory grew by ${first} MB with the first 100 MB of output, by ${grown} MB with the next`,
        ),
      ];
    }),
};

/** every process below `pid`, told by /proc */
function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)]);
    } catch {
      // ended meanwhile
    }
  }
  const below = (id: number): number[] => (parents.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

const lives = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

export const orphans: Part = {
  ids: ['A16'],
  async run(bench) {
    const trials = bench.size(3, 9, 100);
    const tally = new Tally();
    const cloud = new Cloud(bench, { data: `${bench.folder('orphans')}/data` });
    await cloud.start();
    const code = `exports.handler = async ({ how }) => {
      if (how === 'spin') for (;;);
      if (how === 'grandchild') require('child_process').spawn('/bin/sh', ['-c', 'while :; do sleep 1; done'], { detached: true, stdio: 'ignore' }).unref();
      await new Promise((r) => setTimeout(r, 3600000)); };`;
    await createFunction(cloud.client, 'stays', code, { Timeout: 900 });
    const machine = await cloud.client.create('stays', oneTask('stays'));
    let seen = 0;
    for (let trial = 0; trial < trials; trial++) {
      const run = await cloud.client.start(machine, { how: ['wait', 'spin', 'grandchild'][trial % 3] ?? '' });
      const wanted = trial % 3 === 2 ? 2 : 1;
      await until(() => descendants(cloud.pid).length > wanted + 1, 3000);
      await sleep(250);
      const before = descendants(cloud.pid);
      seen += before.length;
      process.kill(cloud.pid, 'SIGKILL'); // the server alone: its children must notice by themselves
      const ms = await until(() => before.every((pid) => !lives(pid)), 5000, 50);
      tally.check(`trial ${trial}`, ms !== null || `${before.filter(lives).join(', ')} still there`);
      const restless = cloud.client;
      restless.reset();
      await until(() => cloud.exited, 2000);
      await cloud.start();
      await restless.call('StopExecution', { executionArn: run });
      const gone = await until(() => processesWith('AWS_LAMBDA_FUNCTION_NAME=stays').length === 0, 5000, 50);
      tally.check(`trial ${trial} after StopExecution`, gone !== null || 'a function of a stopped run is still there');
    }
    await cloud.kill();
    return [tally.row('A16', `${trials} kills of the server alone, ${seen} processes below it: none left after 5 s`)];
  },
};
