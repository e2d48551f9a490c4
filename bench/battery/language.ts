/**
 * C1: random machines come to what an interpreter that shares nothing with the engine says. C2: broken definitions are refused with a place, never with
 * a server's fault.
 * @module
 */
import { isObject, type Json, type JsonObject, jsonEqual, own } from '@/lib/base/json';
import { withCloud } from './cloud';
import { Functions } from './functions';
import { randomMachine } from './machines';
import { MIX } from './mix';
import { type Answered, interpret } from './reference';
import { type Bench, type Part, Tally } from './types';
import { ask, each, percentile, Refused, ROLE } from './wire';

/** Fails as often as it is told: what was asked before does not matter. */
function randomTask(input: Json): Answered {
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
    const count = { states: 0, succeeded: 0, failed: 0, undecided: 0 };
    const machines = Array.from({ length: n }, () => randomMachine(bench.random));
    const cloudOptions = { data: `${bench.folder('random')}/data`, lambda: functions.url, args: ['--time-scale', '0'] };
    await withCloud(bench, cloudOptions, ({ client }) =>
      each(machines, 6, async (machine, i) => {
        const input = machine.QueryLanguage === 'JSONata' ? i % 7 : { n: i % 7, list: [i % 3, 5] };
        const wanted = await interpret(machine, input, randomTask);
        let arn: string;
        try {
          arn = await client.create(`random-${i}`, machine);
        } catch (error) {
          tally.check(`machine ${i} is accepted`, `${String(error)}: ${JSON.stringify(machine).slice(0, 2000)}`);
          return;
        }
        const said = await client.ended(await client.start(arn, input), 60_000);
        count.states += JSON.stringify(machine).split('"Type":').length - 1;
        if (wanted === null) {
          count.undecided++;
          tally.check(`machine ${i} fails by one of two errors`, said.status !== 'RUNNING');
          return;
        }
        count[wanted.status === 'SUCCEEDED' ? 'succeeded' : 'failed']++;
        const same =
          said.status === wanted.status &&
          (wanted.status === 'SUCCEEDED'
            ? jsonEqual(JSON.parse(String(said.output)) as Json, wanted.output)
            : said.error === wanted.error);
        tally.check(
          `machine ${i}`,
          same ||
            `${String(said.status)} ${String(said.error ?? said.output)} ${String(said.cause ?? '')} instead of ${JSON.stringify(wanted)} with ${JSON.stringify(input)}: ${JSON.stringify(machine)}`,
        );
      }),
    );
    return [
      tally.row(
        'C1',
        `${n} machines of ${count.states} states against a reference interpreter of the battery's own: ${count.succeeded} succeeded, ${count.failed} failed as foretold, ${count.undecided} by either of two errors; 0 refused`,
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
        ...Array.from({ length: 20 }, () => randomMachine(bench.random)),
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
      tally.timed(bench, '99 of 100 within 100 ms', p99 <= 100 || `${p99.toFixed(0)} ms`);
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
  for (const entry of errors) {
    if (typeof entry.code !== 'string' || typeof entry.message !== 'string' || !hasPlace(entry, definition))
      return `a diagnostic without code, message or location: ${JSON.stringify(entry)}`;
  }
  return null;
}

/**
 * A path that leads into the definition, at most one field beyond what is there. AWS gives none in two cases, nor do we:
 * where the text is no JSON (the message tells line and column), and where no state of the whole workflow ends it.
 */
function hasPlace({ location, code, message }: JsonObject, definition: string): boolean {
  if (code === 'INVALID_JSON_DESCRIPTION')
    return /line \d+, column \d+|is empty$|must be a JSON object$|nests deeper/.test(String(message));
  if (code === 'MISSING_END_STATE') return location === undefined;
  return typeof location === 'string' && leads(location, JSON.parse(definition) as Json);
}

function leads(rest: string, at: Json): boolean {
  if (rest === '' || rest === '/') return true;
  if (Array.isArray(at)) {
    const [whole, index] = /^\[(\d+)\]/.exec(rest) ?? [];
    return (
      whole !== undefined && Number(index) < at.length && leads(rest.slice(whole.length), at[Number(index)] as Json)
    );
  }
  if (!rest.startsWith('/') || !isObject(at)) return false;
  // A name may have slashes in it.
  if (Object.keys(at).some((key) => rest.startsWith(key, 1) && leads(rest.slice(key.length + 1), at[key] as Json)))
    return true;
  return !rest.slice(1).includes('/');
}
