/**
 * What comes from outside, at random. C3: inputs with odd names and numbers. C10: requests that no client sends. C12: fields
 * of Wait, Retry and Choice that are out of the ordinary. C13: functions that break the Runtime API's rules.
 * @module
 */
import { type Json, type JsonObject, jsonEqual } from '@/lib/base/json';
import { withCloud } from './cloud';
import { createFunction } from './life';
import { type Bench, type Part, Tally } from './types';
import { ask, type Client, each, percentile, Refused } from './wire';

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const express = async (client: Client, machine: string, input: string): Promise<JsonObject> =>
  client.call('StartSyncExecution', { stateMachineArn: machine, input });

// ---- C3 ---------------------------------------------------------------------------------------------------------------

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'a',
  '$',
  '$.a',
  'a b',
  '0',
  'é',
];
/** as they are written: what JSON allows and JavaScript treats in its own way */
const ATOMS = [
  ...['null', 'true', 'false', '0', '-0', '-0.0', '1e2', '1E400', '-1e400', '1e-400', '0.1', '5e-324'],
  ...['12345678901234567890', '-9007199254740993', '0.30000000000000004', '1.7976931348623157e308'],
  ...['""', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '"\\ud83d\\ude00"', '"\\ufeff"', '"\\u2028"'],
  ...['"{% 1 %}"', '"$.a"', '"$$.Execution"', '"States.UUID()"', '"</script>"', '"🙂"', '"\\/"'],
];

function randomJson(random: () => number, depth: number): string {
  const kind = depth > 3 ? 0 : random();
  if (kind < 0.45) return pick(random, ATOMS);
  const many = Math.floor(random() * 4);
  if (kind < 0.65) return `[${Array.from({ length: many }, () => randomJson(random, depth + 1)).join(', ')}]`;
  // The same name may come twice, as JSON allows.
  const field = () => `${JSON.stringify(pick(random, NAMES))}:${randomJson(random, depth + 1)}`;
  return `{${Array.from({ length: many }, field).join(',')}}`;
}

/** Larger than any number here: refused, because it would become something else. */
const hasHuge = (text: string): boolean => {
  const isHuge = (value: unknown): boolean =>
    typeof value === 'number'
      ? !Number.isFinite(value)
      : typeof value === 'object' && value !== null && Object.values(value).some(isHuge);
  return isHuge(JSON.parse(text));
};

