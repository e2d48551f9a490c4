/**
 * What the server does while it is ended at boundaries: executions of many kinds, packages of functions, objects. Each
 * drive remembers what it was answered, and judges by that what it finds afterwards.
 * @module
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { type Json, type JsonObject, jsonEqual, own } from '@/lib/base/json';
import { createFunction } from './life';
import { judgeHistory } from './mix';
import type { Tally } from './types';
import { type Answer, type Client, functionArn, isDefinite, Refused, ROLE, sleep, until } from './wire';

export type Drive = {
  /** once, before the first end */
  prepare(client: Client): Promise<void>;
  /** @throws what the socket says when the server ended, or Refused for what it should not have said */
  round(client: Client, n: number): Promise<void>;
  /** on a whole server: finishes what was cut off, then looks whether all is as it must be */
  judge(client: Client, tally: Tally): Promise<void>;
};

/** Answers with its event's `value`, throws the error that `fail` names unless `tries` is above 0. */
const ECHO = `exports.handler = async ({ value, fail, tries }) => {
  if (fail && !(tries > 0)) throw Object.assign(new Error('on purpose'), { name: fail });
  return value ?? null;
};`;

const ok = ({ status, text }: Answer): void => {
  if (status >= 300) throw new Refused('S3 or Lambda', status, '', text.slice(0, 300));
};

// ---- executions -----------------------------------------------------------------------------------------------------

const echo = (payload: JsonObject, rest: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: functionArn('echo'),
  Arguments: payload,
  ...rest,
});
const branch = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] as string, States });
const ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:bench';
const BUCKET = 'boundaries';

type Run = { kind: Kind; n: number; arn?: string; told: Set<string> };
type Kind = {
  definition: JsonObject;
  status: string;
  output?: (n: number) => Json;
  /** what must be told to it while it runs; each once, and again only where the answer got lost */
  tell?: (
    client: Client,
    run: Run,
    once: (what: string, act: () => Promise<unknown>) => Promise<void>,
  ) => Promise<void>;
  /** its history has more than one end */
  redriven?: true;
};

async function tokenOf(client: Client, run: Run): Promise<string | null> {
  let token = '';
  const found = await until(async () => {
    const scheduled = (await client.history(run.arn ?? '')).find(({ type }) => type === 'TaskScheduled');
    const parameters = own(own(scheduled ?? null, 'taskScheduledEventDetails') ?? null, 'parameters');
    token = String(own(own(JSON.parse(String(parameters ?? '{}')) as Json, 'Payload') ?? null, 'token') ?? '');
    return token !== '';
  }, 5000);
  if (found === null) await client.call('DescribeExecution', { executionArn: run.arn ?? '' }); // is it there at all?
  return found === null ? null : token;
}

