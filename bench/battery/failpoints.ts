/**
 * A2: the server ends itself, as by SIGKILL, at each boundary of what is durable, at commits from an execution's first to
 * its last; the execution must come to what the oracle says and its history must be whole.
 * @module
 */
import { cpSync } from 'node:fs';
import path from 'node:path';
import { jsonEqual } from '@/lib/base/json';
import { POINTS, type Point } from '@/lib/local-cloud/failpoint';
import { readMark } from '@/lib/local-cloud/log/mark';
import { boundaries, type Hits } from './boundaries';
import { Cloud } from './cloud';
import { Functions } from './functions';
import { answerLater } from './kills';
import { cameTo, golden, judgeHistory, judgePrefix, MIX, MIX_NAMES, type MixName } from './mix';
import { type Bench, type Part, Tally } from './types';
import { each, Refused, sleep, until } from './wire';

const AT_START: readonly Point[] = ['creating', 'made', 'settled', 'ready', 'epoch', 'mark'];
const AT_COMMIT: readonly Point[] = ['begun', 'written', 'committed', 'marked', 'told'];
/** Waits and backoffs are shortened: only the order of things matters here. */
const FAST = ['--time-scale', '0.05'];

type Found = { tally: Tally; hits: Hits; missed: number };

export const failpoints: Part = {
  ids: ['A2'],
  long: true,
  async run(bench) {
    const found: Found = { tally: new Tally(), hits: new Map(), missed: 0 };
    await starts(bench, found);
    await checkpoints(bench, found);
    const perPoint = bench.size(1, 1, 24);
    await each(MIX_NAMES, 3, (name) => commits(bench, found, name, perPoint));
    const { tally, hits, missed } = found;
    await boundaries(bench, tally, hits);
    for (const point of POINTS.log) {
      const enough = bench.mode === 'short' ? 1 : 3;
      tally.check(`${point} is hit`, (hits.get(point) ?? 0) >= enough || `${hits.get(point) ?? 0} times`);
    }
    const total = [...hits.values()].reduce((sum, n) => sum + n, 0);
    const words = POINTS.log.map((point) => `${point} ${hits.get(point) ?? 0}`).join(', ');
    return [
      tally.row(
        'A2',
        `${total} ends at ${hits.size} boundaries, ${POINTS.log.length} of them the run log's (${words}; ${missed} never reached)`,
      ),
    ];
  },
};

const hit = ({ hits }: Found, point: Point) => void hits.set(point, (hits.get(point) ?? 0) + 1);

/** The first start, and a later one with an execution on its way. */
async function starts(bench: Bench, found: Found): Promise<void> {
  const rounds = bench.mode === 'short' ? [0] : [0, 1, 2];
  await each(rounds, 3, async () => {
    for (const point of AT_START) {
      const data = `${bench.folder(`start-${point}`)}/data`;
      const isFirst = point !== 'epoch' && point !== 'mark';
      const cloud = new Cloud(bench, { data });
      const again = async () => {
        const died = await cloud.start(20_000, ['--failpoint', `${point}:1`]).then(
          () => false,
          () => cloud.exited,
        );
        if (died) hit(found, point);
        await cloud.kill();
        return died || 'it did not end there';
      };
      if (isFirst) found.tally.check(`${point} at the first start`, await again());
      await cloud.start();
      const arn = await cloud.client.start(await cloud.client.create('p', MIX.wait.definition), { seconds: 1 });
      await cloud.kill();
      // Twice, because what the first left must not confuse the second.
      if (!isFirst) for (const n of [1, 2]) found.tally.check(`${point} at start ${n + 1}`, await again());
      await cloud.start();
      const said = await cloud.client.ended(arn, 15_000);
      found.tally.check(`after ${point}`, said.status === 'SUCCEEDED' || String(said.status));
      await cloud.kill();
    }
  });
}