export const inputs: Part = {
  ids: ['C3'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('inputs')}/data` }, async ({ client }) => {
      const tally = new Tally();
      const n = bench.size(200, 2000, 50_000);
      const states = (state: JsonObject) => ({ StartAt: 'S', States: { S: { ...state, End: true } } });
      const machines = await Promise.all(
        [
          { QueryLanguage: 'JSONPath', ...states({ Type: 'Pass' }) },
          { QueryLanguage: 'JSONPath', ...states({ Type: 'Pass', Parameters: { 'x.$': '$' }, OutputPath: '$.x' }) },
          { QueryLanguage: 'JSONPath', ...states({ Type: 'Pass', ResultPath: '$.own', Result: 1, InputPath: null }) },
          { QueryLanguage: 'JSONata', ...states({ Type: 'Pass', Output: '{% $states.input %}' }) },
          {
            QueryLanguage: 'JSONata',
            ...states({ Type: 'Pass', Output: '{% $merge([{"a":1}, {"b": $states.input}]).b %}' }),
          },
        ].map((definition, i) => client.create(`input-${i}`, definition, 'EXPRESS')),
      );
      const probe = await client.create(
        'probe',
        {
          QueryLanguage: 'JSONata',
          ...states({ Type: 'Pass', Output: '{% [$exists($states.input.polluted), $exists({}.polluted)] %}' }),
        },
        'EXPRESS',
      );
      const count = { same: 0, refused: 0 };
      const all = Array.from({ length: n }, () => randomJson(bench.random, 0));
      await each(all, 8, async (input, i) => {
        const which = i % machines.length;
        const what = `${which} ${input.slice(0, 200)}`;
        try {
          const said = await express(client, machines[which] as string, input);
          tally.check(`${what} is refused`, !hasHuge(input));
          const kept = said.input === input;
          tally.check(`input of ${what}`, kept || JSON.stringify(said).slice(0, 300));
          if (said.status === 'SUCCEEDED') {
            const output = JSON.parse(String(said.output)) as Json;
            const given = JSON.parse(input) as Json;
            // With an own `own`, or with nothing where JSONata drops it: asked of the others.
            if (which < 2 || (which === 3 && given !== null)) {
              const same = jsonEqual(output, given);
              tally.check(`output of ${what}`, same || String(said.output).slice(0, 300));
            }
            count.same++;
          } else {
            const known = /^States\./.test(String(said.error)) && !/The engine of/.test(String(said.cause));
            tally.check(what, known || JSON.stringify(said).slice(0, 300));
          }
        } catch (error) {
          count.refused++;
          const isRight = error instanceof Refused && error.type === 'InvalidExecutionInput' && hasHuge(input);
          tally.check(what, isRight || String(error));
        }
        if (i % 100 !== 99) return;
        const { output } = await express(client, probe, '{}');
        tally.check('no prototype was changed', output === '[false,false]' || String(output));
      });
      for (const text of ['\ufeff{}', '{"a":1}\u0000', '{a:1}', "{'a':1}", '[1,]', 'NaN', '01', '"\t"', '']) {
        const said = await express(client, machines[0] as string, text).then(
          ({ status }) => String(status),
          (error: Refused) => error.type,
        );
        tally.check(JSON.stringify(text), said === 'InvalidExecutionInput' || said);
      }
      return [
        tally.row(
          'C3',
          `${n} inputs in ${machines.length} machines: ${count.same} kept as they are, ${count.refused} refused`,
        ),
      ];
    }),
};

// ---- C10 --------------------------------------------------------------------------------------------------------------

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'PROPFIND'];
const PATHS = [
  ...['/', '//', '/?', '/bucket', '/bucket/', '/bucket/key', '/bucket//key', '/%zz', '/%00', '/bucket/%ff', '/a?x=%zz'],
  ...['/bucket?uploads', '/bucket/key?partNumber=0&uploadId=x', '/bucket/key?partNumber=99999&uploadId=x'],
  ...['/bucket/key?uploadId=../../x', '/bucket?delete', '/bucket?list-type=2&max-keys=-1', '/bucket?acl&acl=1'],
  ...['/2015-03-31/functions', '/2015-03-31/functions/../x', '/2015-03-31/functions/%2e%2e/invocations'],
  ...[
    `/2015-03-31/functions/${'f'.repeat(3000)}`,
    '/2015-03-31/functions/f/invocations?Qualifier=%00',
    '/2099-01-01/x',
  ],
  ...['/_action-engine/health', '/_action-engine/x', `/${'k'.repeat(2000)}`, `/?${'q=1&'.repeat(2000)}`],
];
const BODIES = [
  ...[
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"a":1}',
    '\u0000',
    '<a/>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  ],
  ...['<Delete><Object><Key>x</Key></Object></Delete>', '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>'],
  ...[
    '5;chunk-signature=x\r\nhello\r\n0;chunk-signature=y\r\n\r\n',
    '{"stateMachineArn":{"a":1},"name":[]}',
    '{"input":"{"}',
  ],
];
const HEADERS: [string, readonly string[]][] = [
  [
    'x-amz-target',
    ['AWSStepFunctions.StartExecution', 'AWSStepFunctions.', 'AWSStepFunctions.__proto__', 'X.Y', 'Logs_20140328.x'],
  ],
  [
    'content-type',
    ['application/x-amz-json-1.0', 'text/plain', 'application/xml', 'x', 'multipart/form-data; boundary='],
  ],
  [
    'authorization',
    [
      'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/s3/aws4_request',
      'AWS4-HMAC-SHA256',
      'Basic eDp5',
      'AWS a:b',
    ],
  ],
  ['x-amz-content-sha256', ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x']],
  ['range', ['bytes=0-', 'bytes=-', 'bytes=9-1', `bytes=${'0-0,'.repeat(500)}0-0`, 'x']],
  ['content-encoding', ['aws-chunked', 'gzip', 'x']],
  ['x-amz-copy-source', ['/a/b', 'x', '%', '']],
  ['expect', ['100-continue', 'x']],
  ['content-md5', ['x', 'AAAAAAAAAAAAAAAAAAAAAA==']],
  ['x-amz-date', ['20200101T000000Z', 'x']],
  ['if-match', ['*', '"x"']],
  ['x-amz-decoded-content-length', ['-1', 'x', '5']],
];

export const requestsAtRandom: Part = {
  ids: ['C10'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('wire')}/data` }, async (cloud) => {
      const tally = new Tally();
      const n = bench.size(300, 3000, 100_000);
      const { pid } = cloud;
      await cloud.client.s3('PUT', '/bucket');
      const statuses = new Map<number, number>();
      await each(
        Array.from({ length: n }, (_, i) => i),
        8,
        async () => {
          const method = pick(bench.random, METHODS);
          const path = pick(bench.random, PATHS);
          const chosen = HEADERS.filter(() => bench.random() < 0.25);
          const headers = Object.fromEntries(chosen.map(([name, values]) => [name, pick(bench.random, values)]));
          const body = bench.random() < 0.6 ? pick(bench.random, BODIES) : undefined;
          const what = `${method} ${path.slice(0, 80)} ${JSON.stringify(headers)} ${body?.slice(0, 60)}`;
          try {
            const { status, text } = await ask(cloud.port, {
              method,
              path,
              headers,
              ...(body !== undefined && { body }),
            });
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            // Not implemented is an answer, too.
            tally.check(what, status < 500 || status === 501 || `${status} ${text.slice(0, 200)}`);
            // What is expected of a server by a header has no body anywhere.
            if (status >= 400 && status !== 417 && method !== 'HEAD')
              tally.check(`words of ${what}`, isReadable(text) || text.slice(0, 200));
          } catch (error) {
            tally.check(what, String(error));
          }
        },
      );
      tally.check('the same process', cloud.pid === pid && !cloud.exited);
      const counted = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
      return [tally.row('C10', `${n} requests; ${counted.join(', ')}`)];
    }),
};

