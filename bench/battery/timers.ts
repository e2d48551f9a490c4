/**
 * A6, A7: waits that fall due while the server is away, and those of a year. A8: task tokens over restarts. A9: retries
 * are counted over kills.
 * @module
 */
import { type JsonObject, own } from '@/lib/base/json';
import { Cloud, withCloud } from './cloud';
import { Functions } from './functions';
import { judgeHistory } from './mix';
import { type Part, Tally } from './types';
import { each, functionArn, percentile, Refused, sleep, until } from './wire';

/** Timestamps on the wire are seconds with three digits: what is read of them may be half a millisecond off. */
const ROUNDING = 0.0015;
const at = (events: readonly JsonObject[], type: string): number =>
  Number(events.find((event) => event.type === type)?.timestamp ?? Number.NaN);

export const dueWhileAway: Part = {
  ids: ['A6'],
  async run(bench) {
    const n = bench.size(60, 500, 500);
    const away = bench.size(2500, 30_000, 30_000);
    const tally = new Tally();
    const lags: number[] = [];
    const cloud = new Cloud(bench, { data: `${bench.folder('away')}/data` });
    await cloud.start();
    const arn = await cloud.client.create('due', {
      StartAt: 'W',
      States: { W: { Type: 'Wait', TimestampPath: '$.at', End: true } },
    });
    const from = Date.now() + 1200;
    const dues = Array.from({ length: n }, (_, i) => from + Math.floor((i / n) * (away - 700)));
    const arns = await each(dues, 16, (due) => cloud.client.start(arn, { at: new Date(due).toISOString() }));
    await sleep(Math.max(0, from - 150 - Date.now()));
    await cloud.kill();
    await sleep(Math.max(0, from + away - Date.now()));
    await cloud.start();
    const ready = Date.now() / 1000;
    await each(arns, 16, async (execution, i) => {
      const said = await cloud.client.ended(execution, 10_000);
      const events = await cloud.client.history(execution);
      const left = at(events, 'WaitStateExited');
      const due = (dues[i] ?? 0) / 1000;
      lags.push(left - ready);
      const once = events.filter((event) => event.type === 'WaitStateExited').length === 1;
      const good = said.status === 'SUCCEEDED' && once && left >= due - ROUNDING && left - ready <= 1;
      tally.check(
        execution,
        good || `${String(said.status)}, ${left - due} s after it was due, ${left - ready} s after ready`,
      );
    });
    await cloud.kill();
    return [
      tally.row(
        'A6',
        `${n} timers due in ${away / 1000} s of absence: the last fired ${Math.max(...lags).toFixed(3)} s after ready`,
      ),
    ];
  },
};

export const farTimers: Part = {
  ids: ['A7'],
  async run(bench) {
    const tally = new Tally();
    const year = 365 * 24 * 3600;
    const data = `${bench.folder('far')}/data`;
    const waits: JsonObject[] = [
      { Seconds: 30 * 24 * 3600 },
      { Seconds: Math.ceil(2 ** 31 / 1000) },
      { Seconds: Math.ceil(2 ** 32 / 1000) + 1 },
      { Seconds: year - 60 },
      { Timestamp: new Date(Date.now() + (year - 60) * 1000).toISOString() },
    ];
    const cloud = new Cloud(bench, { data });
    await cloud.start();
    const arns = await each(waits, 1, async (wait, i) => {
      const machine = await cloud.client.create(`far-${i}`, {
        StartAt: 'W',
        States: { W: { Type: 'Wait', ...wait, End: true } },
      });
      return cloud.client.start(machine);
    });
    const still = async (when: string) => {
      for (const [i, arn] of arns.entries()) {
        const said = await cloud.client.call('DescribeExecution', { executionArn: arn });
        tally.check(`${JSON.stringify(waits[i])} ${when}`, said.status === 'RUNNING' || String(said.status));
      }
    };
    await sleep(800);
    await still('after the start');
    await cloud.kill();
    await cloud.start();
    await sleep(800);
    await still('after a kill');
    await cloud.kill();

    // The same waits with a ten millionth of their length: they end, and not before they are due by the run's own time.
    const fast = { data: `${data}-fast`, args: ['--time-scale', '0.0000001'] };
    await withCloud(bench, fast, async ({ client }) => {
      for (const [i, wait] of waits.slice(0, 4).entries()) {
        const machine = await client.create(`far-${i}`, {
          StartAt: 'W',
          States: { W: { Type: 'Wait', ...wait, End: true } },
        });
        const execution = await client.start(machine);
        const said = await client.ended(execution, 15_000);
        const events = await client.history(execution);
        const waited = at(events, 'WaitStateExited') - at(events, 'WaitStateEntered');
        tally.check(
          `${JSON.stringify(wait)} on a fast clock`,
          (said.status === 'SUCCEEDED' && waited >= Number(wait.Seconds) - ROUNDING) ||
            `${String(said.status)} after ${waited} s`,
        );
      }
    });
    return [tally.row('A7', 'waits of 30 days to a year: none fired early, all fire when shortened ten million times')];
  },
};

