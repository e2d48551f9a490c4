/**
 * What a distributed Map has made: its children, each an execution of its own.
 *
 *   mapRunItems(arn) ─▶ { executionArn, total, items }      mapRunItem(arn) ─▶ what one was given and gave
 *   mapRunOwner(arn) ─▶ the execution that has the Map
 * @module
 */
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Cloud, MapRunItem } from './types';

export const mapRunItems = async (sfn: SFNClient, mapRunArn: string): ReturnType<Cloud['mapRunItems']> => {
  const about = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  const items: MapRunItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListExecutionsCommand({ mapRunArn, maxResults: 1000, nextToken }));
    for (const one of page.executions ?? [])
      items.push({
        executionArn: one.executionArn!,
        status: one.status === 'PENDING_REDRIVE' ? 'RUNNING' : one.status!,
        startedAt: one.startDate!.getTime(),
        stoppedAt: one.stopDate?.getTime() ?? null,
      });
    nextToken = page.nextToken;
  } while (nextToken);
  // The newest comes first.
  return {
    executionArn: about.executionArn!,
    total: about.executionCounts?.total ?? items.length,
    items: items.reverse(),
  };
};

export const mapRunOwner = async (sfn: SFNClient, mapRunArn: string): ReturnType<Cloud['mapRunOwner']> =>
  (await sfn.send(new DescribeMapRunCommand({ mapRunArn }))).executionArn!;

export const mapRunItem = async (sfn: SFNClient, executionArn: string): ReturnType<Cloud['mapRunItem']> => {
  const one = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return {
    mapRunArn: one.mapRunArn ?? null,
    input: one.input ?? null,
    output: one.output ?? null,
    error: one.error ?? null,
    cause: one.cause ?? null,
  };
};
