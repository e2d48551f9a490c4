/** Aliases, asked by the AWS SDK. */
import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { versionOf } from './aliases';
import type { FunctionRecord } from './store';
import { call, create, startTestLambda, type TestLambda, zipOf } from './testing';

let cloud: TestLambda;
let lambda: Lambda;
const FunctionName = 'aliased';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:aliased';
const source = (value: string) =>
  `export const handler = async (_, context) => ['${value}', context.functionVersion, context.invokedFunctionArn];`;

beforeAll(async () => {
  cloud = await startTestLambda();
  lambda = new Lambda({
    region: 'us-east-1',
    endpoint: cloud.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await create(cloud.client, FunctionName, source('one'));
  await lambda.publishVersion({ FunctionName });
  await lambda.updateFunctionCode({ FunctionName, ZipFile: zipOf({ 'index.mjs': source('two') }) });
  await lambda.publishVersion({ FunctionName });
});
afterAll(() => cloud.close());

test('calls that bear an alias reach the version that it points to', async () => {
  const made = await lambda.createAlias({ FunctionName, Name: 'live', FunctionVersion: '1', Description: 'in use' });
  expect(made).toMatchObject({ AliasArn: `${arn}:live`, Name: 'live', FunctionVersion: '1', Description: 'in use' });
  expect(await call(cloud.client, `${FunctionName}:live`)).toMatchObject({
    result: ['one', '1', `${arn}:live`],
    version: '1',
  });
  const moved = await lambda.updateAlias({ FunctionName, Name: 'live', FunctionVersion: '2' });
  expect(moved).toMatchObject({ FunctionVersion: '2', Description: 'in use' });
  expect(moved.RevisionId).not.toBe(made.RevisionId);
  expect((await call(cloud.client, `${arn}:live`)).result).toEqual(['two', '2', `${arn}:live`]);
  expect((await lambda.getFunction({ FunctionName, Qualifier: 'live' })).Configuration).toMatchObject({
    FunctionArn: `${arn}:live`,
    Version: '2',
  });
  await expect(lambda.deleteFunction({ FunctionName, Qualifier: '2' })).rejects.toThrow('the alias live points to');
});

test('they are listed, kept over a restart, and deleted', async () => {
  await lambda.createAlias({ FunctionName, Name: 'beta', FunctionVersion: '$LATEST' });
  const names = async (FunctionVersion?: string) =>
    (await lambda.listAliases({ FunctionName, FunctionVersion })).Aliases!.map(({ Name }) => Name);
  expect(await names()).toEqual(['beta', 'live']);
  expect(await names('2')).toEqual(['live']);
  const first = await lambda.listAliases({ FunctionName, MaxItems: 1 });
  const second = await lambda.listAliases({ FunctionName, Marker: first.NextMarker });
  expect([first, second].map(({ Aliases }) => Aliases![0]!.Name)).toEqual(['beta', 'live']);
  await cloud.stop();
  const again = await startTestLambda({ dataDir: cloud.dataDir });
  cloud = again;
  lambda = new Lambda({
    region: 'us-east-1',
    endpoint: cloud.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  expect(await names()).toEqual(['beta', 'live']);
  await lambda.deleteAlias({ FunctionName, Name: 'beta' });
  await lambda.deleteAlias({ FunctionName, Name: 'beta' });
  expect(await names()).toEqual(['live']);
  await expect(lambda.getAlias({ FunctionName, Name: 'beta' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('what AWS refuses is refused', async () => {
  const refused = (name: string) => expect.objectContaining({ name });
  const of = (more: object) => lambda.createAlias({ FunctionName, Name: 'x', FunctionVersion: '1', ...more });
  await expect(of({ Name: 'live' })).rejects.toEqual(refused('ResourceConflictException'));
  await expect(of({ Name: '7' })).rejects.toEqual(refused('InvalidParameterValueException'));
  await expect(of({ FunctionVersion: '9' })).rejects.toEqual(refused('ResourceNotFoundException'));
  await expect(
    of({ FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } }),
  ).rejects.toThrow('$LATEST is not supported');
  await expect(of({ RoutingConfig: { AdditionalVersionWeights: { 2: 1.5 } } })).rejects.toThrow('from 0.0 to 1.0');
  await expect(lambda.updateAlias({ FunctionName, Name: 'live', RevisionId: 'other' })).rejects.toEqual(
    refused('PreconditionFailedException'),
  );
});

test('a part of the calls goes to a second version', async () => {
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.25 } };
  const made = await lambda.createAlias({ FunctionName, Name: 'split', FunctionVersion: '1', RoutingConfig });
  expect(made.RoutingConfig).toEqual(RoutingConfig);
  const published = ['1', '2'].map((version) => ({ version }));
  const aliases = [{ name: 'split', version: '1', description: '', weights: { 2: 0.25 }, revisionId: '' }];
  const record = { name: FunctionName, published, aliases } as unknown as FunctionRecord;
  const ref = { name: FunctionName, qualifier: 'split', arn: `${arn}:split` };
  expect([0, 0.2, 0.25, 0.9].map((n) => versionOf(record, ref, () => n).version)).toEqual(['2', '2', '1', '1']);
  const said = await Promise.all(Array.from({ length: 60 }, () => call(cloud.client, `${FunctionName}:split`)));
  expect(new Set(said.map(({ version }) => version))).toEqual(new Set(['1', '2']));
});
