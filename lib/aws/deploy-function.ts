/**
 * Brings a function to Lambda: creates it, or updates what differs, and waits until it can be called.
 *
 * Two rules of Lambda shape this file: an update is refused while another is under way, so each is waited for; and a
 * role made a moment ago cannot be assumed yet, so that refusal is tried again for a while.
 */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  type LambdaClient,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { Problem } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';

export const OWN_TAG = 'action-engine';
/** its value at a function that is there to be tried, and taken away again */
const TRIAL = 'trial';
/** The local cloud reads it; AWS does not mind. */
const NETWORK_TAG = 'action-engine:network';
/** Secrets are keys to services elsewhere. */
const networkOf = ({ network, secrets }: FunctionManifest): string => (network || secrets?.length ? 'any' : 'none');

export type FunctionPackage = { zip: Uint8Array; sha256: string };
export type DeployOptions = {
  lambda: LambdaClient;
  manifest: FunctionManifest;
  code: FunctionPackage;
  roleArn: string;
  environment: Record<string, string>;
  /** made for one call: `withdrawFunction` takes it away */
  trial?: boolean;
  /** ms between looks, and how long to look at all */
  pollMs: number;
  waitMs: number;
};

/** @throws Problem FUNCTION_NOT_OURS, FUNCTION_FAILED_TO_START, ROLE_NOT_READY */
export async function deployFunction(options: DeployOptions): Promise<{ changed: boolean }> {
  const { lambda, manifest } = options;
  const found = await find(lambda, manifest.name);
  if (!found) {
    await withReadyRole(options, () => lambda.send(new CreateFunctionCommand(creation(options))));
    await settled(options);
    return { changed: true };
  }
  const wanted = configuration(options);
  const { Configuration: present, Tags: tags } = found;
  const codeDiffers = present?.CodeSha256 !== options.code.sha256;
  const configurationDiffers =
    present?.Handler !== wanted.Handler ||
    present?.Runtime !== wanted.Runtime ||
    present?.Timeout !== wanted.Timeout ||
    present?.MemorySize !== wanted.MemorySize ||
    JSON.stringify(sorted(present?.Environment?.Variables)) !== JSON.stringify(sorted(wanted.Environment.Variables));
  if ((codeDiffers || configurationDiffers) && tags?.[OWN_TAG] === undefined) {
    throw new Problem(
      'FUNCTION_NOT_OURS',
      `Lambda already has a function "${manifest.name}" that Action Engine did not make.`,
      `Rename lambdas/${manifest.name}, or tag that function with "${OWN_TAG}" if it may be overwritten.`,
    );
  }
  await settled(options); // an update that an earlier, interrupted deployment began
  if (codeDiffers) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: manifest.name, ZipFile: options.code.zip }));
    await settled(options);
  }
  if (configurationDiffers) {
    await withReadyRole(options, () =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: manifest.name, ...wanted })),
    );
    await settled(options);
  }
  const network = networkOf(manifest);
  // What was left of a try and is kept now is no trial any more.
  const kept = tags?.[OWN_TAG] === TRIAL && !options.trial;
  if (tags?.[OWN_TAG] !== undefined && (kept || tags[NETWORK_TAG] !== network) && present?.FunctionArn)
    await lambda.send(
      new TagResourceCommand({
        Resource: present.FunctionArn,
        Tags: { [NETWORK_TAG]: network, ...(kept && { [OWN_TAG]: 'function' }) },
      }),
    );
  return { changed: codeDiffers || configurationDiffers };
}

/** Takes away what was made to be tried, and nothing else. */
export async function withdrawFunction(lambda: LambdaClient, name: string): Promise<void> {
  if ((await find(lambda, name))?.Tags?.[OWN_TAG] !== TRIAL) return;
  await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
}

async function find(lambda: LambdaClient, name: string): Promise<GetFunctionCommandOutput | null> {
  try {
    return await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

const configuration = ({ manifest, roleArn, environment }: DeployOptions) => ({
  Runtime: manifest.runtime as 'nodejs22.x',
  Handler: manifest.handler,
  Role: roleArn,
  Timeout: manifest.timeout,
  MemorySize: manifest.memory,
  Description: manifest.title,
  Environment: { Variables: environment },
});

const creation = (options: DeployOptions) => ({
  FunctionName: options.manifest.name,
  ...configuration(options),
  Code: { ZipFile: options.code.zip },
  Tags: { [OWN_TAG]: options.trial ? TRIAL : 'function', [NETWORK_TAG]: networkOf(options.manifest) },
});

const sorted = (variables: Record<string, string> | undefined) =>
  Object.entries(variables ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

/** Until `State: Active` and `LastUpdateStatus: Successful`. */
async function settled({ lambda, manifest, pollMs, waitMs }: DeployOptions): Promise<void> {
  const until = Date.now() + waitMs;
  for (;;) {
    const { Configuration: now } = await lambda.send(new GetFunctionCommand({ FunctionName: manifest.name }));
    if (now?.State === 'Failed' || now?.LastUpdateStatus === 'Failed') {
      const reason = now.LastUpdateStatusReason ?? now.StateReason ?? 'no reason given';
      throw new Problem(
        'FUNCTION_FAILED_TO_START',
        `Lambda could not start "${manifest.name}": ${reason}`,
        'Mend what it names, then run again.',
      );
    }
    if ((now?.State ?? 'Active') === 'Active' && (now?.LastUpdateStatus ?? 'Successful') === 'Successful') return;
    if (Date.now() > until) {
      throw new Problem(
        'FUNCTION_FAILED_TO_START',
        `"${manifest.name}" is still ${now?.State} after ${Math.round(waitMs / 1000)} s.`,
        'Run again in a while.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** IAM is eventually consistent: a new role is refused for some seconds. */
async function withReadyRole<T>({ manifest, roleArn }: DeployOptions, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || !/cannot be assumed|not.*assume/i.test(error.message)) throw error;
      if (attempt === 8) {
        throw new Problem(
          'ROLE_NOT_READY',
          `Lambda cannot assume ${roleArn} for "${manifest.name}".`,
          'Check that its trust policy names lambda.amazonaws.com.',
          {},
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1500 * attempt));
    }
  }
}