const KINDS: Record<string, Kind> = {
  work: {
    definition: {
      QueryLanguage: 'JSONata',
      ...branch({
        Fork: {
          Type: 'Parallel',
          Branches: [
            branch({ A: echo({ value: '{% $states.input.n %}' }, { End: true }) }),
            branch({
              B: echo(
                { fail: 'Flaky', tries: '{% $states.context.State.RetryCount %}', value: 'B' },
                { Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 3 }], End: true },
              ),
            }),
            branch({
              C: echo({ fail: 'Boom' }, { Catch: [{ ErrorEquals: ['Boom'], Next: 'Caught' }], End: true }),
              Caught: { Type: 'Pass', Output: 'caught', End: true },
            }),
            branch({ D: { Type: 'Wait', Seconds: 1, Output: 'D', End: true } }),
            branch({
              E: {
                Type: 'Map',
                Items: '{% [1..150] %}',
                ItemProcessor: branch({ P: { Type: 'Pass', Next: 'Q' }, Q: { Type: 'Pass', End: true } }),
                Output: '{% $sum($states.result) %}',
                End: true,
              },
            }),
          ],
          End: true,
        },
      }),
    },
    status: 'SUCCEEDED',
    output: (n) => [n, 'B', 'caught', 'D', 11_325],
  },
  ask: {
    definition: {
      QueryLanguage: 'JSONata',
      ...branch({
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Arguments: { FunctionName: 'echo', Payload: { token: '{% $states.context.Task.Token %}' } },
          HeartbeatSeconds: 600,
          End: true,
        },
      }),
    },
    status: 'SUCCEEDED',
    output: (n) => ({ said: n }),
    async tell(client, run, once) {
      const taskToken = await tokenOf(client, run);
      if (taskToken === null) return;
      const isSubmitted = async () =>
        (await client.history(run.arn ?? '')).some(({ type }) => type === 'TaskSubmitted');
      await until(isSubmitted, 3000);
      await once('beat', () => client.call('SendTaskHeartbeat', { taskToken }));
      await once('end', () => client.call('SendTaskSuccess', { taskToken, output: JSON.stringify({ said: run.n }) }));
    },
  },
  activity: {
    // A worker that was given the task and never heard of it is replaced, as it must be on AWS.
    definition: branch({
      Do: {
        Type: 'Task',
        Resource: ACTIVITY,
        TimeoutSeconds: 3,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 50 }],
        ResultPath: '$.done',
        End: true,
      },
    }),
    status: 'SUCCEEDED',
    output: (n) => ({ n, done: 'well' }),
    async tell(client, { arn = '' }) {
      const runs = async () => (await client.call('DescribeExecution', { executionArn: arn })).status === 'RUNNING';
      for (let tries = 0; tries < 10 && (await runs()); tries++) {
        // Nothing to do for so long: another's task was given, and this one's is given again later.
        const asked = await client.call('GetActivityTask', { activityArn: ACTIVITY }, 1500).catch((error: Error) => {
          if (!error.message.includes('no answer in')) throw error;
          return null;
        });
        if (!asked?.taskToken) continue;
        await client
          .call('SendTaskSuccess', { taskToken: asked.taskToken, output: '"well"' })
          .catch((error: unknown) => {
            if (!isDefinite(error)) throw error; // its time was over
          });
      }
    },
  },
  map: {
    definition: {
      QueryLanguage: 'JSONata',
      ...branch({
        Each: {
          Type: 'Map',
          Label: 'Each',
          MaxConcurrency: 2,
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'JSON' },
            Arguments: { Bucket: BUCKET, Key: 'items.json' },
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...branch({ W: { Type: 'Wait', Seconds: 4, End: true } }),
          },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Arguments: { Bucket: BUCKET, Prefix: 'results' },
          },
          Output: '{% $exists($states.result.ResultWriterDetails.Key) %}',
          End: true,
        },
      }),
    },
    status: 'SUCCEEDED',
    output: () => true,
    async tell(client, { arn = '' }, once) {
      await once('change', async () => {
        let mapRunArn: Json = null;
        await until(async () => {
          const { mapRuns } = await client.call('ListMapRuns', { executionArn: arn });
          mapRunArn = own((mapRuns as Json[])[0] ?? null, 'mapRunArn') ?? null;
          return mapRunArn !== null;
        }, 3000);
        if (mapRunArn !== null) await client.call('UpdateMapRun', { mapRunArn, maxConcurrency: 3 });
      });
    },
  },
  limit: {
    definition: { TimeoutSeconds: 1, ...branch({ W: { Type: 'Wait', Seconds: 100, End: true } }) },
    status: 'TIMED_OUT',
  },
  stop: {
    definition: branch({ W: { Type: 'Wait', Seconds: 100_000, End: true } }),
    status: 'ABORTED',
    tell: (client, { arn = '' }, once) => once('stop', () => client.call('StopExecution', { executionArn: arn })),
  },
  redrive: {
    definition: {
      QueryLanguage: 'JSONata',
      ...branch({
        T: echo({ fail: 'Once', tries: '{% $states.context.Execution.RedriveCount %}', value: 'again' }, { End: true }),
      }),
    },
    status: 'SUCCEEDED',
    output: () => 'again',
    redriven: true,
    async tell(client, { arn = '' }, once) {
      await client.ended(arn, 10_000);
      await once('redrive', () => client.call('RedriveExecution', { executionArn: arn }));
    },
  },
};

