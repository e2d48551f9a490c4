/**
 * Much at once. B6: a thousand executions at work. B7: the longest history there may be. B10: wide and nested Maps and
 * Parallels. B12: more starts at the same moment than can be served.
 * @module
 */
import http from 'node:http';
import { type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import { type Cloud, withCloud } from './cloud';
import { Functions } from './functions';
import { type Part, Tally } from './types';
import { ask, each, functionArn, percentile, sleep, until } from './wire';

const branch = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] as string, States });
const MEMORY_MB = 600;

/**
 * On a connection of its own that it keeps, as the page does: Node lets in one new one a turn of its event loop.
 * @returns ms of each answer of the health page, and the most memory seen (MB), until told to end
 */
function watch(cloud: Cloud): () => Promise<{ beats: number[]; peakMb: number }> {
  const beats: number[] = [];
  let peakMb = 0;
  let over = false;
  const agent = new http.Agent({ keepAlive: true });
  const watching = (async () => {
    while (!over) {
      const began = performance.now();
      await ask(cloud.port, { path: '/_action-engine/health', agent }).catch(() => null);
      beats.push(performance.now() - began);
      peakMb = Math.max(peakMb, cloud.rssMb());
      await sleep(20);
    }
  })();
  return async () => {
    over = true;
    await watching;
    agent.destroy();
    return { beats, peakMb };
  };
}

export const manyActive: Part = {
  ids: ['B6'],
  async run(bench) {
    const tally = new Tally();
    const n = bench.size(200, 1000, 1000);
    const functions = await new Functions().open(bench);
    functions.delay = () => 50 + bench.random() * 400;
    const data = `${bench.folder('active')}/data`;
    return withCloud(bench, { data, lambda: functions.url }, async (cloud) => {
      const { client } = cloud;
      const call = (Next: string | null): JsonObject => ({
        Type: 'Task',
        Resource: functionArn('work'),
        Parameters: { 'step.$': '$$.Execution.Name', 'value.$': '$.value' },
        ResultPath: '$.said',
        ...(Next === null ? { End: true } : { Next }),
      });
      const machine = await client.create('active', branch({ A: call('B'), B: call('C'), C: call(null) }));
      await cloud.health(); // the first answer looks at the system
      const calm = watch(cloud);
      await sleep(1500);
      const usual = percentile((await calm()).beats, 0.99);
      const end = watch(cloud);
      const began = performance.now();
      const arns = await each(
        Array.from({ length: n }, (_, value) => value),
        50,
        (value) => client.start(machine, { value }, `run-${value}`),
      );
      const atOnce = (
        await client.pages('ListExecutions', { stateMachineArn: machine, statusFilter: 'RUNNING' }, 'executions')
      ).length;
      await each(arns, 16, async (arn, value) => {
        const said = await client.ended(arn, 60_000);
        const wanted = { value, said: { step: `run-${value}`, doubled: value * 2 } };
        const right = said.status === 'SUCCEEDED' && jsonEqual(JSON.parse(String(said.output)) as Json, wanted);
        tally.check(`run-${value}`, right || JSON.stringify(said).slice(0, 300));
      });
      const seconds = (performance.now() - began) / 1000;
      const { beats, peakMb } = await end();
      const p99 = percentile(beats, 0.99);
      tally.timed(bench, 'memory', peakMb <= MEMORY_MB || `${peakMb.toFixed(0)} MB`);
      // Others use this machine too: it may be slow without any of this.
      tally.timed(bench, 'it answers meanwhile', p99 <= Math.max(100, 4 * usual) || `p99 ${p99.toFixed(0)} ms`);
      const figure = `${n} executions of three calls, ${atOnce} of them running once all had begun: ${seconds.toFixed(1)} s, at most ${peakMb.toFixed(0)} MB, the server answered meanwhile in ${p99.toFixed(0)} ms (p99; ${usual.toFixed(0)} ms before)`;
      return [tally.row('B6', figure)];
    });
  },
};

