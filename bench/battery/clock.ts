/**
 * G6: the wall clock is set while executions wait, and while the server is down. The server's own `Date` is shifted by a
 * script that Node loads before it, by as much as a file says; what it counts elapsed time with is left alone, as it is
 * when a real clock is set.
 * @module
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JsonObject, own } from '@/lib/base/json';
import { Cloud } from './cloud';
import { Functions } from './functions';
import { judgeHistory } from './mix';
import { type Bench, type Part, Tally } from './types';
import { each, functionArn, Refused, sleep } from './wire';

const HOUR = 3_600_000;
/** by how much, and whether while the server is down */
const STEPS: readonly [name: string, ms: number, isDown: boolean][] = [
  ['an hour forward', HOUR, false],
  ['an hour back', -HOUR, false],
  // A whole year would end the executions by AWS's own limit.
  ['364 days forward', 364 * 24 * HOUR, false],
  ['an hour forward while down', HOUR, true],
  ['to 1970 while down', -Date.now() + HOUR, true],
];

const SHIFT = `
import { readFileSync } from 'node:fs';
const file = process.env.ACTION_ENGINE_BENCH_CLOCK;
const System = globalThis.Date;
let offset = 0;
const read = () => { try { offset = Number(readFileSync(file, 'utf8')) || 0; } catch {} };
read();
setInterval(read, 10).unref();
globalThis.Date = class Date extends System {
  constructor(...given) { if (given.length === 0) super(System.now() + offset); else super(...given); }
  static now() { return System.now() + offset; }
};`;

/** s; longer than a start takes on a busy machine */
const SHORT = 6;
const wait = (seconds: number): JsonObject => ({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, End: true } },
});
const ask = (rest: JsonObject): JsonObject => ({
  StartAt: 'A',
  States: {
    A: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: functionArn('ask'), Payload: { 'step.$': '$.step', 'token.$': '$$.Task.Token' } },
      ...rest,
      End: true,
    },
  },
});
const MACHINES = {
  short: wait(SHORT),
  half: wait(1800),
  retry: {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: functionArn('boom'),
        Retry: [{ ErrorEquals: ['Battery.Boom'], IntervalSeconds: SHORT, MaxAttempts: 1 }],
        End: true,
      },
    },
  },
  beat: ask({ HeartbeatSeconds: 1800 }),
  token: ask({}),
};
type Name = keyof typeof MACHINES;
const NAMES = Object.keys(MACHINES) as Name[];
const ROUNDING = 0.0015;

export const clockSteps: Part = {
  ids: ['G6'],
  async run(bench) {
    const tally = new Tally();
    const steps = STEPS.slice(0, bench.size(2, STEPS.length, STEPS.length));
    await each(steps, 3, ([name, ms, isDown]) => step(bench, tally, name, ms, isDown));
    return [
      tally.row(
        'G6',
        `the clock set ${steps.map(([name]) => name).join(', ')}, and right again: waits, retries, heartbeats and tokens were never early, what was due fired once, times within an execution never step back`,
      ),
    ];
  },
};

async function step(bench: Bench, tally: Tally, name: string, ms: number, isDown: boolean): Promise<void> {
  const base = bench.folder('clock');
  const [clock, shift] = [path.join(base, 'offset'), path.join(base, 'shift.mjs')];
  writeFileSync(clock, '0');
  writeFileSync(shift, SHIFT);
  const functions = await new Functions().open(bench);
  const tokens = new Map<string, string>();
  functions.onCall = ({ input }) => void tokens.set(String(own(input, 'step')), String(own(input, 'token')));
  const cloud = new Cloud(bench, {
    data: `${base}/data`,
    lambda: functions.url,
    node: ['--import', pathToFileURL(shift).href],
    env: { ACTION_ENGINE_BENCH_CLOCK: clock },
  });
  const { client } = cloud;
  const set = async (offset: number) => {
    if (isDown) await cloud.kill();
    writeFileSync(clock, String(offset));
    if (isDown) await cloud.start();
    else await sleep(100);
  };
  const check = (what: string, ok: boolean | string | null) => tally.check(`${name}: ${what}`, ok);
  const status = async (arn: string) => String((await client.call('DescribeExecution', { executionArn: arn })).status);

  await cloud.start();
  const machines = await each(NAMES, 1, (each) => client.create(each, MACHINES[each]));
  const runs = await each(NAMES, 1, (each, i) => client.start(machines[i] ?? '', { step: each }));
  const arnOf = (which: Name) => runs[NAMES.indexOf(which)] ?? '';
  await sleep(500);
  await set(ms);
  const during = await client.start(machines[0] ?? '', {});
  await sleep((SHORT + 1.5) * 1000);
  // By the clock as it now stands, what is due? A run that is taken up while the clock is behind its last event goes on
  // from that event's time, so that what was left of a wait is waited.
  const isLate = ms >= 2_000_000;
  const goesOn = ms > 0 || isDown;
  const wanted: Record<Name, string> = {
    short: goesOn ? 'SUCCEEDED' : 'RUNNING',
    half: isLate ? 'SUCCEEDED' : 'RUNNING',
    retry: goesOn ? 'FAILED' : 'RUNNING',
    beat: isLate ? 'FAILED' : 'RUNNING',
    token: 'RUNNING',
  };
  for (const which of NAMES) {
    const got = await status(arnOf(which));
    check(`${which} meanwhile`, got === wanted[which] || `${got} instead of ${wanted[which]}`);
  }
  check('one that was started meanwhile', (await status(during)) === 'SUCCEEDED' || (await status(during)));
  await set(0);
  await sleep(1500);
  for (const which of ['short', 'retry'] as const) {
    const { status: got } = await client.ended(arnOf(which), 10_000);
    const right = which === 'short' ? 'SUCCEEDED' : 'FAILED';
    check(`${which} in the end`, got === right || String(got));
  }
  for (const which of ['beat', 'token'] as const) {
    if (wanted[which] !== 'RUNNING') continue;
    const answer = { taskToken: tokens.get(which) ?? '', output: '1' };
    const said = await client.call('SendTaskSuccess', answer).then(
      () => 'ok',
      (error: unknown) => (error instanceof Refused ? error.type : String(error)),
    );
    check(`the token of ${which}`, said === 'ok' || said);
    const { status: got } = await client.ended(arnOf(which), 10_000);
    check(`${which} in the end`, got === 'SUCCEEDED' || String(got));
  }
  const calls = functions.calls.filter((call) => call.name === 'boom').length;
  check('attempts', calls === 2 || `${calls} calls instead of 2`);
  for (const arn of [...runs, during]) {
    if ((await status(arn)) === 'RUNNING') continue;
    const events = await client.history(arn);
    check(`history of ${arn}`, judgeHistory(events));
    const at = (type: string) => Number(events.find((event) => event.type === type)?.timestamp ?? Number.NaN);
    const waited = at('WaitStateExited') - at('WaitStateEntered');
    const due = arn === arnOf('half') ? 1800 : SHORT;
    if (!Number.isNaN(waited)) check(`wait of ${arn}`, waited >= due - ROUNDING || `${waited} s instead of ${due} s`);
  }
  await cloud.kill();
}
