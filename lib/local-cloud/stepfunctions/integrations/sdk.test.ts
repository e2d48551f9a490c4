/** A service that the local cloud does not have, called by its SDK client: a real client, and a server that speaks its protocol. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '@/lib/base/json';
import type { ExecutionRow } from '@/lib/local-cloud/log';
import type { CloudContext } from '@/lib/local-cloud/service';
import { startTestCloud, type TestCloud } from '../testing/cloud';
import { type ServiceEndpoints, sdkIntegration } from './sdk';
import type { StartTask } from './types';

let folder: string;
let cloud: TestCloud;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sdk-integration-'));
  cloud = await startTestCloud(folder);
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const local = { accessKeyId: 'local', secretAccessKey: 'local' };
const context = { credentials: { page: local, functions: local, self: local } } as CloudContext;
const call = (service: string, operation: string, input: Json, endpoints: ServiceEndpoints, optimized = false) => {
  const integration = `${optimized ? '' : 'aws-sdk:'}${service}:${operation}`;
  const task = { integration, resource: `arn:aws:states:::${integration}`, input } as StartTask;
  return sdkIntegration(context, service, endpoints, optimized).call({
    task,
    execution: {} as ExecutionRow,
    signal: new AbortController().signal,
  });
};

test('answers what the service answers', async () => {
  const endpoints = { SFN: cloud.url };
  const { activityArn } = (await call('sfn', 'createActivity', { name: 'a' }, endpoints)) as { activityArn: string };
  expect(activityArn).toMatch(/:activity:a$/);
  expect(await call('sfn', 'describeActivity', { activityArn }, endpoints, true)).toMatchObject({
    name: 'a',
    SdkHttpMetadata: { HttpStatusCode: 200 },
  });
});

test('fails with the service’s own error', async () => {
  const arn = 'arn:aws:states:us-east-1:000000000000:activity:none';
  await expect(call('sfn', 'describeActivity', { activityArn: arn }, { SFN: cloud.url })).rejects.toMatchObject({
    error: 'Sfn.ActivityDoesNotExistException',
    cause: expect.stringMatching(/Activity Does Not Exist.*Service: Sfn, Status Code: 400/),
  });
});

test('an operation that the service does not have', async () => {
  await expect(call('sfn', 'dance', {}, { SFN: cloud.url })).rejects.toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('sfn has no operation "dance"'),
  });
});

test.each<[string, ServiceEndpoints, RegExp]>([
  ['sqs', {}, /npm install @aws-sdk\/client-sqs\) and set AWS_ENDPOINT_URL_SQS/],
  ['secretsmanager', {}, /npm install @aws-sdk\/client-secrets-manager\) and set AWS_ENDPOINT_URL_SECRETS_MANAGER/],
  ['events', {}, /client-eventbridge\) and set AWS_ENDPOINT_URL_EVENTBRIDGE to/],
  ['bedrockruntime', {}, /client-bedrock-runtime\) and set AWS_ENDPOINT_URL_BEDROCK_RUNTIME to/],
  [
    'databasemigration',
    {},
    /client-database-migration-service\) and set AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE to/,
  ],
  ['dynamodb', {}, /client-dynamodb\) and set AWS_ENDPOINT_URL_DYNAMODB to/],
  ['sqs', { SQS: 'http://127.0.0.1:1' }, /To call it, install its client \(npm install @aws-sdk\/client-sqs\); or/],
  ['../../evil', { '../../EVIL': 'http://127.0.0.1:1' }, /no service "\.\.\/\.\.\/evil"/],
])('%s with %j says what it takes', async (service, endpoints, cause) => {
  await expect(call(service, 'x', {}, endpoints)).rejects.toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringMatching(cause),
  });
});