/** s; well above a kill and a restart on a busy machine */
const HEARTBEAT = 6;

export const tokens: Part = {
  ids: ['A8'],
  async run(bench) {
    const n = bench.size(40, 300, 300);
    const restarts = bench.size(3, 20, 20);
    const tally = new Tally();
    const held = new Map<string, string>();
    const functions = await new Functions().open(bench);
    functions.onCall = ({ input }) => void held.set(String(own(input, 'step')), String(own(input, 'token')));
    const cloud = new Cloud(bench, { data: `${bench.folder('tokens')}/data`, lambda: functions.url });
    await cloud.start();
    const asks = (rest: JsonObject): JsonObject => ({
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: functionArn('ask'), Payload: { 'step.$': '$.step', 'token.$': '$$.Task.Token' } },
          ...rest,
          End: true,
        },
        ...(rest.Catch !== undefined && { Silent: { Type: 'Pass', Result: 'silent', End: true } }),
      },
    });
    const arn = await cloud.client.create('ask', asks({}));
    // AWS records the error as States.Timeout and yet lets this name catch it.
    const beating = await cloud.client.create(
      'beat',
      asks({ HeartbeatSeconds: HEARTBEAT, Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Silent' }] }),
    );
    const names = Array.from({ length: n }, (_, i) => `ask-${i}`);
    const arns = await each(names, 16, (step) => cloud.client.start(arn, { step }));
    await until(() => held.size >= n, 20_000);
    for (let i = 0; i < restarts; i++) {
      await sleep(20 + bench.random() * 100);
      await cloud.kill();
      await cloud.start();
    }
    const say = (operation: string, input: JsonObject) =>
      cloud.client.call(operation, input).then(
        () => 'ok',
        (error: unknown) => (error instanceof Refused ? error.type : String(error)),
      );
    await each(names, 16, async (step, i) => {
      const taskToken = held.get(step) ?? '';
      const answers: string[] = [];
      answers.push(await say('SendTaskHeartbeat', { taskToken }));
      answers.push(await say('SendTaskSuccess', { taskToken, output: JSON.stringify({ step }) }));
      answers.push(await say('SendTaskSuccess', { taskToken, output: '{}' }));
      const said = await cloud.client.ended(arns[i] ?? '', 10_000);
      answers.push(String(said.status), String(said.output));
      const wanted = ['ok', 'ok', 'TaskTimedOut', 'SUCCEEDED', JSON.stringify({ step })];
      tally.check(step, JSON.stringify(answers) === JSON.stringify(wanted) || JSON.stringify(answers));
    });
    for (const garbage of ['x', 'AQAAAAA', `${held.get('ask-0')}x`, 'ä'.repeat(40)]) {
      const said = await say('SendTaskSuccess', { taskToken: garbage, output: '{}' });
      tally.check(`token "${garbage.slice(0, 10)}"`, said === 'InvalidToken' || said);
    }
    // One is kept alive over a restart, the other's heart stops.
    const alive = await cloud.client.start(beating, { step: 'alive' });
    const silent = await cloud.client.start(beating, { step: 'silent' });
    await until(() => held.has('alive') && held.has('silent'), 5000);
    for (let i = 0; i < 5; i++) {
      if (i === 2) {
        await cloud.kill();
        await cloud.start();
      }
      const beat = await say('SendTaskHeartbeat', { taskToken: held.get('alive') ?? '' });
      tally.check(`heartbeat ${i}`, beat === 'ok' || beat);
      await sleep((HEARTBEAT * 1000) / 4);
    }
    tally.check(
      'a beating heart',
      (await say('SendTaskSuccess', { taskToken: held.get('alive') ?? '', output: '1' })) === 'ok',
    );
    const [lives, died] = [await cloud.client.ended(alive, 5000), await cloud.client.ended(silent, 10_000)];
    const missed = (await cloud.client.history(silent)).find((event) => event.type === 'TaskTimedOut');
    const recorded = own(missed?.taskTimedOutEventDetails ?? null, 'error');
    tally.check('what a missed heartbeat is recorded as', recorded === 'States.Timeout' || String(recorded));
    tally.check('kept alive', lives.status === 'SUCCEEDED' || JSON.stringify([lives.status, lives.error]));
    tally.check('gone silent', died.output === '"silent"' || JSON.stringify([died.status, died.error, died.output]));
    await cloud.kill();
    return [
      tally.row(
        'A8',
        `${n} tokens over ${restarts} kills: accepted once, refused by name afterwards; heartbeats over a kill`,
      ),
    ];
  },
};

