/** When the disk does not take what is written: nothing acknowledged is lost, and what happened meanwhile is not either. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DescribeExecutionCommandOutput, SFN } from '@aws-sdk/client-sfn';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { startTestCloud } from './testing/cloud';

test('a commit that fails is a service error for the caller, and is made up for a run that goes on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sfn-disk-'));
  const cloud = await startTestCloud(folder);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sfn = new SFN({
    region: 'us-east-1',
    endpoint: cloud.url,
    credentials,
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  // Another program that holds the database's write lock makes every commit fail.
  const other = new Database(path.join(folder, 'cloud', 'stepfunctions', 'runs.db'));
  try {
    const definition = JSON.stringify({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 1, Next: 'P' }, P: { Type: 'Pass', Result: 7, End: true } },
    });
    const roleArn = 'arn:aws:iam::000000000000:role/test';
    const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition, roleArn });
    const { executionArn } = await sfn.startExecution({ stateMachineArn, name: 'before' });

    other.exec('BEGIN IMMEDIATE');
    await expect(sfn.startExecution({ stateMachineArn, name: 'during' })).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
    await expect(sfn.stopExecution({ executionArn })).rejects.toMatchObject({ name: 'InternalFailure' });
    await sleep(1_200); // the Wait is over, and cannot be written
    expect((await sfn.describeExecution({ executionArn })).status).toBe('RUNNING');
    other.exec('ROLLBACK');

    let execution: DescribeExecutionCommandOutput;
    do {
      await sleep(50);
      execution = await sfn.describeExecution({ executionArn });
    } while (execution.status === 'RUNNING');
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '7' });
    const { events } = await sfn.getExecutionHistory({ executionArn });
    expect(events!.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    // What was refused never happened, and may be asked for again.
    expect((await sfn.listExecutions({ stateMachineArn })).executions).toHaveLength(1);
    await sfn.startExecution({ stateMachineArn, name: 'during' });
  } finally {
    other.close();
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a run whose records were changed is named and left alone; the others go on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sfn-disk-'));
  const lines: string[] = [];
  let cloud = await startTestCloud(folder);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const connect = () =>
    new SFN({ region: 'us-east-1', endpoint: cloud.url, credentials, disableHostPrefix: true, maxAttempts: 1 });
  try {
    let sfn = connect();
    const definition = JSON.stringify({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } });
    const roleArn = 'arn:aws:iam::000000000000:role/test';
    const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition, roleArn });
    const [whole, broken] = await Promise.all(
      ['whole', 'broken'].map((name) => sfn.startExecution({ stateMachineArn, name })),
    );
    await sleep(100);
    await cloud.close();
    const db = new Database(path.join(folder, 'cloud', 'stepfunctions', 'runs.db'));
    db.exec(`UPDATE log SET events = replace(events, 'Wait', 'Wrong')
      WHERE execution = (SELECT id FROM executions WHERE name = 'broken')`);
    db.close();

    cloud = await startTestCloud(folder, { log: (line) => lines.push(line) });
    sfn = connect();
    expect(lines).toEqual([expect.stringContaining(broken!.executionArn!)]);
    expect(lines[0]).toContain('damaged');
    let execution: DescribeExecutionCommandOutput;
    do {
      await sleep(50);
      execution = await sfn.describeExecution({ executionArn: whole!.executionArn });
    } while (execution.status === 'RUNNING');
    expect(execution.status).toBe('SUCCEEDED');
    expect((await sfn.describeExecution({ executionArn: broken!.executionArn })).status).toBe('RUNNING');
    await sfn.stopExecution({ executionArn: broken!.executionArn, cause: 'damaged' });
    expect(await sfn.describeExecution({ executionArn: broken!.executionArn })).toMatchObject({
      status: 'ABORTED',
      cause: 'damaged',
    });
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
