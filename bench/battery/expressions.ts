/**
 * What expressions and requests may not do. C4: deep, wide and slow requests. C5: escapes from the expression languages.
 * C6: JSONPath that is slow. C7, C8: JSONata that never ends or wants everything.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Json, JsonObject } from '@/lib/base/json';
import { type Cloud, processesWith, withCloud } from './cloud';
import { type Bench, type Part, Tally } from './types';
import { ask, type Client, each, fairly, percentile, Refused, sleep, until } from './wire';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const target = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `AWSStepFunctions.${operation}`,
});

export const requests: Part = {
  ids: ['C4'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('requests')}/data` }, async (cloud) => {
      const tally = new Tally();
      const post = (body: string | Buffer) =>
        ask(cloud.port, { method: 'POST', headers: target('StartExecution'), body });
      const arn = await cloud.client.create('echo', { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
      const inInput = (input: string) => JSON.stringify({ stateMachineArn: arn, input });
      const wide = `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`).join(',')}}`;
      const cases: [string, string, number[]][] = [
        ['129 levels', inInput(nested(129)), [200]],
        ['10,000 levels in the input', inInput(nested(10_000)), [400]],
        ['100,000 levels in the input', inInput(nested(100_000)), [400]],
        ['10,000 levels in the request', nested(10_000), [400]],
        ['400,000 levels in the request', nested(400_000), [400]],
        ['a million levels', nested(1_000_000), [413]],
        ['a million keys', wide, [413]],
        ['1 MB and one byte', `{"x":"${'y'.repeat(1_048_576 - 7)}"}`, [413]],
        ['not JSON', '{"a":', [400]],
        ['an array', '[]', [400]],
        ['null', 'null', [400]],
      ];
      await post('{}');
      const before = cloud.rssMb();
      const took: number[] = [];
      for (const [what, text, wanted] of cases) {
        const body = Buffer.from(text); // megabytes take their time, which is not the server's
        for (let i = 0; i < 5; i++) {
          const {
            status,
            text: said,
            ms,
          } = await fairly(50, async () => {
            const began = performance.now();
            const answer = await post(body);
            return { ...answer, ms: performance.now() - began };
          });
          took.push(ms);
          tally.check(what, wanted.includes(status) || `${status} ${said.slice(0, 200)}`);
          tally.timed(bench, `${what} in 50 ms`, ms <= 50 || `${ms.toFixed(0)} ms`);
        }
      }
      let cut = 'not tried in the short form';
      if (bench.mode !== 'short') {
        const ms = await drip(cloud.port);
        cut = `cut after ${(ms / 1000).toFixed(1)} s`;
        tally.check('one byte a second', (ms > 1000 && ms <= 35_000) || cut);
      }
      const settled = await until(() => cloud.rssMb() - before <= 30, 15_000, 200);
      const grown = cloud.rssMb() - before;
      tally.timed(bench, 'memory', settled !== null || `${grown.toFixed(0)} MB more`);
      return [
        tally.row(
          'C4',
          `${cases.length} bodies five times each, the slowest answered in ${Math.max(...took).toFixed(0)} ms (median ${percentile(took, 0.5).toFixed(0)} ms); a slow sender: ${cut}; memory ${grown.toFixed(0)} MB more`,
        ),
      ];
    }),
};

/** Sends a byte a second. @returns ms until the server had enough */
function drip(port: number): Promise<number> {
  return new Promise((resolve) => {
    const began = Date.now();
    const socket = net.connect(port, '127.0.0.1');
    socket.write(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 1000\r\n\r\n{`,
    );
    const timer = setInterval(() => socket.write(' '), 1000);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
      resolve(Date.now() - began);
    };
    socket.on('data', end);
    socket.on('close', end);
    socket.on('error', end);
    setTimeout(end, 40_000).unref();
  });
}

const jsonata = (output: Json): JsonObject => ({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: { P: { Type: 'Pass', Output: output, End: true } },
});

/** Runs a definition once as an Express workflow and says what it came to. */
async function express(
  client: Client,
  name: string,
  definition: object,
  input: Json = {},
): Promise<JsonObject & { ms: number }> {
  const arn = await client.create(name, definition, 'EXPRESS');
  const began = performance.now();
  const said = await client.call('StartSyncExecution', { stateMachineArn: arn, input: JSON.stringify(input) });
  return { ...said, ms: performance.now() - began };
}

export const escapes: Part = {
  ids: ['C5'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('escapes')}/data` }, async (cloud) => {
      const tally = new Tally();
      const canary = path.join(bench.folder('canary'), 'touched');
      let connects = 0;
      const sink = net.createServer((socket) => {
        connects++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
      bench.atEnd(() => sink.close());
      const port = (sink.address() as net.AddressInfo).port;
      const touch = `require('fs').writeFileSync('${canary}','x')`;
      const dial = `require('net').connect(${port})`;
      const harms = [
        touch,
        `process.mainModule.${touch}`,
        `globalThis.process.binding('spawn_sync')`,
        dial,
        `process.exit(9)`,
        `fetch('http://127.0.0.1:${port}')`,
      ];
      const payloads = harms.flatMap((harm) => [
        `$eval("${harm.replaceAll('"', '\\"')}")`,
        `$states.constructor.constructor("${harm}")()`,
        `$string.constructor("${harm}")()`,
        `(function(){ ${harm} })()`,
        `$map([1], function($x){ $x.constructor.constructor("${harm}")() })`,
        `"".sub.constructor("${harm}")()`,
        `$lookup($lookup($string, "constructor"), "constructor")("${harm}")`,
        `{"__proto__": {"polluted": true}}`,
        `$merge([{"__proto__": {"polluted": true}}, $states.input])`,
        `$states.input.__proto__.polluted := true`,
        `($x := {}; $x.__proto__ := {"polluted": true})`,
        `$.constructor.prototype.polluted`,
        `$spread({"constructor": {"prototype": {"polluted": true}}})`,
        `$each($states, function($v, $k) { $v.constructor })`,
        `$replace("a", /a/, function($m) { $m.constructor.constructor("${harm}")() })`,
        `$sort([1,2], function($l, $r) { $l.constructor.constructor("${harm}")() })`,
        `\`\${${harm}}\``,
        `[].filter.constructor("${harm}")()`,
        `Error.prepareStackTrace = function() { ${harm} }`,
        `$sift({"a":1}, $eval)`,
        `$states.input[constructor.constructor("${harm}")()]`,
        `$toMillis("1", "[Y]" & $string($string))`,
      ]);
      const paths = [
        `$[?(${touch})]`,
        `$..[?(@.constructor.constructor("${touch}")())]`,
        `$[(@.length-1)]`,
        '$.__proto__',
        '$.constructor.prototype',
        '$..constructor',
        `$[?(@.x == (() => { ${touch} })())]`,
        '$["__proto__"]["polluted"]',
        `$[?(@['constructor']['constructor']('${touch}')())]`,
        `States.Format('{}', $.constructor.constructor)`,
        `States.JsonMerge($, $.constructor, false)`,
        `States.StringToJson('{"__proto__":{"polluted":true}}')`,
      ];
      const fields: [string, (text: string) => JsonObject][] = [
        ['Output', (text) => ({ Type: 'Pass', Output: `{% ${text} %}`, End: true })],
        ['Assign', (text) => ({ Type: 'Pass', Assign: { x: `{% ${text} %}` }, End: true })],
        [
          'Condition',
          (text) => ({ Type: 'Choice', Choices: [{ Condition: `{% ${text} %}`, Next: 'E' }], Default: 'E' }),
        ],
        ['Seconds', (text) => ({ Type: 'Wait', Seconds: `{% ${text} %}`, End: true })],
        [
          'Items',
          (text) => ({
            Type: 'Map',
            Items: `{% ${text} %}`,
            ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Succeed' } } },
            End: true,
          }),
        ],
        ['Error', (text) => ({ Type: 'Fail', Error: `{% ${text} %}` })],
      ];
      const pathFields: [string, (text: string) => JsonObject][] = [
        ['InputPath', (text) => ({ Type: 'Pass', InputPath: text, End: true })],
        ['Parameters', (text) => ({ Type: 'Pass', Parameters: { 'x.$': text }, End: true })],
        [
          'ItemsPath',
          (text) => ({
            Type: 'Map',
            ItemsPath: text,
            ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Succeed' } } },
            End: true,
          }),
        ],
        [
          'Variable',
          (text) => ({ Type: 'Choice', Choices: [{ Variable: text, IsPresent: true, Next: 'E' }], Default: 'E' }),
        ],
        ['ResultPath', (text) => ({ Type: 'Pass', Result: { polluted: true }, ResultPath: text, End: true })],
      ];
      const all = [
        ...payloads.flatMap((text) =>
          fields.map(([field, make]) => [`${field}: ${text}`, 'JSONata', make(text)] as const),
        ),
        ...paths.flatMap((text) =>
          pathFields.map(([field, make]) => [`${field}: ${text}`, 'JSONPath', make(text)] as const),
        ),
      ];
      const tried = bench.mode === 'short' ? all.filter((_, i) => i % 5 === bench.seed % 5) : all;
      let ran = 0;
      await each(tried, 4, async ([what, QueryLanguage, state], i) => {
        const States: JsonObject = { S: state, ...(state.Type === 'Choice' && { E: { Type: 'Succeed' } }) };
        try {
          const said = await express(
            cloud.client,
            `escape-${i}`,
            { QueryLanguage, StartAt: 'S', States },
            { a: [1, { b: 2 }] },
          );
          ran++;
          const leaked =
            /native code|\[Function|nodejs|"polluted"\s*:\s*true/.test(String(said.output ?? '')) &&
            !what.includes('polluted') &&
            !what.startsWith('ResultPath');
          tally.check(what, !leaked || String(said.output).slice(0, 200));
        } catch (error) {
          tally.check(what, (error instanceof Refused && error.status < 500) || String(error));
        }
      });
      const probe = await express(
        cloud.client,
        'probe',
        jsonata('{% [$exists($states.input.polluted), $exists({}.polluted)] %}'),
      );
      tally.check('no prototype was changed', probe.output === '[false,false]' || String(probe.output));
      tally.check('no file was written', !existsSync(canary));
      tally.check('nobody was called', connects === 0 || `${connects} connections`);
      return [
        tally.row(
          'C5',
          `${tried.length} payloads in ${fields.length + pathFields.length} fields: ${ran} ran to an end, the others were refused; 0 code executed`,
        ),
      ];
    }),
};

export const paths: Part = {
  ids: ['C6'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('paths')}/data` }, async (cloud) => {
      const tally = new Tally();
      const letters = 'abc';
      const word = () => letters[Math.floor(bench.random() * 3)] as string;
      const piece = () =>
        [
          () => `.${word()}`,
          () => `..${word()}`,
          () => '[*]',
          () => '..*',
          () => `[${Math.floor(bench.random() * 9) - 4}:${Math.floor(bench.random() * 9) - 4}]`,
          () => `[?(@.${word()} == 'x' && @..${word()} > 1)]`,
          () => `['${word()}','${word()}']`,
          () => `[?(@.${word()} =~ /(a+)+$/)]`,
        ][Math.floor(bench.random() * 8)]?.() ?? '';
      const fixed = [
        `$${'..a'.repeat(20)}`,
        `$${'..*'.repeat(20)}`,
        `$${'..[*]'.repeat(12)}`,
        `$${'.a'.repeat(10_000)}`,
        `$${'[0]'.repeat(10_000)}`,
        `$${'[?(@.a'.repeat(500)}${')]'.repeat(500)}`,
        `$[?(${'('.repeat(5000)}@.a${')'.repeat(5000)})]`,
        `$.a[${'1,'.repeat(50_000)}1]`,
        '$[-9999999999999999999:9999999999999999999:1]',
        '$[0:1000000000:1]',
        '$.toString',
        '$.hasOwnProperty',
        '$..length',
        `$.${'a'.repeat(1_000_000)}`,
        `$[?(@.a =~ /${'(a*)*'.repeat(20)}b/)]`,
        `$['${"\\'".repeat(2000)}']`,
      ];
      const tried = [
        ...fixed,
        ...Array.from(
          { length: bench.size(60, 600, 5000) },
          () => `$${Array.from({ length: 1 + Math.floor(bench.random() * 12) }, piece).join('')}`,
        ),
      ];
      let tree: Json = 'x';
      for (let i = 0; i < 9; i++) tree = { a: tree, b: [i, { c: `${'a'.repeat(30)}!` }], c: [[i]] };
      const pass = (text: string) => ({
        StartAt: 'P',
        States: { P: { Type: 'Pass', Parameters: { 'x.$': text }, End: true } },
      });
      const usual: number[] = [];
      for (let i = 0; i < 20; i++) usual.push((await express(cloud.client, `usual-${i}`, pass('$.a'), tree)).ms);
      const base = percentile(usual, 0.5);
      let slowest = 0;
      let refused = 0;
      for (const [i, text] of tried.entries()) {
        try {
          const said = await fairly(50 + base, () => express(cloud.client, `path-${i}`, pass(text), tree));
          const ms = said.ms - base;
          slowest = Math.max(slowest, ms);
          tally.timed(bench, text.slice(0, 120), ms <= 50 || `${ms.toFixed(0)} ms`);
          tally.check(
            text.slice(0, 120),
            !/call stack|native code|The engine of/.test(`${String(said.cause)}${String(said.output)}`) ||
              JSON.stringify(said).slice(0, 300),
          );
        } catch (error) {
          refused++;
          tally.check(text.slice(0, 120), (error instanceof Refused && error.status < 500) || String(error));
        }
      }
      const own = await express(cloud.client, 'own', pass('$.toString'), {});
      tally.check('own properties only', own.status === 'FAILED' || JSON.stringify(own));
      return [
        tally.row(
          'C6',
          `${tried.length} paths, ${refused} refused, the slowest ${slowest.toFixed(0)} ms over the usual ${base.toFixed(1)} ms`,
        ),
      ];
    }),
};

const BOMBS: [string, string][] = [
  ['tail recursion', '($f := function($x) { $f($x + 1) }; $f(0))'],
  ['recursion', '($f := function($x) { 1 + $f($x + 1) }; $f(0))'],
  ['a range of ten million', '$sum([1..10000000])'],
  ['nested ranges', '[1..5000].([1..5000].([1..5000].($ * 2)))'],
  ['ranges in ranges', '$count([1..9000].([1..9000]))'],
  ['padding', '$pad("x", 500000000)'],
  ['doubling', '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("xxxxxxxx", 40))'],
  ['ReDoS 1', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'],
  ['ReDoS 2', '$replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /(a|aa)+$/, "x")'],
  ['ReDoS 3', '$contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a|a?)+$/)'],
  ['ReDoS 4', '$split("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy", /(x+x+)+z/)'],
  ['ReDoS 5', '$match("0000000000000000000000000000000000000000x", /^(\\d+)*$/)'],
  ['ReDoS 6', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /(.*a){25}b/)'],
  ['ReDoS 7', '$contains("                                                       x", /^(\\s+)+$/)'],
  ['a bad comparator', '($f := function() { $f() }; $sort([1..100000], function($l, $r) { $f() }))'],
  ['a comparator for long', '$sort([1..100000], function($l, $r) { $sum([1..1000]) > 0 })'],
  [
    'assignment to the guards',
    '($timeout := 999999; $depth := 999999; $stack := 999999; $f := function($x) { $f($x + 1) }; $f(0))',
  ],
  ['map without end', '$map([1..1000000], function($v) { $map([1..1000000], function($w) { $v * $w }) })'],
  ['reduce', '$reduce([1..3000000], function($a, $b) { $a & "xxxxxxxxxxxxxxxx" })'],
  ['join', '$length($join([1..5000000].$string()))'],
  ['shuffle and sort', '$sort($shuffle([1..5000000]))'],
  ['power towers', '($f := function($x) { $f($power(2, 3)) }; $f(1))'],
];

/** Asks for the server's health without pause. @returns ms of each answer */
function pulse(cloud: Cloud): () => Promise<number[]> {
  const took: number[] = [];
  let over = false;
  const beating = (async () => {
    while (!over) {
      const began = performance.now();
      await cloud.health().catch(() => null);
      took.push(performance.now() - began);
      await sleep(10);
    }
  })();
  return async () => {
    over = true;
    await beating;
    return took;
  };
}

export const bombs: Part = {
  ids: ['C7'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('bombs')}/data` }, async (cloud) => {
      const tally = new Tally();
      const pid = cloud.pid;
      await express(cloud.client, 'warm', jsonata('{% $sum([1..10]) %}'));
      const list: [string, string][] = [...BOMBS, ['a literal of 200 KB', `$length("${'y'.repeat(200_000)}") * $f()`]];
      const tried = bench.mode === 'short' ? list.filter((_, i) => i % 3 === bench.seed % 3) : list;
      const calm = pulse(cloud);
      await sleep(2000);
      const usual = percentile(await calm(), 0.99);
      const beats = pulse(cloud);
      let slowest = 0;
      for (const [i, [what, text]] of tried.entries()) {
        const said = await fairly(1500, () => express(cloud.client, `bomb-${i}`, jsonata(`{% ${text} %}`)));
        slowest = Math.max(slowest, said.ms);
        tally.check(what, said.error === 'States.QueryEvaluationError' || JSON.stringify(said).slice(0, 300));
        tally.timed(bench, `${what} in 1.5 s`, said.ms <= 1500 || `${said.ms.toFixed(0)} ms`);
        const honest = await express(cloud.client, `honest-${i}`, jsonata('{% $sum([1..100]) %}'));
        tally.check(`an honest one after ${what}`, honest.output === '5050' || JSON.stringify(honest).slice(0, 300));
      }
      const took = await beats();
      const p99 = percentile(took, 0.99);
      // Others use this machine too: it may be slow without any bomb.
      tally.timed(bench, 'the server answers meanwhile', p99 <= Math.max(50, 2 * usual) || `p99 ${p99.toFixed(0)} ms`);
      tally.check('the same process', cloud.pid === pid && !cloud.exited);
      return [
        tally.row(
          'C7',
          `${tried.length} bombs, the longest ${slowest.toFixed(0)} ms; the server answered meanwhile in ${p99.toFixed(0)} ms (p99 of ${took.length}; ${usual.toFixed(0)} ms without bombs)`,
        ),
      ];
    }),
};

const parentOf = (pid: number): number => {
  try {
    return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0; // it has ended
  }
};

/** The same bomb in other words, so that it cannot be known by sight. */
const reworded = (text: string, i: number): string => `($unlike${i} := ${i}; ${text})`;

export const manyBombs: Part = {
  ids: ['C8'],
  run: (bench: Bench) =>
    withCloud(bench, { data: `${bench.folder('many')}/data` }, async (cloud) => {
      const tally = new Tally();
      const { client } = cloud;
      // Without a pause in it: a Wait would hide what the bombs cost.
      const honest = (own: string) => ({
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Output: `{% $sum([1..100]) + $states.input.n${own} %}`, Next: 'B' },
          B: { Type: 'Pass', Output: `{% $string($states.input * 2)${own && ' & ""'} %}`, End: true },
        },
      });
      const hundred = Array.from({ length: 100 }, (_, n) => n);
      const known = await client.create('honest', honest(''));
      const strangers = (batch: number) =>
        each(hundred, 10, (n) => client.create(`stranger-${batch}-${n}`, honest(` + ${batch * 1000 + n} * 0`)));
      const run = async (machineOf: (n: number) => string) => {
        const began = performance.now();
        const arns = await each(hundred, 20, (n) => client.start(machineOf(n), { n }));
        const outputs = await each(arns, 20, async (arn) => (await client.ended(arn, 20_000)).output);
        const ms = performance.now() - began;
        for (const [n, output] of outputs.entries())
          tally.check(`honest ${n}`, output === JSON.stringify(String((5050 + n) * 2)) || String(output));
        return ms;
      };
      const median = async (runs: () => Promise<number>) => {
        const took: number[] = [];
        for (let i = 0; i < bench.size(1, 5, 5); i++) took.push(await runs());
        return percentile(took, 0.5);
      };
      await run(() => known); // the pool is up, the code is warm
      let batch = 0;
      const usually = async () => [
        await median(() => run(() => known)),
        await median(async () => {
          const arns = await strangers(++batch);
          return run((n) => arns[n] as string);
        }),
      ];
      const before = await usually();
      const later = await strangers(++batch);
      const bombs = await each(
        Array.from({ length: bench.size(20, 50, 50) }, (_, i) => BOMBS[i % BOMBS.length]?.[1] ?? ''),
        5,
        (text, i) => client.create(`bomb-${i}`, jsonata(`{% ${reworded(text, i)} %}`)),
      );
      const thrown = await each(bombs, 50, (arn) => client.start(arn));
      const under = await run(() => known);
      const strangersUnder = await run((n) => later[n] as string);
      const left = (await each(thrown, 25, (arn) => client.ended(arn, 0))).filter(({ status }) => status === 'RUNNING');
      tally.check('bombs were there all the while', left.length > 0);

      const began = performance.now();
      const ends = await each(thrown, 25, (arn) => client.ended(arn, 120_000));
      for (const [i, said] of ends.entries())
        tally.check(
          `bomb ${BOMBS[i % BOMBS.length]?.[0]}`,
          said.error === 'States.QueryEvaluationError' || JSON.stringify(said).slice(0, 300),
        );

      const rest = performance.now() - began;
      const back = await until(
        async () =>
          processesWith('evaluator-child').filter((pid) => parentOf(pid) === cloud.pid).length >= 2 &&
          (await express(client, `after-${Math.random()}`.replace('.', ''), jsonata('{% $sum([1..10]) %}'))).ms < 100,
        2000,
      );
      tally.timed(bench, 'the pool is back in 2 s', back !== null);
      // Others use this machine too: what is usual is measured on both sides, and the slower one counts.
      const after = await usually();
      const [usual, usualOfStrangers] = before.map((ms, i) => Math.max(ms, after[i] as number)) as [number, number];
      tally.timed(
        bench,
        'honest ones within three times the usual',
        under <= 3 * usual || `${under.toFixed(0)} ms instead of ${usual.toFixed(0)} ms`,
      );
      tally.timed(
        bench,
        'never seen before, within three times the usual',
        strangersUnder <= 3 * usualOfStrangers ||
          `${strangersUnder.toFixed(0)} ms instead of ${usualOfStrangers.toFixed(0)} ms`,
      );
      return [
        tally.row(
          'C8',
          `${bombs.length} bombs at once, each in words of its own: 100 honest executions took ${under.toFixed(0)} ms instead of ${usual.toFixed(0)} ms, 100 of machines never seen before ${strangersUnder.toFixed(0)} ms instead of ${usualOfStrangers.toFixed(0)} ms, with ${left.length} bombs left; the last ended ${(rest / 1000).toFixed(1)} s later`,
        ),
      ];
    }),
};
