/** The API as the AWS SDK sees it, over HTTP, with a real log on a real disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from './testing/cloud';

const roleArn = 'arn:aws:iam::000000000000:role/test';
const PASS = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
const WAIT = JSON.stringify({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 600, End: true } } });
const CALLBACK = (more: object = {}) =>
  JSON.stringify({
    StartAt: 'Ask',
    States: {
      Ask: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:000000000000:activity:ask', End: true, ...more },
    },
  });
const loop = (turns: number) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Assign: { n: 0 }, Next: 'Turn' },
      Turn: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'More' },
      More: { Type: 'Choice', Choices: [{ Condition: `{% $n < ${turns} %}`, Next: 'Turn' }], Default: 'Done' },
      Done: { Type: 'Succeed', Output: '{% $n %}' },
    },
  });

let folder: string;
let cloud: TestCloud;
let sfn: SFN;
const connect = () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sfn = new SFN({ region: 'us-east-1', endpoint: cloud.url, credentials, disableHostPrefix: true, maxAttempts: 1 });
};
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sfn-'));
  cloud = await startTestCloud(folder);
  connect();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const machine = async (name: string, definition = PASS, more: object = {}) =>
  (await sfn.createStateMachine({ name, definition, roleArn, ...more })).stateMachineArn!;

async function ended(executionArn: string) {
  for (let i = 0; i < 400; i++) {
    const execution = await sfn.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING') return execution;
    await sleep(25);
  }
  throw new Error(`${executionArn} still runs`);
}
const refusal = async (call: Promise<unknown>) =>
  call.then(
    () => 'it was answered',
    (error: Error) => [error.name, error.message],
  );

/** as it is on the wire, without an SDK between */
function post(
  target: string,
  body: string,
): Promise<{ status: number; type?: string; requestId?: string; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-amz-target': `AWSStepFunctions.${target}`, 'content-type': 'application/x-amz-json-1.0' };
    const request = http.request(cloud.url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-type': type, 'x-amzn-requestid': requestId } = response.headers;
        resolve({
          status: response.statusCode!,
          type,
          requestId: requestId?.toString(),
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('what a call may leave out, and what it may name', () => {
  test('METADATA_ONLY tells nothing of the data', async () => {
    const stateMachineArn = await machine('metadata');
    const includedData = 'METADATA_ONLY';
    expect((await sfn.describeStateMachine({ stateMachineArn, includedData })).definition).toBe('{}');
    expect((await sfn.describeStateMachine({ stateMachineArn, includedData: 'ALL_DATA' })).definition).toBe(PASS);
    const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '{"secret":1}' });
    await ended(executionArn!);
    const told = await sfn.describeExecution({ executionArn, includedData });
    expect(told).toMatchObject({
      status: 'SUCCEEDED',
      inputDetails: { included: false },
      outputDetails: { included: false },
    });
    expect(JSON.stringify(told)).not.toContain('secret');
    expect((await sfn.describeExecution({ executionArn })).output).toBe('{"secret":1}');
    const ran = await sfn.describeStateMachineForExecution({ executionArn, includedData });
    expect(ran).toMatchObject({ definition: '{}', stateMachineArn });
    const express = await machine('metadata-express', PASS, { type: 'EXPRESS' });
    const answered = await sfn.startSyncExecution({ stateMachineArn: express, input: '{"secret":1}', includedData });
    expect(answered).toMatchObject({ status: 'SUCCEEDED', outputDetails: { included: false } });
    expect(JSON.stringify(answered)).not.toContain('secret');
    expect(await refusal(sfn.describeExecution({ executionArn, includedData: 'SOME' as 'ALL_DATA' }))).toEqual([
      'ValidationException',
      expect.stringContaining("'includedData' failed to satisfy constraint"),
    ]);
  });

  test('a distributed Map is no machine of its own', async () => {
    const stateMachineArn = `${await machine('labelled')}/Each`;
    const refused = ['ValidationException', expect.stringContaining('ARN of its state machine')];
    expect(await refusal(sfn.describeStateMachine({ stateMachineArn }))).toEqual(refused);
    expect(await refusal(sfn.updateStateMachine({ stateMachineArn, roleArn }))).toEqual(refused);
    expect(await refusal(sfn.startExecution({ stateMachineArn }))).toEqual(refused);
    expect(await refusal(sfn.deleteStateMachine({ stateMachineArn }))).toEqual(refused);
  });
});

describe('the wire', () => {
  test('answers JSON 1.0 with a request id, times in seconds', async () => {
    const answer = await post('CreateStateMachine', JSON.stringify({ name: 'wire', definition: PASS, roleArn }));
    expect(answer).toMatchObject({
      status: 200,
      type: 'application/x-amz-json-1.0',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { creationDate } = JSON.parse(answer.body) as { creationDate: number };
    expect(Math.abs(creationDate - Date.now() / 1000)).toBeLessThan(10);
  });
  test('refuses in the shape that every SDK reads', async () => {
    const answer = await post('DescribeStateMachine', JSON.stringify({ stateMachineArn: 'nonsense' }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'com.amazonaws.swf.base.model#InvalidArn',
      message: `Invalid Arn: 'Invalid ARN prefix: nonsense'`,
    });
  });
  test.each([
    ['Nonsense', '{}', 400, 'UnknownOperationException'],
    ['toString', '{}', 400, 'UnknownOperationException'],
    ['ListStateMachines', '{"maxResults":', 400, 'SerializationException'],
    ['ListStateMachines', '[]', 400, 'SerializationException'],
    ['ListStateMachines', '{"maxResults":"five"}', 400, 'SerializationException'],
    ['ListStateMachines', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400, 'SerializationException'],
    ['ListStateMachines', JSON.stringify({ x: 'x'.repeat(1_100_000) }), 413, 'RequestEntityTooLargeException'],
  ])('%s with %.30s is refused with %i %s', async (target, body, status, code) => {
    const answer = await post(target, body);
    expect([answer.status, (JSON.parse(answer.body) as { __type: string }).__type.split('#')[1]]).toEqual([
      status,
      code,
    ]);
  });
});

describe('state machines', () => {
  test('creating the same again answers the same; another definition is refused', async () => {
    const stateMachineArn = await machine('same', PASS, { publish: true });
    expect(await machine('same', PASS, { publish: true, tags: [{ key: 'a', value: 'b' }] })).toBe(stateMachineArn);
    expect((await sfn.listStateMachineVersions({ stateMachineArn })).stateMachineVersions).toHaveLength(1);
    expect(await refusal(machine('same', WAIT, { publish: true }))).toEqual([
      'StateMachineAlreadyExists',
      `State Machine Already Exists: '${stateMachineArn}'`,
    ]);
    expect(await refusal(machine('same', PASS))).toContain('StateMachineAlreadyExists');
  });

  test('a definition with errors is refused, each error said', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { B: { Type: 'Pass', Next: 'C' } } });
    const [name, message] = await refusal(machine('broken', definition));
    expect(name).toBe('InvalidDefinition');
    expect(message).toMatch(/StartAt.*States\/B\/Next|States\/B\/Next.*StartAt/s);
    const { result, diagnostics } = await sfn.validateStateMachineDefinition({ definition });
    expect([result, diagnostics!.length > 1]).toEqual(['FAIL', true]);
  });

  test.each(['a b', 'a:b', 'a/b', 'ä\u0007', 'x'.repeat(81), ''])('the name %j is refused', async (name) => {
    expect(await refusal(machine(name))).toEqual(['InvalidName', `Invalid Name: '${name}'`]);
  });

  test('an update takes a new revision only for a change, and can publish', async () => {
    const stateMachineArn = await machine('updated');
    const first = await sfn.updateStateMachine({
      stateMachineArn,
      definition: WAIT,
      publish: true,
      versionDescription: 'waits',
    });
    const second = await sfn.updateStateMachine({ stateMachineArn, definition: WAIT });
    expect(second.revisionId).toBe(first.revisionId);
    expect(await sfn.describeStateMachine({ stateMachineArn: first.stateMachineVersionArn })).toMatchObject({
      stateMachineArn: `${stateMachineArn}:1`,
      definition: WAIT,
      description: 'waits',
      revisionId: first.revisionId,
    });
    await sfn.updateStateMachine({ stateMachineArn, definition: PASS });
    expect((await sfn.describeStateMachine({ stateMachineArn: `${stateMachineArn}:1` })).definition).toBe(WAIT);
    expect(await refusal(sfn.updateStateMachine({ stateMachineArn }))).toContain('MissingRequiredParameter');
  });

  test('lists come in pages; a token of another list, or a broken one, is refused', async () => {
    for (let i = 0; i < 5; i++) await machine(`paged-${i}`);
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.listStateMachines({ maxResults: 2, nextToken });
      names.push(...page.stateMachines!.map(({ name }) => name!));
      nextToken = page.nextToken;
      if (nextToken) expect(await refusal(sfn.listActivities({ nextToken }))).toContain('InvalidToken');
    } while (nextToken);
    expect(names.filter((name) => name.startsWith('paged-'))).toEqual([0, 1, 2, 3, 4].map((i) => `paged-${i}`));
    expect(new Set(names).size).toBe(names.length);
    expect(await refusal(sfn.listStateMachines({ nextToken: 'x' }))).toEqual([
      'InvalidToken',
      `Invalid Token: 'Invalid token'`,
    ]);
    expect(await refusal(sfn.listStateMachines({ maxResults: 1001 }))).toEqual([
      'ValidationException',
      "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ]);
  });

  test('a deleted machine is gone; what runs goes on; its name is free', async () => {
    const stateMachineArn = await machine('deleted', WAIT);
    const { executionArn } = await sfn.startExecution({ stateMachineArn, name: 'one' });
    await sfn.deleteStateMachine({ stateMachineArn });
    expect(await refusal(sfn.describeStateMachine({ stateMachineArn }))).toContain('StateMachineDoesNotExist');
    expect((await sfn.describeExecution({ executionArn })).status).toBe('RUNNING');
    await sfn.stopExecution({ executionArn, error: 'Enough', cause: 'of it' });
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'of it',
    });
    await machine('deleted', PASS);
    await sfn.startExecution({ stateMachineArn, name: 'one' });
    expect((await ended(executionArn!)).status).toBe('SUCCEEDED');
    expect((await sfn.listExecutions({ stateMachineArn })).executions).toHaveLength(1);
  });

  test('tags are kept, counted and removed', async () => {
    const resourceArn = await machine('tagged', PASS, { tags: [{ key: 'b', value: '1' }] });
    await sfn.tagResource({
      resourceArn,
      tags: [
        { key: 'a', value: '2' },
        { key: 'b', value: '3' },
      ],
    });
    expect((await sfn.listTagsForResource({ resourceArn })).tags).toEqual([
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ]);
    await sfn.untagResource({ resourceArn, tagKeys: ['a', 'c'] });
    expect((await sfn.listTagsForResource({ resourceArn })).tags).toEqual([{ key: 'b', value: '3' }]);
    const many = Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' }));
    expect(await refusal(sfn.tagResource({ resourceArn, tags: many }))).toContain('TooManyTags');
    expect(await refusal(sfn.listTagsForResource({ resourceArn: `${resourceArn}x` }))).toContain('ResourceNotFound');
  });

  test('an alias leads to its versions, and holds them', async () => {
    const stateMachineArn = await machine('aliased', PASS, { publish: true });
    const version = `${stateMachineArn}:1`;
    const routingConfiguration = [{ stateMachineVersionArn: version, weight: 100 }];
    const { stateMachineAliasArn } = await sfn.createStateMachineAlias({ name: 'live', routingConfiguration });
    expect(stateMachineAliasArn).toBe(`${stateMachineArn}:live`);
    const { executionArn } = await sfn.startExecution({ stateMachineArn: stateMachineAliasArn });
    expect(await ended(executionArn!)).toMatchObject({
      stateMachineVersionArn: version,
      stateMachineAliasArn,
      stateMachineArn,
    });
    expect((await sfn.listExecutions({ stateMachineArn: stateMachineAliasArn })).executions).toHaveLength(1);
    expect(await refusal(sfn.deleteStateMachineVersion({ stateMachineVersionArn: version }))).toContain(
      'ConflictException',
    );
    await sfn.deleteStateMachineAlias({ stateMachineAliasArn });
    await sfn.deleteStateMachineVersion({ stateMachineVersionArn: version });
    expect(await refusal(sfn.startExecution({ stateMachineArn: stateMachineAliasArn }))).toContain(
      'StateMachineDoesNotExist',
    );
    expect(await refusal(sfn.startExecution({ stateMachineArn: version }))).toContain('StateMachineDoesNotExist');
  });
});