export function executionsDrive(): Drive {
  const runs: Run[] = [];
  const machines = new Map<Kind, string>();

  const start = async (client: Client, run: Run): Promise<void> => {
    const machine = machines.get(run.kind) ?? '';
    try {
      run.arn = await client.start(machine, { n: run.n }, `run-${run.n}`);
    } catch (error) {
      if (!(error instanceof Refused && error.type === 'ExecutionAlreadyExists')) throw error;
      run.arn = `${machine.replace(':stateMachine:', ':execution:')}:run-${run.n}`;
    }
  };
  const tell = async (client: Client, run: Run): Promise<void> => {
    await run.kind.tell?.(client, run, async (what, act) => {
      if (run.told.has(what)) return;
      try {
        await act();
        run.told.add(what);
      } catch (error) {
        // What was said before the end and not answered is refused now.
        if (!isDefinite(error)) throw error;
      }
    });
  };

  return {
    async prepare(client) {
      await createFunction(client, 'echo', ECHO);
      await client.call('CreateActivity', { name: 'bench' });
      await client.s3('PUT', `/${BUCKET}`);
      ok(await client.s3('PUT', `/${BUCKET}/items.json`, '[1,2,3,4]'));
      for (const [name, kind] of Object.entries(KINDS))
        machines.set(kind, await client.create(`b-${name}`, kind.definition));
    },
    async round(client, n) {
      const fresh = Object.values(KINDS).map((kind): Run => ({ kind, n, told: new Set() }));
      runs.push(...fresh);
      await settled(
        fresh.map(async (run) => {
          await start(client, run);
          await tell(client, run);
        }),
      );
      // until nothing is left to be reached
      await settled(fresh.map((run) => client.ended(run.arn ?? '', 6000)));
    },
    async judge(client, tally) {
      for (const run of runs) {
        const name = `${Object.keys(KINDS).find((key) => KINDS[key] === run.kind)} ${run.n}`;
        // An execution that was acknowledged is there without being asked for again.
        if (run.arn === undefined) await start(client, run);
        if (run.kind.redriven && !run.told.has('redrive')) await client.ended(run.arn ?? '', 20_000);
        const early = await client.call('DescribeExecution', { executionArn: run.arn ?? '' });
        if (early.status === 'RUNNING' || run.kind.redriven) await tell(client, run);
        const said = await client.ended(run.arn ?? '', 30_000);
        const output = said.output === undefined ? undefined : (JSON.parse(String(said.output)) as Json);
        const right =
          said.status === run.kind.status && (!run.kind.output || jsonEqual(output ?? null, run.kind.output(run.n)));
        tally.check(name, right || `${String(said.status)} ${String(said.output ?? said.cause ?? '').slice(0, 200)}`);
        if (!run.kind.redriven) tally.check(`history of ${name}`, judgeHistory(await client.history(run.arn ?? '')));
      }
    },
  };
}

/** All of them, whatever becomes of one; then the first failure. */
async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason;
}

// ---- what has one of several states -----------------------------------------------------------------------------------

/** What a name may hold: one value when the last change was answered, two when it was not. */
class Ledger {
  private readonly may = new Map<string, (string | null)[]>();

  async change(name: string, to: string | null, act: () => Promise<unknown>): Promise<void> {
    const before = this.may.get(name) ?? [null];
    this.may.set(name, [...before, to]);
    await act();
    this.may.set(name, [to]);
  }