/** A client of AWS can tell what it says: JSON or XML with a code. */
function isReadable(text: string): boolean {
  if (text.startsWith('<')) return /<Code>\w+<\/Code>/.test(text);
  try {
    const said = JSON.parse(text) as JsonObject;
    return typeof (said.__type ?? said.Type ?? said.code ?? said.message ?? said.Message) === 'string';
  } catch {
    return false;
  }
}

// ---- C12 --------------------------------------------------------------------------------------------------------------

const ODD: readonly Json[] = [
  ...[0, -1, 1, 1.5, 1e9, 99_999_999, 1e308, -0.5, true, null, '', '1', 'x', [], {}],
  ...['2016-03-14T01:59:00Z', '1900-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2016-03-14T01:59:00+99:00'],
  ...[
    '2016-03-14',
    '2016-02-30T00:00:00Z',
    '2016-03-14T24:00:00Z',
    '2016-03-14t01:59:00z',
    '2016-03-14T01:59:00.123456789Z',
  ],
];
/** each may hold what is odd; the machine ends with `Done` */
const FIELDS: [string, (value: Json) => JsonObject][] = [
  ['Wait Seconds', (Seconds) => ({ Type: 'Wait', Seconds, Next: 'Done' })],
  ['Wait Timestamp', (Timestamp) => ({ Type: 'Wait', Timestamp, Next: 'Done' })],
  ['Wait SecondsPath', () => ({ Type: 'Wait', SecondsPath: '$.odd', Next: 'Done' })],
  ['Wait TimestampPath', () => ({ Type: 'Wait', TimestampPath: '$.odd', Next: 'Done' })],
  ...['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'ErrorEquals'].map(
    (name): [string, (value: Json) => JsonObject] => [
      `Retry ${name}`,
      (value) => ({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'nobody' },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 1, [name]: value }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
        End: true,
      }),
    ],
  ),
  ...['TimeoutSecondsPath', 'HeartbeatSecondsPath'].map((name): [string, (value: Json) => JsonObject] => [
    name,
    () => ({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'nobody' },
      [name]: '$.odd',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
      End: true,
    }),
  ]),
  ...[
    ...['NumericEquals', 'NumericLessThanPath', 'TimestampGreaterThan', 'TimestampEqualsPath', 'StringMatches'],
    ...['BooleanEquals', 'IsPresent', 'IsTimestamp', 'StringLessThanEqualsPath'],
  ].map((name): [string, (value: Json) => JsonObject] => [
    `Choice ${name}`,
    (value) => ({
      Type: 'Choice',
      Choices: [{ Variable: '$.odd', [name]: name.endsWith('Path') ? '$.odd' : value, Next: 'Done' }],
      Default: 'Done',
    }),
  ]),
  ['TimeoutSeconds', (TimeoutSeconds) => ({ Type: 'Wait', Seconds: 1, Next: 'Done', TimeoutSeconds })],
];
const WORDS = /^(States\.(Runtime|Timeout|TaskFailed|ALL|DataLimitExceeded|ParameterPathFailure)|Lambda\..+)$/;