describe('executions', () => {
  test('the same start is answered with the same execution while it runs, and refused afterwards', async () => {
    const stateMachineArn = await machine('starts', WAIT);
    const start = (input: string) => sfn.startExecution({ stateMachineArn, name: 'one', input });
    const [first, second] = await Promise.all([start('{"a":1}'), start('{"a":1}')]);
    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    const exists = ['ExecutionAlreadyExists', `Execution Already Exists: '${first.executionArn}'`];
    expect(await refusal(start('{"a":2}'))).toEqual(exists);
    await sfn.stopExecution({ executionArn: first.executionArn });
    expect(await refusal(start('{"a":1}'))).toEqual(exists);
  });

  test.each([['{'], [`"${'x'.repeat(262_143)}"`], ['['.repeat(2000) + ']'.repeat(2000)]])(
    'the input %.10s… is refused',
    async (input) => {
      const stateMachineArn = await machine('inputs');
      expect(await refusal(sfn.startExecution({ stateMachineArn, input }))).toContain('InvalidExecutionInput');
    },
  );

  test('a running execution keeps the definition that it began with', async () => {
    const stateMachineArn = await machine('kept', WAIT);
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    await sfn.updateStateMachine({ stateMachineArn, definition: PASS });
    expect((await sfn.describeStateMachineForExecution({ executionArn })).definition).toBe(WAIT);
    expect((await sfn.describeExecution({ executionArn })).status).toBe('RUNNING');
    await sfn.stopExecution({ executionArn });
  });

  test('are listed newest first, by status, in pages', async () => {
    const stateMachineArn = await machine('listed');
    for (let i = 0; i < 7; i++) await sfn.startExecution({ stateMachineArn, name: `run-${i}` });
    for (let i = 0; i < 7; i++) await ended(`arn:aws:states:us-east-1:000000000000:execution:listed:run-${i}`);
    const first = await sfn.listExecutions({ stateMachineArn, maxResults: 4, statusFilter: 'SUCCEEDED' });
    const second = await sfn.listExecutions({
      stateMachineArn,
      maxResults: 4,
      statusFilter: 'SUCCEEDED',
      nextToken: first.nextToken,
    });
    expect([...first.executions!, ...second.executions!].map(({ name }) => name)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((i) => `run-${i}`),
    );
    expect(second.nextToken).toBeUndefined();
    expect((await sfn.listExecutions({ stateMachineArn, statusFilter: 'FAILED' })).executions).toEqual([]);
  });

  test('the history comes in pages, either way round, with or without data', async () => {
    const stateMachineArn = await machine('history', loop(60));
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    expect((await ended(executionArn!)).output).toBe('60');
    const read = async (more: { reverseOrder?: boolean; maxResults?: number }) => {
      const ids: number[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.getExecutionHistory({ executionArn, nextToken, ...more });
        ids.push(...page.events!.map(({ id }) => id!));
        nextToken = page.nextToken;
      } while (nextToken);
      return ids;
    };
    const all = await read({ maxResults: 1000 });
    expect(all).toEqual(all.map((_, i) => i + 1));
    expect(all.length).toBeGreaterThan(200);
    expect(await read({ maxResults: 7 })).toEqual(all);
    expect(await read({ maxResults: 7, reverseOrder: true })).toEqual(all.toReversed());
    const bare = await sfn.getExecutionHistory({ executionArn, includeExecutionData: false, maxResults: 3 });
    expect(bare.events![1]!.stateEnteredEventDetails).toEqual({ name: 'Begin' });
    const full = await sfn.getExecutionHistory({ executionArn, maxResults: 3 });
    expect(full.events![1]!.stateEnteredEventDetails).toMatchObject({ name: 'Begin', input: '{}' });
  });

  test('an Express machine answers synchronously and has no list', async () => {
    const stateMachineArn = await machine('express', loop(5), { type: 'EXPRESS' });
    const answer = await sfn.startSyncExecution({ stateMachineArn, input: '{"x":1}', name: 'e' });
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '5', input: '{"x":1}', name: 'e', stateMachineArn });
    expect(await refusal(sfn.listExecutions({ stateMachineArn }))).toContain('StateMachineTypeNotSupported');
    const standard = await machine('not-express');
    expect(await refusal(sfn.startSyncExecution({ stateMachineArn: standard }))).toContain(
      'StateMachineTypeNotSupported',
    );
  });

  test('one that is not there cannot be redriven', async () => {
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:a:b';
    expect(await refusal(sfn.redriveExecution({ executionArn }))).toContain('ExecutionDoesNotExist');
  });
});

