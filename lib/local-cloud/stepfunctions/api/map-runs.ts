/**
 * Map Runs: what a distributed Map has under way.
 * @module
 */
import { z } from 'zod';
import { parseArn } from '../arns';
import { executionGone, notYet, resourceGone } from '../errors';
import { Arn, checked, MaxResults, NextToken } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';

const COUNTED = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

export function mapRunOperations({ log, pages }: Api): Record<string, Operation> {
  const { executions } = log;
  return {
    DescribeMapRun(request) {
      const { mapRunArn } = checked(z.object({ mapRunArn: z.string().min(1).max(2000) }), request);
      parseArn(mapRunArn, 'mapRun');
      const row = executions.mapRun(mapRunArn);
      const parent = row && executions.byId(row.execution);
      if (!row || !parent) throw resourceGone(mapRunArn);
      const zero = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
      const counts = { ...zero, total: 0, resultsWritten: 0, failuresNotRedrivable: 0, pendingRedrive: 0 };
      for (const { status, count } of executions.counts(mapRunArn)) {
        const name = COUNTED[status as keyof typeof COUNTED];
        if (name) counts[name] += count;
        counts.total += count;
      }
      return {
        mapRunArn,
        executionArn: parent.arn,
        status: row.status,
        startDate: seconds(row.startedAt),
        ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        maxConcurrency: 0,
        toleratedFailurePercentage: 0,
        toleratedFailureCount: 0,
        itemCounts: counts,
        executionCounts: counts,
        redriveCount: row.redriveCount ?? 0,
        ...(row.redrivenAt && { redriveDate: seconds(row.redrivenAt) }),
      };
    },
    ListMapRuns(request) {
      const asked = checked(z.object({ executionArn: Arn, maxResults: MaxResults, nextToken: NextToken }), request);
      parseArn(asked.executionArn, 'execution');
      const parent = executions.byArn(asked.executionArn);
      if (!parent) throw executionGone(asked.executionArn);
      const scope = `map runs ${parent.id}`;
      const size = pages.size(asked.maxResults);
      const before = Number(pages.position(scope, asked.nextToken) ?? Number.MAX_SAFE_INTEGER);
      const rows = executions.mapRuns(parent.id, before, size + 1);
      const page = rows.slice(0, size);
      return {
        mapRuns: page.map((row) => ({
          executionArn: parent.arn,
          mapRunArn: row.arn,
          stateMachineArn: parent.machineArn,
          startDate: seconds(row.startedAt),
          ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
        })),
        ...(rows.length > size && { nextToken: pages.next(scope, page.at(-1)!.id) }),
      };
    },
    UpdateMapRun() {
      throw notYet('UpdateMapRun', 'Set MaxConcurrency and the tolerated failures in the Map state.');
    },
  };
}
