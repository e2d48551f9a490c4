/** What a function is: Lambda's operations, asked by the AWS SDK. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, create, ROLE, startTestLambda, type TestLambda, zipOf } from './testing';

let cloud: TestLambda;
beforeAll(async () => {
  cloud = await startTestLambda();
});
afterAll(() => cloud.close());

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const answering = (value: unknown) => `export const handler = async () => (${JSON.stringify(value)});`;

describe('create, get, list, delete', () => {
  test('a new function is Active and is told with everything that it was made with', async () => {
    const made = await create(cloud.client, 'made', answering(1), {
      timeout: 7,
      memory: 256,
      variables: { COLOUR: 'red' },
    });
    expect(made).toMatchObject({
      FunctionName: 'made',
      FunctionArn: arn('made'),
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 7,
      MemorySize: 256,
      Environment: { Variables: { COLOUR: 'red' } },
      Version: '$LATEST',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
    });
    expect(made.$metadata.httpStatusCode).toBe(201);
    expect(made.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    const { $metadata: _, ...configuration } = await cloud.client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'made' }),
    );
    expect(configuration).toEqual({ ...made, $metadata: undefined });
  });

  test('its package can be fetched again, by a link that nobody else can make', async () => {
    await create(cloud.client, 'fetched', answering('here'));
    const { Code, Configuration } = await cloud.client.send(new GetFunctionCommand({ FunctionName: 'fetched' }));
    const answer = await fetch(Code!.Location!);
    const zip = new Uint8Array(await answer.arrayBuffer());
    expect(strFromU8(unzipSync(zip)['index.mjs']!)).toBe(answering('here'));
    expect(Configuration?.CodeSize).toBe(zip.length);
    expect((await fetch(Code!.Location!.replace(/signature=./, 'signature=x'))).status).toBe(404);
    expect((await fetch(Code!.Location!.replace(/until=\d+/, 'until=9999999999999'))).status).toBe(404);
  });

  test('defaults are those of AWS', async () => {
    const made = await cloud.client.send(
      new CreateFunctionCommand({
        FunctionName: 'plain',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: zipOf({ 'index.mjs': answering(1) }) },
      }),
    );
    expect(made).toMatchObject({ Timeout: 3, MemorySize: 128, Description: '' });
  });

  test('the same name again is a conflict', async () => {
    await create(cloud.client, 'twice', answering(1));
    await expect(create(cloud.client, 'twice', answering(2))).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: twice',
      Type: 'User',
    });
  });

  test('lists in pages', async () => {
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await cloud.client.send(new ListFunctionsCommand({ MaxItems: 2, Marker }));
      expect(page.Functions!.length).toBeLessThanOrEqual(2);
      seen.push(...page.Functions!.map(({ FunctionName }) => FunctionName!));
      Marker = page.NextMarker;
    } while (Marker);
    expect(seen).toEqual(expect.arrayContaining(['fetched', 'made', 'plain', 'twice']));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('a deleted function is gone, and its name is free', async () => {
    await create(cloud.client, 'brief', answering('old'));
    expect((await call(cloud.client, 'brief')).result).toBe('old');
    const deleted = await cloud.client.send(new DeleteFunctionCommand({ FunctionName: 'brief' }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    const gone = { name: 'ResourceNotFoundException', message: `Function not found: ${arn('brief')}`, Type: 'User' };
    await expect(cloud.client.send(new GetFunctionCommand({ FunctionName: 'brief' }))).rejects.toMatchObject(gone);
    await expect(cloud.client.send(new DeleteFunctionCommand({ FunctionName: 'brief' }))).rejects.toMatchObject(gone);
    await expect(call(cloud.client, 'brief')).rejects.toMatchObject(gone);
    await create(cloud.client, 'brief', answering('new'));
    expect((await call(cloud.client, 'brief')).result).toBe('new');
  });

  test('account settings tell the limits', async () => {
    const { AccountLimit } = await cloud.client.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ CodeSizeZipped: 52_428_800, CodeSizeUnzipped: 262_144_000 });
  });
});

describe('names', () => {
  beforeAll(() =>
    create(cloud.client, 'named', `export const handler = async (_, context) => context.invokedFunctionArn;`),
  );

  test.each([
    ['named', arn('named')],
    ['named:$LATEST', `${arn('named')}:$LATEST`],
    ['000000000000:function:named', arn('named')],
    ['function:named', arn('named')],
    [arn('named'), arn('named')],
    [`${arn('named')}:$LATEST`, `${arn('named')}:$LATEST`],
    ['arn:aws:lambda:eu-west-1:123456789012:function:named', 'arn:aws:lambda:eu-west-1:123456789012:function:named'],
  ])('%s', async (name, told) => {
    expect((await call(cloud.client, name)).result).toBe(told);
  });

  test.each(['a b', 'named:', 'arn:aws:s3:::bucket', 'x'.repeat(65), 'named:one:two'])(
    '%s is no name',
    async (name) => {
      await expect(cloud.client.send(new GetFunctionCommand({ FunctionName: name }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    },
  );

  test('what is not found is named as it was asked for', async () => {
    const asked = 'arn:aws:lambda:eu-west-1:123456789012:function:nobody';
    await expect(call(cloud.client, asked)).rejects.toThrow(`Function not found: ${asked}`);
    await expect(call(cloud.client, 'named:7')).rejects.toThrow(`Function not found: ${arn('named')}:7`);
  });
});

describe('updates', () => {
  test('new code is run at once; the old process is not asked again', async () => {
    await create(cloud.client, 'changing', answering('first'));
    expect((await call(cloud.client, 'changing')).result).toBe('first');
    const updated = await cloud.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'changing', ZipFile: zipOf({ 'index.mjs': answering('second') }) }),
    );
    expect(updated).toMatchObject({ LastUpdateStatus: 'Successful' });
    expect((await call(cloud.client, 'changing')).result).toBe('second');
  });

  test('a call under way ends with the code that it began with', async () => {
    await create(
      cloud.client,
      'slow',
      `export const handler = async () => { await new Promise((r) => setTimeout(r, 400)); return 'old'; };`,
    );
    const running = call(cloud.client, 'slow');
    await new Promise((resolve) => setTimeout(resolve, 250));
    await cloud.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'slow', ZipFile: zipOf({ 'index.mjs': answering('new') }) }),
    );
    expect((await call(cloud.client, 'slow')).result).toBe('new');
    expect((await running).result).toBe('old');
  });

  test('configuration changes what is named and keeps the rest', async () => {
    await create(
      cloud.client,
      'tuned',
      `export const handler = async () => [process.env.COLOUR, process.env._HANDLER];`,
      { variables: { COLOUR: 'red' }, timeout: 9 },
    );
    expect((await call(cloud.client, 'tuned')).result).toEqual(['red', 'index.handler']);
    const updated = await cloud.client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'tuned',
        Environment: { Variables: { COLOUR: 'blue' } },
        Description: 'better',
      }),
    );
    expect(updated).toMatchObject({ Timeout: 9, Description: 'better', Handler: 'index.handler' });
    expect((await call(cloud.client, 'tuned')).result).toEqual(['blue', 'index.handler']);
  });

  test('DryRun changes nothing; a revision that is not the latest is refused', async () => {
    const { RevisionId } = await create(cloud.client, 'careful', answering('kept'));
    await cloud.client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'careful',
        ZipFile: zipOf({ 'index.mjs': answering('lost') }),
        DryRun: true,
      }),
    );
    expect((await call(cloud.client, 'careful')).result).toBe('kept');
    await cloud.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'careful', Timeout: 4, RevisionId }),
    );
    await expect(
      cloud.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'careful', Timeout: 5, RevisionId })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
  });
});

describe('versions and tags', () => {
  test('a published version stays as it is', async () => {
    const first = await cloud.client.send(
      new CreateFunctionCommand({
        FunctionName: 'versioned',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Publish: true,
        Code: { ZipFile: zipOf({ 'index.mjs': answering('one') }) },
      }),
    );
    expect(first).toMatchObject({ Version: '1', FunctionArn: `${arn('versioned')}:1` });
    await cloud.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'versioned', ZipFile: zipOf({ 'index.mjs': answering('two') }) }),
    );
    const second = await cloud.client.send(
      new PublishVersionCommand({ FunctionName: 'versioned', Description: 'the second' }),
    );
    expect(second).toMatchObject({ Version: '2', Description: 'the second' });
    expect(await cloud.client.send(new PublishVersionCommand({ FunctionName: 'versioned' }))).toMatchObject({
      Version: '2',
    });
    expect(await call(cloud.client, 'versioned:1')).toMatchObject({ result: 'one', version: '1' });
    expect(await call(cloud.client, 'versioned:2')).toMatchObject({ result: 'two', version: '2' });
    expect(await call(cloud.client, 'versioned')).toMatchObject({ result: 'two', version: '$LATEST' });
    const { Versions } = await cloud.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'versioned' }));
    expect(Versions!.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    await cloud.client.send(new DeleteFunctionCommand({ FunctionName: 'versioned', Qualifier: '1' }));
    await expect(call(cloud.client, 'versioned:1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('tags are added, listed and taken away', async () => {
    await create(cloud.client, 'tagged', answering(1));
    const Resource = arn('tagged');
    await cloud.client.send(new TagResourceCommand({ Resource, Tags: { owner: 'us', stage: 'test' } }));
    expect((await cloud.client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ owner: 'us', stage: 'test' });
    await cloud.client.send(new UntagResourceCommand({ Resource, TagKeys: ['stage'] }));
    expect((await cloud.client.send(new GetFunctionCommand({ FunctionName: 'tagged' }))).Tags).toEqual({ owner: 'us' });
    await expect(cloud.client.send(new TagResourceCommand({ Resource, Tags: { 'aws:x': 'y' } }))).rejects.toMatchObject(
      { name: 'InvalidParameterValueException' },
    );
  });
});

describe('bad requests are named', () => {
  const attempt = (more: object) =>
    cloud.client.send(
      new CreateFunctionCommand({
        FunctionName: 'bad',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: zipOf({ 'index.mjs': '' }) },
        ...more,
      }),
    );

  test.each([
    ['runtime', { Runtime: 'java21' }, 'the local cloud runs nodejs*, python3* and provided*'],
    ['no handler', { Handler: undefined }, 'Handler is mandatory'],
    ['role', { Role: 'admin' }, "at 'role' failed to satisfy constraint"],
    ['timeout', { Timeout: 901 }, "Value '901' at 'timeout'"],
    ['memory', { MemorySize: 64 }, "Value '64' at 'memorySize'"],
    ['an image', { PackageType: 'Image' }, 'Code.ZipFile'],
    ['layers', { Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:x:1'] }, "the function's own package"],
    ['a file system', { FileSystemConfigs: [{ Arn: 'arn', LocalMountPath: '/mnt/x' }] }, "the function's own package"],
    [
      'reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'Reserved keys used in this request: AWS_REGION',
    ],
    [
      'NODE_OPTIONS',
      { Environment: { Variables: { NODE_OPTIONS: '--require /x' } } },
      'does not let a function set NODE_OPTIONS',
    ],
    ['LD_PRELOAD', { Environment: { Variables: { LD_PRELOAD: '/x.so' } } }, 'LD_PRELOAD'],
    ['PYTHONPATH', { Environment: { Variables: { PYTHONPATH: '/x' } } }, 'PYTHONPATH'],
    ['name of a variable', { Environment: { Variables: { 'a-b': 'x' } } }, 'Map keys must satisfy constraint'],
    ['too many variables', { Environment: { Variables: { LONG: 'x'.repeat(5000) } } }, 'exceeded the 4KB limit'],
    ['no zip', { Code: { ZipFile: Buffer.from('words') } }, 'Could not unzip uploaded file'],
    ['empty zip', { Code: { ZipFile: new Uint8Array() } }, 'non-empty zip'],
    ['a zip that leads out', { Code: { ZipFile: zipOf({ '../x': 'y' }) } }, 'leads out of the package'],
    ['no code', { Code: {} }, 'Code.ZipFile'],
    ['an object that is not there', { Code: { S3Bucket: 'none', S3Key: 'none.zip' } }, 's3://none/none.zip'],
  ])('%s', async (_, more, message) => {
    await expect(attempt(more)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(message),
    });
    await expect(cloud.client.send(new GetFunctionCommand({ FunctionName: 'bad' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('a zip above 50 MB', async () => {
    await expect(attempt({ Code: { ZipFile: new Uint8Array(52_428_801) } })).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
  });

  test('JSON that is none, and a path that nobody knows', async () => {
    const broken = await fetch(`${cloud.url}/2015-03-31/functions`, { method: 'POST', body: '{"FunctionName":' });
    expect([broken.status, broken.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestContentException']);
    const unknown = await fetch(`${cloud.url}/2015-03-31/functions/x/policy`);
    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  });
});

test('code comes from S3 too, where a bucket and a key are named', async () => {
  const zip = zipOf({ 'index.mjs': answering('from S3') });
  const asked: string[] = [];
  const s3 = createServer((request, response) => {
    asked.push(request.url!.split('?')[0]!);
    response.writeHead(200, { 'Content-Type': 'application/zip', 'Content-Length': zip.length }).end(zip);
  });
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
  const other = await startTestLambda({ s3Endpoint: `http://127.0.0.1:${(s3.address() as AddressInfo).port}` });
  try {
    await other.client.send(
      new CreateFunctionCommand({
        FunctionName: 'stored',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { S3Bucket: 'code', S3Key: 'a/b.zip' },
      }),
    );
    expect((await call(other.client, 'stored')).result).toBe('from S3');
    expect(asked).toEqual(['/code/a/b.zip']);
  } finally {
    await other.close();
    s3.closeAllConnections();
    s3.close();
  }
});

describe('while a deployment settles', () => {
  test('a new function is Pending and cannot be called; an update is InProgress and calls reach the old code', async () => {
    const slow = await startTestLambda({ pendingMs: 1000 });
    const configuration = () => slow.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'waits' }));
    try {
      expect(await create(slow.client, 'waits', answering('one'))).toMatchObject({
        State: 'Pending',
        StateReasonCode: 'Creating',
      });
      await expect(call(slow.client, 'waits')).rejects.toMatchObject({
        name: 'ResourceConflictException',
        message: expect.stringContaining('Pending'),
      });
      const update = () =>
        slow.client.send(
          new UpdateFunctionCodeCommand({ FunctionName: 'waits', ZipFile: zipOf({ 'index.mjs': answering('two') }) }),
        );
      await expect(update()).rejects.toMatchObject({ name: 'ResourceConflictException' });
      await expect.poll(async () => (await configuration()).State, { timeout: 5000 }).toBe('Active');
      expect(await update()).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
      await expect(update()).rejects.toThrow('An update is in progress for resource');
      expect((await call(slow.client, 'waits')).result).toBe('one');
      await expect.poll(async () => (await configuration()).LastUpdateStatus, { timeout: 5000 }).toBe('Successful');
      expect((await call(slow.client, 'waits')).result).toBe('two');
    } finally {
      await slow.close();
    }
  });
});

describe('what is kept', () => {
  const codeIn = (dataDir: string) =>
    readdirSync(path.join(dataDir, 'cloud/lambda/code')).filter((name) => name.endsWith('.zip')).length;

  test('functions, versions and tags are there after a restart; code that nobody has is not', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'lambda-kept-'));
    const first = await startTestLambda({ dataDir });
    await create(first.client, 'kept', answering('still here'));
    await create(first.client, 'dropped', answering('not here'));
    await first.client.send(new TagResourceCommand({ Resource: arn('kept'), Tags: { a: 'b' } }));
    expect(codeIn(dataDir)).toBe(2);
    await first.client.send(new DeleteFunctionCommand({ FunctionName: 'dropped' }));
    expect(codeIn(dataDir)).toBe(1);
    await first.stop();
    // What a crash in the middle of an upload leaves behind.
    writeFileSync(path.join(dataDir, 'cloud/lambda/functions/half.json.1234.part'), '{');
    writeFileSync(path.join(dataDir, 'cloud/lambda/code/0000.zip'), 'half');
    const second = await startTestLambda({ dataDir });
    expect((await call(second.client, 'kept')).result).toBe('still here');
    expect((await second.client.send(new ListTagsCommand({ Resource: arn('kept') }))).Tags).toEqual({ a: 'b' });
    expect((await second.client.send(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
    expect(codeIn(dataDir)).toBe(1);
    await second.close();
  });

  test('a damaged record is named, not passed over', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'lambda-damaged-'));
    const first = await startTestLambda({ dataDir });
    await create(first.client, 'kept', answering(1));
    await first.stop();
    const folder = path.join(dataDir, 'cloud/lambda/functions');
    const [file] = readdirSync(folder);
    writeFileSync(path.join(folder, file!), '{"name":');
    await expect(startTestLambda({ dataDir })).rejects.toMatchObject({
      code: 'DATA_DAMAGED',
      message: expect.stringContaining(file!),
    });
    rmSync(dataDir, { recursive: true, force: true });
  });
});
