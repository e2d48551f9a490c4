/**
 * The project's own conformance: whole machines over the wire, on a real local cloud with real functions, waits skipped.
 *
 *   cases/*.json                a machine, its input, what must come of it and the types of its events
 *   ../engine/cases/<topic>/*   the engine's rows, their tasks answered by a mock configuration file
 *
 * A row of the engine that needs what the wire cannot give (a task that never answers, a time of its own, a definition
 * that CreateStateMachine refuses) is not replayed: `replayable` says which.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lambda } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateDefinition } from '@/lib/asl/validate';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { type LocalCloud, startLocalCloud } from './server';

type Expected = { status: string; output?: Json; error?: string | null; cause?: string | null; events?: string[] };
type Case = { title: string; type?: 'STANDARD' | 'EXPRESS'; definition: JsonObject; input?: Json; expected: Expected };

const ROOT = path.resolve(import.meta.dirname, '../..');
const OWN = path.join(import.meta.dirname, 'cases');
const ENGINE = path.join(ROOT, 'lib/engine/cases');
const roleArn = 'arn:aws:iam::000000000000:role/run';
const TEST_CASE = 'row';

/** Functions that the cases call. */
const FUNCTIONS = `
  exports.echo = async (event) => event;
  exports.fails = async () => { const error = new Error('too bad'); error.name = 'Custom'; throw error; };
  exports.slow = async () => new Promise((resolve) => setTimeout(resolve, 3000));`;

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const jsonFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name));

const ownCases = jsonFiles(OWN).map((file) => ({ name: path.basename(file, '.json'), ...read<Case>(file) }));

// ------------------------------------------------------------------ rows of the engine

type Answer = 'never' | { output?: Json; error?: string; cause?: string; after?: number; submitted?: Json };
type Row = { title: string; machine: JsonObject; input?: Json; answers?: Record<string, Answer[]>; expected: Expected };

const engineRows = readdirSync(ENGINE)
  .flatMap((topic) => jsonFiles(path.join(ENGINE, topic)).map((file) => ({ topic, ...read<Row>(file) })))
  .filter(replayable)
  .map((row, i) => ({ ...row, name: `row${i}` }));

function replayable({ machine, answers = {}, expected }: Row): boolean {
  const text = JSON.stringify([machine, expected]);
  const given = Object.values(answers).flat();
  const keys = tasksIn(machine).map(([, task]) => answerKey(task));
  return (
    // the engine's rows count the calls of a function, a mock configuration those of a state
    keys.every((key, i) => keys.indexOf(key) === i || (answers[key]?.length ?? 1) === 1) &&
    !given.some((answer) => answer === 'never' || 'after' in answer || 'submitted' in answer) &&
    given.every((answer) => answer !== 'never' && (answer.output !== undefined || answer.error !== undefined)) &&
    !/2030-01-01|activity:|\.sync|waitForTaskToken|ItemReader|ResultWriter|execution:machine/.test(text) &&
    !validateDefinition(JSON.stringify(machine)).some(({ severity }) => severity === 'ERROR')
  );
}

/** By the name of each task's state: what it answers, attempt by attempt, the last again and again. */
function mocksOf({ machine, answers = {} }: Row, name: string) {
  const states: Record<string, string> = {};
  const responses: JsonObject = {};
  for (const [state, task] of tasksIn(machine)) {
    const list: Answer[] = answers[answerKey(task)] ?? [{ output: {} }];
    states[state] = `${name} ${state}`;
    responses[states[state]] = Object.fromEntries(
      list.map((answer, i) => {
        const range = i === list.length - 1 ? `${i}-1000000` : String(i);
        if (answer === 'never' || answer.output === undefined) {
          const { error = '', cause } = answer === 'never' ? {} : answer;
          return [range, { Throw: { Error: error, ...(cause !== undefined && { Cause: cause }) } }];
        }
        return [range, { Return: answer.output }];
      }),
    );
  }
  return { states, responses };
}

function answerKey(task: JsonObject): string {
  const named = own(own(task, 'Parameters') ?? own(task, 'Arguments'), 'FunctionName');
  return typeof named === 'string' ? named : (String(task.Resource).split(':').at(-1) ?? '');
}