  async judge(tally: Tally, read: (name: string) => Promise<string | null>): Promise<void> {
    for (const [name, may] of this.may) {
      const found = await read(name);
      tally.check(name, may.includes(found) || `${found} instead of ${may.join(' or ')}`);
      this.may.set(name, [found]);
    }
  }
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

// ---- objects ----------------------------------------------------------------------------------------------------------

const PART = 5 * 1024 * 1024;

/** @param data the server's data directory */
export function filesDrive(data: string): Drive {
  const ledger = new Ledger();
  const put = (client: Client, key: string, text: string) =>
    ledger.change(key, text, async () => ok(await client.s3('PUT', `/files/${key}`, text)));
  const upload = async (client: Client, key: string, text: string) => {
    const begun = await client.s3('POST', `/files/${key}?uploads`);
    ok(begun);
    const id = /<UploadId>([^<]+)/.exec(begun.text)?.[1] ?? '';
    const tags: string[] = [];
    for (const [i, part] of [Buffer.alloc(PART, 'x'), Buffer.from(text)].entries()) {
      const said = await client.s3('PUT', `/files/${key}?partNumber=${i + 1}&uploadId=${id}`, part);
      ok(said);
      tags.push(String(said.headers.etag));
    }
    const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
    const xml = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
    await ledger.change(key, text, async () => ok(await client.s3('POST', `/files/${key}?uploadId=${id}`, xml)));
  };
  const read = async (client: Client, key: string): Promise<string | null> => {
    const { status, text } = await client.s3('GET', `/files/${key}`);
    if (status === 404) return null;
    if (status !== 200) return `${status} ${text.slice(0, 100)}`;
    return text.replace(/^x+/, (run) => (run.length === PART ? '' : `${run.length} x and `));
  };
  return {
    async prepare(client) {
      await client.s3('PUT', '/files');
    },
    async round(client, n) {
      await ledger.judge({ check: () => {} } as unknown as Tally, (key) => read(client, key)).catch(() => {});
      await put(client, 'often', `often ${n}`);
      await put(client, `once-${n}`, `once ${n}`);
      await upload(client, 'large', `large ${n}`);
      if (n > 0) {
        const key = `once-${n - 1}`;
        await ledger.change(key, null, async () => ok(await client.s3('DELETE', `/files/${key}`)));
      }
    },
    async judge(client, tally) {
      await ledger.judge(tally, (key) => read(client, key));
      const kept = filesBelow(path.join(data, 'cloud/s3/blobs')).length;
      const listed = (await client.s3('GET', '/files?list-type=2')).text;
      const others = (await client.s3('GET', `/${BUCKET}?list-type=2`)).text;
      const objects = `${listed}${others}`.split('<Key>').length - 1 + (listed.includes('<Key>large<') ? 1 : 0);
      const open = (await client.s3('GET', '/files?uploads')).text;
      let parts = 0;
      for (const [, id = ''] of open.matchAll(/<UploadId>([^<]+)/g))
        parts += (await client.s3('GET', `/files/large?uploadId=${id}`)).text.split('<Part>').length - 1;
      tally.check('files of objects', kept === objects + parts || `${kept} files, ${objects} and ${parts} are known`);
      const drafts = filesBelow(path.join(data, 'cloud/s3/tmp'));
      tally.check('drafts of objects', drafts.length === 0 || drafts.join(', '));
    },
  };
}

// ---- functions --------------------------------------------------------------------------------------------------------

/** Answers with its own number; an asynchronous call leaves an object behind. */
const numbered = (n: number) => `const http = require('http');
exports.handler = async ({ leave }) => {
  if (leave) await new Promise((resolve, reject) => {
    const request = http.request(process.env.AWS_ENDPOINT_URL + '/left/' + leave,
      { method: 'PUT', headers: { authorization: 'AWS4-HMAC-SHA256 Credential=local', 'content-length': 0 } },
      (answer) => { answer.resume(); answer.on('end', resolve); });
    request.on('error', reject);
    request.end();
  });
  return ${n};
};`;
const zipped = (n: number): string => Buffer.from(zipSync({ 'index.js': strToU8(numbered(n)) })).toString('base64');

/** @param data the server's data directory */
export function functionsDrive(data: string): Drive {
  const ledger = new Ledger();
  const left = new Set<string>();
  const create = (client: Client, name: string, n: number) =>
    ledger.change(name, String(n), async () => {
      const wish = { FunctionName: name, Runtime: 'nodejs20.x', Handler: 'index.handler', Role: ROLE };
      const said = await client.lambda('POST', '', { ...wish, Code: { ZipFile: zipped(n) } });
      if (said.status !== 409) ok(said);
    });
  const read = async (client: Client, name: string): Promise<string | null> => {
    const { status, text } = await client.lambda('POST', `/${name}/invocations`, {});
    return status === 404 ? null : status === 200 ? text : `${status} ${text.slice(0, 200)}`;
  };
  return {
    async prepare(client) {
      await client.s3('PUT', '/left');
      await create(client, 'often', -1);
    },
    async round(client, n) {
      await ledger.change('often', String(n), async () =>
        ok(await client.lambda('PUT', '/often/code', { ZipFile: zipped(n) })),
      );
      await create(client, `once-${n}`, n);
      const leave = `call-${n}`;
      const asked = await ask(client, leave);
      if (asked.status === 202) left.add(leave);
      ok(asked);
      ok(await client.lambda('POST', '/often/invocations', {}));
      if (n > 0) {
        const name = `once-${n - 1}`;
        await ledger.change(name, null, async () => {
          const said = await client.lambda('DELETE', `/${name}`);
          if (said.status !== 404) ok(said);
        });
      }
      await until(async () => (await client.s3('GET', `/left/${leave}`)).status === 200, 3000);
      await sleep(50); // the record of the call goes after the call
    },
    async judge(client, tally) {
      await ledger.judge(tally, (name) => read(client, name));
      for (const leave of left) {
        const done = await until(async () => (await client.s3('GET', `/left/${leave}`)).status === 200, 10_000, 100);
        tally.check(`asynchronous ${leave}`, done !== null || 'accepted and never done');
      }
      const below = path.join(data, 'cloud/lambda');
      const listed = (await client.lambda('GET', '/')).text.split('"FunctionName"').length - 1;
      const records = readdirSync(path.join(below, 'functions'));
      tally.check('records', records.length === listed || `${records.join(', ')} for ${listed} functions`);
      const over = async () => readdirSync(path.join(below, 'events')).length === 0;
      tally.check('asynchronous calls are over', (await until(over, 10_000, 100)) !== null || 'some are left');
      const hashes = readdirSync(path.join(below, 'code')).filter((name) => name.endsWith('.zip'));
      tally.check('packages', hashes.length <= listed || `${hashes.length} packages for ${listed} functions`);
      const drafts = filesBelow(below).filter((file) => file.endsWith('.part'));
      tally.check('drafts of functions', drafts.length === 0 || drafts.join(', '));
    },
  };
}

const ask = (client: Client, leave: string): Promise<Answer> =>
  client.lambda('POST', '/often/invocations', { leave }, 60_000, { 'x-amz-invocation-type': 'Event' });
