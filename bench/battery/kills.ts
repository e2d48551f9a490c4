/**
 * A1, A3, A4: executions of the mix while the server is killed again and again. A5: StartExecution repeated over kills.
 * @module
 */
import os from 'node:os';
import { type Json, type JsonObject, jsonEqual, own } from '@/lib/base/json';
import { Cloud } from './cloud';
import { type Call, Functions } from './functions';
import {
  callbackAnswer,
  cameTo,
  type Golden,
  golden,
  judgeHistory,
  judgePrefix,
  MIX,
  MIX_NAMES,
  type MixName,
  stepOf,
} from './mix';
import { type Bench, type Part, type Row, Tally } from './types';
import { each, isDefinite, percentile, Refused, sleep } from './wire';

type Run = {
  machine: MixName;
  name: string;
  input: JsonObject;
  expected: Golden;
  arn: string | null;
  seen: JsonObject[];
  faults: string[];
};

export const kills: Part = {
  ids: ['A1', 'A3', 'A4'],
  async run(bench) {
    const rounds = bench.size(3, 25, 200);
    const total = bench.size(18, 60, 200);
    const functions = await new Functions().open(bench);
    functions.delay = (call) => 20 + (hash(stepOf(call.input)) % 280);
    const cloud = new Cloud(bench, { data: `${bench.folder('kills')}/data`, lambda: functions.url });
    let over = false;
    functions.onCall = (call) => {
      if (call.name === 'ask') void answerLater(cloud, call, () => over);
    };

    await cloud.start();
    const arns = new Map<MixName, string>();
    for (const name of MIX_NAMES) arns.set(name, await cloud.client.create(`mix-${name}`, MIX[name].definition));
    const runs: Run[] = [];
    for (let i = 0; i < total; i++) {
      const machine = MIX_NAMES[i % MIX_NAMES.length] as MixName;
      const name = `${machine}-${i}`;
      const input = MIX[machine].input(name, bench.random);
      runs.push({
        machine,
        name,
        input,
        expected: await golden(MIX[machine].definition, input),
        arn: null,
        seen: [],
        faults: [],
      });
    }

    const starting: Promise<void>[] = [];
    const release = (round: number) =>
      runs.forEach((run, i) => {
        if (Math.floor((i * rounds * 0.9) / total) === round)
          starting.push(start(cloud, arns.get(run.machine) ?? '', run, () => over));
      });
    const killed: number[] = [];
    const restarts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      release(round);
      const looking = look(cloud, runs);
      await sleep(20 + bench.random() * 1480);
      killed.push(await cloud.kill());
      restarts.push(await cloud.start());
      await looking;
    }
    release(rounds);
    await Promise.race([Promise.all(starting), sleep(30_000)]);

    const wrong = new Tally();
    const once = new Tally();
    await each(runs, 8, async (run) => {
      if (run.arn === null) return wrong.check(run.name, 'StartExecution never answered 200');
      const said = await cloud.client
        .ended(run.arn, 60_000)
        .catch((error: Error) => ({ status: error.message }) as JsonObject);
      const got = said.status === 'RUNNING' ? { status: 'stuck', output: null } : cameTo(said);
      const same = got.status === run.expected.status && jsonEqual(got.output, run.expected.output);
      wrong.check(run.name, same || `${JSON.stringify(got)} instead of ${JSON.stringify(run.expected)}`);
      const events = await cloud.client.history(run.arn).catch(() => []);
      if (run.machine === 'wait') wrong.check(run.name, earlyWait(events, Number(run.input.seconds)));
      once.check(run.name, run.faults[0] ?? judgePrefix(run.seen, events) ?? judgeHistory(events));
    });
    for (const name of MIX_NAMES) {
      const listed = await cloud.client.pages(
        'ListExecutions',
        { stateMachineArn: arns.get(name) ?? '' },
        'executions',
      );
      const mine = runs.filter((run) => run.machine === name).map((run) => run.name);
      const names = listed.map((entry) => String(entry.name)).sort();
      wrong.check(
        `list of ${name}`,
        JSON.stringify(names) === JSON.stringify(mine.sort()) || `${names.length} listed, ${mine.length} started`,
      );
    }
    over = true;
    const atLeast = judgeCalls(functions.calls, killed);
    await cloud.kill();
    const repeats = functions.calls.length - new Set(functions.calls.map((call) => call.invocation)).size;
    return [
      wrong.row(
        'A1',
        `${rounds} kills, ${total} executions, 0 may be wrong, stuck or lost; ready again in ${Math.round(percentile(restarts, 0.5))} ms (median)`,
      ),
      once.row(
        'A3',
        `${runs.reduce((n, run) => n + run.seen.length, 0)} events looked at between kills, histories judged`,
      ),
      atLeast.row(
        'A4',
        `${functions.calls.length} calls, ${repeats} repeated, each with its own id and a kill to explain it`,
      ),
    ];
  },
};

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);