test('a number that is too large to be kept is refused, not changed', async () => {
  const { stateMachineArn } = await sfn.createStateMachine({
    name: 'large-numbers',
    roleArn: 'arn:aws:iam::000000000000:role/any',
    type: 'EXPRESS',
    definition: JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
  });
  for (const number of ['1E400', '-1e+0309', '9'.repeat(310)])
    expect(
      String(await refusal(sfn.startSyncExecution({ stateMachineArn, input: `{"n":[${number}]}` }))),
      number,
    ).toMatch(/InvalidExecutionInput.*send it as text/);
  for (const input of ['{"n":1e308}', '{"n":"1E400"}', '{"e400":1}'])
    expect((await sfn.startSyncExecution({ stateMachineArn, input })).status, input).toBe('SUCCEEDED');
});

describe('activities', () => {
  let activityArn: string;
  beforeAll(async () => {
    activityArn = (await sfn.createActivity({ name: 'ask' })).activityArn!;
    expect((await sfn.createActivity({ name: 'ask' })).activityArn).toBe(activityArn);
  });

  test('the key that one was asked to be encrypted with is told, and cannot be changed', async () => {
    const encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/own' } as const;
    const owned = { type: 'AWS_OWNED_KEY' } as const;
    const { activityArn: arn } = await sfn.createActivity({ name: 'sealed', encryptionConfiguration });
    const told = { ...encryptionConfiguration, kmsDataKeyReusePeriodSeconds: 300 };
    expect((await sfn.describeActivity({ activityArn: arn })).encryptionConfiguration).toEqual(told);
    expect((await sfn.createActivity({ name: 'sealed', encryptionConfiguration: told })).activityArn).toBe(arn);
    expect(await refusal(sfn.createActivity({ name: 'sealed' }))).toContain('ActivityAlreadyExists');
    expect((await sfn.createActivity({ name: 'ask', encryptionConfiguration: owned })).activityArn).toBe(activityArn);
    expect(await refusal(sfn.createActivity({ name: 'ask', encryptionConfiguration }))).toContain(
      'ActivityAlreadyExists',
    );
    for (const wrong of [{ type: 'CUSTOMER_MANAGED_KMS_KEY' }, { ...owned, kmsKeyId: 'alias/own' }] as const)
      expect(await refusal(sfn.createActivity({ name: 'wrong', encryptionConfiguration: wrong }))).toContain(
        'InvalidEncryptionConfiguration',
      );
    await sfn.deleteActivity({ activityArn: arn });
    await sfn.createActivity({ name: 'sealed' });
    expect((await sfn.describeActivity({ activityArn: arn })).encryptionConfiguration).toEqual(owned);
    await sfn.deleteActivity({ activityArn: arn });
  });

  test('a worker that waits gets the task, and its answer is the output', async () => {
    const stateMachineArn = await machine('asks', CALLBACK());
    const polling = sfn.getActivityTask({ activityArn, workerName: 'w' });
    await sleep(50);
    const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '{"q":1}' });
    const { taskToken, input } = await polling;
    expect(JSON.parse(input!)).toEqual({ q: 1 });
    await sfn.sendTaskHeartbeat({ taskToken });
    expect(await refusal(sfn.sendTaskSuccess({ taskToken, output: 'no json' }))).toContain('InvalidOutput');
    await sfn.sendTaskSuccess({ taskToken, output: '{"a":2}' });
    expect((await ended(executionArn!)).output).toBe('{"a":2}');
    expect(await refusal(sfn.sendTaskSuccess({ taskToken, output: '{}' }))).toEqual([
      'TaskTimedOut',
      `Task Timed Out: 'Provided task does not exist anymore'`,
    ]);
    expect(await refusal(sfn.sendTaskHeartbeat({ taskToken: 'never given out' }))).toEqual([
      'InvalidToken',
      `Invalid Token: 'Invalid token'`,
    ]);
    const { events } = await sfn.getExecutionHistory({ executionArn });
    expect(events!.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('a failure that a worker reports can be caught', async () => {
    const stateMachineArn = await machine('asks-and-fails', CALLBACK());
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    const { taskToken } = await sfn.getActivityTask({ activityArn });
    await sfn.sendTaskFailure({ taskToken, error: 'Custom', cause: 'because' });
    expect(await ended(executionArn!)).toMatchObject({ status: 'FAILED', error: 'Custom', cause: 'because' });
  });

  test('a heartbeat that stays away fails the task', async () => {
    const stateMachineArn = await machine('asks-in-vain', CALLBACK({ HeartbeatSeconds: 1 }));
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    const { taskToken } = await sfn.getActivityTask({ activityArn });
    expect((await ended(executionArn!)).status).toBe('FAILED');
    expect(await refusal(sfn.sendTaskSuccess({ taskToken, output: '{}' }))).toContain('TaskTimedOut');
  });

  test('a task waits for its worker over a restart, and so does a token', async () => {
    const stateMachineArn = await machine('asks-later', CALLBACK());
    const [taken, waiting] = await Promise.all(
      ['a', 'b'].map((name) => sfn.startExecution({ stateMachineArn, name, input: `"${name}"` })),
    );
    const first = await sfn.getActivityTask({ activityArn });
    await cloud.close();
    cloud = await startTestCloud(folder);
    connect();
    await sfn.sendTaskSuccess({ taskToken: first.taskToken, output: '"early"' });
    const second = await sfn.getActivityTask({ activityArn });
    expect(second.taskToken).not.toBe(first.taskToken);
    await sfn.sendTaskSuccess({ taskToken: second.taskToken, output: '"late"' });
    const outputs = [(await ended(taken!.executionArn!)).output, (await ended(waiting!.executionArn!)).output];
    expect(outputs.sort()).toEqual(['"early"', '"late"']);
  });

  test('are listed, described and deleted', async () => {
    const { activityArn: arn } = await sfn.createActivity({ name: 'short' });
    expect(await sfn.describeActivity({ activityArn: arn })).toMatchObject({ activityArn: arn, name: 'short' });
    expect((await sfn.listActivities({})).activities!.map(({ name }) => name)).toEqual(['ask', 'short']);
    await sfn.deleteActivity({ activityArn: arn });
    expect(await refusal(sfn.getActivityTask({ activityArn: arn }))).toEqual([
      'ActivityDoesNotExist',
      `Activity Does Not Exist: '${arn}'`,
    ]);
  });
});

test('every execution of many, started at once, ends and is listed', async () => {
  const stateMachineArn = await machine('many');
  await Promise.all(
    Array.from({ length: 300 }, (_, i) => sfn.startExecution({ stateMachineArn, name: `n${i}`, input: `${i}` })),
  );
  let done: number;
  do {
    done = (await sfn.listExecutions({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 1000 })).executions!
      .length;
  } while (done < 300);
  expect((await sfn.listExecutions({ stateMachineArn, maxResults: 1000 })).executions).toHaveLength(300);
});
