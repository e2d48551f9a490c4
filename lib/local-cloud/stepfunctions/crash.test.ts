/** A real process, killed with SIGKILL in the middle of its work, and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childScript } from '@/lib/base/children';
import { createLambda } from '@/lib/local-cloud/lambda/index';
import { startTestCloud, type TestCloud } from './testing/cloud';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ROLE = 'arn:aws:iam::000000000000:role/test';
const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

let folder: string;
let script: string;
let child: ChildProcess | undefined;
let sfn: SFNClient;
/** Lambda lives in this process: what is killed is Step Functions */
let functions: TestCloud;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  functions = await startTestCloud(path.join(folder, 'functions'), {
    lambda: (context) => createLambda(context, { root: ROOT }),
  });
  script = await childScript(ROOT, 'lib/local-cloud/stepfunctions/testing/child.ts');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await functions.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = spawn(process.execPath, [script, path.join(folder, 'data'), functions.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    child!.stdout!.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child!.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)));
  });
  sfn = new SFNClient({ ...local, endpoint, disableHostPrefix: true, maxAttempts: 1 });
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => child!.once('exit', resolve));
  child!.kill('SIGKILL');
  await gone;
}

async function run(name: string, definition: object, input: object): Promise<string> {
  const machine = await sfn.send(
    new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE }),
  );
  const started = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: machine.stateMachineArn, name: 'run', input: JSON.stringify(input) }),
  );
  return started.executionArn!;
}

async function history(executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  }
  return events;
}

async function ended(executionArn: string) {
  for (;;) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    await sleep(50);
  }
}

const count = (events: HistoryEvent[], type: string) => events.filter((event) => event.type === type).length;

test('a run killed in the middle of a Wait and of a Map over functions ends as it should', {
  timeout: 60_000,
}, async () => {
  await start();
  // Every call that the function gets is told to this process: functions see nothing of the disk, and this one stays.
  const calls: number[] = [];
  const journal = http.createServer((request, response) => {
    calls.push(Number(request.url!.slice(1)));
    response.end();
  });
  await new Promise<void>((resolve) => journal.listen(0, '127.0.0.1', resolve));
  const code = `exports.handler = async (event) => {
      await fetch('http://127.0.0.1:${(journal.address() as AddressInfo).port}/' + event);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return event * event;
    };`;
  const zip = zipSync({ 'index.js': strToU8(code) });
  const lambda = new LambdaClient({ ...local, endpoint: functions.url });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'square',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zip },
    }),
  );
  const square = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'square', Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    End: true,
  };
  const items = Array.from({ length: 12 }, (_, i) => i);
  const mapArn = await run(
    'squares',
    {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: '{% $states.input.items %}',
          MaxConcurrency: 3,
          ItemProcessor: { StartAt: 'Square', States: { Square: square } },
          End: true,
        },
      },
    },
    { items },
  );
  const waitArn = await run(
    'wait',
    {
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 3, Next: 'Done' }, Done: { Type: 'Pass', Result: 'rested', End: true } },
    },
    {},
  );

  // in the middle: some items are done, some are not
  while (count(await history(mapArn), 'MapIterationSucceeded') < 4) await sleep(30);
  const seen = { map: await history(mapArn), wait: await history(waitArn) };
  await kill();
  await start();
  await sleep(400);
  await kill(); // and once more, before the Wait is over
  await start();
  const ready = Date.now();

  const [map, wait] = [await ended(mapArn), await ended(waitArn)];
  expect(map).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify(items.map((i) => i * i)) });
  expect(wait).toMatchObject({ status: 'SUCCEEDED', output: '"rested"' });

  const events = { map: await history(mapArn), wait: await history(waitArn) };
  // What was once shown stays; ids have no gap; each step ends once.
  for (const name of ['map', 'wait'] as const) {
    expect(events[name].slice(0, seen[name].length)).toEqual(seen[name]);
    expect(events[name].map(({ id }) => id)).toEqual(events[name].map((_, i) => i + 1));
  }
  expect(count(events.map, 'TaskSucceeded')).toBe(items.length);
  expect(count(events.map, 'MapIterationSucceeded')).toBe(items.length);
  expect(count(events.map, 'ExecutionSucceeded')).toBe(1);
  const [entered, exited] = ['WaitStateEntered', 'WaitStateExited'].map((type) =>
    events.wait.find((event) => event.type === type)!.timestamp!.getTime(),
  );
  expect(exited! - entered!).toBeGreaterThanOrEqual(3_000);
  expect(exited!).toBeLessThan(Math.max(entered! + 3_000, ready) + 1_500);

  // Only what was under way when the process died was called again.
  journal.close();
  const repeats = calls.length - new Set(calls).size;
  expect(new Set(calls)).toEqual(new Set(items));
  expect(repeats).toBeLessThanOrEqual(6);
});

test('machines that wait for children of theirs find them again', { timeout: 60_000 }, async () => {
  await kill();
  await start();
  const slow = (Seconds: number, Result: string) => ({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds, Next: 'Say' }, Say: { Type: 'Pass', Result, End: true } },
  });
  const inner = await sfn.send(
    new CreateStateMachineCommand({ name: 'inner', definition: JSON.stringify(slow(2, 'inside')), roleArn: ROLE }),
  );
  const job = { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true };
  const outerArn = await run(
    'outer',
    { StartAt: 'Job', States: { Job: { ...job, Parameters: { StateMachineArn: inner.stateMachineArn } } } },
    {},
  );
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
  const each = { Type: 'Map', MaxConcurrency: 4, ItemProcessor: { ...distributed, ...slow(1, 'child') }, End: true };
  const mapArn = await run('distributed', { StartAt: 'Each', States: { Each: each } }, [1, 2, 3, 4, 5, 6, 7, 8]);

  for (const pause of [500, 300, 900]) {
    await sleep(pause);
    await kill();
    await start();
  }
  const [outer, map] = [await ended(outerArn), await ended(mapArn)];
  expect(outer.status).toBe('SUCCEEDED');
  expect(JSON.parse(outer.output!)).toMatchObject({ Status: 'SUCCEEDED', Output: 'inside' });
  const ran = await sfn.send(new ListExecutionsCommand({ stateMachineArn: inner.stateMachineArn }));
  expect(ran.executions).toHaveLength(1);

  expect(map).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify(Array(8).fill('child')) });
  const runs = await sfn.send(new ListMapRunsCommand({ executionArn: mapArn }));
  expect(runs.mapRuns).toHaveLength(1);
  const children = await sfn.send(new ListExecutionsCommand({ mapRunArn: runs.mapRuns![0]!.mapRunArn }));
  expect(children.executions!.map(({ status }) => status)).toEqual(Array(8).fill('SUCCEEDED'));
});

test('an ordered end loses nothing either', { timeout: 30_000 }, async () => {
  await kill();
  await start();
  const definition = {
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 1, Next: 'P' }, P: { Type: 'Pass', Result: 1, End: true } },
  };
  const executionArn = await run('ordered', definition, {});
  const gone = new Promise<number | null>((resolve) => child!.once('exit', resolve));
  child!.kill('SIGTERM');
  expect(await gone).toBe(0);
  await start();
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
});
