/**
 * C1: random machines come to what the engine by itself says. C2: broken definitions are refused with a place, never with
 * a server's fault.
 * @module
 */
import fc from 'fast-check';
import { isObject, type Json, type JsonObject, jsonEqual, own } from '@/lib/base/json';
import { runToEnd } from '@/lib/engine/driver';
import { machineOf, options, scope } from '@/lib/engine/random-machines';
import { withCloud } from './cloud';
import { Functions, type Reply } from './functions';
import { MIX } from './mix';
import { type Bench, type Part, Tally } from './types';
import { ask, each, percentile, Refused, ROLE } from './wire';

/** As the tasks of random machines answer in the driver, without their pauses. */
function randomTask(input: Json): Reply {
  const number = (name: string) => Number(own(input, name) ?? 0);
  if (number('tries') < number('failures')) return { error: 'Boom', cause: 'of the test' };
  return { output: number('n') + 1 };
}

export const random: Part = {
  ids: ['C1'],
  async run(bench) {
    const n = bench.size(60, 1000, 20_000);
    const tally = new Tally();
    const functions = await new Functions().open(bench);
    functions.delay = () => 0;
    functions.reply = ({ input }) => randomTask(input);
    let refused = 0;
    let states = 0;
    const machines = fc.sample(scope, { numRuns: n, seed: bench.seed | 0 }).map(machineOf);
    const cloudOptions = { data: `${bench.folder('random')}/data`, lambda: functions.url, args: ['--time-scale', '0'] };
    await withCloud(bench, cloudOptions, ({ client }) =>
      each(machines, 6, async (machine, i) => {
        const input = i % 7;
        let arn: string;
        try {
          arn = await client.create(`random-${i}`, machine);
        } catch (error) {
          if (!(error instanceof Refused) || error.type !== 'InvalidDefinition') throw error;
          refused++;
          return;
        }
        const wanted = await runToEnd(machine, input, options);
        const said = await client.ended(await client.start(arn, input), 60_000);
        states += wanted.events.filter((event) => event.type.endsWith('StateEntered')).length;
        const same =
          said.status === wanted.status &&
          (said.error ?? null) === (wanted.error ?? null) &&
          (wanted.status !== 'SUCCEEDED' || jsonEqual(JSON.parse(String(said.output)) as Json, wanted.output));
        tally.check(
          `machine ${i} with ${input}`,
          same ||
            `${String(said.status)} ${String(said.error ?? said.output)} instead of ${wanted.status} ${wanted.error ?? wanted.outputText ?? ''}: ${JSON.stringify(machine).slice(0, 200)}`,
        );
      }),
    );
    return [
      tally.row(
        'C1',
        `${n - refused} machines, ${states} states of the outermost runs, ${refused} refused by the validator (a Parallel without branches)`,
      ),
    ];
  },
};

const ODD: Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '$',
  '$..*',
  '{% $x( %}',
  '{%%}',
  [],
  {},
  [null],
  { '.$': 1 },
  'States.Format(',
  '\u0000',
  '__proto__',
  'A'.repeat(200),
];
const NAMES = [
  'Type',
  'Next',
  'End',
  'StartAt',
  'States',
  'Retry',
  'Catch',
  'Choices',
  'Branches',
  'ItemProcessor',
  'Resource',
  '__proto__',
  'constructor',
  'toString',
  '',
];