export const retries: Part = {
  ids: ['A9'],
  async run(bench) {
    const n = bench.size(30, 200, 200);
    const rounds = bench.size(3, 8, 8);
    const tries = 3;
    const tally = new Tally();
    const functions = await new Functions().open(bench);
    const cloud = new Cloud(bench, { data: `${bench.folder('retries')}/data`, lambda: functions.url });
    await cloud.start();
    const machines = await each(['NONE', 'FULL'], 1, (JitterStrategy) =>
      cloud.client.create(`retry-${JitterStrategy}`, {
        QueryLanguage: 'JSONata',
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: functionArn('boom'),
            Arguments: { step: '{% $states.input.step & "#" & $states.context.State.RetryCount %}' },
            Retry: [
              {
                ErrorEquals: ['Battery.Boom'],
                IntervalSeconds: 1,
                BackoffRate: 1.5,
                MaxAttempts: tries,
                JitterStrategy,
              },
            ],
            End: true,
          },
        },
      }),
    );
    const arns = await each(
      Array.from({ length: n }, (_, i) => i),
      16,
      (i) => cloud.client.start(machines[i % 2] ?? '', { step: `r${i}` }),
    );
    for (let i = 0; i < rounds; i++) {
      await sleep(150 + bench.random() * 350);
      await cloud.kill();
      await cloud.start();
    }
    const overdue: number[] = [];
    await each(arns, 16, async (execution, i) => {
      const said = await cloud.client.ended(execution, 30_000);
      const events = await cloud.client.history(execution);
      const mine = functions.calls.filter((call) => String(own(call.input, 'step')).startsWith(`r${i}#`));
      const ids = new Set(mine.map((call) => call.invocation)).size;
      const steps = new Set(mine.map((call) => String(own(call.input, 'step')))).size;
      const failed = events.filter((event) => event.type === 'LambdaFunctionFailed');
      const counts = [said.status, ids, steps, failed.length].join(' ');
      tally.check(
        `execution ${i}`,
        counts === `FAILED ${tries + 1} ${tries + 1} ${tries + 1}` || `status, ids, attempts, failures: ${counts}`,
      );
      tally.check(`history ${i}`, judgeHistory(events));
      const scheduled = events.filter((event) => event.type === 'LambdaFunctionScheduled');
      for (let k = 0; i % 2 === 0 && k < tries; k++) {
        const paused = Number(scheduled[k + 1]?.timestamp) - Number(failed[k]?.timestamp);
        const due = 1.5 ** k;
        overdue.push(paused - due);
        tally.check(`pause ${k + 1} of execution ${i}`, paused >= due - ROUNDING || `${paused} s instead of ${due} s`);
      }
    });
    await cloud.kill();
    return [
      tally.row(
        'A9',
        `${n} executions over ${rounds} kills: ${tries + 1} attempts each, no pause too short (99th percentile ${percentile(overdue, 0.99).toFixed(2)} s too long)`,
      ),
    ];
  },
};
