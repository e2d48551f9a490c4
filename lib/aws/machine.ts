/**
 * State machines and executions through the SDK.
 *
 * A run always starts a published version: an update is eventually consistent, a version is not.
 */
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  PublishStateMachineVersionCommand,
  RedriveExecutionCommand,
  type HistoryEvent as SdkEvent,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { Problem } from '@/lib/base/problem';
import type { HistoryEvent } from '@/lib/history/events';
import { OWN_TAG } from './deploy-function';
import type { Cloud } from './types';

type Machine = { name: string; definition: string; tag: string };

/** @throws Problem MACHINE_NOT_OURS, DEFINITION_REFUSED */
export async function putMachine(sfn: SFNClient, roleArn: string, machine: Machine): Promise<{ versionArn: string }> {
  try {
    const found = await findMachine(sfn, machine.name);
    if (!found) {
      const made = await withReadyRole(() =>
        sfn.send(
          new CreateStateMachineCommand({
            name: machine.name,
            definition: machine.definition,
            roleArn,
            publish: true,
            tags: [{ key: OWN_TAG, value: machine.tag }],
          }),
        ),
      );
      return { versionArn: made.stateMachineVersionArn! };
    }
    const present = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: found }));
    if (present.definition === machine.definition && present.roleArn === roleArn) {
      const version = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn: found }));
      return { versionArn: version.stateMachineVersionArn! };
    }
    const { tags } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: found }));
    if (!tags?.some((tag) => tag.key === OWN_TAG)) {
      throw new Problem(
        'MACHINE_NOT_OURS',
        `There is already a state machine "${machine.name}" that Action Engine did not make.`,
        'Rename the workflow, and run again.',
      );
    }
    const updated = await withReadyRole(() =>
      sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn: found,
          definition: machine.definition,
          roleArn,
          publish: true,
        }),
      ),
    );
    return { versionArn: updated.stateMachineVersionArn! };
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidDefinition') {
      throw new Problem(
        'DEFINITION_REFUSED',
        error.message,
        'Open the problems list of the workflow, mend what it names, and run again.',
        {},
        { cause: error },
      );
    }
    throw error;
  }
}

async function findMachine(sfn: SFNClient, name: string): Promise<string | null> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000, nextToken }));
    const found = page.stateMachines?.find((machine) => machine.name === name);
    if (found) return found.stateMachineArn!;
    nextToken = page.nextToken;
  } while (nextToken);
  return null;
}

/** Deletes the machine of that name if it is ours; running executions end as AWS ends them. */
export async function deleteMachine(sfn: SFNClient, name: string): Promise<void> {
  const found = await findMachine(sfn, name);
  if (!found) return;
  const { tags } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: found }));
  if (tags?.some((tag) => tag.key === OWN_TAG))
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: found }));
}

/** A role made a moment ago is refused for some seconds. */
async function withReadyRole<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (
        !(error instanceof Error) ||
        attempt === 6 ||
        !/cannot be assumed|not authorized to be assumed|assume.*role/i.test(error.message)
      )
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 1500 * attempt));
    }
  }
}

export async function startExecution(sfn: SFNClient, run: Parameters<Cloud['start']>[0]) {
  const stateMachineArn = run.testCase === undefined ? run.versionArn : `${run.versionArn}#${run.testCase}`;
  const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: run.name, input: run.input }));
  return { executionArn: started.executionArn!, startedAt: started.startDate!.getTime() };
}

export const describeExecution: (sfn: SFNClient, arn: string) => ReturnType<Cloud['execution']> = async (
  sfn,
  executionArn,
) => {
  const now = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return {
    status: now.status === 'PENDING_REDRIVE' ? 'RUNNING' : now.status!,
    output: now.output ?? null,
    error: now.error ?? null,
    cause: now.cause ?? null,
    startedAt: now.startDate!.getTime(),
    stoppedAt: now.stopDate?.getTime() ?? null,
    redriven: now.redriveCount ? { times: now.redriveCount, at: (now.redriveDate ?? now.startDate!).getTime() } : null,
  };
};

/** Reads backwards until it meets what is known: a look at a long run costs one page. */
export async function readHistory(sfn: SFNClient, executionArn: string, after: number): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: after === 0 ? 1000 : 200,
        nextToken,
      }),
    );
    for (const event of page.events ?? []) {
      if (event.id! <= after) return events.reverse();
      events.push(eventOf(event));
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return events.reverse();
}

const eventOf = (event: SdkEvent): HistoryEvent => {
  const { timestamp, ...rest } = event;
  // The SDK's classes are plain JSON but for the timestamp.
  return {
    ...(rest as object),
    previousEventId: event.previousEventId ?? 0,
    timestamp: timestamp!.getTime(),
  } as HistoryEvent;
};

export const stopExecution = async (sfn: SFNClient, executionArn: string, cause: string) => {
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause }));
};

/** @throws Problem RUN_NOT_REDRIVABLE with the reason that Step Functions gives */
export async function redriveExecution(sfn: SFNClient, executionArn: string): Promise<{ at: number }> {
  try {
    // The SDK makes a token up, so that a request that it sends twice redrives once.
    const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn }));
    return { at: redriveDate!.getTime() };
  } catch (error) {
    const problem = error instanceof Error ? refusalOf(error) : null;
    if (problem) throw problem;
    throw error;
  }
}

const OTHERWISE = 'Retry from the failed step, which starts a new run, or run the workflow from its start.';
const REFUSALS: [pattern: RegExp, message: string, hint: string][] = [
  [/is running/i, 'This run goes on already.', 'Wait for its end.'],
  [/is succeeded/i, 'This run succeeded: nothing is left to be done again.', 'Run the workflow anew.'],
  [/period exceeded/i, 'This run ended more than 14 days ago: AWS redrives none that old.', OTHERWISE],
  [/event limit/i, 'The history of this run is full: AWS redrives none with 24,999 events or more.', OTHERWISE],
  [/max execution time/i, 'This run began more than a year ago: AWS redrives none that old.', OTHERWISE],
];

function refusalOf(error: Error): Problem | null {
  if (error.name === 'ExecutionDoesNotExist')
    return new Problem(
      'RUN_NOT_REDRIVABLE',
      'The cloud no longer knows this run, so it cannot go on.',
      OTHERWISE,
      {},
      { cause: error },
    );
  if (error.name === 'ExecutionLimitExceeded')
    return new Problem(
      'RUN_NOT_REDRIVABLE',
      'As many runs go on as AWS allows at once.',
      'Wait until some have ended, then redrive.',
      {},
      { cause: error },
    );
  if (error.name !== 'ExecutionNotRedrivable') return null;
  const [, message, hint] = REFUSALS.find(([pattern]) => pattern.test(error.message)) ?? [
    null,
    `Step Functions refuses to redrive this run: ${error.message}`,
    OTHERWISE,
  ];
  return new Problem('RUN_NOT_REDRIVABLE', message, hint, {}, { cause: error });
}