export const fields: Part = {
  ids: ['C12'],
  run: (bench) =>
    withCloud(bench, { data: `${bench.folder('fields')}/data`, args: ['--time-scale', '0'] }, async (cloud) => {
      const tally = new Tally();
      const { client, pid } = cloud;
      const every = FIELDS.flatMap(([name, make]) => ODD.map((value) => ({ name, make, value })));
      const n = bench.size(60, every.length, 5000);
      const count = { refused: 0, succeeded: 0, failed: 0 };
      await each(
        Array.from({ length: n }, (_, i) =>
          n >= every.length && i < every.length ? every[i] : pick(bench.random, every),
        ),
        8,
        async (one, i) => {
          if (!one) return;
          const what = `${one.name} ${JSON.stringify(one.value)}`;
          const definition = { StartAt: 'S', States: { S: one.make(one.value), Done: { Type: 'Succeed' } } };
          let arn: string;
          try {
            arn = await client.create(`field-${i}`, definition);
          } catch (error) {
            count.refused++;
            tally.check(what, (error instanceof Refused && error.type === 'InvalidDefinition') || String(error));
            return;
          }
          const run = await client.start(arn, { odd: one.value });
          const said = await client.ended(run, 20_000);
          // One that waits for longer than a year is timed out.
          if (said.status === 'SUCCEEDED') count.succeeded++;
          else count.failed++;
          const known =
            /^(SUCCEEDED|TIMED_OUT)$/.test(String(said.status)) ||
            (said.status === 'FAILED' && WORDS.test(String(said.error)));
          const ours = /The engine of|native code|undefined|\bNaN\b/.test(String(said.cause ?? ''));
          tally.check(what, (known && !ours) || JSON.stringify(said).slice(0, 300));
          // Decided by what it is given alone: once more must come to the same.
          if (i % 5 !== 0) return;
          const again = await client.ended(await client.start(arn, { odd: one.value }), 20_000);
          const same = again.status === said.status && again.error === said.error && again.cause === said.cause;
          tally.check(`${what} again`, same || `${JSON.stringify(again)} after ${JSON.stringify(said)}`.slice(0, 400));
        },
      );
      tally.check('the same process', cloud.pid === pid && !cloud.exited);
      return [
        tally.row(
          'C12',
          `${n} definitions: ${count.refused} refused, ${count.succeeded} succeeded, ${count.failed} failed`,
        ),
      ];
    }),
};

// ---- C13 --------------------------------------------------------------------------------------------------------------