/** The client's duty: the same name and input again and again until the server says 200. */
async function start(cloud: Cloud, stateMachineArn: string, run: Run, over: () => boolean): Promise<void> {
  const input = JSON.stringify(run.input);
  while (run.arn === null && !over()) {
    try {
      const said = await cloud.client.call('StartExecution', { stateMachineArn, name: run.name, input }, 5000);
      run.arn = String(said.executionArn);
    } catch (error) {
      // Begun and ended by a call whose answer a kill swallowed.
      if (error instanceof Refused && error.type === 'ExecutionAlreadyExists') {
        run.arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${run.name}`;
      } else if (isDefinite(error)) {
        run.faults.push(error.message);
        return;
      } else await sleep(20);
    }
  }
}

/** A person who answers when asked. @param withinMs after which time at the latest */
export async function answerLater(cloud: Cloud, call: Call, over: () => boolean, withinMs = 3000): Promise<void> {
  const step = stepOf(call.input);
  await sleep(hash(`${step}!`) % withinMs);
  while (!over()) {
    try {
      const output = JSON.stringify(callbackAnswer(step));
      await cloud.client.call('SendTaskSuccess', { taskToken: own(call.input, 'token') ?? '', output }, 5000);
      return;
    } catch (error) {
      if (isDefinite(error)) return;
      await sleep(25);
    }
  }
}

/** What was once seen of a history must still be there, unchanged. */
async function look(cloud: Cloud, runs: Run[]): Promise<void> {
  await each(
    runs.filter((run) => run.arn !== null),
    6,
    async (run) => {
      try {
        const events = await cloud.client.history(run.arn ?? '');
        const fault = judgePrefix(run.seen, events);
        if (fault) run.faults.push(fault);
        run.seen = events;
      } catch (error) {
        if (isDefinite(error)) run.faults.push(error.message);
      }
    },
  );
}

function earlyWait(events: JsonObject[], seconds: number): string | null {
  const at = (type: string) => Number(events.find((event) => event.type === type)?.timestamp ?? 0);
  const waited = at('WaitStateExited') - at('WaitStateEntered');
  return waited >= seconds - 0.0015 ? null : `waited ${waited} s of ${seconds} s`;
}

/**
 * ms after an answer left in which the server may still not have written it down; where more wants to run than there are
 * processors it waits for its turn, and takes so many times longer
 */
const graceMs = (): number => 1000 * Math.max(1, (os.loadavg()[0] ?? 0) / os.cpus().length);

/** A call is repeated only when a kill fell between its begin and (a moment after) its answer, and bears the same id. */
function judgeCalls(calls: readonly Call[], killed: readonly number[]): Tally {
  const tally = new Tally();
  const grace = graceMs();
  const byTry = new Map<string, Call[]>();
  for (const call of calls) {
    const tries = own(call.input, 'tries') as Json | undefined;
    const key = `${stepOf(call.input)} try ${String(tries ?? 0)}`;
    byTry.set(key, [...(byTry.get(key) ?? []), call]);
  }
  for (const [key, same] of byTry) {
    tally.check(
      key,
      new Set(same.map((call) => call.invocation)).size === 1 || 'another invocation id for the same attempt',
    );
    for (const [i, call] of same.slice(0, -1).entries()) {
      const next = same[i + 1] as Call;
      const explained = killed.some(
        (at) => at >= call.began - 50 && at <= Math.min(next.began, (call.ended ?? next.began) + grace),
      );
      tally.check(key, explained || 'called again though no kill fell in between');
    }
  }
  return tally;
}

export const startOnce: Part = {
  ids: ['A5'],
  async run(bench: Bench): Promise<Row[]> {
    const names = bench.size(150, 1000, 1000);
    const rounds = bench.size(2, 8, 20);
    const cloud = new Cloud(bench, { data: `${bench.folder('once')}/data` });
    await cloud.start();
    const arn = await cloud.client.create('once', {
      StartAt: 'P',
      States: { P: { Type: 'Wait', Seconds: 2, End: true } },
    });
    const tally = new Tally();
    let unclear = 0;
    let over = false;
    const killing = (async () => {
      for (let round = 0; round < rounds; round++) {
        await sleep(60 + bench.random() * 240);
        await cloud.kill();
        await cloud.start();
      }
    })();
    const every = Array.from({ length: names }, (_, i) => `name-${i}`);
    await each(every, 12, async (name) => {
      // Spread over the kills, and each name sent twice at the same time.
      await Promise.all(
        [1, 2].map(async () => {
          while (!over) {
            try {
              await cloud.client.call('StartExecution', { stateMachineArn: arn, name, input: '{"a":1}' }, 5000);
              return;
            } catch (error) {
              if (error instanceof Refused && error.type === 'ExecutionAlreadyExists') return;
              if (isDefinite(error)) return tally.check(name, error.message);
              unclear++;
              await sleep(15);
            }
          }
        }),
      );
      await sleep((rounds * 700) / names);
    });
    await killing;
    over = true;
    const listed = await cloud.client.pages('ListExecutions', { stateMachineArn: arn }, 'executions');
    const found = new Map<string, number>();
    for (const entry of listed) found.set(String(entry.name), (found.get(String(entry.name)) ?? 0) + 1);
    for (const name of every) tally.check(name, found.get(name) === 1 || `${found.get(name) ?? 0} executions`);
    tally.check('total', listed.length === names || `${listed.length} executions of ${names} names`);
    const other = await cloud.client.start(arn, { a: 2 }, 'name-0').then(
      () => 'accepted',
      (error: Refused) => error.type,
    );
    tally.check('the same name with other input', other === 'ExecutionAlreadyExists' || other);
    await cloud.kill();
    return [
      tally.row(
        'A5',
        `${names} names sent twice each over ${rounds} kills, ${unclear} calls without an answer: ${listed.length} executions`,
      ),
    ];
  },
};
