/**
 * The cloud, behind its port: AWS, or the local cloud at its address. One code for both.
 * @module
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { type Address, type Clients, createClients } from './clients';
import { deployFunction, type FunctionPackage, withdrawFunction } from './deploy-function';
import { eraseCloud } from './erase';
import { createFiles } from './files';
import { readLogs } from './logs';
import {
  deleteMachine,
  describeExecution,
  putMachine,
  readHistory,
  redriveExecution,
  startExecution,
  stopExecution,
} from './machine';
import { mapRunItem, mapRunItems, mapRunOwner } from './map-run';
import { openMockFile } from './mocks';
import { testState } from './test-state';
import type { Cloud } from './types';

export type CloudOptions = {
  target: 'local' | 'aws';
  region: string;
  bucket: string;
  statesRoleArn: string;
  lambdaRoleArn: string;
  /** local: where the cloud is now, asked at each call because it may restart elsewhere; aws: null */
  address: () => Address | null;
  /** names of environment variables that running on AWS needs and that are not set */
  missing: string[];
  packageOf: (manifest: FunctionManifest) => Promise<FunctionPackage>;
  /** the mock configuration that the local cloud reads; absent: it reads another one, or none */
  mockFile?: string;
  /** what a function finds in its environment, its secrets included; default: the bucket, where it names it */
  environmentOf?: (manifest: FunctionManifest) => Record<string, string>;
};

export function createCloud(options: CloudOptions): Cloud {
  const { target, region, bucket } = options;
  let made: { key: string; clients: Clients } | null = null;

  const clients = async (): Promise<Clients> => {
    if (options.missing.length > 0) {
      throw new Problem(
        'AWS_NOT_CONFIGURED',
        `Running on AWS needs ${options.missing.join(', ')}, which ${options.missing.length === 1 ? 'is' : 'are'} not set. Nothing was sent.`,
        'Set them in the environment and start again; docs/aws.md says what each is for.',
      );
    }
    const address = options.address();
    if (target === 'local' && !address) throw unreachable(null);
    const key = JSON.stringify(address);
    if (made?.key !== key) made = { key, clients: createClients(region, address) };
    return made.clients;
  };
  /** Turns a refused connection into words. */
  const calling = async <T>(call: (clients: Clients) => Promise<T>): Promise<T> => {
    const with_ = await clients();
    try {
      return await call(with_);
    } catch (error) {
      if (isRefused(error)) throw unreachable(options.address()?.url ?? null, error);
      if (error instanceof Error && error.name === 'CredentialsProviderError') {
        throw new Problem(
          'AWS_NO_CREDENTIALS',
          `The AWS SDK found no credentials: ${error.message}`,
          'Sign in with the AWS CLI, or set AWS_PROFILE; then try again.',
          {},
          { cause: error },
        );
      }
      throw error;
    }
  };

  const ensureBucket = async ({ s3 }: Clients) => {
    try {
      await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status !== 404) throw error;
      if (target === 'aws') {
        throw new Problem(
          'BUCKET_MISSING',
          `The bucket "${bucket}" does not exist.`,
          'Create it, or name another one in ACTION_ENGINE_BUCKET.',
        );
      }
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    }
  };

  return {
    target,
    describe: () => ({ endpoint: target === 'local' ? (options.address()?.url ?? null) : null, region }),
    ready: () => calling(ensureBucket),
    deployFunction: async (manifest, { trial = false } = {}) => {
      const code = await options.packageOf(manifest);
      return calling(({ lambda }) =>
        deployFunction({
          lambda,
          manifest,
          trial,
          code,
          roleArn: options.lambdaRoleArn,
          environment: options.environmentOf?.(manifest) ?? environmentOf(manifest, bucket),
          pollMs: target === 'local' ? 50 : 1000,
          waitMs: 180_000,
        }),
      );
    },
    withdrawFunction: (name) => calling(({ lambda }) => withdrawFunction(lambda, name)),
    invokeFunction: (name, input) =>
      calling(async ({ lambda }) => {
        const answer = await lambda.send(
          new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(input)), LogType: 'Tail' }),
        );
        const text = Buffer.from(answer.Payload ?? []).toString('utf8');
        const output = text === '' ? null : (JSON.parse(text) as Json);
        const log = answer.LogResult ? Buffer.from(answer.LogResult, 'base64').toString('utf8') : '';
        if (!answer.FunctionError) return { ok: true, output, error: null, log };
        const { errorType, errorMessage } = (output ?? {}) as { errorType?: string; errorMessage?: string };
        return {
          ok: false,
          output: null,
          error: { type: errorType ?? answer.FunctionError, message: errorMessage ?? text },
          log,
        };
      }),
    putMachine: (machine) => calling(({ sfn }) => putMachine(sfn, options.statesRoleArn, machine)),
    deleteMachine: (name) => calling(({ sfn }) => deleteMachine(sfn, name)),
    start: (run) => calling(({ sfn }) => startExecution(sfn, run)),
    execution: (arn) => calling(({ sfn }) => describeExecution(sfn, arn)),
    history: (arn, after) => calling(({ sfn }) => readHistory(sfn, arn, after)),
    mapRunItems: (arn) => calling(({ sfn }) => mapRunItems(sfn, arn)),
    mapRunOwner: (arn) => calling(({ sfn }) => mapRunOwner(sfn, arn)),
    mapRunItem: (arn) => calling(({ sfn }) => mapRunItem(sfn, arn)),
    testState: (test) => calling(({ sfn }) => testState(sfn, options.statesRoleArn, test)),
    mocks: options.mockFile === undefined ? null : openMockFile(options.mockFile),
    erase:
      target === 'aws'
        ? null
        : (what) => calling((all) => eraseCloud({ clients: all, address: options.address()!, bucket }, what)),
    redrive: (arn) => calling(({ sfn }) => redriveExecution(sfn, arn)),
    stop: (arn, cause) => calling(({ sfn }) => stopExecution(sfn, arn, cause)),
    logs: (functions, from, to) => calling(() => readLogs(region, options.address(), functions, from, to)),
    files: createFiles(clients, bucket),
  };
}

/** Only what the manifest names; the bucket is the one thing the product has to give. */
const environmentOf = (manifest: FunctionManifest, bucket: string): Record<string, string> =>
  manifest.environment.includes('ACTION_ENGINE_BUCKET') ? { ACTION_ENGINE_BUCKET: bucket } : {};

const isRefused = (error: unknown): boolean => {
  const code =
    (error as { code?: string; cause?: { code?: string } } | null)?.code ??
    (error as { cause?: { code?: string } })?.cause?.code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET';
};

const unreachable = (url: string | null, cause?: unknown) =>
  new Problem(
    'CLOUD_UNREACHABLE',
    url ? `The local cloud at ${url} does not answer.` : 'The local cloud is not running.',
    'It restarts by itself with `npm start`; else start it with `npm run local-cloud`, and try again.',
    {},
    { cause },
  );