/** Speaks to the Runtime API behind its runtime's back, then answers as if nothing had been. */
const RUDE = `const net = require('net');
const speak = (text) => new Promise((resolve) => {
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const socket = net.connect(port, host, () => socket.end(text));
  socket.on('data', () => {});
  socket.on('close', resolve);
  socket.on('error', resolve);
  setTimeout(() => socket.destroy(), 100).unref();
});
const post = (path, body, length = Buffer.byteLength(body)) =>
  'POST /2018-06-01/runtime/' + path + ' HTTP/1.1\\r\\nHost: ' + process.env.AWS_LAMBDA_RUNTIME_API +
  '\\r\\nContent-Length: ' + length + '\\r\\nConnection: close\\r\\n\\r\\n' + body;
exports.handler = async ({ how, n }, { awsRequestId: id }) => {
  if (how === 'noise') process.stdout.write(Buffer.from([0, 255, 254, 10, 27, 91, 50, 74]));
  if (how === 'early') await speak(post('invocation/' + id + '/response', String(n)));
  if (how === 'twice') { await speak(post('invocation/' + id + '/response', String(n))); await speak(post('invocation/' + id + '/response', '"second"')); }
  if (how === 'wrong id') await speak(post('invocation/00000000-0000-0000-0000-000000000000/response', '"other"'));
  if (how === 'error and answer') await speak(post('invocation/' + id + '/error', '{"errorType":"Rude","errorMessage":"m"}'));
  if (how === 'partial') await speak(post('invocation/' + id + '/response', '{"a":', 1000));
  if (how === 'garbage') await speak('\\u0000\\u0001 HTTP?\\r\\n\\r\\n');
  if (how === 'no json') await speak(post('invocation/' + id + '/response', '{"a":'));
  if (how === 'unknown path') await speak(post('../../x', ''));
  if (how === 'init error') await speak(post('init/error', '{"errorType":"Late"}'));
  if (how === 'chunks') await speak(post('invocation/' + id + '/response', 'x').replace(/Content-Length: \\d+/, 'Transfer-Encoding: chunked') + '\\r\\nzz\\r\\n');
  if (how === 'throw') throw new Error('rude');
  if (how === 'exit') process.exit(3);
  return n;
};`;
/** what each comes to: the answer, an error, or either where the first word counts */
const HOW: Record<string, 'answer' | 'error' | 'either'> = {
  ...{ noise: 'answer', early: 'answer', twice: 'answer', 'wrong id': 'answer', 'error and answer': 'error' },
  ...{ partial: 'answer', garbage: 'answer', 'no json': 'either', 'unknown path': 'answer', 'init error': 'either' },
  ...{ chunks: 'either', throw: 'error', exit: 'error', plain: 'answer' },
};

export const rudeFunctions: Part = {
  ids: ['C13'],
  run: (bench: Bench) =>
    withCloud(bench, { data: `${bench.folder('rude')}/data` }, async (cloud) => {
      const tally = new Tally();
      const { client, pid } = cloud;
      await createFunction(client, 'rude', RUDE, { Timeout: 10 });
      const n = bench.size(60, 400, 10_000);
      const took: number[] = [];
      const ways = Object.keys(HOW);
      await each(
        Array.from({ length: n }, (_, i) => i),
        4,
        async (i) => {
          // To start a process takes long: what ends one is tried less often.
          const how = pick(
            bench.random,
            ways.filter((name) => name !== 'exit' || i % 10 === 0),
          );
          const began = performance.now();
          const { status, text, headers } = await client.lambda('POST', '/rude/invocations', { how, n: i });
          took.push(performance.now() - began);
          const failed = headers['x-amz-function-error'] !== undefined;
          const wanted = HOW[how];
          const right = failed
            ? wanted !== 'answer'
            : wanted !== 'error' && (wanted === 'either' || text === String(i));
          tally.check(`${how} ${i}`, (status === 200 && right) || `${status} ${text.slice(0, 200)}`);
        },
      );
      const last = await client.lambda('POST', '/rude/invocations', { how: 'plain', n: 7 });
      tally.check('it works on', last.text === '7' || last.text);
      tally.check('the same process', cloud.pid === pid && !cloud.exited);
      return [
        tally.row(
          'C13',
          `${n} calls in ${ways.length} ways, each with one answer, its own; median ${percentile(took, 0.5).toFixed(0)} ms`,
        ),
      ];
    }),
};
