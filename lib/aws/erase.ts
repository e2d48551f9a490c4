/**
 * Erases what the local cloud keeps, through its own doors: the calls of AWS where there are such, and one of its own for
 * runs that have ended, which AWS forgets by itself.
 *
 *   runs        every execution that ended, what functions printed, the state machines made here
 *   everything  that, the functions that were deployed from here, and every file of the bucket
 *
 * What was made by others with the AWS CLI or an SDK (without our tag or name) stays.
 * @module
 */
import { DeleteFunctionCommand, GetFunctionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DeleteStateMachineCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { Problem } from '@/lib/base/problem';
import type { Address, Clients } from './clients';
import { OWN_TAG } from './deploy-function';

const MACHINE = /^action-engine-/;
/** calls at a time */
const AT_ONCE = 25;

/** @throws Problem ERASE_RUNS_GO_ON before anything is erased */
export async function eraseCloud(
  { clients, address, bucket }: { clients: Clients; address: Address; bucket: string },
  what: 'runs' | 'everything',
): Promise<void> {
  await eraseRuns(address);
  await eraseMachines(clients);
  await eraseRuns(address); // now that no machine has them, their definitions too
  if (what === 'runs') return;
  await eraseFunctions(clients);
  await eraseFiles(clients, bucket);
}

/** @throws Problem ERASE_RUNS_GO_ON */
async function eraseRuns({ url }: Address): Promise<void> {
  const answer = await fetch(`${url}/_action-engine/erase-runs`, { method: 'POST' });
  if (answer.status === 409)
    throw new Problem(
      'ERASE_RUNS_GO_ON',
      'Something still runs in the local cloud. Nothing was erased.',
      'Wait for its end or stop it, then erase again. What another program started is stopped with the AWS CLI.',
    );
  if (!answer.ok) throw new Error(`The local cloud answered ${answer.status} when it was to erase runs.`);
}

async function eraseMachines({ sfn }: Clients): Promise<void> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000, nextToken }));
    for (const { name, stateMachineArn } of page.stateMachines ?? [])
      if (MACHINE.test(name ?? '')) found.push(stateMachineArn!);
    nextToken = page.nextToken;
  } while (nextToken);
  await each(found, (stateMachineArn) => sfn.send(new DeleteStateMachineCommand({ stateMachineArn })));
}

async function eraseFunctions({ lambda }: Clients): Promise<void> {
  const found: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListFunctionsCommand({ Marker }));
    found.push(...(page.Functions ?? []).map(({ FunctionName }) => FunctionName!));
    Marker = page.NextMarker || undefined;
  } while (Marker);
  await each(found, async (FunctionName) => {
    const { Tags } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    if (Tags?.[OWN_TAG] !== undefined) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  });
}

async function eraseFiles({ s3 }: Clients, Bucket: string): Promise<void> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
    await each(page.Contents ?? [], ({ Key }) => s3.send(new DeleteObjectCommand({ Bucket, Key })));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

async function each<T>(items: T[], call: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(call));
}
