/** For tests: Lambda behind a bare HTTP server, and packages for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Zippable, zipSync } from 'fflate';
import type { CloudContext } from '../service';
import { createLambda, type LambdaOptions, type LambdaService } from './index';

export const ROLE = 'arn:aws:iam::000000000000:role/functions';
const KEYS = { accessKeyId: 'LOCALFUNCTIONS', secretAccessKey: 'of-the-functions' };

export type TestLambda = {
  url: string;
  dataDir: string;
  client: LambdaClient;
  lambda: LambdaService;
  /** what the service logged */
  lines: string[];
  /** ends it and keeps its data */
  stop(graceMs?: number): Promise<void>;
  /** ends it and removes its data */
  close(): Promise<void>;
};

export async function startTestLambda(
  options: Partial<LambdaOptions> & { dataDir?: string; s3Endpoint?: string } = {},
): Promise<TestLambda> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'lambda-'));
  const lines: string[] = [];
  let url = '';
  const context: CloudContext = {
    dataDir,
    endpoint: () => url,
    lambdaEndpoint: () => url,
    s3Endpoint: () => options.s3Endpoint ?? url,
    credentials: { page: KEYS, functions: KEYS, self: KEYS },
    secretOf: (id) => (id === KEYS.accessKeyId ? KEYS.secretAccessKey : undefined),
    log: (line) => lines.push(line),
  };
  const lambda = createLambda(context, {
    root: options.root ?? path.resolve(import.meta.dirname, '../../..'),
    accept: (socket) => server.emit('connection', socket),
    ...options,
  });
  const server = createServer((request, response) => void lambda.handle(request, response));
  await lambda.open();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new LambdaClient({ region: 'us-east-1', endpoint: url, credentials: KEYS, maxAttempts: 1 });
  const stop = async (graceMs = 0) => {
    await lambda.close(graceMs);
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url,
    dataDir,
    client,
    lambda,
    lines,
    stop,
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function zipOf(files: Record<string, string>): Uint8Array {
  const entries: Zippable = {};
  for (const [name, text] of Object.entries(files))
    entries[name] = [Buffer.from(text), { os: 3, attrs: (name === 'bootstrap' ? 0o100755 : 0o100644) << 16 }];
  return zipSync(entries);
}

type Settings = {
  runtime?: string;
  handler?: string;
  timeout?: number;
  memory?: number;
  variables?: Record<string, string>;
  tags?: Record<string, string>;
};

/** @param files a text is the whole of `index.mjs` */
export const create = (
  client: LambdaClient,
  name: string,
  files: string | Record<string, string>,
  settings: Settings = {},
) =>
  client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: (settings.runtime ?? 'nodejs22.x') as 'nodejs22.x',
      Handler: settings.handler ?? 'index.handler',
      Role: ROLE,
      Timeout: settings.timeout ?? 10,
      MemorySize: settings.memory,
      Environment: settings.variables && { Variables: settings.variables },
      Tags: settings.tags,
      Code: { ZipFile: zipOf(typeof files === 'string' ? { 'index.mjs': files } : files) },
    }),
  );

/** Calls it and reads everything that comes back. */
export async function call(client: LambdaClient, name: string, event?: unknown) {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      Payload: event === undefined ? undefined : JSON.stringify(event),
      LogType: 'Tail',
    }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  return {
    result: JSON.parse(text),
    failed: answer.FunctionError,
    version: answer.ExecutedVersion,
    id: answer.$metadata.requestId,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
  };
}