export const longestHistory: Part = {
  ids: ['B7'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('history')}/data` }, async ({ client }) => {
      const tally = new Tally();
      // The events of a run without the loop, and of each turn of it.
      const States = {
        Set: { Type: 'Pass', Result: { n: 0 }, Next: 'More' },
        More: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericLessThanPath: '$$.Execution.Input.turns', Next: 'Turn' }],
          Default: 'End',
        },
        Turn: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More' },
        End: { Type: 'Succeed' },
      };
      const machine = await client.create('loop', branch(States));
      const turns = (events: number): number => Math.floor((events - 8) / 4);
      const began = performance.now();
      const longest = await client.start(machine, { turns: turns(24_999) });
      const fine = await client.ended(longest, 60_000);
      const seconds = (performance.now() - began) / 1000;
      tally.check('just below the limit', fine.status === 'SUCCEEDED' || JSON.stringify(fine).slice(0, 300));
      const lasts: string[] = [];
      for (let i = 0; i < 2; i++) {
        const arn = await client.start(machine, { turns: 1e9 });
        const said = await client.ended(arn, 60_000);
        const right = said.status === 'FAILED' && /maximum number of history events/i.test(String(said.cause));
        tally.check('beyond the limit', right || JSON.stringify(said).slice(0, 300));
        const { events } = await client.call('GetExecutionHistory', {
          executionArn: arn,
          reverseOrder: true,
          maxResults: 1,
        });
        lasts.push(JSON.stringify((events as JsonObject[]).map(({ id, type }) => [id, type])));
      }
      tally.check(
        'it ends with the event 25,000',
        lasts.every((last) => last === '[[25000,"ExecutionFailed"]]') || lasts.join(),
      );
      tally.timed(bench, '25,000 events in 30 s', seconds <= 30 || `${seconds.toFixed(1)} s`);
      const took: number[] = [];
      const read = async (reverseOrder: boolean): Promise<JsonObject[]> => {
        const all: JsonObject[] = [];
        let nextToken: Json | undefined;
        do {
          const at = performance.now();
          const page = await client.call('GetExecutionHistory', {
            ...{ executionArn: longest, maxResults: 1000, reverseOrder },
            ...(nextToken && { nextToken }),
          });
          took.push(performance.now() - at);
          all.push(...(page.events as JsonObject[]));
          nextToken = page.nextToken;
        } while (nextToken);
        return all;
      };
      const forward = await read(false);
      const back = await read(true);
      tally.check('backwards it is the same', JSON.stringify(back.reverse()) === JSON.stringify(forward));
      tally.check(
        'ids without gaps',
        forward.every(({ id }, i) => id === i + 1),
      );
      const slowest = Math.max(...took);
      tally.timed(bench, 'a page in 150 ms', slowest <= 150 || `${slowest.toFixed(0)} ms`);
      const figure = `${forward.length} events in ${seconds.toFixed(1)} s; ${took.length} pages of 1,000, the slowest ${slowest.toFixed(0)} ms; the loop without end fails at event 25,000`;
      return [tally.row('B7', figure)];
    }),
};

export const wide: Part = {
  ids: ['B10'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('wide')}/data` }, async (cloud) => {
      const tally = new Tally();
      const { client } = cloud;
      const items = bench.size(1000, 10_000, 10_000);
      const pass = branch({ P: { Type: 'Pass', End: true } });
      const map = (Items: string, ItemProcessor: JsonObject, rest: JsonObject = {}): JsonObject => ({
        Type: 'Map',
        Items,
        ItemProcessor,
        MaxConcurrency: 40,
        ...rest,
        End: true,
      });
      const forks = (depth: number): JsonObject =>
        depth === 0
          ? { Type: 'Pass', End: true }
          : {
              Type: 'Parallel',
              Branches: Array.from({ length: depth === 3 ? 100 : 2 }, () =>
                branch({ [`P${depth}`]: forks(depth - 1) }),
              ),
              End: true,
            };
      const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
      const cases: [string, JsonObject, (output: Json) => boolean][] = [
        // As a distributed run has no longest history.
        [
          `a Map over ${items} items`,
          map(`{% [1..${items}] %}`, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...pass }),
          (output) => jsonEqual(output, count(1, items)),
        ],
        ['an inline Map over 5,000 items', map('{% [1..5000] %}', pass), (output) => jsonEqual(output, count(1, 5000))],
        [
          'a Parallel of 100, three deep',
          forks(3),
          (output) =>
            Array.isArray(output) &&
            output.length === 100 &&
            jsonEqual(output[99] ?? null, [
              [7, 7],
              [7, 7],
            ]),
        ],
        [
          'a Map of 100 in a Map of 30',
          map('{% [1..30] %}', branch({ M: map('{% [1..100] %}', pass) })),
          (output) =>
            Array.isArray(output) && output.length === 30 && output.every((row) => jsonEqual(row, count(1, 100))),
        ],
      ];
      const end = watch(cloud);
      const told: string[] = [];
      for (const [what, state, isRight] of cases) {
        const States = { S: { ...state } };
        const machine = await client.create(`wide-${told.length}`, { QueryLanguage: 'JSONata', ...branch(States) });
        const began = performance.now();
        const said = await client.ended(await client.start(machine, 7), 120_000);
        const seconds = (performance.now() - began) / 1000;
        told.push(`${what}: ${seconds.toFixed(1)} s`);
        const right = said.status === 'SUCCEEDED' && isRight(JSON.parse(String(said.output)) as Json);
        tally.check(what, right || JSON.stringify(said).slice(0, 300));
        tally.timed(bench, `${what} in 60 s`, seconds <= 60 || `${seconds.toFixed(0)} s`);
      }
      const { peakMb } = await end();
      tally.timed(bench, 'memory', peakMb <= MEMORY_MB || `${peakMb.toFixed(0)} MB`);
      return [tally.row('B10', `${told.join(', ')}; at most ${peakMb.toFixed(0)} MB`)];
    }),
};