/** A checkpoint comes after some 500 commits and a quiet second. */
async function checkpoints(bench: Bench, found: Found): Promise<void> {
  for (const point of ['checkpoint', 'checkpointed'] as const) {
    const rounds = Array.from({ length: bench.size(1, 3, 10) }, (_, round) => round);
    await each(rounds, 3, async () => {
      const cloud = new Cloud(bench, { data: `${bench.folder(point)}/data` });
      await cloud.start(20_000, ['--failpoint', `${point}:1`]);
      const machine = await cloud.client.create('p', { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
      const arns: string[] = [];
      for (let i = 0; i < 600 && !cloud.exited; i++) {
        // one after the other, so that each is a commit of its own
        const arn = await cloud.client.start(machine, { i }).catch(() => null);
        if (arn !== null) arns.push(arn);
      }
      if ((await until(() => cloud.exited, 8000)) !== null) hit(found, point);
      await cloud.kill();
      await cloud.start();
      const statuses = await each(arns, 16, async (arn) => (await cloud.client.ended(arn, 15_000)).status);
      const right = statuses.filter((status) => status === 'SUCCEEDED').length;
      found.tally.check(`after ${point}`, right === arns.length || `${right} of ${arns.length} ended right`);
      await cloud.kill();
    });
  }
}

async function commits(bench: Bench, found: Found, name: MixName, perPoint: number): Promise<void> {
  const functions = await new Functions().open(bench);
  functions.delay = () => 5;
  const base = bench.folder(`points-${name}`);
  let over = false;
  const open = (data: string): Cloud => {
    const cloud = new Cloud(bench, { data, lambda: functions.url, args: FAST });
    functions.onCall = (call) => {
      if (call.name === 'ask') void answerLater(cloud, call, () => over, 100);
    };
    return cloud;
  };
  const numberOf = (cloud: Cloud) => readMark(path.join(cloud.data, 'cloud', 'stepfunctions'))?.number ?? 0;

  const cloud = open(`${base}/source`);
  await cloud.start();
  const machine = await cloud.client.create(name, MIX[name].definition);
  await cloud.kill();

  // How many commits does it take when nothing happens?
  const input = MIX[name].input(name, bench.random);
  const expected = await golden(MIX[name].definition, input);
  const calm = open(`${base}/calm`);
  cpSync(cloud.data, calm.data, { recursive: true });
  await calm.start();
  const before = numberOf(calm);
  await calm.client.ended(await calm.client.start(machine, input, 'run'), 30_000);
  await sleep(50);
  const steps = Math.max(1, numberOf(calm) - before);
  await calm.kill();

  for (const point of AT_COMMIT) {
    for (let i = 0; i < perPoint; i++) {
      const nth = 1 + Math.floor(((i + bench.random()) / perPoint) * steps);
      const what = `${name} at ${point}:${nth}`;
      const trial = open(`${base}/${point}-${i}`);
      cpSync(cloud.data, trial.data, { recursive: true });
      await trial.start(20_000, ['--failpoint', `${point}:${nth}`]);
      const arn = await startAnyhow(trial, machine, input);
      const seen = arn === null ? [] : await trial.client.history(arn).catch(() => []);
      // A group of writes is not always the same, so the last ones may never come.
      await until(
        async () =>
          trial.exited ||
          (arn !== null && (await trial.client.call('DescribeExecution', { executionArn: arn })).status !== 'RUNNING'),
        20_000,
        10,
      );
      await sleep(15);
      if (trial.exited) hit(found, point);
      else found.missed++;
      await trial.kill();
      await trial.start();
      const run = arn ?? (await startAnyhow(trial, machine, input)) ?? '';
      const said = await trial.client.ended(run, 30_000);
      const got = cameTo(said);
      const same = got.status === expected.status && jsonEqual(got.output, expected.output);
      found.tally.check(what, same || `${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
      const events = await trial.client.history(run);
      found.tally.check(`history of ${what}`, judgePrefix(seen, events) ?? judgeHistory(events));
      await trial.kill();
    }
  }
  over = true;
}

/** @returns null when the server ended before it answered; then it may have been started, or not */
async function startAnyhow(cloud: Cloud, machine: string, input: unknown): Promise<string | null> {
  try {
    const said = await cloud.client.call(
      'StartExecution',
      { stateMachineArn: machine, name: 'run', input: JSON.stringify(input) },
      10_000,
    );
    return String(said.executionArn);
  } catch (error) {
    if (error instanceof Refused && error.type === 'ExecutionAlreadyExists')
      return `${machine.replace(':stateMachine:', ':execution:')}:run`;
    return null;
  }
}
