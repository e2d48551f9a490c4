/** The check of what one may do on AWS: against the local cloud, which allows, and a server that refuses as AWS does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAccess } from '@/lib/aws/access';
import { leastPolicies } from '@/lib/aws/access-policy';
import type { AccessAnswer, AwsSetup } from '@/lib/aws/types';
import { type LocalCloud, startLocalCloud } from '@/lib/local-cloud/server';

const SETUP: AwsSetup = {
  region: 'us-east-1',
  account: null,
  bucket: 'my-files',
  statesRoleArn: 'arn:aws:iam::123456789012:role/states',
  lambdaRoleArn: 'arn:aws:iam::123456789012:role/functions',
};
const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
const statuses = (answers: AccessAnswer[]) => Object.fromEntries(answers.map(({ id, status }) => [id, status]));
const UNTRIED = { 'change-machines': 'untried', 'change-functions': 'untried', 'write-files': 'untried' };
const ASKED = [
  'list-machines',
  'validate',
  'pass-states-role',
  'read-machine',
  'follow-run',
  'read-function',
  'invoke-function',
  'bucket',
  'list-files',
  'read-files',
  'logs',
];
const all = (status: string) => Object.fromEntries(ASKED.map((id) => [id, status]));

describe('against the local cloud', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'aws-access-'));
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud({ root: process.cwd(), dataDir: folder, port: 0 });
  });
  afterAll(async () => {
    await cloud.close(0);
    rmSync(folder, { recursive: true, force: true });
  });

  test('everything asked is allowed, and a bucket that is not there is told apart', async () => {
    const address = { url: cloud.url, credentials: keys };
    expect(statuses(await checkAccess(SETUP, address))).toEqual({
      ...all('allowed'),
      ...UNTRIED,
      bucket: 'missing',
      'list-files': 'missing',
    });
    await new S3Client({ region: 'us-east-1', endpoint: cloud.url, credentials: keys, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: 'my-files' }),
    );
    expect(statuses(await checkAccess(SETUP, address))).toEqual({ ...all('allowed'), ...UNTRIED });
  });

  test('what nobody named is not set up, and what does not need it is asked all the same', async () => {
    const bare = { ...SETUP, bucket: null, statesRoleArn: null, lambdaRoleArn: null };
    const answers = await checkAccess(bare, { url: cloud.url, credentials: keys });
    expect(statuses(answers)).toMatchObject({
      'list-machines': 'allowed',
      'read-function': 'allowed',
      'read-machine': 'missing',
      'pass-states-role': 'missing',
      bucket: 'missing',
      'write-files': 'missing',
    });
    expect(answers.find(({ id }) => id === 'bucket')?.detail).toContain('ACTION_ENGINE_BUCKET');
  });
});

describe('against a server that says no', () => {
  const USER = 'arn:aws:iam::123456789012:user/anna';
  const ACTIONS: Record<string, string> = {
    ListStateMachines: 'states:ListStateMachines',
    ValidateStateMachineDefinition: 'states:ValidateStateMachineDefinition',
    TestState: 'iam:PassRole',
    DescribeStateMachine: 'states:DescribeStateMachine',
    DescribeExecution: 'states:DescribeExecution',
    FilterLogEvents: 'logs:FilterLogEvents',
  };
  let server: Server;
  let url: string;
  let how: 'denied' | 'unknown key' | 'broken' = 'denied';

  /** As the services do: JSON with its type in a header or beside the message, S3 in XML, and HEAD without a body. */
  function refusal(request: IncomingMessage): { status: number; headers: Record<string, string>; body: string } {
    const json = (name: string, message: string, status = 400) => ({
      status,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name },
      body: JSON.stringify({ __type: name, message, Message: message }),
    });
    if (how === 'broken') return json('InternalFailure', 'Try later.', 500);
    const target = String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1)!;
    const lambda = request.url!.startsWith('/2015-03-31/') || request.url!.startsWith('/2020-');
    const xml = !target && !lambda;
    if (how === 'unknown key') {
      const secret = 'The Canonical String was\nx-amz-security-token:TOPSECRET';
      if (!xml) return json('InvalidSignatureException', `The key AKIAABCDEFGHIJKLMNOP is not known.\n${secret}`, 403);
      const body = `<?xml version="1.0"?><Error><Code>InvalidAccessKeyId</Code><Message>No AKIAABCDEFGHIJKLMNOP.</Message></Error>`;
      return { status: 403, headers: { 'content-type': 'application/xml' }, body };
    }
    if (xml) {
      const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>User: ${USER} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::my-files" because no identity-based policy allows the s3:ListBucket action</Message><RequestId>X</RequestId></Error>`;
      return { status: 403, headers: { 'content-type': 'application/xml' }, body };
    }
    const action = lambda
      ? `lambda:${request.method === 'POST' ? 'InvokeFunction' : 'GetFunction'}`
      : (ACTIONS[target] ?? target);
    const message = `User: ${USER} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;
    return json('AccessDeniedException', message, lambda ? 403 : 400);
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status, headers, body } = refusal(request);
      request.resume();
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('each refusal is shown with AWS’s words, and with the statement that mends it', async () => {
    how = 'denied';
    const answers = await checkAccess(SETUP, { url, credentials: keys });
    expect(statuses(answers)).toEqual({ ...all('denied'), ...UNTRIED });
    const of = (id: string) => answers.find((one) => one.id === id)!;
    expect(of('list-machines').detail).toContain('not authorized to perform: states:ListStateMachines');
    expect(of('list-files').detail).toContain('s3:ListBucket');
    // A HEAD has no body: the status alone says it.
    expect(of('bucket').detail).toBe('AWS refused, without a reason.');
    const policy = leastPolicies(SETUP).own.Statement;
    for (const { id, statement, actions } of answers.filter(({ status }) => status === 'denied')) {
      expect(policy, id).toContainEqual(statement);
      expect(statement!.Action.some((action) => actions.includes(action))).toBe(true);
    }
    expect(of('pass-states-role').statement).toMatchObject({ Action: ['iam:PassRole'], Resource: SETUP.statesRoleArn });
  });

  test('credentials that AWS does not know are no refusal, and nothing of them is shown', async () => {
    how = 'unknown key';
    const answers = await checkAccess(SETUP, { url, credentials: keys });
    const asked = answers.filter(({ id }) => ASKED.includes(id));
    // HEAD says 403 and no more: that may be either.
    expect(
      new Set(asked.filter(({ id }) => id !== 'bucket' && id !== 'read-files').map(({ status }) => status)),
    ).toEqual(new Set(['unasked']));
    expect(JSON.stringify(answers)).not.toMatch(/AKIA|TOPSECRET/);
  });

  test('a service that fails, and one that is not there, could not be asked', async () => {
    how = 'broken';
    expect(statuses(await checkAccess(SETUP, { url, credentials: keys }))).toMatchObject({
      'list-machines': 'unasked',
      logs: 'unasked',
      ...UNTRIED,
    });
    const gone = await checkAccess(SETUP, { url: 'http://127.0.0.1:9', credentials: keys });
    expect(statuses(gone)).toEqual({ ...all('unasked'), ...UNTRIED });
    expect(gone[0]!.detail).toContain('could not be reached');
  }, 60_000);
});