export const overload: Part = {
  ids: ['B12'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('overload')}/data` }, async ({ client, port }) => {
      const tally = new Tally();
      const n = bench.size(500, 5000, 5000);
      const machine = await client.create('overload', branch({ P: { Type: 'Pass', End: true } }));
      const answers = { accepted: 0, throttled: 0, cut: 0 };
      const began = performance.now();
      const start = async (i: number): Promise<string | null> => {
        // a connection for each
        const { status, text } = await ask(port, {
          method: 'POST',
          headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.StartExecution' },
          body: JSON.stringify({ stateMachineArn: machine, name: `run-${i}`, input: JSON.stringify({ i }) }),
          timeoutMs: 120_000,
        });
        if (status === 200) {
          answers.accepted++;
          return String((JSON.parse(text) as JsonObject).executionArn);
        }
        // begun by a start whose answer was cut off
        if (text.includes('ExecutionAlreadyExists'))
          return `${machine.replace(':stateMachine:', ':execution:')}:run-${i}`;
        answers.throttled++;
        tally.check(`start ${i}`, /Throttl|ServiceUnavailable|TooManyRequests/.test(text) || `${status} ${text}`);
        return null;
      };
      const arns = await Promise.all(
        Array.from({ length: n }, (_, i) =>
          // A connection that had to wait for half a minute is closed; who asks again is answered.
          start(i).catch(() => {
            answers.cut++;
            return start(i).catch((error: Error) => {
              tally.check(`start ${i}`, error.message);
              return null;
            });
          }),
        ),
      );
      const seconds = (performance.now() - began) / 1000;
      const back = await until(async () => {
        const at = performance.now();
        await client.ended(await client.start(machine, {}), 5000);
        return performance.now() - at < 200;
      }, 5000);
      tally.timed(bench, 'as quick as before within 5 s', back !== null);
      await each(arns, 32, async (arn, i) => {
        if (arn === null) return;
        const { status, output } = await client.ended(arn, 20_000);
        tally.check(`run ${i}`, (status === 'SUCCEEDED' && output === JSON.stringify({ i })) || `${status} ${output}`);
      });
      const figure = `${n} starts at the same moment: ${answers.accepted} accepted, ${answers.throttled} throttled, ${answers.cut} closed and asked again, in ${seconds.toFixed(1)} s; each of the accepted ended right`;
      return [tally.row('B12', figure)];
    }),
};