/** One change somewhere in a copy of the definition. */
function mutate(definition: JsonObject, random: () => number): JsonObject {
  const copy = JSON.parse(JSON.stringify(definition)) as JsonObject;
  const places: [JsonObject | Json[], string | number][] = [];
  const walk = (value: Json) => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        places.push([value, i]);
        walk(item);
      });
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        places.push([value, key]);
        walk(value[key] as Json);
      }
    }
  };
  walk(copy);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const [holder, key] = pick(places);
  const target = holder as JsonObject;
  const how = Math.floor(random() * 4);
  if (how === 0) delete target[key];
  else if (how === 1) target[key] = pick(ODD);
  else if (how === 2)
    Object.defineProperty(target, pick(NAMES), {
      value: target[key],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else target[key] = { deeper: { Type: 'Pass', States: target[key] as Json } };
  return copy;
}

/** A few bytes of the text changed, taken out or doubled. */
function scratch(text: string, random: () => number): string {
  let out = text;
  for (let i = 0; i < 3; i++) {
    const at = Math.floor(random() * out.length);
    const how = Math.floor(random() * 3);
    const put = how === 0 ? '' : how === 1 ? String.fromCharCode(Math.floor(random() * 128)) : out.slice(at, at + 40);
    out = out.slice(0, at) + put + out.slice(at + 1);
  }
  return out;
}

export const broken: Part = {
  ids: ['C2'],
  run: (bench: Bench) =>
    withCloud(bench, { data: `${bench.folder('broken')}/data`, args: ['--time-scale', '0'] }, async (cloud) => {
      const n = bench.size(240, 2000, 50_000);
      const tally = new Tally();
      const took: number[] = [];
      const pid = cloud.pid;
      const sources = [
        ...Object.values(MIX).map(({ definition }) => definition),
        ...fc.sample(scope, { numRuns: 20, seed: bench.seed | 0 }).map((plans) => machineOf(plans) as JsonObject),
      ];
      const count = { ok: 0, fail: 0, created: 0 };
      await each(
        Array.from({ length: n }, (_, i) => i),
        4,
        async (i) => {
          const source = sources[i % sources.length] as JsonObject;
          const changed = JSON.stringify(mutate(source, bench.random));
          const definition = i % 3 === 0 ? scratch(changed, bench.random) : changed;
          const began = performance.now();
          const answer = await ask(cloud.port, {
            method: 'POST',
            headers: {
              'content-type': 'application/x-amz-json-1.0',
              'x-amz-target': 'AWSStepFunctions.ValidateStateMachineDefinition',
            },
            body: JSON.stringify({ definition }),
          });
          took.push(performance.now() - began);
          tally.check(definition.slice(0, 300), judgeValidation(answer.status, answer.text, definition, count));
          try {
            const arn = await cloud.client.create(`broken-${i}`, JSON.parse(definition) as JsonObject);
            count.created++;
            if (i % 5 === 0)
              await cloud.client.call('StopExecution', { executionArn: await cloud.client.start(arn, {}) });
          } catch (error) {
            if (error instanceof SyntaxError) {
              const said = await cloud.client
                .call('CreateStateMachine', { name: `broken-${i}`, definition, roleArn: ROLE })
                .then(
                  () => 'accepted',
                  (e: Refused) => e.type,
                );
              tally.check(definition.slice(0, 300), said === 'InvalidDefinition' || said);
            } else
              tally.check(definition.slice(0, 300), (error instanceof Refused && error.status < 500) || String(error));
          }
        },
      );
      tally.check('the same process', cloud.pid === pid && !cloud.exited);
      const p99 = percentile(took, 0.99);
      tally.check('99 of 100 within 100 ms', p99 <= 100 || `${p99.toFixed(0)} ms`);
      return [
        tally.row(
          'C2',
          `${n} definitions: ${count.fail} refused with a place, ${count.ok} still good, 0 faults of the server; validation p99 ${p99.toFixed(0)} ms`,
        ),
      ];
    }),
};

function judgeValidation(
  status: number,
  text: string,
  definition: string,
  count: { ok: number; fail: number },
): string | null {
  if (status !== 200) {
    // an empty definition is no definition
    return status === 400 && definition === ''
      ? null
      : `ValidateStateMachineDefinition: ${status} ${text.slice(0, 200)}`;
  }
  const { result, diagnostics = [] } = JSON.parse(text) as { result: string; diagnostics: JsonObject[] };
  if (result === 'OK') {
    count.ok++;
    return null;
  }
  count.fail++;
  if (result !== 'FAIL') return `the result is ${result}`;
  const errors = diagnostics.filter((entry) => entry.severity === 'ERROR');
  if (errors.length === 0) return 'FAIL without an error';
  const bare = errors.find(
    (entry) => typeof entry.code !== 'string' || typeof entry.message !== 'string' || !hasPlace(entry),
  );
  return bare ? `a diagnostic without code, message or location: ${JSON.stringify(bare)}` : null;
}

/** A path into the definition; line and column where it is no JSON; nothing where the fault is the whole workflow's. */
const hasPlace = ({ location, code, message }: JsonObject): boolean =>
  typeof location === 'string' ||
  (code === 'INVALID_JSON_DESCRIPTION' && /line \d+, column \d+/.test(String(message))) ||
  /^Workflow /.test(String(message));