function tasksIn(value: Json): [string, JsonObject][] {
  if (Array.isArray(value)) return value.flatMap(tasksIn);
  if (!isObject(value)) return [];
  const here = isObject(value.States) ? Object.entries(value.States) : [];
  const tasks = here.filter((entry): entry is [string, JsonObject] => own(entry[1], 'Type') === 'Task');
  return [...tasks, ...Object.values(value).flatMap(tasksIn)];
}

// ------------------------------------------------------------------ the cloud

let folder: string;
let cloud: LocalCloud;
let sfn: SFN;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  const mocks = engineRows.map((row) => ({ name: row.name, ...mocksOf(row, row.name) }));
  const mockConfig = path.join(folder, 'mocks.json');
  writeFileSync(
    mockConfig,
    JSON.stringify({
      StateMachines: Object.fromEntries(
        mocks.map(({ name, states }) => [name, { TestCases: { [TEST_CASE]: states } }]),
      ),
      MockedResponses: Object.assign({}, ...mocks.map(({ responses }) => responses)) as JsonObject,
    }),
  );
  cloud = await startLocalCloud({
    root: ROOT,
    dataDir: path.join(folder, 'data'),
    port: 0,
    timeScale: 0,
    mockConfig,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const options = { region: 'us-east-1', endpoint: cloud.url, credentials, maxAttempts: 1 };
  sfn = new SFN({ ...options, disableHostPrefix: true });
  const lambda = new Lambda(options);
  const ZipFile = zipSync({ 'index.js': strToU8(FUNCTIONS) });
  for (const FunctionName of ['echo', 'fails', 'slow']) {
    const Handler = `index.${FunctionName}`;
    await lambda.createFunction({ FunctionName, Handler, Runtime: 'nodejs22.x', Role: roleArn, Code: { ZipFile } });
  }
});
afterAll(async () => {
  await cloud.close(0);
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  name: string,
  { definition, input = {}, type = 'STANDARD' }: Omit<Case, 'title' | 'expected'>,
  mocked = false,
) {
  const { stateMachineArn } = await sfn.createStateMachine({
    name,
    definition: JSON.stringify(definition),
    roleArn,
    type,
  });
  const start = { stateMachineArn: `${stateMachineArn}${mocked ? `#${TEST_CASE}` : ''}`, input: JSON.stringify(input) };
  if (type === 'EXPRESS') return { ...(await sfn.startSyncExecution(start)), events: undefined };
  const { executionArn } = await sfn.startExecution({ ...start, name: 'run' });
  for (;;) {
    const execution = await sfn.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING') {
      const { events = [] } = await sfn.getExecutionHistory({ executionArn, maxResults: 1000 });
      return { ...execution, events };
    }
    await sleep(5);
  }
}

type Ended = Awaited<ReturnType<typeof run>>;

function judge({ status, error, cause, output, events }: Ended, expected: Expected): void {
  expect({ status, error }).toEqual({
    status: expected.status,
    error: expected.error === undefined ? error : (expected.error ?? undefined),
  });
  if ('output' in expected) expect(JSON.parse(output ?? '')).toEqual(expected.output);
  if ('cause' in expected) expect(cause).toBe(expected.cause ?? undefined);
  if (expected.events && events) expect(events.map((event) => event.type)).toEqual(expected.events);
  if (events) expect(events.map((event) => event.id)).toEqual(events.map((_, i) => i + 1));
}

describe('whole machines', () => {
  test.each(ownCases)('$name: $title', async ({ name, expected, ...machine }) => {
    judge(await run(name, machine), expected);
  });
  test('there is a good number of them, in both languages', () => {
    const isJsonata = ({ definition }: Case) => definition.QueryLanguage === 'JSONata';
    expect(ownCases.filter(isJsonata).length).toBeGreaterThanOrEqual(12);
    expect(ownCases.filter((row) => !isJsonata(row)).length).toBeGreaterThanOrEqual(25);
  });
});

describe('rows of the engine', () => {
  test.each(engineRows)('$topic: $title', async ({ name, machine, input = {}, expected }) => {
    judge(await run(name, { definition: machine, input }, true), expected);
  });
  test('most of them can be replayed', () => expect(engineRows.length).toBeGreaterThanOrEqual(30));
});
